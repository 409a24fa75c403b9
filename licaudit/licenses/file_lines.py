"""The lines that ScanCode would read from a file of any type, without asking libmagic every time.

libmagic takes milliseconds a file. Of a text it decides three things only: whether it is a picture
written as text, whether its lines are long, and whether it is "data". The first needs a mark in the
beginning, the others a long line; files with neither are texts that are split at line ends. PDFs
are read in a bounded process: pdfminer raises whatever it likes on a broken one, or never ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from licaudit.confined.texts import is_pdf, texts_of

WIDE = (b"\xff\xfe", b"\xfe\xff")  # UTF-16, which ScanCode takes for binary
HEAD = 4096
LONG = re.compile(rb"[^\r\n]{200}")  # ScanCode breaks lines of more characters
PICTURE = re.compile(
    rb"<svg|XPM|_width|^#FIG|^P[1-7]\s|^%PDF|^SplineFont|^RIFF|^%!PS", re.IGNORECASE
)
MAPS = (".js.map", ".css.map")
COMPACT = (".min.js", ".typeface.json")
PDF_PAGES = 5  # as many as ScanCode means to read
MAGIC_READS = 1_000_000  # bytes; libmagic does not know longer JSON for what it is


@dataclass(frozen=True, slots=True)
class Lines:
    """A file's text as numbered lines; several pieces of a long line share a number.

    `own` lines are those of the file itself, not what was read out of it.
    """

    numbered: tuple[tuple[int, str], ...]
    binary: bool = False
    long: bool = False
    own: bool = False


def read_lines(path: Path) -> Lines:
    """The numbered lines of a file; none for what holds no text. Raises OSError, CarrierError."""
    from typecode.contenttype import is_binary

    data = path.read_bytes()
    if data.startswith(WIDE):
        return _numbered(data.decode("utf-16", "replace").splitlines())
    if PICTURE.search(data[:HEAD]) or is_binary(str(path)):
        return _by_type(path, data)
    if path.name.endswith(MAPS):
        return _of_map(path, data)
    lines = _text_lines(path, data)
    if not LONG.search(data):
        return Lines(tuple(enumerate(lines, 1)), own=True)
    return _broken(path, lines)


def _numbered(lines: Iterable[str]) -> Lines:
    return Lines(tuple(enumerate(lines, 1)))


def _text_lines(path: Path, data: bytes) -> list[str]:
    """Lines of a text in UTF-8; each line for itself in Latin-1 where it is not."""
    from textcode.analysis import as_unicode, is_source, remove_verbatim_cr_lf_tab_chars

    clean: Callable[[str], str] = remove_verbatim_cr_lf_tab_chars if is_source(str(path)) else str
    try:
        text = clean(data.decode().replace("\0", " "))
    except UnicodeDecodeError:
        return [clean(as_unicode(line)) for line in data.splitlines()]
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines if lines[-1] else lines[:-1]


def _broken(path: Path, lines: list[str]) -> Lines:
    """A text with long lines: ScanCode breaks them where libmagic calls them long."""
    from textcode.analysis import break_numbered_unicode_text_lines
    from typecode import magic2

    kind = magic2.file_type(str(path)).lower()
    long = "long lines" in kind
    place = str(path)
    wanted = long or kind == "data" or place.endswith(COMPACT) or "locale" in place
    if not wanted or place.endswith("package.json"):
        return Lines(tuple(enumerate(lines, 1)), long=long, own=True)
    pieces = tuple(break_numbered_unicode_text_lines(enumerate(lines, 1)))
    return Lines(pieces, long=long, own=True)


def _of_map(path: Path, data: bytes) -> Lines:
    """The sources that a JavaScript or CSS map carries."""
    from textcode.analysis import js_map_sources_lines

    if len(data) > MAGIC_READS:
        return _by_type(path, data)
    try:
        return _numbered(list(js_map_sources_lines(str(path))))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return _by_type(path, data)  # no map after all


def _by_type(path: Path, data: bytes) -> Lines:
    """The lines as ScanCode reads them; of a PDF, as a process of its own does."""
    import typecode
    from licensedcode.tokenize import query_lines

    try:
        kind: Any = typecode.get_type(str(path))
        # Asked whether it contains text, typecode would parse it here.
        if kind.is_pdf or (kind.is_binary and is_pdf(data)):
            pages, _ = texts_of("pdf", data, PDF_PAGES)
            return Lines(tuple(enumerate("\n".join(pages).splitlines(), 1)), binary=True)
        if not kind.contains_text:
            return Lines(())
        numbered = tuple(query_lines(location=str(path), strip=False))
        return Lines(numbered, bool(kind.is_binary), bool(kind.is_text_with_long_lines))
    finally:
        typecode.contenttype._registry.clear()  # it would remember every file of a tree
