"""GGUF headers: license, bases, data and quantization of llama.cpp weights. Tensors stay unread."""

from __future__ import annotations

import struct
from typing import Any

from licaudit.collectors.gguf_facts import from_header
from licaudit.collectors.ranges import CutShort, Ranges
from licaudit.collectors.reading import LFS_MARK, clean, only_gap
from licaudit.facts import WEIGHTS, Collected, Gap, Location
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, ReadError, Tree

MAGIC = b"GGUF"
WANTED = ("general.",)  # other keys (the tokenizer's) say nothing of licensing: walked over
_STRING, _ARRAY = 8, 9
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q"}
_SCALARS[12] = "d"
_MOST_KEYS = 100_000
_MOST_ITEMS = 1_000  # of a wanted array that are kept
_LONGEST = 100_000  # characters of one wanted text
_DEPTH = 8


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Passages, links and Gaps of one header; at most `LIMITS.header` bytes are read."""
    found = Collected(scopes=frozenset({(root, WEIGHTS)}))
    header: dict[str, Any] = {}
    try:
        _read(Ranges(tree, entry), header)
    except CutShort:
        detail = f"the header is longer than the {LIMITS.header} bytes that are read"
        found += _gap(root, entry, "cut_short", detail)
    except ReadError as error:
        found += _gap(root, entry, error.reason, error.detail)
    return found + from_header(header, tree, root, lambda key: Location(entry.path, key=key))


def _gap(root: str, entry: Entry, reason: str, detail: str) -> Collected:
    blocks = reason == "broken"  # a header out of reach says nothing; a broken one hides something
    where = Location(entry.path)
    return only_gap(Gap(root, reason, f"{entry.name}: {detail}", where, WEIGHTS, blocks))


def _read(file: Ranges, header: dict[str, Any]) -> None:
    """Fill `header` key by key, so that what stands before a broken place is kept."""
    start = file.at(0, min(len(LFS_MARK), file.size))
    if start.startswith(LFS_MARK):
        raise ReadError("unreadable", "a Git LFS pointer: the file is not here")
    if not start.startswith(MAGIC):
        raise ReadError("broken", "no GGUF header stands at the start")
    raw = file.number(4, "<I")
    order = "<" if raw & 0xFFFF else ">"
    version = file.number(4, order + "I")
    if version not in (2, 3):
        raise ReadError("broken", f"version {version} of the format is not read")
    count = file.number(16, order + "Q")
    if count > _MOST_KEYS:
        raise ReadError("broken", f"the header claims {count} keys")
    reader = _Reader(file, order, 24)
    for _ in range(count):
        key = reader.text()
        kind = reader.scalar("I")
        value = reader.value(int(kind), key.startswith(WANTED))
        if key in header:
            raise ReadError("broken", f"the key `{key[:80]}` occurs twice")
        if key.startswith(WANTED):
            header[key] = value


class _Reader:
    """A cursor over typed values."""

    def __init__(self, file: Ranges, order: str, offset: int) -> None:
        self._file, self._order, self._offset = file, order, offset

    def scalar(self, form: str) -> Any:
        size = struct.calcsize("=" + form)
        data = self._file.at(self._offset, size)
        self._offset += size
        return struct.unpack(self._order + form, data)[0]

    def text(self, keep: bool = True) -> str:
        length = int(self.scalar("Q"))
        if self._offset + length > self._file.size:
            raise ReadError("broken", f"a text of {length} bytes does not fit into the file")
        kept = min(length, _LONGEST) if keep else 0
        data = self._file.at(self._offset, kept) if kept else b""
        self._offset += length
        return clean(data.decode("utf-8", "replace"))

    def value(self, kind: int, keep: bool, depth: int = 0) -> Any:
        if kind == _STRING:
            return self.text(keep)
        if kind == _ARRAY:
            return self._array(keep, depth)
        if kind not in _SCALARS:
            raise ReadError("broken", f"type {kind} is none of the format's")
        return self.scalar(_SCALARS[kind])

    def _array(self, keep: bool, depth: int) -> list[Any]:
        kind, count = int(self.scalar("I")), int(self.scalar("Q"))
        if depth > _DEPTH:
            raise ReadError("broken", "arrays are nested too deeply")
        if kind in _SCALARS:
            size = struct.calcsize("=" + _SCALARS[kind])
            if self._offset + count * size > self._file.size:
                raise ReadError("broken", f"an array of {count} items does not fit into the file")
            kept = min(count, _MOST_ITEMS) if keep else 0
            end = self._offset + count * size
            values = [self.scalar(_SCALARS[kind]) for _ in range(kept)]
            self._offset = end
            return values
        if self._offset + count * 8 > self._file.size:  # every text and array has a length of 8
            raise ReadError("broken", f"an array of {count} items does not fit into the file")
        items: list[Any] = []
        for index in range(count):
            value = self.value(kind, keep and index < _MOST_ITEMS, depth + 1)
            if keep and index < _MOST_ITEMS:
                items.append(value)
        return items
