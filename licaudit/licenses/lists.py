"""Lists: items that a ban leads in ("You agree not to use it:"), and remarks on works of others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from licaudit.licenses.sentences import begin_of, plain

LEAD = 400  # characters of the leading sentence that are read
TAIL = 160  # and that an item is read behind
_ITEM = re.compile(
    r"[ \t>]{0,20}(?:[-*+•·●▪]|\d{1,3}[.)、]|[a-zA-Z][.)]|[（(]\w{1,3}[)）]"
    r"|[一二三四五六七八九十]{1,3}、)[ \t]*"
)
_DIGITS = re.compile(r"[0-9]{1,3}")
_SOURCE = re.compile(r"[*_]{0,2}\[[^\]\n]{1,200}\]\([^)\s]{0,300}/datasets/")
_ENDS = (".", "!", "?", "。", "！", "？", "；", ";", "…")
_SENTENCES = re.compile(r"(?<=[.!?]) |(?<=[。！？；])")
_HEADING = re.compile(r"[ \t]{0,3}#{1,6}")


@lru_cache(maxsize=4)
def _any(sources: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{source})" for source in sources), re.IGNORECASE)


def banned_items(
    text: str, spans: Iterable[tuple[int, int]], banned: tuple[str, ...]
) -> dict[int, str]:
    """Where the items of lists of bans begin (with and behind their bullet), and what leads in.

    An item may lead in a list of its own, but not the one that is numbered next (a headline among
    headlines bans nothing). Anything that is no item ends the list.
    """
    found: dict[int, str] = {}
    lead, following = "", ""  # what leads in, and the marker of the item beside it
    for start, end in spans:
        item = _ITEM.match(text, start, end)
        if item and lead and item[0] != following:
            found[start] = found[begin_of(text, start, end)] = lead
            continue
        last = text[max(start, end - LEAD) : end].rstrip(" \t\r\n*_")
        leads = not last.endswith(_ENDS) or _HEADING.match(text, start, end)
        words = _SENTENCES.split(plain(" ".join(last.split())))[-1] if leads else ""
        lead = words[-TAIL:] if words and _any(banned).search(words) else ""
        following = _next(item[0]) if item and not last.endswith((":", "：")) else ""
    return found


def _next(marker: str) -> str:
    """The marker behind a numbered one: `2. ` behind `1. `; nothing where nothing counts."""
    counted = _DIGITS.sub(lambda digits: str(int(digits[0]) + 1), marker, count=1)
    return counted if counted != marker else ""


def remarks(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The blocks that are items below an item which links to a data set of its own.

    "- [Foo](…/datasets/…)" with "  - for scholars only" under it speaks of Foo, a source.
    """
    found: list[tuple[int, int]] = []
    linked = -1  # how far the linking item is indented
    for start, end in spans:
        item = _ITEM.match(text, start, end)
        if item is None:
            linked = -1
            continue
        indent = len(item[0]) - len(item[0].lstrip(" \t"))
        if 0 <= linked < indent:
            found.append((start, end))
            continue
        linked = indent if _SOURCE.match(text, item.end(), end) else -1
    return found
