"""Trees for collector tests: folders of tests/assets, and trees held in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from licaudit.facts import Gap
from licaudit.sources.local import LocalTree
from licaudit.sources.tree import Entry, ReadError


@dataclass
class MemoryTree:
    """Files by path. Counts the bytes it hands out; refuses what `broken` names."""

    files: dict[str, bytes]
    name: str = "memory"
    kind: str = "local"
    revision: str = "none"
    broken: frozenset[str] = frozenset()
    handed_out: int = field(default=0)

    def entries(self) -> tuple[Entry, ...]:
        return tuple(Entry(path, len(data)) for path, data in sorted(self.files.items()))

    def gaps(self) -> tuple[Gap, ...]:
        return ()

    def read(self, path: str, start: int = 0, length: int | None = None) -> bytes:
        if path in self.broken:
            raise ReadError("unreadable", f"{path}: Permission denied")
        data = self.files[path][start:][: 2_000_000 if length is None else length]
        self.handed_out += len(data)
        return data

    def entry(self, path: str) -> Entry:
        return Entry(path, len(self.files[path]))


@pytest.fixture(scope="session")
def memory() -> Callable[..., MemoryTree]:
    """A tree of the given files; text is written as UTF-8."""

    def build(files: dict[str, str | bytes], **options: object) -> MemoryTree:
        data = {
            path: value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
            for path, value in files.items()
        }
        return MemoryTree(data, **options)  # type: ignore[arg-type]

    return build


@pytest.fixture(scope="session")
def situation(assets: Path) -> Callable[[str], LocalTree]:
    """A folder of tests/assets as a tree."""
    return lambda name: LocalTree(str(assets / name))
