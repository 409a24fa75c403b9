"""A judgement as one word: yes, no, only if, cannot tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from licaudit.facts import Judgement, Outcome, Reason

Word = Literal["yes", "no", "only if", "cannot tell"]
# Reasons that name something the user can answer or do; the others say that knowledge is missing.
CONDITIONAL = frozenset(
    {
        "act_open",
        "eligibility_open",
        "precondition_open",
        "duty_open",
        "duty_missing",
        "text_missing",
        "notice_missing",
        "duty_manual",
        "eligibility-open",
        "precondition-open",
        "reciprocal-duty-open",
        "duty-missing",
        "license-without-text",
        "notices-dropped",
        "duty-unconfirmed",
        "debated",
    }
)


@dataclass(frozen=True, slots=True)
class Reply:
    """The word, the outcome behind it, and the reasons, most telling first."""

    word: Word
    outcome: Outcome
    reasons: tuple[Reason, ...]


def answer(judgement: Judgement) -> Reply:
    """`only if` when everything open is a condition; `cannot tell` when something is unknown."""
    rank = {"fail": 0, "review": 1, "pass": 2}
    scopes = [v for v in judgement.verdicts if ":" not in v.scope]
    if judgement.intent.scopes is not None:
        scopes = [v for v in scopes if v.scope in judgement.intent.scopes]
    reasons = sorted(
        dict.fromkeys(r for v in scopes for r in v.because if r.outcome != "pass"),
        key=lambda r: (rank[r.outcome], r.clause is None),
    )
    if judgement.verdict == "pass":
        return Reply("yes", "pass", ())
    if judgement.verdict == "fail":
        return Reply(
            "no", "fail", tuple(r for r in reasons if r.outcome == "fail") or tuple(reasons)
        )
    unknown = [r for r in reasons if r.code.split(":")[0] not in CONDITIONAL]
    word: Word = "cannot tell" if unknown or not reasons else "only if"
    return Reply(word, "review", tuple(reasons))
