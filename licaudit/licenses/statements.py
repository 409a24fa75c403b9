"""Rung 6: statements about use in prose. Not a license, but a claim that narrows one.

The patterns are data (`rules/statements.yaml`): English and Chinese regexes, each with what
cancels it and its own examples. Reading costs one pass for text that holds no clue word.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from licaudit.licenses.lists import banned_items
from licaudit.licenses.quoted import quoted
from licaudit.licenses.sentences import Sentence, blocks, plain, sentences_of, split_sentences
from licaudit.licenses.statement_rules import KINDS, Kind, Pattern, load_patterns, load_voices
from licaudit.licenses.subjects import Narrator, Subject

__all__ = [
    "KINDS", "Kind", "Pattern", "Sentence", "Statement", "Subject", "load_patterns",
    "read_statements", "split_sentences",
]  # fmt: skip

NEAR = 200  # how far from a match its cancelling words may stand, in characters


@dataclass(frozen=True, slots=True)
class Statement:
    """One usage statement: what kind, by which pattern, in which words, and about whom.

    `sentence` is whitespace-collapsed; `start`, `end` and `line` locate it in the original.
    """

    kind: Kind
    pattern_id: str
    sentence: str
    start: int
    end: int
    line: int
    subject: Subject


def read_statements(
    text: str, patterns: tuple[Pattern, ...], own_names: tuple[str, ...] = ()
) -> list[Statement]:
    """The usage statements of a text, in order; at most one per sentence and kind.

    `own_names` are the names this artifact goes by; without them (and without a title that
    names it) a sentence about a named model counts as being about this one.
    """
    reader = _Reader.of(patterns)
    if not _has(text.lower(), reader.clues):
        return []
    spans = list(blocks(text))
    items = banned_items(text, spans, load_voices()["banned"])
    promising = (
        (start, end)
        for start, end in spans
        if start in items or _has(text[start:end].lower(), reader.words)
    )
    aside = _Aside(text)
    narrator: Narrator | None = None
    found: list[Statement] = []
    for sentence in sentences_of(text, promising):
        words = plain(sentence.text)
        lead = items.get(sentence.start, "")
        hits = reader.listed(lead, words) if lead else reader.hits(words)
        for pattern, start, end in hits:
            if narrator is None:
                narrator = Narrator(text, own_names, load_voices())
            if aside.holds(sentence.start) or _asks(words):
                break
            subject = narrator.subject(words, start, end, pattern.kind)
            found.append(_statement(pattern, sentence, subject))
    return found


def _asks(words: str) -> bool:
    """A question states nothing; its answer may."""
    return words.endswith(("?", "？"))


class _Aside:
    """Whether a place is quoted (a sample conversation, a record); looked for when first asked."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._spans: list[tuple[int, int]] | None = None

    def holds(self, place: int) -> bool:
        """Whether the character at `place` lies in a quoted stretch."""
        if self._spans is None:
            self._spans = quoted(self._text)
        return any(start <= place < end for start, end in self._spans)


def _statement(pattern: Pattern, sentence: Sentence, subject: Subject) -> Statement:
    return Statement(
        pattern.kind, pattern.id, sentence.text, sentence.start, sentence.end, sentence.line,
        subject,
    )  # fmt: skip


def _has(low: str, clues: tuple[str, ...]) -> bool:
    for clue in clues:  # noqa: SIM110 (the hot loop; a generator doubles its cost)
        if clue in low:
            return True
    return False


def _shortest(clues: Iterable[str]) -> tuple[str, ...]:
    """The clues without those that contain another: these add nothing."""
    kept: list[str] = []
    for clue in sorted(clues, key=len):
        if not any(other in clue for other in kept):
            kept.append(clue)
    return tuple(kept)


@dataclass(frozen=True, slots=True, eq=False)
class _Reader:
    """Patterns laid out for reading: `clues` decide whether to look at a text at all, `words` at
    a sentence, `users` with which patterns."""

    patterns: tuple[Pattern, ...]
    clues: tuple[str, ...]
    words: tuple[str, ...]
    users: tuple[tuple[str, tuple[int, ...]], ...]

    @staticmethod
    @lru_cache(maxsize=8)
    def of(patterns: tuple[Pattern, ...]) -> _Reader:
        """The reader of some patterns, built once."""
        users: dict[str, list[int]] = {}
        for index, pattern in enumerate(patterns):
            if not pattern.listed:
                for clue in pattern.clues:
                    users.setdefault(clue, []).append(index)
        every = {clue for pattern in patterns for clue in pattern.clues}
        places = tuple((clue, tuple(indexes)) for clue, indexes in users.items())
        return _Reader(patterns, _shortest(every), _shortest(users), places)

    def hits(self, words: str) -> list[tuple[Pattern, int, int]]:
        """The first uncancelled match for each kind in one sentence."""
        low = words.lower()
        if not _has(low, self.words):
            return []
        candidates = {index for clue, users in self.users if clue in low for index in users}
        hits: dict[Kind, tuple[Pattern, int, int]] = {}
        for index in sorted(candidates):
            pattern = self.patterns[index]
            if pattern.kind in hits:
                continue
            for match in pattern.regex.finditer(words):
                around = words[max(0, match.start() - NEAR) : match.end() + NEAR]
                if not any(regex.search(around) for regex in pattern.cancelled):
                    hits[pattern.kind] = (pattern, match.start(), match.end())
                    break
        return list(hits.values())

    def listed(self, lead: str, words: str) -> list[tuple[Pattern, int, int]]:
        """The matches in an item of a list of bans: read on its own, then behind its lead."""
        hits = self.hits(words)
        joined = [
            (pattern, max(0, start - len(lead) - 1), end - len(lead) - 1)
            for pattern, start, end in self.hits(f"{lead} {words}")
            if end > len(lead) + 1
        ]
        known = {pattern.kind for pattern, _, _ in hits}
        hits += [hit for hit in joined if hit[0].kind not in known]
        if hits:
            return hits
        return [
            (pattern, match.start(), match.end())
            for pattern in self.patterns
            if pattern.listed
            for match in (pattern.regex.search(words),)
            if match and not any(regex.search(words) for regex in pattern.cancelled)
        ]
