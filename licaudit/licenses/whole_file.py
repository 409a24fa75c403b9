"""All licenses in one file, as ScanCode's detection names them, from the lines around clues.

Nothing but the windows is matched; a file without a clue costs one pass over its bytes.
"""

from __future__ import annotations

import time
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from licaudit.licenses.clues import Clues, windows
from licaudit.licenses.engine import BINARY_BREAK, BREAK, matches_of

MOSTLY = 3  # windows that hold a third of the lines or more
BRIDGE = 8  # lines without a clue that do not part two windows
SECONDS = 30.0  # for one window, and after which no other is begun


@dataclass(frozen=True, slots=True)
class Lines:
    """A file's text as numbered lines; several pieces of a long line share a number."""

    numbered: tuple[tuple[int, str], ...]
    binary: bool = False


def read_lines(path: Path) -> Lines:
    """The lines that ScanCode would read from a file of any type; none for what holds no text."""
    import typecode
    from licensedcode.tokenize import query_lines

    with path.open("rb") as file:
        if file.read(2) in (b"\xff\xfe", b"\xfe\xff"):  # ScanCode takes UTF-16 for binary
            text = path.read_text("utf-16", errors="replace")
            return Lines(tuple(enumerate(text.splitlines(), 1)))
    kind = typecode.get_type(str(path))
    if not kind.contains_text:
        return Lines(())
    numbered = tuple(query_lines(location=str(path), strip=False))
    return Lines(numbered, bool(kind.is_binary))


def match_lines(lines: Lines, index: Any, clues: Clues) -> tuple[list[Any], bool]:
    """ScanCode matches in the windows of a file, in order of place; False when time ran out."""
    texts = [text.rstrip("\n") for _, text in lines.numbered]
    data = "\n".join(texts).encode("utf-8", "surrogatepass")
    found: list[Any] = []
    ranges = windows(data, clues.ends(data), BRIDGE)
    if sum(high - low + 1 for low, high in ranges) * MOSTLY >= len(texts):
        ranges = [(1, len(texts))]  # a text about licenses is read as a whole
    breaks = BINARY_BREAK if lines.binary else BREAK
    end = time.time() + SECONDS
    for low, high in ranges:
        matches, complete = _window("\n".join(texts[low - 1 : high]), breaks, index)
        found += [_moved(m, low - 1) for m in matches]
        if not complete or time.time() > end:
            return found, False
    return found, True


@lru_cache(4096)
def _window(text: str, breaks: int, index: Any) -> tuple[list[Any], bool]:
    """The matches of one window, its first line counting as 1, and whether they are all.

    The same header stands in many files of a tree.
    """
    return matches_of(index, text, SECONDS, breaks)


def _moved(match: Any, lines: int) -> Any:
    if not lines:
        return match
    found = copy(match)
    found.start_line, found.end_line = match.start_line + lines, match.end_line + lines
    return found


def expression(matches: list[Any]) -> str | None:
    """The SPDX expression of a file's matches, by ScanCode's rules for groups of them."""
    from licensedcode.cache import build_spdx_license_expression, get_licensing
    from licensedcode.detection import (
        LicenseDetection,
        combine_expressions,
        group_matches,
        process_detections,
    )

    if not matches:
        return None
    groups = [LicenseDetection.from_matches(matches=g) for g in group_matches(matches)]
    kept = process_detections(detections=groups, licensing=get_licensing())
    names = [d.license_expression for d in kept if d.license_expression is not None]
    if not names:
        return None
    combined = combine_expressions(names, relation="AND", unique=True, licensing=get_licensing())
    return str(build_spdx_license_expression(str(combined), licensing=get_licensing()))
