"""licaudit.lock: every upstream as it was read: revision, licenses, digests of texts, claims, when.

It notices drift (`--locked`), and it answers when a hub does not: `Lock.answer` gives back what was
read then, so that an outage changes no verdict, and says of what day that is. The text is sorted, a
line for each claim, so that two branches merge as code does. No secrets, no paths of a machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from licaudit.errors import ConfigError
from licaudit.facts import Artifact, AuditResult, Claim, Copyright, Gap, Link, Probe
from licaudit.facts.codec import record, to_plain
from licaudit.reporting.lock_text import dump, scrubbed
from licaudit.reporting.pinned import REMEMBERED, TEXT, Lock, Pinned, Recall, whole

__all__ = ["REMEMBERED", "Lock", "Pinned", "Recall", "drift", "load", "parse", "text_of", "write"]

SCHEMA = "licaudit/lock/2"
LARGEST = 200_000_000  # bytes of a lock that is read
SHOWN = 20  # differences that one error names
_DAY = re.compile(r"\b(\d{4}-\d\d-\d\d)\b")
_AGAIN = "Write it again with `licaudit lock`."

Plain = dict[str, Any]


def load(path: Path) -> Lock:
    """The lock of a file. Raises ConfigError when it cannot be read."""
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"it has more than {LARGEST} bytes")
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise ConfigError(
            f"this lock cannot be read ({why})", where=str(path), todo=_AGAIN
        ) from None
    return parse(data, str(path))


def parse(data: bytes, where: str) -> Lock:
    """The lock in some bytes. Raises ConfigError."""
    try:
        plain = json.loads(data)
        if plain["schema"] != SCHEMA:
            raise ValueError(f"its schema is {plain['schema']!r:.60}, not {SCHEMA!r}")
        pinned = {str(k): _pinned(str(k), v) for k, v in plain["upstreams"].items()}
        return Lock(pinned, str(plain.get("knowledge", "")))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        what = f"{type(error).__name__}: {error}" if isinstance(error, KeyError) else error
        todo = "Settle the marks of the merge in it." if b"<<<<<<<" in data else _AGAIN
        raise ConfigError(
            f"this lock cannot be read ({what!s:.200})", where=where, todo=todo
        ) from None


def write(result: AuditResult) -> bytes:
    """The lock of an audit: everything but the target itself, which may change freely."""
    pinned = {item.id: item for item in _of(result)}
    return text_of(Lock(pinned, result.knowledge_version)).encode("utf-8", "backslashreplace")


def text_of(lock: Lock) -> str:
    """The text of a lock, the same for the same facts."""
    upstreams = {name: _plain(item) for name, item in lock.pinned.items()}
    document = {"schema": SCHEMA, "knowledge": lock.knowledge, "upstreams": upstreams}
    return dump(scrubbed(document))


def drift(result: AuditResult, lock: bytes, where: str) -> list[str]:
    """What differs from a lock, a sentence each. Raises ConfigError when it cannot be read."""
    before = parse(lock, where).pinned
    now = parse(write(result), where).pinned
    said = [f"{name} is new" for name in sorted(now.keys() - before.keys())]
    said += [f"{name} is gone" for name in sorted(before.keys() - now.keys())]
    for name in sorted(now.keys() & before.keys()):
        said += [f"{name}: {what}" for what in _differences(before[name], now[name])]
    if len(said) > SHOWN:
        said = [*said[:SHOWN], f"and {len(said) - SHOWN} more"]
    return said


def _differences(old: Pinned, new: Pinned) -> list[str]:
    said = []
    if old.revision != new.revision:
        said.append(f"revision was {_shown(old.revision)}, is {_shown(new.revision)}")
    for field, word in (("licenses", "license of"), ("texts", "the text of")):
        was, now = dict(getattr(old, field)), dict(getattr(new, field))
        said += [
            f"{word} {key} was {_shown(was.get(key))}, is {_shown(now.get(key))}"
            for key in sorted(was.keys() | now.keys())
            if was.get(key) != now.get(key)
        ]
    return said


def _shown(value: str | None) -> str:
    if value and value.startswith(TEXT):
        return value[: len(TEXT) + 12]
    return value or "not known"


def upstreams(result: AuditResult) -> tuple[str, ...]:
    """The ids of all that the target came from, sorted; parts of a tree belong to their tree."""
    reached = {whole(link.target) for link in result.links}
    roots = {whole(link.source) for link in result.links} - reached
    paths = [f.path[0] for j in result.judgements for f in j.findings if f.path]
    roots |= {whole(p) for p in paths}
    return tuple(sorted(i for i in reached - roots if not i.startswith("local:")))


def _of(result: AuditResult) -> list[Pinned]:
    by_node: dict[str, list[Any]] = {name: [] for name in upstreams(result)}

    def own(items: Iterable[Any], field: str = "artifact") -> dict[str, list[Any]]:
        table: dict[str, list[Any]] = {name: [] for name in by_node}
        for item in items:
            table.get(whole(getattr(item, field)), []).append(item)
        return table

    artifacts, claims = own(result.artifacts, "id"), own(result.claims)
    links, gaps = own(result.links, "source"), own(result.gaps)
    answers, probes = own(result.answers), own(result.probes)
    copyrights = own(result.copyrights)
    today = date.fromisoformat(result.as_of)
    return [
        Pinned(
            name,
            _seen(gaps[name], today),
            next((a.revision for a in artifacts[name] if a.id == name), None),
            tuple(_elsewhere(a) for a in artifacts[name]),
            tuple(claims[name]),
            tuple(links[name]),
            tuple(g for g in gaps[name] if g.reason != REMEMBERED),
            frozenset((a.artifact, a.scope) for a in answers[name]),
            tuple((_key(a.artifact, a.scope), a.expression) for a in answers[name]),
            tuple(probes[name]),
            tuple(copyrights[name]),
        )
        for name in by_node
    ]


def _elsewhere(artifact: Artifact) -> Artifact:
    """Less its place in the target, which may change freely. Places upstream begin with a hub's."""
    here = artifact.location is not None and ":" not in artifact.location.path.partition("/")[0]
    return replace(artifact, location=None) if here else artifact


