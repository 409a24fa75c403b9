"""Secrets: the tokens of this process, and their removal from everything that is kept or shown."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit, urlunsplit

MASK = "***"
TOKEN_VARIABLES = (
    "HF_TOKEN",
    "HUGGING_FACE_HUB_TOKEN",
    "MODELSCOPE_API_TOKEN",
    "GITHUB_TOKEN",
    "GITEE_TOKEN",
    "NPM_TOKEN",
    "NODE_AUTH_TOKEN",
)
# Addresses out of the user's settings, which may hold a password.
ADDRESS_VARIABLES = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "HF_ENDPOINT", "MODELSCOPE_ENDPOINT")
_SHORTEST = 8  # shorter values would mask ordinary words
_URL = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s'\"<>]+", re.IGNORECASE)


class Secrets:
    """Known tokens. `text` and `data` mask them; `text` also strips credentials from URLs."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        values = [*known, *(os.environ.get(name, "") for name in TOKEN_VARIABLES)]
        values += _passwords(os.environ.get(name, "") for name in ADDRESS_VARIABLES)
        self._known = {v.strip() for v in values if len(v.strip()) >= _SHORTEST}

    def add(self, token: str | None) -> None:
        """Learn one more token, found in a file or a keyring."""
        if token and len(token) >= _SHORTEST:
            self._known.add(token)

    def text(self, text: str) -> str:
        """The text without tokens, user names in URLs and signed queries."""
        for secret in sorted(self._known, key=len, reverse=True):
            text = text.replace(secret, MASK)
        return _URL.sub(lambda m: bare_url(m.group()), text)

    def data(self, data: bytes) -> bytes:
        """The bytes without tokens: a server may echo what it was sent."""
        for secret in sorted(self._known, key=len, reverse=True):
            data = data.replace(secret.encode(), MASK.encode())
        return data


def _passwords(settings: Iterable[str]) -> list[str]:
    """The passwords in the addresses of some settings, as written and as meant."""
    found = [p for text in settings for p in re.findall(r"//[^/\s@:]*:([^/\s@]+)@", text)]
    return [*found, *map(unquote, found)]


def bare_url(url: str) -> str:
    """A URL without user, password, query and fragment, as it may be shown."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return MASK
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))
