"""Whole texts: exact, near, several in one file, with clauses added; likeness decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.facts import CODE, Claim, Gap, Location, Passage
from licaudit.licenses import engine
from licaudit.licenses.identify import Ladder, identify
from licaudit.licenses.texts import digest, words
from licaudit.licenses.titles import headed

Text = Callable[[str], str]
Identify = Callable[[str], tuple[list[Claim], list[Gap]]]
HOLDER = "MIT License\n\nCopyright (c) 2024 Ada Example\n\n"
NON_COMMERCIAL = "The Software may not be used for any commercial purpose."
FILTER = (
    "2. All persons who obtain the Software must keep the inference filters switched on "
    "and shall not remove or bypass them."
)


@pytest.fixture
def license_file(ladder: Ladder) -> Identify:
    """What the ladder makes of a LICENSE file of unsaid role in a code repository."""

    def read(text: str) -> tuple[list[Claim], list[Gap]]:
        lines = text.count("\n") + 1
        place = Location("LICENSE", 1, lines, 0, len(text.encode()))
        hints = (("file", "LICENSE"), ("role", "unsaid"))
        passage = Passage(text, place, "text", CODE, "local:.", "detected", hints=hints)
        return identify((passage,), ladder)

    return read


def expressions(claims: list[Claim]) -> set[str]:
    return {c.expression for c in claims if c.expression}


def narrows(claims: list[Claim]) -> set[str]:
    return {c.narrows for c in claims if c.narrows}


def inside(text: str, mark: str, clause: str) -> str:
    place = text.index(mark)
    return f"{text[:place]}{clause}\n\n{text[place:]}"


@pytest.mark.parametrize("key", ["mit", "apache-2.0", "gpl-3.0", "cc-by-nc-sa-4.0", "odbl-1.0"])
def test_a_known_text_is_exact_however_laid_out(
    license_file: Identify, text: Text, key: str, ladder: Ladder
) -> None:
    for laid_out in (text(key), text(key).upper(), "\r\n".join(text(key).split("\n"))):
        claims, gaps = license_file(laid_out)
        assert expressions(claims) == {ladder.catalog.id_of(key)}
        assert {c.rung for c in claims} == {"exact_text"}
        assert gaps == []


def test_a_copyright_line_above_changes_nothing(license_file: Identify, text: Text) -> None:
    above = "Heron, a namer of birds\n\nCopyright (c) 2024 Ada Example\n\n"
    claims, gaps = license_file(above + text("mit"))
    assert expressions(claims) == {"MIT"}
    assert gaps == []
    (claim,) = claims
    assert claim.rung == "exact_rule"
    body = (above + text("mit")).encode()
    start, length = claim.location.start or 0, claim.location.length or 0
    assert body[start : start + length].startswith(b"Permission is hereby granted")


@pytest.mark.parametrize("clause", [NON_COMMERCIAL, FILTER], ids=["non-commercial", "filter"])
@pytest.mark.parametrize("where", ["before", "inside", "after"])
@pytest.mark.parametrize(
    ("key", "mark"), [("mit", "The above copyright"), ("apache-2.0", "3. Grant of Patent")]
)
def test_a_text_with_a_clause_more_is_never_the_plain_license(
    license_file: Identify, text: Text, key: str, mark: str, where: str, clause: str
) -> None:
    known = HOLDER + text(key) if key == "mit" else text(key)
    changed = {
        "before": f"{clause}\n\n{known}",
        "inside": inside(known, mark, clause),
        "after": f"{known}\n\n{clause}\n",
    }[where]
    claims, gaps = license_file(changed)
    assert not {"MIT", "Apache-2.0"} & expressions(claims)
    (claim,) = [c for c in claims if c.expression]
    assert (claim.rung, claim.expression[:29]) == ("near", "LicenseRef-licaudit-modified-")
    assert clause[10:60] in (claim.note or "")
    assert "changed_text" in {g.reason for g in gaps if g.blocks}
    if clause == NON_COMMERCIAL:
        assert "non_commercial" in narrows(claims)


def test_what_is_said_of_another_part_is_no_clause(license_file: Identify, text: Text) -> None:
    said = "The weights are released under the Llama 2 Community License Agreement."
    claims, _ = license_file(f"{HOLDER}{text('mit')}\n\n{said}\n")
    assert {(c.scope, c.expression) for c in claims} == {
        ("code", "MIT"),
        ("weights", "LicenseRef-scancode-llama-2-license-2023"),
    }


def test_a_limit_on_another_part_narrows_that_part(license_file: Identify, text: Text) -> None:
    said = "The model weights are for non-commercial use only."
    claims, _ = license_file(f"{HOLDER}{text('mit')}\n\n{said}\n")
    assert expressions(claims) == {"MIT"}
    assert {(c.scope, c.narrows) for c in claims if c.narrows} == {("weights", "non_commercial")}


def test_several_texts_in_one_file(license_file: Identify, text: Text) -> None:
    parts = "Parts of it stand under the following license:"
    claims, _ = license_file(f"{HOLDER}{text('mit')}\n\n-----\n\n{parts}\n\n{text('bsd-new')}")
    assert expressions(claims) == {"MIT", "BSD-3-Clause"}
    first, second = sorted(claims, key=lambda c: c.location.line or 0)
    assert (first.location.end_line or 0) < (second.location.line or 0)


def test_a_text_behind_a_headed_one_is_not_swallowed(license_file: Identify, text: Text) -> None:
    claims, _ = license_file(f"{text('apache-2.0')}\n\n====\n\n{text('gpl-3.0')}")
    assert expressions(claims) == {"Apache-2.0", "GPL-3.0-only"}


def test_a_non_commercial_text_with_a_few_other_words_stays_so(
    license_file: Identify, text: Text
) -> None:
    changed = text("cc-by-nc-4.0").replace("worldwide", "global").replace("manner", "way")
    claims, _ = license_file(changed)
    assert expressions(claims) == {"CC-BY-NC-4.0"}
    assert {c.rung for c in claims} == {"engine"}


def test_a_permissive_text_with_non_commercial_words_is_neither(
    license_file: Identify, text: Text
) -> None:
    changed = text("cc-by-4.0").replace(
        "Licensed Rights", "Licensed Rights for NonCommercial purposes only", 3
    )
    claims, gaps = license_file(changed)
    assert "CC-BY-4.0" not in expressions(claims)
    assert "non_commercial" in narrows(claims)
    assert "changed_text" in {g.reason for g in gaps if g.blocks}


def test_a_non_commercial_text_under_a_permissive_title_keeps_its_limits(
    license_file: Identify, text: Text
) -> None:
    changed = text("cc-by-nc-4.0").replace("Attribution-NonCommercial 4.0", "Attribution 4.0")
    claims, gaps = license_file(changed)
    assert expressions(claims) == {"CC-BY-NC-4.0"}
    assert "changed_text" in {g.reason for g in gaps if g.blocks}


@pytest.mark.parametrize(
    ("key", "id_"),
    [
        ("cc-by-nd-4.0", "CC-BY-ND-4.0"),
        ("cc-by-sa-4.0", "CC-BY-SA-4.0"),
        ("cc-by-nc-nd-4.0", "CC-BY-NC-ND-4.0"),
        ("cc-by-nc-sa-4.0", "CC-BY-NC-SA-4.0"),
    ],
)
def test_variants_with_a_word_changed_are_not_taken_for_each_other(
    license_file: Identify, text: Text, key: str, id_: str
) -> None:
    claims, _ = license_file(text(key).replace("worldwide", "global"))
    assert {e.removeprefix("LicenseRef-licaudit-modified-") for e in expressions(claims)} == {id_}


def test_llama_3_is_not_taken_for_3_1(license_file: Identify, text: Text) -> None:
    claims, gaps = license_file(_llama_3(text))
    assert expressions(claims) == {"LicenseRef-licaudit-llama-3-2024-04-18"}
    assert {c.rung for c in claims} == {"near"}
    assert {c.scope for c in claims} == {"code", "weights"}
    assert "changed_text" in {g.reason for g in gaps if g.blocks}


def _llama_3(text: Text) -> str:
    return (
        text("llama-3.1-license-2024")
        .replace("LLAMA 3.1 COMMUNITY", "META LLAMA 3 COMMUNITY")
        .replace(
            "Llama 3.1 Version Release Date: July 23", "Meta Llama 3 Version Release Date: April 18"
        )
        .replace("Llama 3.1", "Meta Llama 3")
    )


@pytest.mark.parametrize(
    "opening",
    [
        "This is not the Llama 3.1 Community License Agreement.",
        "Unlike the Llama 3.1 Community License Agreement this text is short.",
        "Llama 3.1 Community License Agreement applies to the weights alone.",
    ],
)
def test_a_title_that_is_only_mentioned_names_nothing(
    license_file: Identify, text: Text, opening: str, ladder: Ladder
) -> None:
    assert headed([opening, "", "MIT License"], ladder.knowledge) is None
    claims, _ = license_file(f"{opening}\n\n{HOLDER}{text('mit')}")
    assert "MIT" in expressions(claims)
    assert all(c.rung == "identifier" for c in claims if "llama" in (c.expression or ""))


@pytest.mark.parametrize(
    "lines",
    [
        ["# Llama 3.1 Community License Agreement", "", "Words."],
        ["", "**LLAMA 3.1 COMMUNITY", "LICENSE AGREEMENT**", "Words."],
        ["Copyright (c) Somebody", "", "The Llama 3.1 Community License Agreement", "Words."],
    ],
)
def test_a_heading_is_found_near_the_top(lines: list[str], ladder: Ladder) -> None:
    found = headed(lines, ladder.knowledge)
    assert found is not None
    assert found[0] == "LicenseRef-scancode-llama-3.1-license-2024"


def test_words_nobody_knows_are_no_license(license_file: Identify) -> None:
    claims, gaps = license_file("You may look at the herons from the bank of the pond. " * 12)
    assert expressions(claims) == set()
    assert [g.reason for g in gaps if g.blocks] == ["unidentified_text"]


def test_a_text_that_resembles_licenses_without_end_is_cut(
    license_file: Identify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "SECONDS", 0.2)
    _, gaps = license_file("the license of this model is free to use under the terms " * 800)
    assert "cut_short" in {g.reason for g in gaps if g.blocks}


def test_a_very_long_text_is_read_in_part(license_file: Identify, text: Text) -> None:
    claims, gaps = license_file(f"{text('mit')}\n\n{'pond ' * 60_000}")
    assert "MIT" in expressions(claims) or any("modified" in e for e in expressions(claims))
    assert "cut_short" in {g.reason for g in gaps if g.blocks}


PROSE = st.lists(st.from_regex(r"[a-z]{1,9}", fullmatch=True), min_size=1, max_size=40)


@given(PROSE, st.data())
def test_the_digest_is_blind_to_layout(said: list[str], data: Any) -> None:
    gaps = st.sampled_from([" ", "\n", "  \n\t", ", ", "\n\n> ", ". "])
    case = st.sampled_from([str.lower, str.upper, str.title])
    laid_out = "".join(data.draw(case)(word) + data.draw(gaps) for word in said)
    assert digest(laid_out) == digest(" ".join(said))


@given(st.text(max_size=300))
def test_normalizing_never_fails_and_settles(text: str) -> None:
    assert words(" ".join(words(text))) == words(text) or "copyright" in text.lower()
