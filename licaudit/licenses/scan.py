"""Every file of a folder, and the licenses in it, at nearly the speed of reading.

Steps, cheapest first: a file whose stat is known is not opened; one whose content is known, or
that holds no clue, is not matched; the rest goes to a few processes that share one index. Files
pass in portions, so memory does not grow with the tree.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

from licaudit import __version__
from licaudit.confined.texts import is_pdf
from licaudit.licenses import matcher
from licaudit.licenses.file_lines import COMPACT, MAPS
from licaudit.licenses.file_match import FileMatch, Matched, open_clues
from licaudit.licenses.results_cache import Kept, ResultsCache, mark
from licaudit.licenses.workers import Workers

MOST = 50_000_000  # bytes; a larger file is a Gap, as it may only be read in part
PORTION = 2_000  # files
KEEP = 500  # answers written at once
ENDINGS = ("package.json", *MAPS, *COMPACT)  # by which ScanCode reads a file in its own way
ANSWERS = 2  # raise it whenever what is kept of an answer changes

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """The SPDX expression of one file, None where it names no license; `gap`: what went wrong.

    `matches` tells where which words were found, in order of place.
    """

    path: str
    expression: str | None
    gap: str | None = None
    matches: tuple[FileMatch, ...] = ()


@dataclass(frozen=True, slots=True)
class _Open:
    path: str
    mark: str | None
    digest: bytes


def scan(
    paths: Iterable[str], jobs: int = 0, progress: Progress = lambda *_: None
) -> Iterator[FileAnswer]:
    """Answers in the order of the paths. `jobs` processes; 0 for one a core."""
    names = list(paths)
    kept = ResultsCache(_version() + matcher.key())
    with closing(kept), Workers(jobs or os.cpu_count() or 1) as workers:
        for start in range(0, len(names), PORTION):
            portion = names[start : start + PORTION]
            yield from _answers(portion, kept, workers, partial(_tell, progress, names, start))


def _tell(progress: Progress, names: Sequence[str], start: int, done: int) -> None:
    progress(start + done, len(names))


def _answers(
    names: Sequence[str], kept: ResultsCache, workers: Workers, tell: Callable[[int], None]
) -> Iterator[FileAnswer]:
    """Answers of one portion, in order; what is new of them is kept."""
    ready: dict[str, FileAnswer] = {}
    waiting: dict[bytes, list[_Open]] = {}  # one file stands for all that have its content
    new: list[Kept] = []
    for name in names:
        found = _cheap(name, kept, new)
        if isinstance(found, FileAnswer):
            ready[name] = found
        else:
            waiting.setdefault(found.digest, []).append(found)
    tell(len(ready))
    first = [items[0].path for items in waiting.values()]
    for items, matched in zip(waiting.values(), _matched(first, workers), strict=True):
        for item in items:
            ready[item.path] = _answer(item.path, matched)
            if matched.gap is None:
                new.append(Kept(item.path, item.mark or "", item.digest, _packed(matched)))
        if len(new) >= KEEP:
            kept.keep(new)
            new.clear()
        tell(len(ready))
    kept.keep(new)
    yield from (ready[name] for name in names)


def _answer(path: str, found: Matched) -> FileAnswer:
    gap = f"{path} {found.gap}" if found.gap else None
    return FileAnswer(path, found.expression, gap, found.matches)


def _packed(found: Matched) -> str:
    """An answer as the cache holds it; empty for none."""
    if found.expression is None and not found.matches:
        return ""
    return json.dumps([found.expression, [list(m) for m in found.matches]])


def _unpacked(path: str, text: str | None) -> FileAnswer | None:
    """The answer that the cache holds; None where it holds none, or a damaged one."""
    if not text:
        return None if text is None else FileAnswer(path, None)
    try:
        expression, matches = json.loads(text)
        return FileAnswer(path, expression, None, tuple(FileMatch(*m) for m in matches))
    except (ValueError, TypeError):
        return None


def _cheap(name: str, kept: ResultsCache, new: list[Kept]) -> FileAnswer | _Open:
    """The answer that needs no matching, or what is left to do."""
    try:
        stat = os.stat(name)
        seen = mark(stat)
        known = _unpacked(name, kept.answer_at(name, seen))
        if known is not None:
            return known
        if not stat.st_size:
            return FileAnswer(name, None)
        if stat.st_size > MOST:
            return FileAnswer(name, None, f"{name} has {stat.st_size} bytes and was not read")
        data = Path(name).read_bytes()
    except OSError as error:
        return FileAnswer(name, None, f"{name} cannot be read ({error.strerror})")
    digest = hashlib.blake2b(data + _kind(name), digest_size=16).digest()
    text = kept.answer_for(digest)
    known = _unpacked(name, text)
    if known is None:
        if _may_speak(data):
            return _Open(name, seen, digest)
        text, known = "", FileAnswer(name, None)
    new.append(Kept(name, seen or "", digest, text or ""))
    return known


def _kind(name: str) -> bytes:
    """What of a name decides how its content is read: its ending, and a manifest's whole name."""
    base = name.rsplit("/", 1)[-1]
    ending = next((e for e in ENDINGS if base.endswith(e)), "." + base.rpartition(".")[2])
    return f"\0{ending}\0{'locale' in name}".encode("utf-8", "surrogatepass")


def _may_speak(data: bytes) -> bool:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0l\0i\0c\0e\0n" in data
    if wide or is_pdf(data):
        return True
    return bool(open_clues().ends(data))


def _matched(paths: Sequence[str], workers: Workers) -> Iterator[Matched]:
    if other := matcher.chosen():
        yield from (Matched(*said) for said in other.files(list(paths)))
        return
    yield from workers.match(paths)


def _version() -> str:
    from licaudit.licenses.index_build import FORMAT

    return f"{__version__}-{version('scancode-toolkit')}-{FORMAT}-{ANSWERS}"
