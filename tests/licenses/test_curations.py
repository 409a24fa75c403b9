"""Curations: a corrected fact holds for the words it was written for, and for no others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from licaudit.errors import ConfigError
from licaudit.facts import Artifact, Claim, Collected, Curation, Gap, Location
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


@pytest.mark.parametrize("changed", [claim("mtii"), claim(line=3)])
def test_a_curation_of_other_words_is_refused_with_both_places_and_digests(changed: Claim) -> None:
    digest = content_digest([claim()], ROOT, "weights")
    with pytest.raises(ConfigError) as refused:
        apply_curations([changed], (curation(digest),), TREE, "mine.yaml")
    said = refused.value.sentence()
    assert said.startswith("mine.yaml:7: the curation of `local:.` (weights) ")
    assert changed.location.label() in said
    assert digest in said
    assert content_digest([changed], ROOT, "weights") in said
    assert refused.value.exit_code == 2


def test_a_curation_of_words_that_are_gone_is_refused() -> None:
    digest = content_digest([claim()], ROOT, "weights")
    with pytest.raises(ConfigError, match="what now stands there"):
        apply_curations([], (curation(digest),), TREE)


BASE = "pkg:huggingface/birds/wren"


@pytest.mark.parametrize(
    ("read", "gaps"),
    [
        ([], ()),
        ([replace(claim("other"), artifact=BASE, authority="stranger")], ()),
        ([replace(claim("other"), artifact=BASE)], (Gap(BASE, "unreachable", "no connection"),)),
    ],
)
def test_words_out_of_reach_are_no_change_and_no_pass(read: list[Claim], gaps: tuple) -> None:
    upstream = Collected(artifacts=(Artifact(BASE, "model", "wren"),), gaps=gaps)
    held = (curation("00", artifact=BASE),)
    claims, (gap,) = apply_curations(read, held, upstream, "mine.yaml")
    assert claims == read
    assert (gap.reason, gap.blocks, gap.scope) == ("curation_lapsed", True, "weights")
    assert gap.location == Location("mine.yaml", 7, key="curations")


def test_an_upstream_that_was_read_and_differs_is_refused() -> None:
    upstream = Collected(artifacts=(Artifact(BASE, "model", "wren"),))
    elsewhere = (Gap(ROOT, "unreachable", "no connection"), Gap(BASE, "unknown_name", "mti"))
    for gaps in ((), elsewhere):
        with pytest.raises(ConfigError, match=r"README\.md:2"):
            apply_curations(
                [replace(claim(), artifact=BASE)],
                (curation("00", artifact=BASE),),
                replace(upstream, gaps=gaps),
            )


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
