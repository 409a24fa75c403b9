"""The reply to `licaudit ask`: one word, and the reasons that say something of their own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from licaudit.facts import Intent, Judgement, Reason, ScopeVerdict, Text
from licaudit.policy.answer import answer, brief

OPEN = Reason("review", "unknown_terms", Text("its terms are unknown", "条款未知"))
ASKED = Reason("review", "eligibility_open", Text("at most 700 users", "用户不超过 700"), "L", "2")
BARRED = Reason("fail", "eligibility_barred", Text("at most 700 users", "用户不超过 700"), "L", "2")


def judged(*reasons: Reason) -> Judgement:
    worst = "fail" if any(r.outcome == "fail" for r in reasons) else "review" if reasons else "pass"
    verdicts = (ScopeVerdict("weights", worst, reasons),)
    return Judgement(Intent(), worst, verdicts, (), ())


@pytest.mark.parametrize(
    ("reasons", "word"),
    [
        ((), "yes"),
        ((ASKED,), "only if"),
        ((OPEN,), "cannot tell"),
        ((OPEN, ASKED), "cannot tell"),
        ((BARRED,), "no"),
        ((BARRED, OPEN), "no"),
    ],
)
def test_the_word(reasons: tuple[Reason, ...], word: str) -> None:
    assert answer(judged(*reasons)).word == word


def test_a_review_without_a_reason_is_no_condition_met() -> None:
    silent = replace(judged(OPEN), verdicts=(ScopeVerdict("weights", "review"),))
    assert answer(silent).word == "cannot tell"


def test_of_a_refusal_only_what_refuses_is_told() -> None:
    assert answer(judged(BARRED, OPEN)).reasons == (BARRED,)


def test_a_rule_that_repeats_a_clause_is_left_out_and_nothing_else() -> None:
    said = Text("The weights of heron: at most 700 users.", "权重")
    repeats = Reason("review", "rule:x", said)
    other = Reason("fail", "rule:x", said)
    assert brief((ASKED, repeats)) == (ASKED,)
    assert brief((ASKED, other)) == (ASKED, other)
    assert brief((OPEN, repeats)) == (OPEN, repeats)
