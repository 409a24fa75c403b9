"""Where the words of a claim stand, in bytes of the file as it is on the disk.

Readers work on decoded text, where a mark, UTF-16, GB 18030 or CRLF shift every offset. Here the
words are looked up once more in the file itself, from the claim's line on, and a span is given
only if the bytes say what the claim says. Texts out of PDF and its like have none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, islice

from licaudit.facts import Claim, Location
from licaudit.sources.tree import decoded

_NEWLINE = re.compile(r"\r\n|\r|\n")
_WORD = re.compile(r"[^\W_]+")
_TAG = re.compile(r"<[^<>]{0,300}>")
# What may stand between two words of one sentence, and between those of a badge or a table's cell.
# Taken out of both sides before these are compared: as one pattern of words with gaps between them
# this took time without end for a line of quote marks.
_BESIDE = re.compile(r"(?:\s|>|<[^<>]{0,300}>|\\n)+")
_LOOSE = (re.compile(r"(?:%20|\\n|[\W_])+"), re.compile(r"[\W_]+"))
_GAP = 36  # characters, the widest of these
_TRIES = 50  # places with the same words that are looked at
_FAR = 4_000  # characters after the beginning of the claim's line in which its words may begin
_LONG = 8_000  # characters that the words may take up
_MOST_WORDS = 80
_COMPOSED = re.compile(r" \(license_name: .*\)$", re.DOTALL)


@dataclass(frozen=True)
class _File:
    """A file's bytes and text, and where its lines begin in both."""

    data: bytes
    text: str
    codec: str
    mark: int

    @cached_property
    def lines(self) -> list[int]:
        """The character at which each line begins."""
        return [0, *(m.end() for m in _NEWLINE.finditer(self.text))]

    @cached_property
    def starts(self) -> list[int]:
        """The byte at which each line begins, and the length of the whole."""
        ends = [*self.lines[1:], len(self.text)]
        if self.text.isascii() and self.codec in ("utf-8", "latin-1", "gb18030"):
            return [self.mark + n for n in (0, *ends)]
        sizes = (self.size(a, b) for a, b in zip(self.lines, ends, strict=True))
        return [self.mark, *(self.mark + n for n in accumulate(sizes))]

    def size(self, start: int, end: int) -> int:
        """How many bytes some characters take."""
        return len(self.text[start:end].encode(self.codec, "surrogatepass"))

    def byte(self, place: int) -> tuple[int, int]:
        """(byte, line) of a character."""
        line = bisect_right(self.lines, place)
        return self.starts[line - 1] + self.size(self.lines[line - 1], place), line

    @property
    def sound(self) -> bool:
        """Whether the text gives back the very bytes; a cut-off end may be missing."""
        return 0 <= len(self.data) - self.starts[-1] <= 3


def with_spans(claims: Iterable[Claim], read: Callable[[str], bytes | None]) -> list[Claim]:
    """The claims with the bytes their words take up, or without any where nobody can tell.

    `read` gives the beginning of a file of the tree, None for one that is not there.
    """
    files: dict[str, _File | None] = {}
    found = []
    for claim in claims:
        path = claim.location.path
        if path not in files:
            files[path] = _open(read(path))
        file = files[path]
        place = _place(claim, file) if file else None
        bare = replace(claim.location, start=None, length=None)
        found.append(replace(claim, location=place or bare))
    return found


def _open(data: bytes | None) -> _File | None:
    text = decoded(data) if data else None
    if data is None or text is None:
        return None
    file = _File(data, text.text, text.codec, text.mark)
    return file if file.sound else None


def _place(claim: Claim, file: _File) -> Location | None:
    where = claim.location
    if not where.line or where.line > len(file.lines) or not claim.written.strip():
        return None
    if where.end_line:
        return _stretch(claim, file)
    first = file.lines[where.line - 1]
    region = file.text[first : first + _FAR + _LONG]
    words = (w for w in _COMPOSED.sub("", claim.written).split() if w.strip(">"))
    found = _words(region, " ".join(islice(words, _MOST_WORDS)))
    if not found:
        return None
    start, line = file.byte(first + found[0])
    end, _ = file.byte(first + found[1])
    return replace(where, line=line, start=start, length=end - start)


def _words(region: str, words: str) -> tuple[int, int] | None:
    """(start, end) of some words as they stand, else with other blanks, else with other marks."""
    start = region.find(words) if words else -1
    verbatim = (start, start + len(words)) if 0 <= start <= _FAR else None
    if verbatim and not _NEWLINE.search(region, 0, start):
        return verbatim
    for apart, gap in ((_BESIDE, len(region)), *((loose, _GAP) for loose in _LOOSE)):
        found = _Pieces.of(region, apart).find(_Pieces.of(words, apart), gap)
        if found:
            return verbatim if verbatim and verbatim < found else found
    return verbatim


def _stretch(claim: Claim, file: _File) -> Location | None:
    """Whole lines: what a license's text or a notice takes up. They must hold the claim's words."""
    where = claim.location
    first, last = where.line or 1, min(where.end_line or 1, len(file.lines))
    if where.start == 0 and where.length == len(file.data):
        start, end = 0, len(file.data)
    else:
        start, end = file.starts[first - 1], file.starts[last]
    text = file.text[file.lines[first - 1] : (*file.lines, len(file.text))[last]]
    if _squeezed(claim.written) not in _squeezed(text):
        return None
    return replace(where, start=start, length=end - start)


def _squeezed(text: str) -> str:
    return "".join(_WORD.findall(_TAG.sub(" ", text)))


@dataclass(frozen=True)
class _Pieces:
    """A text without what stands between its words: the pieces joined, and where each of them
    begins in the text (`places`) and in what is joined (`marks`)."""

    joined: str
    places: tuple[int, ...]
    marks: tuple[int, ...]

    @staticmethod
    def of(text: str, apart: re.Pattern[str]) -> _Pieces:
        """The pieces between the matches of a pattern."""
        pieces, places, marks = [], [], []
        begin = length = 0
        for end, following in (*(m.span() for m in apart.finditer(text)), (len(text), 0)):
            if end > begin:
                pieces.append(text[begin:end])
                places.append(begin)
                marks.append(length)
                length += end - begin
            begin = following
        return _Pieces("".join(pieces), tuple(places), tuple(marks))

    def find(self, words: _Pieces, gap: int) -> tuple[int, int] | None:
        """(start, end) in the text of the first place that says these words, with gaps between
        them and nowhere else, none wider than `gap`."""
        begin, bounds = -1, frozenset(words.marks)
        for _ in range(_TRIES if words.joined else 0):
            begin = self.joined.find(words.joined, begin + 1)
            if begin < 0:
                return None
            first, start = self._at(begin)
            last, end = self._at(begin + len(words.joined) - 1)
            if start > _FAR:
                return None
            if all(
                self.marks[k] - begin in bounds and self._before(k) <= gap
                for k in range(first + 1, last + 1)
            ):
                return start, end + 1
        return None

    def _at(self, mark: int) -> tuple[int, int]:
        """(piece, place in the text) of a character of what is joined."""
        piece = bisect_right(self.marks, mark) - 1
        return piece, self.places[piece] + mark - self.marks[piece]

    def _before(self, piece: int) -> int:
        """How many characters stand between a piece and the one before."""
        width = self.marks[piece] - self.marks[piece - 1]
        return self.places[piece] - self.places[piece - 1] - width
