"""Which rules a text may resemble: ScanCode's two rankings, computed over postings.

ScanCode compares a text with the word set of each of its 30,000 likely rules in turn, and that is
where its time goes. Here the postings of the text's words are counted, which gives all overlaps
at once; the limits, ranks and order are ScanCode's, so the candidates are the same.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

RESEMBLANT = 0.8
STEP = 0.1  # to which ScanCode rounds before it ranks
MOST = 700  # what ScanCode keeps of the first round at most
FIRST_ROUND = 10  # times the wanted number go from the sets into the comparison of bags


# Pairs of neighboring words a candidate must share, of the least number of words it must match.
PAIRS = 0.34
MOST_OF = 0.6  # of a rule's pairs
SPREAD = 2.5  # times a rule's length: a match with wider gaps is dropped as too thin


Candidate = tuple[int, frozenset[int]]  # a rule, and the telling words that it shares with a text
NONE = np.zeros(0, np.int32)


class Scores(NamedTuple):
    """How alike a text and a rule are, in the order in which it ranks."""

    is_highly_resemblant: bool
    containment: float
    resemblance: float
    matched_length: float


class Ranked(NamedTuple):
    """A candidate as ScanCode sorts it: rounded and full scores, then the rule."""

    scores: tuple[Scores, Scores]
    rule: int


def _round(values: NDArray[Any]) -> NDArray[Any]:
    """To one decimal, as Python rounds: NumPy's product turns 0.35 into a tie."""
    found = np.round(values, 1)
    part = np.abs(values * 10 % 1 - 0.5) < 1e-6
    for place in np.flatnonzero(part):
        found[place] = round(float(values[place]), 1)
    return found


def _pairs(tokens: NDArray[Any]) -> NDArray[Any]:
    wide = tokens.astype(np.int32)
    return wide[:-1] << 16 | wide[1:]


def _mapped(path: Path, kind: type) -> NDArray[Any]:
    with path.open("rb") as file:
        return np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), kind)


