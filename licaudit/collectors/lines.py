"""Where a key or a value stands in the text of an ini or TOML file. None when it is not found."""

from __future__ import annotations

import re
from functools import lru_cache

WINDOW = 20_000  # characters searched for one value: past that its key's line is given instead
QUOTED, BARE = ('"', "'"), ("",)
_LONGEST_HEADER = 300
_SETTER = re.compile(r"""^[ \t]*["']?([\w.-]{1,200})["']?[ \t]*[=:](?!=)""")


@lru_cache(maxsize=2)
def _index(text: str) -> dict[tuple[str, str], int]:
    """The first line of every (table, key), in lower case; one pass for all keys of a file."""
    found: dict[tuple[str, str], int] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), 1):
        header = _header(line)
        if header is not None:
            table = header.lower()
            parent, _, key = table.rpartition(".")
            found.setdefault((parent, key), number)
        elif setter := _SETTER.match(line):
            key = setter.group(1).lower()
            found.setdefault((table, key), number)
            above = table
            for part in key.split("."):  # `license.text = "MIT"` sets license, and its text
                found.setdefault((above, part), number)
                above = f"{above}.{part}".lstrip(".")
    return found


def find_key(text: str, table: str, key: str) -> int | None:
    """The first line in `[table]` that sets `key`, or sets something below it (`key.text`)."""
    return _index(text).get((table.lower(), key.lower()))


def lines_of(
    text: str, wanted: list[str], first: int | None, quotes: tuple[str, ...] = QUOTED
) -> list[int | None]:
    """The line of each value of a list that begins at line `first`; else `first` itself."""
    if first is None:
        return [None] * len(wanted)
    offset, line = _start_of(text, first), first
    found: list[int | None] = []
    for value in wanted:
        place = _place(text, value, offset, quotes)
        if place is None:
            found.append(first)
            continue
        line += text.count("\n", offset, place)
        offset = place
        found.append(line)
    return found


def _place(text: str, value: str, offset: int, quotes: tuple[str, ...]) -> int | None:
    end = offset + WINDOW
    places = []
    for quote in quotes:
        place = text.find(f"{quote}{value}{quote}", offset, end)
        while place >= 0 and _in_comment(text, place):
            place = text.find(f"{quote}{value}{quote}", place + 1, end)
        if place >= 0:
            places.append(place)
    return min(places, default=None)


def _in_comment(text: str, place: int) -> bool:
    before = text[text.rfind("\n", 0, place) + 1 : place].lstrip()
    return before.startswith(("#", ";"))


def _start_of(text: str, line: int) -> int:
    offset = 0
    for _ in range(line - 1):
        offset = text.find("\n", offset) + 1
    return offset


def _header(line: str) -> str | None:
    """`project.urls` for `[ "project" . urls ]  # words`; None when the line is no header."""
    if len(line) > _LONGEST_HEADER:
        return None
    line = line.strip()
    if not line.startswith("["):
        return None
    name, closed, rest = line.lstrip("[").partition("]")
    rest = rest.lstrip("] \t")
    if not closed or (rest and rest[0] not in "#;") or "," in name:
        return None
    return re.sub(r"""["'\s]""", "", name)
