"""The YAML head of a card, wherever its author put it, and what to do when it is broken."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from licaudit.documents import Document, DocumentError, read_yaml
from licaudit.settings import LIMITS

_KEYS = re.compile(
    r"^[+\- ]{0,2}(licen[sc]es?|tags|language|languages|datasets|base_model|pipeline_tag"
    r"|library_name|task_categories|task_ids|size_categories|annotations_creators|license_name|pretty_name)\s*:",
    re.IGNORECASE,
)
_LICENSE_LINE = re.compile(
    r"^[\s+<>=-]{0,4}(licen[sc]es?|license_name|license_link)\s*:\s*(.*?)\s*$", re.IGNORECASE
)
_ITEM = re.compile(r"^[\s+]{0,8}-\s+(.+?)\s*$")
_EMPTY = re.compile(r"^[\ufeff\s]*(<!--(?:(?!-->).){0,500}-->\s*)?$")  # a comment opens nothing
_FENCE = re.compile(r"^[+ ]?---\s*$")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The parsed head, where it stands (lines from 1, fences included) and what went wrong."""

    document: Document | None
    first_line: int
    last_line: int
    problem: str | None = None
    salvaged: tuple[tuple[str, str, int], ...] = ()

    @property
    def data(self) -> dict[str, Any]:
        """The mapping, empty when nothing could be parsed."""
        return self.document.data if self.document else {}

    def line(self, *path: str | int) -> int | None:
        """The line of a value in the file."""
        return self.document.line(*path) if self.document else None


def find(lines: list[str], name: str) -> FrontMatter | None:
    """The head of a card, or None when the page has none."""
    span = _at_start(lines) or _at_end(lines)
    if span is None:
        return None
    first, last, problem = span
    body = lines[first : last - 1]
    if any(line.startswith("+") for line in body) and all(
        not line.strip() or line.startswith("+") for line in body
    ):
        body = [line[1:] for line in body]
    text = "\n".join(body)
    if len(text) > LIMITS.front_matter:
        return FrontMatter(
            None,
            first,
            last,
            "the front matter is larger than the limit",
            _salvage(lines, first, last),
        )
    try:
        document = read_yaml(text, name, first_line=first + 1)
    except DocumentError as error:
        return FrontMatter(None, first, last, error.what, _salvage(lines, first, last))
    if document.data is None:
        return FrontMatter(None, first, last, problem)
    if not isinstance(document.data, dict):
        return FrontMatter(None, first, last, "the front matter is not a mapping", ())
    return FrontMatter(document, first, last, problem)


def _at_start(lines: list[str]) -> tuple[int, int, str | None] | None:
    first = next((i for i, line in enumerate(lines[:20]) if not _EMPTY.match(line)), None)
    if first is None:
        return None
    head = lines[first].lstrip("\ufeff")
    if not _FENCE.match(head):
        # Keys without the opening fence: a head whose first line was lost.
        if _KEYS.match(head) and any(_FENCE.match(line) for line in lines[first + 1 : first + 200]):
            end = next(i for i in range(first + 1, len(lines)) if _FENCE.match(lines[i]))
            return first, end + 1, "the opening --- of the front matter is missing"
        return None
    for index in range(first + 1, len(lines)):
        if _FENCE.match(lines[index]) or lines[index].strip() == "...":
            return first + 1, index + 1, None
    if any(_KEYS.match(line) for line in lines[first + 1 : first + 60]):
        end = next((i for i in range(first + 1, len(lines)) if not lines[i].strip()), len(lines))
        return first + 1, end + 1, "the front matter is never closed"
    return None


def _at_end(lines: list[str]) -> tuple[int, int, str | None] | None:
    last = next((i for i in range(len(lines) - 1, -1, -1) if lines[i].strip()), None)
    if last is None or not _FENCE.match(lines[last]):
        return None
    for index in range(last - 1, max(-1, last - 400), -1):
        if _FENCE.match(lines[index]):
            if any(_KEYS.match(line) for line in lines[index + 1 : last]):
                return index + 1, last + 1, None
            return None
    return None


def _salvage(lines: list[str], first: int, last: int) -> tuple[tuple[str, str, int], ...]:
    """(key, value, line) of the license fields of a head that is no valid YAML."""
    found: list[tuple[str, str, int]] = []
    index, end = first, min(last, len(lines))  # a head that is never closed ends with the page
    while index < end:
        match = _LICENSE_LINE.match(lines[index][:2000])
        if match:
            key, value = match.group(1).lower(), match.group(2).strip("\"' ")
            if value and value not in ("|", ">"):
                found.append((key, value, index + 1))
            else:
                while index + 1 < end and (item := _ITEM.match(lines[index + 1][:2000])):
                    index += 1
                    found.append((key, item.group(1).strip("\"' "), index + 1))
        index += 1
    return tuple(found)