class Likely:
    """The rules that can be matched by likeness, with their limits."""

    def __init__(
        self, folder: Path, telling: int, expressions: list[str], identifiers: list[str]
    ) -> None:
        self._telling, self._expressions, self._identifiers = telling, expressions, identifiers
        self._postings = _mapped(folder / "postings.bin", np.int32)
        self._places = np.fromfile(folder / "postings_offsets.bin", np.int64)
        self._bags = _mapped(folder / "bags.bin", np.int16)
        self._bag_places = np.fromfile(folder / "bags_offsets.bin", np.int64)
        self._tokens = _mapped(folder / "tokens.bin", np.int16)
        self._token_places = np.fromfile(folder / "offsets.bin", np.int64)
        limits = np.fromfile(folder / "limits.bin", np.float64).reshape(-1, 8).T
        (self._likely, self._high_unique, self._matched_unique, self._length_unique) = limits[:4]
        (self._high, self._matched, self._length, self._containment) = limits[4:]
        self._longest = float(self._length[self._likely > 0].max())

    def find(self, text: Iterable[int], top: int, alike: bool = False) -> list[Candidate]:
        """At most `top` rules, best first, each with the telling words shared with the text.

        `text` holds token ids, -1 where a place is taken; `alike` keeps near copies only.
        """
        tokens = text if isinstance(text, np.ndarray) else np.fromiter(text, np.int32)
        tokens = tokens[tokens >= 0]
        if not tokens.size or (alike and tokens.size * RESEMBLANT > self._longest):
            return []
        words, counts = np.unique(tokens, return_counts=True)
        first = self._by_sets(words, alike)
        second = self._by_bags(words, counts, first[: top * FIRST_ROUND], alike)
        best = sorted(self._distinct(second), reverse=True)[:top]
        telling = frozenset(int(w) for w in words[words < self._telling])
        return [(r.rule, telling & self._words(r.rule)) for r in best]

    def close(
        self, found: list[Candidate], text: NDArray[Any], far: NDArray[Any]
    ) -> list[tuple[Candidate, list[tuple[int, int]]]]:
        """Those of `found` whose pairs of neighboring words stand close together in the text.

        Others align to nothing that counts: a match must be dense. Nor may all of them lie within
        one exact match, as theirs would add nothing, unless they are most of the rule: single words
        may reach further. `far` tells for each place the last one of the longest exact match there.
        Each comes with the stretches of the text, first and last place, where its pairs stand so.
        """
        parts = [self._rule_pairs(rule) for rule, _ in found]
        known, numbers = np.unique(np.concatenate(parts or [NONE]), return_inverse=True)
        if not known.size:
            return []
        pairs = _pairs(text)
        pairs[(text[:-1] < 0) | (text[1:] < 0)] = -1
        near = np.searchsorted(known, pairs)
        near[near == known.size] = 0
        places = np.flatnonzero(known[near] == pairs)
        near, held = near[places], np.zeros(known.size, bool)
        kept, start = [], 0
        for item, part in zip(found, parts, strict=True):
            own = numbers[start : start + part.size]
            start += part.size
            held[own] = True
            stretches = self._dense(item[0], places[held[near]], far)
            if stretches:
                kept.append((item, stretches))
            held[own] = False
        return kept

    def _dense(self, rule: int, mine: NDArray[Any], far: NDArray[Any]) -> list[tuple[int, int]]:
        """Where a rule's pairs, which stand at the places `mine`, stand close together."""
        wanted, spread = self._wanted(rule), self._length[rule] * SPREAD
        size = mine.size - wanted + 1
        if size < 1:
            return []
        near = mine[wanted - 1 :] - mine[:size] <= spread
        last = np.searchsorted(mine, mine[:size] + spread, side="right") - 1
        beyond = mine[last] + 1 > far[mine[:size]]
        begins = np.flatnonzero(near & (beyond | (mine.size > self._length[rule] * MOST_OF)))
        if not begins.size:
            return []
        lows = np.maximum(mine[begins] - int(spread), 0)
        highs = np.minimum(mine[last[begins]] + int(spread) + 1, far.size - 1)
        parted = np.flatnonzero(lows[1:] > highs[:-1]) + 1
        firsts = lows[np.concatenate(([0], parted))]
        ends = highs[np.concatenate((parted - 1, [begins.size - 1]))]
        return list(zip(firsts.tolist(), ends.tolist(), strict=True))

    def _wanted(self, rule: int) -> int:
        return max(int(self._matched[rule] * PAIRS), 1)

    def _rule_pairs(self, rule: int) -> NDArray[Any]:
        return _pairs(self._tokens[self._token_places[rule] : self._token_places[rule + 1]])

    def _overlap(self, words: NDArray[Any]) -> NDArray[Any]:
        parts = [self._postings[self._places[w] : self._places[w + 1]] for w in words]
        if not parts:
            return np.zeros(self._length.size, np.int64)
        return np.bincount(np.concatenate(parts), minlength=self._length.size)

    def _by_sets(self, words: NDArray[Any], alike: bool) -> NDArray[Any]:
        high = self._overlap(words[words < self._telling])
        able = (high > 0) & (high >= self._high_unique)
        if not able.any():
            return np.zeros(0, np.int64)
        matched = high + self._overlap(words[words >= self._telling])
        able &= matched >= self._matched_unique
        rules = np.flatnonzero(able)
        length = self._length_unique[rules]
        best, _ = self._scored(rules, matched[rules], length, words.size, alike)
        return best

    def _by_bags(
        self, words: NDArray[Any], counts: NDArray[Any], ids: NDArray[Any], alike: bool
    ) -> list[Ranked]:
        if not ids.size:
            return []
        held = np.zeros(self._places.size, np.int64)
        held[words] = counts
        starts, ends = self._bag_places[ids], self._bag_places[ids + 1]
        flat = np.concatenate([self._bags[s:e] for s, e in zip(starts, ends, strict=True)])
        pairs = flat.reshape(-1, 2)
        shared = np.minimum(held[pairs[:, 0]], pairs[:, 1])
        begins = np.concatenate(([0], np.cumsum((ends - starts) // 2)[:-1]))
        matched = np.add.reduceat(shared, begins)
        high = np.add.reduceat(np.where(pairs[:, 0] < self._telling, shared, 0), begins)
        able = (high > 0) & (high >= self._high[ids]) & (matched >= self._matched[ids])
        kept = ids[able]
        size = int(counts.sum())
        best, scores = self._scored(kept, matched[able], self._length[kept], size, alike)
        columns = [column.tolist() for column in (*scores, best)]
        return [
            Ranked((Scores(*row[:4]), Scores(*row[4:8])), row[8])
            for row in zip(*columns, strict=True)
        ]

    def _scored(
        self,
        rules: NDArray[Any],
        matched: NDArray[Any],
        length: NDArray[Any],
        size: int,
        near: bool,
    ) -> tuple[NDArray[Any], list[NDArray[Any]]]:
        """The best of these rules that are like enough, best first, and their scores.

        `length` is the rules'. Scores are four columns rounded and four in full (see `Scores`).
        """
        held = matched / length
        alike = matched / (size + length - matched)
        wanted = self._containment[rules]
        able = (wanted == 0) | (held >= wanted)
        if near:
            able &= alike >= RESEMBLANT
        if able.sum() > 2 * MOST:  # far more than will be kept: rank those near the top alone
            floor = np.partition(held[able], -MOST)[-MOST] - 2 * STEP
            able &= (held >= floor) | (alike >= RESEMBLANT - STEP)
        rules, matched, held, alike = rules[able], matched[able], held[able], alike[able]
        both = alike**2
        short = (_round(alike) >= RESEMBLANT, _round(held), _round(both), _round(matched / 20))
        full = (alike >= RESEMBLANT, held, both, matched)
        best = np.lexsort((rules, *full[::-1], *short[::-1]))[::-1][:MOST]
        return rules[best], [column[best] for column in (*short, *full)]

    def _distinct(self, ranked: list[Ranked]) -> list[Ranked]:
        """Of rules for one license that score alike and are as long, the best."""

        def group(item: Ranked) -> tuple[str, Scores, float]:
            return self._expressions[item.rule], item.scores[0], self._length[item.rule]

        def best(item: Ranked) -> tuple[Scores, str]:
            return item.scores[1], self._identifiers[item.rule]

        ranked = sorted(ranked, key=group)
        return [max(members, key=best) for _, members in groupby(ranked, key=group)]

    def _words(self, rule: int) -> frozenset[int]:
        bag = self._bags[self._bag_places[rule] : self._bag_places[rule + 1]]
        return frozenset(int(n) for n in bag[::2])
