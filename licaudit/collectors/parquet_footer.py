"""Parquet footers: the key and value pairs of the file, by Thrift's compact format. No rows."""

from __future__ import annotations

import json
from typing import Any

from licaudit.collectors import roles
from licaudit.collectors.context import Context
from licaudit.collectors.ranges import CutShort, Ranges
from licaudit.collectors.reading import LFS_MARK, clean, joined, only_gap
from licaudit.collectors.said import passage, words
from licaudit.facts import DATA, Collected, Gap, Location
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, ReadError, Tree

_MAGIC, _ENCRYPTED = b"PAR1", b"PARE"
_PAIRS = 5  # FileMetaData.key_value_metadata
_KEYS = ("license", "licence", "licenses", "license_name", "license_link")
_WRAPPED = ("huggingface", "pandas", "info", "dataset_info", "metadata")
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
        pairs = _pairs(Ranges(tree, entry))
    except CutShort:
        detail = f"{entry.name}: a footer of more than {_LARGEST} bytes"
        where = Location(entry.path)
        return only_gap(Gap(artifact, "cut_short", detail, where, scope, blocks=False))
    except ReadError as error:
        detail = f"{entry.name}: {error.detail}"
        where, blocks = Location(entry.path), error.reason == "broken"
        return only_gap(Gap(artifact, error.reason, detail, where, scope, blocks))
    parts = []
    for key, value in _licenses(pairs):
        written, hints = words(value)
        if written:
            found = passage(written, Location(entry.path, key=key), scope, artifact, hints)
            parts.append(Collected(passages=(found,)))
    return joined(parts)


def _pairs(file: Ranges) -> dict[str, str]:
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
    return _Reader(file.at(file.size - 8 - length, length)).pairs()


def _licenses(pairs: dict[str, str]) -> list[tuple[str, Any]]:
    """(key, value) of license keys, and of those inside what libraries keep as JSON."""
    found: list[tuple[str, Any]] = []
    for key, text in pairs.items():
        if key.lower() in _KEYS:
            found.append((key, text))
        elif key in _WRAPPED and any(word in text for word in _KEYS):
            try:
                inner = json.loads(text)
            except (ValueError, RecursionError):
                continue
            found += [(f"{key}.{k}", v) for k, v in _inside(inner)]
    return found


def _inside(data: Any) -> list[tuple[str, Any]]:
    if not isinstance(data, dict):
        return []
    found = [(k, data[k]) for k in _KEYS if data.get(k)]
    for name in _WRAPPED:
        if isinstance(inner := data.get(name), dict):
            found += [(f"{name}.{k}", inner[k]) for k in _KEYS if inner.get(k)]
    return found


class _Reader:
    """A cursor over one struct in Thrift's compact format."""

    def __init__(self, data: bytes) -> None:
        self._data, self._place = data, 0

    def pairs(self) -> dict[str, str]:
        """The key and value pairs of FileMetaData; everything else is walked over."""
        number = 0
        while (kind := (head := self._byte()) & 15) != 0:
            number = number + (head >> 4) if head >> 4 else self._signed()
            if number == _PAIRS and kind == _LIST:
                return self._list_of_pairs()
            self._skip(kind)
        return {}

    def _list_of_pairs(self) -> dict[str, str]:
        found: dict[str, str] = {}
        kind, count = self._list_head()
        if kind != _STRUCT:
            raise ReadError("broken", "the footer's pairs are none")
        for _ in range(count):
            texts: dict[int, str] = {}
            number = 0
            while (inner := (head := self._byte()) & 15) != 0:
                number = number + (head >> 4) if head >> 4 else self._signed()
                if inner == _BINARY:
                    texts[number] = clean(self._bytes()[:_LONGEST].decode("utf-8", "replace"))
                else:
                    self._skip(inner)
            found.setdefault(texts.get(1, ""), texts.get(2, ""))
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
