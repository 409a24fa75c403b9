"""The graph: which terms reach the root, by which way, at what price."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licaudit.facts import Artifact, Link
from licaudit.provenance import graph

ROOT = "r"


def make(*edges: str, notes: dict[str, str] | None = None):
    """A graph from `a>b` (fine_tuned_from) or `a trained_on b`."""
    links = []
    for edge in edges:
        source, relation, target = edge.replace(">", " fine_tuned_from ").split()
        links.append(Link(source, target, relation, (), (notes or {}).get(edge)))
    return graph.build([Artifact(ROOT, "model", "root")], links)


def always(link: Link, term: str, walked: int):
    return "travels", None


def by_relation(**answers: str):
    def travels(link: Link, term: str, walked: int):
        answer = answers.get(link.relation, "travels")
        return answer, f"q-{link.relation}" if answer == "debated" else None

    return travels


def reached(network, travels=always) -> dict[str, graph.Reach]:
    return {r.artifact: r for r in graph.reach(network, ROOT, ("t",), travels)}


def test_a_chain_is_walked_to_its_end() -> None:
    found = reached(make("r>a", "a trained_on b"))
    assert found["b"].path == ("r", "a", "b")
    assert found["b"].relations == ("fine_tuned_from", "trained_on")
    assert (found["b"].relation, found["b"].depth) == ("trained_on", 2)
    assert ROOT not in found


def test_a_diamond_is_reached_once_by_its_shortest_way() -> None:
    network = make("r>a", "a>b", "b>d", "r>c", "c>d")
    ways = [r.path for r in graph.reach(network, ROOT, ("t",), always) if r.artifact == "d"]
    assert ways == [("r", "c", "d")]


def test_cycles_and_self_loops_end_and_never_reach_the_root() -> None:
    for edges in (("r>a", "a>b", "b>a"), ("r>a", "a>a"), ("r>r", "r>a"), ("r>a", "a>r", "a>b")):
        found = graph.reach(make(*edges), ROOT, ("t",), always)
        assert {r.artifact for r in found} <= {"a", "b"}
        assert all(len(set(r.path)) == len(r.path) for r in found)


def test_cycles_are_named() -> None:
    assert graph.cycles(make("r>a", "a>b", "b>a")) == (("a", "b"),)
    assert graph.cycles(make("r>a", "a>a")) == ()


def test_an_edge_that_does_not_carry_a_term_ends_its_way() -> None:
    travels = by_relation(evaluated_on="does-not")
    assert set(reached(make("r evaluated_on a", "a>b", "r>c"), travels)) == {"c"}


def test_parallel_edges_are_two_uses() -> None:
    network = make("r contains d", "r trained_on d")
    found = graph.reach(network, ROOT, ("t",), by_relation(contains="does-not"))
    assert [r.relation for r in found] == ["trained_on"]
    assert len(graph.reach(network, ROOT, ("t",), always)) == 2


def test_a_link_of_development_does_not_hide_the_same_link_of_the_work() -> None:
    def travels(link: Link, term: str, walked: int):
        return ("does-not" if link.note == "dev" else "travels"), None

    for first, second in ((None, "dev"), ("dev", None)):
        links = [
            Link(ROOT, "d", "depends_on", (), first),
            Link(ROOT, "d", "depends_on", (), second),
        ]
        network = graph.build([Artifact(ROOT, "code", "root")], links)
        assert [r.artifact for r in graph.reach(network, ROOT, ("t",), travels)] == ["d"]


def test_debated_beats_nothing_and_marks_all_behind_it() -> None:
    found = reached(make("r distilled_from a", "a>b"), by_relation(distilled_from="debated"))
    assert [(r.answer, r.questions) for r in found.values()] == [
        ("debated", ("q-distilled_from",)),
        ("debated", ("q-distilled_from",)),
    ]


def test_travels_beats_debated_however_long_the_way() -> None:
    network = make("r distilled_from a", "a>d", "r>b", "b>c", "c>d", "d>e")
    found = reached(network, by_relation(distilled_from="debated"))
    assert found["d"].answer == found["e"].answer == "travels"
    assert found["e"].path == ("r", "b", "c", "d", "e")
    assert found["e"].questions == ()


def test_each_term_has_its_own_reach() -> None:
    def travels(link: Link, term: str, walked: int):
        return ("travels" if term == "near" and walked == 0 else "does-not"), None

    found = graph.reach(make("r>a", "a>b"), ROOT, ("near", "far"), travels)
    assert [(r.term, r.artifact) for r in found] == [("near", "a")]


def test_a_root_that_nothing_names_reaches_nothing() -> None:
    assert graph.reach(make(), "elsewhere", ("t",), always) == ()


def steps(edges: list[tuple[str, str, str]]) -> int:
    """How often the test of an edge is asked."""
    asked = 0

    def travels(link: Link, term: str, walked: int):
        nonlocal asked
        asked += 1
        return ("debated" if link.relation == "distilled_from" else "travels"), "q"

    network = graph.build([], [Link(a, b, relation) for a, relation, b in edges])
    graph.reach(network, "0", ("t",), travels)
    return asked


SHAPES = {
    "chain": lambda n: [(str(i), "contains", str(i + 1)) for i in range(n)],
    "double chain": lambda n: [
        (str(i), relation, str(i + 1)) for i in range(n) for relation in ("contains", "trained_on")
    ],
    "ladder": lambda n: [
        (str(i), relation, str(i + k))
        for i in range(n)
        for k, relation in ((1, "contains"), (2, "distilled_from"))
    ],
    "star": lambda n: [("0", "depends_on", str(i + 1)) for i in range(n)],
    "ring": lambda n: [(str(i), "contains", str((i + 1) % n)) for i in range(n)],
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_the_work_grows_with_the_edges(shape) -> None:
    small, large = shape(400), shape(4000)
    assert steps(large) <= 4 * len(large)
    assert steps(large) <= 11 * steps(small)


def test_a_long_chain_shares_its_way() -> None:
    network = graph.build([], [Link(str(i), str(i + 1), "contains") for i in range(30_000)])
    found = graph.reach(network, "0", ("t",), always)
    held = {id(step) for r in found[-3:] for step in r.steps()}
    assert len(found) == 30_000
    assert len(held) <= 30_001
    assert max(r.depth for r in found) == 30_000
    assert found[-1].at(0) is found[0].at(0)


def test_every_step_of_a_way_is_found_by_its_depth() -> None:
    network = graph.build([], [Link(str(i), str(i + 1), "contains") for i in range(200)])
    for way in graph.reach(network, "0", ("t",), always):
        steps = way.steps()
        assert [way.at(depth) for depth in range(way.depth + 1)] == steps
        assert all(a is b for a, b in zip(map(way.at, range(len(steps))), steps, strict=True))


ENDS = st.integers(0, 6).map(str)
RELATED = st.sampled_from(("contains", "trained_on", "distilled_from"))


def plainly(links: list[Link], travels) -> dict[tuple[str, str], tuple[str, ...]]:
    """The same walk, with every way held as the list of its ids."""
    best: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}
    frontier = [("travels", ("0",))]
    while frontier:
        following = []
        for answer, path in frontier:
            onward = {(x.target, x.relation): x for x in links if x.source == path[-1]}
            for key in sorted(onward):
                known = best.get(key)
                settled = known and (known[0] == "travels" or answer == "debated")
                if settled or key[0] in path:
                    continue
                said = travels(onward[key], "t", len(path) - 1)[0]
                if said == "does-not" or (known and "debated" in (said, answer)):
                    continue
                now = "debated" if "debated" in (said, answer) else "travels"
                best[key] = (now, (*path, key[0]))
                following.append(best[key])
        frontier = following
    return {key: path for key, (_, path) in best.items()}


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(ENDS, RELATED, ENDS), max_size=24))
def test_ways_through_loops_are_those_of_a_plain_walk(edges: list[tuple[str, str, str]]) -> None:
    links = [Link(a, b, relation) for a, relation, b in edges]
    travels = by_relation(distilled_from="debated")
    network = graph.build([Artifact("0", "model", "root")], links)
    found = graph.reach(network, "0", ("t",), travels)
    assert {(r.artifact, r.relation): r.path for r in found} == plainly(links, travels)


def test_ways_deeper_than_allowed_are_left_out_and_named() -> None:
    found = graph.reach(make("r>a", "a>b", "b>c", "r trained_on b"), ROOT, ("t",), always)
    near, deeper = graph.within(found, 1)
    assert {r.artifact for r in near} == {"a", "b"}
    assert deeper == ("c",)
    assert graph.within(found, 3) == (found, ())
    assert graph.within(found, None) == (found, ())
