"""Signed positions: which hold for an intent, and what the graph looks like under them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from licaudit.facts import Intent, License, LicenseAnswer, Link, Position, Posture
from licaudit.policy.dates import live
from licaudit.policy.expressions import TermsOf, leaves
from licaudit.policy.inheritance import has_terms
from licaudit.policy.obligations import USE_LIMITS
from licaudit.policy.propagation import TERMS, load_propagation, traveller
from licaudit.policy.regions import inside
from licaudit.policy.subjects import Case
from licaudit.provenance import graph


def places(question: str, intent: Intent) -> dict[str, tuple[str, ...] | None]:
    """The places of an intent that bear on a question, by name; None where one was not said."""
    said: dict[str, tuple[str, ...] | None] = {
        "established": (intent.established_in,) if intent.established_in else None,
        "trained": intent.trained_in,
        "deployed": intent.deployed_in,
    }
    return {name: said[name] or None for name in load_propagation().measured[question]}


def holds(position: Position, intent: Intent) -> bool:
    """Whether an intent lies wholly within the jurisdiction a position was signed for."""
    if position.jurisdiction is None:
        return True
    here = (position.jurisdiction,)
    return all(
        said is not None and all(inside(place, here) for place in said)
        for said in places(position.question, intent).values()
    )


def in_force(positions: tuple[Position, ...], intent: Intent, as_of: date) -> tuple[Position, ...]:
    """The positions that decide their question for an intent on a day."""
    return tuple(p for p in positions if live(p.expires, as_of) and holds(p, intent))


def settled(case: Case, intent: Intent, posture: Posture) -> tuple[Case, frozenset[str]]:
    """The case as an intent's positions and posture leave it, and the questions that they decided.

    The graph is walked again only where that can make a difference.
    """
    if not case.project.positions and posture == case.posture:
        return case, frozenset()
    here = in_force(case.project.positions, intent, case.as_of)
    decided: list[tuple[Link, str, str]] = []
    licenses = licenses_of(case.answers, case.terms_of)
    travels = traveller(
        load_propagation(),
        licenses,
        tuple(replace(p, jurisdiction=None) for p in here),
        case.as_of,
        case.root,
        posture,
        decided,
    )
    network = graph.build(case.artifacts.values(), case.links)
    reaches, _ = graph.within(graph.reach(network, case.root, TERMS, travels), case.depth)
    questions = {q for link, term, q in decided if asks(licenses.get(link.target, ()), term)}
    return replace(case, reaches=reaches, posture=posture), frozenset(questions)


def asks(licenses: tuple[License, ...], term: str) -> bool:
    """Whether there is anything to decide: terms of that kind, or terms that nobody knows."""
    return any(has_terms(x, term) for x in licenses) if licenses else term == USE_LIMITS


def licenses_of(
    answers: Iterable[LicenseAnswer], terms_of: TermsOf
) -> dict[str, tuple[License, ...]]:
    """The known licenses of every artifact, whichever of its scopes they are for."""
    found: dict[str, dict[str, License]] = {}
    for answer in answers:
        for name in leaves(answer.expression or ""):
            if terms := terms_of(name):
                found.setdefault(answer.artifact, {})[name] = terms
    return {name: tuple(own.values()) for name, own in found.items()}
