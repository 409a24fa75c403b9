"""Records that a source note names: is the file there, what is its digest, what does it reserve."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from licaudit.collectors.optouts import compare
from licaudit.facts import Collected, Gap, Location, Probe
from licaudit.sources.tree import Entry, ReadError, Tree

_CHUNK = 1 << 20
_DIGEST = 1 << 28  # bytes of one record that are read for its digest
_COMPARED = ("robots", "reservations")


@dataclass(frozen=True, slots=True)
class Named:
    """A record that a source note names: whose it is, where, what it shows, by which crawler."""

    artifact: str
    path: str
    shows: str
    crawler: str | None = None


def find_records(tree: Tree, named: Sequence[Named]) -> Collected:
    """One `record` probe for each record that is in the tree, one `reserved` for each address
    that a collection log holds although a snapshot of its site reserves it."""
    if not named:
        return Collected()
    probes: list[Probe] = []
    gaps: list[Gap] = []
    entries = tree.entries()
    files: dict[str, list[Entry]] = {}
    for one in named:
        files[one.path] = found = _files(entries, one.path)
        if not found:
            continue
        try:
            digest = _digest(tree, one.path, found)
        except ReadError as error:
            gaps.append(Gap(one.artifact, "unreadable", str(error), Location(one.path)))
            continue
        probes.append(Probe(one.artifact, "record", one.path, Location(found[0].path), digest))
    for artifact in dict.fromkeys(n.artifact for n in named):
        own = [n for n in named if n.artifact == artifact]
        logs = _of(own, files, ("collection_log",))
        if logs and any(n.shows in _COMPARED for n in own):
            said = compare(
                tree,
                artifact,
                logs,
                _of(own, files, ("robots",)),
                _of(own, files, ("reservations",)),
                own[0].crawler,
            )
            probes += said.probes
            gaps += said.gaps
    return Collected(probes=tuple(probes), gaps=tuple(gaps))


def _of(named: list[Named], files: dict[str, list[Entry]], kinds: tuple[str, ...]) -> list[Entry]:
    found = {e.path: e for n in named if n.shows in kinds for e in files[n.path]}
    return [found[path] for path in sorted(found)]


def _files(entries: Sequence[Entry], path: str) -> list[Entry]:
    """The file of that path, or all files of that folder."""
    return [e for e in entries if e.path == path or e.path.startswith(f"{path}/")]


def _digest(tree: Tree, path: str, found: list[Entry]) -> str | None:
    """The SHA-256 of a file; of a folder, that of its files' names and digests."""
    if sum(e.size for e in found) > _DIGEST:
        return None
    if len(found) == 1 and found[0].path == path:
        return _hashed(tree, found[0])
    lines = (f"{_hashed(tree, e)}  {e.path[len(path) + 1 :]}\n" for e in found)
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def _hashed(tree: Tree, entry: Entry) -> str:
    digest = hashlib.sha256()
    for chunk in _chunks(tree, entry):
        digest.update(chunk)
    return digest.hexdigest()


def _chunks(tree: Tree, entry: Entry) -> Iterator[bytes]:
    start = 0
    while start < entry.size:
        chunk = tree.read(entry.path, start, _CHUNK)
        if not chunk:
            return
        yield chunk
        start += len(chunk)
