"""Answers of HTTP kept on this disk, to be asked for again only if they changed.

Nothing is taken unasked: each use is a request with `If-None-Match` or `If-Modified-Since`, and
only the server's "not modified" gives the kept body. What was answered to a token is found again
with that token alone; no address, token or cookie is written down. Safe under parallel runs:
entries are whole files put in their place in one step, and one that does not fit its digest counts
as absent.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from licaudit.settings import cache_folder, write_whole

SCHEMA = "licaudit-http/1"
ITEM = 8_000_000  # bytes of the largest body that is kept
MOST = 500_000_000  # bytes of all; the longest unused go first
_HEAD = 65_536  # bytes of an entry's first line
# Names of headers that change an answer, and so stand in its key.
_ASKED = ("accept", "range")
_VARYING = frozenset(
    {*_ASKED, "accept-encoding", "authorization", "cookie", "origin", "user-agent"}
)
# What is kept of an answer's headers: nothing that sets state or repeats an address.
_KEPT = ("content-type", "content-range", "etag", "last-modified", "x-repo-commit", "link")


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer as it was: complete, decoded, less secrets."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def conditions(self) -> dict[str, str]:
        """The headers that ask whether it still holds."""
        asked = {"If-None-Match": "etag", "If-Modified-Since": "last-modified"}
        return {name: self.headers[h] for name, h in asked.items() if h in self.headers}


class HttpCache:
    """A folder of answers. Never an error: a disk that is full or shut makes it useless."""

    def __init__(self, folder: Path, most: int = MOST) -> None:
        self._folder, self._most = folder, most
        self._lock = threading.Lock()
        self._since = most // 8  # bytes written since the folder was last looked over

    def key(self, url: str, headers: Mapping[str, str], auth: Mapping[str, str]) -> str:
        """Under which an answer is kept. Another token, or none, is another key."""
        asked = {k.lower(): v for k, v in headers.items()}
        parts = ["GET", url, *(asked.get(name, "") for name in _ASKED)]
        parts += [f"{k.lower()}: {v}" for k, v in sorted(auth.items())]
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()

    def look(self, key: str) -> Kept | None:
        """What is kept under a key, or None."""
        path = self._place(key)
        try:
            if path.stat().st_size > ITEM + _HEAD:
                return None
            head, _, body = path.read_bytes().partition(b"\n")
            note = json.loads(head)
            headers = {str(k): str(v) for k, v in note["headers"].items()}
            if note["schema"] != SCHEMA or hashlib.sha256(body).hexdigest() != note["sha256"]:
                return None
            kept = Kept(int(note["status"]), headers, body)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        with suppress(OSError):
            os.utime(path)  # used: among the last to go
        return kept

    def keep(self, key: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Keep a complete answer, where it may be kept and can be asked about again."""
        if len(body) > ITEM or not may_keep(status, headers):
            return
        kept = {name: headers[name] for name in _KEPT if name in headers}
        digest = hashlib.sha256(body).hexdigest()
        note = {"schema": SCHEMA, "status": status, "headers": kept, "sha256": digest}
        head = json.dumps(note, sort_keys=True).encode()
        if len(head) > _HEAD:
            return
        with suppress(OSError):
            self._shut()
            write_whole(self._place(key), head + b"\n" + body, private=True)
            self._tidy(len(head) + len(body))

    def _place(self, key: str) -> Path:
        return self._folder / key[:2] / key

    def _shut(self) -> None:
        """Nobody else on this machine reads what was answered to this user."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)

    def _tidy(self, written: int) -> None:
        """Drop what was unused longest once there is too much; looked over now and then only."""
        with self._lock:
            self._since += written
            if self._since < self._most // 8:
                return
            self._since = 0
        files = sorted(self._files(), reverse=True)
        room = self._most
        for _, size, path in files:
            room -= size
            if room < 0:
                with suppress(OSError):  # another run tidies as well
                    os.unlink(path)

    def _files(self) -> Iterator[tuple[float, int, str]]:
        for base, _, names in os.walk(self._folder):
            for name in names:
                path = os.path.join(base, name)
                with suppress(OSError):
                    found = os.stat(path)
                    yield found.st_mtime, found.st_size, path


def user_cache() -> HttpCache:
    """The cache of this user, `$XDG_CACHE_HOME/licaudit/http`; of this run where none can be."""
    return HttpCache(cache_folder("http"))


def may_keep(status: int, headers: Mapping[str, str]) -> bool:
    """Whether an answer can be asked about again, and nobody forbids to keep it."""
    etag = headers.get("etag", "")
    if status == 206 and not etag.startswith('"'):
        return False  # a part may only be told to be the same by a strong validator
    if status not in (200, 206) or not (etag or "last-modified" in headers):
        return False
    if "no-store" in headers.get("cache-control", "").lower():
        return False
    varying = {name.strip().lower() for name in headers.get("vary", "").split(",") if name.strip()}
    return varying <= _VARYING
