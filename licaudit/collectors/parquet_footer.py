"""Parquet footers: pairs and column names of the file, by Thrift's compact format. No rows."""

from __future__ import annotations

from licaudit.collectors import data_columns, roles
from licaudit.collectors.context import Context
from licaudit.collectors.ranges import CutShort, Ranges
from licaudit.collectors.reading import LFS_MARK, clean, only_gap
from licaudit.facts import DATA, Collected, Gap, Location
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, ReadError, Tree

_MAGIC, _ENCRYPTED = b"PAR1", b"PARE"
_SCHEMA, _PAIRS = 2, 5  # FileMetaData.schema and .key_value_metadata
_NAME = 4  # SchemaElement.name
_LARGEST = LIMITS.header // 2
_LONGEST = 100_000
_DEPTH = 12
# Types of the compact format.
_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 12
_INTEGERS = (4, 5, 6)


def collect(tree: Tree, entry: Entry, context: Context) -> Collected:
    """A passage per license that the footer names; a footer out of reach is a Gap."""
    artifact, _, folder = context.owner(entry.folder)
    scope = roles.nested(DATA, folder)
    try:
        pairs, named = _footer(Ranges(tree, entry))
    except CutShort:
        detail = f"{entry.name}: a footer of more than {_LARGEST} bytes"
        where = Location(entry.path)
        return only_gap(Gap(artifact, "cut_short", detail, where, scope, blocks=False))
    except ReadError as error:
        detail = f"{entry.name}: {error.detail}"
        where, blocks = Location(entry.path), error.reason == "broken"
        return only_gap(Gap(artifact, error.reason, detail, where, scope, blocks))
    found = data_columns.from_pairs(pairs, entry, artifact, scope)
    return found + data_columns.from_columns(tree, named, entry, artifact)


def columns(file: Ranges) -> list[str]:
    """The names of the columns. Raises ReadError, CutShort."""
    return _footer(file)[1]


def _footer(file: Ranges) -> tuple[dict[str, str], list[str]]:
    """(key and value pairs, names of columns). Raises ReadError, CutShort."""
    if file.at(0, min(len(LFS_MARK), file.size)).startswith(LFS_MARK):
        raise ReadError("unreadable", "a Git LFS pointer: the file is not here")
    end = file.at(file.size - 8, 8)
    if end[4:] == _ENCRYPTED:
        raise ReadError("unreadable", "its footer is encrypted")
    length = int.from_bytes(end[:4], "little")
    if end[4:] != _MAGIC or length > file.size - 12:
        raise ReadError("broken", "no parquet footer stands at the end")
    if length > _LARGEST:
        raise CutShort
    return _Reader(file.at(file.size - 8 - length, length)).metadata()


class _Reader:
    """A cursor over one struct in Thrift's compact format."""

    def __init__(self, data: bytes) -> None:
        self._data, self._place = data, 0

    def metadata(self) -> tuple[dict[str, str], list[str]]:
        """Pairs and names of columns of FileMetaData; everything else is walked over."""
        number = 0
        pairs: dict[str, str] = {}
        columns: list[str] | None = None
        while (kind := (head := self._byte()) & 15) != 0:
            number = number + (head >> 4) if head >> 4 else self._signed()
            if number == _PAIRS and kind == _LIST:
                # The first pair of a key counts, as everywhere.
                for texts in self._structs():
                    pairs.setdefault(texts.get(1, ""), texts.get(2, ""))
                break
            if number == _SCHEMA and kind == _LIST:
                columns = [texts.get(_NAME, "") for texts in self._structs()][1:]
                continue
            self._skip(kind)
        if columns is None:  # every footer has a schema: another one's length was told
            raise ReadError("broken", "the footer tells no schema")
        return pairs, columns

    def _structs(self) -> list[dict[int, str]]:
        """The text fields, by their numbers, of each structure of a list."""
        found: list[dict[int, str]] = []
        kind, count = self._list_head()
        if kind != _STRUCT:
            raise ReadError("broken", "the footer's list holds no structures")
        for _ in range(count):
            texts: dict[int, str] = {}
            number = 0
            while (inner := (head := self._byte()) & 15) != 0:
                number = number + (head >> 4) if head >> 4 else self._signed()
                if inner == _BINARY:
                    texts[number] = clean(self._bytes()[:_LONGEST].decode("utf-8", "replace"))
                else:
                    self._skip(inner)
            found.append(texts)
        return found

    def _skip(self, kind: int, depth: int = 0) -> None:
        if depth > _DEPTH:
            raise ReadError("broken", "the footer is nested too deeply")
        if kind in _INTEGERS:
            self._varint()
        elif kind in (_BYTE, _DOUBLE):
            self._place += 1 if kind == _BYTE else 8
        elif kind == _BINARY:
            self._bytes()
        elif kind in (_LIST, _SET):
            inner, count = self._list_head()
            for _ in range(count):
                self._skip(_BYTE if inner in (_TRUE, _FALSE) else inner, depth + 1)
        elif kind == _STRUCT:
            while (inner := (head := self._byte()) & 15) != 0:
                if not head >> 4:
                    self._signed()
                self._skip(inner, depth + 1)
        elif kind not in (_TRUE, _FALSE):
            raise ReadError("broken", "the footer is damaged")

    def _list_head(self) -> tuple[int, int]:
        head = self._byte()
        count = head >> 4 if head >> 4 != 15 else self._varint()
        if count > len(self._data) - self._place:  # an item takes a byte at least
            raise ReadError("broken", f"a list of {count} items does not fit into the footer")
        return head & 15, count

    def _bytes(self) -> bytes:
        length = self._varint()
        if length > len(self._data) - self._place:
            raise ReadError("broken", f"{length} bytes do not fit into the footer")
        self._place += length
        return self._data[self._place - length : self._place]

    def _byte(self) -> int:
        if not 0 <= self._place < len(self._data):
            raise ReadError("broken", "the footer ends in the middle")
        self._place += 1
        return self._data[self._place - 1]

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > 63:
                raise ReadError("broken", "a number of the footer does not end")

    def _signed(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)
