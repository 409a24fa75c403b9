"""Curations: corrected facts, pinned to the digest of the words they correct."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import get_args

from licaudit.errors import ConfigError
from licaudit.facts import Claim, Collected, Curation, Gap, Location
from licaudit.sources.faults import Reason

# What keeps words out of reach: that they differ then says nothing about a change.
_OUT_OF_REACH = frozenset(get_args(Reason)) | {"unreadable", "not_followed", "file_too_large"}
_OURS = "local:"
_FILES = 3  # places named in an error


def content_digest(claims: list[Claim], artifact: str, scope: str) -> str:
    """SHA-256 over what the tree itself says of a scope: changes when any of those words change."""
    said = sorted(f"{c.location.label()}\0{c.written}" for c in _words(claims, artifact, scope))
    return hashlib.sha256("\n".join(said).encode("utf-8", "surrogatepass")).hexdigest()


def apply_curations(
    claims: list[Claim],
    curations: tuple[Curation, ...],
    collected: Collected,
    name: str = "licaudit.yaml",
) -> tuple[list[Claim], list[Gap]]:
    """Claims with curated scopes replaced by the curation; a Gap for each that meets nothing.

    `name` is the project file that they stand in. Raises ConfigError for a curation that was
    written for other words than those that were read: whoever signed it has to look again. Where
    its words are out of reach it lapses: it changes nothing, and its gap keeps the scope from
    passing.
    """
    gaps: list[Gap] = []
    known = {a.id for a in collected.artifacts} | {c.artifact for c in claims}
    for item in curations:
        where = Location(name, item.line, key="curations")
        found = content_digest(claims, item.artifact, item.scope)
        if item.artifact not in known:
            gaps.append(_lapsed(item, where, "fits nothing that was found"))
        elif item.sha256 == found:
            claims = _corrected(claims, item, found, where)
        elif _in_reach(item.artifact, claims, collected):
            raise _outdated(claims, item, found, where)
        else:
            gaps.append(_lapsed(item, where, "cannot be held against its words: not all were read"))
    return claims, gaps


def _words(claims: list[Claim], artifact: str, scope: str) -> list[Claim]:
    """What was said of a scope, but for what a curation says."""
    place = (artifact, scope)
    return [c for c in claims if (c.artifact, c.scope) == place and c.rung != "curation"]


def _in_reach(artifact: str, claims: list[Claim], collected: Collected) -> bool:
    """Whether an artifact's own words were read, as far as anybody can tell."""
    if artifact.startswith(_OURS):
        return True
    if any(g.artifact == artifact and g.reason in _OUT_OF_REACH for g in collected.gaps):
        return False
    return any(c.artifact == artifact and c.authority != "stranger" for c in claims)


def _lapsed(item: Curation, where: Location, why: str) -> Gap:
    detail = f"the curation of {item.artifact} {item.scope} {why}"
    return Gap(item.artifact, "curation_lapsed", detail, where, item.scope)


def _outdated(claims: list[Claim], item: Curation, found: str, where: Location) -> ConfigError:
    labels = [c.location.label() for c in _words(claims, item.artifact, item.scope)]
    places = list(dict.fromkeys(labels))
    more = f" and {len(places) - _FILES} more" if len(places) > _FILES else ""
    now = f"those now at {', '.join(places[:_FILES])}{more}" if places else "what now stands there"
    return ConfigError(
        f"the curation of `{item.artifact}` ({item.scope}) was written for other words than {now}:"
        f" its sha256 is {item.sha256}, theirs is {found}",
        where=where.label(),
        todo="Read them again; then write their sha256 in its place, or remove the curation.",
    )


def _corrected(claims: list[Claim], item: Curation, digest: str, where: Location) -> list[Claim]:
    """The claims with those of one scope corrected; a claim of its own where there was none."""
    note = f"curated by {item.author}: {item.reason}"
    place = (item.artifact, item.scope)
    if not any((c.artifact, c.scope) == place for c in claims):
        said = item.expression
        own = Claim(
            "c" + digest[:12], *place, said, said, "concluded", "unknown", "curation", 1.0, where,
            note=note,
        )  # fmt: skip
        return [*claims, own]
    return [
        replace(
            c,
            expression=item.expression,
            candidates=(),
            narrows=None,
            confidence=1.0,
            rung="curation",
            note=note,
        )
        if (c.artifact, c.scope) == place
        else c
        for c in claims
    ]
