"""The shape of a Markdown page: headings, sections, badges and tables, with their lines.

No rendering: a page is read line by line, so a broken page costs its broken lines alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_BOLD_HEADING = re.compile(r"^\s{0,3}(?:\*\*|__)([^*_]{2,80}?):?(?:\*\*|__):?\s*$")
_UNDERLINE = re.compile(r"^\s{0,3}(=+|-{3,})\s*$")
_FENCE = re.compile(r"^\s{0,3}(```|~~~)")
_BADGE = re.compile(r"img\.shields\.io/(?:static/v1\?|badge/)([^\s)\"'>]{3,300})", re.IGNORECASE)
LONGEST = 5_000  # characters of a line that may still be a table's
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the lines under it up to the next heading. Lines count from 1."""

    title: str
    level: int
    line: int
    end_line: int
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Badge:
    """A shield: its label and value, unquoted (`Code License`, `Apache 2.0`)."""

    label: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Row:
    """One data row of a table: cells by header, in order."""

    cells: tuple[tuple[str, str], ...]
    line: int


def fenced_lines(lines: list[str]) -> set[int]:
    """Line numbers inside ``` fences: examples and citations, not statements."""
    inside, marker, found = False, "", set()
    for number, line in enumerate(lines, 1):
        match = _FENCE.match(line)
        if match and (not inside or match.group(1) == marker):
            inside, marker = not inside, match.group(1)
            found.add(number)
        elif inside:
            found.add(number)
    # A fence nobody closed would swallow the page: believe it only when it closes.
    return set() if inside else found


def sections(lines: list[str]) -> list[Section]:
    """All sections in order; text before the first heading is section `` at level 0."""
    fenced = fenced_lines(lines)
    heads: list[tuple[int, int, str]] = [(1, 0, "")]
    for number, line in enumerate(lines, 1):
        if number in fenced or len(line) > 400:
            continue
        title = _HEADING.match(line)
        bold = _BOLD_HEADING.match(line)
        if title:
            heads.append((number, len(title.group(1)), title.group(2)))
        elif bold:
            heads.append((number, 7, bold.group(1)))
        elif number > 1 and _UNDERLINE.match(line) and _titled(lines[number - 2]):
            heads.append((number - 1, 1 if "=" in line else 2, lines[number - 2].strip()))
    result: list[Section] = []
    trail: list[tuple[int, str]] = []
    for index, (line_number, level, title_text) in enumerate(heads):
        end = heads[index + 1][0] - 1 if index + 1 < len(heads) else len(lines)
        trail = [(lv, t) for lv, t in trail if lv < level]
        result.append(
            Section(plain(title_text), level, line_number, end, tuple(t for _, t in trail if t))
        )
        trail.append((level, plain(title_text)))
    return result


def _titled(line: str) -> bool:
    stripped = line.strip()
    return bool(stripped) and len(stripped) < 80 and "|" not in line and ":" not in stripped


def plain(text: str) -> str:
    """Text without emphasis, images, link targets and HTML tags."""
    text = re.sub(r"!\[([^\]]{0,200})\]\([^)]{0,500}\)", r"\1", text)
    text = re.sub(r"\[([^\]]{0,300})\]\([^)]{0,600}\)", r"\1", text)
    text = re.sub(r"<[^<>]{1,300}>", " ", text)
    return re.sub(r"[*_`#]+|:[a-z0-9_+-]{1,40}:", " ", text).strip()


def badges(line: str, number: int) -> list[Badge]:
    """Shields on one line."""
    found = []
    for match in _BADGE.finditer(line[:5000]):
        label, value = _badge_words(match.group(1))
        if label and value:
            found.append(Badge(label, value, number))
    return found


def _badge_words(body: str) -> tuple[str, str]:
    from urllib.parse import parse_qs, unquote

    if "label=" in body or "message=" in body:
        query = parse_qs(body.rsplit("?", maxsplit=1)[-1])
        return query.get("label", [""])[0], query.get("message", [""])[0]
    body = unquote(body.split("?", maxsplit=1)[0].removesuffix(".svg"))
    parts = body.replace("--", "\0").split("-")
    if len(parts) < 2:
        return "", ""
    words = [
        p.replace("\0", "-").replace("__", "\0").replace("_", " ").replace("\0", "_") for p in parts
    ]
    return words[0].strip(), "-".join(words[1:-1] or words[1:]).strip()


def tables(lines: list[str]) -> list[Row]:
    """Data rows of all pipe tables, with the header's words for each cell."""
    rows: list[Row] = []
    index = 0
    while index + 1 < len(lines):
        rule = lines[index + 1]
        if "|" in lines[index] and len(rule) < LONGEST and _TABLE_RULE.match(rule):
            header = _cells(lines[index])
            index += 2
            while index < len(lines) and "|" in lines[index]:
                cells = _cells(lines[index])
                rows.append(Row(tuple(zip(header, cells, strict=False)), index + 1))
                index += 1
        else:
            index += 1
    return rows


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
