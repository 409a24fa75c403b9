"""A few processes that match files; they are forked from one that has loaded the index."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType

from licaudit.licenses.file_match import Matched, match_file, open_clues, open_rules

FEW = 40  # files for which starting processes does not pay
BATCH = 8  # files handed over at once
DIED = "was not matched: a helper process died, perhaps for want of memory"


class Workers:
    """Matches files in order; processes are started when first there are enough files."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs if "fork" in multiprocessing.get_all_start_methods() else 1
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def match(self, paths: Sequence[str]) -> Iterator[Matched]:
        """What each file says. A file whose process dies has a gap, as have those given with it."""
        if self._jobs < 2 or len(paths) < FEW:
            yield from map(match_file, paths)
            return
        done = 0
        try:
            for found in self._open().map(match_file, paths, chunksize=BATCH):
                done += 1
                yield found
        except BrokenProcessPool:
            self._close()
            yield from (Matched(None, DIED) for _ in paths[done : done + BATCH])
            yield from self.match(paths[done + BATCH :])

    def _open(self) -> ProcessPoolExecutor:
        if self._pool is None:
            open_rules()  # loaded before the fork, and shared
            open_clues()
            fork = multiprocessing.get_context("fork")
            self._pool = ProcessPoolExecutor(self._jobs, mp_context=fork)
        return self._pool

    def _close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)  # waits: their time is counted
            self._pool = None
