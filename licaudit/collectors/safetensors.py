"""Headers of *.safetensors files: the `__metadata__` that trainers leave. Tensors stay unread."""

from __future__ import annotations

import json
from typing import Any

from licaudit.collectors import safetensors_index
from licaudit.collectors.json_text import JsonError, dotted, parse
from licaudit.collectors.reading import LFS_MARK, only_gap, shown
from licaudit.collectors.weights_metadata import from_metadata
from licaudit.facts import WEIGHTS, Collected, Gap, Location
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, ReadError, Tree

METADATA = "__metadata__"
_PREFIX = 8  # the header's length, little-endian
_START = f'{{"{METADATA}":'


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Passages, links and Gaps of the header; `LIMITS.header` bytes are read at most."""
    if entry.name.lower().endswith(".json"):
        return safetensors_index.collect(tree, entry, root)
    found = Collected(scopes=frozenset({(root, WEIGHTS)}))
    try:
        length, header = _read(tree, entry)
        metadata, doubled = _metadata(length, header)
    except ReadError as error:
        return found + _gap(root, entry, error.reason, error.detail)
    if doubled:
        detail = f"{shown(doubled[0])} occurs twice in the metadata"
        found += _gap(root, entry, "broken", detail)
    return found + from_metadata(
        metadata, tree, root, lambda key: Location(entry.path, key=dotted((METADATA, key)))
    )


def _metadata(length: int | None, header: bytes) -> tuple[dict[str, Any], list[str]]:
    """(the metadata, its keys that occur twice). Raises ReadError with the reason of a Gap."""
    if header.startswith(LFS_MARK):
        raise ReadError("unreadable", "a Git LFS pointer: the file is not here")
    if length is None:
        raise ReadError("broken", "no safetensors header stands at the start")
    doubled: list[str] = []
    if len(header) < length:
        metadata = _front(header)
        if metadata is None:
            detail = f"the header has {length} bytes and does not begin with its metadata"
            raise ReadError("cut_short", detail)
    else:
        try:
            document = parse(header.decode("utf-8"))
        except (JsonError, UnicodeDecodeError) as error:
            raise ReadError("broken", f"the header is not valid JSON: {error}") from error
        if not isinstance(document.data, dict):
            raise ReadError("broken", "the header is not a JSON object")
        metadata = document.data.get(METADATA, {})
        doubled = [str(path[-1]) for path in document.duplicates if path[0] == METADATA]
    if not isinstance(metadata, dict):
        raise ReadError("broken", f"`{METADATA}` is not a JSON object")
    return metadata, doubled


def _gap(root: str, entry: Entry, reason: str, detail: str) -> Collected:
    where = Location(entry.path)
    blocks = reason == "broken"  # a header out of reach says nothing; a broken one hides something
    return only_gap(Gap(root, reason, f"{entry.name}: {detail}", where, WEIGHTS, blocks))


def _read(tree: Tree, entry: Entry) -> tuple[int | None, bytes]:
    """(length the header claims, as much as the limit allows); (None, start) if impossible."""
    prefix = tree.read(entry.path, 0, _PREFIX)
    if LFS_MARK.startswith(prefix) and len(prefix) == _PREFIX:
        return None, tree.read(entry.path, 0, len(LFS_MARK))
    length = int.from_bytes(prefix, "little")
    if len(prefix) < _PREFIX or length < 2 or length > entry.size - _PREFIX:
        return None, b""
    header = tree.read(entry.path, _PREFIX, min(length, LIMITS.header - 1024))
    return (length, header) if header[:1] == b"{" else (None, b"")


def _front(header: bytes) -> Any:
    """The metadata of a header cut short, when it stands whole at the front; else None."""
    text = header.decode("utf-8", errors="ignore")
    if not text.startswith(_START):
        return None
    try:
        value, _ = json.JSONDecoder().raw_decode(text, len(_START))
    except (ValueError, RecursionError):
        return None
    return value
