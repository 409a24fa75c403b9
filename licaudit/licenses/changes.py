"""How a text differs from the known text it resembles: the words and sentences that came or went.

NC, ND and SA variants are 98 % alike, so likeness decides nothing here: telling words do.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from licaudit.licenses.catalog import text_of
from licaudit.licenses.sentences import Sentence, split_sentences
from licaudit.licenses.texts import words

# Words whose arrival or departure can turn a permission around.
_WORDS = """
    non noncommercial not no only solely research academic commercial commercially prohibited
    prohibit forbidden except unless personal evaluation must restricted restrict nonproduction
    educational royalty fee military without sharealike noderivatives noderivs nc nd"""
TELLING = frozenset(_WORDS.split())
# Short texts that people add clauses to; the engine may prefer a longer cousin (JSON for MIT).
_BASES = ("mit", "bsd-simplified", "bsd-new", "isc", "apache-2.0", "zlib", "boost-1.0")
_MIN_WORDS = 4
# A sentence that adds a duty or a limit, in words no grant needs.
BINDING = re.compile(
    r"\b(must|shall|may not|may only|cannot|can ?not|not be|prohibit\w*|forbid\w*|only"
    r"|forbidden|solely|require[sd]?|restrict\w*|agrees?|consent|permission|unless|except)\b"
    r"|不得|必须|禁止|仅限|只能|须|不允许|未经",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Difference:
    """The nearest known text, the telling words more (+) or fewer (-), and changed sentences."""

    base: str
    telling: tuple[str, ...]
    sentences: tuple[Sentence, ...]

    def note(self, name: str) -> str:
        """`MIT, plus: "..."`, or the words that differ when no sentence of its own came in."""
        if self.sentences:
            clause = " ".join(s.text for s in self.sentences)
            return f"{name}, with other words: “{clause[:240]}”"
        return f"differs from {name} in: {', '.join(self.telling)}"


def difference(expression: str, text: str) -> Difference | None:
    """What sets a text apart from the known one, or None when nothing telling does."""
    known = text_of(expression)
    if known is None:
        return None
    here = Counter(words(text))
    if not _telling(here, Counter(words(known))):
        return None
    base = _nearest(expression, here)
    known = text_of(base) or known
    return Difference(base, tuple(_telling(here, Counter(words(known)))), added(text, known))


def _telling(here: Counter[str], there: Counter[str]) -> list[str]:
    more = [f"+{w}" for w in sorted(TELLING) if here[w] > there[w]]
    return more + [f"-{w}" for w in sorted(TELLING) if here[w] < there[w]]


def _nearest(expression: str, here: Counter[str]) -> str:
    """The known text of which the fewest words are missing here."""

    def missing(key: str) -> int:
        return sum((Counter(words(text_of(key) or "")) - here).values())

    best, lacking = expression, missing(expression)
    for key in _BASES:
        if (found := missing(key)) < lacking:
            best, lacking = key, found
    return best


def added(text: str, known: str) -> tuple[Sentence, ...]:
    """Sentences of a text that the known one does not hold, word for word."""
    # Wrapped lines that begin with "copyright" are words here, not copyright lines.
    there = f" {' '.join(words('. ' + ' '.join(known.split())))} "
    return tuple(
        sentence
        for sentence in split_sentences(text)
        if len(said := words(sentence.text)) >= _MIN_WORDS and f" {' '.join(said)} " not in there
    )


def modified(expression: str) -> str:
    """The name of a known license whose words were changed: never the license's own."""
    return "LicenseRef-licaudit-modified-" + re.sub(r"[^A-Za-z0-9.]+", "-", expression).strip("-")
