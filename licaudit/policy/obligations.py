"""Duties that a license puts on an intent, and whether the tree shows them met."""

from __future__ import annotations

import hashlib
import re

from licaudit.facts import (
    RECIPROCAL_DUTIES,
    Condition,
    License,
    Obligation,
    ObligationStatus,
    Probe,
    Reason,
    Relation,
    Text,
)
from licaudit.policy import acts
from licaudit.policy.resolve import Situation, applies, confirmed, evidenced

# Duties whose fulfilment a probe of the tree can show; all others are for a person.
CHECKED = frozenset(
    {"license_text", "name_prefix", "name_contains", "display", "notice", "attribution"}
)
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

# Propagation terms that reach the root from here, with the question where that is debated.
Carried = dict[str, str | None]
NOTHING: Carried = {}


def term_of(condition: Condition) -> str:
    """The propagation term that carries a duty."""
    return TERM_OF.get(condition.type, "notices")


def obligations(
    license_: License,
    situation: Situation,
    relation: Relation | None,
    probes: tuple[Probe, ...],
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
            reasons += _debated(condition, license_, situation, question)
            continue
        status, evidence = _status(condition, license_, situation, relation, probes)
        found.append(_obligation(condition, license_, situation, status, evidence))
        reason = _reason(condition, license_, situation, relation, status)
        if reason:
            reasons.append(reason)
    return found, reasons


def _debated(
    condition: Condition, license_: License, situation: Situation, question: str
) -> list[Reason]:
    """A duty that only follows on one reading is a question as long as something is shipped."""
    shipped = situation.intent.distribute
    if shipped is not None and not shipped:
        return []
    if condition.type not in RECIPROCAL_DUTIES and condition.type != "flow_down":
        return []
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
    )


def _status(
    condition: Condition,
    license_: License,
    situation: Situation,
    relation: Relation | None,
    probes: tuple[Probe, ...],
) -> tuple[ObligationStatus, tuple[str, ...]]:
    hit = acts.triggered(condition, situation.intent, situation.part, relation)
    if not hit:
        return "not_triggered", ()
    if _below(condition, situation):
        return "not_triggered", ()
    if confirmed(license_, condition, situation) or evidenced(license_, condition, situation):
        return "met", ("confirmation",)
    if condition.type not in CHECKED:
        return "manual", ()
    return _probe(condition, license_, relation, probes)


def _below(condition: Condition, situation: Situation) -> bool:
    """Whether a duty that starts at a threshold is known not to have started."""
    if condition.value is None or condition.metric is None:
        return False
    from licaudit.policy.resolve import _measure

    value = _measure(condition, situation.intent)
    return value is not None and value <= condition.value


def _probe(
    condition: Condition, license_: License, relation: Relation | None, probes: tuple[Probe, ...]
) -> tuple[ObligationStatus, tuple[str, ...]]:
    if condition.type in ("name_prefix", "name_contains"):
        return _name(condition, probes)
    if condition.type in ("display", "notice") and condition.text:
        wanted = lines_of(condition)
        hits = [p for p in probes if p.kind == "text_marker" and p.value in wanted]
        return ("met", _places(hits)) if hits else ("missing", ())
    if condition.type == "notice" and relation is None:
        # Lines of others are owed only where some came along, and then they stand in a file.
        hits = [p for p in probes if p.kind == "notice_file"]
        return ("met", _places(hits)) if hits else ("not_triggered", ())
    if condition.type == "license_text":
        hits = [p for p in probes if p.kind == "license_file" and p.digest == license_.id]
        if hits:
            return "met", _places(hits)
        return ("missing", ()) if relation != "trained_on" else ("manual", ())
    if condition.type == "attribution":
        hits = [
            p
            for p in probes
            if p.kind in ("license_file", "copyright") and p.digest in (license_.id, None)
        ]
        return ("met", _places(hits)) if hits and relation is None else ("manual", ())
    return "manual", ()


def _name(
    condition: Condition, probes: tuple[Probe, ...]
) -> tuple[ObligationStatus, tuple[str, ...]]:
    wanted = (condition.text or "").lower()
    names = [p for p in probes if p.kind == "name"]
    if not wanted or not names:
        return "manual", ()
    fits = [
        p
        for p in names
        if _fits(p.value.rsplit("/", 1)[-1].lower(), wanted, condition.type == "name_prefix")
    ]
    # Every name the model goes by must carry it: a folder name alone proves nothing.
    shown = [p for p in names if p.location] or names
    good = [p for p in shown if p in fits]
    return ("met", _places(good)) if len(good) == len(shown) else ("missing", _places(shown))


def _fits(name: str, wanted: str, prefix: bool) -> bool:
    flat, target = re.sub(r"[\s_.-]+", "", name), re.sub(r"[\s_.-]+", "", wanted)
    return flat.startswith(target) if prefix else target in flat


def _places(probes: list[Probe]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(p.location.label() if p.location else p.value for p in probes))


def squeezed(text: str) -> str:
    """A marker in lower case with single spaces, as the search for it stores it."""
    return " ".join(text.lower().split())


def _reason(
    condition: Condition,
    license_: License,
    situation: Situation,
    relation: Relation | None,
    status: ObligationStatus,
) -> Reason | None:
    if status == "missing":
        text = Text(f"Missing: {condition.summary.en}", f"缺失：{condition.summary.say('zh')}")
        return Reason(
            "fail", "duty_missing", text, license_.id, condition.clause, condition=condition.id
        )
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
    if hit is None and condition.type in RECIPROCAL_DUTIES:
        return Reason(
            "review",
            "duty_open",
            condition.summary,
            license_.id,
            condition.clause,
            condition=condition.id,
        )
    return None


def markers(licenses: list[License]) -> tuple[str, ...]:
    """The strings that duties of these licenses want to see in the tree."""
    return tuple(
        sorted(
            {
                line
                for item in licenses
                for c in item.conditions
                if c.kind == "duty" and c.type in ("display", "notice")
                for line in lines_of(c)
            }
        )
    )


def lines_of(condition: Condition) -> list[str]:
    """The lines any of which fulfils a duty, as the search for them stores them."""
    return [squeezed(part) for part in (condition.text or "").split(" | ") if part.strip()]
