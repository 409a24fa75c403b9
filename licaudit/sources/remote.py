"""What trees behind HTTP share: reading files by range, checking them against the listing."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping

from licaudit.facts import Gap, Location
from licaudit.settings import LIMITS
from licaudit.sources.about import About
from licaudit.sources.faults import SourceGap
from licaudit.sources.tree import Entry, ReadError
from licaudit.sources.web import Answer

ROOT = "local:."  # the root artifact of the tree that is read
KEPT = 32_000_000  # bytes of whole files remembered, since several collectors read the same card
SKIPPED = 8_000_000  # bytes thrown away to get to a range that the server does not serve

Fetch = Callable[[str, Mapping[str, str], int, int], Answer]  # path, headers, limit, skip


class Files:
    """The files of one remote repository. Whole files are checked against the listed digest."""

    def __init__(self, entries: Iterable[Entry], fetch: Fetch) -> None:
        self.entries = tuple(sorted(entries, key=lambda e: e.path))
        self._by_path = {e.path: e for e in self.entries}
        self._fetch = fetch
        self._kept: dict[str, bytes] = {}
        self._room = KEPT
        self._lock = threading.Lock()
        self.bytes_read = 0

    def read(self, path: str, start: int = 0, length: int | None = None) -> bytes:
        """Bytes of one file, as Tree.read. Raises ReadError."""
        entry = self._by_path.get(path)
        if entry is None:
            raise ReadError("missing", f"{path} is not in the listing")
        size = LIMITS.whole_file if length is None else length
        if size <= 0:
            return b""
        whole = start == 0 and size >= entry.size
        with self._lock:
            kept = self._kept.get(path)
        if kept is not None:
            return kept[start : start + size]
        try:
            data = self._ask(entry, start, size, whole)
        except SourceGap as gap:
            raise ReadError(gap.reason, f"{path}: {gap.detail}") from gap
        self._keep(path, data, whole)
        return data

    def _keep(self, path: str, data: bytes, whole: bool) -> None:
        with self._lock:
            self.bytes_read += len(data)
            if whole and len(data) <= self._room and path not in self._kept:
                self._kept[path] = data
                self._room -= len(data)

    def _ask(self, entry: Entry, start: int, size: int, whole: bool) -> bytes:
        # Where the whole is wanted no Range is sent: some servers refuse one on empty files.
        headers = {"Accept-Encoding": "identity"}
        if not whole:
            headers["Range"] = f"bytes={start}-{start + size - 1}"
        skip = start if start <= SKIPPED else 0
        answer = self._fetch(entry.path, headers, size, skip)
        if answer.status == 416:
            return b""
        if answer.status == 206 and not _begins(answer, start):
            raise SourceGap("broken", "the server sent another range than it was asked for")
        if answer.status == 200 and start > SKIPPED:
            raise SourceGap("cut_short", "the server reads no ranges")
        if answer.status not in (200, 206):
            raise status_gap(answer.status, answer.headers)
        if whole:
            _check(entry, answer.body, answer.cut)
        elif len(answer.body) < min(size, entry.size - start):
            raise SourceGap("broken", "the server sent less than it lists")
        return answer.body


def status_gap(status: int, headers: Mapping[str, str], where: str = "") -> SourceGap:
    """What a status other than success means, in words of ours."""
    if headers.get("x-error-code") == "GatedRepo":
        return SourceGap(
            "gated", "access is gated: its terms must be accepted first", where, status
        )
    match status:
        case 401:
            return SourceGap("denied", "not there, or private (401)", where, status)
        case 403:
            return SourceGap("denied", "access is forbidden (403)", where, status)
        case 404 | 410:
            return SourceGap("missing", f"it does not exist ({status})", where, status)
        case 451:
            return SourceGap("denied", "withheld for legal reasons (451)", where, status)
        case _:
            return SourceGap("unreachable", f"the server answered {status}", where, status)


def listed(path: object, size: object, digest: str | None, gaps: list[Gap]) -> Entry | None:
    """An entry out of a hub's listing, or None and a Gap for what no tree can hold."""
    if not isinstance(path, str) or not is_inner(path):
        detail = "the hub lists a path that leads out of the repository"
        gaps.append(Gap(ROOT, "outside_tree", detail))
        return None
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        detail = "the hub does not say how large it is; it was left unread"
        gaps.append(Gap(ROOT, "broken", detail, Location(path)))
        return None
    return Entry(path, size, digest)


def is_inner(path: str) -> bool:
    """Whether a listed path stays in its tree and can be written down."""
    return (
        0 < len(path) <= 4_096
        and not any(p in ("", ".", "..") for p in path.split("/"))
        and "\0" not in path
        and "\\" not in path
    )


def cut(gaps: list[Gap]) -> None:
    """Note that the listing was left at the limit of files."""
    detail = f"more than {LIMITS.files} files; the rest is unread"
    gaps.append(Gap(ROOT, "cut_short", detail))


def about_gaps(about: About) -> tuple[Gap, ...]:
    """What the reader of a report should know of the place: a new name. It blocks nothing."""
    if not about.renamed:
        return ()
    detail = f"asked for as {about.asked}, it is now {about.id}"
    return (Gap(ROOT, "renamed", detail, blocks=False),)


def _begins(answer: Answer, start: int) -> bool:
    unit, _, rest = answer.headers.get("content-range", "").partition(" ")
    return unit == "bytes" and rest.startswith(f"{start}-")


def _check(entry: Entry, data: bytes, longer: bool) -> None:
    if longer or len(data) != entry.size:
        raise SourceGap("broken", "its size is not the one that is listed")
    kind, _, value = (entry.digest or "").partition(":")
    if kind == "sha256":
        found = hashlib.sha256(data).hexdigest()
    elif kind == "git":
        header = b"blob %d\0" % len(data)
        found = hashlib.sha1(header + data, usedforsecurity=False).hexdigest()
    else:
        return
    if found != value:
        raise SourceGap("broken", "its content is not the one that is listed")
