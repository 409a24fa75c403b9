"""Wheels and tarballs as files to read: nothing is unpacked under a name of the archive's choosing.

A zip is read in place. A tarball can only be read from its start, so its regular files are written
once, under numbers, into a folder of ours. Sizes are those found, never those promised.
"""

from __future__ import annotations

import gzip
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from licaudit.facts import Gap, Location
from licaudit.settings import LIMITS
from licaudit.sources.faults import SourceGap
from licaudit.sources.remote import ROOT, cut, is_inner
from licaudit.sources.tree import Entry, ReadError

UNPACKED = 1_000_000_000  # bytes of a tarball once unpacked
KEPT = 400_000_000  # of which so many are kept on disk
ONE_READ = 4_000_000  # bytes that a tarball's own headers may ask to have read at once
_CHUNK = 65_536
_CENTRAL = b"PK\x01\x02"  # begins each line of a zip's listing
_BROKEN: tuple[type[Exception], ...] = (zipfile.BadZipFile, tarfile.TarError, zlib.error)
_BROKEN += (EOFError, OSError, ValueError, OverflowError)
_BROKEN += (NotImplementedError, RuntimeError)  # methods that are not spoken, encryption

Reader = Callable[[str, int, int], bytes]


@dataclass(frozen=True, slots=True)
class Archive:
    """What is in an archive: its files, what was left out, and how to read one (from, how many)."""

    entries: tuple[Entry, ...]
    gaps: tuple[Gap, ...]
    read: Reader


def open_zip(path: Path, where: str) -> Archive:
    """A wheel or another zip. Raises SourceGap when it is none, or lists more than we hold."""
    try:
        if _listed_in(path) > LIMITS.files:
            raise SourceGap("cut_short", f"the archive lists more than {LIMITS.files} files", where)
        with zipfile.ZipFile(path) as file:
            infos = file.infolist()
    except _BROKEN:
        raise SourceGap("broken", "the archive cannot be read", where) from None
    gaps: list[Gap] = []
    found: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        if info.is_dir():
            continue
        if _fits(info.filename, found, gaps):
            found[info.filename] = info

    def read(name: str, start: int, length: int) -> bytes:
        try:
            with zipfile.ZipFile(path) as file, file.open(found[name]) as member:
                _skip(member, start)
                return member.read(length)
        except _BROKEN:
            raise ReadError("broken", f"{name}: the archive is damaged here") from None

    entries = sorted((Entry(n, i.file_size) for n, i in found.items()), key=lambda e: e.path)
    return Archive(tuple(entries), tuple(gaps), read)


def open_tgz(path: Path, folder: Path, where: str) -> Archive:
    """A gzipped tarball, without its topmost folder, kept in `folder`. Raises SourceGap."""
    gaps: list[Gap] = []
    found: dict[str, tuple[int, Path]] = {}
    room = KEPT
    try:
        for number, (name, size, member) in enumerate(_members(path, gaps)):
            if number >= LIMITS.files:
                cut(gaps)
                break
            if not _fits(name, found, gaps):
                continue
            if size > room:
                _leave(name, "cut_short", "no room for it: the archive is too large", gaps)
                continue
            room -= size
            found[name] = (_copy(member, folder / str(number), size), folder / str(number))
    except _BROKEN:
        if not found:
            raise SourceGap("broken", "the archive cannot be read", where) from None
        gaps.append(Gap(ROOT, "broken", "the archive breaks off; what follows was left unread"))

    def read(name: str, start: int, length: int) -> bytes:
        with open(found[name][1], "rb") as file:
            file.seek(start)
            return file.read(length)

    entries = sorted((Entry(n, size) for n, (size, _) in found.items()), key=lambda e: e.path)
    return Archive(tuple(entries), tuple(gaps), read)


def nothing(gap: Gap) -> Archive:
    """No archive: why there is none."""

    def read(name: str, start: int, length: int) -> bytes:
        raise ReadError("missing", f"{name}: no file was read")

    return Archive((), (gap,), read)


class _Bounded(gzip.GzipFile):
    """Gzip that gives up on a bomb: in one read, or in all of it."""

    def read(self, size: int | None = -1) -> bytes:
        if size is None or not 0 <= size <= ONE_READ or self.tell() > UNPACKED:
            raise tarfile.ReadError("more than is read of an archive")
        return super().read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        if offset > UNPACKED:
            raise tarfile.ReadError("more than is read of an archive")
        return super().seek(offset, whence)


def _members(path: Path, gaps: list[Gap]) -> Iterator[tuple[str, int, IO[bytes]]]:
    """Regular files of a tarball in its order. Links, devices and the like are Gaps."""
    with _Bounded(path, "rb") as packed, tarfile.open(fileobj=packed, mode="r:") as file:
        while (info := file.next()) is not None:
            file.members = []  # type: ignore[attr-defined]  # else it remembers every header
            if info.isdir():
                continue
            name = info.name.removeprefix("./").partition("/")[2]
            member = file.extractfile(info) if info.isreg() else None
            if member is None:
                _leave(name or info.name, "not_followed", "a link or device, left unread", gaps)
                continue
            yield name, info.size, member


def _copy(member: IO[bytes], place: Path, size: int) -> int:
    written = 0
    with open(place, "wb") as out:
        while chunk := member.read(_CHUNK):
            written += out.write(chunk)
    if written != size:
        raise tarfile.ReadError("a file is shorter than its header says")
    return written


def _skip(member: IO[bytes], count: int) -> None:
    while count > 0 and (chunk := member.read(min(count, _CHUNK))):
        count -= len(chunk)


def _fits(name: str, found: dict[str, Any], gaps: list[Gap]) -> bool:
    """Whether a member's name can stand in a tree; a Gap says why not."""
    if not is_inner(name) or name.startswith("/") or (len(name) > 1 and name[1] == ":"):
        gaps.append(Gap(ROOT, "outside_tree", "the archive holds a path that leads out of it"))
        return False
    if name in found:
        _leave(name, "broken", "the archive holds it twice; the first is read", gaps)
        return False
    return True


def _leave(name: str, reason: str, detail: str, gaps: list[Gap]) -> None:
    if len(gaps) < 1_000:  # each says that something is unread; so many say it well enough
        gaps.append(Gap(ROOT, reason, detail, Location(name) if is_inner(name) else None))


def _listed_in(path: Path) -> int:
    """At most so many files does a zip list; counted before its listing is read into memory."""
    count, rest = 0, b""
    with open(path, "rb") as file:
        while chunk := file.read(1_000_000):
            count += (rest + chunk).count(_CENTRAL)
            rest = chunk[-len(_CENTRAL) + 1 :]
    return count
