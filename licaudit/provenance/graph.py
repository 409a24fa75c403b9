"""Artifacts and links as one directed graph, from the root down to what it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import networkx as nx

from licaudit.facts import Artifact, Link, Relation

if TYPE_CHECKING:
    Graph: TypeAlias = nx.MultiDiGraph[str]

Answer = Literal["travels", "does-not", "debated"]
# (link, term, edges already walked) -> how the term crosses, and the question when debated
Travels = Callable[[Link, str, int], tuple[Answer, str | None]]


@dataclass(frozen=True, slots=True)
class Reach:
    """A term of `artifact` and the way it takes to the root; `path` runs root to artifact."""

    artifact: str
    term: str
    path: tuple[str, ...]
    relations: tuple[Relation, ...]
    answer: Answer
    questions: tuple[str, ...] = ()


def build(artifacts: Iterable[Artifact], links: Iterable[Link]) -> Graph:
    """The graph; edges point from downstream to upstream and carry their relation."""
    graph: Graph = nx.MultiDiGraph()
    for artifact in artifacts:
        graph.add_node(artifact.id, artifact=artifact)
    for link in links:
        for end in (link.source, link.target):
            if end not in graph:
                graph.add_node(end, artifact=Artifact(end, "document", end))
        graph.add_edge(link.source, link.target, key=link.relation, link=link)
    return graph


def distances(graph: Graph, root: str) -> dict[str, int]:
    """Edges between the root and each artifact it reaches; cycles are harmless."""
    return dict(nx.single_source_shortest_path_length(graph, root))


def shortest_path(graph: Graph, root: str, artifact: str) -> tuple[str, ...]:
    """Ids from the root to an artifact, both included; the artifact alone when unreachable."""
    if root not in graph or not nx.has_path(graph, root, artifact):
        return (artifact,)
    return tuple(nx.shortest_path(graph, root, artifact))


def reach(graph: Graph, root: str, terms: Iterable[str], travels: Travels) -> tuple[Reach, ...]:
    """Which terms reach the root, from whom, by which path.

    Breadth-first from the root, once per term: an edge that does not carry the term ends its way;
    a debated edge marks everything behind it. A way that travels beats a debated one.
    """
    found: list[Reach] = []
    for term in terms:
        # Keyed by the last relation too: data that is both contained and trained on is two uses.
        best: dict[tuple[str, str], Reach] = {}
        frontier = [Reach(root, term, (root,), (), "travels")]
        while frontier:
            following: list[Reach] = []
            for step in frontier:
                for _, target, relation in sorted(graph.out_edges(step.artifact, keys=True)):
                    link = graph.edges[step.artifact, target, relation]["link"]
                    crossed = _cross(step, link, term, travels)
                    if crossed is None:
                        continue
                    known = best.get((target, relation))
                    if known and not (known.answer == "debated" and crossed.answer == "travels"):
                        continue
                    best[target, relation] = crossed
                    following.append(crossed)
            frontier = following
        found += [reached for _, reached in sorted(best.items())]
    return tuple(found)


def _cross(step: Reach, link: Link, term: str, travels: Travels) -> Reach | None:
    target, relation = link.target, link.relation
    answer, question = travels(link, term, len(step.relations))
    if answer == "does-not" or target in step.path:
        return None
    debated = answer == "debated" or step.answer == "debated"
    questions = (*step.questions, question) if question and answer == "debated" else step.questions
    return Reach(
        target,
        term,
        (*step.path, target),
        (*step.relations, relation),
        "debated" if debated else "travels",
        questions,
    )


def cycles(graph: Graph) -> tuple[tuple[str, ...], ...]:
    """Artifacts that claim to come from each other: groups of at least two."""
    groups = (tuple(sorted(g)) for g in nx.strongly_connected_components(graph))
    return tuple(sorted(g for g in groups if len(g) > 1))
