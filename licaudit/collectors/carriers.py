"""Which format a license file really is, by its first bytes, and the text that it carries."""

from __future__ import annotations

from collections.abc import Callable

from licaudit.collectors.carrier import MOST_BYTES, Carried
from licaudit.collectors.html_text import looks_like_html, read_html
from licaudit.collectors.office_text import read_docx, read_odt
from licaudit.collectors.pdf_text import read_pdf, read_rtf
from licaudit.collectors.reading import LFS_MARK
from licaudit.confined.texts import CarrierError, is_pdf
from licaudit.facts import Location
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, ReadError, Tree, decode

PICTURES = ("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp", "heic", "avif", "svg")
_PICTURE_MARKS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_PAGES = ("html", "htm", "xhtml", "xht")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Read = Callable[[bytes], Carried]


def read_file(tree: Tree, entry: Entry) -> tuple[bytes, Carried | None]:
    """The bytes, and the text where another format carries it. Raises ReadError, CarrierError."""
    data = tree.read(entry.path, 0, min(entry.size, LIMITS.license_file) or None)
    reader = reader_of(entry.name, data)
    if entry.size > (MOST_BYTES if reader else LIMITS.license_file):
        detail = f"{entry.size} bytes: larger than any license; not read whole"
        raise CarrierError("cut_short", detail)
    if reader is None:
        return data, None
    if entry.size > len(data):
        data = tree.read(entry.path, 0, entry.size)
    return data, reader(data)


def beginning(tree: Tree, entry: Entry) -> bytes:
    """The first whole lines of a plain text that is too long; nothing of any other format."""
    try:
        data = tree.read(entry.path, 0, LIMITS.license_file)
        if reader_of(entry.name, data) is not None:
            return b""
    except (ReadError, CarrierError):
        return b""
    return data[: data.rfind(b"\n") + 1] or data


def decoded(data: bytes) -> str | None:
    """The text with one kind of line ends; lines count the same whoever wrote the file."""
    text = decode(data)
    return None if text is None else text.replace("\r\n", "\n").replace("\r", "\n")


def location(entry: Entry, data: bytes, text: str, found: Carried | None) -> Location:
    """The whole file; of a carrier its first page or paragraph, and no bytes."""
    if found is None:
        return Location(entry.path, 1, text.count("\n") + 1, 0, len(data))
    if found.unit == "line":
        return Location(entry.path, found.numbers[0], found.numbers[-1])
    return Location(entry.path, key=f"{found.unit} {found.numbers[0]}")


def reader_of(name: str, data: bytes) -> Read | None:
    """What takes the text out of a file of these first bytes; None for plain text.

    Raises CarrierError for what carries text that nobody here can take out.
    """
    ending = name.lower().rpartition(".")[2]
    if data.startswith(LFS_MARK):
        detail = "only a pointer to the file is here: it was not downloaded (git lfs pull)"
        raise CarrierError("partial", detail)
    if is_pdf(data):
        return read_pdf
    if data.lstrip()[:5] == b"{\\rtf":
        return read_rtf
    if data.startswith(_ZIP):
        return _zipped(ending)
    if data.startswith(_OLE):
        detail = "a text of an old word processor (DOC), which is not read; save it as text"
        raise CarrierError("unread_carrier", detail)
    if _is_picture(ending, data):
        detail = "a picture: whatever words it shows are read by nobody; put the text beside it"
        raise CarrierError("picture_of_text", detail)
    if ending in _PAGES:
        return read_html
    text = decode(data[:4096])
    return read_html if text is not None and looks_like_html(text) else None


def _zipped(ending: str) -> Read:
    if ending == "odt":
        return read_odt
    if ending in ("docx", "docm", "dotx"):
        return read_docx
    raise CarrierError("unread_carrier", "an archive under the name of a license; it is not opened")


def _is_picture(ending: str, data: bytes) -> bool:
    webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    marked = data.startswith(_PICTURE_MARKS) and decode(data) is None
    return webp or marked or ending in PICTURES
