"""Bounded reading of one file as text, and the words a Gap shows of what it could not use."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import chain

from licaudit.facts import Collected, Gap, Location, Scope
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, ReadError, Tree, decode

LFS_MARK = b"version https://git-lfs"
SHOWN = 80  # characters of a strange value that a Gap repeats


def read_text(
    tree: Tree,
    entry: Entry,
    root: str,
    scope: Scope | None = None,
    *,
    limit: int = LIMITS.whole_file,
    blocks: bool = True,
) -> str | Gap:
    """The file's text, or the Gap that says why there is none. Never more than `limit` bytes."""
    where = Location(entry.path)
    if entry.size > limit:
        detail = f"{entry.size} bytes, more than the {limit} that are read; left unread"
        return Gap(root, "cut_short", detail, where, scope, blocks)
    try:
        data = tree.read(entry.path, 0, limit)
    except ReadError as error:
        return Gap(root, error.reason, error.detail, where, scope, blocks)
    text = decode(data)
    if text is None:
        return Gap(root, "binary", f"{entry.path} is not text", where, scope, blocks)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def only_gap(gap: Gap) -> Collected:
    """A Collected that holds nothing but this Gap."""
    return Collected(gaps=(gap,))


def joined(parts: Iterable[Collected]) -> Collected:
    """The sum of many; adding them one by one would copy the growing tuples each time."""
    every = list(parts)
    return Collected(
        tuple(chain.from_iterable(p.artifacts for p in every)),
        tuple(chain.from_iterable(p.passages for p in every)),
        tuple(chain.from_iterable(p.links for p in every)),
        tuple(chain.from_iterable(p.gaps for p in every)),
        tuple(chain.from_iterable(p.probes for p in every)),
        frozenset(chain.from_iterable(p.scopes for p in every)),
    )


def clean(text: str) -> str:
    """Text that can be written as UTF-8: lone surrogates, which JSON may smuggle in, replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


def shown(value: object) -> str:
    """A value as a Gap repeats it: printable, and cut after `SHOWN` characters."""
    if not isinstance(value, str):
        return "null" if value is None else f"a value of type {type(value).__name__}"
    return repr(value[:SHOWN]) + ("..." if len(value) > SHOWN else "")


def in_tree(tree: Tree, path: str) -> bool:
    """Whether a file or folder of this path is in the tree. The listing is sorted by path."""
    return file_at(tree, path) is not None or _starts(tree, path.rstrip("/") + "/")


def file_at(tree: Tree, path: str) -> Entry | None:
    """The file of exactly this path, if the tree holds one."""
    entries = tree.entries()
    index = bisect_left(entries, path, key=lambda e: e.path)
    return entries[index] if index < len(entries) and entries[index].path == path else None


def _starts(tree: Tree, prefix: str) -> bool:
    entries = tree.entries()
    index = bisect_left(entries, prefix, key=lambda e: e.path)
    return index < len(entries) and entries[index].path.startswith(prefix)


def beside(folder: str, relative: str) -> str | None:
    """`relative` seen from `folder`, as a path of the tree; None when it leads out of it."""
    if relative.startswith(("/", "\\", "~")) or ":" in relative:
        return None
    parts = folder.split("/") if folder else []
    for part in relative.replace("\\", "/").split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