def _seen(gaps: list[Gap], today: date) -> date:
    """The day of the audit, or that of the lock which answered in place of the hub."""
    for gap in gaps:
        if gap.reason == REMEMBERED and (day := _DAY.search(gap.detail)):
            return date.fromisoformat(day.group(1))
    return today


def _key(artifact: str, scope: str) -> str:
    part = artifact.partition("#")[2]
    return f"{part} {scope}" if part else scope


def _plain(item: Pinned) -> Plain:
    return {
        "seen": item.seen.isoformat(),
        "revision": item.revision,
        "licenses": dict(item.licenses),
        "texts": dict(sorted(item.texts)),
        "probes": to_plain(sorted(item.probes, key=repr)),
        "copyrights": to_plain(sorted(item.copyrights, key=repr)),
        "artifacts": to_plain(sorted(item.artifacts, key=lambda a: a.id)),
        "claims": to_plain(sorted(item.claims, key=lambda c: c.id)),
        "links": to_plain(sorted(item.links, key=lambda x: (x.source, x.target, x.relation))),
        "gaps": to_plain(sorted(item.gaps, key=repr)),
        "scopes": sorted([a, s] for a, s in item.scopes),
    }


def _pinned(name: str, plain: Plain) -> Pinned:
    claims = tuple(record(Claim, c) for c in plain["claims"])
    artifacts = tuple(record(Artifact, a) for a in plain["artifacts"])
    links = tuple(record(Link, x) for x in plain["links"])
    gaps = tuple(record(Gap, g) for g in plain["gaps"])
    probes = tuple(record(Probe, p) for p in plain["probes"])
    copyrights = tuple(record(Copyright, c) for c in plain["copyrights"])
    owners = [a.id for a in artifacts] + [c.artifact for c in claims] + [x.source for x in links]
    owners += [g.artifact for g in gaps] + [p.artifact for p in probes]
    owners += [c.artifact for c in copyrights]
    if any(whole(owner) != name for owner in owners):
        raise ValueError(f"{name} holds facts of another artifact")
    return Pinned(
        name,
        date.fromisoformat(plain["seen"]),
        plain["revision"],
        artifacts,
        claims,
        links,
        gaps,
        frozenset((str(a), str(s)) for a, s in plain["scopes"]),
        tuple(sorted(dict(plain["licenses"]).items())),
        probes,
        copyrights,
    )
