"""Every rule that stands in a text word for word: what ScanCode asks of its automaton."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

ALONE = 0xFFFF  # stands for the second token of a rule of one
FEW = 6  # rules left to compare one by one


class Tokens(Protocol):
    """The tokens of all rules: `numbers.view[i]` and `numbers.part(i, j)`; where each begins."""

    numbers: Any
    offsets: Any


class Exact:
    """Finds every rule whose tokens stand in a text without a gap: an automaton's answers.

    Rules are sorted by their tokens, so those that begin alike are neighbors: a place in the text
    narrows a range of them token by token. `starts` tells the range of two first tokens.
    """

    def __init__(
        self, tokens: Tokens, order: Sequence[int], starts: Mapping[int, tuple[int, int]]
    ) -> None:
        self._tokens, self._order, self._starts = tokens, order, starts
        self._heads = np.array(sorted(starts), np.int64)

    def iter(self, text: Sequence[int]) -> Iterator[tuple[int, list[tuple[int, int, int]]]]:
        """(index of the last token, [(rule, 0, index of the rule's last token)]), in order."""
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        words = np.array(text, np.int64) << 16
        for place in self._begins(words | ALONE):
            rule = self._order[self._starts[text[place] << 16 | ALONE][0]]
            found[place].append((1, rule))
        tokens = array("h", text)
        for place in self._begins(words[:-1] | words[1:] >> 16):
            several = self._starts[text[place] << 16 | text[place + 1]]
            for rule, length in self._narrow(tokens, place, *several):
                found[place + length - 1].append((length, rule))
        for end in sorted(found):
            for length, rule in sorted(found[end], reverse=True):
                yield end, [(rule, 0, length - 1)]

    def _begins(self, heads: Any) -> list[int]:
        """Where a text has one of the rules' beginnings."""
        if not self._heads.size or not heads.size:
            return []
        near = np.searchsorted(self._heads, heads)
        near[near == self._heads.size] = 0
        places: list[int] = np.flatnonzero(self._heads[near] == heads).tolist()
        return places

    def _narrow(
        self, text: array[int], place: int, low: int, high: int
    ) -> Iterator[tuple[int, int]]:
        """Rules of a range that stand at a place of the text, with their lengths."""
        order, offsets, numbers = self._order, self._tokens.offsets, self._tokens.numbers
        view, depth, left = numbers.view, 2, len(text) - place
        while high - low > FEW:
            while low < high and offsets[order[low] + 1] - offsets[order[low]] == depth:
                yield order[low], depth
                low += 1
            if depth >= left:
                return
            token = text[place + depth]

            def at(number: int, depth: int = depth) -> int:
                return int(view[offsets[order[number]] + depth])

            first = bisect_left(range(low, high), token, key=at) + low
            high = bisect_left(range(first, high), token + 1, key=at) + first
            low, depth = first, depth + 1
        for number in range(low, high):
            rule = order[number]
            start, end = offsets[rule], offsets[rule + 1]
            length = end - start
            if length <= left and numbers.part(start, end) == text[place : place + length]:
                yield rule, length
