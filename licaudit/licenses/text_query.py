"""A text as ScanCode's matching sees it, made quickly: the same words, lines and runs.

ScanCode's `Query` walks a file word by word in Python, and its runs search all positions of a file
each time one of them is asked. Here both are arrays; what comes out is the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import inf
from time import thread_time
from typing import Any

import numpy as np
from intbitset import intbitset
from licensedcode.match_spdx_lid import split_spdx_lid
from licensedcode.query import MAX_TOKEN_PER_LINE, Query, QueryRun
from licensedcode.spans import Span
from licensedcode.stopwords import STOPWORDS
from licensedcode.tokenize import query_pattern
from numpy.typing import NDArray

# Codes of words that no rule has, of those that no rule counts, and of a line's end.
UNKNOWN, STOP, END = -1, -2, -3
_WORD_OR_END = re.compile(f"{query_pattern}|\n").findall


class TextRun(QueryRun):  # type: ignore[misc]
    """A stretch of a text that is compared with rules by likeness."""

    _low_matchables: Any
    _high_matchables: Any

    def __init__(self, query: Any, start: int, end: int | None = None) -> None:
        super().__init__(query, start, end)
        self._digits: bool | None = None

    def is_digits_only(self) -> bool:
        """Whether nothing but numbers stands here."""
        if self._digits is None:
            self._digits = bool(super().is_digits_only())
        return self._digits

    @property
    def low_matchables(self) -> intbitset:
        """Places of common words that are still free, as of the first time that there were any."""
        if not self._low_matchables:
            self._low_matchables = self._within(self.query.low_matchables)
        return self._low_matchables

    @property
    def high_matchables(self) -> intbitset:
        """Places of telling words that are still free, as of the first time that there were any."""
        if not self._high_matchables:
            self._high_matchables = self._within(self.query.high_matchables)
        return self._high_matchables

    def _within(self, places: intbitset) -> intbitset:
        if self.end is None:
            return intbitset()
        if not self.start and self.end + 1 == len(self.query.tokens):
            return intbitset(places)
        return places & intbitset(range(self.start, self.end + 1))


class TextQuery(Query):  # type: ignore[misc]
    """A whole text. `numbered` are (line number, line) pairs, as `read_lines` gives them.

    `clues` are the indexes of the lines that hold a clue: runs without one are compared with no
    rule, and the others with few (see `RuleIndex`). None where the answer must be ScanCode's to
    the letter. `seconds` of computing are allowed for likeness: time on the clock would make a busy
    machine find less.
    """

    _whole_query_run: TextRun | None

    def __init__(
        self,
        numbered: Sequence[tuple[int, str]],
        index: Any,
        breaks: int,
        binary: bool = False,
        long_lines: bool = False,
        *,
        clues: NDArray[Any] | None = None,
        seconds: float = inf,
    ) -> None:
        super().__init__(query_string="-", idx=index, line_threshold=breaks, _test_mode=True)
        self.query_string = "\n".join(line for _, line in numbered) if binary else "-"
        self.is_binary, self.has_long_lines = binary, long_lines
        self.quick, self.late, self.until = clues is not None, False, thread_time() + seconds
        codes, counts = _codes_of(numbered, _words_of(index))
        self._place(codes, np.repeat([number for number, _ in numbered], counts))
        known = np.concatenate(([0], np.cumsum(_sums(codes >= 0, np.array(counts, np.int64)))))
        self.clues = None if clues is None else np.stack((known[clues], known[clues + 1]))
        self._find_tags(codes, counts, numbered)
        self._part(codes, counts)
        telling = self.codes < index.len_legalese
        self.high_matchables = intbitset(np.flatnonzero(telling).tolist())
        self.low_matchables = intbitset(np.flatnonzero(~telling).tolist())

    def out_of_time(self) -> bool:
        """Whether this thread has spent its seconds on the text; the text is then `late`."""
        self.late = self.late or thread_time() > self.until
        return self.late

    def speaks(self, run: TextRun) -> bool:
        """Whether a line with a clue reaches into a run; so it is taken where none were sought."""
        if self.clues is None:
            return True
        starts, ends = self.clues
        return bool(np.any((starts <= run.end) & (ends > run.start)))

    def whole_query_run(self) -> TextRun:
        """The text as one run."""
        if not self._whole_query_run:
            self._whole_query_run = TextRun(self, 0, len(self.tokens) - 1)
        return self._whole_query_run

    def _place(self, codes: NDArray[Any], lines: NDArray[Any]) -> None:
        """Known words and their lines; how many others follow each, -1 standing for the start."""
        known = codes >= 0
        place = np.cumsum(known) - 1
        self.codes = codes[known]
        self.tokens, self.line_by_pos = self.codes.tolist(), lines[known].tolist()
        self.unknowns_by_pos = _counted(place[codes == UNKNOWN])
        self.unknowns_span = Span([p for p in self.unknowns_by_pos if p >= 0])
        self.stopwords_by_pos = _counted(place[codes == STOP])
        short = _short_words(self.idx)[self.codes] if self.tokens else np.zeros(0, bool)
        self.shorts_and_digits_pos = set(np.flatnonzero(short).tolist())

    def _find_tags(
        self, codes: NDArray[Any], counts: Sequence[int], numbered: Sequence[tuple[int, str]]
    ) -> None:
        """Lines that hold an SPDX tag among their first words."""
        firsts = [ids[0] for ids in self.spdx_lid_token_ids]
        ends = np.cumsum(counts)
        known = np.concatenate(([0], np.cumsum(codes >= 0)))
        seen = np.searchsorted(ends, np.flatnonzero(np.isin(codes, firsts)), side="right")
        for line in np.unique(seen).tolist():
            start, end = int(ends[line]) - counts[line], int(ends[line])
            words = [int(c) for c in codes[start:end] if c != STOP]
            place = next((n for n in range(3) if words[n : n + 3] in self.spdx_lid_token_ids), None)
            if place is None:
                continue
            prefix, expression = split_spdx_lid(numbered[line][1].strip())
            first, last = int(known[start]) + place, int(known[end]) - 1
            if first <= last:
                self.spdx_lines.append(((prefix or "") + expression, first, last))

    def _part(self, codes: NDArray[Any], counts: Sequence[int]) -> None:
        """Runs: parted where `line_threshold` lines in a row hold no word that tells."""
        run, empty, place, limit = TextRun(self, 0), 0, 0, self.line_threshold
        for known, counted, good, digits in _lines_of(codes, counts, self):
            if len(run) > 0 and empty >= limit:
                self.query_runs.append(run)
                run, empty = TextRun(self, place), 0
            if len(run) == 0:
                run.start = place
            if known:
                place += known
                run.end = place - 1
            empty = 0 if counted and known and good and not digits else empty + 1
        if len(run) > 0 and not run.is_digits_only():
            self.query_runs.append(run)


def _counted(places: NDArray[Any]) -> dict[int, int]:
    found, counts = np.unique(places, return_counts=True)
    return dict(zip(found.tolist(), counts.tolist(), strict=True))


def _codes_of(
    numbered: Sequence[tuple[int, str]], words: Mapping[str, int]
) -> tuple[NDArray[Any], list[int]]:
    """The code of each word of a text, and how many words stand in each line."""
    code = words.get
    text = "\n".join([line.rstrip("\n") for _, line in numbered])
    if text.count("\n") != len(numbered) - 1:  # a line that holds several
        parts = [_WORD_OR_END(line.replace("\n", " ").lower()) for _, line in numbered]
        codes = [code(word, UNKNOWN) for part in parts for word in part]
        return np.array(codes, np.int32), [len(part) for part in parts]
    found = np.array([code(word, UNKNOWN) for word in _WORD_OR_END(text.lower())], np.int32)
    ends = np.flatnonzero(found == END)
    counts = np.diff(ends, prepend=-1, append=found.size) - 1
    return found[found != END], counts.tolist()


def _lines_of(
    codes: NDArray[Any], counts: Sequence[int], query: TextQuery
) -> list[tuple[int, int, int, bool]]:
    """Of each line: known words, words but stop words, words that tell, whether numbers alone.

    Long lines are cut into pieces, as ScanCode does.
    """
    kept = codes != STOP
    sizes = _sums(kept, np.asarray(counts, np.int64))
    codes = codes[kept]
    if query.has_long_lines:
        sizes = _cut(sizes)
    known = _sums(codes >= 0, sizes)
    good = _sums((codes >= 0) & (codes < query.idx.len_legalese), sizes)
    plain = np.append(_digit_words(query.idx), True)  # code -1, an unknown word, is the last
    digits = _sums(plain[codes], sizes) == sizes
    return list(zip(known.tolist(), sizes.tolist(), good.tolist(), digits.tolist(), strict=True))


def _sums(values: NDArray[Any], sizes: NDArray[Any]) -> NDArray[Any]:
    total = np.concatenate(([0], np.cumsum(values)))
    ends = np.cumsum(sizes)
    found: NDArray[Any] = total[ends] - total[ends - sizes]
    return found


def _cut(sizes: NDArray[Any]) -> NDArray[Any]:
    """Sizes of the pieces of lines; an empty line has none."""
    pieces = [
        min(MAX_TOKEN_PER_LINE, size - start)
        for size in sizes.tolist()
        for start in range(0, size, MAX_TOKEN_PER_LINE)
    ]
    return np.array(pieces, np.int64)


@lru_cache(4)
def _words_of(index: Any) -> dict[str, int]:
    return {**index.dictionary, **dict.fromkeys(STOPWORDS, STOP), "\n": END}


def _table(index: Any, holds: Any) -> NDArray[Any]:
    found = np.zeros(max(index.dictionary.values()) + 1, bool)
    found[[code for word, code in index.dictionary.items() if holds(word)]] = True
    return found


@lru_cache(4)
def _short_words(index: Any) -> NDArray[Any]:
    return _table(index, lambda word: len(word) == 1 or word.isdigit())


@lru_cache(4)
def _digit_words(index: Any) -> NDArray[Any]:
    found = np.zeros(max(index.dictionary.values()) + 1, bool)
    found[list(index.digit_only_tids)] = True
    return found
