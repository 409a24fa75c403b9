"""Which license a text's own heading names. A title that is only mentioned names nothing."""

from __future__ import annotations

import re

from licaudit.licenses.knowledge import Knowledge, name_key

OPENING = 8  # how many lines with words may stand above the heading
SPAN = 4  # a heading may run over this many lines
# What may stand before the title on its own line: the vendor's name, "license:", a numbering.
_LEAD = 3
_WORDS = """
    not no unlike under see like based from instead than replaces replaced uses use used is are by
    this with without and or for of to mentions similar compatible previously formerly"""
_DENIES = frozenset(_WORDS.split())


def headed(lines: list[str], knowledge: Knowledge) -> tuple[str, int] | None:
    """(license id, line of the heading) of the license whose heading opens the text, or None.

    A title without a word below it is a name, not a heading.
    """
    filled = [(n, line) for n, line in enumerate(lines[:200], 1) if re.search(r"\w", line)]
    opening = filled[:OPENING]
    keys = [
        (number, name_key(" ".join(line for _, line in filled[at : at + SPAN])[:600]))
        for at, (number, _) in enumerate(opening)
    ]
    whole = name_key(" ".join(line for _, line in filled)[:600])
    for title, license_id in knowledge.titles:
        for at, (number, key) in enumerate(keys):
            if title and title != whole and _opens(key, title, opening[at][1]):
                return license_id, number
    return None


def _opens(key: str, title: str, line: str) -> bool:
    """Whether the words from a line on begin with the title, a short lead-in left aside."""
    place = f"-{key}-".find(f"-{title}-")
    if place < 0:
        return False
    before = [word for word in key[:place].split("-") if word]
    if not before:
        return _ends_well(key[len(title) :])
    if len(before) > _LEAD or _DENIES & set(before):
        return False
    # The lead-in and the first words of the title must share the line: no sentence above it.
    first = "-".join(title.split("-")[:2])
    return first in name_key(line[:600]) and _ends_well(key[place + len(title) :])


def _ends_well(after: str) -> bool:
    """A heading is not the subject of a sentence: "Llama 2 License applies to the weights"."""
    words = [word for word in after.split("-") if word]
    return not (words and words[0] in ("applies", "is", "does", "covers", "governs", "was", "has"))
