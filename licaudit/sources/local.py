"""A folder on this disk as a Tree: links never followed out, `.git` skipped, reads counted."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Collection
from pathlib import Path

from licaudit.errors import TargetError, UsageError
from licaudit.facts import Gap, Location
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, ReadError

# Never part of a repository's content: left out without a word.
CACHES = frozenset(
    {".git", ".hg", ".svn", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
)
# Packages of others, installed here: left out, and a Gap says so.
INSTALLED = frozenset({"node_modules", "site-packages", "venv", ".venv", ".tox", ".nox"})
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


class LocalTree:
    """A folder, or one file seen as a folder of one. Its revision is a digest of its listing.

    `own` are files licaudit itself writes: they are no part of what is audited.
    """

    kind = "local"

    def __init__(self, target: str, own: Collection[Path] = ()) -> None:
        path = find(target)
        self._single = path.is_file()
        self._root = (path.parent if self._single else path).resolve()
        self._only = path.name if self._single else None
        self._own = frozenset(_real(p) for p in own)
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
            with open(full, "rb", opener=_open) as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise ReadError("unreadable", f"{path} is no regular file")
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
                        f"this folder cannot be listed ({error.strerror})",
                        where=str(self._root),
                        todo="Check that you may read it.",
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
                self._enter(item, path, pending)
                return
            if item.is_symlink() and not self._inside(Path(item.path)):
                self._gap(path, "outside_tree", _outside(item))
                return
            info = item.stat()
        except OSError as error:
            what = "a link to nothing" if item.is_symlink() else error.strerror or str(error)
            self._gap(path, "unreadable", what)
            return
        if stat.S_ISREG(info.st_mode):
            if self._root / path not in self._own:
                found.append(Entry(path, info.st_size))
        elif stat.S_ISDIR(info.st_mode):
            self._gap(
                path,
                "not_followed",
                "a link to a folder; its content is read where it stands",
                blocks=False,
            )
        else:
            self._gap(path, "unreadable", "neither a file nor a folder (a pipe, socket or device)")

    def _enter(self, item: os.DirEntry[str], path: str, pending: list[str]) -> None:
        if item.name in CACHES:
            return
        if item.name in INSTALLED:
            what = "packages installed here, not this repository's own files; left unread"
            self._gap(path, "skipped", what, blocks=False)
            return
        pending.append(path)

    def _gap(self, path: str, reason: str, detail: str, blocks: bool = True) -> None:
        self._gaps.append(Gap("local:.", reason, detail, Location(path), blocks=blocks))


def find(target: str) -> Path:
    """The folder or file a user named. UsageError for what no version could read from a disk."""
    if not target.strip():
        raise UsageError("the target is empty", todo="Name the folder to audit, such as `.`.")
    path = Path(target)
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        if _SCHEME.match(target):
            raise UsageError(
                "only local folders are read in this version",
                where=target,
                todo="Download the repository and give the path of its folder.",
            ) from error
        raise TargetError(
            "there is nothing at this path",
            where=target,
            todo="Check the spelling; a repository on a hub must be downloaded first.",
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise TargetError(
            f"this path cannot be read ({reason})", where=target, todo="Check its permissions."
        ) from error
    if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
        raise TargetError(
            "this is neither a folder nor a file", where=target, todo="Name a folder to audit."
        )
    return path


def _open(path: str, flags: int) -> int:
    """Without waiting: what was a file when it was listed may be a pipe by now."""
    return os.open(path, flags | os.O_NONBLOCK)


def _outside(item: os.DirEntry[str]) -> str:
    what = "a link that leads out of the audited folder"
    if "/blobs/" in os.readlink(item.path):
        what += (
            "; the Hugging Face cache is made of such links: copy it with `cp -rL` and audit that"
        )
    return what


def _real(path: Path) -> Path:
    """The path as the tree lists it: only its folder may be reached by links."""
    return path.parent.resolve() / path.name
