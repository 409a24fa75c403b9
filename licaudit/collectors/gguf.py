"""GGUF headers: license, bases, data and quantization of llama.cpp weights. Tensors stay unread."""

from __future__ import annotations

import struct
from functools import partial
from typing import Any

from licaudit.collectors.gguf_facts import from_header
from licaudit.collectors.ranges import Ranges
from licaudit.collectors.reading import clean
from licaudit.collectors.weights_gaps import must_be_here, trouble
from licaudit.facts import WEIGHTS, Collected, Location
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, ReadError, Tree

MAGIC = b"GGUF"
# Other keys (the tokenizer's) say nothing of licensing: walked over.
WANTED = ("general.", "quantize.imatrix.")
_STRING, _ARRAY = 8, 9
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q"}
_SCALARS[12] = "d"
_MOST_KEYS = 100_000
_MOST_ITEMS = 1_000  # of a wanted array that are kept
_LONGEST = 100_000  # characters of one wanted text
_DEPTH, _MOST_ARRAYS = 8, 110_000  # more than one for each key
_WINDOW = 262_144  # bytes in which the lengths of skipped texts are looked up


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Passages, links and Gaps of one header, whose `LIMITS.walked_header` bytes are read at most.

    A vocabulary of 150,000 words stands in the middle of the header: what follows it counts too.
    """
    found = Collected(scopes=frozenset({(root, WEIGHTS)}))
    header: dict[str, Any] = {}
    file = Ranges(tree, entry, LIMITS.walked_header)
    detail = f"the header is longer than the {LIMITS.walked_header} bytes that are read"
    found += trouble(root, entry, partial(_read, file, header), detail, stops=True)
    return found + from_header(header, tree, root, lambda key: Location(entry.path, key=key))


def _read(file: Ranges, header: dict[str, Any]) -> None:
    """Fill `header` key by key, so that what stands before a broken place is kept."""
    must_be_here(file)
    if file.at(0, min(4, file.size)) != MAGIC:
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
        self._arrays = 0

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
        self._arrays += 1
        if depth > _DEPTH or self._arrays > _MOST_ARRAYS:
            raise ReadError("broken", "its arrays are nested too deeply, or are too many")
        # Every text and every array has a length of 8 bytes.
        form = _SCALARS.get(kind)
        size = struct.calcsize("=" + form) if form else 8
        if self._offset + count * size > self._file.size:
            raise ReadError("broken", f"an array of {count} items does not fit into the file")
        kept = min(count, _MOST_ITEMS) if keep else 0
        items: list[Any] = []
        if form:
            end = self._offset + count * size
            items = [self.scalar(form) for _ in range(kept)]
            self._offset = end
        elif kind == _STRING:
            items = [self.text() for _ in range(kept)]
            self._skip_texts(count - kept)
        else:
            for index in range(count):
                value = self.value(kind, index < kept, depth + 1)
                if index < kept:
                    items.append(value)
        return items

    def _skip_texts(self, count: int) -> None:
        """Step over texts: their lengths are looked up in a window of bytes, not one by one."""
        length_at = struct.Struct(self._order + "Q").unpack_from
        while count:
            room = self._file.size - self._offset
            window = self._file.at(self._offset, min(_WINDOW, max(room, 0)))
            place = done = 0
            try:
                for done in range(count):  # noqa: B007 - how far it came is read below
                    place += 8 + length_at(window, place)[0]
                done = count
            except struct.error:  # the window ends here: nothing in the loop is as fast as this
                pass
            if not place or place > room:
                raise ReadError("broken", "a text does not fit into the file")
            count -= done
            self._offset += place
