"""How a text differs from the known text it resembles: the words and sentences that came or went.

NC, ND and SA variants are 98 % alike, so likeness decides nothing here: telling words do. Which
words tell is data, `rules/changes.yaml`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property

from licaudit.facts import Change, Edit
from licaudit.licenses.nearest import known_for, nearest
from licaudit.licenses.rules_file import read_rules
from licaudit.licenses.sentences import Sentence, split_sentences
from licaudit.licenses.statements import load_patterns, read_statements
from licaudit.licenses.texts import NOTICE, words
from licaudit.licenses.word_diff import Words, differences, read_words

# Short texts that people add clauses to; the engine may prefer a longer cousin (JSON for MIT).
_BASES = ("mit", "bsd-simplified", "bsd-new", "isc", "apache-2.0", "zlib", "boost-1.0")
_MIN_WORDS = 4
_MOST_EDITS = 100  # runs kept on each side
_MOST_SAID = 400  # characters kept of one run
_NOTED = 160  # and of one that a note repeats
# What a statement can say that takes nothing away.
_HARMLESS = frozenset(
    {"commercial_allowed", "citation_asked", "all_rights_reserved", "no_ownership",
     "fair_use_claim", "original_terms"}
)  # fmt: skip
GRANT_REMOVED = "grant_removed"
_FIRST = re.compile(r"\A(\s*)")
# A line that goes on in small letters, or in the words of a disclaimer, begins no notice.
_WRAPPED = re.compile(
    r"\s*(?:[Cc]opyright|COPYRIGHT)\W{0,3}(?!by\b)"
    r"(?:[a-z]{2,}|NOTICE|HOLDERS?|OWNERS?|LAWS?|LICEN[SC]E|AND|OR|IN|OF|IS|$)"
    r"|\s*\([cC]\)(?!.*\b(?:19|20)\d\d)"  # the third point of a list
)
# A sentence that adds a duty or a limit, in words no grant needs.
BINDING = re.compile(
    r"\b(must|shall|may not|may only|cannot|can ?not|not be|prohibit\w*|forbid\w*|only"
    r"|forbidden|solely|require[sd]?|restrict\w*|agrees?|consent|permission|unless|except)\b"
    r"|不得|必须|禁止|仅限|只能|须|不允许|未经",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Telling:
    """The words of `rules/changes.yaml`."""

    telling: frozenset[str]
    granting: frozenset[str]
    saying: tuple[tuple[str, frozenset[str]], ...]
    beyond: re.Pattern[str]
    holder: re.Pattern[str]

    def says_more(self, line: str) -> bool:
        """Whether a copyright line says more than who owns the work."""
        return bool(self.beyond.search(self.holder.sub(" ", line)))

    @cached_property
    def chinese(self) -> tuple[str, ...]:
        """Those of them that are Chinese."""
        every = {*self.telling, *self.granting, *(w for _, said in self.saying for w in said)}
        return tuple(sorted(w for w in every if not w.isascii()))


@cache
def load_telling() -> Telling:
    """Which words matter when they come or go."""
    keys = ("telling", "granting", "saying", "institutions", "beyond_a_notice")
    data = read_rules("changes.yaml", keys, "the words that matter in a change").data
    saying = tuple((kind, frozenset(said.split())) for kind, said in data["saying"].items())
    beyond = re.compile("".join(data["beyond_a_notice"].split("\n")).replace(" |", "|"), re.I)
    nouns = "|".join(sorted(data["institutions"].split()))
    holder = re.compile(rf"\bResearch (?=(?i:{nouns})\b)|(?<=University )Research\b")
    return Telling(
        frozenset(data["telling"].split()),
        frozenset(data["granting"].split()),
        saying,
        beyond,
        holder,
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """The nearest known text, the telling words more (+) or fewer (-), and changed sentences."""

    base: str
    telling: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    change: Change

    def note(self, name: str) -> str:
        """What `said_change` says, or the telling words where no run of words differs."""
        if self.change.added or self.change.removed:
            return said_change(self.change, name)
        return f"differs from {name} in: {', '.join(self.telling)}"


def said_change(found: Change, name: str) -> str:
    """`MIT, with other words: added “...”; removed “...”`, the longest runs of each."""
    said = [
        f"{group} {_longest(edits)}"
        for group, edits in (("added", found.added), ("removed", found.removed))
        if edits
    ]
    return f"{name}, with other words{said_limits(found.restrictions)}: {'; '.join(said)}"


def _longest(edits: tuple[Edit, ...]) -> str:
    """The longest three runs, in the order of the text."""
    kept = sorted(edits, key=lambda e: -len(e.words))[:3]
    return ", ".join(f"“{e.words[:_NOTED]}”" for e in edits if e in kept)


def said_limits(restrictions: tuple[str, ...]) -> str:
    """` (a restriction: non commercial)` for a note, or nothing."""
    kinds = ", ".join(r.replace("_", " ") for r in restrictions)
    return f" (a restriction: {kinds})" if kinds else ""


def difference(expression: str, text: str) -> Difference | None:
    """What sets a text apart from the known one, or None when nothing telling does."""
    known = known_for(expression, text)
    if known is None:
        return None
    if not _telling(text, known):
        return None
    near = nearest(text, (expression, *_BASES))
    base = near.key if near else expression
    known = known_for(base, text) or known
    telling = tuple(_telling(text, known))
    return Difference(base, telling, added(text, known), change(base, text, known))


def change(base: str, text: str, known: str, first: int = 1) -> Change:
    """Every run of words that only one of two texts has. `first` is the line `text` begins on."""
    here, there = read_words(_without_notices(text)), read_words(_without_notices(known))
    blocks = differences(here.words, there.words)
    more = [
        Edit(here.said(i, k)[:_MOST_SAID], here.line(i) + first - 1)
        for i, k, _, _ in blocks
        if i < k
    ]
    fewer = [
        Edit(there.said(j, n)[:_MOST_SAID], here.line(i) + first - 1)
        for i, _, j, n in blocks
        if j < n
    ]
    lost = sum(n - j for _, _, j, n in blocks)
    return Change(
        base,
        tuple(more[:_MOST_EDITS]),
        tuple(fewer[:_MOST_EDITS]),
        _restrictions(here, there, blocks),
        round(1 - min(1.0, lost / max(1, len(there.words))), 3),
    )


def _restrictions(
    here: Words, there: Words, blocks: list[tuple[int, int, int, int]]
) -> tuple[str, ...]:
    """Kinds of limits that the added words bring, and whether words of the permission went."""
    telling = load_telling()
    came = _counts("\n".join(here.said(i, k) for i, k, _, _ in blocks))
    went = _counts("\n".join(there.said(j, n) for _, _, j, n in blocks))
    spans = [(here.spans[i][0], here.spans[k - 1][1]) for i, k, _, _ in blocks if i < k]
    touched = [
        sentence.text
        for sentence in split_sentences(here.text)
        if any(a < sentence.end and b > sentence.start for a, b in spans)
    ]
    kinds = {*limits("\n\n".join(touched))} - {*limits(there.text)}
    kinds |= {k for i, j, _, _ in blocks if i < j for k in limits(here.said(i, j))}
    for kind, said in telling.saying:
        if any(came[w] > went[w] for w in said):
            kinds.add(kind)
    if any(went[w] > came[w] for w in telling.granting):
        kinds.add(GRANT_REMOVED)
    return tuple(sorted(kinds))


def limits(text: str) -> tuple[str, ...]:
    """The kinds of usage statements in some words that take something away."""
    found = {s.kind for s in read_statements(text, load_patterns())}
    return tuple(sorted(found - _HARMLESS))


def clauses_change(base: str, clauses: Iterable[Edit], inside: Change | None = None) -> Change:
    """The change that clauses beside a known text make, with what differs inside of it."""
    said = tuple(clauses)
    found = inside or Change(base, alike=1.0)
    kinds = {*found.restrictions, *(k for c in said for k in limits(c.words))}
    every = dict.fromkeys((*said, *found.added))
    added = tuple(sorted(every, key=lambda e: e.line or 0))
    return replace(found, added=added, restrictions=tuple(sorted(kinds)))


def _telling(text: str, known: str) -> list[str]:
    data = load_telling()
    here, there = _counts(text), _counts(known)
    more = [f"+{w}" for w in sorted(data.telling) if here[w] > there[w]]
    return more + [f"-{w}" for w in sorted(data.telling | data.granting) if here[w] < there[w]]


def _counts(text: str) -> Counter[str]:
    """How often each word occurs; Chinese, which has no gaps between words, by what it holds."""
    found = Counter(words(rejoined(text)))
    for word in load_telling().chinese:
        found[word] = text.count(word)
    return found


def _without_notices(text: str) -> str:
    """The text with lines that only say who owns it blanked, every place kept."""
    says_more = load_telling().says_more

    def blanked(match: re.Match[str]) -> str:
        kept = says_more(match[0]) or _WRAPPED.match(match[0])
        return match[0] if kept else re.sub(r"\S", " ", match[0])

    return NOTICE.sub(blanked, text)


def rejoined(text: str) -> str:
    """The text with sentences that wrap before the word `copyright` marked as no notices."""
    return NOTICE.sub(lambda m: _FIRST.sub(r"\1. ", m[0]) if _WRAPPED.match(m[0]) else m[0], text)


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
