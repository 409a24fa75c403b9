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
_END_LENGTH = 22  # the end record without a comment
_ZIP64, _IN_EXTRA = 1, 0xFFFFFFFF
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
    count, size, offset, shift = _table(file)
    if size > file.size or offset + size > file.size:
        raise ReadError("broken", "the archive's table of contents lies outside the file")
    if count > _MOST:
        raise CutShort
    found: list[Member] = []
    place, end = offset + shift, offset + shift + size
    while place + 46 <= end and len(found) < count:
        head = file.at(place, 46)
        if head[:4] != _ENTRY:
            raise ReadError("broken", "the archive's table of contents is damaged")
        flags, method = struct.unpack("<HH", head[8:12])
        packed, plain = struct.unpack("<II", head[20:28])
        lengths = struct.unpack("<HHH", head[28:34])
        start = struct.unpack("<I", head[42:46])[0]
        rest = file.at(place + 46, lengths[0] + lengths[1])
        name = clean(rest[: lengths[0]].decode("utf-8", "replace"))
        plain, packed, start = _large(rest[lengths[0] :], plain, packed, start)
        found.append(Member(name, plain, packed, start + shift, method, flags))
        place += 46 + sum(lengths)
    return found


def ends_an_archive(file: Ranges) -> bool:
    """Whether an archive without a comment stands at the end of the file, whatever is before it."""
    return file.size >= _END_LENGTH and file.at(file.size - _END_LENGTH, 4) == _END


def _large(extra: bytes, *values: int) -> list[int]:
    """Size, packed size and offset, those beyond 4 GB from the extra field (zip64)."""
    place, found = 0, list(values)
    while place + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, place)
        place += 4
        if kind == _ZIP64:
            inner = extra[place : place + length]
            for index, value in enumerate(values):
                if value == _IN_EXTRA and len(inner) >= 8:
                    found[index], inner = struct.unpack_from("<Q", inner)[0], inner[8:]
        place += length
    return found


def _table(file: Ranges) -> tuple[int, int, int, int]:
    """(entries, size, offset, shift) of the table of contents.

    `shift` is the length of what stands before the archive, where offsets do not count it.
    """
    length = min(_TAIL, file.size)
    tail = file.at(file.size - length, length)
    place = tail.rfind(_END)
    if place < 0 or place + 22 > len(tail):
        raise ReadError("broken", "the archive has no table of contents: it is cut off or no zip")
    count, size, offset = struct.unpack("<HII", tail[place + 10 : place + 20])
    locator = tail[place - 20 : place] if place >= 20 else b""
    large = _IN_EXTRA in (size, offset) or count == 0xFFFF
    if large and locator[:4] == _LOCATOR64:
        record = file.at(struct.unpack("<Q", locator[8:16])[0], 56)
        if record[:4] != _END64:
            raise ReadError("broken", "the archive's table of contents is damaged")
        return (*struct.unpack("<QQQ", record[32:56]), 0)
    shift = file.size - length + place - size - offset
    return count, size, offset, max(shift, 0) if locator[:4] != _LOCATOR64 else 0


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
