"""Declared looser than upstream: computed from terms, for the work and for what lies between."""

from __future__ import annotations

import pytest

from licaudit.facts import Intent, Judgement, Position
from licaudit.policy.project import Project

from .build import DAY, ROOT, Work, claim

RULE = "declared-looser-than-upstream"
LLAMA = "LicenseRef-scancode-llama-3.1-license-2024"
RAIL = "LicenseRef-scancode-bigscience-open-rail-m"
SHIPPED = Intent(distribute=("weights",), modify=True, train_on_outputs=False)
KEPT = Intent(distribute=(), modify=True, train_on_outputs=False)
RESEARCH = Intent(use="research", actor="academic", distribute=(), modify=True)


def derived(own: str, upstream: str, relation: str = "quantized_from") -> Work:
    return Work().under(own).came_from("pkg:base", relation, upstream)


def said(judgement: Judgement) -> list[tuple[str, str]]:
    """Artifact and outcome of every finding of the rule."""
    return [(f.artifact, f.outcome) for f in judgement.findings if f.rule == RULE]


@pytest.mark.parametrize(
    ("own", "upstream"),
    [
        ("MIT", "CC-BY-NC-4.0"),
        ("Apache-2.0", LLAMA),
        ("MIT", RAIL),
        ("MIT", "CC-BY-SA-4.0"),
        ("Apache-2.0", "GPL-3.0-only"),
        ("MIT", "CC-BY-ND-4.0"),
        ("CC-BY-4.0", "CC-BY-NC-4.0"),
    ],
)
def test_a_license_that_gives_away_more_is_found(own: str, upstream: str) -> None:
    assert said(derived(own, upstream).judged(SHIPPED)) == [(ROOT, "fail")]


@pytest.mark.parametrize(
    ("own", "upstream"),
    [
        ("MIT", "MIT"),
        ("Apache-2.0", "MIT"),
        ("CC-BY-NC-4.0", "CC-BY-4.0"),
        ("CC-BY-NC-4.0", "MIT"),
        (LLAMA, LLAMA),
        (LLAMA, "Apache-2.0"),
        (f"MIT AND {LLAMA}", LLAMA),
        ("GPL-3.0-only", "GPL-2.0-or-later"),
        ("MIT", "CC-BY-NC-4.0 OR MIT"),
    ],
)
def test_a_license_that_keeps_what_is_asked_is_not(own: str, upstream: str) -> None:
    assert said(derived(own, upstream).judged(SHIPPED)) == []


def test_both_claims_are_named_and_the_words_say_what_is_given_away() -> None:
    judgement = derived("MIT", "CC-BY-NC-4.0").judged(SHIPPED)
    (finding,) = (f for f in judgement.findings if f.rule == RULE)
    both = {claim(ROOT, "weights", "MIT").id, claim("pkg:base", "weights", "CC-BY-NC-4.0").id}
    assert set(finding.evidence) == both
    assert "MIT would let recipients act commercially; CC-BY-NC-4.0 does not." in finding.message.en
    assert "CC-BY-NC-4.0 不允许" in finding.message.zh
    long = derived("Apache-2.0", LLAMA).judged(SHIPPED)
    (finding,) = (f for f in long.findings if f.rule == RULE)
    assert "LicenseRef" not in finding.message.en


def test_it_depends_on_what_leaves_the_house() -> None:
    work = derived("MIT", "CC-BY-NC-4.0")
    assert said(work.judged(RESEARCH)) == []
    shipped = Intent(use="research", actor="academic", distribute=("weights",), modify=True)
    assert said(work.judged(shipped)) == [(ROOT, "fail")]
    unsaid = Intent(use="research", actor="academic")
    assert said(work.judged(unsaid)) == [(ROOT, "review")]
    assert said(work.judged(KEPT)) == [(ROOT, "fail")]  # what is kept is kept for commerce


def test_data_learnt_from_is_told_by_other_rules() -> None:
    work = Work().under("MIT").came_from("pkg:d", "trained_on", "CC-BY-NC-4.0", "dataset")
    assert said(work.judged(SHIPPED)) == []


def test_what_lies_between_is_found_against_what_it_was_made_from() -> None:
    work = Work().under("CC-BY-NC-4.0").came_from("pkg:mid", "fine_tuned_from", "MIT")
    work.came_from("pkg:base", "quantized_from", "CC-BY-NC-4.0", source="pkg:mid")
    judgement = work.judged(SHIPPED)
    assert said(judgement) == [("pkg:mid", "review")]
    (finding,) = (f for f in judgement.findings if f.rule == RULE)
    assert finding.path == (ROOT, "pkg:mid")


def test_an_upstream_that_states_nothing_is_looked_through() -> None:
    work = Work().under("MIT").came_from("pkg:mid", "fine_tuned_from")
    work.came_from("pkg:base", "quantized_from", "CC-BY-NC-4.0", source="pkg:mid")
    assert said(work.judged(SHIPPED)) == [(ROOT, "fail")]


def test_a_debated_way_is_a_question_until_a_position_is_signed() -> None:
    work = derived("MIT", "CC-BY-NC-4.0", "distilled_from")
    assert said(work.judged(SHIPPED)) == [(ROOT, "review")]
    stays = Position(
        "distillation-is-derivation", "does-not-travel", "counsel", "memo", expires=DAY
    )
    assert said(work.judged(SHIPPED, Project(positions=(stays,)))) == []
    goes = Position("distillation-is-derivation", "travels", "counsel", "memo", expires=DAY)
    assert said(work.judged(SHIPPED, Project(positions=(goes,)))) == [(ROOT, "fail")]


def test_terms_known_in_part_prove_nothing() -> None:
    assert said(derived("MIT", "Zimbra-1.4").judged(SHIPPED)) == [(ROOT, "review")]


def test_a_long_chain_of_one_license_finds_nothing_and_ends() -> None:
    work = Work().under("MIT")
    source = ROOT
    for number in range(300):
        work.came_from(f"pkg:{number}", "fine_tuned_from", "MIT", source=source)
        source = f"pkg:{number}"
    assert said(work.judged(SHIPPED)) == []
