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


# What no work of the user's can mend comes before what some work would.
_TELLING = ("act_prohibited", "eligibility_barred", "precondition_open", "eligibility_open")


def _order(word: Word, reason: Reason) -> tuple[int, bool, int, bool]:
    """The most telling first: what is unknown where nobody can tell, what is barred where not."""
    rank = {"fail": 0, "review": 1, "pass": 2}
    known = word == "cannot tell" and reason.code.split(":")[0] in CONDITIONAL
    place = _TELLING.index(reason.code) if reason.code in _TELLING else len(_TELLING)
    return rank[reason.outcome], known, place, reason.clause is None


def brief(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """The same without those that only repeat, in a rule's words, one that names its clause."""
    exact = [(r.outcome, r.message.en) for r in reasons if r.clause]
    return tuple(
        r
        for r in reasons
        if r.clause or not any(r.outcome == o and words in r.message.en for o, words in exact)
    )


def answer(judgement: Judgement) -> Reply:
    """`only if` when everything open is a condition; `cannot tell` when something is unknown."""
    scopes = [v for v in judgement.verdicts if ":" not in v.scope]
    if judgement.intent.scopes is not None:
        scopes = [v for v in scopes if v.scope in judgement.intent.scopes]
    reasons = list(dict.fromkeys(r for v in scopes for r in v.because if r.outcome != "pass"))
    if judgement.verdict == "pass":
        return Reply("yes", "pass", ())
    word: Word = "no"
    if judgement.verdict == "fail":
        reasons = [r for r in reasons if r.outcome == "fail"] or reasons
    else:
        unknown = [r for r in reasons if r.code.split(":")[0] not in CONDITIONAL]
        word = "cannot tell" if unknown or not reasons else "only if"
    reasons.sort(key=lambda r: _order(word, r))
    return Reply(word, judgement.verdict, tuple(reasons))
