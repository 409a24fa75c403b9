"""Duties that a license puts on an intent, and whether the tree shows them met."""

from __future__ import annotations

import hashlib

from licaudit.facts import (
    RECIPROCAL_DUTIES,
    Condition,
    License,
    Obligation,
    ObligationStatus,
    Reason,
    Relation,
    Text,
)
from licaudit.policy import acts
from licaudit.policy.agreements import confirmed, evidenced
from licaudit.policy.eligibility import exceeded
from licaudit.policy.shown import Shown, check_of, markers, shown
from licaudit.policy.situation import Situation, applies
from licaudit.policy.views import Views

__all__ = ["NOTHING", "USE_LIMITS", "Carried", "code_of", "markers", "obligations"]
USE_LIMITS = "use_limits"

# Which group of `rules/propagation.yaml` a duty's type is carried by.
TERM_OF = {
    "share_alike": "share_alike",
    "source": "share_alike",
    "network_source": "share_alike",
    "share_back": "share_alike",
    "name_prefix": "naming",
    "name_contains": "naming",
    "display": "naming",
    "flow_down": "flow_down",
}

# What a missing duty is called in reasons, where it has a rule of its own.
_MISSING: dict[str, str] = {
    "license_file": "text_missing",
    "notice_file": "notice_missing",
    "copyright_line": "notice_missing",
    "credit_line": "notice_missing",
}

# Propagation terms that reach the root from here, with the question where that is debated.
Carried = dict[str, str | None]
NOTHING: Carried = {}


def term_of(condition: Condition) -> str:
    """The propagation term that carries a duty."""
    return TERM_OF.get(condition.type, "notices")


def code_of(obligation: Obligation) -> str:
    """The code of the reason that an unmet duty is told by."""
    if obligation.status == "missing":
        return _MISSING.get(obligation.check, "duty_missing")
    return "duty_manual"


def obligations(
    license_: License,
    situation: Situation,
    relation: Relation | None,
    seen: Views,
    carried: Carried,
) -> tuple[list[Obligation], list[Reason]]:
    """All duties of one license, with reasons for those left open; `carried` terms reach here."""
    found: list[Obligation] = []
    reasons: list[Reason] = []
    for condition in license_.conditions:
        if condition.kind != "duty" or not applies(condition, situation):
            continue
        if relation is not None and term_of(condition) not in carried:
            continue
        question = carried.get(term_of(condition)) if relation is not None else None
        if question is not None:
            reasons += _debated(condition, license_, situation, seen, question)
            continue
        status, evidence = _status(condition, license_, situation, relation, seen)
        found.append(_obligation(condition, license_, situation, status, evidence))
        reason = _reason(condition, license_, situation, relation, status)
        if reason:
            reasons.append(reason)
    return found, reasons


def _debated(
    condition: Condition, license_: License, situation: Situation, seen: Views, question: str
) -> list[Reason]:
    """A duty that only follows on one reading is a question as long as something is shipped."""
    if situation.intent.distribute == () or _declared_met(condition, license_, situation):
        return []
    reaching = condition.type in RECIPROCAL_DUTIES or term_of(condition) in ("flow_down", "naming")
    if not reaching:
        return []
    hit = acts.triggered(condition, situation.intent, situation.part, situation.relation)
    if term_of(condition) == "naming" and hit is False:
        return []
    settles = check_of(condition) != "source_link"  # the whole work's source may be what is owed
    if settles and shown(condition, license_, situation, seen)[0] == "met":
        return []  # whichever way the question goes, nothing is left to do
    text = Text(
        f"Debated ({question}): {condition.summary.en}",
        f"存在争议（{question}）：{condition.summary.say('zh')}",
    )
    return [
        Reason(
            "review",
            f"debated:{question}",
            text,
            license_.id,
            condition.clause,
            condition=condition.id,
        )
    ]


def _obligation(
    condition: Condition,
    license_: License,
    situation: Situation,
    status: ObligationStatus,
    evidence: tuple[str, ...],
) -> Obligation:
    seed = f"{situation.artifact}\0{situation.part}\0{license_.id}\0{condition.id}"
    return Obligation(
        "o" + hashlib.sha256(seed.encode()).hexdigest()[:12],
        situation.artifact,
        license_.id,
        condition.id,
        condition.type,
        condition.clause,
        status,
        condition.summary,
        condition.trigger,
        evidence,
        check_of(condition),
    )


def _status(
    condition: Condition,
    license_: License,
    situation: Situation,
    relation: Relation | None,
    seen: Views,
) -> Shown:
    hit = acts.triggered(condition, situation.intent, situation.part, relation)
    if hit is False or _not_begun(condition, situation):
        return "not_triggered", ()
    if _declared_met(condition, license_, situation):
        return "met", ("confirmation",)
    if hit is None:
        return "not_triggered", ()
    return shown(condition, license_, situation, seen)


def _declared_met(condition: Condition, license_: License, situation: Situation) -> bool:
    return confirmed(license_, condition, situation) or evidenced(license_, condition, situation)


def _not_begun(condition: Condition, situation: Situation) -> bool:
    """Whether a duty that starts at a threshold is known not to have started."""
    if condition.value is None or condition.metric is None:
        return False
    return exceeded(condition, situation.intent) is False


def _reason(
    condition: Condition,
    license_: License,
    situation: Situation,
    relation: Relation | None,
    status: ObligationStatus,
) -> Reason | None:
    if status == "missing":
        text = Text(f"Missing: {condition.summary.en}", f"缺失：{condition.summary.say('zh')}")
        code = _MISSING.get(check_of(condition), "duty_missing")
        return Reason("fail", code, text, license_.id, condition.clause, condition=condition.id)
    if status == "manual":
        return Reason(
            "review",
            "duty_manual",
            condition.summary,
            license_.id,
            condition.clause,
            condition=condition.id,
        )
    hit = acts.triggered(condition, situation.intent, situation.part, relation)
    if status == "not_triggered" and hit is None and condition.type in RECIPROCAL_DUTIES:
        return Reason(
            "review",
            "duty_open",
            condition.summary,
            license_.id,
            condition.clause,
            condition=condition.id,
        )
    return None
