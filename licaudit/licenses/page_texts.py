"""Whole license texts inside a page: a `License` section that holds the text itself."""

from __future__ import annotations

import re
from dataclasses import replace

from licaudit.facts import Claim, Gap, Passage
from licaudit.licenses.catalog import Catalog
from licaudit.licenses.knowledge import Knowledge
from licaudit.licenses.read_text import read_text
from licaudit.licenses.statements import Pattern
from licaudit.licenses.texts import words

MANY_WORDS = 400  # a section this long may hold any text
FEWEST = 40  # words; what is shorter is a notice, and read as a sentence
_TEXTS = ("exact_text", "exact_rule", "engine", "near")
_KEPT = ("changed_text", "unfilled_template", "holder_unfilled")
# What the short texts that people paste have in common; without it the engine is not started.
SIGNS = re.compile(
    r"\bhereby granted\b|\bredistribution and use in source\b|\bpermission to use, copy"
    r"|\bin no event shall\b|\bwithout (?:any )?(?:express(?:ed)? or implied )?warrant"
    r"|\bterms and conditions for (?:use|copying)\b|\bto the public domain\b",
    re.IGNORECASE,
)


def take_texts(
    passage: Passage, knowledge: Knowledge, catalog: Catalog, patterns: tuple[Pattern, ...]
) -> tuple[list[Claim], list[Gap], Passage]:
    """Claims and Gaps of the texts a section holds, and the passage with their lines blanked.

    What stands around a text is the page's own words: it is read as sentences, like all others.
    """
    if len(passage.text.split()) <= MANY_WORDS and not SIGNS.search(passage.text):
        return [], [], passage
    claims, gaps = read_text(passage, knowledge, catalog, patterns)
    lines = passage.text.split("\n")
    first = passage.location.line or 1
    taken: set[int] = set()
    texts: list[Claim] = []
    for item in claims:
        start, end = _span(item, passage, first, len(lines))
        if item.rung in _TEXTS and len(words("\n".join(lines[start - 1 : end]))) >= FEWEST:
            texts.append(item)
            taken |= set(range(start, end + 1))
    if not texts:
        return [], [], passage
    inside = [c for c in claims if c.narrows and (c.location.line or 0) - first + 1 in taken]
    rest = "\n".join("" if n in taken else line for n, line in enumerate(lines, 1))
    return [*texts, *inside], [g for g in gaps if g.reason in _KEPT], replace(passage, text=rest)


def _span(item: Claim, passage: Passage, first: int, count: int) -> tuple[int, int]:
    """The lines of the passage, from 1, that a claim stands for."""
    where = item.location
    if where == passage.location or where.line is None:
        return 1, count
    start = where.line - first + 1
    return start, (where.end_line or where.line) - first + 1
