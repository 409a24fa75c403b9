"""Names and words of hostile trees made safe to look at: nothing in them works unseen."""

from __future__ import annotations

import re

# Control characters, surrogates, zero-width and bidirectional marks: they can make `a` read as `b`.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """Text with every unseen character spelled out, as in `⟨U+202E⟩`. Tab and newline stay."""
    return _UNSEEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)
