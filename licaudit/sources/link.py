"""One address that a card points to, as a tree of a single file: the text of a linked license."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from licaudit.facts import Gap
from licaudit.settings import LIMITS
from licaudit.sources.faults import SourceGap
from licaudit.sources.remote import status_gap
from licaudit.sources.secrets import bare_url
from licaudit.sources.short_forms import Target
from licaudit.sources.tree import Entry, ReadError
from licaudit.sources.web import Web


class PageTree:
    """What stands at an address, read at once. Raises SourceGap when it cannot be had."""

    kind = "page"

    def __init__(self, target: Target, web: Web) -> None:
        url = bare_url(target.id)
        # `trusted` is never given: the address comes out of a card, and may point inside.
        answer = web.get(target.id, limit=LIMITS.license_file)
        if answer.status != 200:
            raise status_gap(answer.status, answer.headers, url)
        if answer.cut:
            raise SourceGap("cut_short", f"more than {LIMITS.license_file} bytes", url)
        self.name = url
        self._body = answer.body
        self._entry = Entry(page_name(target.id), len(answer.body))
        self.revision = "sha256:" + hashlib.sha256(answer.body).hexdigest()
        self.bytes_read = 0

    def entries(self) -> tuple[Entry, ...]:
        """The page."""
        return (self._entry,)

    def gaps(self) -> tuple[Gap, ...]:
        """None."""
        return ()

    def read(self, path: str, start: int = 0, length: int | None = None) -> bytes:
        """Bytes of the page. Raises ReadError for any other path."""
        if path != self._entry.path:
            raise ReadError("missing", f"{path} is not the page")
        end = len(self._body) if length is None else start + length
        self.bytes_read += max(0, min(end, len(self._body)) - start)
        return self._body[start:end]


def page_name(url: str) -> str:
    """The last part of an address, by which a file is told from a page."""
    return urlsplit(url).path.rstrip("/").rpartition("/")[2] or "page"
