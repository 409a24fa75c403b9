"""Rung 2: identifiers, hub ids and names to license ids. A name that may mean several stays so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from licaudit.licenses.catalog import Catalog
from licaudit.licenses.knowledge import Knowledge, name_key, url_key
from licaudit.licenses.port_names import Reading, glued_names, read_address, read_name

_URL = re.compile(r"https?://[^\s)>\]\"'|]{4,300}", re.IGNORECASE)
_SPDX_TEXT = re.compile(r"^[A-Za-z0-9.+\-():\s]{1,400}$")
_PREFIX = re.compile(r"^\s*SPDX-License-Identifier:\s*", re.IGNORECASE)  # pasted with the value
_OPERATORS = ("AND", "OR", "WITH")
# `GPL (>= 2)`, as R packages write it; also `GPL>=2`.
_RANGED = re.compile(r"^(.{1,80}?)\s*\(?\s*(>=|<=|==|=|>|<)\s*v?(\d[\d.]{0,8})\s*\)?$", re.I)


@dataclass(frozen=True, slots=True)
class Named:
    """What a name stands for: an expression, or candidates when it does not settle it."""

    expression: str | None
    candidates: tuple[str, ...] = ()
    silent: bool = False
    why: str | None = None


def resolve_name(value: str, knowledge: Knowledge, catalog: Catalog) -> Named | None:
    """The meaning of a license field's value; None when no table knows it."""
    text = _PREFIX.sub("", value.strip().strip("\"'`[]")).strip()
    if text[:1] == "(" and text.find(")") == len(text) - 1 and text.count("(") == 1:
        text = text[1:-1].strip()
    key = name_key(text)
    if not key or key in knowledge.silent_names:
        return Named(None, silent=True)
    if re.search(r"[<>=]", text) and not text.lower().startswith("http"):
        return ranged(text, knowledge, catalog)
    single = _single(text, key, knowledge, catalog)
    if single:
        return single
    if text.lower().startswith(("http://", "https://")):
        return address(text, knowledge, catalog)
    return _expression(text, knowledge, catalog) or _listed(text, knowledge, catalog)


def ranged(text: str, knowledge: Knowledge, catalog: Catalog) -> Named | None:
    """`GPL (>= 2)`: that version or later; a range no license id expresses stays open."""
    match = _RANGED.match(text.strip())
    if match is None:
        return None
    base, sign, number = match.group(1), match.group(2), match.group(3)
    words = f"{base} {number}"
    exact = _single(words, name_key(words), knowledge, catalog)
    if exact is None or exact.expression is None or sign in ("==", "="):
        return exact
    if sign == ">=":
        stem = exact.expression.removesuffix("-only").removesuffix("-or-later")
        later = catalog.by_id.get(f"{stem}-or-later".lower())
        if later:
            return Named(later.id)
    why = f"`{text.strip()}` is a range of versions, not one license"
    return Named(None, (exact.expression,), why=why)


def _single(text: str, key: str, knowledge: Knowledge, catalog: Catalog) -> Named | None:
    if key in knowledge.names:
        return Named(knowledge.names[key])
    if key in knowledge.ambiguous:
        entry = knowledge.ambiguous[key]
        return Named(None, entry.candidates, why=entry.why.en)
    if text.lower() in catalog.retired:
        return Named(catalog.retired[text.lower()])
    known = catalog.by_id.get(text.lower()) or catalog.by_key.get(text.lower())
    if known and not known.exception:
        return Named(known.id)
    return _read(read_name(text, knowledge.ports))


def _read(reading: Reading | None) -> Named | None:
    return Named(reading.id, reading.candidates, why=reading.why) if reading else None


def port_named(words: str, knowledge: Knowledge) -> Named | None:
    """A Creative Commons license named part by part in running text, or None."""
    return _read(read_name(words, knowledge.ports, sure=True))


def glued(text: str, knowledge: Knowledge) -> list[tuple[int, int, Named]]:
    """(start, end, what it means) of names that stand in a Chinese sentence without spaces."""
    found = glued_names(text, knowledge.ports)
    return [(a, b, Named(r.id, r.candidates, why=r.why)) for a, b, r in found]


