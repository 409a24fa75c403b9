"""Curations: corrected facts, pinned to the digest of the words they correct."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from licaudit.facts import Claim, Collected, Curation, Gap, Location


def content_digest(claims: list[Claim], artifact: str, scope: str) -> str:
    """SHA-256 over what the tree itself says of a scope: changes when any of those words change."""
    said = sorted(
        f"{c.location.label()}\0{c.written}"
        for c in claims
        if c.artifact == artifact and c.scope == scope and c.rung != "curation"
    )
    return hashlib.sha256("\n".join(said).encode("utf-8", "surrogatepass")).hexdigest()


def apply_curations(
    claims: list[Claim],
    curations: tuple[Curation, ...],
    collected: Collected,
    name: str = "licaudit.yaml",
) -> tuple[list[Claim], list[Gap]]:
    """Claims with curated scopes replaced by the curation; a Gap for each that no longer fits.

    `name` is the project file that they stand in. A lapsed curation changes nothing, and its gap
    keeps the scope from passing until somebody has looked again.
    """
    gaps: list[Gap] = []
    known = {a.id for a in collected.artifacts} | {c.artifact for c in claims}
    for item in curations:
        found = content_digest(claims, item.artifact, item.scope)
        where = Location(name, item.line, key="curations")
        if item.artifact not in known:
            detail = f"the curation of {item.artifact} {item.scope} fits nothing that was found"
            gaps.append(Gap(item.artifact, "curation_lapsed", detail, where, item.scope))
            continue
        if item.sha256 != found:
            detail = (
                f"the curation of {item.artifact} {item.scope} was written for other words; "
                f"the digest is now {found}"
            )
            gaps.append(Gap(item.artifact, "curation_lapsed", detail, where, item.scope))
            continue
        claims = [
            replace(
                c,
                expression=item.expression,
                candidates=(),
                narrows=None,
                confidence=1.0,
                rung="curation",
                note=f"curated by {item.author}: {item.reason}",
            )
            if (c.artifact, c.scope) == (item.artifact, item.scope)
            else c
            for c in claims
        ]
        if not any((c.artifact, c.scope) == (item.artifact, item.scope) for c in claims):
            claims.append(
                Claim(
                    "c" + found[:12],
                    item.artifact,
                    item.scope,
                    item.expression,
                    item.expression,
                    "concluded",
                    "unknown",
                    "curation",
                    1.0,
                    where,
                    note=f"curated by {item.author}: {item.reason}",
                )
            )
    return claims, gaps
