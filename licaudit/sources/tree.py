"""Tree: a readable snapshot of one repository, pinned to a revision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from licaudit.facts import Gap

SAMPLE = 8192  # bytes that tell text from rubbish


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: its path with `/` from the root, and its size in bytes.

    `digest` is the one its hub lists (`sha256:...`, or `git:...` for a blob's id), unread.
    """

    path: str
    size: int
    digest: str | None = None

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def folder(self) -> str:
        """The path of the folder that holds it, `` for the root."""
        return self.path.rsplit("/", 1)[0] if "/" in self.path else ""


class Tree(Protocol):
    """What every source hands out. Reading never follows a path out of the tree."""

    @property
    def name(self) -> str:
        """What people call the repository."""

    @property
    def kind(self) -> str:
        """The kind of source: `local`, `huggingface`, ..."""

    @property
    def revision(self) -> str:
        """What pins the snapshot."""

    def entries(self) -> tuple[Entry, ...]:
        """All files, sorted by path."""

    def gaps(self) -> tuple[Gap, ...]:
        """What could not be listed."""

    def read(self, path: str, start: int = 0, length: int | None = None) -> bytes:
        """Bytes of one file from `start`. Raises ReadError when they cannot be had."""


class ReadError(Exception):
    """One file cannot be read; the collector turns it into a Gap. `reason` is a Gap reason."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason, self.detail = reason, detail
        super().__init__(f"{reason}: {detail}")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the codec that gives its bytes again, and the length of the mark before them."""

    text: str
    codec: str
    mark: int = 0


def decode(data: bytes) -> str | None:
    """Text from bytes, as `decoded` reads it; None for rubbish."""
    found = decoded(data)
    return found.text if found else None


def decoded(data: bytes) -> Decoded | None:
    """UTF-8, UTF-16 with or without a mark, else GB 18030 or Latin-1; None for rubbish."""
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            text = data[2:].decode(codec, errors="replace")
            few = text.count("\ufffd") <= 1 + len(text) // 1000
            return Decoded(text, codec, 2) if few and "\0" not in text else None
    if b"\0" in data[:SAMPLE]:
        return _unmarked(data)
    mark_length = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    try:
        return Decoded(data.decode("utf-8-sig"), "utf-8", mark_length)
    except UnicodeDecodeError as error:
        # A range that ends inside a letter. The decoder counts from the end of the mark.
        if error.end >= len(data) - mark_length and error.reason == "unexpected end of data":
            whole = data[mark_length : mark_length + error.start]
            return Decoded(whole.decode("utf-8"), "utf-8", mark_length)
    if _control(data):
        return None
    try:
        if _mostly_high(data):
            return Decoded(data.decode("gb18030"), "gb18030")
    except UnicodeDecodeError:
        pass
    return Decoded(data.decode("latin-1"), "latin-1")


def _unmarked(data: bytes) -> Decoded | None:
    """UTF-16 whose mark is missing: every other byte of Latin letters is null, and only those."""
    sample = data[: SAMPLE // 2 * 2]
    nulls = (sample[0::2].count(0), sample[1::2].count(0))
    if len(sample) < 8 or max(nulls) * 4 < len(sample) // 2 or min(nulls):
        return None
    codec = "utf-16-be" if nulls[0] else "utf-16-le"
    text = data[: len(data) // 2 * 2].decode(codec, errors="replace")
    odd = sum(c < " " and c not in "\t\r\n\f" for c in text) + text.count("\ufffd")
    return Decoded(text, codec) if odd <= 1 else None


def _mostly_high(data: bytes) -> bool:
    sample = data[:SAMPLE]
    return sum(b >= 0x80 for b in sample) > len(sample) * 0.2


def _control(data: bytes) -> bool:
    sample = data[:SAMPLE]
    odd = sum(b < 9 or 13 < b < 32 for b in sample)
    return odd > len(sample) * 0.02
