"""Packages installed on this disk: the files of a venv or of node_modules that tell licenses.

Only metadata and license texts are listed. Nothing installed is ever imported or run.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from licaudit.errors import UsageError
from licaudit.facts import Gap, Location
from licaudit.settings import LIMITS
from licaudit.sources.local import LocalTree, find
from licaudit.sources.tree import Entry

SITE, NODE = ("site-packages", "dist-packages"), "node_modules"
_VENVS = ("", ".venv", "venv", "env")
_TEXT = re.compile(r"^(licen[cs]e|copying|notice|unlicen[cs]e)", re.IGNORECASE)
_DEEPEST = 30  # node_modules inside node_modules
_INFO = (".dist-info", ".egg-info")
_ROOT = "local:."


class InstalledTree:
    """Metadata files below a folder, by paths relative to it. Links are never followed."""

    kind = "installed"

    def __init__(self, folder: Path) -> None:
        self._named = Path(find(str(folder))).resolve()
        self._folder = self._named.parent if self._named.name == NODE else self._named
        self._files = LocalTree(str(self._folder))
        self.name = self._folder.name
        self._gaps: list[Gap] = []
        self._entries = tuple(sorted(self._list(), key=lambda e: e.path))
        if not self._entries:
            raise UsageError(
                "no installed packages are here",
                where=str(folder),
                todo="Name a virtual environment, a site-packages or a node_modules folder.",
            )

    @property
    def revision(self) -> str:
        """Nothing pins an environment."""
        return "installed"

    def entries(self) -> tuple[Entry, ...]:
        """Metadata and license files, sorted by path."""
        return self._entries

    def gaps(self) -> tuple[Gap, ...]:
        """Folders that could not be listed, and a listing cut short."""
        return tuple(self._gaps)

    def read(self, path: str, start: int = 0, length: int | None = None) -> bytes:
        """Bytes of one file. Raises ReadError."""
        return self._files.read(path, start, length)

    def _list(self) -> Iterator[Entry]:
        count = 0
        for folder in self._tops():
            found = self._node(folder, 0) if folder.name == NODE else self._site(folder)
            for entry in found:
                count += 1
                if count > LIMITS.files:
                    self._gap(folder, "cut_short", f"more than {LIMITS.files} files")
                    return
                yield entry

    def _tops(self) -> Iterator[Path]:
        """The folders that hold packages: the one that was named, or those of a project in it."""
        here = self._named
        if here.name in SITE or here.name == NODE or any(here.glob("*.dist-info")):
            yield here
            return
        for name in _VENVS:
            for pattern in ("lib/python*/site-packages", "Lib/site-packages"):
                for site in sorted((here / name).glob(pattern)):
                    if site.resolve().is_relative_to(here):
                        yield site
        if (here / NODE).is_dir() and not (here / NODE).is_symlink():
            yield here / NODE

    def _site(self, folder: Path) -> Iterator[Entry]:
        for item in self._scan(folder):
            if not item.name.endswith(_INFO):
                continue
            if item.is_dir(follow_symlinks=False):
                yield from self._info(Path(item.path), 0)
            else:  # an egg-info that is one file
                yield from self._entry(item)

    def _info(self, folder: Path, depth: int) -> Iterator[Entry]:
        for item in self._scan(folder):
            if item.is_dir(follow_symlinks=False):
                if depth < 4 and (depth or item.name.lower() in ("licenses", "license_files")):
                    yield from self._info(Path(item.path), depth + 1)
            elif depth or item.name in ("METADATA", "PKG-INFO") or _TEXT.match(item.name):
                yield from self._entry(item)

    def _node(self, folder: Path, depth: int) -> Iterator[Entry]:
        if depth > _DEEPEST:
            self._gap(folder, "cut_short", "packages nested too deeply are left unread")
            return
        for item in self._scan(folder):
            if not item.is_dir(follow_symlinks=False):
                continue
            path = Path(item.path)
            if item.name.startswith("@"):
                for inner in self._scan(path):
                    if inner.is_dir(follow_symlinks=False):
                        yield from self._one(Path(inner.path), depth)
            elif item.name == ".pnpm":
                for inner in self._scan(path):
                    if (Path(inner.path) / NODE).is_dir():
                        yield from self._node(Path(inner.path) / NODE, depth + 1)
            elif not item.name.startswith("."):
                yield from self._one(path, depth)

    def _one(self, folder: Path, depth: int) -> Iterator[Entry]:
        for item in self._scan(folder):
            if item.name == NODE and item.is_dir(follow_symlinks=False):
                yield from self._node(Path(item.path), depth + 1)
            elif item.name == "package.json" or _TEXT.match(item.name):
                yield from self._entry(item)

    def _entry(self, item: os.DirEntry[str]) -> Iterator[Entry]:
        if item.is_file(follow_symlinks=False):
            yield Entry(Path(item.path).relative_to(self._folder).as_posix(), item.stat().st_size)

    def _scan(self, folder: Path) -> list[os.DirEntry[str]]:
        try:
            return sorted(os.scandir(folder), key=lambda i: i.name)
        except OSError as error:
            self._gap(folder, "unreadable", f"the folder cannot be listed: {error.strerror}")
            return []

    def _gap(self, folder: Path, reason: str, detail: str) -> None:
        where = Location(folder.relative_to(self._folder).as_posix())
        self._gaps.append(Gap(_ROOT, reason, detail, where))
