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
MOST = 700  # what ScanCode keeps of the first round at most
FIRST_ROUND = 10  # times the wanted number go from the sets into the comparison of bags


# Pairs of neighboring words a candidate must share: of the least it must match, of its length.
PAIRS, PART, MANY = 0.5, 0.15, 12


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

    def find(
        self, text: Iterable[int], top: int, alike: bool = False, quick: bool = False
    ) -> list[tuple[int, frozenset[int]]]:
        """At most `top` rules, best first, each with the telling words shared with the text.

        `text` holds token ids, -1 where a place is taken; `alike` keeps near copies only; `quick`
        leaves out those that share words but hardly two in a row.
        """
        tokens = np.fromiter(text, np.int32)
        tokens = tokens[tokens >= 0]
        if not tokens.size:
            return []
        words, counts = np.unique(tokens, return_counts=True)
        first = self._by_sets(words, alike)
        second = self._by_bags(words, counts, [r.rule for r in first[: top * FIRST_ROUND]], alike)
        best = sorted(self._distinct(second), reverse=True)[:top]
        telling = frozenset(int(w) for w in words[words < self._telling])
        rules = self._in_order(best, tokens) if quick else [r.rule for r in best]
        return [(rule, telling & self._words(rule)) for rule in rules]

    def _in_order(self, ranked: list[Ranked], text: NDArray[Any]) -> list[int]:
        """Those that share pairs of words, not words alone: others align to nothing that counts.

        Of 7,200 candidates in 800 files 18 gave a match, all with far more pairs than these.
        """
        if not ranked:
            return []
        rules = np.array([r.rule for r in ranked])
        starts, ends = self._token_places[rules], self._token_places[rules + 1]
        flat = np.concatenate([self._tokens[s:e] for s, e in zip(starts, ends, strict=True)])
        shared = np.isin(_pairs(flat), np.unique(_pairs(text)))
        begins = np.concatenate(([0], np.cumsum(ends - starts)[:-1]))
        counts = np.add.reduceat(np.append(shared, False), begins)
        length = self._length[rules]
        enough = np.maximum(self._matched[rules] * PAIRS, np.minimum(length * PART, MANY))
        return [int(r) for r in rules[counts >= enough]]

    def _overlap(self, words: NDArray[Any]) -> NDArray[Any]:
        parts = [self._postings[self._places[w] : self._places[w + 1]] for w in words]
        if not parts:
            return np.zeros(self._length.size, np.int64)
        return np.bincount(np.concatenate(parts), minlength=self._length.size)

    def _by_sets(self, words: NDArray[Any], alike: bool) -> list[Ranked]:
        high = self._overlap(words[words < self._telling])
        able = (high > 0) & (high >= self._high_unique)
        if not able.any():
            return []
        matched = high + self._overlap(words[words >= self._telling])
        able &= matched >= self._matched_unique
        rules = np.flatnonzero(able)
        return self._scored(rules, matched[rules], self._length_unique[rules], words.size, alike)

    def _by_bags(
        self, words: NDArray[Any], counts: NDArray[Any], rules: list[int], alike: bool
    ) -> list[Ranked]:
        if not rules:
            return []
        held = np.zeros(self._places.size, np.int64)
        held[words] = counts
        ids = np.array(rules)
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
        return self._scored(kept, matched[able], self._length[kept], size, alike)

    def _scored(
        self,
        rules: NDArray[Any],
        matched: NDArray[Any],
        length: NDArray[Any],
        size: int,
        near: bool,
    ) -> list[Ranked]:
        """The best of these rules that are like enough, best first; `length` is theirs."""
        held = matched / length
        alike = matched / (size + length - matched)
        wanted = self._containment[rules]
        able = (wanted == 0) | (held >= wanted)
        if near:
            able &= alike >= RESEMBLANT
        rules, matched, held, alike = rules[able], matched[able], held[able], alike[able]
        both = alike**2
        short = (_round(alike) >= RESEMBLANT, _round(held), _round(both), _round(matched / 20))
        full = (alike >= RESEMBLANT, held, both, matched)
        best = np.lexsort((rules, *full[::-1], *short[::-1]))[::-1][:MOST]
        columns = [column[best].tolist() for column in (*short, *full, rules)]
        return [
            Ranked((Scores(*row[:4]), Scores(*row[4:8])), row[8])
            for row in zip(*columns, strict=True)
        ]

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
