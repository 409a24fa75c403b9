"""Rung 6: statements about use in prose. Not a license, but a claim that narrows one.

The patterns are data (`rules/statements/`): English and Chinese regexes, each with what
cancels it and its own examples. A sentence of a page that holds clue words may be weighed besides
(`weighed`). Reading costs one pass for text that holds no clue word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from licaudit.licenses.lists import banned_items, remarks
from licaudit.licenses.quoted import quoted
from licaudit.licenses.sentences import (
    Sentence,
    blocks,
    plain,
    sentences_of,
    simplified,
    split_sentences,
)
from licaudit.licenses.statement_rules import KINDS, Kind, Pattern, load_patterns, load_voices
from licaudit.licenses.subjects import Narrator, Subject
from licaudit.licenses.weighed import DOUBTED, Scales, measure, probable, unlikely

__all__ = [
    "KINDS", "Kind", "Pattern", "Sentence", "Statement", "Subject", "load_patterns",
    "read_statements", "split_sentences",
]  # fmt: skip

QUESTION = 160  # characters of a question that its answer is read behind
SURELY = 0.6  # the share that a kind needs where patterns found another, or took it back
# Kinds beside which another may well stand unread in a sentence: they answer other questions.
BESIDE: frozenset[Kind] = frozenset({
    "use_restricted", "original_terms", "same_license_as", "no_ownership", "fair_use_claim",
    "all_rights_reserved", "no_derivatives", "evaluation_only",
})  # fmt: skip
NEAR = 200  # how far from a match its cancelling words may stand, in characters


@dataclass(frozen=True, slots=True)
class Statement:
    """One usage statement: what kind, by which pattern, in which words, and about whom.

    `sentence` is whitespace-collapsed; `start`, `end` and `line` locate it in the original. One
    with a `share` below 1 is a doubt: weighed, and `weighty` holds the words that told; or found
    by a pattern where the weights say that the sentence is most `unlikely` to say so.
    """

    kind: Kind
    pattern_id: str
    sentence: str
    start: int
    end: int
    line: int
    subject: Subject
    share: float = 1.0
    weighty: tuple[str, ...] = ()
    unlikely: bool = False


@dataclass(frozen=True, slots=True)
class _Hit:
    """A kind found in a sentence: by which pattern (or weighed), and where its words stand."""

    kind: Kind
    rule: str
    start: int
    end: int
    share: float = 1.0
    weighty: tuple[str, ...] = ()
    unlikely: bool = False


def read_statements(
    text: str,
    patterns: tuple[Pattern, ...],
    own_names: tuple[str, ...] = (),
    scales: Callable[[], Scales] | None = None,
) -> list[Statement]:
    """The usage statements of a text, in order; at most one per sentence and kind.

    `own_names` are the names this artifact goes by; without them (and without a title that
    names it) a sentence about a named model counts as being about this one. With `scales`,
    sentences are weighed besides; it is called when the first one is met.
    """
    reader = _Reader.of(patterns)
    simple = simplified(text)
    if not _has(simple.lower(), reader.clues):
        return []
    spans = list(blocks(text))
    items = banned_items(text, spans, load_voices()["banned"])
    promising = (
        (start, end)
        for start, end in spans
        if start in items or _has(simple[start:end].lower(), reader.words)
    )
    aside, sources = _Aside(quoted, text), _Aside(lambda page: remarks(page, spans), text)
    narrator: Narrator | None = None
    found: list[Statement] = []
    question = ""  # "Commercial use? Write to us": an answer is read behind its question
    weights: Scales | None = None  # asked for once: each call looks at the file
    for sentence in sentences_of(text, promising):
        words = plain(sentence.text)
        lead = items.get(sentence.start, "")
        hits, refused = reader.listed(lead, words) if lead else reader.behind(question, words)
        question = words[-QUESTION:] if _asks(words) else ""
        if scales:
            weights = weights or scales()
            hits = _weighed(words, hits, refused, weights)
        for hit in hits:
            if narrator is None:
                narrator = Narrator(text, own_names, load_voices())
            if aside.holds(sentence) or _asks(words):
                break
            others = sources.holds(sentence)
            subject = "other" if others else narrator.subject(words, hit.start, hit.end, hit.kind)
            found.append(_statement(hit, sentence, subject))
    return found


def _weighed(words: str, hits: list[_Hit], refused: frozenset[Kind], scales: Scales) -> list[_Hit]:
    """What patterns found: what is unlikely is dropped if it takes nothing away, else doubted. Then
    what else the sentence probably states: surely, where patterns answered the same questions or
    took it back."""
    measured = measure(words, scales)
    if measured is None:
        return hits
    known = {hit.kind for hit in hits}
    dubious = unlikely(measured) if hits else {}
    kept = [
        replace(hit, share=dubious[hit.kind], unlikely=True) if hit.kind in dubious else hit
        for hit in hits
        if hit.kind not in dubious or hit.kind in DOUBTED
    ]
    more = [
        _Hit(w.kind, f"weighed.{w.kind}", w.start, len(words), w.share, w.words)
        for w in probable(measured)
        if w.kind not in known and (w.share > SURELY or (known <= BESIDE and w.kind not in refused))
    ]
    return kept + more


def _asks(words: str) -> bool:
    """A question states nothing; its answer may. A title that asks is no question."""
    return words.endswith(("?", "？")) and words.count('"') % 2 == 0


class _Aside:
    """Whether a sentence lies in stretches that are looked for when first asked about."""

    def __init__(self, find: Callable[[str], list[tuple[int, int]]], text: str) -> None:
        self._find, self._text = find, text
        self._spans: list[tuple[int, int]] | None = None

    def holds(self, sentence: Sentence) -> bool:
        """Whether one of them holds all of the sentence: what goes on behind it is said."""
        if self._spans is None:
            self._spans = self._find(self._text)
        return any(start <= sentence.start and sentence.end <= end for start, end in self._spans)


def _statement(hit: _Hit, sentence: Sentence, subject: Subject) -> Statement:
    return Statement(
        hit.kind, hit.rule, sentence.text, sentence.start, sentence.end, sentence.line,
        subject, hit.share, hit.weighty, hit.unlikely,
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


Hits = tuple[list[_Hit], frozenset[Kind]]  # found, and taken back


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

    def hits(self, words: str) -> Hits:
        """The first match of each kind in one sentence, and the kinds whose matches are taken
        back."""
        low = words.lower()
        if not _has(low, self.words):
            return [], frozenset()
        candidates = {index for clue, users in self.users if clue in low for index in users}
        hits: dict[Kind, _Hit] = {}
        refused: set[Kind] = set()
        for index in sorted(candidates):
            pattern = self.patterns[index]
            if pattern.kind in hits:
                continue
            for match in pattern.regex.finditer(words):
                around = words[max(0, match.start() - NEAR) : match.end() + NEAR]
                if any(regex.search(around) for regex in pattern.cancelled):
                    refused.add(pattern.kind)
                    continue
                hits[pattern.kind] = _Hit(pattern.kind, pattern.id, match.start(), match.end())
                break
        return list(hits.values()), frozenset(refused)

    def behind(self, lead: str, words: str) -> Hits:
        """The matches in a sentence: on its own, then behind what stands before it."""
        hits, refused = self.hits(words)
        if not lead:
            return hits, refused
        known = {hit.kind for hit in hits}
        before = len(lead) + 1
        led, refused_led = self.hits(f"{lead} {words}")
        for hit in led:
            if hit.end > before and hit.kind not in known:
                start, end = max(0, hit.start - before), hit.end - before
                hits.append(replace(hit, start=start, end=end))
        return hits, refused | refused_led

    def listed(self, lead: str, words: str) -> Hits:
        """The matches in an item of a list of bans; else what any such item says."""
        hits, refused = self.behind(lead, words)
        if hits:
            return hits, refused
        any_item = [
            _Hit(pattern.kind, pattern.id, match.start(), match.end())
            for pattern in self.patterns
            if pattern.listed
            for match in (pattern.regex.search(words),)
            if match and not any(regex.search(words) for regex in pattern.cancelled)
        ]
        return any_item, refused
