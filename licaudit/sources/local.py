"""A folder on this disk as a Tree: links never followed out, `.git` skipped, reads counted."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from licaudit.errors import TargetError
from licaudit.facts import Gap, Location
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, ReadError

SKIPPED_FOLDERS = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        "__pycache__",
        ".venv",
        "venv",
        "node_modules",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".tox",
    }
)
OWN_OUTPUT = "licaudit-report"


class LocalTree:
    """A folder, or one file seen as a folder of one. Its revision is a digest of its listing."""

    kind = "local"

    def __init__(self, target: str) -> None:
        path = Path(target)
        if not path.exists():
            raise TargetError(
                "there is nothing at this path", where=target, todo="Check the spelling."
            )
        self._single = path.is_file()
        self._root = (path.parent if self._single else path).resolve()
        self._only = path.name if self._single else None
        self.name = path.resolve().name or str(path)
        self.bytes_read = 0
        self._gaps: list[Gap] = []
        self._entries: tuple[Entry, ...] | None = None

    @property
    def revision(self) -> str:
        """`sha256:` of the sorted listing (paths and sizes): cheap, and equal for equal trees."""
        hasher = hashlib.sha256()
        for entry in self.entries():
            hasher.update(f"{entry.path}\0{entry.size}\n".encode("utf-8", "surrogateescape"))
        return "sha256:" + hasher.hexdigest()

    def entries(self) -> tuple[Entry, ...]:
        """All regular files below the root, links inside the tree included, sorted by path."""
        if self._entries is None:
            self._entries = tuple(sorted(self._walk(), key=lambda e: e.path))
        return self._entries

    def gaps(self) -> tuple[Gap, ...]:
        """Folders that cannot be listed, links that lead out, and a listing cut short."""
        self.entries()
        return tuple(self._gaps)

    def read(self, path: str, start: int = 0, length: int | None = None) -> bytes:
        """Bytes of one file. At most `LIMITS.whole_file` unless a length asks for a range."""
        full = self._root / path
        if not self._inside(full):
            raise ReadError("outside_tree", f"{path} leads out of the audited folder")
        size = LIMITS.whole_file if length is None else length
        try:
            with open(full, "rb") as file:
                file.seek(start)
                data = file.read(size)
        except OSError as error:
            raise ReadError("unreadable", f"{path}: {error.strerror or error}") from error
        self.bytes_read += len(data)
        return data

    def _inside(self, full: Path) -> bool:
        try:
            return full.resolve().is_relative_to(self._root)
        except (OSError, RuntimeError):  # RuntimeError: a loop of links
            return False

    def _walk(self) -> list[Entry]:
        found: list[Entry] = []
        if self._only is not None:
            return [Entry(self._only, (self._root / self._only).stat().st_size)]
        pending = [""]
        while pending:
            folder = pending.pop()
            try:
                items = sorted(os.scandir(self._root / folder), key=lambda i: i.name)
            except OSError as error:
                if not folder:
                    raise TargetError(
                        f"this folder cannot be listed ({error.strerror})", where=str(self._root)
                    ) from error
                self._gap(folder, "unreadable", f"the folder cannot be listed: {error.strerror}")
                continue
            for item in items:
                self._visit(item, f"{folder}/{item.name}" if folder else item.name, found, pending)
            if len(found) > LIMITS.files:
                self._gap(
                    folder, "cut_short", f"more than {LIMITS.files} files; the rest is unread"
                )
                break
        return found

    def _visit(
        self, item: os.DirEntry[str], path: str, found: list[Entry], pending: list[str]
    ) -> None:
        try:
            if item.is_dir(follow_symlinks=False):
                if item.name not in SKIPPED_FOLDERS and path != OWN_OUTPUT:
                    pending.append(path)
                return
            if item.is_symlink() and not self._inside(Path(item.path)):
                self._gap(path, "outside_tree", "a link that leads out of the audited folder")
                return
            info = item.stat()
        except OSError as error:
            self._gap(path, "unreadable", error.strerror or str(error))
            return
        if stat.S_ISREG(info.st_mode):
            found.append(Entry(path, info.st_size))
        elif stat.S_ISDIR(info.st_mode):
            self._gap(
                path,
                "not_followed",
                "a link to a folder; its content is read where it stands",
                blocks=False,
            )

    def _gap(self, path: str, reason: str, detail: str, blocks: bool = True) -> None:
        self._gaps.append(Gap("local:.", reason, detail, Location(path), blocks=blocks))
