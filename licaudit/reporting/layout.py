"""Where the nodes of the provenance picture stand: columns by distance from the root."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from licaudit.facts import ArtifactKind, AuditResult, Outcome, Relation, worst
from licaudit.reporting.index import Index

MOST = 60  # nodes past which the picture folds
TALL = 14  # nodes past which a column becomes two
SWEEPS = 4
Edge = tuple[str, str, Relation]


@dataclass(frozen=True, slots=True)
class Node:
    """A box: one artifact, or `count` artifacts of one kind folded into one."""

    id: str
    kind: ArtifactKind
    name: str
    license: str | None
    outcome: Outcome | None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Graph:
    """Boxes, the lines between them, and the box everything starts from."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    root: str | None


def graph_of(index: Index, most: int = MOST) -> Graph:
    """The provenance graph, folded until it has at most `most` boxes.

    Packages without a finding fold first, then all that nothing was found about, then all packages,
    then everything but the root: the picture hides no finding while it can.
    """
    nodes = [_node(index, name) for name in index.artifacts]
    edges = _edges(index.result, set(index.artifacts))
    folds: list[Callable[[Node], bool]] = [
        lambda n: False,
        lambda n: n.kind == "package" and n.outcome is None,
        lambda n: n.outcome is None,
        lambda n: n.kind == "package" or n.outcome is None,
        lambda n: True,
    ]
    graph = Graph(tuple(nodes), tuple(edges), index.root)
    for fold in folds:
        graph = _folded(nodes, edges, index.root, fold)
        if len(graph.nodes) <= most:
            break
    return graph


def _node(index: Index, name: str) -> Node:
    artifact = index.artifacts[name]
    answer = index.main(artifact)
    license = answer.expression if answer else None
    return Node(name, artifact.kind, artifact.name, license, index.outcomes.get(name))


def _edges(result: AuditResult, known: set[str]) -> list[Edge]:
    pairs = [(link.source, link.target, link.relation) for link in result.links]
    return [e for e in dict.fromkeys(pairs) if e[0] in known and e[1] in known and e[0] != e[1]]


def _folded(
    nodes: list[Node], edges: list[Edge], root: str | None, fold: Callable[[Node], bool]
) -> Graph:
    groups: dict[ArtifactKind, list[Node]] = {}
    kept: list[Node] = []
    for node in nodes:
        if node.id != root and fold(node):
            groups.setdefault(node.kind, []).append(node)
        else:
            kept.append(node)
    place = {node.id: node.id for node in kept}
    for kind, members in sorted(groups.items()):
        box = _together(kind, members)
        kept.append(box)
        place.update({member.id: box.id for member in members})
    moved = dict.fromkeys((place[s], place[t], relation) for s, t, relation in edges)
    return Graph(tuple(kept), tuple(e for e in moved if e[0] != e[1]), root)


def _together(kind: ArtifactKind, members: list[Node]) -> Node:
    if len(members) == 1:
        return members[0]
    outcomes = [m.outcome for m in members if m.outcome]
    # No artifact id holds a line break, so this id meets no other.
    name = f"folded\n{kind}"
    return Node(name, kind, "", None, worst(outcomes) if outcomes else None, len(members))


@dataclass(frozen=True, slots=True)
class Column:
    """Ids that stand above each other; `second` when they are the other half of a tall column."""

    ids: tuple[str, ...]
    second: bool = False


def columns(graph: Graph) -> list[Column]:
    """Ids by distance from the root, each column ordered so that few lines cross."""
    distance = _distances(graph)
    table: list[list[str]] = [[] for _ in range(max(distance.values(), default=-1) + 1)]
    for node in graph.nodes:
        table[distance[node.id]].append(node.id)
    for sweep in range(SWEEPS):
        _untangle(table, graph.edges, backwards=bool(sweep % 2))
    return [part for column in table for part in _parts(column)]


def _distances(graph: Graph) -> dict[str, int]:
    """Steps from the root; what the root does not reach starts at its own beginnings."""
    below: dict[str, list[str]] = {}
    targets = Counter(target for _, target, _ in graph.edges)
    for source, target, _ in graph.edges:
        below.setdefault(source, []).append(target)
    ids = [node.id for node in graph.nodes]
    starts = [i for i in (graph.root, *(i for i in ids if not targets[i])) if i is not None]
    distance: dict[str, int] = {}
    # A ring that nothing leads into has no beginning: any of its nodes will do.
    for start in [*dict.fromkeys(starts), *ids]:
        if start not in distance:
            _walk(start, below, distance)
    return distance


def _walk(start: str, below: dict[str, list[str]], distance: dict[str, int]) -> None:
    distance[start] = 0
    front = [start]
    while front:
        following: list[str] = []
        for name in front:
            for target in below.get(name, ()):
                if target not in distance:
                    distance[target] = distance[name] + 1
                    following.append(target)
        front = following


def _untangle(table: list[list[str]], edges: Iterable[Edge], backwards: bool) -> None:
    """Order every column by the mean place of its neighbours (the barycenter heuristic)."""
    near: dict[str, list[str]] = {}
    for source, target, _ in edges:
        near.setdefault(source, []).append(target)
        near.setdefault(target, []).append(source)
    for column in reversed(table) if backwards else table:
        place = {
            name: index / max(len(other) - 1, 1)
            for other in table
            if other is not column
            for index, name in enumerate(other)
        }
        means = {
            name: _mean([place[n] for n in near.get(name, ()) if n in place], index, len(column))
            for index, name in enumerate(column)
        }
        column.sort(key=means.__getitem__)


def _mean(places: list[float], index: int, length: int) -> float:
    return sum(places) / len(places) if places else index / max(length - 1, 1)


def _parts(ids: list[str]) -> list[Column]:
    if len(ids) <= TALL:
        return [Column(tuple(ids))]
    return [Column(tuple(ids[0::2])), Column(tuple(ids[1::2]), second=True)]
