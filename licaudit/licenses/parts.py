"""The known texts that stand in a file: by heading, by ScanCode's rules, and how they differ."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from licaudit.facts import Rung
from licaudit.licenses import engine
from licaudit.licenses.catalog import Catalog
from licaudit.licenses.changes import Difference, difference
from licaudit.licenses.knowledge import Knowledge
from licaudit.licenses.texts import digest, words
from licaudit.licenses.titles import headed

MOST_TITLE_LINES = 5
TITLE_WORDS = ("the", "license", "licence", "version", "a", "of")
NEAR = 90.0  # percent of a known text that must be there to call it a copy of it


@dataclass(frozen=True, slots=True)
class Part:
    """One known text inside a file: its lines, what it is, and how it differs."""

    expression: str
    first: int
    last: int
    rung: Rung
    confidence: float
    whole: bool
    note: str | None = None
    rule: str | None = None
    changed: Difference | None = None


def exact_text(text: str, knowledge: Knowledge, catalog: Catalog) -> str | None:
    """The license whose text this is, word for word."""
    found = _known(text, knowledge, catalog)
    return found or _under_its_name(text, knowledge, catalog)


def _known(text: str, knowledge: Knowledge, catalog: Catalog) -> str | None:
    key = digest(text)
    return knowledge.digests.get(key) or catalog.by_digest.get(key)


def _under_its_name(text: str, knowledge: Knowledge, catalog: Catalog) -> str | None:
    """The same for a text under a title: the words above it may only be the license's own name."""
    lines = text.split("\n")
    heads = [n for n, line in enumerate(lines) if line.strip()][:MOST_TITLE_LINES]
    for last in heads:
        found = _known("\n".join(lines[last + 1 :]), knowledge, catalog)
        if found is None:
            continue
        terms = knowledge.get(found)
        if terms is None:
            return None
        names = " ".join((terms.id, terms.name, *terms.aliases, *terms.titles))
        if set(words("\n".join(lines[: last + 1]))) <= {*words(names), *TITLE_WORDS}:
            return found
    return None


def find_parts(
    matches: tuple[engine.Match, ...], lines: list[str], knowledge: Knowledge, catalog: Catalog
) -> list[Part]:
    """The known texts in a file. A heading outweighs a cousin that the engine finds under it."""
    strong = strong_matches(matches)
    head = headed(lines, knowledge)
    if head is None:
        return [_engine_part(m, lines, catalog) for m in strong]
    license_id, first = head
    terms = knowledge.get(license_id)
    keys = set(terms.scancode) if terms else set()
    if any(m.expression in keys for m in strong):
        return [_engine_part(m, lines, catalog) for m in strong]
    # Another whole text further down stands for itself; what starts at the heading is a cousin.
    later = [m for m in strong if m.kind == "text" and m.exact and m.start_line > first + 3]
    last = min((m.start_line for m in later), default=len(lines) + 1) - 1
    best = max((m.coverage for m in matches if m.expression in keys), default=0.0)
    note = f"the heading names it; the words are not a copy known here ({best:.0f} % are there)"
    part = Part(license_id, first, last, "near", 0.7, True, note)
    return [part, *(_engine_part(m, lines, catalog) for m in later)]


def _engine_part(match: engine.Match, lines: list[str], catalog: Catalog) -> Part:
    expression = spdx(match.expression, catalog)
    rung: Rung = "exact_rule" if match.exact else "engine"
    whole = match.kind == "text" or match.length > 40
    part = Part(
        expression,
        match.start_line,
        match.end_line,
        rung,
        1.0 if match.exact else 0.95,
        whole,
        rule=match.rule,
    )
    if match.exact or match.kind != "text":
        return part
    differs = difference(match.expression, "\n".join(lines[match.start_line - 1 : match.end_line]))
    if differs is None:
        return part
    base = catalog.id_of(differs.base)
    return replace(
        part, expression=base, rung="near", confidence=0.5, note=differs.note(base), changed=differs
    )


def permissive(expression: str, knowledge: Knowledge) -> bool:
    """Whether commercial use is free, as far as curated terms say; unknown counts as free."""
    terms = knowledge.get(expression)
    if terms is None:
        return True
    return any(
        terms.grant("use", "commercial", kind)[0] in ("permitted", "covered")
        for kind in terms.kinds
    )


def outside(lines: list[str], parts: list[Part], knowledge: Knowledge) -> str:
    """The text without what is known; changed sentences inside a near copy stay in."""
    kept = list(lines)
    for part in parts:
        # What a heading alone vouches for is explained by restrictive terms, not by free ones.
        if part.rung == "near" and part.changed is None and permissive(part.expression, knowledge):
            continue
        for number in range(part.first, min(part.last, len(lines)) + 1):
            kept[number - 1] = ""
    for part in parts:
        for sentence in part.changed.sentences if part.changed else ():
            kept[part.first + sentence.line - 2] += " " + sentence.text
    return "\n".join(kept)


def strong_matches(matches: tuple[engine.Match, ...]) -> list[engine.Match]:
    """Matches that name a license, those inside a longer one dropped."""
    named = [
        m
        for m in matches
        if not m.generic
        and (m.exact or m.coverage >= NEAR)
        and m.kind != "clue"
        and (m.kind in ("text", "notice") or m.score >= 80)
    ]
    whole = [m for m in named if m.kind in ("text", "notice") and m.length > 40]
    if whole:
        return [
            m
            for m in named
            if m in whole
            or (m.expression not in {w.expression for w in whole} and m.kind != "reference")
        ]
    return named


def spdx(expression: str, catalog: Catalog) -> str:
    """A ScanCode expression with its keys turned into SPDX ids."""
    return re.sub(
        r"[A-Za-z0-9][\w.+-]*",
        lambda m: m.group(0) if m.group(0) in ("AND", "OR", "WITH") else catalog.id_of(m.group(0)),
        expression,
    )
