"""Texts that stand where a license should and say nothing."""

from __future__ import annotations

import re

_URL = re.compile(r"https?://\S+|www\.\S+")
# What a link saved as a file holds: `../LICENSE`, `README.md#license`.
_PATH = re.compile(r"^\s*(\.{1,2}/)*[\w./-]{1,200}(\.(md|txt|rst|html?|pdf)(#\S{0,100})?|/\w+)\s*$")
_PLACEHOLDER = re.compile(
    r"\b(todo|tbd|to be (determined|decided|added|announced)|more information needed"
    r"|needs more information|coming soon"
    r"|lorem ipsum|placeholder|license (text )?goes here|add (your )?license here)\b|待补充|待定",
    re.IGNORECASE,
)
_ERROR_PAGE = re.compile(
    r"<title>\s*(4\d\d|5\d\d|page not found|not found|access denied|error|just a moment)"
    r"|^\s*(404:? not found|entry not found|access denied|invalid username or password"
    r"|repository not found|file not found|\{\"error\":|bad gateway|internal server error)",
    re.IGNORECASE | re.MULTILINE,
)


def looks_empty(text: str) -> bool:
    """Whether a license file is a bare link, a placeholder or empty. A bare name says something."""
    if len(text) < 400 and _PATH.match(text):
        return True
    rest = _URL.sub(" ", text)
    words = re.findall(r"[^\W_]+", rest)
    if not words or (len(words) < 3 and rest != text):
        return True
    return len(words) < 25 and bool(_PLACEHOLDER.search(rest))


def is_error_page(text: str) -> bool:
    """Whether a page is a server's refusal saved under the page's name."""
    head = text[:3000]
    if not _ERROR_PAGE.search(head):
        return False
    return len(text) < 4000 or "<html" in head.lower()


def says_nothing(value: str) -> bool:
    """Whether a value in a card is a template's filler."""
    return not value.strip() or bool(_PLACEHOLDER.search(value))
