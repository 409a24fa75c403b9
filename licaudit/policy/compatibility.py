"""May a work that contains A be released under B? Computed from the terms of both licenses.

Three ways of joining: `code` (one program made from both), `dataset` (mixed into one collection)
and `model` (a model made from another; the relation says how). The answer is about the whole work
under B alone; that a part may keep its own license beside B is said as a way out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from licaudit.facts import License, Link, Relation, Text
from licaudit.policy import compat_terms as seen
from licaudit.policy.compat_checks import check
from licaudit.policy.compat_pair import Ground, Pair
from licaudit.policy.compat_rules import ANSWERS, Answer, load_compatibility
from licaudit.policy.compat_words import say
from licaudit.policy.expressions import parse
from licaudit.policy.propagation import load_propagation, traveller

Way = Literal["code", "dataset", "model"]
WAYS: tuple[Way, ...] = ("code", "dataset", "model")
TermsOf = Callable[[str], License | None]
# How works are joined when nobody says more. Code is taken as one combined work: the strictest.
RELATIONS: dict[Way, Relation | None] = {
    "code": None,
    "dataset": "derived_from",
    "model": "fine_tuned_from",
}


@dataclass(frozen=True, slots=True)
class Compatibility:
    """The answer for one inbound and one outbound expression, with its grounds and ways out."""

    inbound: str
    outbound: str
    way: Way
    answer: Answer
    reasons: tuple[Ground, ...]
    ways_out: tuple[Text, ...] = ()
    elected: str | None = None


def compatibility(
    inbound: str,
    outbound: str,
    way: Way,
    terms_of: TermsOf,
    relation: Relation | None = None,
    crosses: Callable[[str], str] | None = None,
) -> Compatibility:
    """Whether a work that holds `inbound` may be released under `outbound`.

    Of an inbound OR the best branch counts, of an AND the worst. An outbound OR offers every
    branch, so each must hold; an outbound AND lets parts differ, so one must, and all for a yes.
    `crosses` says which terms reach the work, where a whole way was followed.
    """
    for expression in (inbound, outbound):
        if parse(expression) is None:
            ground = Ground("review", "no_expression", say("no_expression", expression), expression)
            return Compatibility(inbound, outbound, way, "review", (ground,))
    found = _inbound(parse(inbound), parse(outbound), _Join(way, relation, terms_of, crosses))
    return Compatibility(
        inbound, outbound, way, found.answer, found.reasons, found.ways_out, found.elected
    )


@dataclass(frozen=True, slots=True)
class _Join:
    way: Way
    relation: Relation | None
    terms_of: TermsOf
    crosses: Callable[[str], str] | None = None


def _inbound(node: object, target: object, join: _Join) -> Compatibility:
    kind = type(node).__name__
    if kind not in ("AND", "OR"):
        return _outbound(str(node), target, join)
    parts = [_inbound(arg, target, join) for arg in node.args]  # type: ignore[attr-defined]
    if kind == "AND":
        return _all(parts)
    best = max(parts, key=lambda p: ANSWERS.index(p.answer))
    return Compatibility(
        best.inbound,
        best.outbound,
        best.way,
        best.answer,
        best.reasons,
        best.ways_out,
        best.elected or best.inbound,
    )


def _outbound(inbound: str, node: object, join: _Join) -> Compatibility:
    kind = type(node).__name__
    if kind not in ("AND", "OR"):
        return _leaf(inbound, str(node), join)
    parts = [_outbound(inbound, arg, join) for arg in node.args]  # type: ignore[attr-defined]
    whole = _all(parts)
    if kind == "AND" and whole.answer == "no":
        best = max(parts, key=lambda p: ANSWERS.index(p.answer))
        if best.answer != "no":
            # Its part may stand under the branch that takes it; whether it does is for a person.
            return Compatibility(inbound, str(node), join.way, "review", best.reasons)
    return whole


def _all(parts: list[Compatibility]) -> Compatibility:
    worst = min(parts, key=lambda p: ANSWERS.index(p.answer))
    elected = "; ".join(dict.fromkeys(p.elected for p in parts if p.elected))
    return Compatibility(
        worst.inbound,
        worst.outbound,
        worst.way,
        worst.answer,
        tuple(dict.fromkeys(r for p in parts for r in p.reasons)),
        tuple(dict.fromkeys(w for p in parts for w in p.ways_out)),
        elected or None,
    )


def _leaf(inbound: str, outbound: str, join: _Join) -> Compatibility:
    terms, target = join.terms_of(inbound), join.terms_of(outbound)
    unknown = [n for n, t in ((inbound, terms), (outbound, target)) if t is None]
    if terms is None or target is None:
        grounds = tuple(
            Ground("review", "unknown_terms", say("unknown_terms", name), name) for name in unknown
        )
        return Compatibility(inbound, outbound, join.way, "review", grounds)
    pair = Pair(
        inbound=_id(inbound, terms),
        outbound=_id(outbound, target),
        terms=terms,
        target=target,
        kind=join.way,
        crosses=_crosses(terms, join),
        rules=load_compatibility(),
        relation=join.relation or RELATIONS[join.way],
    )
    grounds = tuple(check(pair))
    answer = min((g.answer for g in grounds), key=ANSWERS.index)
    ways_out = () if answer == "yes" else _ways_out(pair, grounds)
    return Compatibility(pair.inbound, pair.outbound, join.way, answer, grounds, ways_out)


def _id(name: str, terms: License) -> str:
    """The id the knowledge uses, with the exception the name carries."""
    _, found, exception = name.partition(" WITH ")
    return f"{terms.id} WITH {exception}" if found else terms.id


def _crosses(terms: License, join: _Join) -> Callable[[str], str]:
    if join.crosses is not None:
        return join.crosses
    relation = join.relation or RELATIONS[join.way]
    if relation is None:
        return lambda term: "travels"
    link = Link("outbound", "inbound", relation)
    # A pair alone has no posture: the table as it stands.
    found = {"inbound": (terms,)}
    travels = traveller(load_propagation(), found, (), date.max, posture="balanced")
    return lambda term: travels(link, term, 0)[0]


def _ways_out(pair: Pair, grounds: tuple[Ground, ...]) -> tuple[Text, ...]:
    codes = {g.code for g in grounds if g.answer != "yes"}
    found: list[Text] = []
    reaches = {c.reach for c in seen.share_alikes(pair.terms)}
    if "must_stay" in codes and reaches & {"file", "library"}:
        found.append(say("keep_part", pair.inbound, pair.outbound))
    if codes & {"must_stay", "grants_more", "grants_act", "way_out_open"}:
        found.append(say("use_other", pair.inbound))
    if codes & {"limit_lost", "limit_open"}:
        found.append(say("carry_limits", pair.inbound))
    if codes & {"barred", "act_prohibited"}:
        found.append(say("keep_collection", pair.inbound))
    return tuple(dict.fromkeys(found))
