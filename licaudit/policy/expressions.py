"""Whole expressions against an intent: the best branch of OR, the worst of AND."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from licaudit.facts import (
    OUTCOMES,
    PERMISSION_ORDER,
    License,
    Permission,
    Reason,
    Relation,
    Resolution,
    Text,
    worst,
)
from licaudit.policy import obligations
from licaudit.policy.agreements import notes
from licaudit.policy.eligibility import eligibility
from licaudit.policy.resolve import permission, precondition, unreserved
from licaudit.policy.situation import Situation, applies
from licaudit.policy.views import NOTHING_SEEN, Views

RELEASE_DUTIES = frozenset({"duty_missing", "text_missing", "notice_missing", "duty_manual"})
TermsOf = Callable[[str], License | None]


@cache
def _licensing() -> Any:
    from license_expression import Licensing

    return Licensing()


@lru_cache(maxsize=8192)  # a graph of many works names few expressions, many times
def parse(expression: str) -> Any:
    """The tree of an expression, or None when it is not one."""
    from license_expression import ExpressionError, ParseError

    try:
        return _licensing().parse(expression)
    except (ExpressionError, ParseError):
        return None


def leaves(expression: str) -> list[str]:
    """The license ids of an expression, `X WITH e` kept as one."""
    return list(_leaves(expression))


@lru_cache(maxsize=8192)
def _leaves(expression: str) -> tuple[str, ...]:
    tree = parse(expression)
    if tree is None:
        return (expression,)
    found = _licensing().license_symbols(tree, unique=True, decompose=False)
    return tuple(str(x) for x in found)


def conjuncts(expression: str) -> list[str]:
    """The parts of an expression that all hold: `A`, `B OR C` of `A AND (B OR C)`."""
    tree = parse(expression)
    if type(tree).__name__ != "AND":
        return [expression]
    return [str(part) for part in tree.args]


def resolve(
    expression: str,
    situation: Situation,
    terms_of: TermsOf,
    relation: Relation | None = None,
    probes: Views = NOTHING_SEEN,
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
    probes: Views,
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
    best = min(range(len(parts)), key=lambda i: (*_burden(parts[i]), i))
    chosen = parts[best]
    return replace(chosen, elected=chosen.elected or names[best])


def _burden(part: Resolution) -> tuple[int, ...]:
    """How hard a branch is on the user: its outcome first, then the duties it leaves undone."""
    duties = [o.status for o in part.obligations]
    return (
        OUTCOMES.index(part.outcome),
        duties.count("missing"),
        duties.count("manual"),
        -PERMISSION_ORDER.index(part.permission),
        len(duties) - duties.count("not_triggered"),
    )


def _leaf(
    license_id: str,
    situation: Situation,
    terms_of: TermsOf,
    relation: Relation | None,
    probes: Views,
    carried: obligations.Carried,
) -> Resolution:
    terms = terms_of(license_id)
    if terms is None:
        text = Text(f"The terms of {license_id} are not known here.", f"{license_id} 的条款未知。")
        return Resolution(
            "review", "unknown", (Reason("review", "terms_unknown", text, license_id),)
        )
    verdict: Permission = "permitted"
    reasons: list[Reason] = []
    if relation is None or obligations.USE_LIMITS in carried:
        verdict, reasons = _limits(terms, situation)
    owed, open_duties = obligations.obligations(terms, situation, relation, probes, carried)
    reasons += open_duties
    reasons += _doubts(terms, verdict)
    # Release duties are judged by the packs that count them, never by the terms alone.
    outcome = worst([r.outcome for r in reasons if r.code not in RELEASE_DUTIES])
    return Resolution(outcome, verdict, tuple(dict.fromkeys(reasons)), tuple(owed))


def _limits(terms: License, situation: Situation) -> tuple[Permission, list[Reason]]:
    """What the license lets whom do: its grants, and the conditions they hang on."""
    verdict, reasons = permission(terms, situation)
    for condition in terms.conditions:
        if condition.kind == "duty" or not applies(condition, situation):
            continue
        judge = eligibility if condition.kind == "eligibility" else precondition
        reason = judge(terms, condition, situation)
        if reason:
            reasons.append(reason)
    return verdict, reasons + notes(terms, situation) + unreserved(terms, situation)


def _doubts(terms: License, verdict: Permission) -> list[Reason]:
    """Terms that are only half known never make a pass."""
    doubts: list[Reason] = []
    if terms.confidence == "low" and verdict != "prohibited":
        text = Text(
            f"The text of {terms.name} was not read; its terms are known in part.",
            f"未读到 {terms.name} 的全文，条款仅部分已知。",
        )
        doubts.append(Reason("review", "terms_low_confidence", text, terms.id))
    if terms.basis == "category" and not terms.osi_approved:
        text = Text(
            f"The terms of {terms.name} are only known by category.",
            f"{terms.name} 的条款仅由类别推定。",
        )
        doubts.append(Reason("review", "terms_by_category", text, terms.id))
    return doubts
