"""Protobuf's wire format, field by field under a budget: what is not asked for is stepped over."""

from __future__ import annotations

from collections.abc import Iterator

from licaudit.collectors.ranges import CutShort, Ranges
from licaudit.collectors.reading import clean
from licaudit.sources.tree import ReadError

LONGEST = 100_000  # bytes of one text
MOST_FIELDS = 200_000
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
Field = tuple[int, int, int]  # number, offset and length of the content; length -1: no bytes


def fields(file: Ranges, offset: int, end: int, most: int = MOST_FIELDS) -> Iterator[Field]:
    """The fields of one message, in order.

    Raises ReadError on what is no protobuf, CutShort after `most` fields or at the budget's end.
    """
    for _ in range(most):
        if offset >= end:
            return
        tag, offset = varint(file, offset, end)
        number, wire = tag >> 3, tag & 7
        if number == 0 or wire not in (_VARINT, _FIXED64, _BYTES, _FIXED32):
            raise ReadError("broken", "the bytes are no protobuf message")
        if wire == _BYTES:
            length, offset = varint(file, offset, end)
            if length > end - offset:
                raise ReadError("broken", f"a field of {length} bytes does not fit into its place")
            yield number, offset, length
            offset += length
        elif wire == _VARINT:
            _, offset = varint(file, offset, end)
            yield number, offset, -1
        else:
            offset += 8 if wire == _FIXED64 else 4
            yield number, offset, -1
    if offset < end:
        raise CutShort


def varint(file: Ranges, offset: int, end: int) -> tuple[int, int]:
    """(the number at `offset`, the offset behind it). Raises ReadError past its ten bytes."""
    data = file.at(offset, max(0, min(10, end - offset)))
    value = 0
    for index, byte in enumerate(data):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, offset + index + 1
    raise ReadError("broken", "a number of the protobuf message does not end")


def text(file: Ranges, offset: int, length: int) -> str:
    """A string field, as far as `LONGEST` allows."""
    return clean(file.at(offset, min(length, LONGEST)).decode("utf-8", "replace"))


def texts(file: Ranges, offset: int, length: int, wanted: dict[int, str]) -> dict[str, str]:
    """The string fields of one message whose numbers are `wanted`, by the names given there."""
    return {
        wanted[number]: text(file, place, count)
        for number, place, count in fields(file, offset, offset + length)
        if number in wanted and count >= 0
    }


def pair(file: Ranges, offset: int, length: int) -> tuple[str, str]:
    """(key, value) of a map entry, or of ONNX's StringStringEntryProto, which looks the same."""
    said = texts(file, offset, length, {1: "key", 2: "value"})
    return said.get("key", ""), said.get("value", "")
