"""All that Python requirements bring along, as a tree of one file: what the user's own pip says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from licaudit.facts import Gap
from licaudit.facts.codec import from_plain, to_plain
from licaudit.sources.faults import SourceGap
from licaudit.sources.package_facts import Resolved
from licaudit.sources.packages import resolve
from licaudit.sources.tree import Entry, ReadError, Tree
from licaudit.sources.web import Web

FILE = "pip-report.json"


@dataclass(frozen=True, slots=True)
class Brought:
    """Packages by pip's word, and what it could not tell: a Gap each, `pkg:pypi/name`."""

    packages: tuple[Resolved, ...] = ()
    gaps: tuple[Gap, ...] = ()


class PipSet:
    """A tree that holds pip's answer alone."""

    kind = "pip-set"

    def __init__(self, key: str, data: bytes) -> None:
        self.name, self.revision = key, f"sha256:{sha256(data).hexdigest()}"
        self._data = data

    @classmethod
    def ask(cls, key: str, requirements: Sequence[str], web: Web) -> PipSet:
        """One run of pip for all, one each where that fails. Raises SourceGap."""
        if web.offline:
            raise SourceGap("offline", "the network is not used (--offline)", "pip")
        found, gaps = resolve(requirements, web)
        said = Brought(tuple(found[purl] for purl in sorted(found)), gaps)
        return cls(key, json.dumps(to_plain(said), indent=1, sort_keys=True).encode() + b"\n")

    def entries(self) -> tuple[Entry, ...]:
        """The one file."""
        return (Entry(FILE, len(self._data)),)

    def gaps(self) -> tuple[Gap, ...]:
        """None: they stand in the answer."""
        return ()

    def read(self, path: str, start: int = 0, length: int | None = None) -> bytes:
        """Bytes of the one file. Raises ReadError."""
        if path != FILE:
            raise ReadError("missing", f"{path} is no part of pip's answer")
        return self._data[start:][: len(self._data) if length is None else length]


def read_set(tree: Tree) -> Brought:
    """The answer in such a tree. Raises SourceGap when a recording of it is damaged."""
    try:
        found = from_plain(Brought, json.loads(tree.read(FILE, 0, tree.entries()[0].size)))
    except (ReadError, ValueError, TypeError, LookupError, RecursionError) as error:
        raise SourceGap("broken", "pip's answer is not what it should be", tree.name) from error
    assert isinstance(found, Brought)
    return found
