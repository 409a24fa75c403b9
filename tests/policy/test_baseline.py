"""A baseline: what was told as bad before is known; worse, or for another use, is new."""

from __future__ import annotations

from dataclasses import replace

from licaudit.facts import OUTCOMES, Gap, Intent, Judgement, Location, Waiver
from licaudit.policy.baseline import Known, digest, known
from licaudit.policy.judge import judge
from licaudit.policy.packs import DEFAULT_PACKS
from licaudit.policy.project import Project

from .build import DAY, ROOT, Work, loaded

QUIET = Intent(distribute=(), modify=False)


def against(
    work: Work,
    *before: Judgement,
    intent: Intent = QUIET,
    project: Project | None = None,
    packs: tuple[str, ...] = DEFAULT_PACKS,
) -> Judgement:
    (told,) = known(before, (intent,))
    return judge(work.case(project), intent, loaded(packs), "strict", told)


def gap(line: int = 3, path: str = "NOTICE") -> Gap:
    return Gap(ROOT, "unreadable", f"{path} cannot be read", Location(path, line), "weights")


def test_what_was_told_is_known_and_comes_to_nothing() -> None:
    before = Work().under("CC-BY-NC-4.0").judged(QUIET)
    after = against(Work().under("CC-BY-NC-4.0"), before)
    assert (after.verdict, after.new_verdict) == ("fail", "pass")
    assert all(f.known for f in after.findings)
    assert replace(after, findings=(), new_verdict=None) == replace(before, findings=())


def test_without_a_baseline_nothing_is_marked() -> None:
    judged = Work().under("CC-BY-NC-4.0").judged(QUIET)
    assert judged.new_verdict is None
    assert {f.known for f in judged.findings} == {None}


def test_what_got_worse_is_new() -> None:
    work = Work().came_from("pkg:m", "fine_tuned_from", "MIT").under("MIT")
    work.came_from("pkg:d", "trained_on", "CC-BY-NC-4.0", "dataset", source="pkg:m")
    asked = work.judged(QUIET)
    direct = Work().under("MIT").came_from("pkg:d", "trained_on", "CC-BY-NC-4.0", "dataset")
    assert (asked.verdict, direct.judged(QUIET).verdict) == ("review", "fail")
    assert against(direct, asked).new_verdict == "fail"


def test_a_thing_is_known_when_it_was_told_as_bad_or_worse() -> None:
    asked, barred = (Known(frozenset({digest(o, "thing")})) for o in ("review", "fail"))
    assert [asked.has(o, "thing") for o in OUTCOMES] == [True, True, False]
    assert all(barred.has(o, "thing") for o in OUTCOMES)
    assert not any(barred.has(o, "other") for o in OUTCOMES)


def test_another_use_knows_nothing_of_it() -> None:
    research = Intent(use="research", distribute=())
    work = Work().under("LicenseRef-scancode-proprietary-license")
    assert against(work, work.judged(research)).new_verdict == work.judged(QUIET).verdict
    assert against(work, work.judged(research), intent=research).new_verdict == "pass"


def test_intents_of_one_use_are_told_apart_by_their_order() -> None:
    bad, good = Work().under("CC-BY-NC-4.0").judged(QUIET), Work().under("MIT").judged(QUIET)
    first, second, third = known((bad, good), (QUIET, QUIET, QUIET))
    assert first.told > second.told
    assert third == Known()


def test_a_question_that_no_rule_speaks_of_is_known_too() -> None:
    only = ("research-only-data",)
    work = Work().under("AGPL-3.0-only")
    before = work.judged(Intent(), packs=only)
    assert (before.verdict, before.findings) == ("review", ())
    same = against(work, before, intent=Intent(), packs=only)
    assert same.new_verdict == "pass"
    work.under("SSPL-1.0", "code")
    assert against(work, before, intent=Intent(), packs=only).new_verdict == "review"


def test_a_scope_nobody_found_is_known_by_its_name() -> None:
    one, two = (
        replace(QUIET, scopes=("weights", "data")),
        replace(QUIET, scopes=("weights", "code")),
    )
    work = Work().under("MIT")
    before = work.judged(one)
    assert before.verdict == "review"
    assert against(work, before, intent=one).new_verdict == "pass"
    assert against(work, before, intent=two).new_verdict == "review"


def test_nothing_at_all_is_known_as_nothing() -> None:
    empty = Work()
    before = empty.judged(QUIET)
    assert before.verdict == "review"
    assert against(empty, before).new_verdict == "pass"
    assert against(empty, Work().under("MIT").judged(QUIET)).new_verdict == "review"


def test_a_gap_on_another_line_is_the_same_and_in_another_file_is_not() -> None:
    work, moved, other = Work().under("MIT"), Work().under("MIT"), Work().under("MIT")
    work.gaps.append(gap())
    moved.gaps.append(gap(line=30))
    other.gaps.append(gap(path="COPYING"))
    before = work.judged(QUIET)
    assert before.verdict == "review"
    assert against(moved, before).new_verdict == "pass"
    assert against(other, before).new_verdict == "review"


def test_what_was_waived_is_not_known() -> None:
    work = Work().under("CC-BY-NC-4.0")
    waivers = tuple(
        Waiver(f.rule, f.artifact, f.fingerprint, "known", "counsel", DAY)
        for f in work.judged(QUIET).findings
    )
    before = work.judged(QUIET, Project(waivers=waivers))
    assert all(f.waiver for f in before.findings)
    assert against(work, before).new_verdict == "fail"
    assert against(work, before, project=Project(waivers=waivers)).new_verdict == before.verdict


def dependencies(*names: str) -> Work:
    work = Work("code").under("MIT", "code")
    for name in names:
        work.came_from(f"pkg:pypi/{name}", "depends_on", kind="package")
    return work


def test_a_new_member_of_a_group_is_named_and_the_old_ones_stay_known() -> None:
    before = dependencies("a", "b").judged(QUIET)
    after = against(dependencies("a", "b", "c"), before)
    (found,) = after.findings
    assert (found.known, found.fresh, after.new_verdict) == (False, ("pkg:pypi/c",), "review")
    fewer = against(dependencies("b"), before)
    assert (fewer.findings[0].known, fewer.findings[0].fresh) == (True, None)
    assert fewer.new_verdict == "pass"
    again = against(dependencies("a", "b", "c"), dependencies("c").judged(QUIET), before)
    assert again.findings[0].fresh == ("pkg:pypi/a", "pkg:pypi/b")
