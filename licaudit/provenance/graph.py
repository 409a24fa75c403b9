"""Artifacts and links as one directed graph, from the root down to what it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

import networkx as nx

from licaudit.facts import Artifact, Link, Relation

if TYPE_CHECKING:
    Graph: TypeAlias = nx.MultiDiGraph[str]

Answer = Literal["travels", "does-not", "debated"]
# (link, term, edges already walked) -> how the term crosses, and the question when debated
Travels = Callable[[Link, str, int], tuple[Answer, str | None]]


@dataclass(frozen=True)
class Reach:
    """A term of `artifact` and the way it takes to the root, kept as steps that share their way.

    Ways are linked, not copied: a chain of many links costs its length once, not its square.
    """

    artifact: str
    term: str
    answer: Answer
    questions: tuple[str, ...] = ()
    relation: Relation | None = None
    depth: int = 0
    before: Reach | None = field(default=None, repr=False, compare=False)
    # A step far back on the way, so that any depth of it is found in few hops.
    jump: Reach | None = field(default=None, repr=False, compare=False)

    @property
    def path(self) -> tuple[str, ...]:
        """Ids from the root to the artifact, both included."""
        return tuple(step.artifact for step in self.steps())

    @property
    def relations(self) -> tuple[Relation, ...]:
        """The relations along the path, one fewer than its ids."""
        return tuple(step.relation for step in self.steps() if step.relation)

    def steps(self) -> list[Reach]:
        """The way from the root, itself included."""
        found: list[Reach] = []
        step: Reach | None = self
        while step is not None:
            found.append(step)
            step = step.before
        return found[::-1]

    def at(self, depth: int) -> Reach:
        """The step of the way that lies `depth` links from the root; hops grow as its logarithm."""
        step = self
        while step.depth > depth:
            jump, before = step.jump, step.before
            assert jump is not None  # only the root has none
            assert before is not None
            step = jump if jump.depth >= depth else before
        return step


def build(artifacts: Iterable[Artifact], links: Iterable[Link]) -> Graph:
    """The graph; edges point from downstream to upstream and carry their relation."""
    graph: Graph = nx.MultiDiGraph()
    for artifact in artifacts:
        graph.add_node(artifact.id, artifact=artifact)
    for link in links:
        for end in (link.source, link.target):
            if end not in graph:
                graph.add_node(end, artifact=Artifact(end, "document", end))
        # The note is part of the key: a development link must not hide the same link of the work.
        graph.add_edge(link.source, link.target, key=(link.relation, link.note or ""), link=link)
    return graph


def reach(graph: Graph, root: str, terms: Iterable[str], travels: Travels) -> tuple[Reach, ...]:
    """Which terms reach the root, from whom, by which path.

    Breadth-first from the root, once per term: an edge that does not carry the term ends its way;
    a debated edge marks everything behind it. A way that travels beats a debated one.
    """
    loops = _loops(graph)
    found: list[Reach] = []
    for term in terms:
        best = _spread(graph, Reach(root, term, "travels"), travels, loops)
        found += [reached for _, reached in sorted(best.items(), key=lambda item: item[0])]
    return tuple(found)


def _spread(
    graph: Graph, start: Reach, travels: Travels, loops: Mapping[str, int]
) -> dict[tuple[str, str], Reach]:
    # Keyed by the last relation too: data that is both contained and trained on is two uses.
    best: dict[tuple[str, str], Reach] = {}
    placed: dict[str, list[Reach]] = {start.artifact: [start]}  # every way to what loops, or root
    frontier = [start] if start.artifact in graph else []
    while frontier:
        following: list[Reach] = []
        for step in frontier:
            for link in _links(graph, step.artifact):
                known = best.get((link.target, link.relation))
                if known and (known.answer == "travels" or step.answer == "debated"):
                    continue
                # Only inside a loop can a way come back: others skip.
                same = loops.get(step.artifact) == loops.get(link.target)
                if same and _leads_through(step, placed.get(link.target, ())):
                    continue
                crossed = _cross(step, link, travels)
                if crossed is None or (known and crossed.answer == "debated"):
                    continue
                best[link.target, link.relation] = crossed
                if link.target in loops:
                    placed.setdefault(link.target, []).append(crossed)
                following.append(crossed)
        frontier = following
    return best


def _links(graph: Graph, artifact: str) -> list[Link]:
    found: list[Link] = [data["link"] for _, _, data in graph.out_edges(artifact, data=True)]
    return sorted(found, key=lambda x: (x.target, x.relation, x.note or ""))


def _loops(graph: Graph) -> dict[str, int]:
    """The number of the loop that each artifact of a loop belongs to."""
    groups = nx.strongly_connected_components(graph)
    return {
        name: number
        for number, group in enumerate(groups)
        if len(group) > 1 or graph.has_edge(*group, *group)
        for name in group
    }


def _leads_through(step: Reach, ways: Iterable[Reach]) -> bool:
    """Whether a way goes on from one of these: from an artifact, by any of the ways found to it."""
    return any(way.depth <= step.depth and step.at(way.depth) is way for way in ways)


def _cross(step: Reach, link: Link, travels: Travels) -> Reach | None:
    answer, question = travels(link, step.term, step.depth)
    if answer == "does-not":
        return None
    questions = step.questions
    if answer == "debated" and question and question not in questions:
        questions = (*questions, question)
    debated = "debated" in (answer, step.answer)
    return Reach(
        link.target,
        step.term,
        "debated" if debated else "travels",
        questions,
        link.relation,
        step.depth + 1,
        step,
        _jump(step),
    )


def _jump(before: Reach) -> Reach:
    """Where the step after `before` jumps to: as far as the last two jumps where these are equal.

    So any step of a way is found in a number of hops that grows as the logarithm of its length.
    """
    near = before.jump
    far = near.jump if near else None
    if near is None or far is None or before.depth - near.depth != near.depth - far.depth:
        return before
    return far


def within(
    reaches: tuple[Reach, ...], depth: int | None
) -> tuple[tuple[Reach, ...], tuple[str, ...]]:
    """Reaches of at most `depth` links, and the artifacts that are only reached by longer ways."""
    if depth is None:
        return reaches, ()
    near = tuple(r for r in reaches if r.depth <= depth)
    known = {r.artifact for r in near}
    return near, tuple(sorted({r.artifact for r in reaches} - known))


def cycles(graph: Graph) -> tuple[tuple[str, ...], ...]:
    """Artifacts that claim to come from each other: groups of at least two."""
    groups = (tuple(sorted(g)) for g in nx.strongly_connected_components(graph))
    return tuple(sorted(g for g in groups if len(g) > 1))
