"""Rung 2: identifiers, hub ids and names to license ids. A name that may mean several stays so."""

from __future__ import annotations

import re
from dataclasses import dataclass

from licaudit.licenses.catalog import Catalog
from licaudit.licenses.knowledge import Knowledge, name_key, url_key

_URL = re.compile(r"https?://[^\s)>\]\"'|]{4,300}", re.IGNORECASE)
_SPDX_TEXT = re.compile(r"^[A-Za-z0-9.+\-():\s]{1,400}$")


@dataclass(frozen=True, slots=True)
class Named:
    """What a name stands for: an expression, or candidates when it does not settle it."""

    expression: str | None
    candidates: tuple[str, ...] = ()
    silent: bool = False
    why: str | None = None


def resolve_name(value: str, knowledge: Knowledge, catalog: Catalog) -> Named | None:
    """The meaning of a license field's value; None when no table knows it."""
    text = value.strip().strip("\"'`[]").strip()
    key = name_key(text)
    if not key or key in knowledge.silent_names:
        return Named(None, silent=True)
    single = _single(text, key, knowledge, catalog)
    if single:
        return single
    if text.lower().startswith(("http://", "https://")):
        license_id = resolve_url(text, knowledge, catalog)
        return Named(license_id) if license_id else None
    return _expression(text, knowledge, catalog)


def _single(text: str, key: str, knowledge: Knowledge, catalog: Catalog) -> Named | None:
    if key in knowledge.names:
        return Named(knowledge.names[key])
    if key in knowledge.ambiguous:
        entry = knowledge.ambiguous[key]
        return Named(None, entry.candidates, why=entry.why.en)
    known = catalog.by_id.get(text.lower()) or catalog.by_key.get(text.lower())
    if known and not known.exception:
        return Named(known.id)
    return None


def _expression(text: str, knowledge: Knowledge, catalog: Catalog) -> Named | None:
    """SPDX expressions over known ids: every leaf must resolve, or the whole stays unknown."""
    if not _SPDX_TEXT.match(text) or not re.search(r"\b(AND|OR|WITH|and|or|with)\b|\+$", text):
        return None
    parts: list[str] = []
    for token in re.split(r"(\(|\)|\s+(?:AND|OR|WITH|and|or|with)\s+)", text):
        word = token.strip()
        if not word:
            continue
        if word.upper() in ("AND", "OR", "WITH") or word in "()":
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
    return (
        Named(" ".join(parts).replace("( ", "(").replace(" )", ")"))
        if len(parts) > 1
        else (Named(parts[0]) if parts else None)
    )


def _plus(word: str, catalog: Catalog) -> Named | None:
    if not word.endswith("+"):
        return None
    known = catalog.by_id.get(word[:-1].lower() + "-or-later")
    return Named(known.id) if known else None


def resolve_url(url: str, knowledge: Knowledge, catalog: Catalog) -> str | None:
    """The license a well-known address stands for."""
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
