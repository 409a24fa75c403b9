"""What changed between two audits or locks: licenses, texts edited in place, nodes, verdicts.

Whether a license became tighter is computed from its terms: which acts lost or gained permission,
and which conditions came or went. Names alone decide nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from licaudit.facts import OUTCOMES, AuditResult
from licaudit.reporting import json, lock
from licaudit.reporting.diff_terms import Shift
from licaudit.reporting.pinned import Pinned

Kind = Literal["verdict", "finding", "license", "text", "node", "revision"]
ORDER: tuple[Kind, ...] = Kind.__args__  # type: ignore[attr-defined]
LARGEST = 500_000_000  # bytes of a file that is read
_RANK: tuple[str, ...] = ("waived", *OUTCOMES)
Compare = Callable[[str | None, str | None], Shift]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `what` says which kind of it, `old` and `new` what stood there.

    `matters` marks what may take away a permission, or that nobody can tell yet.
    """

    kind: Kind
    what: str
    subject: str
    old: str | None = None
    new: str | None = None
    scope: str | None = None
    matters: bool = False
    shift: Shift | None = None


@dataclass(frozen=True)
class Snapshot:
    """One side. A lock knows neither verdicts nor findings: those are None."""

    schema: str
    nodes: Mapping[str, Pinned]
    day: str
    verdicts: Mapping[tuple[str, str], str] | None = None
    findings: Mapping[tuple[str, str, str], str] | None = None
    licenses: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)


def read(path: Path) -> Snapshot:
    """An audit.json or a licaudit.lock. Raises ResultError or ConfigError."""
    data = json.file_bytes(path, "Give an audit.json or a licaudit.lock.")
    if b'"licaudit/lock/' in data:
        return _of_lock(lock.parse(data, str(path)))
    return _of_result(json.read_named(data, path))


def _of_lock(found: lock.Lock) -> Snapshot:
    days = [p.seen.isoformat() for p in found.pinned.values()]
    licenses = {name: dict(p.licenses) for name, p in found.pinned.items()}
    return Snapshot("lock", found.pinned, max(days, default=""), licenses=licenses)


def _of_result(result: AuditResult) -> Snapshot:
    pinned = lock.parse(lock.write(result), "audit.json").pinned
    licenses: dict[str, dict[str, str | None]] = {}
    for answer in result.answers:
        whole, _, part = answer.artifact.partition("#")
        own = licenses.setdefault(whole, {})
        own[f"{part} {answer.scope}" if part else answer.scope] = answer.expression
    verdicts: dict[tuple[str, str], str] = {}
    findings: dict[tuple[str, str, str], str] = {}
    for number, judgement in enumerate(result.judgements, 1):
        for verdict in judgement.verdicts:
            verdicts[f"{number} {judgement.intent.use}", verdict.scope] = verdict.outcome
        for found in judgement.findings:
            # Not by fingerprint: that of a finding with other evidence differs, and it is the same.
            key = (found.rule, found.artifact, found.scope or "")
            outcome = "waived" if found.waiver else found.outcome
            findings[key] = max(outcome, findings.get(key, outcome), key=_RANK.index)
    return Snapshot("audit", pinned, result.as_of, verdicts, findings, licenses)


def compare(old: Snapshot, new: Snapshot, shift: Compare) -> tuple[Change, ...]:
    """All differences, what matters first, then by kind and subject."""
    changes = [*_verdicts(old, new), *_findings(old, new), *_nodes(old, new, shift)]
    return tuple(
        sorted(
            changes,
            key=lambda c: (not c.matters, ORDER.index(c.kind), c.subject, c.scope or "", c.what),
        )
    )


def _verdicts(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    if old.verdicts is None or new.verdicts is None:
        return
    for key in sorted(old.verdicts.keys() | new.verdicts.keys()):
        was, now = old.verdicts.get(key), new.verdicts.get(key)
        if was == now:
            continue
        if was is None or now is None:
            # A scope that is new, or gone: it matters when it is one that does not pass.
            what, worse = ("came" if was is None else "went"), now not in (None, "pass")
        else:
            worse = _RANK.index(now) > _RANK.index(was)
            what = "worse" if worse else "better"
        yield Change("verdict", what, key[0], was, now, key[1], worse)


def _findings(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    if old.findings is None or new.findings is None:
        return
    for key in sorted(old.findings.keys() | new.findings.keys()):
        was, now = old.findings.get(key), new.findings.get(key)
        if was != now:
            what = "came" if was is None else "went" if now is None else "turned"
            worse = now in OUTCOMES[1:] and (was is None or _RANK.index(now) > _RANK.index(was))
            yield Change("finding", what, key[1], was, now, key[0], worse)


def _nodes(old: Snapshot, new: Snapshot, shift: Compare) -> Iterator[Change]:
    for name in sorted(old.nodes.keys() | new.nodes.keys()):
        was, now = old.nodes.get(name), new.nodes.get(name)
        if was is None or now is None:
            found = ", ".join(_named((was or now).licenses)) or None  # type: ignore[union-attr]
            came = was is None
            what, matters = ("came", True) if came else ("went", False)
            yield Change("node", what, name, None if came else found, found if came else None,
                         matters=matters)  # fmt: skip
            continue
        if was.revision != now.revision:
            yield Change("revision", "moved", name, was.revision, now.revision)
        yield from _texts(name, was, now)
    both = old.nodes.keys() & new.nodes.keys()
    if old.schema == new.schema == "audit":
        both |= old.licenses.keys() & new.licenses.keys()
    for name in sorted(both):
        yield from _licenses(name, old.licenses.get(name, {}), new.licenses.get(name, {}), shift)


def _texts(name: str, was: Pinned, now: Pinned) -> Iterator[Change]:
    before, after = dict(was.texts), dict(now.texts)
    for path in sorted(before.keys() | after.keys()):
        old, new = before.get(path), after.get(path)
        if old != new:
            what = "edited" if old and new else "came" if new else "went"
            yield Change("text", what, name, old, new, path, matters=True)


def _licenses(
    name: str, was: Mapping[str, str | None], now: Mapping[str, str | None], shift: Compare
) -> Iterator[Change]:
    for scope in sorted(was.keys() | now.keys()):
        old, new = was.get(scope), now.get(scope)
        if old == new:
            continue
        moved = shift(old, new)
        matters = moved.direction not in ("relaxed", "same")
        yield Change("license", moved.direction, name, old, new, scope, matters, moved)


def _named(licenses: tuple[tuple[str, str | None], ...]) -> list[str]:
    return sorted({expression for _, expression in licenses if expression})


def plain(old: Snapshot, new: Snapshot, changes: tuple[Change, ...]) -> dict[str, Any]:
    """The values of `--format json`."""
    return {
        "schema": "licaudit/diff/1",
        "old": {"kind": old.schema, "day": old.day},
        "new": {"kind": new.schema, "day": new.day},
        "matters": any(c.matters for c in changes),
        "changes": [_plain(c) for c in changes],
    }


def _plain(change: Change) -> dict[str, Any]:
    fields = ("kind", "what", "subject", "scope", "old", "new", "matters")
    row: dict[str, Any] = {name: getattr(change, name) for name in fields}
    if change.shift is not None:
        row |= {
            "lost": [list(act) for act in change.shift.lost],
            "gained": [list(act) for act in change.shift.gained],
            "asks_more": list(change.shift.asks_more),
            "asks_less": list(change.shift.asks_less),
        }
    return row
