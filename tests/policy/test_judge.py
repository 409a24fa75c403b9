"""Verdicts: the floor under every pack, checkpoints, scopes, conditional licenses both ways."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from licaudit.facts import Agreement, Confirmation, Gap, Intent, Position
from licaudit.policy.answer import answer
from licaudit.policy.project import Project, SourceNote

from .build import DAY, ROOT, Work, scope
from .test_rules import write_pack

QUIET = Intent(distribute=(), modify=False, train_on_outputs=False)
LLAMA = "LicenseRef-scancode-llama-3.1-license-2024"
DEEPSEEK = "LicenseRef-scancode-deepseek-la-1.0"
RAIL = "LicenseRef-scancode-stable-diffusion-2022-08-22"


@pytest.fixture
def tiny(tmp_path: Path) -> tuple[str, ...]:
    """A pack with one rule that never fires."""
    return (write_pack(tmp_path / "tiny", never="fail: 'false'"),)


@pytest.fixture
def mild(tmp_path: Path) -> tuple[str, ...]:
    """A pack whose one rule says review of everything."""
    return (write_pack(tmp_path / "mild", always="review: 'true'"),)


@pytest.mark.parametrize(
    ("expression", "verdict"),
    [
        (None, "review"),
        ("LicenseRef-nobody-knows", "review"),
        ("AGPL-3.0-only", "review"),
        ("CC-BY-NC-4.0", "fail"),
        ("MIT", "pass"),
    ],
)
def test_terms_count_whatever_packs_are_chosen(tiny, expression, verdict: str) -> None:
    assert Work().under(expression).judged(packs=tiny).verdict == verdict


def test_a_mild_finding_does_not_soften_the_terms(mild) -> None:
    assert Work().under("CC-BY-NC-4.0").judged(packs=mild).verdict == "fail"
    assert Work().under("MIT").judged(packs=mild).verdict == "review"


@pytest.mark.parametrize("placed", ["weights", None, "*", "document", "data:collection", "nowhere"])
def test_a_gap_that_blocks_counts_wherever_it_stands(tiny, placed: str | None) -> None:
    work = Work().under("MIT")
    assert work.judged(QUIET, packs=tiny).verdict == "pass"
    artifact = "pkg:gone" if placed == "nowhere" else ROOT
    work.gaps.append(
        Gap(artifact, "unreadable", "unread", scope=None if artifact != ROOT else placed)
    )
    assert work.judged(QUIET, packs=tiny).verdict == "review"


def test_a_gap_of_another_part_leaves_this_one_alone() -> None:
    work = Work().under("MIT").under("MIT", "code")
    work.gaps.append(Gap(ROOT, "unreadable", "unread", scope="code"))
    judged = work.judged(QUIET)
    assert (scope(judged, "code"), scope(judged, "weights")) == ("review", "pass")


def test_a_gap_in_a_datasets_own_card_counts_for_the_model() -> None:
    work = Work().under("MIT").came_from("local:data", "trained_on", "MIT", "dataset")
    work.gaps.append(Gap("local:data", "broken", "unread", scope="data:collection"))
    assert work.judged(QUIET).verdict == "review"


def test_nothing_to_judge_is_a_question() -> None:
    assert Work().judged(QUIET).verdict == "review"


@pytest.mark.parametrize(
    ("licenses", "weights"),
    [
        (("MIT", "CC-BY-NC-4.0"), "review"),
        (("CC-BY-NC-4.0", "CC-BY-NC-4.0"), "fail"),
        (("MIT", "Apache-2.0"), "pass"),
        (("MIT", None), "review"),
        ((None, "CC-BY-NC-4.0"), "review"),
    ],
)
def test_checkpoints_under_several_licenses(licenses, weights: str) -> None:
    work = Work()
    for name, expression in zip("ab", licenses, strict=True):
        work.under(expression, f"checkpoint:{name}")
    assert scope(work.judged(QUIET), "weights") == weights


def test_an_intent_may_name_one_checkpoint() -> None:
    work = Work().under("MIT", "checkpoint:a").under("CC-BY-NC-4.0", "checkpoint:b")
    verdicts = {
        name: work.judged(replace(QUIET, scopes=(f"checkpoint:{name}",))).verdict for name in "abc"
    }
    assert verdicts == {"a": "pass", "b": "fail", "c": "review"}


def test_what_the_model_came_from_binds_each_checkpoint() -> None:
    work = Work().under("MIT", "checkpoint:a").came_from("pkg:b", "fine_tuned_from", "CC-BY-NC-4.0")
    assert work.judged(replace(QUIET, scopes=("checkpoint:a",))).verdict == "fail"


def test_an_intent_may_need_some_scopes_only() -> None:
    work = Work().under("MIT").under("CC-BY-NC-4.0", "data:collection").under(None, "code")
    for scopes, verdict in (
        (None, "fail"),
        (("weights",), "pass"),
        (("weights", "code"), "review"),
        (("data",), "fail"),
        ((), "review"),
    ):
        assert work.judged(replace(QUIET, scopes=scopes)).verdict == verdict
    assert (
        Work().under("MIT").judged(replace(QUIET, scopes=("weights", "code"))).verdict == "review"
    )


def test_the_expression_of_a_verdict_keeps_its_brackets() -> None:
    work = Work().under("(MIT AND CC-BY-4.0) OR Apache-2.0").under("MIT OR ISC", "checkpoint:a")
    (weights, _) = work.judged(QUIET).verdicts
    assert weights.expression == "((MIT AND CC-BY-4.0) OR Apache-2.0) AND (MIT OR ISC)"


def said(license_id: str, *conditions: str) -> Project:
    return Project(
        confirmations=tuple(Confirmation(license_id, c, "me", date(2027, 1, 1)) for c in conditions)
    )


@pytest.mark.parametrize("license_id", [DEEPSEEK, RAIL])
def test_a_use_restricted_model_is_review_until_all_is_answered(license_id: str) -> None:
    work = Work().under(license_id)
    answered = replace(QUIET, restricted_fields=())
    kept = said(license_id, "keep-current")
    assert work.judged().verdict == "review"
    assert work.judged(QUIET, kept).verdict == "review"
    assert work.judged(replace(answered, restricted_fields=("military",)), kept).verdict == (
        "fail" if license_id == DEEPSEEK else "pass"
    )
    assert work.judged(answered, kept).verdict == "pass"
    assert (work.judged(answered).verdict == "pass") == (license_id == DEEPSEEK)


def test_agpl_is_a_question_until_nothing_is_shipped() -> None:
    work = Work().under("AGPL-3.0-only")
    assert work.judged().verdict == "review"
    assert answer(work.judged()).word == "only if"
    assert work.judged(QUIET).verdict == "pass"
    assert answer(work.judged(QUIET)).word == "yes"


def llama(users: int | None, **more) -> Intent:
    figure = None if users is None else (("2024-07-23", users),)
    return Intent(
        actor="company",
        group_monthly_users=figure,
        restricted_fields=(),
        distribute=("weights",),
        modify=True,
        train_on_outputs=False,
        **more,
    )


def test_llama_with_few_users_is_allowed_with_its_obligations() -> None:
    work = (
        Work()
        .under(LLAMA)
        .shows("license_file", "LICENSE", LLAMA)
        .shows("name", "Llama-3.1-harbor")
        .shows("text_marker", "built with llama")
        .shows("text_marker", "llama 3.1 is licensed under the llama 3.1 community license")
    )
    judged = work.judged(llama(5_000_000))
    assert judged.verdict == "pass"
    assert {o.condition: o.status for o in judged.obligations} == {
        "agreement-copy": "met",
        "built-with": "met",
        "name-prefix": "met",
        "notice-line": "met",
    }
    assert work.judged(llama(700_000_001)).verdict == "fail"
    assert work.judged(llama(None)).verdict == "review"
    assert Work().under(LLAMA).judged(llama(5_000_000)).verdict == "fail"


def test_a_model_distilled_from_one_that_forbids_it_meets_the_ban() -> None:
    llama2 = "LicenseRef-scancode-llama-2-license-2023"
    work = Work().under("MIT").came_from("pkg:teacher", "distilled_from", llama2)
    judged = work.judged(replace(llama(5), distribute=()))
    assert judged.verdict == "fail"
    finding = next(f for f in judged.findings if f.rule == "commercial-prohibited")
    assert (finding.license, finding.clauses) == (llama2, ("1.b.v",))
    assert finding.path == (ROOT, "pkg:teacher")


def test_clauses_stand_verbatim_beside_their_license() -> None:
    judged = Work().under("MIT AND CC-BY-NC-4.0").judged(QUIET)
    (finding,) = judged.findings
    assert finding.license == "CC-BY-NC-4.0"
    assert finding.clauses == ("1(i), 2(a)(1)",)


def test_data_learnt_from_by_others_is_debated_and_a_position_decides_that_alone() -> None:
    work = Work().under("MIT").came_from("pkg:m", "fine_tuned_from", "MIT")
    work.came_from("pkg:d", "trained_on", "CC-BY-NC-SA-4.0", "dataset", source="pkg:m")

    def judged(*positions: Position, intent: Intent = QUIET) -> str:
        return work.judged(intent, Project(positions=positions)).verdict

    others = Position("training-by-others", "does-not-travel", "me", "memo", DAY)
    shared = replace(others, question="dataset-share-alike-into-weights")
    kept = replace(others, answer="travels")
    shipped = replace(QUIET, distribute=("service",))
    assert judged() == "review"
    assert judged(others) == "pass"
    assert judged(kept) == judged(others, kept) == judged(kept, others) == "fail"
    assert judged(replace(others, expires=date(2026, 1, 1))) == "review"
    assert judged(shared) == "review"
    assert judged(others, intent=shipped) == "review"
    assert judged(others, shared, intent=shipped) == "pass"


def test_what_was_learnt_in_this_tree_was_learnt_by_us() -> None:
    work = Work().under("MIT").came_from("local:weights", "contains", "MIT")
    work.came_from("pkg:d", "trained_on", "CC-BY-NC-4.0", "dataset", source="local:weights")
    assert work.judged(QUIET).verdict == "fail"


def test_a_purchased_dataset_passes_with_a_contract_that_its_source_names() -> None:
    bought = Agreement(
        "v-17", "us", ("train", "distribute_weights"), (date(2024, 1, 1), date(2027, 1, 1))
    )
    work = Work().under("MIT").came_from("pkg:vendor", "trained_on", kind="dataset")

    def judged(contract: str | None, agreement: Agreement = bought, name: str = "vendor") -> str:
        note = SourceNote(name, "commercial", contract)
        return work.judged(QUIET, Project(sources=(note,), agreements=(agreement,))).verdict

    over = replace(bought, term=(date(2024, 1, 1), date(2025, 1, 1)))
    assert judged("v-17") == "pass"
    assert judged("v-17", name="pkg:vendor") == "pass"
    assert judged(None) == judged("v-18") == judged("v-17", name="other") == "review"
    assert judged("v-17", replace(bought, acts=("distribute_weights",))) == "review"
    assert judged("v-17", over) == "review"
    assert judged("v-17", replace(over, survives="trained_model")) == "pass"


def test_dependencies_without_a_license_are_told_together() -> None:
    work = Work("code").under("MIT", "code")
    for name in ("a", "b"):
        work.came_from(f"pkg:pypi/{name}", "depends_on", kind="package")
    work.came_from("pkg:pypi/c", "depends_on", "CC-BY-NC-4.0", "package")
    judged = work.judged(QUIET)
    (finding,) = [f for f in judged.findings if f.rule == "dependency-license-unknown"]
    assert "pypi/a, pypi/b" in finding.message.en
    assert "pypi/a、pypi/b" in finding.message.zh
    assert scope(judged, "code") == "fail"


def test_a_thing_contained_counts_for_its_own_part() -> None:
    work = Work().under("MIT").came_from("local:d", "contains", kind="dataset")
    judged = work.judged(QUIET)
    assert {v.scope: v.outcome for v in judged.verdicts} == {"weights": "pass", "data": "review"}


def test_no_brace_is_left_in_what_is_said() -> None:
    work = Work().under("CC-BY-NC-4.0", narrows="research_only").under(None, "code")
    work.came_from("pkg:m", "fine_tuned_from", LLAMA)
    work.gaps.append(Gap(ROOT, "unreadable", "unread", scope="weights"))
    judged = work.judged(Intent(distribute=("weights",)))
    assert len({f.rule for f in judged.findings}) >= 6
    for finding in judged.findings:
        for text in (finding.message, finding.fix):
            assert not {"{", "}"} & set(text.en + text.zh)
            assert "  " not in text.en + text.zh
