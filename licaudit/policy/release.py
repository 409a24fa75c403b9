"""What each part of the audited work is declared under, for duties that ask about that."""

from __future__ import annotations

from collections.abc import Mapping

from licaudit.facts import Claim, License, LicenseAnswer, Relation
from licaudit.policy import acts
from licaudit.policy.compat_rules import Answer
from licaudit.policy.compatibility import Way, compatibility
from licaudit.policy.expressions import TermsOf, conjuncts, leaves
from licaudit.policy.outbound import Joins, Outbound, worse

# Scopes of a part of the work: the license of one of them is not that of the whole.
NESTED = ("folder:", "checkpoint:", "subset:")
WAY_OF: dict[str, Way] = {"code": "code", "weights": "model"}
_SHOWN = 3


def way_of(part: str) -> Way:
    """How works of one part of the verdict are joined: as code, as models, as collections."""
    return WAY_OF.get(part, "dataset")


def outbounds(
    answers: list[LicenseAnswer],
    claims: Mapping[str, Claim],
    unsettled: frozenset[str],
    terms_of: TermsOf,
    release_as: str | None,
) -> dict[str, Outbound]:
    """The declared license of each part, where it is one that is settled and known.

    `unsettled` are the ids of claims that are ambiguous or contradicted.
    """
    parts: dict[str, list[LicenseAnswer]] = {}
    for answer in answers:
        if not answer.scope.startswith(NESTED):
            parts.setdefault(acts.family(answer.scope), []).append(answer)
    found = {}
    for part, own in parts.items():
        said = [claims[c] for a in own for c in a.claims if c in claims]
        expressions = list(dict.fromkeys(a.expression for a in own))
        if None in expressions or any(c.id in unsettled for c in said):
            continue
        expression = " AND ".join(f"({e})" if " " in str(e) else str(e) for e in expressions)
        found[part] = _outbound(expression, part, said, terms_of, release_as)
    return {part: out for part, out in found.items() if out is not None}


def _outbound(
    expression: str, part: str, said: list[Claim], terms_of: TermsOf, release_as: str | None
) -> Outbound | None:
    terms = {i: terms_of(i) for i in leaves(expression)}
    if not all(_known(t) for t in terms.values()):
        return None  # what is half known may carry anything
    places = dict.fromkeys(c.location.label() for c in said if c.expression)
    return Outbound(
        expression,
        tuple(places)[:_SHOWN],
        tuple(t for i in conjuncts(expression) if (t := terms.get(i)) is not None),
        _joins(expression, release_as, way_of(part), terms_of),
        any(c.narrows for c in said),
        release_as,
    )


def _known(terms: License | None) -> bool:
    if terms is None or terms.confidence == "low" or terms.basis == "none":
        return False
    return terms.basis != "category" or terms.osi_approved


def _joins(expression: str, release_as: str | None, way: Way, terms_of: TermsOf) -> Joins:
    targets = (expression, release_as) if release_as else (expression,)
    known: dict[tuple[str, Relation | None], Answer] = {}

    def joins(inbound: str, relation: Relation | None) -> Answer:
        if (inbound, relation) not in known:
            known[inbound, relation] = worse(
                [compatibility(inbound, t, way, terms_of, relation).answer for t in targets]
            )
        return known[inbound, relation]

    return joins
