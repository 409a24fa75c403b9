"""License texts in PDF and RTF files, read by their libraries in a bounded process."""

from __future__ import annotations

import re

from licaudit.collectors.carrier import Carried, carried
from licaudit.confined.texts import CarrierError, texts_of

_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "\u00a0": " ", "\u00ad": "-"}
)
# Lines set in print break words; these heads keep their hyphen when the word is joined again.
_BROKEN = re.compile(r"([A-Za-z]+)[-\u2010]\n[ \t]*([a-z]+)")
_HEADS = "non re sub pre co multi self anti open royalty world third cross no"
_KEEPS = frozenset(_HEADS.split())
_UNKNOWN = re.compile(r"\(cid:\d+\)")
_FEW = 3  # words; a page with fewer holds no text layer worth the name


def read_pdf(data: bytes) -> Carried:
    """The text of a PDF, page by page. Raises CarrierError."""
    pages, more = texts_of("pdf", data)
    texts = [_joined(page) for page in pages]
    blank = [n for n, page in enumerate(texts, 1) if len(_UNKNOWN.sub(" ", page).split()) < _FEW]
    if len(blank) == len(texts):
        raise CarrierError(
            "picture_of_text", "the PDF has no text layer: its pages are pictures, read by nobody"
        )
    problems = []
    if blank:
        shown = ", ".join(map(str, blank[:20]))
        problems.append(("picture_of_text", f"pages without a text layer: {shown}"))
    elif any(_UNKNOWN.search(page) for page in texts):
        problems.append(("broken", "some letters of the PDF stand for no known character"))
    if more:
        detail = "the PDF is longer than any license; only its beginning was read"
        problems.append(("cut_short", detail))
    numbered = [(text, n) for n, text in enumerate(texts, 1)]
    return carried(numbered, "page", tuple(problems), apart=False)


def read_rtf(data: bytes) -> Carried:
    """The text of an RTF file, its paragraphs numbered. Raises CarrierError."""
    pages, more = texts_of("rtf", data)
    detail = "the RTF file is longer than any license; only its beginning was read"
    problems = (("cut_short", detail),) if more else ()
    lines = "".join(pages).split("\n")
    return carried([(line, n) for n, line in enumerate(lines, 1)], "paragraph", problems)


def _joined(page: str) -> str:
    def join(match: re.Match[str]) -> str:
        head, tail = match.groups()
        return f"{head}-{tail}\n" if head.lower() in _KEEPS else f"{head}{tail}\n"

    text = page.replace("\r", "\n").replace("\f", "\n").translate(_LIGATURES)
    return _BROKEN.sub(join, text)
