"""The text of a PDF or RTF file, taken out in a process of its own with little time and memory.

Started as a script by `texts`, with the file on its standard input; it imports nothing of
licaudit. Each line of its output is one JSON string: a page of a PDF, or the whole of an RTF file.
Whatever the libraries raise on a broken file ends the process, and the parent says so.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Callable, Iterator
from typing import Any

SECONDS = 10  # of processor time
MEMORY = 1_500_000_000  # bytes of address space
PAGES = 100
CHARACTERS = 1_000_000
LOCKED, MORE = 3, 4  # exit codes: it wants a password; there is more than was read


def pdf_pages(data: bytes, most: int) -> Iterator[str]:
    """The text layer of each page, in order. Leaves the process for a file under a password."""
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LAParams
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    try:
        for number, page in enumerate(extract_pages(io.BytesIO(data), laparams=LAParams()), 1):
            if number > most:
                sys.exit(MORE)
            yield "".join(_texts(page))
    except PDFPasswordIncorrect:
        sys.exit(LOCKED)


def _texts(item: Any) -> Iterator[str]:
    """Text lines, and the letters of drawings, which some programs write whole pages into."""
    from pdfminer.layout import LTChar, LTFigure, LTTextContainer

    for part in item:
        if isinstance(part, LTTextContainer):
            yield part.get_text()
        elif isinstance(part, LTFigure):
            yield from _texts(part)
            yield "\n"
        elif isinstance(part, LTChar):
            yield part.get_text()


def rtf_text(data: bytes) -> Iterator[str]:
    """The words of an RTF file."""
    from striprtf.striprtf import rtf_to_text

    read: Callable[..., str] = rtf_to_text
    yield read(data.decode("latin-1"), errors="replace")


def main(kind: str, seconds: int, pages: int) -> None:
    """Read standard input, write one JSON string a line. Exits with LOCKED, MORE, or 0."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    data = sys.stdin.buffer.read()
    left = CHARACTERS
    for text in pdf_pages(data, pages) if kind == "pdf" else rtf_text(data):
        print(json.dumps(text[:left]), flush=True)
        left -= len(text)
        if left < 0:
            sys.exit(MORE)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
