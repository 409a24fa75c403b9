"""Answers kept between runs: by content, engine and knowledge; and by a file's stat alone.

One SQLite file holds them, so parallel runs and a kill at any moment leave it whole. A cache that
cannot be opened, written or read is no error: the answers are worked out again.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from os import fsencode, stat_result
from pathlib import Path

from licaudit.settings import cache_folder

FRESH = 2_000_000_000  # nanoseconds: a file changed this lately may change again unseen
_TABLES = (
    "CREATE TABLE IF NOT EXISTS answers (digest BLOB PRIMARY KEY, answer TEXT) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS seen (path BLOB PRIMARY KEY, mark TEXT, digest BLOB) WITHOUT ROWID",
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is to be kept of one file: where, its stat's mark, its content's digest, its answer."""

    path: str
    mark: str
    digest: bytes
    answer: str


def mark(stat: stat_result) -> str | None:
    """What tells a changed file by its stat; None while it is too fresh to tell."""
    if time.time_ns() - stat.st_mtime_ns < FRESH:
        return None
    return f"{stat.st_size}:{stat.st_mtime_ns}:{stat.st_ctime_ns}:{stat.st_ino}"


class ResultsCache:
    """The answers of one version of engine and knowledge."""

    def __init__(self, version: str, folder: Path | None = None) -> None:
        self._database: sqlite3.Connection | None = None
        try:
            path = (folder or cache_folder("results")) / f"{version}.sqlite"
            self._database = _open(path)
        except (OSError, sqlite3.Error):
            return

    def answer_at(self, path: str, seen: str | None) -> str | None:
        """The answer for a file whose stat is what it was; None when it must be read."""
        if self._database is None or seen is None:
            return None
        with suppress(sqlite3.Error):
            row = self._database.execute(
                "SELECT answer FROM seen JOIN answers USING (digest) WHERE path = ? AND mark = ?",
                (fsencode(path), seen),
            ).fetchone()
            return str(row[0]) if row else None
        return None

    def answer_for(self, digest: bytes) -> str | None:
        """The answer for a content."""
        if self._database is None:
            return None
        with suppress(sqlite3.Error):
            row = self._database.execute(
                "SELECT answer FROM answers WHERE digest = ?", (digest,)
            ).fetchone()
            return str(row[0]) if row else None
        return None

    def keep(self, items: Iterable[Kept]) -> None:
        """Keep answers; all or none of them, and none when the disk is full or read-only."""
        if self._database is None:
            return
        rows = list(items)
        with suppress(sqlite3.Error), self._database:
            self._database.executemany(
                "INSERT OR REPLACE INTO answers VALUES (?, ?)", [(k.digest, k.answer) for k in rows]
            )
            self._database.executemany(
                "INSERT OR REPLACE INTO seen VALUES (?, ?, ?)",
                [(fsencode(k.path), k.mark, k.digest) for k in rows if k.mark],
            )

    def close(self) -> None:
        """Let go of the file."""
        if self._database is not None:
            self._database.close()
            self._database = None


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _connected(path)
    except sqlite3.DatabaseError:
        path.unlink(missing_ok=True)  # damaged: nothing in it cannot be worked out again
        return _connected(path)


def _connected(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=5, check_same_thread=False)
    for table in _TABLES:
        database.execute(table)
    database.execute("SELECT count(*) FROM seen").fetchone()
    return database
