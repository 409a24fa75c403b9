"""Which open names are settled by better evidence in the same place, and which gaps that closes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from licaudit.facts import CODE, Claim, Gap
from licaudit.licenses.conclude import base_scope

_TEXT_RUNGS = frozenset({"curation", "exact_text", "exact_rule", "engine"})
_NAME_GAPS = frozenset({"ambiguous_name", "unknown_name", "no_license"})


def settle(claims: Iterable[Claim], gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """Gaps, those about an open name unblocked where a license text or a fuller name answers it."""
    known = list(claims)
    result = []
    for gap in gaps:
        closed = gap.blocks and (
            (_is_name(gap) and _answered(gap, known))
            or (gap.reason == "base_license" and _same_as_base(gap, known))
        )
        detail = f"{gap.detail} (settled by other evidence)"
        result.append(replace(gap, blocks=False, detail=detail) if closed else gap)
    return tuple(result)


def _is_name(gap: Gap) -> bool:
    linked = gap.reason == "license_by_link" and gap.location is not None and gap.location.key
    return gap.reason in _NAME_GAPS or bool(linked)


def _same_as_base(gap: Gap, claims: list[Claim]) -> bool:
    """Whether this work has the license of what it was made from, or that is known by itself."""
    license_id = gap.detail.split(" ", 1)[0]
    return any(
        (c.artifact == gap.artifact and c.scope == gap.scope and c.expression == license_id)
        or (
            c.authority == "stranger"
            and c.artifact != gap.artifact
            and c.expression == license_id
            and c.location == gap.location
        )
        for c in claims
    )


def _answered(gap: Gap, claims: list[Claim]) -> bool:
    own = [c for c in claims if c.artifact == gap.artifact and c.location == gap.location]
    others = [
        c
        for c in claims
        if c.artifact == gap.artifact
        and c.expression
        and c.location != gap.location
        and (c.scope == gap.scope or base_scope(c.scope) == gap.scope != CODE)
    ]
    candidates = {name for c in own for name in c.candidates}
    # Members of one family differ in their version; a vendor's name may mean opposite licenses.
    family = len({c.split("-")[0].lstrip("0123456789") for c in candidates}) == 1
    if any(c.expression in candidates and (family or c.rung in _TEXT_RUNGS) for c in others):
        return True
    if gap.reason == "ambiguous_name" and candidates:
        # A family was named and the text is of another license: a contradiction, not an answer.
        return False
    return any(c.rung in _TEXT_RUNGS for c in others)


def is_settled(claim: Claim, claims: Iterable[Claim]) -> bool:
    """Whether an open claim's question is answered by another claim on its scope."""
    place = Gap(
        claim.artifact,
        "ambiguous_name" if claim.candidates else "unknown_name",
        "",
        claim.location,
        claim.scope,
    )
    return _answered(place, list(claims))
