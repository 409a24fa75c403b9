"""Tables of a register, cell by cell: csv in the encodings people save it in, and xlsx workbooks.

Formulas are never computed: a workbook's last saved value counts. What is bounded here is said as a
fault, which the register turns into a Gap.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from licaudit.collectors.register_columns import Header, header_of
from licaudit.sources.tree import decoded

MOST_BYTES = 20_000_000  # of a file; a larger one is data, no list of data
MOST_UNZIPPED = 100_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 200
HEADER_WITHIN = 20  # rows from the top in which the header is looked for
_OLE = b"\xd0\xcf\x11\xe0"
_DELIMITERS = (",", "\t", ";", "|")
_LONGEST_CELL = 20_000


class TableError(Exception):
    """A file that cannot be read as a table. `reason` is a Gap reason."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason, self.detail = reason, detail
        super().__init__(detail)


@dataclass(frozen=True)
class Sheet:
    """One table: its header and the rows below it as (row number or line from 1, cells).

    `top` is the header's row; `cut` says that rows were left unread. `headings` are as written.
    """

    name: str
    header: Header
    headings: tuple[str, ...]
    top: int
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    cut: bool = False


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How a csv file is written, so that it can be written the same way again."""

    codec: str
    mark: bytes
    delimiter: str
    newline: str
    text: str = field(repr=False, default="")


def read_csv(data: bytes) -> tuple[CsvForm, Sheet | None]:
    """The table of a csv file and its form; None when no header of a register is found.

    Raises TableError for what is no text or no csv.
    """
    best: tuple[int, CsvForm] | None = None
    for codec, mark, text in _texts(data):
        head = "".join(_lines(text, HEADER_WITHIN * 3))
        for delimiter in _DELIMITERS:
            rows = _head_rows(head, delimiter)
            score = max((header_of(cells).score for _, cells in rows), default=0)
            if best is None or score > best[0]:
                newline = "\r\n" if "\r\n" in head else "\n"
                best = score, CsvForm(codec, mark, delimiter, newline, text)
    if best is None:
        raise TableError("binary", "this is not text")
    score, form = best
    if not score:
        return form, None
    try:
        return form, _sheet("", records(form.text, form.delimiter))
    except csv.Error as error:
        raise TableError("broken", f"this is no table that can be read ({error})") from error


def records(text: str, delimiter: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """(line at which it begins, cells) of each record. Raises csv.Error."""
    csv.field_size_limit(_LONGEST_CELL * 50)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    before = 0
    for cells in reader:
        yield before + 1, tuple(cells)
        before = reader.line_num


def _head_rows(head: str, delimiter: str) -> list[tuple[int, tuple[str, ...]]]:
    """The first rows, as far as they can be read; a wrong delimiter may break on quotes."""
    rows = []
    try:
        for row in records(head, delimiter):
            rows.append(row)
            if len(rows) >= HEADER_WITHIN:
                break
    except csv.Error:
        pass  # what was read before tells enough; the whole file is judged when it is read
    return rows


def _texts(data: bytes) -> Iterator[tuple[str, bytes, str]]:
    """(codec, mark, text) for each encoding the bytes may be written in, likeliest first."""
    for mark, codec in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if data.startswith(mark):
            yield codec, mark, data[len(mark) :].decode(codec, "replace")
            return
    for codec in ("utf-8", "gb18030"):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            yield codec, b"", text
            return
    found = decoded(data)
    if found is not None:
        yield found.codec, data[: found.mark], found.text


def _lines(text: str, most: int) -> Iterator[str]:
    stream = io.StringIO(text, newline="")
    for _ in range(most):
        line = stream.readline()
        if not line:
            return
        yield line


def read_xlsx(data: bytes) -> list[Sheet]:
    """The sheets of a workbook that hold a register's header. Raises TableError."""
    book = open_workbook(data, values=True)
    found = []
    try:
        for page in book.worksheets:
            sheet = _sheet(page.title, _cells(page))
            if sheet is not None:
                found.append(sheet)
    except BROKEN as error:
        raise TableError("broken", f"this workbook cannot be read ({_said(error)})") from error
    finally:
        book.close()
    return found


