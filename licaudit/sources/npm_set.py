"""All that a JavaScript project needs: the lock the user's own npm writes, a tree of one file."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from licaudit.facts import Gap
from licaudit.sources import npm_program
from licaudit.sources.faults import SourceGap
from licaudit.sources.programs import Bounds
from licaudit.sources.tree import Entry, ReadError
from licaudit.sources.web import Web

BOUNDS = Bounds(seconds=180.0, disk=200_000_000, output=32_000_000)
# Of each package, what tells which one it is and what for; the rest is as long again.
_KEPT = ("name", "version", "license", "dev", "optional", "devOptional", "peer", "link")


class NpmSet:
    """A tree that holds npm's answer alone, under the path a lock of the project would have."""

    kind = "npm-set"

    def __init__(self, key: str, path: str, data: bytes) -> None:
        self.name, self.revision = key, f"sha256:{sha256(data).hexdigest()}"
        self._path, self._data = path, data

    @classmethod
    def ask(cls, key: str, path: str, manifest: Mapping[str, Any], web: Web) -> NpmSet:
        """One run of npm on names and ranges, in an empty folder. Raises SourceGap."""
        if web.offline:
            raise SourceGap("offline", "the network is not used (--offline)", key)
        with tempfile.TemporaryDirectory(prefix="licaudit-npm-", ignore_cleanup_errors=True) as at:
            data = npm_program.lock(manifest, Path(at), key, BOUNDS)
        return cls(key, path, _reduced(data, key))

    def entries(self) -> tuple[Entry, ...]:
        """The one file."""
        return (Entry(self._path, len(self._data)),)

    def gaps(self) -> tuple[Gap, ...]:
        """None: what npm could not tell, it refuses as a whole."""
        return ()

    def read(self, path: str, start: int = 0, length: int | None = None) -> bytes:
        """Bytes of the one file. Raises ReadError."""
        if path != self._path:
            raise ReadError("missing", f"{path} is no part of npm's answer")
        return self._data[start:][: len(self._data) if length is None else length]


def _reduced(data: bytes, where: str) -> bytes:
    """npm's lock without addresses and digests, one field a line. Raises SourceGap."""
    try:
        packages = json.loads(data)["packages"]
        kept = {path: _fields(item) for path, item in sorted(packages.items()) if path}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise SourceGap("broken", "the lock npm wrote is not what it should be", where) from None
    return json.dumps({"lockfileVersion": 3, "packages": kept}, indent=1).encode() + b"\n"


def _fields(item: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: item[key] for key in _KEPT if key in item}
    address = item.get("resolved")
    if isinstance(address, str) and not address.startswith(("https://", "http://")):
        kept["resolved"] = address  # a git address: no package of a registry
    return kept
