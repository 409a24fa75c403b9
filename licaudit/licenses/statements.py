"""Rung 6: statements about use in prose. Not a license, but a claim that narrows one.

The patterns are data (`rules/statements.yaml`): English and Chinese regexes, each with what
cancels it and its own examples. Reading costs one pass for text that holds no clue word.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

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
    narrator: Narrator | None = None
    found: list[Statement] = []
    promising = (
        (start, end) for start, end in blocks(text) if _has(text[start:end].lower(), reader.clues)
    )
    for sentence in sentences_of(text, promising):
        words = plain(sentence.text)
        for pattern, start, end in reader.hits(words):
            if narrator is None:
                narrator = Narrator(text, own_names, load_voices())
            subject = narrator.subject(words, start, end, pattern.kind)
            found.append(_statement(pattern, sentence, subject))
    return found


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


@dataclass(frozen=True, slots=True, eq=False)
class _Reader:
    """Patterns laid out for reading: `clues` decide whether to look at all, `users` at which."""

    patterns: tuple[Pattern, ...]
    clues: tuple[str, ...]
    users: tuple[tuple[str, tuple[int, ...]], ...]

    @staticmethod
    @lru_cache(maxsize=8)
    def of(patterns: tuple[Pattern, ...]) -> _Reader:
        """The reader of some patterns. A clue that contains another adds nothing to `clues`."""
        users: dict[str, list[int]] = {}
        for index, pattern in enumerate(patterns):
            for clue in pattern.clues:
                users.setdefault(clue, []).append(index)
        kept: list[str] = []
        for clue in sorted(users, key=len):
            if not any(other in clue for other in kept):
                kept.append(clue)
        places = tuple((clue, tuple(indexes)) for clue, indexes in users.items())
        return _Reader(patterns, tuple(kept), places)

    def hits(self, words: str) -> list[tuple[Pattern, int, int]]:
        """The first uncancelled match for each kind in one sentence."""
        low = words.lower()
        if not _has(low, self.clues):
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
