"""The known text that a text is nearest to, among all that ScanCode holds, whatever its name says.

A sketch of every known text (some of its runs of three words, as checksums) is compiled once per
ScanCode version. The sketches choose a few candidates; counting words decides between them.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

from licaudit.licenses.catalog import license_folder, split_file, text_of
from licaudit.licenses.texts import words
from licaudit.settings import cache_folder, keep

FORMAT = 1
# How to apply a license is told behind its end, and is no term of it.
_APPENDIX = re.compile(r"^\W*(?:appendix\b|how to apply th(?:is|ese|e)\b)", re.I | re.M)
_RUN = 3
_FEWEST = 20  # words; shorter texts resemble everything
_CANDIDATES = 8
_MISSING = 4  # people add clauses more often than they take words away: a missing word counts more
_LONGEST = 40_000  # words of a text that are compared


@dataclass(frozen=True, slots=True)
class Near:
    """A known text's ScanCode key, and how many words would have to change to make it this one."""

    key: str
    missing: int
    extra: int
    length: int

    @property
    def alike(self) -> float:
        """The share of the known words that are here, 0 to 1."""
        return 1 - self.missing / max(1, self.length)


def nearest(text: str, also: tuple[str, ...] = ()) -> Near | None:
    """The nearest known text; `also` are keys that are candidates in any case.

    Ties go to the key that sorts first, so that the answer never depends on the order of files.
    """
    here = words(text)[:_LONGEST]
    counts = Counter(here)
    keys = dict.fromkeys((*also, *_candidates(here)))
    found = [n for key in keys if (n := _near(key, known_for(key, text), counts))]
    return min(found, key=lambda n: (n.missing * _MISSING + n.extra, n.key), default=None)


def known_for(key: str, text: str) -> str | None:
    """The known text of a key to lay beside `text`: without an appendix that nobody copied."""
    known = text_of(key)
    appendix = _APPENDIX.search(known) if known else None
    if known is None or appendix is None or _APPENDIX.search(text):
        return known
    return known[: appendix.start()]


def _near(key: str, text: str | None, here: Counter[str]) -> Near | None:
    known = Counter(words(text or ""))
    if known.total() < _FEWEST:
        return None
    return Near(key, (known - here).total(), (here - known).total(), known.total())


def _candidates(here: list[str]) -> list[str]:
    """Keys whose sketch says that few words came or went."""
    sums = _sums(here)
    scored = []
    for key, length, sketch in _sketches():
        shared = len(sums.intersection(sketch)) / len(sketch)
        if shared > 0.1:
            known = shared * length
            scored.append(((length - known) * _MISSING + max(0.0, len(here) - known), key))
    return [key for _, key in sorted(scored)[:_CANDIDATES]]


def _sums(said: list[str]) -> set[int]:
    return {
        zlib.crc32(" ".join(said[i : i + _RUN]).encode("utf-8", "replace"))
        for i in range(len(said) - _RUN + 1)
    }


@cache
def _sketches() -> tuple[tuple[str, int, frozenset[int]], ...]:
    """(key, words, sketch) of every known text, compiled when this ScanCode is new here."""
    path = cache_folder("index") / f"nearest-{version('scancode-toolkit')}-{FORMAT}.json"
    try:
        rows = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        rows = _compile()
        keep(path, json.dumps(rows).encode())
    return tuple((key, length, frozenset(sketch)) for key, length, sketch in rows)


def _compile() -> list[tuple[str, int, list[int]]]:
    rows = []
    for path in sorted(license_folder().glob("*.LICENSE")):
        head, text = split_file(path.read_text("utf-8"))
        if any(f"is_{kind}: yes" in head for kind in ("generic", "unknown", "deprecated")):
            continue
        said = words(text)
        if len(said) < _FEWEST:
            continue
        every = 1 if len(said) < 300 else 8
        sketch = sorted(s for s in _sums(said) if s % every == 0)
        if sketch:
            rows.append((path.stem, len(said), sketch))
    return rows
