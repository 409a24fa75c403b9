"""The table of contents of a zip archive, and small members of it, under the budget of Ranges."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from licaudit.collectors.ranges import CutShort, Ranges
from licaudit.collectors.reading import clean
from licaudit.sources.tree import ReadError

SIGNATURE = b"PK\x03\x04"
_END, _END64, _LOCATOR64, _ENTRY = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"PK\x01\x02"
_TAIL = 65_557  # the end record with the longest comment
_MOST = 20_000
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 1


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive, as its table of contents tells it."""

    name: str
    size: int
    packed: int
    offset: int
    method: int
    flags: int


def members(file: Ranges) -> list[Member]:
    """All members. Raises ReadError when there is no sound table, CutShort when it is too long."""
    count, size, offset = _table(file)
    if size > file.size or offset + size > file.size:
        raise ReadError("broken", "the archive's table of contents lies outside the file")
    if count > _MOST:
        raise CutShort
    found: list[Member] = []
    place, end = offset, offset + size
    while place + 46 <= end and len(found) < count:
        head = file.at(place, 46)
        if head[:4] != _ENTRY:
            raise ReadError("broken", "the archive's table of contents is damaged")
        flags, method = struct.unpack("<HH", head[8:12])
        packed, plain = struct.unpack("<II", head[20:28])
        lengths = struct.unpack("<HHH", head[28:34])
        start = struct.unpack("<I", head[42:46])[0]
        name = file.at(place + 46, lengths[0]).decode("utf-8", "replace")
        found.append(Member(clean(name), plain, packed, start, method, flags))
        place += 46 + sum(lengths)
    return found


def _table(file: Ranges) -> tuple[int, int, int]:
    """(entries, size, offset) of the table of contents."""
    length = min(_TAIL, file.size)
    tail = file.at(file.size - length, length)
    place = tail.rfind(_END)
    if place < 0 or place + 22 > len(tail):
        raise ReadError("broken", "the archive has no table of contents: it is cut off or no zip")
    count, size, offset = struct.unpack("<HII", tail[place + 10 : place + 20])
    if 0xFFFFFFFF not in (size, offset) and count != 0xFFFF:
        return count, size, offset
    locator = tail[place - 20 : place] if place >= 20 else b""
    if locator[:4] != _LOCATOR64:
        return count, size, offset
    record = file.at(struct.unpack("<Q", locator[8:16])[0], 56)
    if record[:4] != _END64:
        raise ReadError("broken", "the archive's table of contents is damaged")
    large: tuple[int, int, int] = struct.unpack("<QQQ", record[32:56])
    return large


def content(file: Ranges, member: Member, limit: int) -> bytes:
    """One member's bytes. Raises ReadError when it is larger than `limit`, or cannot be had."""
    if member.size > limit or member.packed > limit:
        raise ReadError("cut_short", f"`{member.name[:80]}` is larger than {limit} bytes")
    if member.flags & _ENCRYPTED or member.method not in (_STORED, _DEFLATED):
        raise ReadError("unreadable", f"`{member.name[:80]}` is encrypted or packed unusually")
    head = file.at(member.offset, 30)
    if head[:4] != SIGNATURE:
        raise ReadError("broken", f"`{member.name[:80]}` is not where the archive says")
    start = member.offset + 30 + sum(struct.unpack("<HH", head[26:30]))
    data = file.at(start, member.packed)
    if member.method == _STORED:
        return data
    unpacker = zlib.decompressobj(-15)
    try:
        plain = unpacker.decompress(data, limit + 1)
    except zlib.error as error:
        raise ReadError("broken", f"`{member.name[:80]}` does not unpack: {error}") from error
    if len(plain) > limit:
        raise ReadError("cut_short", f"`{member.name[:80]}` unpacks to more than it says")
    return plain
