"""JSON with positions: every key knows its offset, and a key that occurs twice is reported."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

from licaudit.collectors.reading import clean, read_text, shown
from licaudit.facts import Gap, Location, Scope
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, Tree

Path = tuple[str | int, ...]
MAX_DEPTH = 8  # positions are kept this deep; what lies deeper borrows its ancestor's
_LONGEST_KEY = 300
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


class JsonError(ValueError):
    """Text that is not the JSON it should be. `line` is where that shows, if known."""

    def __init__(self, what: str, line: int | None = None) -> None:
        self.line = line
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class JsonText:
    """Plain data, the offset of each key or list item, and the keys that occur twice."""

    data: Any
    offsets: dict[Path, int]
    duplicates: tuple[Path, ...] = ()
    newlines: tuple[int, ...] = ()

    def offset(self, *path: str | int) -> int | None:
        """The offset of a value's key, or of its nearest ancestor that has one."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.offsets:
                return self.offsets[path[:end]]
        return None

    def line(self, *path: str | int) -> int | None:
        """The line (from 1) of a value's key."""
        offset = self.offset(*path)
        return None if offset is None else bisect_left(self.newlines, offset) + 1


def parse(text: str) -> JsonText:
    """Parse with positions. Raises JsonError on anything broken, or nested past the stack."""
    try:
        data = json.loads(text)
    except RecursionError as error:
        raise JsonError("nested too deeply to be read") from error
    except json.JSONDecodeError as error:
        raise JsonError(error.msg, error.lineno) from error
    except ValueError as error:  # a number too long to convert
        raise JsonError(str(error)) from error
    offsets, duplicates = _positions(text)
    newlines = tuple(match.start() for match in re.finditer("\n", text))
    return JsonText(data, offsets, duplicates, newlines)


def dotted(path: Path) -> str:
    """`a.b[1]` for ("a", "b", 1)."""
    steps = (f"[{s}]" if isinstance(s, int) else f".{s}" for s in path)
    return clean("".join(steps).removeprefix(".")[:_LONGEST_KEY])


def _positions(text: str) -> tuple[dict[Path, int], tuple[Path, ...]]:
    """Offsets by path. The text is known to be valid JSON, so the tokens tell the structure."""
    offsets: dict[Path, int] = {}
    duplicates: list[Path] = []
    kinds: list[str] = []
    path: list[str | int | None] = []  # the current step of each open container; None: a key is due
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token in ("}", "]"):
            kinds.pop()
            path.pop()
            continue
        if token == ",":
            step = path[-1]
            path[-1] = step + 1 if isinstance(step, int) else None
            continue
        if token == ":":
            continue
        if kinds and (kinds[-1] == "[" or path[-1] is None):
            if kinds[-1] == "{":
                path[-1] = json.loads(token)
            _note(tuple(path), match.start(), offsets, duplicates)  # type: ignore[arg-type]
            if kinds[-1] == "{":
                continue
        if token in ("{", "["):
            kinds.append(token)
            path.append(None if token == "{" else 0)
    return offsets, tuple(duplicates)


def _note(path: Path, start: int, offsets: dict[Path, int], duplicates: list[Path]) -> None:
    if len(path) > MAX_DEPTH:
        return
    if path in offsets and isinstance(path[-1], str):
        duplicates.append(path)
    offsets[path] = start


def read_json(
    tree: Tree,
    entry: Entry,
    root: str,
    scope: Scope | None = None,
    *,
    limit: int = LIMITS.whole_file,
    blocks: bool = True,
) -> JsonText | Gap:
    """A JSON file of at most `limit` bytes whose top is an object, or the Gap that says why not."""
    text = read_text(tree, entry, root, scope, limit=limit, blocks=blocks)
    if isinstance(text, Gap):
        return text
    try:
        document = parse(text)
    except JsonError as error:
        where = Location(entry.path, error.line)
        return Gap(root, "broken", f"not valid JSON: {error}", where, scope, blocks)
    if not isinstance(document.data, dict):
        detail = f"a JSON {type(document.data).__name__} where an object was expected"
        return Gap(root, "broken", detail, Location(entry.path, 1), scope, blocks)
    return document


def twice(document: JsonText, entry: Entry, root: str, scope: Scope | None) -> tuple[Gap, ...]:
    """A Gap for each key that occurs twice: readers disagree on which of the two counts."""
    gaps = []
    for path in document.duplicates[:20]:
        detail = f"the key {shown(dotted(path))} occurs twice; which one counts is unsaid"
        where = Location(entry.path, document.line(*path), key=dotted(path))
        gaps.append(Gap(root, "broken", detail, where, scope))
    return tuple(gaps)
