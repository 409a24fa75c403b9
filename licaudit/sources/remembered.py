"""A tree that remembers the beginnings of the files it handed out, for those who look again."""

from __future__ import annotations

from licaudit.facts import Gap
from licaudit.settings import LIMITS
from licaudit.sources.about import About
from licaudit.sources.tree import Entry, ReadError, Tree

ROOM = 64_000_000  # bytes remembered in all; past it nothing more is


class Remembered:
    """As the tree it stands before. What a file says now may differ from what was read of it."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.name, self.kind, self.revision = tree.name, tree.kind, tree.revision
        self.about: About | None = getattr(tree, "about", None)
        self._kept: dict[str, bytes] = {}
        self._room = ROOM

    def entries(self) -> tuple[Entry, ...]:
        """As the tree says."""
        return self._tree.entries()

    def gaps(self) -> tuple[Gap, ...]:
        """As the tree says."""
        return self._tree.gaps()

    def read(self, path: str, start: int = 0, length: int | None = None) -> bytes:
        """As the tree answers. Raises ReadError as the tree does."""
        data = self._tree.read(path, start, length)
        before = self._kept.get(path, b"")
        more = len(data) - len(before)
        if start == 0 and 0 < more <= self._room and len(data) <= LIMITS.whole_file:
            self._room -= more
            self._kept[path] = data
        return data

    def beginning(self, path: str) -> bytes | None:
        """What was read of a file from its first byte on; read now when nothing is remembered."""
        kept = self._kept.get(path)
        if kept is not None:
            return kept
        try:
            return self._tree.read(path, 0, LIMITS.license_file)
        except ReadError:
            return None
