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


def decode(data: bytes) -> str | None:
    """Text from bytes: UTF-8, UTF-16 with a mark, else GB 18030 or Latin-1; None for rubbish."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
        return text if text.count("\ufffd") <= 1 + len(text) // 1000 else None
    if b"\0" in data[:SAMPLE]:
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and error.reason == "unexpected end of data":
            return data[: error.start].decode("utf-8-sig")  # a range that ends inside a letter
    if _control(data):
        return None
    try:
        return data.decode("gb18030") if _mostly_high(data) else data.decode("latin-1")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _mostly_high(data: bytes) -> bool:
    sample = data[:SAMPLE]
    return sum(b >= 0x80 for b in sample) > len(sample) * 0.2


def _control(data: bytes) -> bool:
    sample = data[:SAMPLE]
    odd = sum(b < 9 or 13 < b < 32 for b in sample)
    return odd > len(sample) * 0.02
