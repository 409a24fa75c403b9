"""Sentences of cards and notices that show a duty met: a change, a credit, where the source is.

A sentence counts when it names the work it is about and holds a word that was asked for, in the
page of the very work that owes it. One that denies counts for nothing: no guess is made from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from licaudit.collectors import roles
from licaudit.facts import Location, Probe
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, ReadError, Tree, decode

Kind = Literal["change_note", "credit_line", "source_link"]
_PAGES = re.compile(
    r"^(change(s|log)|modifications?|credits?|authors?|acknowledge?ments?|attributions?|sources?)"
    r"(\.(md|markdown|txt|rst))?$",
    re.IGNORECASE,
)
_OWN_LINE = re.compile(r"^\s*(#|[-*+>|]|\d{1,3}[.)]|\[)")  # headings, items and rows stand alone
_ENDS = re.compile(r"(?<=[.!?])\s+(?=[^a-z])|(?<=[。！？；])")
_ADDRESS = re.compile(r"https?://[^\s)>\]\"']+", re.IGNORECASE)
_TOO_PLAIN = frozenset(
    {"adapter", "checkpoint", "corpus", "dataset", "datasets", "master", "models", "training"}
)
_CHINESE = re.compile(r"[㐀-鿿]")
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Sought:
    """A sentence to look for: its kind, the artifact it must name, and words it has to hold.

    `labels` are words that may begin a line instead of naming the artifact (`Source code: ...`);
    `address` says that a web address must stand in it, `before` that the words stand before the
    name (Chinese words either side); `folders` are those whose pages count.
    """

    kind: Kind
    about: str
    names: tuple[str, ...]
    words: tuple[str, ...]
    unless: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    address: bool = False
    before: bool = False
    folders: tuple[str, ...] = ("",)


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    line: int


def find_notes(tree: Tree, sought: tuple[Sought, ...], root: str) -> tuple[Probe, ...]:
    """One probe for each sentence sought and page that holds it, the first of each page."""
    if not sought:
        return ()
    found: list[Probe] = []
    for entry in tree.entries():
        wanted = [s for s in sought if _counts(entry, s)]
        if not wanted or entry.size > LIMITS.license_file:
            continue
        try:
            text = decode(tree.read(entry.path, 0, entry.size or None))
        except ReadError:
            continue  # its own reader reports the Gap; an unread page shows nothing
        sentences = list(_sentences(text)) if text else []
        for one in wanted:
            hit = next((s for s in sentences if _says(s.text, one)), None)
            if hit:
                where = Location(entry.path, hit.line)
                value = " ".join(hit.text.split())[:_SHOWN]
                found.append(Probe(root, one.kind, value, where, about=one.about))
    return tuple(found)


def names_of(name: str) -> tuple[str, ...]:
    """What a sentence may call an artifact: its whole name, and the last part where that tells.

    `data` or `model` name nothing: a last part counts with a digit, a dash, or six letters.
    """
    tail = name.rsplit("/", 1)[-1]
    telling = re.search(r"[\d_-]", tail) and len(tail) >= 4
    known = telling or (len(tail) >= 6 and tail.lower() not in _TOO_PLAIN)
    whole = (name,) if "/" in name or known else ()
    return tuple(dict.fromkeys((*whole, tail) if known else whole))


def _counts(entry: Entry, sought: Sought) -> bool:
    if not (roles.is_card(entry) or roles.is_notice(entry) or _PAGES.match(entry.name)):
        return False
    return entry.folder in sought.folders or entry.folder.lower() in roles.DOCUMENT_FOLDERS


def _sentences(text: str) -> Iterator[_Sentence]:
    """Sentences with their first line; front matter and blocks of code are none."""
    lines = text.split("\n")
    block: list[tuple[int, str]] = []
    fenced, start = False, _after_head(lines)
    for number, line in enumerate(lines[start:], start + 1):
        fence = line.lstrip().startswith(("```", "~~~"))
        if fence or fenced or not line.strip() or _OWN_LINE.match(line):
            yield from _split(block)
            block = []
        if fence:
            fenced = not fenced
        elif not fenced and line.strip():
            block.append((number, line))
    yield from _split(block)


def _after_head(lines: list[str]) -> int:
    """How many lines the front matter takes, its marks included."""
    if not lines or lines[0].strip() != "---":
        return 0
    end = next((i for i, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    return end + 1 if end is not None else 0


def _split(block: list[tuple[int, str]]) -> Iterator[_Sentence]:
    joined = "\n".join(line for _, line in block)
    at = 0
    for part in _ENDS.split(joined):
        start = joined.index(part, at) if part else at
        at = start + len(part)
        if part.strip():
            yield _Sentence(part, block[0][0] + joined.count("\n", 0, start))


def _says(sentence: str, sought: Sought) -> bool:
    flat = _flat(sentence)
    if sought.address and not _ADDRESS.search(sentence):
        return False
    if any(_word(w).search(flat) for w in sought.unless):
        return False
    if any(_label(label).match(sentence) for label in sought.labels):
        return True
    named = [hit.end() for name in sought.names for hit in _word(name).finditer(flat)]
    return bool(named) and any(_holds(flat, word, sought, max(named)) for word in sought.words)


def _holds(flat: str, word: str, sought: Sought, last: int) -> bool:
    hit = _word(word).search(flat)
    anywhere = not sought.before or bool(_CHINESE.search(word))
    return hit is not None and (anywhere or hit.end() <= last)


def _flat(text: str) -> str:
    """Lower case with single spaces, so that a wrapped line or another dash hides no word."""
    return re.sub(r"[\s_‐-―]+", " ", text.lower())


@cache
def _word(word: str) -> re.Pattern[str]:
    """A word or phrase that no letter continues; Chinese has no such borders."""
    flat = re.escape(_flat(word)).replace(r"\ ", "[ -]")
    if _CHINESE.search(word):
        return re.compile(flat)
    start = "a-z0-9-" if "/" in word else "a-z0-9/-"  # a whole name may end a web address
    return re.compile(rf"(?<![{start}]){flat}(?!\.?[a-z0-9]|[/-][a-z0-9])")


@cache
def _label(label: str) -> re.Pattern[str]:
    """A label that begins a line or item and is followed by a colon."""
    return re.compile(rf"^[\s>#*+|-]*\**{re.escape(label)}\**\s*[:：]", re.IGNORECASE)
