"""The compact rule index: ScanCode's own matching, over mapped files instead of 1.4 GB of objects.

`RuleIndex` stands in for ScanCode's `LicenseIndex`. Its tokens, filters and sequence matcher are
ScanCode's, so the answers are; own code only finds exact rules (`Exact`) and likely ones
(`candidates.py`).
"""

from __future__ import annotations

import marshal
import mmap
import pickle
import sys
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from time import time
from typing import Any

from intbitset import intbitset
from licensedcode import cache
from licensedcode.index import LicenseIndex

from licaudit.licenses.candidates import Likely
from licaudit.licenses.index_build import ALONE, FILES, FORMAT, build
from licaudit.licenses.scancode_names import Names
from licaudit.settings import cache_folder

NEAR, CANDIDATES = 10, 70  # how many rules ScanCode compares word by word
OPEN = 0.5  # share of telling words that exact rules may leave before likeness is asked outright
FEW = 6  # rules left to compare one by one


def index_folder() -> Path:
    """Where the index of the installed ScanCode is kept."""
    return cache_folder("index") / f"{version('scancode-toolkit')}-{FORMAT}"


def open_index(quick: bool = False) -> RuleIndex:
    """The index, made first when this machine has none or a damaged one."""
    try:
        index = _kept()
    except OSError:  # a cache that cannot be written: this run makes its own, and drops it
        with TemporaryDirectory(prefix="licaudit-index-") as folder:
            build(Path(folder) / "index")
            index = RuleIndex(Path(folder) / "index")  # mapped files outlive their names
    # ScanCode's functions ask this variable for names; without it they load everything.
    cache._LICENSE_CACHE = index.names
    index.quick = quick
    return index


def _kept() -> RuleIndex:
    folder = index_folder()
    try:
        return RuleIndex(folder)
    except (OSError, ValueError, EOFError, KeyError, TypeError):
        rmtree(folder, ignore_errors=True)  # damaged: nothing but licaudit writes there
        build(folder)
        return RuleIndex(folder)


class Mapped:
    """A file of numbers, mapped: `view[i]` reads one, `part(i, j)` an array of them."""

    def __init__(self, path: Path, code: str) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._code, self.view = code, memoryview(self._map).cast(code)  # type: ignore[call-overload]

    def part(self, start: int, end: int) -> array[int]:
        """A copy of the numbers from `start` up to `end`."""
        size = self.view.itemsize
        return array(self._code, self._map[start * size : end * size])


class Sequences:
    """Like a list of sequences: the tokens of each rule, read when asked for."""

    def __init__(self, numbers: Mapped, offsets: Mapped) -> None:
        self.numbers, self.offsets = numbers, offsets.view

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, rule: int) -> array[int]:
        return self.numbers.part(self.offsets[rule], self.offsets[rule + 1])


class Records:
    """Like a list of ScanCode's rules: unpickled when asked for, then kept."""

    def __init__(self, folder: Path) -> None:
        with (folder / "records.bin").open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._offsets = Mapped(folder / "records_offsets.bin", "q").view
        self._known: dict[int, Any] = {}

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, rule: int) -> Any:
        known = self._known.get(rule)
        if known is None:
            data = self._map[self._offsets[rule] : self._offsets[rule + 1]]
            known = self._known[rule] = pickle.loads(data)
        return known


class Postings:
    """Like ScanCode's high postings: where each word that tells stands in a rule."""

    def __init__(self, tokens: Sequences, telling: int) -> None:
        self._tokens, self._telling = tokens, telling

    def __getitem__(self, rule: int) -> dict[int, array[int]]:
        found: dict[int, array[int]] = defaultdict(lambda: array("h"))
        for position, token in enumerate(self._tokens[rule]):
            if token < self._telling:
                found[token].append(position)
        return dict(found)