# What openpyxl lets escape on damaged workbooks: it has no error of its own for most of them.
BROKEN = (
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    SyntaxError,
    EOFError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
    OSError,
)


def open_workbook(data: bytes, *, values: bool, macros: bool = False) -> Any:
    """openpyxl's workbook: `values` as last saved, read only; else whole, formulas kept.

    Raises TableError for old, encrypted, oversized and broken files.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    if data.startswith(_OLE):
        detail = "an old .xls or a workbook with a password; save it as .xlsx without one"
        raise TableError("encrypted", detail)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unzipped = sum(item.file_size for item in archive.infolist())
        if unzipped > MOST_UNZIPPED:
            detail = (
                f"unzipped it has {unzipped} bytes, more than the {MOST_UNZIPPED} that are read"
            )
            raise TableError("cut_short", detail)
        return load_workbook(
            io.BytesIO(data),
            read_only=values,
            data_only=values,
            keep_links=not values,
            keep_vba=macros,
        )
    except (*BROKEN, InvalidFileException) as error:
        raise TableError("broken", f"this is no workbook ({_said(error)})") from error


def _said(error: Exception) -> str:
    return str(error).split("\n")[0][:120] or type(error).__name__


def _cells(page: Any) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Rows of a page. A page's own word on its size is not believed."""
    page.reset_dimensions()
    for number, row in enumerate(
        page.iter_rows(max_col=MOST_COLUMNS, max_row=2 * MOST_ROWS, values_only=True), 1
    ):
        texts = [_text(value) for value in row]
        while texts and not texts[-1]:  # a row is as wide as the widest there may be
            texts.pop()
        yield number, tuple(texts)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[:_LONGEST_CELL]


def _sheet(name: str, rows: Iterator[tuple[int, tuple[str, ...]]]) -> Sheet | None:
    """The table below the best header of the first rows; None when there is no header."""
    head: list[tuple[int, tuple[str, ...]]] = []
    for row in rows:
        if any(c.strip() for c in row[1]):
            head.append(row)
        if len(head) >= HEADER_WITHIN:
            break
    place, headings = _best(head)
    if place is None:
        return None
    header = header_of(headings)
    kept: list[tuple[int, tuple[str, ...]]] = []
    cut = False
    for number, cells in _chain(head[place + 1 :], rows):
        if not any(c.strip() for c in cells):
            continue
        if len(kept) >= MOST_ROWS:
            cut = True
            break
        kept.append((number, cells[:MOST_COLUMNS]))
    return Sheet(name, header, headings, head[place][0], tuple(kept), cut)


def _chain(
    first: list[tuple[int, tuple[str, ...]]], rest: Iterator[tuple[int, tuple[str, ...]]]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    yield from first
    yield from rest


def _best(head: list[tuple[int, tuple[str, ...]]]) -> tuple[int | None, tuple[str, ...]]:
    """The row that is most of a header. Merged cells leave a heading in the row above it."""
    best: tuple[int, int | None, tuple[str, ...]] = (0, None, ())
    for index, (_, cells) in enumerate(head):
        own = tuple(c.strip() for c in cells)
        above = tuple(c.strip() for c in head[index - 1][1]) if index else ()
        filled = (
            tuple(c or (above[i] if i < len(above) else "") for i, c in enumerate(own))
            + above[len(own) :]
        )
        one = header_of(own)
        # Only a row that has headings of its own is a header; names above fill its blanks.
        two = header_of(filled) if one.roles else one
        for score, names in ((one.score, own), (two.score, filled)):
            if score > best[0]:
                best = (score, index, names)
    return best[1], best[2]
