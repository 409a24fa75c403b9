"""The walk upstream: everything once, nearest first, the same result in whatever order it comes."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import Future

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licaudit.provenance import walk as module
from licaudit.provenance.walk import Step, Walk, walk

Expand = Callable[[str], Step[str]]


def of(*edges: str, names: dict[str, str] | None = None) -> tuple[Expand, list[str]]:
    """An `expand` over edges such as `a>b`, and the list of what it was asked."""
    asked: list[str] = []
    lock = threading.Lock()

    def expand(name: str) -> Step[str]:
        with lock:
            asked.append(name)
        real = (names or {}).get(name, name)
        ups = tuple(e.partition(">")[2] for e in edges if e.partition(">")[0] == real)
        return Step(real, f"facts of {real}", ups)

    return expand, asked


def test_a_chain_is_walked_to_its_end_nearest_first() -> None:
    expand, _ = of("a>b", "b>c", "c>d", "d>e")
    assert list(walk(["a"], expand).found) == ["a", "b", "c", "d", "e"]


def test_a_diamond_and_a_cycle_are_asked_once() -> None:
    expand, asked = of("a>b", "a>c", "b>d", "c>d", "d>a", "d>d")
    assert list(walk(["a"], expand).found) == ["a", "b", "c", "d"]
    assert sorted(asked) == ["a", "b", "c", "d"]


def test_what_is_known_is_never_asked() -> None:
    expand, asked = of("a>root", "a>b")
    walk(["a", "root"], expand, known={"root"})
    assert sorted(asked) == ["a", "b"]


def test_two_names_are_one_artifact() -> None:
    expand, asked = of("new>up", names={"old": "new", "older": "new"})
    found = walk(["old", "older", "new"], expand)
    assert found.found == {"new": "facts of new", "up": "facts of up"}
    assert found.names == {"old": "new", "older": "new"}
    assert asked.count("up") == 1


def test_an_old_name_of_the_root_is_the_root() -> None:
    expand, _ = of("a>was-root", "root>x", names={"was-root": "root"})
    found = walk(["a"], expand, known={"root"})
    assert list(found.found) == ["a"]
    assert found.names == {"was-root": "root"}


@pytest.mark.parametrize(("depth", "reached"), [(0, ""), (1, "a"), (2, "ab"), (None, "abc")])
def test_rounds_beyond_the_depth_are_not_walked(depth: int | None, reached: str) -> None:
    expand, asked = of("a>b", "b>c")
    assert "".join(walk(["a"], expand, depth=depth).found) == reached
    assert "".join(asked) == reached


def test_what_the_number_cuts_is_named() -> None:
    expand, asked = of("a>b", "a>c", "a>d", "b>e")
    found = walk(["a"], expand, most=3)
    assert list(found.found) == ["a", "b", "c"]
    assert found.cut == ("d", "e")
    assert len(asked) == 3


def test_progress_counts_to_what_is_known() -> None:
    expand, _ = of("a>b", "a>c", "c>d")
    told: list[tuple[int, int]] = []
    walk(["a"], expand, progress=lambda done, known: told.append((done, known)))
    assert told == [(1, 1), (2, 3), (3, 3), (4, 4)]


def test_an_error_ends_the_walk_and_is_not_swallowed() -> None:
    def expand(name: str) -> Step[str]:
        raise ZeroDivisionError(name)

    with pytest.raises(ZeroDivisionError, match="a"):
        walk(["a"], expand)


def test_many_are_asked_at_the_same_time() -> None:
    together = threading.Barrier(4, timeout=60)

    def expand(name: str) -> Step[str]:
        together.wait()
        return Step(name, name)

    assert len(walk("abcd", expand, workers=4).found) == 4


GRAPHS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30)


@settings(deadline=None)
@given(GRAPHS, st.dictionaries(st.integers(0, 9), st.integers(0, 9), max_size=3), st.randoms())
def test_the_order_of_answers_changes_nothing(
    edges: list[tuple[int, int]], renames: dict[int, int], chance: random.Random
) -> None:
    names = {str(a): str(b) for a, b in renames.items() if b not in renames}
    written = [f"{names.get(str(a), a)}>{b}" for a, b in edges]

    def walked(order: Callable[[list[Future[Step[str]]]], list[Future[Step[str]]]]) -> Walk[str]:
        expand, _ = of(*written, names=names)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "as_completed", order)
            return walk(["0", "1"], expand, workers=3, most=8)

    def shuffled(futures: list[Future[Step[str]]]) -> list[Future[Step[str]]]:
        return chance.sample(futures, len(futures))

    one, other = walked(list), walked(shuffled)
    assert list(one.found.items()) == list(other.found.items())
    assert (one.names, one.cut) == (other.names, other.cut)
