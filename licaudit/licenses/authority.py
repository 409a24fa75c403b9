"""Who speaks: the holder of a work, or somebody who hands it on.

An authority is only ever given on grounds that stand in the tree; without any it stays unknown, and
an unknown one counts for nothing more than a distributor's. A repository that hands on somebody
else's work and does not say whose leaves a Gap: what it declares licenses nothing by itself.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from licaudit.facts import (
    CONTENT,
    DATA,
    WEIGHTS,
    Artifact,
    Authority,
    Claim,
    Collected,
    Copyright,
    Gap,
    Link,
    Location,
    Passage,
    Relation,
)
from licaudit.licenses.authority_rules import Names, load_names
from licaudit.licenses.conclude import base_scope
from licaudit.licenses.copyrights import find_copyrights
from licaudit.licenses.subjects import squash

Standing = Literal["repack", "mirror", "aggregator"]
OF_BASE = "said of what the work was made from"
_OWNED = re.compile(r"^pkg:(?:huggingface|github|gitlab|bitbucket|gitee|modelscope)/([^/#?@]+)/")
PARENTS: frozenset[Relation] = frozenset(
    {"fine_tuned_from", "adapter_of", "merged_from", "quantized_from", "derived_from"}
)
_HANDED_ON: frozenset[Relation] = frozenset({"quantized_from"})
_HEAD = 20_000  # characters of a page in which it says what it is


@dataclass(frozen=True, slots=True)
class Known:
    """What the tree shows of an artifact's place between its holder and the reader."""

    standing: Standing
    location: Location | None
    why: str


@dataclass(frozen=True)
class Attributed:
    """Claims that know who speaks, the copyrights read on the way, and what stayed open."""

    claims: list[Claim]
    gaps: tuple[Gap, ...]
    copyrights: tuple[Copyright, ...]
    collected: Collected


def attribute(claims: Iterable[Claim], collected: Collected) -> Attributed:
    """Who says it, for every claim; artifacts learn the holders that their own texts name."""
    copyrights, cut = find_copyrights(collected.passages)
    known, open_ = with_authority(claims, collected, copyrights, owners_of(collected))
    held = _holders(c for c in copyrights if not c.scope.startswith("folder:"))
    artifacts = tuple(
        replace(a, holders=tuple(dict.fromkeys((*a.holders, *own)))) if own else a
        for a in collected.artifacts
        for own in [[h for (name, _), hs in held.items() if name == a.id for h in hs]]
    )
    return Attributed(known, (*open_, *cut), copyrights, replace(collected, artifacts=artifacts))


def owners_of(collected: Collected) -> dict[str, str]:
    """The owner of each repository whose id names one; a folder on a disk has none."""
    return {a.id: match[1] for a in collected.artifacts if (match := _OWNED.match(a.id))}


def with_authority(
    claims: Iterable[Claim],
    collected: Collected,
    copyrights: tuple[Copyright, ...],
    owners: dict[str, str],
) -> tuple[list[Claim], list[Gap]]:
    """Claims that know who speaks, what a page says of its parent laid at the parent's door.

    `owners` are the owners of the repositories read, by artifact id. The Gaps say where somebody
    hands on a work without saying whose.
    """
    standings = standings_of(collected, owners)
    parents = _parents(collected)
    names = load_names()
    found = [_of_parent(c, parents, collected, names) for c in claims]
    held = _holders(copyrights)
    known = [replace(c, authority=_authority(c, standings, held, owners, names)) for c in found]
    return known, _gaps(collected, standings, parents, known)


def standings_of(collected: Collected, owners: dict[str, str]) -> dict[str, Known]:
    """Artifacts that are somebody else's work handed on, with the place that shows it."""
    names = load_names()
    pages: dict[str, list[Passage]] = {}
    for passage in collected.passages:
        inner = passage.location.path.removeprefix(f"{passage.hint('tree')}/")
        if passage.form == "prose" and "/" not in inner:
            pages.setdefault(passage.artifact, []).append(passage)
    found: dict[str, Known] = {}
    read = {p.artifact for p in collected.passages}
    for artifact in collected.artifacts:
        if artifact.id not in read:
            continue  # only named: its license is unknown anyway
        known = _standing(
            artifact, pages.get(artifact.id, []), collected.links, owners.get(artifact.id), names
        )
        if known is not None:
            found[artifact.id] = known
    return found


def _standing(
    artifact: Artifact,
    pages: list[Passage],
    links: tuple[Link, ...],
    owner: str | None,
    names: Names,
) -> Known | None:
    if artifact.kind in ("model", "weights"):
        handed = next(
            (x for x in links if x.source == artifact.id and x.relation in _HANDED_ON), None
        )
        if handed:
            where = handed.evidence[0] if handed.evidence else None
            return Known("repack", where, "it is quantized from another model")
        if owner and owner.lower() in names.repackers:
            return Known("repack", None, f"`{owner}` publishes conversions of others' models")
        if names.repack_names.search(artifact.name) and (pages or owner):
            return Known("repack", artifact.location, f"its name is `{artifact.name}`")
    tables: list[tuple[Standing, re.Pattern[str], str]] = []
    if artifact.kind in ("model", "weights"):
        tables.append(("repack", names.repack_words, "its page says it is a conversion"))
    if artifact.kind in ("model", "weights", "dataset"):
        tables.append(("mirror", names.mirror_words, "its page says it is a copy"))
    if artifact.kind == "dataset":
        tables.append(("aggregator", names.aggregator_words, "its page says it collects others'"))
    for standing, pattern, why in tables:
        for passage in pages:
            match = pattern.search(passage.text[:_HEAD])
            if match:
                line = (passage.location.line or 1) + passage.text.count("\n", 0, match.start())
                return Known(standing, replace(passage.location, line=line, end_line=None), why)
    return None


