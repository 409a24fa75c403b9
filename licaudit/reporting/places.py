"""Where in the audited repository a machine can point: real files of the tree, never upstream ones.

A claim's path is relative to the tree it was read in, and many were read elsewhere (an upstream
card, our own knowledge). A pipeline shows a finding beside a line of a merge request, so what was
found upstream is anchored at the line of this tree that names the upstream.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from urllib.parse import quote

from licaudit.facts import Claim, Finding, Location
from licaudit.reporting.index import Index

CARD = "README.md"  # what is pointed at when nothing in the tree names a line
LONG = 20  # lines past which a region is its first line: nobody wants a whole LICENSE marked
# Paths of other trees begin with the short form of their target.
_ELSEWHERE = ("hf:", "hf-cache:", "ms:", "git+", "pypi:", "npm:", "pkg:")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(frozen=True, slots=True)
class Place:
    """A file relative to the root of the repository, and a line that is always a number."""

    path: str
    line: int = 1
    end_line: int | None = None

    @property
    def uri(self) -> str:
        """The path as a relative URI reference."""
        # A first segment with a colon would be read as a scheme; `quote` spells colons out.
        return quote(self.path, safe="/", errors="backslashreplace")

    def label(self) -> str:
        """`README.md:3`."""
        return f"{self.path}:{self.line}"


def place_of(location: Location | None, prefix: str = "") -> Place | None:
    """A location as a place below `prefix`; None when it is no file inside a tree."""
    if location is None or not location.path or location.path.endswith("/"):
        return None
    if location.path.startswith("/") or "\\" in location.path or "://" in location.path:
        return None
    if location.path.startswith(_ELSEWHERE):
        return None
    path = posixpath.normpath(posixpath.join(prefix, location.path))
    if path == "." or path.split("/")[0] == "..":
        return None
    line = max(location.line or 1, 1)
    end = location.end_line
    return Place(path, line, end if end is not None and line < end < line + LONG else None)


@dataclass(frozen=True)
class Places:
    """The places of one result."""

    index: Index

    @cached_property
    def home(self) -> frozenset[str]:
        """The artifacts that are part of the audited tree: the root and what it contains."""
        root = self.index.root
        found = {a for a in self.index.artifacts if a.startswith("local:")}
        found |= {root} if root else set()
        below: dict[str, list[str]] = {}
        for link in self.index.result.links:
            if link.relation == "contains":
                below.setdefault(link.source, []).append(link.target)
        front = list(found)
        while front:
            fresh = [t for t in below.get(front.pop(), ()) if t not in found]
            found.update(fresh)
            front += fresh
        return frozenset(found)

    @cached_property
    def prefix(self) -> str:
        """The folder that was audited, as it was typed: pipelines run at the repository's root.

        Empty for absolute paths, for what is not local, and for what leads upwards.
        """
        target = self.index.result.target
        typed = target.input
        if target.kind != "local" or typed.startswith(("/", "~")) or _SCHEME.match(typed):
            return ""
        folder = posixpath.normpath(typed) if typed else "."
        if folder == "." or ".." in folder.split("/"):
            return ""
        known = {c.location.path for c in self.index.result.claims if c.artifact in self.home}
        # A single file is audited as a folder of one.
        return posixpath.dirname(folder) if known == {posixpath.basename(folder)} else folder

    @cached_property
    def fallback(self) -> Place:
        """Where a finding stands that no line of the tree speaks of."""
        root = self.index.artifacts.get(self.index.root or "")
        own = [place_of(root.location, self.prefix)] if root else []
        own += [self.of_claim(c) for c in self.index.result.claims]
        found = [p for p in own if p]
        cards = [p for p in found if posixpath.basename(p.path) == CARD]
        first = min(cards or found, key=lambda p: (p.path.count("/"), p.path), default=None)
        return Place(first.path if first else posixpath.join(self.prefix, CARD))

    def of_claim(self, claim: Claim) -> Place | None:
        """The place of a claim that was read in this tree, else None."""
        return place_of(claim.location, self.prefix) if claim.artifact in self.home else None

    def anchor(self, finding: Finding) -> Place:
        """The line of this tree that a finding is shown at."""
        claims = [self.index.claims[i] for i in finding.evidence if i in self.index.claims]
        own = [c for c in claims if c.artifact == finding.artifact]
        for claim in (*own, *claims):
            if place := self.of_claim(claim):
                return place
        culprit = finding.path[-1] if finding.path else finding.artifact
        return self.named(culprit, finding.path)

    def named(self, artifact: str, path: tuple[str, ...] = ()) -> Place:
        """The line of this tree that names an artifact, or the nearest step of its path."""
        way = [*path, artifact] if artifact not in path else [*path[: path.index(artifact) + 1]]
        for source, target in reversed(list(pairwise(way))):
            if place := self._link(source, target) or self._location(target):
                return place
        return self._location(artifact) or self.fallback

    def _link(self, source: str, target: str) -> Place | None:
        if source not in self.home:
            return None
        return self._evidence.get((source, target))

    @cached_property
    def _evidence(self) -> dict[tuple[str, str], Place]:
        table: dict[tuple[str, str], Place] = {}
        for link in self.index.result.links:
            for location in link.evidence:
                place = place_of(location, self.prefix)
                if place:
                    table.setdefault((link.source, link.target), place)
        return table

    def _location(self, artifact: str) -> Place | None:
        known = self.index.artifacts.get(artifact)
        return place_of(known.location, self.prefix) if known else None
