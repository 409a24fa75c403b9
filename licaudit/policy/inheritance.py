"""What the work inherits: which kinds of terms reach it, of which license, by which way."""

from __future__ import annotations

from collections.abc import Iterable

from licaudit.facts import Inherited, License, Relation
from licaudit.policy.expressions import leaves
from licaudit.policy.obligations import USE_LIMITS, term_of
from licaudit.policy.subjects import Case
from licaudit.provenance.graph import Reach

_FREE = ("permitted", "covered")


def inherited(case: Case) -> tuple[Inherited, ...]:
    """One row for each way by which terms of a known license reach the root, nearest first.

    A kind of term is named only where the license has such terms: MIT has none on use.
    """
    licenses: dict[str, dict[str, License]] = {}
    for answer in case.answers:
        for leaf in leaves(answer.expression or ""):
            if terms := case.terms_of(leaf):
                licenses.setdefault(answer.artifact, {})[leaf] = terms
    rows: dict[tuple[str, Relation | None, tuple[str, ...]], list[Reach]] = {}
    for reach in case.reaches:
        known = licenses.get(reach.artifact, {}).values()
        if any(has_terms(license_, reach.term) for license_ in known):
            rows.setdefault((reach.artifact, reach.relation, reach.path), []).append(reach)
    made = [_row(found, path, licenses[artifact]) for (artifact, _, path), found in rows.items()]
    return tuple(sorted(made, key=lambda r: (len(r.path), r.path, r.relations)))


def _row(found: list[Reach], path: tuple[str, ...], licenses: Iterable[str]) -> Inherited:
    return Inherited(
        path[-1],
        path,
        found[0].relations,
        tuple(sorted(licenses)),
        tuple(r.term for r in found if r.answer == "travels"),
        tuple((r.term, r.questions[-1]) for r in found if r.answer == "debated" and r.questions),
    )


def has_terms(license_: License, term: str) -> bool:
    """Whether a license has terms of that kind at all: MIT has none on use."""
    if term == USE_LIMITS:
        limits = any(g.verdict not in _FREE for g in license_.grants)
        return limits or any(c.kind != "duty" for c in license_.conditions)
    return any(c.kind == "duty" and term_of(c) == term for c in license_.conditions)