class Exact:
    """Finds every rule whose tokens stand in a text without a gap: an automaton's answers.

    Rules are sorted by their tokens, so those that begin alike are neighbors: a place in the text
    narrows a range of them token by token.
    """

    def __init__(
        self, tokens: Sequences, order: Sequence[int], starts: Mapping[int, tuple[int, int]]
    ) -> None:
        self._tokens, self._order, self._starts = tokens, order, starts

    def iter(self, text: Sequence[int]) -> Iterator[tuple[int, list[tuple[int, int, int]]]]:
        """(index of the last token, [(rule, 0, index of the rule's last token)]), in order."""
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        starts, size, tokens = self._starts, len(text), array("h", text)
        for place in range(size):
            alone = starts.get(text[place] << 16 | ALONE)
            if alone:
                found[place].append((1, self._order[alone[0]]))
            if place + 1 < size:
                several = starts.get(text[place] << 16 | text[place + 1])
                if several:
                    for rule, length in self._narrow(tokens, place, *several):
                        found[place + length - 1].append((length, rule))
        for end in sorted(found):
            for length, rule in sorted(found[end], reverse=True):
                yield end, [(rule, 0, length - 1)]

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


class RuleIndex(LicenseIndex):  # type: ignore[misc]
    """ScanCode's index, its large parts mapped. Read-only and shared by forked processes.

    Its answers are ScanCode's. A `quick` one asks for likeness only where exact rules leave words
    that could be another rule: right for whole trees, where nearly every such question is idle.
    """

    def __init__(self, folder: Path, quick: bool = False) -> None:
        self.quick = quick
        if any(not (folder / name).is_file() for name in FILES):
            raise OSError(f"{folder.name} is incomplete")
        small = marshal.loads((folder / FILES[-1]).read_bytes())
        tokens = Sequences(Mapped(folder / "tokens.bin", "h"), Mapped(folder / "offsets.bin", "q"))
        self.dictionary, self.len_legalese = small["dictionary"], small["len_legalese"]
        self.digit_only_tids = intbitset(small["digits"])
        self.rid_by_hash = small["hashes"]
        self.regular_rids = intbitset(small["regular"])
        self.false_positive_rids = intbitset(small["false_positive"])
        self.tids_by_rid, self.rules_by_rid = tokens, Records(folder)
        self.high_postings_by_rid = Postings(tokens, self.len_legalese)
        self.rules_automaton = Exact(
            tokens, Mapped(folder / "order.bin", "i").view, small["starts"]
        )
        self.names = Names(small["names"], small["symbols"], self)
        self.likely = Likely(folder, self.len_legalese, small["expressions"], small["identifiers"])
        self.optimized, self.all_languages = True, False

    def get_approximate_matches(
        self,
        query: Any,
        matched_qspans: list[Any],
        existing_matches: list[Any],
        deadline: float = sys.maxsize,
        **_: Any,
    ) -> list[Any]:
        """Matches by likeness, as ScanCode goes: near copies of the whole text, then each run."""
        matches: list[Any] = []
        taken = list(matched_qspans)
        whole = query.whole_query_run()
        near = self._likely(whole, NEAR, alike=True)
        if near:
            matches += self.get_query_run_approximate_matches(whole, near, taken, deadline)
            for found in matches:
                query.subtract(found.qspan)
        for run in query.query_runs:
            if time() > deadline:
                break
            # ScanCode ranks first and asks this later; a run without a free word finds nothing.
            if not run.is_matchable(include_low=False, qspans=matched_qspans):
                continue
            if self.quick and not self._open(run, matched_qspans):
                continue
            likely = self._likely(run, CANDIDATES)
            matches += self.get_query_run_approximate_matches(run, likely, matched_qspans, deadline)
        return matches

    def _open(self, run: Any, taken: list[Any]) -> bool:
        """Whether the words that no exact rule explains could be part of another rule at all."""
        held = intbitset.union(*(t._set for t in taken)) if taken else intbitset()
        telling = [p for p, t in run.tokens_with_pos() if t < self.len_legalese]
        free = [t for p, t in run.tokens_with_pos() if p not in held]
        if sum(p not in held for p in telling) > OPEN * len(telling):
            return True
        return bool(self.likely.find(free, 1))

    def _likely(self, run: Any, top: int, alike: bool = False) -> list[tuple[Any, ...]]:
        found = self.likely.find(run.matchable_tokens(), top, alike, self.quick)
        return [(None, rule, self.rules_by_rid[rule], shared) for rule, shared in found]
