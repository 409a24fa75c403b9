"""Which words two texts do not share, in order. Linear in practice, whatever the texts are.

Words that occur once in both anchor the comparison; between anchors the standard library compares
stretches short enough for its quadratic worst case.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")
_FULL_STOPS = (".", "。", "!", "?")
_TAG = re.compile(r"<[^<>\n]{1,80}>")
_SMALL = 160_000  # product of two lengths that difflib may compare
_JOINED = 2  # equal words between two differences that belong to one run
Block = tuple[int, int, int, int]  # a stretch of the one, a stretch of the other


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, lower case, and where each stands in it."""

    text: str
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    def said(self, start: int, end: int) -> str:
        """Some words as they are written, white space collapsed."""
        if start >= end:
            return ""
        stop = self.spans[end - 1][1]
        stop += self.text[stop : stop + 1] in _FULL_STOPS
        return " ".join(self.text[self.spans[start][0] : stop].split())

    def line(self, index: int) -> int:
        """The line (from 1) of a word; past the last one, that one's."""
        place = self.spans[min(index, len(self.spans) - 1)][0] if self.spans else 0
        return self.text.count("\n", 0, place) + 1


def read_words(text: str) -> Words:
    """All words of a text; a Chinese character is one. Tags are no words."""
    tags = [m.span() for m in _TAG.finditer(text)]
    starts = [a for a, _ in tags]
    words, spans = [], []
    for match in _WORD.finditer(text):
        at = bisect_left(starts, match.start() + 1) - 1
        if at >= 0 and match.start() < tags[at][1]:
            continue
        words.append(unicodedata.normalize("NFKC", match[0]).lower())
        spans.append(match.span())
    return Words(text, tuple(words), tuple(spans))


def differences(here: tuple[str, ...], there: tuple[str, ...]) -> list[Block]:
    """Stretches (from, to in `here`; from, to in `there`) that differ, near ones joined."""
    joined: list[Block] = []
    for block in sorted(_blocks(here, there)):
        last = joined[-1] if joined else None
        if last and block[0] - last[1] <= _JOINED and block[2] - last[3] <= _JOINED:
            joined[-1] = (last[0], block[1], last[2], block[3])
        else:
            joined.append(block)
    return joined


def _blocks(a: tuple[str, ...], b: tuple[str, ...]) -> Iterator[Block]:
    pending = [(0, len(a), 0, len(b))]
    while pending:
        i, k, j, n = pending.pop()
        while i < k and j < n and a[i] == b[j]:
            i, j = i + 1, j + 1
        while i < k and j < n and a[k - 1] == b[n - 1]:
            k, n = k - 1, n - 1
        if i == k and j == n:
            continue
        if i == k or j == n:
            yield i, k, j, n
        elif (k - i) * (n - j) <= _SMALL:
            matcher = SequenceMatcher(None, a[i:k], b[j:n], autojunk=False)
            for tag, p, q, r, s in matcher.get_opcodes():
                if tag != "equal":
                    yield i + p, i + q, j + r, j + s
        else:
            anchors = _anchors(a, b, (i, k, j, n))
            if not anchors:
                yield i, k, j, n
                continue
            for x, y in [*anchors, (k, n)]:
                pending.append((i, x, j, y))
                i, j = x, y


def _anchors(a: tuple[str, ...], b: tuple[str, ...], area: Block) -> list[tuple[int, int]]:
    """Places of words, else of runs of four, that occur once in both stretches, in order."""
    i, k, j, n = area
    for width in (1, 4):
        ours = _unique(a, i, k, width)
        theirs = _unique(b, j, n, width)
        pairs = sorted((ours[w], theirs[w]) for w in ours.keys() & theirs.keys())
        chain = [p for p in _rising(pairs) if p != (i, j)]
        if chain:
            return chain
    return []


def _unique(words: tuple[str, ...], start: int, end: int, width: int) -> dict[tuple[str, ...], int]:
    runs = [words[p : p + width] for p in range(start, end - width + 1)]
    counts = Counter(runs)
    return {run: start + p for p, run in enumerate(runs) if counts[run] == 1}


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain of pairs that rises on both sides."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, (_, y) in enumerate(pairs):
        place = bisect_left(tails, y)
        before.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [y]
        ends[place : place + 1] = [index]
    chain: list[tuple[int, int]] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]
