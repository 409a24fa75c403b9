"""Every file of a folder, and the licenses in it, at nearly the speed of reading.

Steps, cheapest first: a file whose stat is known is not opened; one whose content is known, or
that holds no clue, is not matched; the rest goes to a few processes that share one index.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from licaudit import __version__
from licaudit.licenses.results_cache import Kept, ResultsCache, mark

MOST = 50_000_000  # bytes; a larger file is a Gap, as it may only be read in part
FEW = 40  # files to match for which starting processes does not pay
BATCH = 16
KEEP = 500  # answers written at once


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """The SPDX expression of one file, None where it names no license; `gap`: what went wrong."""

    path: str
    expression: str | None
    gap: str | None = None


@dataclass(frozen=True, slots=True)
class _Open:
    path: str
    mark: str | None
    digest: bytes


def scan(
    paths: Iterable[str], jobs: int = 0, progress: Callable[[int, int], None] = lambda *_: None
) -> Iterator[FileAnswer]:
    """Answers in the order of the paths. `jobs` processes; 0 for one a core."""
    names = list(paths)
    kept = ResultsCache(_version())
    ready: dict[str, FileAnswer] = {}
    waiting: list[_Open] = []
    new: list[Kept] = []
    try:
        for name in names:
            found = _cheap(name, kept, new)
            if isinstance(found, FileAnswer):
                ready[name] = found
            else:
                waiting.append(found)
            progress(len(ready), len(names))
            _flush(kept, new, KEEP)
        for item, answer in _matched(waiting, jobs or os.cpu_count() or 1):
            ready[item.path] = answer
            if answer.gap is None:
                new.append(Kept(item.path, item.mark or "", item.digest, answer.expression or ""))
            _flush(kept, new, KEEP)
            progress(len(ready), len(names))
        _flush(kept, new, 1)
    finally:
        kept.close()
    yield from (ready[name] for name in names)


def _flush(kept: ResultsCache, new: list[Kept], least: int) -> None:
    if len(new) >= least:
        kept.keep(new)
        new.clear()


def _cheap(name: str, kept: ResultsCache, new: list[Kept]) -> FileAnswer | _Open:
    """The answer that needs no matching, or what is left to do."""
    try:
        stat = os.stat(name)
        seen = mark(stat)
        known = kept.answer_at(name, seen)
        if known is not None:
            return FileAnswer(name, known or None)
        if not stat.st_size:
            return FileAnswer(name, None)
        if stat.st_size > MOST:
            return FileAnswer(name, None, f"{name} has {stat.st_size} bytes and was not read")
        data = Path(name).read_bytes()
    except OSError as error:
        return FileAnswer(name, None, f"{name} cannot be read ({error.strerror})")
    digest = hashlib.blake2b(data + _kind(name), digest_size=16).digest()
    known = kept.answer_for(digest)
    if known is None and not _may_speak(data):
        known = ""
    if known is None:
        return _Open(name, seen, digest)
    new.append(Kept(name, seen or "", digest, known))
    return FileAnswer(name, known or None)


def _kind(name: str) -> bytes:
    """What of a name decides how its content is read: its ending, and a manifest's whole name."""
    base = name.rsplit("/", 1)[-1].lower()
    return b"\0" + (base if base == "package.json" else base.rpartition(".")[2]).encode()


def _may_speak(data: bytes) -> bool:
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"%PDF")) or b"\0l\0i\0c\0e\0n" in data:
        return True
    return bool(_clues().ends(data))


@cache
def _clues() -> Any:
    from licaudit.licenses.clues import open_clues

    return open_clues()


def _matched(waiting: list[_Open], jobs: int) -> Iterator[tuple[_Open, FileAnswer]]:
    if len(waiting) < FEW or jobs < 2 or "fork" not in multiprocessing.get_all_start_methods():
        yield from ((item, _match(item.path)) for item in waiting)
        return
    _index()  # loaded once, before the fork, and shared
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        names = [item.path for item in waiting]
        yield from zip(waiting, pool.imap(_match, names, BATCH), strict=True)


@cache
def _index() -> Any:
    from licaudit.licenses.rule_index import open_index

    return open_index(quick=True)


def _match(name: str) -> FileAnswer:
    """One file through ScanCode's matching, on the lines around its clues."""
    from licaudit.licenses.whole_file import expression, match_lines, read_lines

    try:
        matches, complete = match_lines(read_lines(Path(name)), _index(), _clues())
        return FileAnswer(name, expression(matches), None if complete else f"{name} takes too long")
    except (OSError, ValueError, UnicodeError, RecursionError) as error:
        return FileAnswer(name, None, f"{name} cannot be read ({error})")


@cache
def _version() -> str:
    from licaudit.licenses.index_build import FORMAT

    return f"{__version__}-{version('scancode-toolkit')}-{FORMAT}"
