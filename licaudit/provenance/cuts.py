"""The fewest upstreams whose replacement parts the work from everything that stands in its way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import networkx as nx
from networkx.algorithms.flow import dinitz

from licaudit.facts import Link

EXACT = 1_000  # artifacts on the ways in question up to which the smallest set is searched for


def smallest_cut(links: Iterable[Link], root: str, bad: Iterable[str]) -> tuple[str, ...]:
    """A smallest set of artifacts, never the root, that every way from the root to a bad one meets.

    What a replaced upstream brought along goes with it: one base may stand for its ten datasets.
    Where more than `EXACT` artifacts lie on the ways, the nearest bad ones are named instead.
    """
    above: dict[str, set[str]] = {}
    for link in links:
        above.setdefault(link.source, set()).add(link.target)
    wrong = set(bad) - {root}
    seen, near = _walk(above, root, wrong)
    # What the work itself came from and is bad is met by nothing else.
    forced = near & above.get(root, set())
    near -= forced
    graph: nx.DiGraph[Any] = nx.DiGraph()
    sink = ""  # no artifact has this id
    graph.add_edges_from((a, b) for a in seen - wrong for b in above.get(a, ()) if b not in forced)
    graph.add_edges_from((target, sink) for target in near)
    if not near:
        return tuple(sorted(forced))
    needed = nx.ancestors(graph, sink) | {sink}
    if len(needed) > EXACT:
        return tuple(sorted(forced | near))
    ways: nx.DiGraph[Any] = nx.DiGraph(graph.subgraph(needed))
    found = nx.minimum_node_cut(ways, root, sink, flow_func=dinitz)
    return tuple(sorted(forced | set(found)))


def _walk(above: dict[str, set[str]], root: str, wrong: set[str]) -> tuple[set[str], set[str]]:
    """What is reached without passing a bad one, and the bad ones met first: all others lie behind
    them."""
    seen, near, frontier = {root}, set[str](), [root]
    while frontier:
        for target in above.get(frontier.pop(), ()):
            if target in wrong:
                near.add(target)
            elif target not in seen:
                seen.add(target)
                frontier.append(target)
    return seen, near