def _parents(collected: Collected) -> dict[str, list[str]]:
    """The works each artifact was made from, by artifact."""
    found: dict[str, list[str]] = {}
    for link in collected.links:
        if link.relation in PARENTS and link.target not in found.setdefault(link.source, []):
            found[link.source].append(link.target)
    return found


def _of_parent(
    claim: Claim, parents: dict[str, list[str]], collected: Collected, names: Names
) -> Claim:
    """A sentence on the parent's license is a claim on the parent, where there is exactly one."""
    above = parents.get(claim.artifact, [])
    marked = (claim.note or "").startswith(OF_BASE)
    said = claim.rung == "identifier" and claim.location.key is None
    if len(above) != 1 or not (
        marked or (said and names.original_words.search(claim.written.lstrip("*_- ")))
    ):
        return claim
    parent = next((a for a in collected.artifacts if a.id == above[0]), None)
    scope = DATA if parent is not None and parent.kind == "dataset" else WEIGHTS
    digest = hashlib.sha256(f"{claim.id}\0{above[0]}".encode()).hexdigest()
    note = claim.note if marked else f"{OF_BASE}: {claim.note or claim.written}"
    return replace(
        claim, id="c" + digest[:12], artifact=above[0], scope=scope, authority="stranger", note=note
    )


def _holders(copyrights: Iterable[Copyright]) -> dict[tuple[str, str], list[str]]:
    """The holders named for each artifact and scope, in the order they were read."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for item in copyrights:
        key = (item.artifact, base_scope(item.scope))
        found.setdefault(key, {}).update(dict.fromkeys(item.holders))
    return {key: list(names) for key, names in found.items()}


def _authority(
    claim: Claim,
    standings: dict[str, Known],
    held: dict[tuple[str, str], list[str]],
    owners: dict[str, str],
    names: Names,
) -> Authority:
    if claim.authority != "unknown":
        return claim.authority
    scope = base_scope(claim.scope)
    known = standings.get(claim.artifact)
    if known is not None:
        if known.standing == "mirror":
            return "mirror"
        if known.standing == "repack" and scope != "code":
            return "distributor"
        if known.standing == "aggregator" and scope != "code":
            return "distributor"
    owner = owners.get(claim.artifact)
    if owner is None or ":" in claim.scope.removeprefix("data:"):
        return "unknown"
    holders = held.get((claim.artifact, scope), [])
    return "holder" if any(is_owner(owner, h, names) for h in holders) else "unknown"


def is_owner(owner: str, holder: str, names: Names) -> bool:
    """Whether a repository's owner and a copyright's holder are one name, legal forms left out."""
    mine, theirs = _bare(owner, names), _bare(holder, names)
    return len(mine) > 2 and mine == theirs


def _bare(name: str, names: Names) -> str:
    return squash(
        " ".join(w for w in re.split(r"[\s,.()_-]+", name) if w.lower() not in names.plain_words)
    )


def _gaps(
    collected: Collected,
    standings: dict[str, Known],
    parents: dict[str, list[str]],
    claims: list[Claim],
) -> list[Gap]:
    """Where a work is handed on and nothing says whose it is or under which terms."""
    asked = {g.artifact for g in collected.gaps if g.reason == "base_not_named"}
    licensed = {c.artifact for c in claims if c.scope == CONTENT and c.expression}
    found = []
    for artifact, known in sorted(standings.items()):
        if known.standing == "aggregator":
            if artifact not in licensed:
                found.append(_unlicensed(artifact, known))
            continue
        if parents.get(artifact) or artifact in asked:
            continue
        kind = next((a.kind for a in collected.artifacts if a.id == artifact), "model")
        detail = f"{known.why}, but names no work that can be looked up: its terms are not known"
        scope = DATA if kind == "dataset" else WEIGHTS
        found.append(Gap(artifact, "base_not_named", detail, known.location, scope))
    return found + _hearsay(claims)


def _hearsay(claims: list[Claim]) -> list[Gap]:
    """Works whose license only a page of another work names: that may restrict, never permit."""
    own = {(c.artifact, c.scope) for c in claims if c.authority != "stranger" and c.expression}
    found: dict[tuple[str, str], Gap] = {}
    for claim in claims:
        key = (claim.artifact, claim.scope)
        if claim.authority == "stranger" and claim.expression and key not in own:
            detail = f"{claim.expression} is only what a page of another work says of it"
            found.setdefault(
                key, Gap(claim.artifact, "hearsay", detail, claim.location, claim.scope)
            )
    return list(found.values())


def _unlicensed(artifact: str, known: Known) -> Gap:
    detail = f"{known.why} data: a license on the collection is none on what it collects"
    return Gap(artifact, "content_unlicensed", detail, known.location, DATA)
