"""Whole expressions against an intent: the best branch of OR, the worst of AND."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from licaudit.facts import (
    OUTCOMES,
    PERMISSION_ORDER,
    License,
    Obligation,
    Probe,
    Reason,
    Relation,
    Resolution,
    Text,
    worst,
)
from licaudit.policy import obligations
from licaudit.policy.resolve import Situation, applies, eligibility, permission, precondition

RELEASE_DUTIES = frozenset({"duty_missing", "duty_manual"})
TermsOf = Callable[[str], License | None]


@cache
def _licensing() -> Any:
    from license_expression import Licensing

    return Licensing()


def parse(expression: str) -> Any:
    """The tree of an expression, or None when it is not one."""
    from license_expression import ExpressionError, ParseError

    try:
        return _licensing().parse(expression)
    except (ExpressionError, ParseError):
        return None


def leaves(expression: str) -> list[str]:
    """The license ids of an expression, `X WITH e` kept as one."""
    tree = parse(expression)
    if tree is None:
        return [expression]
    return [str(x) for x in _licensing().license_symbols(tree, unique=True, decompose=False)]


def resolve(
    expression: str,
    situation: Situation,
    terms_of: TermsOf,
    relation: Relation | None = None,
    probes: tuple[Probe, ...] = (),
    carried: obligations.Carried = obligations.NOTHING,
) -> Resolution:
    """A resolution of any expression; what cannot be parsed or is not known is review."""
    tree = parse(expression)
    if tree is None:
        text = Text(
            f"`{expression}` is no license expression.", f"“{expression}”不是许可证表达式。"
        )
        return Resolution("review", "unknown", (Reason("review", "no_expression", text),))
    return _node(tree, situation, terms_of, relation, probes, carried)


def _node(
    node: Any,
    situation: Situation,
    terms_of: TermsOf,
    relation: Relation | None,
    probes: tuple[Probe, ...],
    carried: obligations.Carried,
) -> Resolution:
    kind = type(node).__name__
    if kind in ("AND", "OR"):
        parts = [_node(a, situation, terms_of, relation, probes, carried) for a in node.args]
        return _all(parts) if kind == "AND" else _any(parts, [str(a) for a in node.args])
    return _leaf(str(node), situation, terms_of, relation, probes, carried)


def _all(parts: list[Resolution]) -> Resolution:
    return Resolution(
        worst([p.outcome for p in parts]),
        min((p.permission for p in parts), key=PERMISSION_ORDER.index),
        tuple(dict.fromkeys(r for p in parts for r in p.reasons)),
        tuple(dict.fromkeys(o for p in parts for o in p.obligations)),
        "; ".join(p.elected for p in parts if p.elected) or None,
    )


def _any(parts: list[Resolution], names: list[str]) -> Resolution:
    """The best branch, elected and recorded; a branch nobody knows never wins by ignorance."""
    order = sorted(
        range(len(parts)),
        key=lambda i: (
            OUTCOMES.index(parts[i].outcome),
            -PERMISSION_ORDER.index(parts[i].permission),
            len(parts[i].obligations),
            i,
        ),
    )
    best = parts[order[0]]
    return Resolution(
        best.outcome,
        best.permission,
        best.reasons,
        best.obligations,
        best.elected or names[order[0]],
    )


def _leaf(
    license_id: str,
    situation: Situation,
    terms_of: TermsOf,
    relation: Relation | None,
    probes: tuple[Probe, ...],
    carried: obligations.Carried,
) -> Resolution:
    terms = terms_of(license_id)
    if terms is None:
        text = Text(f"The terms of {license_id} are not known here.", f"{license_id} 的条款未知。")
        return Resolution(
            "review", "unknown", (Reason("review", "terms_unknown", text, license_id),)
        )
    verdict, reasons = permission(terms, situation)
    for condition in terms.conditions:
        if condition.kind == "duty" or not applies(condition, situation):
            continue
        judge = eligibility if condition.kind == "eligibility" else precondition
        reason = judge(terms, condition, situation)
        if reason:
            reasons.append(reason)
    owed: list[Obligation]
    owed, open_duties = obligations.obligations(terms, situation, relation, probes, carried)
    reasons += open_duties
    if terms.confidence == "low" and verdict != "prohibited":
        text = Text(
            f"The text of {terms.name} was not read; its terms are known in part.",
            f"未读到 {terms.name} 的全文，条款仅部分已知。",
        )
        reasons.append(Reason("review", "terms_low_confidence", text, terms.id))
    if terms.basis == "category" and not terms.osi_approved:
        text = Text(
            f"The terms of {terms.name} are only known by category.",
            f"{terms.name} 的条款仅由类别推定。",
        )
        reasons.append(Reason("review", "terms_by_category", text, terms.id))
    # Release duties are judged by the packs that count them, never by the terms alone.
    outcome = worst([r.outcome for r in reasons if r.code not in RELEASE_DUTIES])
    if outcome == "pass" and verdict in ("silent", "unknown", "prohibited"):
        outcome = "fail" if verdict == "prohibited" else "review"
    return Resolution(outcome, verdict, tuple(dict.fromkeys(reasons)), tuple(owed))
