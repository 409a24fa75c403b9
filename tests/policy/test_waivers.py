"""Waivers: they match exactly, end on a day, hide nothing and lift only what they cover."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from licaudit.facts import Gap, Intent, Judgement, Waiver
from licaudit.policy.project import Project
from licaudit.policy.waivers import report

from .build import DAY, ROOT, Work, fingers, scope

SHIPPED = Intent(distribute=("weights",), modify=False, train_on_outputs=False)


def waiver(judgement: Judgement, rule: str, expires: date = DAY, **other: str) -> Waiver:
    found = next(f for f in judgement.findings if f.rule == rule)
    values = {"rule": rule, "artifact": found.artifact, "fingerprint": found.fingerprint, **other}
    return Waiver(**values, reason="known", approver="counsel", expires=expires)


def mit() -> Work:
    return Work().under("MIT")


def waived(work: Work, *waivers: Waiver, intent: Intent = SHIPPED) -> Judgement:
    return work.judged(intent, Project(waivers=waivers))


def test_a_waiver_lifts_the_verdict_and_leaves_the_finding() -> None:
    before = mit().judged(SHIPPED)
    assert [f.rule for f in before.findings] == ["license-without-text"]
    assert before.verdict == "fail"
    after = waived(mit(), waiver(before, "license-without-text"))
    assert after.verdict == "pass"
    (finding,) = after.findings
    assert finding.waiver == f"counsel: known (until {DAY})"
    assert replace(finding, waiver=None) == before.findings[0]


@pytest.mark.parametrize(
    "other",
    [{"rule": "duty-unconfirmed"}, {"artifact": "pkg:other"}, {"fingerprint": "0" * 16}],
    ids=["rule", "artifact", "fingerprint"],
)
def test_a_waiver_of_something_else_is_unused(other: dict[str, str]) -> None:
    before = mit().judged(SHIPPED)
    given = replace(waiver(before, "license-without-text"), **other)
    assert waived(mit(), given).verdict == "fail"
    assert report(before.findings, (given,), DAY).unused == (given,)


def test_an_expired_waiver_waives_nothing_and_is_reported() -> None:
    before = mit().judged(SHIPPED)
    late = waiver(before, "license-without-text", DAY - timedelta(days=1))
    assert waived(mit(), late) == before
    told = report(before.findings, (late,), DAY)
    assert (told.expired, told.unused, told.used) == ((late,), (), ())


def test_what_was_used_is_reported_so() -> None:
    before = mit().judged(SHIPPED)
    given = waiver(before, "license-without-text")
    told = report(waived(mit(), given).findings, (given,), DAY)
    assert (told.expired, told.unused, told.used) == ((), (), (given,))


def test_a_waived_gap_lifts_no_prohibition() -> None:
    work = Work().under("CC-BY-NC-4.0")
    work.gaps.append(Gap(ROOT, "unreadable", "LICENSE cannot be read", scope="weights"))
    before = work.judged(Intent(distribute=()))
    after = waived(work, waiver(before, "evidence-gap"), intent=Intent(distribute=()))
    assert [f.waiver is not None for f in after.findings if f.rule == "evidence-gap"] == [True]
    assert after.verdict == "fail"


def test_a_waiver_lifts_nothing_that_no_rule_spoke_of() -> None:
    work = Work().under("AGPL-3.0-only")
    work.gaps.append(Gap(ROOT, "unreadable", "NOTICE cannot be read", scope="weights"))
    only = ("ci-default",)  # nothing here speaks of the open reciprocal duty
    before = work.judged(Intent(), packs=only)
    after = work.judged(Intent(), Project(waivers=(waiver(before, "evidence-gap"),)), only)
    assert after.verdict == "review"
    assert "duty_open" in {r.code for v in after.verdicts for r in v.because}


def test_a_second_gap_is_not_covered_by_the_waiver_of_the_first() -> None:
    work = mit()
    work.gaps.append(Gap(ROOT, "unreadable", "LICENSE cannot be read", scope="weights"))
    quiet = Intent(distribute=(), modify=False)
    given = waiver(work.judged(quiet), "evidence-gap")
    assert waived(work, given, intent=quiet).verdict == "pass"
    work.gaps.append(Gap(ROOT, "broken", "config.json is broken", scope="weights"))
    assert waived(work, given, intent=quiet).verdict == "review"


def test_a_second_missing_duty_is_not_covered_by_the_waiver_of_the_first() -> None:
    llama = "LicenseRef-scancode-llama-3.1-license-2024"
    intent = replace(SHIPPED, restricted_fields=(), group_monthly_users=(("2024-07", 5),))
    intent = replace(intent, modify=True)

    def work() -> Work:
        return Work().under(llama).shows("name", "harbor").shows("license_file", "LICENSE", llama)

    both, one = work(), work().shows("text_marker", "built with llama")
    given = waiver(one.judged(intent), "duty-missing")
    assert waived(one, given, intent=intent).verdict == "pass"
    assert waived(both, given, intent=intent).verdict == "fail"


def test_accepting_a_question_accepts_no_prohibition() -> None:
    work = Work().came_from("pkg:m", "fine_tuned_from", "MIT")
    work.came_from("pkg:d", "trained_on", "CC-BY-NC-4.0", "dataset", source="pkg:m").under("MIT")
    asked = work.judged(Intent(distribute=()))
    direct = Work().under("MIT").came_from("pkg:d", "trained_on", "CC-BY-NC-4.0", "dataset")
    barred = direct.judged(Intent(distribute=()))
    assert asked.verdict == "review"
    assert barred.verdict == "fail"
    rule = "noncommercial-data"
    assert fingers(asked, rule) != fingers(barred, rule)
    given = waiver(asked, rule)
    assert waived(direct, given, intent=Intent(distribute=())).verdict == "fail"


def test_a_waiver_of_unread_dependencies_covers_no_other_of_them() -> None:
    def work(*names: str) -> Work:
        made = Work("code").under("MIT", "code")
        for name in names:
            made.came_from(f"pkg:pypi/{name}", "depends_on", kind="package")
        return made

    quiet = Intent(distribute=(), modify=False)
    given = waiver(work("a", "b").judged(quiet), "dependency-license-unknown")
    assert waived(work("a", "b"), given, intent=quiet).verdict == "pass"
    assert waived(work("a", "b", "c"), given, intent=quiet).verdict == "review"
    assert scope(waived(work("a", "b", "c"), given, intent=quiet), "code") == "review"


def test_of_many_findings_one_that_a_waiver_matches_makes_it_used() -> None:
    before = mit().came_from("pkg:d", "trained_on", "CC-BY-NC-4.0", "dataset").judged(SHIPPED)
    assert len(before.findings) > 1
    one = waiver(before, "license-without-text")
    assert report(before.findings, (one,), DAY).used == (one,)
    assert report(before.findings, (replace(one, expires=DAY - timedelta(1)),), DAY).used == ()
