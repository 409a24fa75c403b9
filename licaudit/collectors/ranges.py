"""Random access into one large file under a budget: binary headers are read, payloads skipped."""

from __future__ import annotations

import struct

from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, ReadError, Tree

CHUNK = 65_536
_JUMP, _MOST = 8_192, 1_048_576  # read after a jump, where the next one may follow; and at once


class CutShort(Exception):
    """The budget is spent before the end."""


class Ranges:
    """Bytes of one file by offset. Raises ReadError past its end, CutShort past the budget."""

    def __init__(self, tree: Tree, entry: Entry, budget: int = LIMITS.header - CHUNK) -> None:
        self._tree, self._path, self.size = tree, entry.path, entry.size
        self._left = budget
        self._start, self._data = 0, b""
        self._step = CHUNK

    def at(self, offset: int, length: int) -> bytes:
        """Exactly `length` bytes from `offset`."""
        if offset < 0 or length < 0 or offset + length > self.size:
            raise ReadError("broken", f"{length} bytes at {offset} lie outside the file")
        begin = offset - self._start
        if not (begin >= 0 and begin + length <= len(self._data)):
            self._load(offset, length)
            begin = offset - self._start
        data = self._data[begin : begin + length]
        if len(data) < length:
            raise ReadError("broken", "the file ends before its size says")
        return data

    def number(self, offset: int, form: str) -> int:
        """One integer, `form` as in struct."""
        value: int = struct.unpack(form, self.at(offset, struct.calcsize(form)))[0]
        return value

    def _load(self, offset: int, length: int) -> None:
        """Keep what is already here of the wanted range, read the rest of it.

        Who reads on gets more each time; who jumps over payloads gets little.
        """
        kept = b""
        end = self._start + len(self._data)
        if self._data:
            self._step = min(self._step * 2, _MOST) if self._start <= offset <= end else _JUMP
        if self._start <= offset < end:
            kept = self._data[offset - self._start :]
        needed = length - len(kept)
        if needed > self._left:
            raise CutShort
        wanted = min(max(self._step, needed), self.size - offset - len(kept), self._left)
        self._left -= wanted
        self._data = kept + self._tree.read(self._path, offset + len(kept), wanted)
        self._start = offset
