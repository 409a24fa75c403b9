"""The attributes of an HDF5 file's top group, by the published format, under the budget of Ranges.

pyfive would read them too, but brings 36 MB of codecs for data that is never read here, and sets no
bounds to what a hostile file makes it do.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from licaudit.collectors.ranges import CutShort, Ranges
from licaudit.collectors.reading import clean
from licaudit.sources.tree import ReadError

SIGNATURE = b"\x89HDF\r\n\x1a\n"
UNREAD = "\0"  # the key that says: attributes lie in a heap
LONGEST = 200_000  # bytes of one text
_NOWHERE = 0xFFFFFFFFFFFFFFFF
_ATTRIBUTE, _CONTINUATION, _ATTRIBUTE_INFO = 0x0C, 0x10, 0x15
_FIXED, _VARIABLE = 3, 9  # classes of datatypes: strings of one length, strings in a heap
_MOST_MESSAGES, _MOST_BLOCKS = 5_000, 64
_FOLLOWS_CREATION, _PHASES, _TIMES = 0x04, 0x10, 0x20  # flags of a header of version 2
Message = tuple[int, int, int]  # type, offset and length of its body


def attributes(file: Ranges, said: dict[str, str]) -> None:
    """Fill `said` with the text attributes. Raises ReadError, and CutShort at the budget's end."""
    start = _top(file)
    for kind, offset, length in _messages(file, start):
        if kind == _ATTRIBUTE:
            name, value = _attribute(file, offset, length)
            if name in said:
                raise ReadError("broken", f"the attribute `{name[:80]}` occurs twice")
            if value is not None:
                said[name] = value
        elif kind == _ATTRIBUTE_INFO and _in_heap(file, offset):
            said[UNREAD] = "yes"


def _top(file: Ranges) -> int:
    """The address of the top group's object header."""
    if file.size < 48 or file.at(0, 8) != SIGNATURE:
        raise ReadError("broken", "no HDF5 file: its mark is missing")
    version = file.at(8, 1)[0]
    if version in (0, 1):
        sizes, place = file.at(13, 2), 24 if version == 0 else 28
        address = place + 4 * 8 + 8  # four addresses, then the name of the top group's entry
    elif version in (2, 3):
        sizes, address = file.at(9, 2), 12 + 3 * 8
    else:
        raise ReadError("unreadable", f"version {version} of the format is not read")
    if sizes != b"\x08\x08":
        raise ReadError("unreadable", "addresses of another size than 8 bytes are not read")
    return file.number(address, "<Q")


def _messages(file: Ranges, start: int) -> Iterator[Message]:
    """The messages of one object header, those of its continuations included."""
    version2 = file.at(start, 4) == b"OHDR"
    blocks, tracked = [_first_2(file, start)] if version2 else [_first_1(file, start)], 0
    if version2:
        tracked = 2 if file.at(start + 5, 1)[0] & _FOLLOWS_CREATION else 0
    seen = 0
    for number, (begin, end) in enumerate(blocks):
        if number >= _MOST_BLOCKS:
            raise CutShort
        place = begin
        while place + (4 + tracked if version2 else 8) <= end:
            seen += 1
            if seen > _MOST_MESSAGES:
                raise CutShort
            if version2:
                kind, length = struct.unpack("<BH", file.at(place, 3))
                body = place + 4 + tracked
            else:
                kind, length = struct.unpack("<HH", file.at(place, 4))
                body = place + 8
            if body + length > end:
                raise ReadError("broken", "a message does not fit into the object header")
            if kind == _CONTINUATION:
                blocks.append(_next(file, body, version2))
            else:
                yield kind, body, length
            place = body + length


def _first_1(file: Ranges, start: int) -> tuple[int, int]:
    if file.at(start, 1) != b"\x01":
        raise ReadError("broken", "no object header stands where the top group should")
    return start + 16, start + 16 + file.number(start + 8, "<I")


def _first_2(file: Ranges, start: int) -> tuple[int, int]:
    flags = file.at(start + 5, 1)[0]
    place = start + 6 + (16 if flags & _TIMES else 0) + (4 if flags & _PHASES else 0)
    width = 1 << (flags & 3)
    size = int.from_bytes(file.at(place, width), "little")
    return place + width, place + width + size


def _next(file: Ranges, body: int, version2: bool) -> tuple[int, int]:
    """A continuation's messages: version 2 puts a mark before and a checksum behind them."""
    address, length = file.number(body, "<Q"), file.number(body + 8, "<Q")
    if address + length > file.size:
        raise ReadError("broken", "a continuation of the object header lies outside the file")
    return (address + 4, address + length - 4) if version2 else (address, address + length)


def _in_heap(file: Ranges, offset: int) -> bool:
    """Whether more attributes lie in a fractal heap (many of them, or large ones)."""
    flags = file.at(offset + 1, 1)[0]
    return file.number(offset + 2 + (2 if flags & 1 else 0), "<Q") != _NOWHERE


def _attribute(file: Ranges, offset: int, length: int) -> tuple[str, str | None]:
    """(name, text) of one attribute; None for a value that is no single text."""
    version = file.at(offset, 1)[0]
    if version not in (1, 2, 3):
        raise ReadError("broken", f"an attribute of version {version}")
    name_size, type_size, space_size = struct.unpack("<HHH", file.at(offset + 2, 6))
    place = offset + (9 if version == 3 else 8)
    name = file.at(place, name_size).split(b"\0")[0].decode("utf-8", "replace")

    def padded(size: int) -> int:
        return (size + 7) // 8 * 8 if version == 1 else size

    kind_at = place + padded(name_size)
    space_at = kind_at + padded(type_size)
    value_at = space_at + padded(space_size)
    if value_at > offset + length:
        raise ReadError("broken", f"the attribute `{clean(name)[:80]}` does not fit into its place")
    if file.at(space_at + 1, 1)[0]:  # dimensions: a list of values, such as names of layers
        return clean(name), None
    kind = file.at(kind_at, 1)[0] & 0x0F
    size = file.number(kind_at + 4, "<I")
    if kind == _FIXED:
        if value_at + size > offset + length:
            raise ReadError("broken", f"a text of {size} bytes does not fit into its attribute")
        data = file.at(value_at, min(size, LONGEST)).rstrip(b"\0 ")
        return clean(name), clean(data.decode("utf-8", "replace"))
    if kind == _VARIABLE and file.at(kind_at + 1, 1)[0] & 0x0F == 1:
        return clean(name), _from_heap(file, value_at)
    return clean(name), None


def _from_heap(file: Ranges, place: int) -> str | None:
    """A text of variable length: its size, the address of a collection, its number in there."""
    size, address, wanted = struct.unpack("<IQI", file.at(place, 16))
    if not wanted or address in (0, _NOWHERE):
        return "" if not size else None
    if file.at(address, 4) != b"GCOL":
        raise ReadError("broken", "a text is not where its attribute says")
    end = address + file.number(address + 8, "<Q")
    here = address + 16
    for _ in range(_MOST_MESSAGES):
        if here + 16 > end:
            break
        index, length = file.number(here, "<H"), file.number(here + 8, "<Q")
        if index == wanted:
            data = file.at(here + 16, min(size, length, LONGEST))
            return clean(data.decode("utf-8", "replace").rstrip("\0"))
        if index == 0:
            break
        here += 16 + (length + 7) // 8 * 8
    raise ReadError("broken", "a text is not where its attribute says")
