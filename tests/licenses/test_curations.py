"""Curations: a corrected fact holds for the words it was written for, and for no others."""

from __future__ import annotations

from licaudit.facts import Artifact, Claim, Collected, Curation, Location
from licaudit.licenses.curations import apply_curations, content_digest

ROOT = "local:."
TREE = Collected(artifacts=(Artifact(ROOT, "model", "finch"),))


def claim(written: str = "mti", line: int = 2) -> Claim:
    return Claim(
        f"c-{written}", ROOT, "weights", written, None, "declared", "holder", "none", 0.0,
        Location("README.md", line),
    )  # fmt: skip


def curation(sha256: str, **other: str) -> Curation:
    values = {"artifact": ROOT, "scope": "weights", "expression": "MIT", **other}
    return Curation(**values, sha256=sha256, reason="a typo", author="data@us.example", line=7)


def test_a_curation_corrects_the_words_it_was_written_for() -> None:
    digest = content_digest([claim()], ROOT, "weights")
    (found,), gaps = apply_curations([claim()], (curation(digest),), TREE)
    assert (found.expression, found.rung, found.confidence) == ("MIT", "curation", 1.0)
    assert found.written == "mti"
    assert found.note == "curated by data@us.example: a typo"
    assert gaps == []


def test_a_curation_lapses_when_the_words_change_and_its_line_is_named() -> None:
    digest = content_digest([claim()], ROOT, "weights")
    for changed in (claim("mtii"), claim(line=3)):
        (found,), (gap,) = apply_curations([changed], (curation(digest),), TREE, "mine.yaml")
        assert found == changed
        assert (gap.reason, gap.blocks, gap.scope) == ("curation_lapsed", True, "weights")
        assert gap.location == Location("mine.yaml", 7, key="curations")
        assert content_digest([changed], ROOT, "weights") in gap.detail


def test_a_curation_of_what_is_not_there_is_reported() -> None:
    nothing = content_digest([], "pkg:generic/gone", "weights")
    claims, (gap,) = apply_curations(
        [claim()], (curation(nothing, artifact="pkg:generic/gone"),), TREE
    )
    assert claims == [claim()]
    assert "fits nothing that was found" in gap.detail
    assert gap.blocks


def test_a_curation_may_say_what_nobody_said() -> None:
    nothing = content_digest([], ROOT, "weights")
    (found,), gaps = apply_curations([], (curation(nothing),), TREE)
    assert (found.expression, found.scope, found.basis) == ("MIT", "weights", "concluded")
    assert gaps == []
