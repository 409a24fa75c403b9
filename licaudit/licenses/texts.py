"""Normalized license texts and their digests.

Normalizing follows SPDX's matching guidelines as far as they never join two different licenses:
case, white space, punctuation, copyright lines and list bullets are dropped; every word stays.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

# A line that says who owns the work. Digests leave it out; `read_changes` reads what else it says.
NOTICE = re.compile(r"^\s*(?:copyright\b|\(c\)|©|版权所有).*$", re.IGNORECASE | re.MULTILINE)
_MARKUP = re.compile(r"<[^<>\n]{1,80}>|```|^\s*[#>*+-]+\s", re.MULTILINE)
_WORD = re.compile(r"[^\W_]+", re.UNICODE)


def words(text: str) -> list[str]:
    """Lower-case words; each Chinese or Japanese character run counts as one word."""
    text = unicodedata.normalize("NFKC", text)
    text = _MARKUP.sub(" ", NOTICE.sub(" ", text))
    return _WORD.findall(text.lower())


def digest(text: str) -> str:
    """SHA-256 (hex) of the normalized text; equal for copies that differ in layout alone."""
    return hashlib.sha256(" ".join(words(text)).encode()).hexdigest()
