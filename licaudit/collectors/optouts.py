"""A collection log held against the sites' own reservations: robots.txt and TDMRep snapshots.

Only what a snapshot says of an address is used. Which site a snapshot is of, its path tells: a
folder or file called like the host (`robots-snapshot/news.example/robots.txt`). One that names no
host speaks for the log's only host, or for none: a `Gap` says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from licaudit.facts import Collected, Gap, Location, Probe
from licaudit.sources.tree import Entry, ReadError, Tree, decode

_LOG = 64_000_000  # bytes of logs that are read for addresses
_SNAPSHOT = 512_000  # bytes of one snapshot: what RFC 9309 asks a crawler to read at least
_WORK = 5_000_000  # addresses times lines of snapshots
_SHOWN = 20
ADDRESS = re.compile(r"https?://[^\s\"'<>,;|\\]{1,2000}", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}", re.IGNORECASE)
_FILES = re.compile(r"\.(txt|json|html?)$", re.IGNORECASE)

# (address, its path and query) -> whether it is reserved
Reserves = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """What one site says: `host` is empty where its path does not tell which site."""

    host: str
    path: str
    lines: int
    reserves: Reserves


@dataclass(frozen=True, slots=True)
class _Address:
    text: str
    host: str
    rest: str
    place: Location


def compare(
    tree: Tree,
    artifact: str,
    logs: list[Entry],
    robots: list[Entry],
    reservations: list[Entry],
    crawler: str | None,
) -> Collected:
    """A `reserved` probe for each address of the logs that a snapshot reserves (the first few)."""
    gaps: list[Gap] = []
    snapshots = [*_read(tree, artifact, robots, lambda t: _robots(t, crawler or "*"), gaps)]
    snapshots += _read(tree, artifact, reservations, _tdmrep, gaps)
    addresses = _addresses(tree, artifact, logs, gaps)
    hosts = {a.host for a in addresses}
    unplaced = [s.path for s in snapshots if not s.host]
    if unplaced and len(hosts) > 1:
        detail = f"{unplaced[0]} does not tell by its path which of {len(hosts)} sites it is of"
        gaps.append(Gap(artifact, "snapshot_unplaced", detail, Location(unplaced[0])))
        snapshots = [s for s in snapshots if s.host]
    if len(addresses) * sum(s.lines for s in snapshots) > _WORK * max(1, len(hosts)):
        detail = f"{len(addresses)} addresses are too many to compare with these snapshots"
        gaps.append(Gap(artifact, "cut_short", detail, Location(logs[0].path)))
        return Collected(gaps=tuple(gaps))
    found = []
    for address in addresses:
        for snapshot in snapshots:
            if snapshot.host in ("", address.host) and snapshot.reserves(
                address.text, address.rest
            ):
                found.append(
                    Probe(
                        artifact, "reserved", address.text, address.place, None, about=snapshot.path
                    )
                )
                break
        if len(found) >= _SHOWN:
            break
    return Collected(probes=tuple(found), gaps=tuple(gaps))


def _read(
    tree: Tree,
    artifact: str,
    entries: list[Entry],
    reader: Callable[[str], Reserves | None],
    gaps: list[Gap],
) -> Iterator[_Snapshot]:
    for entry in entries:
        text = _text(tree, entry, _SNAPSHOT)
        reserves = reader(text) if text is not None else None
        if reserves is None or text is None:
            detail = f"{entry.path} is no snapshot that can be read"
            gaps.append(Gap(artifact, "unreadable", detail, Location(entry.path)))
            continue
        yield _Snapshot(_host(entry.path), entry.path, text.count("\n") + 1, reserves)


def _text(tree: Tree, entry: Entry, limit: int) -> str | None:
    if entry.size > limit:
        return None
    try:
        return decode(tree.read(entry.path, 0, entry.size or None)) if entry.size else ""
    except ReadError:
        return None


def _host(path: str) -> str:
    """The host that a part of the path is called like, the innermost first."""
    for part in reversed(path.split("/")):
        stem = _FILES.sub("", part).removesuffix(".robots").removesuffix(".tdmrep")
        if _HOST.fullmatch(stem):
            return stem.casefold()
    return ""


def _robots(text: str, crawler: str) -> Reserves | None:
    from protego import Protego

    if text.lstrip()[:1] == "<":  # an error page kept as if it were the file
        return None
    rules = Protego.parse(text)
    return lambda address, _: not rules.can_fetch(address, crawler)


def _tdmrep(text: str) -> Reserves | None:
    """The rules of a TDMRep file; of several that match, the last counts."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, list) or not all(isinstance(r, dict) for r in data):
        return None
    rules = [(_pattern(str(r.get("location", ""))), r.get("tdm-reservation")) for r in data]

    def reserves(_: str, rest: str) -> bool:
        said = [value for pattern, value in rules if pattern.match(rest)]
        return bool(said) and str(said[-1]) == "1"

    return reserves


def _pattern(location: str) -> re.Pattern[str]:
    """`*` stands for anything and `$` at the end for the end, as in robots.txt."""
    end = location.endswith("$")
    parts = re.split(r"\*+", location.removesuffix("$"))
    # Each part is taken where it first occurs: no pattern can run away.
    body = "".join(
        re.escape(part) if at == 0 else f"(?>.*?{re.escape(part)})" for at, part in enumerate(parts)
    )
    return re.compile(body + ("$" if end else ""), re.DOTALL)


def _addresses(
    tree: Tree, artifact: str, logs: list[Entry], gaps: list[Gap]
) -> tuple[_Address, ...]:
    found: dict[str, _Address] = {}
    left = _LOG
    for entry in logs:
        text = _text(tree, entry, left)
        if text is None:
            detail = f"{entry.path} could not be read for the addresses in it"
            gaps.append(Gap(artifact, "cut_short", detail, Location(entry.path)))
            continue
        left -= entry.size
        for number, line in enumerate(text.splitlines(), 1):
            match = ADDRESS.search(line)
            if match and match[0] not in found:
                place = Location(entry.path, number)
                address = _address(match[0], place)
                if address:
                    found[match[0]] = address
    return tuple(found.values())


def _address(text: str, place: Location) -> _Address | None:
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return None
    rest = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _Address(text, host.casefold(), rest, place) if host else None
