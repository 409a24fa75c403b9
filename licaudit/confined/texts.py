"""The texts of a PDF or RTF file, as a process of its own reads them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Literal

from licaudit.confined import child

WAIT = 120  # seconds; the process is stopped after far less work, on a busy machine too
_HEAD = 1024  # bytes in which a PDF may hide its mark


class CarrierError(Exception):
    """A carrier that gives no text. `reason` is a Gap's reason."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason, self.detail = reason, detail
        super().__init__(f"{reason}: {detail}")


def is_pdf(data: bytes) -> bool:
    """Whether a file of these first bytes is a PDF."""
    return b"%PDF-" in data[:_HEAD]


def texts_of(
    kind: Literal["pdf", "rtf"], data: bytes, pages: int = child.PAGES
) -> tuple[list[str], bool]:
    """(texts, whether there is more): pages of a PDF, the whole of an RTF file.

    Raises CarrierError.
    """
    name = kind.upper()
    command = [sys.executable, "-I", child.__file__, kind, str(child.SECONDS), str(pages)]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=WAIT, check=False, close_fds=True
        )
    except subprocess.TimeoutExpired as error:
        raise CarrierError("cut_short", f"the {name} file takes too long to read") from error
    if done.returncode == child.LOCKED:
        raise CarrierError("encrypted", "the PDF opens only with a password")
    if done.returncode < 0:  # stopped by a signal: out of its time
        detail = f"the {name} file takes more time to read than any license is worth"
        raise CarrierError("cut_short", detail)
    more = done.returncode == child.MORE
    texts = [json.loads(line) for line in done.stdout.split(b"\n") if line]
    if (done.returncode and not more) or not texts:
        raise CarrierError("broken", f"the {name} file is damaged and cannot be read")
    return texts, more
