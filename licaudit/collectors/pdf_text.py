"""License texts in PDF and RTF files, read by their libraries in a bounded process."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from licaudit.collectors import carrier_child
from licaudit.collectors.carrier import Carried, CarrierError, carried

WAIT = 120  # seconds; the process is stopped after far less work, on a busy machine too
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
    pages, more = _ask("pdf", data)
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
    pages, more = _ask("rtf", data)
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


def _ask(kind: str, data: bytes) -> tuple[list[str], bool]:
    """(texts, whether there is more) as the process tells. Raises CarrierError."""
    script, seconds = Path(carrier_child.__file__), carrier_child.SECONDS
    command = [sys.executable, "-I", str(script), kind, str(seconds)]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=WAIT, check=False, close_fds=True
        )
    except subprocess.TimeoutExpired as error:
        detail = f"the {kind.upper()} file takes too long to read"
        raise CarrierError("cut_short", detail) from error
    if done.returncode == carrier_child.LOCKED:
        raise CarrierError("encrypted", "the PDF opens only with a password")
    if done.returncode < 0:  # stopped by a signal: out of its time
        detail = f"the {kind.upper()} file takes more time to read than any license is worth"
        raise CarrierError("cut_short", detail)
    more = done.returncode == carrier_child.MORE
    texts = [json.loads(line) for line in done.stdout.split(b"\n") if line]
    if (done.returncode and not more) or not texts:
        raise CarrierError("broken", f"the {kind.upper()} file is damaged and cannot be read")
    return texts, more