def _listed(text: str, knowledge: Knowledge, catalog: Catalog) -> Named | None:
    """`mit, apache-2.0` in one string: a list is not a choice, so all of them hold."""
    parts = [p.strip() for p in re.split(r"[,;]", text) if p.strip()]
    if not 1 < len(parts) < 20:
        return None
    named = [_single(p, name_key(p), knowledge, catalog) for p in parts]
    ids = [n.expression for n in named if n is not None and n.expression]
    return Named(" AND ".join(dict.fromkeys(ids))) if len(ids) == len(parts) else None


def _expression(text: str, knowledge: Knowledge, catalog: Catalog) -> Named | None:
    """SPDX expressions over known ids: every leaf must resolve, or the whole stays unknown."""
    if not _SPDX_TEXT.match(text) or not re.search(r"\b(AND|OR|WITH|and|or|with)\b|\+$", text):
        return None
    parts: list[str] = []
    for token in re.split(r"(\(|\)|\s+(?:AND|OR|WITH|and|or|with)(?=\s+|\())", text):
        word = token.strip()
        if not word:
            continue
        if word.upper() in _OPERATORS or word in "()":
            parts.append(word.upper())
            continue
        if parts and parts[-1] == "WITH":
            known = catalog.by_id.get(word.lower())
            if known is None or not known.exception:
                return None
            parts.append(known.id)
            continue
        leaf = _single(word, name_key(word), knowledge, catalog) or _plus(word, catalog)
        if leaf is None or leaf.expression is None:
            return None
        parts.append(leaf.expression)
    if not _well_formed(parts):
        return None
    return Named(" ".join(parts).replace("( ", "(").replace(" )", ")"))


def _well_formed(parts: list[str]) -> bool:
    """Whether operands and operators alternate and the brackets match."""
    depth, operand = 0, False
    for part in parts:
        if part == "(" or part not in (*_OPERATORS, ")"):
            if operand:
                return False
            depth += part == "("
            operand = part != "("
        else:
            if not operand:
                return False
            depth -= part == ")"
            operand = part == ")"
        if depth < 0:
            return False
    return operand and depth == 0


def _plus(word: str, catalog: Catalog) -> Named | None:
    if not word.endswith("+"):
        return None
    known = catalog.by_id.get(word[:-1].lower() + "-or-later")
    return Named(known.id) if known else None


def address(url: str, knowledge: Knowledge, catalog: Catalog) -> Named | None:
    """What an address stands for: a license, or a port that nobody published; None if unknown."""
    license_id = resolve_url(url, knowledge, catalog)
    return Named(license_id) if license_id else _read(read_address(url, knowledge.ports))


def resolve_url(url: str, knowledge: Knowledge, catalog: Catalog) -> str | None:
    """The license a well-known address stands for."""
    reading = read_address(url, knowledge.ports)
    if reading is not None:
        return reading.id
    key = url_key(url)
    if key in knowledge.urls:
        return knowledge.urls[key]
    match = re.search(
        r"creativecommons\.org/(licenses|publicdomain)/([a-z-]+)/(\d\.\d)", url.lower()
    )
    if match:
        word = {"zero": "CC0", "mark": "CC-PDDC"}.get(match.group(2), f"CC-{match.group(2)}")
        known = catalog.by_id.get(f"{word}-{match.group(3)}".lower())
        return known.id if known else None
    match = re.search(
        r"(?:spdx\.org|opensource\.org)/licenses?/([\w.+-]+?)(?:\.html)?/?$", url.lower()
    )
    if match:
        known = catalog.by_id.get(match.group(1))
        return known.id if known else None
    return None


def urls_in(text: str) -> list[tuple[str, int]]:
    """(address, position) of every link in a text."""
    return [(m.group(0).rstrip(".,;"), m.start()) for m in _URL.finditer(text)]


def links_to_own_file(url: str, files: str) -> bool:
    """Whether a link leads to one of the tree's license files (their names, one per line)."""
    path = re.split(r"[#?]", url, maxsplit=1)[0]
    name = unquote(path).rstrip("/").rsplit("/", 1)[-1]
    return bool(name) and name in files.split("\n")
