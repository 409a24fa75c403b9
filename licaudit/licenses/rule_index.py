"""The compact rule index: ScanCode's own matching, over mapped files instead of 1.4 GB of objects.

`RuleIndex` stands in for ScanCode's `LicenseIndex`. Its tokens, filters and sequence matcher are
ScanCode's, so the answers are; own code only finds exact rules (`Exact`) and likely ones
(`candidates.py`).
"""

from __future__ import annotations

import marshal
import mmap
import pickle
from array import array
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from intbitset import intbitset
from licensedcode import cache
from licensedcode.index import LicenseIndex, match_blocks_seq
from licensedcode.match import merge_matches
from licensedcode.match_seq import match_sequence
from licensedcode.query import LINES_THRESHOLD
from numpy.typing import NDArray

from licaudit.licenses.candidates import Likely
from licaudit.licenses.exact_rules import Exact
from licaudit.licenses.index_build import FILES, FORMAT, build
from licaudit.licenses.scancode_names import Names
from licaudit.licenses.text_query import TextQuery, TextRun
from licaudit.settings import cache_folder

Likeness = tuple[int, frozenset[int], list[tuple[int, int]]]
LONG_RUN = 10_000  # words; of a longer run only the stretches that matter are aligned with a rule
NEAR, CANDIDATES = 10, 70  # how many rules ScanCode compares word by word


def index_folder() -> Path:
    """Where the index of the installed ScanCode is kept."""
    return cache_folder("index") / f"{version('scancode-toolkit')}-{FORMAT}"


def open_index() -> RuleIndex:
    """The index, made first when this machine has none or a damaged one."""
    try:
        index = _kept()
    except OSError:  # a cache that cannot be written: this run makes its own, and drops it
        with TemporaryDirectory(prefix="licaudit-index-") as folder:
            build(Path(folder) / "index")
            index = RuleIndex(Path(folder) / "index")  # mapped files outlive their names
    # ScanCode's functions ask this variable for names; without it they load everything.
    cache._LICENSE_CACHE = index.names
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
    """Where each word that tells stands in a rule: ScanCode's high postings, made when asked."""

    def __init__(self, tokens: Sequences) -> None:
        self._tokens = tokens

    def of(self, rule: int, words: frozenset[int]) -> dict[int, list[int]]:
        """Word -> its places in a rule, for some words."""
        found: dict[int, list[int]] = defaultdict(list)
        for position, token in enumerate(self._tokens[rule]):
            if token in words:
                found[token].append(position)
        return dict(found)


class RuleIndex(LicenseIndex):  # type: ignore[misc]
    """ScanCode's index, its large parts mapped. Read-only and shared by forked processes.

    Its answers are ScanCode's. A `quick` query asks for likeness only of rules whose pairs of words
    stand close together and reach beyond what exact rules explain: right for whole trees, where
    nearly every such question is idle.
    """

    def __init__(self, folder: Path) -> None:
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
        self.high_postings_by_rid = Postings(tokens)
        self.rules_automaton = Exact(
            tokens, Mapped(folder / "order.bin", "i").view, small["starts"]
        )
        self.names = Names(small["names"], small["symbols"], self)
        self.likely = Likely(folder, self.len_legalese, small["expressions"], small["identifiers"])
        self.optimized, self.all_languages = True, False

    def match(self, query_string: str, **_: Any) -> list[Any]:
        """Matches in a text, as ScanCode finds them in one given to it as a string."""
        query = TextQuery(list(enumerate(query_string.splitlines(), 1)), self, LINES_THRESHOLD)
        return list(self.match_query(query))

    def get_approximate_matches(
        self, query: TextQuery, matched_qspans: list[Any], **_: Any
    ) -> list[Any]:
        """Matches by likeness, as ScanCode goes: near copies of the whole text, then each run.

        `query.late` tells whether time ran out first.
        """
        matches: list[Any] = []
        taken = list(matched_qspans)
        whole = query.whole_query_run()
        near = self._likely(whole, NEAR, alike=True)
        if near:
            matches += self._compared(whole, near, taken)
            for found in matches:
                query.subtract(found.qspan)
        held = intbitset.union(*(t._set for t in matched_qspans)) if matched_qspans else intbitset()
        for run in query.query_runs:
            # ScanCode ranks first and asks this later; a run without a free word finds nothing.
            if not query.speaks(run) or not run.high_matchables - held or run.is_digits_only():
                continue
            likely = self._likely(run, CANDIDATES, exact=matched_qspans if query.quick else None)
            matches += self._compared(run, likely, matched_qspans)
        return matches

    def _compared(self, run: TextRun, likely: list[Likeness], taken: list[Any]) -> list[Any]:
        """Matches of a run with rules, one rule after the other, as long as there is time."""
        found: list[Any] = []
        if not likely or not run.is_matchable(include_low=False, qspans=taken):
            return found
        for rule, shared, stretches in likely:
            postings = self.high_postings_by_rid.of(rule, shared)
            parts = [run] if len(run) < LONG_RUN or not stretches else _parts(run, stretches)
            for part in parts:
                found += self._aligned(part, self.rules_by_rid[rule], postings)
        return list(merge_matches(found))

    def _aligned(self, run: TextRun, rule: Any, postings: dict[int, list[int]]) -> list[Any]:
        """Matches of a run with one rule, again and again behind the last."""
        found: list[Any] = []
        start = 0
        while not run.query.out_of_time():
            new = match_sequence(
                self, rule, run, postings, start_offset=start, match_blocks=match_blocks_seq
            )
            found += new
            end = max((m.qend for m in new), default=run.end)
            if end + 1 >= run.end:
                break
            start = end + 1
        return found

    def _likely(
        self, run: TextRun, top: int, alike: bool = False, exact: list[Any] | None = None
    ) -> list[Likeness]:
        """Rules that a run may resemble; where `exact` matches are given, only such as add to them.

        Each with the telling words both share and, if `exact` is given, the stretches that matter.
        """
        if not run.high_matchables:
            return []
        size = run.end - run.start + 1
        text = np.full(size, -1, np.int32)
        places = np.array(run.matchables.tolist(), np.int64)
        text[places - run.start] = run.query.codes[places]
        found = self.likely.find(text, top, alike)
        if exact is None:
            return [(rule, shared, []) for rule, shared in found]
        close = self.likely.close(found, text, _far(exact, run.start, size))
        return [(rule, shared, stretches) for (rule, shared), stretches in close]


def _parts(run: TextRun, stretches: list[tuple[int, int]]) -> list[TextRun]:
    """The stretches of a run as runs of their own."""
    return [TextRun(run.query, run.start + low, run.start + high) for low, high in stretches]


def _far(exact: list[Any], start: int, size: int) -> NDArray[Any]:
    """For each place of a run, the last place of the longest exact match over it, or one before."""
    far = np.arange(-1, size - 1)
    for span in exact:
        low, high = max(span.start - start, 0), min(span.end - start, size - 1)
        if low <= high and len(span) == span.magnitude():
            far[low : high + 1] = np.maximum(far[low : high + 1], high)
    return far
