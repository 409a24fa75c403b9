"""The fewest upstreams to replace: exact where that can be searched, honest where it cannot."""

from __future__ import annotations

import pytest

from licaudit.facts import Link
from licaudit.provenance.cuts import EXACT, smallest_cut


def links(*edges: str) -> list[Link]:
    return [Link(e[0], e[1], "derived_from") for e in edges]


@pytest.mark.parametrize(
    ("edges", "bad", "cut"),
    [
        (("ra", "ab"), "b", ("a",)),
        (("ra", "ab", "ac"), "bc", ("a",)),
        (("ra", "rb", "ac", "bc"), "c", ("c",)),
        (("ra", "ab"), "a", ("a",)),
        (("ra", "ab", "rb"), "b", ("b",)),
        (("ra", "ab"), "", ()),
        (("ra", "ab"), "r", ()),
        (("ra", "ab"), "z", ()),
        (("ra", "ab", "ba", "bc"), "c", ("a",)),
        (("ra", "ab", "rc", "cd", "re"), "bde", ("a", "c", "e")),
    ],
)
def test_the_smallest_set_is_found(edges: tuple[str, ...], bad: str, cut: tuple[str, ...]) -> None:
    found = smallest_cut(links(*edges), "r", list(bad))
    assert len(found) == len(cut)
    assert all(_parted(edges, found, name) for name in bad if name != "r")


def _parted(edges: tuple[str, ...], cut: tuple[str, ...], bad: str) -> bool:
    """Whether no way leads from the root to a bad one around the cut."""
    seen, front = {"r"}, ["r"]
    while front:
        here = front.pop()
        onward = {e[1] for e in edges if e[0] == here} - set(cut) - seen
        seen |= onward
        front += onward
    return bad in cut or bad not in seen


def test_where_too_many_lie_between_the_bad_ones_themselves_are_named() -> None:
    between = [str(n) for n in range(EXACT + 5)]
    ways = [Link("r", n, "contains") for n in between]
    ways += [Link(n, "bad", "contains") for n in between] + [Link("r", "worse", "contains")]
    ways += [Link("bad", "behind", "contains")]
    assert smallest_cut(ways, "r", ["bad", "worse", "behind"]) == ("bad", "worse")
