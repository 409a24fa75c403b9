"""Texts that are almost a known license: which words came or went, and which limit with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.facts import Change
from licaudit.licenses.changes import GRANT_REMOVED, change
from licaudit.licenses.nearest import nearest
from licaudit.licenses.word_diff import differences, read_words

Read = Callable[..., Any]
Text = Callable[[str], str]
HOLDER = "MIT License\n\nCopyright (c) 2024 Ada Example\n\n"


def near(found: Any) -> Any:
    (claim,) = [c for c in found.claims if c.rung == "near"]
    assert "changed_text" in found.blocking()
    return claim


def words_of(edits: Any) -> list[str]:
    return [e.words for e in edits]


def swapped(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


@pytest.mark.parametrize(
    ("old", "new", "added", "removed", "kinds"),
    [
        ("without restriction", "for non-commercial purposes only",
         ["for non-commercial purposes only"], ["without restriction"], {"non_commercial"}),
        (", and/or sell", "", [], ["and/or sell"], {GRANT_REMOVED}),
        ("free of charge, ", "free of charge for academic research only, ",
         ["for academic research only"], [], {"academic_only", "research_only"}),
        ("sublicense, ", "", [], ["sublicense"], {GRANT_REMOVED}),
    ],
    ids=["non-commercial", "no-sale", "research", "no-sublicense"],
)  # fmt: skip
def test_words_inside_the_mit_text(
    reading: Read, text: Text, old: str, new: str, added: list[str], removed: list[str],
    kinds: set[str],
) -> None:  # fmt: skip
    found = reading(LICENSE=HOLDER + swapped(text("mit"), (old, new)), **{"a.py": "A = 1"})
    claim = near(found)
    assert claim.expression == "LicenseRef-licaudit-modified-MIT"
    assert claim.change.base == "MIT"
    assert words_of(claim.change.added) == added
    assert words_of(claim.change.removed) == removed
    assert kinds & set(claim.change.restrictions)
    lines = (HOLDER + swapped(text("mit"), (old, new))).split("\n")
    for edit in claim.change.added:
        assert edit.words.split()[0] in lines[edit.line - 1]


@pytest.mark.parametrize(
    ("clause", "kind"),
    [
        ("The Software may not be used for any commercial purpose.", "non_commercial"),
        ("本软件不得用于商业用途。", "non_commercial"),
        ("本软件仅供学术研究使用。", "research_only"),
        ("Obtain our written permission before commercial use of the Software.", "apply_first"),
    ],
)
def test_a_clause_beside_the_text(reading: Read, text: Text, clause: str, kind: str) -> None:
    found = reading(LICENSE=f"{HOLDER}{text('mit')}\n\n{clause}\n", **{"a.py": "A = 1"})
    claim = near(found)
    assert claim.expression == "LicenseRef-licaudit-modified-MIT"
    line = (HOLDER + text("mit")).count("\n") + 3
    assert [(e.words, e.line) for e in claim.change.added] == [(clause, line)]
    assert kind in claim.change.restrictions
    assert clause in (claim.note or "")


@pytest.mark.parametrize(
    "notice",
    [
        "Copyright (c) 2024 Ada. This software may not be used commercially.",
        "Copyright 2024 Ada, not for commercial use",
        "© 2024 Ada - research purposes only, all commercial use is prohibited",
        "版权所有 2024 某公司,仅供研究使用,不得商用",
        "(c) You may not use the Software for commercial purposes.",
    ],
)
@pytest.mark.parametrize("where", ["above", "below"])
def test_a_limit_smuggled_into_a_copyright_line(
    reading: Read, text: Text, notice: str, where: str
) -> None:
    known = text("mit")
    whole = f"{notice}\n\n{known}" if where == "above" else f"{known}\n\n{notice}\n"
    found = reading(LICENSE=whole, **{"a.py": "A = 1"})
    assert "MIT" not in found.named()
    assert near(found).change.restrictions
    assert {"non_commercial", "research_only"} & found.narrows()


@pytest.mark.parametrize("key", ["mit", "gpl-3.0", "bsd-new", "apache-2.0", "cc-by-nc-4.0"])
@pytest.mark.parametrize(
    "notice",
    [
        "Copyright (c) 2024 Ada Example. All rights reserved.",
        "版权所有 (c) 2024 某公司 保留所有权利",
    ],
)
def test_a_plain_copyright_line_changes_nothing(
    reading: Read, text: Text, ladder: Any, key: str, notice: str
) -> None:
    found = reading(LICENSE=f"{notice}\n\n{text(key)}", **{"a.py": "A = 1"})
    assert found.expression("code") == ladder.catalog.id_of(key)
    assert found.blocking() == set()


def test_the_nearest_text_is_sought_among_all_known(text: Text) -> None:
    for key in ("mit", "cc-by-nc-sa-4.0", "odbl-1.0", "gemma-tou-2024-04-01", "mulanpsl-2.0-en"):
        changed = text(key).replace(" you ", " thou ").replace("software", "program")
        found = nearest(changed)
        assert found is not None
        assert found.key == key


@pytest.mark.parametrize(
    ("key", "old", "new", "kind"),
    [
        ("cc-by-4.0", "Adapted Material.", "Adapted Material for NonCommercial purposes.",
         "non_commercial"),
        ("cc-by-4.0", "reproduce and Share", "reproduce, by ShareAlike, and Share", "share_alike"),
        ("cc-by-sa-4.0", "reproduce and Share", "reproduce NoDerivatives of and Share",
         "no_derivatives"),
    ],
)  # fmt: skip
def test_nc_nd_and_sa_words_outweigh_all_likeness(
    reading: Read, text: Text, ladder: Any, key: str, old: str, new: str, kind: str
) -> None:
    found = reading(LICENSE=swapped(text(key), (old, new)), **{"a.py": "A = 1"})
    claim = near(found)
    assert ladder.catalog.id_of(key) not in found.named()
    assert kind in claim.change.restrictions
    assert claim.change.alike > 0.97


def test_harmless_words_are_told_and_change_nothing(reading: Read, text: Text) -> None:
    changed = text("cc-by-nc-4.0").replace("worldwide", "global")
    found = reading(LICENSE=changed, **{"a.py": "A = 1"})
    (claim,) = [c for c in found.claims if c.expression]
    assert (claim.expression, claim.rung) == ("CC-BY-NC-4.0", "engine")
    assert (words_of(claim.change.added), words_of(claim.change.removed)) == (
        ["global"], ["worldwide"],
    )  # fmt: skip
    assert claim.change.restrictions == ()


def test_a_text_with_much_rewritten_is_named_as_such(reading: Read, text: Text) -> None:
    changed = swapped(
        text("mit"),
        ("copy, modify, merge, publish", "look at, read, ponder"),
        ("of this software and associated documentation files", "of the pictures in this album"),
        ("substantial portions", "noteworthy parts"),
    )
    found = reading(LICENSE=changed, **{"a.py": "A = 1"})
    claim = near(found)
    assert claim.expression == "LicenseRef-licaudit-modified-MIT"
    assert GRANT_REMOVED in claim.change.restrictions
    assert 0.75 < claim.change.alike < 0.95


def test_words_of_nobody_are_near_nothing(reading: Read) -> None:
    words = "You may look at the herons from the bank of the pond. " * 12
    found = reading(LICENSE=words, **{"a.py": "A = 1"})
    assert found.blocking() == {"unidentified_text"}
    assert [c.change for c in found.claims] == [None]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "says_nothing"),
        ("\n \n", "says_nothing"),
        ("https://heron.example/license\n", "says_nothing"),
        ("TODO: add license here\n", "says_nothing"),
        ("<!DOCTYPE html><html><head><title>404 Not Found</title></head></html>", "error_page"),
        ('{"error":"Repository not found"}', "error_page"),
    ],
)
def test_texts_that_say_nothing(reading: Read, content: str, reason: str) -> None:
    found = reading(LICENSE=content, **{"a.py": "A = 1"})
    assert found.claims == []
    assert reason in found.blocking()


def test_the_address_in_place_of_the_terms_is_kept_for_whoever_may_follow_it(reading: Read) -> None:
    found = reading(LICENSE="See https://heron.example/license.\n", **{"a.py": "A = 1"})
    assert [g.link for g in found.gaps] == ["https://heron.example/license"]
    words = "The terms of use of this work are those that our web site shows at that time:"
    found = reading(LICENSE=f"{words} https://heron.example/terms\n")
    assert [g.link for g in found.gaps if g.blocks] == ["https://heron.example/terms"]


def test_a_linked_license_of_a_card_keeps_its_address(reading: Read) -> None:
    card = "---\nlicense: other\nlicense_name: heron\nlicense_link: https://heron.example/l\n---\n"
    found = reading(**{"README.md": card})
    links = {g.reason: g.link for g in found.gaps}
    assert links["license_by_link"] == "https://heron.example/l"


@pytest.mark.parametrize(
    ("line", "reason", "blocks"),
    [
        ("Copyright (c) [year] [fullname]", "holder_unfilled", False),
        ("Copyright <YEAR> <COPYRIGHT HOLDER>", "holder_unfilled", False),
        ("Copyright {{ year }} {{ organization }}", "holder_unfilled", False),
        ("It is governed by the laws of [insert state or country].", "unfilled_template", True),
    ],
)
def test_fields_that_nobody_filled_in(
    reading: Read, text: Text, line: str, reason: str, blocks: bool
) -> None:
    found = reading(LICENSE=f"MIT License\n\n{line}\n\n{text('mit')}", **{"a.py": "A = 1"})
    gaps = [g for g in found.gaps if g.reason == reason]
    assert gaps
    assert {(g.blocks, g.location.line) for g in gaps} == {(blocks, 3)}


@pytest.mark.parametrize("key", ["apache-2.0", "gpl-3.0", "agpl-3.0"])
def test_the_fields_of_an_appendix_are_meant_to_be_empty(
    reading: Read, text: Text, key: str
) -> None:
    assert reading(LICENSE=text(key), **{"a.py": "A = 1"}).gaps == ()


SAID = st.lists(
    st.sampled_from(["may", "use", "copy", "sell", "heron", "pond", "不", "得"]), max_size=60
)


@given(SAID, SAID)
def test_a_change_turns_the_one_text_into_the_other(here: list[str], there: list[str]) -> None:
    ours, theirs = tuple(here), tuple(there)
    rebuilt: list[str] = []
    at = 0
    for start, end, from_, to in differences(ours, theirs):
        rebuilt += [*ours[at:start], *theirs[from_:to]]
        at = end
    assert [*rebuilt, *ours[at:]] == there


@given(SAID)
def test_equal_texts_do_not_differ(said: list[str]) -> None:
    text = " ".join(said)
    assert change("x", text, text) == Change("x", alike=1.0)


def test_long_texts_are_compared_through_their_rare_words() -> None:
    one = [f"w{n if n % 50 == 0 else n % 7}" for n in range(6_000)]
    other = [*one[:3_000], "without", "warranty", *one[3_000:]]
    ours, theirs = ("a", *one), ("b", *other)
    found = differences(ours, theirs)
    assert [ours[i:k] + theirs[j:n] for i, k, j, n in found] == [
        ("a", "b"),
        ("without", "warranty"),
    ]
    assert read_words("a <b>c</b> 不得").words == ("a", "c", "不", "得")
