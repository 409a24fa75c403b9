"""License texts in word processors' files (DOCX, ODT): zipped XML, read within limits.

The archive is opened by the standard library; of its XML only paragraphs and their words are taken,
so that no library for writing documents is needed.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from xml.parsers import expat

from licaudit.collectors.carrier import Carried, carried
from licaudit.confined.texts import CarrierError

_MOST_XML = 8_000_000  # bytes unpacked, all parts together
_MOST_DEPTH = 200
_PARTS = ("document.xml", "footnotes.xml", "endnotes.xml", "header", "footer")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf")


@dataclass(frozen=True, slots=True)
class _Markup:
    """Names of the elements that matter: paragraphs, words in them, white space, and left out."""

    paragraphs: frozenset[str]
    words: frozenset[str]  # empty: every word inside a paragraph counts
    blanks: frozenset[str]
    skipped: frozenset[str]


_WORD = _Markup(
    frozenset({"p"}), frozenset({"t"}), frozenset({"tab", "br", "cr"}), frozenset({"Fallback"})
)
_OPEN = _Markup(
    frozenset({"p", "h"}),
    frozenset(),
    frozenset({"s", "tab", "line-break"}),
    frozenset({"tracked-changes", "annotation"}),
)


def read_docx(data: bytes) -> Carried:
    """The paragraphs of a DOCX file, foot notes and page heads included. Raises CarrierError."""
    return _read(data, "DOCX", _WORD, _word_parts)


def read_odt(data: bytes) -> Carried:
    """The paragraphs of an ODT file, heads and feet of its pages included. Raises CarrierError."""
    return _read(data, "ODT", _OPEN, lambda n: [p for p in ("content.xml", "styles.xml") if p in n])


def _word_parts(names: list[str]) -> list[str]:
    inner = [n.removeprefix("word/") for n in names if n.startswith("word/")]
    return [
        f"word/{n}" for part in _PARTS for n in sorted(inner) if "/" not in n and n.startswith(part)
    ]


def _read(data: bytes, kind: str, markup: _Markup, parts_of: object) -> Carried:
    broken = CarrierError("broken", f"the {kind} file is damaged and cannot be read")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            parts = parts_of(names)  # type: ignore[operator]
            found, cut = _unpacked(archive, parts)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError) as error:
        raise broken from error
    except (RuntimeError, NotImplementedError) as error:
        raise CarrierError("encrypted", f"the {kind} file is locked or packed strangely") from error
    if cut:
        detail = f"the {kind} file unpacks to more than {_MOST_XML} bytes; it was not read"
        raise CarrierError("cut_short", detail)
    paragraphs: list[str] = []
    for xml in found:
        try:
            paragraphs += _paragraphs(xml, markup)
        except expat.ExpatError as error:
            raise broken from error
    if not "".join(paragraphs).strip() and any(n.lower().endswith(_PICTURES) for n in names):
        detail = f"the {kind} file holds pictures and no words"
        raise CarrierError("picture_of_text", detail)
    return carried([(text, n) for n, text in enumerate(paragraphs, 1)], "paragraph")


def _unpacked(archive: zipfile.ZipFile, parts: list[str]) -> tuple[list[bytes], bool]:
    """The bytes of some members, and whether they are more than is read."""
    found: list[bytes] = []
    room = _MOST_XML
    for name in parts:
        with archive.open(name) as member:
            found.append(member.read(room + 1))
        room -= len(found[-1])
        if room < 0:
            return [], True
    return found, False


class _Reader:
    """Takes paragraphs out of a stream of XML events."""

    def __init__(self, markup: _Markup) -> None:
        self._markup = markup
        self._open: list[str] = []
        self._skipping = 0
        self._inside: list[list[str]] = []  # the words of each open paragraph; a text box nests
        self.paragraphs: list[str] = []

    def start(self, name: str, _: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        self._open.append(name)
        if len(self._open) > _MOST_DEPTH:
            raise CarrierError("cut_short", "the document is nested too deeply to be read")
        if self._skipping or name in self._markup.skipped:
            self._skipping += 1
        elif name in self._markup.paragraphs:
            self._inside.append([])
        elif name in self._markup.blanks and self._inside:
            self._inside[-1].append(" ")

    def end(self, _: str) -> None:
        name = self._open.pop()
        if self._skipping:
            self._skipping -= 1
        elif name in self._markup.paragraphs:
            self.paragraphs.append("".join(self._inside.pop()).replace("\n", " "))

    def said(self, data: str) -> None:
        if self._skipping or not self._inside:
            return
        if not self._markup.words or (self._open and self._open[-1] in self._markup.words):
            self._inside[-1].append(data)


def _paragraphs(xml: bytes, markup: _Markup) -> list[str]:
    reader = _Reader(markup)
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.said
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.Parse(xml, True)
    return reader.paragraphs


def _refuse(*_: object) -> None:
    raise CarrierError("broken", "the document declares entities of its own, which are not read")
