"""One file through ScanCode's matching: its expression, and where each part of it stands."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from licaudit.confined.texts import CarrierError

RUNGS = {"1-spdx-id": "identifier", "1-hash": "exact_rule", "2-aho": "exact_rule"}


class FileMatch(NamedTuple):
    """What was found in some lines of a file.

    `confidence` is 0 to 1; `start` and `length` count bytes from the first of those lines to the
    end of the last, None where the lines are not the file's own (a map's sources, a binary's text).
    """

    expression: str
    line: int
    end_line: int
    rung: str
    confidence: float
    rule: str
    start: int | None = None
    length: int | None = None


class Matched(NamedTuple):
    """The SPDX expression of a file, what went wrong, and the matches it rests on."""

    expression: str | None
    gap: str | None = None
    matches: tuple[FileMatch, ...] = ()


def match_file(name: str) -> Matched:
    """What one file says. Whatever is wrong with it becomes a gap."""
    from licaudit.licenses.file_lines import read_lines
    from licaudit.licenses.whole_file import expression, match_lines

    try:
        lines = read_lines(Path(name))
        found, complete = match_lines(lines, open_rules(), open_clues())
        gap = None if complete else "takes too long to compare with all licenses"
        if not found:
            return Matched(None, gap)
        starts = _starts(Path(name)) if lines.own else None
        said = expression(found)
        return Matched(said, gap, tuple(_told(m, starts) for m in found))
    except CarrierError as error:
        return Matched(None, f"was not read: {error.detail}")
    except OSError as error:
        return Matched(None, f"cannot be read ({error.strerror})")
    except (ValueError, TypeError, IndexError, KeyError, RecursionError, MemoryError) as error:
        return Matched(None, f"cannot be matched ({type(error).__name__}: {error})")


def _starts(path: Path) -> list[int]:
    """The byte at which each line begins, and the length of the whole."""
    return [0, *accumulate(len(line) for line in path.read_bytes().splitlines(keepends=True))]


def _told(match: Any, starts: Sequence[int] | None) -> FileMatch:
    start, length = None, None
    if starts and match.end_line < len(starts):
        start = starts[match.start_line - 1]
        length = starts[match.end_line] - start
    return FileMatch(
        _spdx(str(match.rule.license_expression)),
        int(match.start_line),
        int(match.end_line),
        RUNGS.get(str(match.matcher), "engine"),
        round(float(match.score()) / 100, 4),
        str(match.rule.identifier),
        start,
        length,
    )


@lru_cache(2048)
def _spdx(expression: str) -> str:
    from licensedcode.cache import build_spdx_license_expression, get_licensing

    return str(build_spdx_license_expression(expression, licensing=get_licensing()))


@cache
def open_rules() -> Any:
    """The rule index, opened once and shared by processes that are forked later."""
    from licaudit.licenses.rule_index import open_index

    return open_index()


@cache
def open_clues() -> Any:
    """The clue patterns, opened once."""
    from licaudit.licenses import clues

    return clues.open_clues()
