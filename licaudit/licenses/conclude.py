"""From all claims on one scope to one answer: strictest together, conflicts kept visible."""

from __future__ import annotations

from collections.abc import Iterable

from licaudit.facts import CODE, DATA, EVERYTHING, WEIGHTS, Claim, LicenseAnswer, Rung, Scope
from licaudit.licenses.alike import ported, range_said, same_family

RUNG_ORDER: tuple[Rung, ...] = (
    "curation",
    "exact_text",
    "exact_rule",
    "engine",
    "identifier",
    "near",
    "statement",
    "none",
)
SURE = 0.7  # below, a sentence or a row may speak of another work
_PREFIXES = {"checkpoint": WEIGHTS, "subset": DATA, "folder": CODE}


def base_scope(scope: Scope) -> Scope:
    """`weights` for `checkpoint:x`, `data:collection` for `subset:x`, `code` for `folder:x`."""
    return _PREFIXES.get(scope.split(":", 1)[0], scope)


def conclude(
    claims: Iterable[Claim], scopes: frozenset[tuple[str, Scope]]
) -> tuple[LicenseAnswer, ...]:
    """One answer per artifact and scope that exists or is spoken of; unstated ones included."""
    grouped: dict[tuple[str, Scope], list[Claim]] = {key: [] for key in sorted(scopes)}
    everything: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.scope == EVERYTHING:
            everything.setdefault(claim.artifact, []).append(claim)
        elif claim.scope != "document":
            grouped.setdefault((claim.artifact, claim.scope), []).append(claim)
    for artifact in everything:
        # What is said of everything must find a whole to stand on, not vendored folders alone.
        for scope in {base_scope(s) for a, s in grouped if a == artifact}:
            grouped.setdefault((artifact, scope), [])
    return tuple(
        _answer(artifact, scope, own + _wider(artifact, scope, grouped, everything))
        for (artifact, scope), own in sorted(grouped.items())
        if any(c.expression for c in own) or not _spoken_of_in_parts(artifact, scope, grouped)
    )


def _wider(
    artifact: str,
    scope: Scope,
    grouped: dict[tuple[str, Scope], list[Claim]],
    everything: dict[str, list[Claim]],
) -> list[Claim]:
    """Claims on a larger whole that hold for this scope too: limits said of all, or of the kind."""
    if scope.startswith("folder:"):
        return []
    wider = list(everything.get(artifact, []))
    base = base_scope(scope)
    if base != scope:
        named = any(c.expression for c in grouped[artifact, scope])
        # A checkpoint that names no license of its own stands under the whole's.
        wider += [c for c in grouped.get((artifact, base), []) if c.narrows or not named]
    return wider


def _spoken_of_in_parts(
    artifact: str, scope: Scope, grouped: dict[tuple[str, Scope], list[Claim]]
) -> bool:
    """Whether checkpoints, subsets or folders carry the claims that the whole lacks."""
    return (
        any(
            a == artifact
            and s != scope
            and base_scope(s) == scope
            and any(c.expression and not may_be_anothers(c) for c in own)
            for (a, s), own in grouped.items()
        )
        and scope != CODE
    )  # a vendored folder's license says nothing of the code around it


def may_be_anothers(claim: Claim) -> bool:
    """Whether the words may be about another work: they bind, but take no question away."""
    return claim.rung == "identifier" and claim.confidence < SURE


def _answer(artifact: str, scope: Scope, claims: list[Claim]) -> LicenseAnswer:
    named = [c for c in claims if c.expression]
    best = min(named, key=lambda c: (RUNG_ORDER.index(c.rung), -c.confidence), default=None)
    ids = tuple(dict.fromkeys(c.id for c in claims))
    if best is None:
        lead = claims[0] if claims else None
        return LicenseAnswer(
            artifact,
            scope,
            None,
            lead.basis if lead else "concluded",
            lead.rung if lead else "none",
            0.0,
            ids,
        )
    kept = _distinct(named)
    expression = " AND ".join(f"({e})" if " OR " in e and len(kept) > 1 else e for e in kept)
    confidence = min(c.confidence for c in named) if len(kept) > 1 else best.confidence
    return LicenseAnswer(artifact, scope, expression, best.basis, best.rung, confidence, ids)


def _distinct(claims: list[Claim]) -> list[str]:
    """Expressions without those another one refines (`GPL-3.0-only` beside `-or-later`).

    Where words say `only` themselves, nothing refines them: both stay.
    """
    ordered = sorted(
        claims,  # a port first: it is the same license, named more closely
        key=lambda c: (
            not ported(c.expression or ""),
            RUNG_ORDER.index(c.rung),
            -c.confidence,
            c.expression,
        ),
    )
    kept: dict[str, bool] = {}
    for claim in ordered:
        expression = claim.expression or ""
        only = claim.rung == "identifier" and range_said(expression, claim.written) == "only"
        if not any(same_family(expression, k) and not (only or o) for k, o in kept.items()):
            kept[expression] = kept.get(expression, False) or only
    return sorted(kept)


def open_claims(claims: Iterable[Claim]) -> list[Claim]:
    """Claims that name no license: ambiguous, unknown or empty fields, unidentified texts."""
    return [
        c
        for c in claims
        if c.expression is None
        and c.narrows is None
        and c.scope != "document"
        and c.note not in ("commercial_allowed", "purchase")
    ]
