"""Headers of *.safetensors files: the `__metadata__` that trainers leave. Tensors stay unread."""

from __future__ import annotations

import json
import re
from typing import Any

from licaudit.collectors import safetensors_index
from licaudit.collectors.json_text import JsonError, dotted, parse
from licaudit.collectors.reading import LFS_MARK, shown
from licaudit.collectors.weights_gaps import header_gap
from licaudit.collectors.weights_metadata import from_metadata
from licaudit.facts import WEIGHTS, Collected, Location
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, ReadError, Tree

METADATA = "__metadata__"
_PREFIX = 8  # the header's length, little-endian
_LONGEST = 100_000_000  # no header may be longer, says the format
_OVERLAP = 200  # of two windows, in which the key may be cut
_QUOTED = b'"__metadata__"'
_LARGEST = 500_000  # bytes of metadata of a header too long to be kept whole
# In a header too long to be parsed: the key at the top, after a brace or another tensor's brace.
_KEY = re.compile(rb'(?:^\{|\}\s*,)\s*"__metadata__"\s*:\s*')


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Passages, links and Gaps of the header; nothing behind it is read."""
    if entry.name.lower().endswith(".json"):
        return safetensors_index.collect(tree, entry, root)
    found = Collected(scopes=frozenset({(root, WEIGHTS)}))
    try:
        metadata, doubled = _metadata(tree, entry)
    except ReadError as error:
        return found + header_gap(root, entry, error.reason, error.detail)
    if doubled:
        detail = f"{shown(doubled[0])} occurs twice in the metadata"
        found += header_gap(root, entry, "broken", detail)
    return found + from_metadata(
        metadata, tree, root, lambda key: Location(entry.path, key=dotted((METADATA, key)))
    )


def _metadata(tree: Tree, entry: Entry) -> tuple[dict[str, Any], list[str]]:
    """(the metadata, its keys that occur twice). Raises ReadError with the reason of a Gap."""
    length = _length(tree, entry)
    kept = min(length, LIMITS.header - 1024)
    header = tree.read(entry.path, _PREFIX, kept)
    if header[:1] != b"{" or len(header) < kept:
        raise ReadError("broken", "no safetensors header stands at the start")
    if length > kept:
        return _searched(tree, entry, length, header)
    try:
        document = parse(header.decode("utf-8"))
    except (JsonError, UnicodeDecodeError) as error:
        raise ReadError("broken", f"the header is not valid JSON: {error}") from error
    if not isinstance(document.data, dict):
        raise ReadError("broken", "the header is not a JSON object")
    doubled = [str(path[-1]) for path in document.duplicates if path[0] == METADATA]
    return _object(document.data.get(METADATA, {})), doubled


def _length(tree: Tree, entry: Entry) -> int:
    """The length that the header claims, if the file can hold it."""
    prefix = tree.read(entry.path, 0, _PREFIX)
    if prefix == LFS_MARK[:_PREFIX] and tree.read(entry.path, 0, len(LFS_MARK)) == LFS_MARK:
        raise ReadError("unreadable", "a Git LFS pointer: the file is not here")
    length = int.from_bytes(prefix, "little")
    if len(prefix) < _PREFIX or length < 2:
        raise ReadError("broken", "no safetensors header stands at the start")
    if length > entry.size - _PREFIX:
        detail = f"the header claims {length} bytes, the whole file has {entry.size}"
        raise ReadError("broken", detail)
    if length > _LONGEST:
        detail = f"the header claims {length} bytes, the format allows {_LONGEST}"
        raise ReadError("broken", detail)
    return length


def _searched(
    tree: Tree, entry: Entry, length: int, front: bytes
) -> tuple[dict[str, Any], list[str]]:
    """The metadata of a header too long to be parsed whole: its key is searched window by window.

    What trainers write stands at the front; whoever hides it behind the tensors is found too.
    """
    end = _PREFIX + length
    places: set[int] = set()
    step = len(front) - _OVERLAP
    for start in range(_PREFIX, end, step):
        wanted = min(len(front), end - start)
        data = front if start == _PREFIX else tree.read(entry.path, start, wanted)
        if _QUOTED in data:  # much faster than the pattern, and almost always the answer
            places |= {start + match.end() for match in _KEY.finditer(data)}
    if not places:
        return {}, []
    place = min(places)
    text = tree.read(entry.path, place, min(_LARGEST, end - place))
    metadata, doubled = _decoded(text.decode("utf-8", "ignore"))
    return metadata, doubled + [METADATA] * (len(places) > 1)


def _decoded(text: str) -> tuple[dict[str, Any], list[str]]:
    doubled: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                doubled.append(key)
            seen.add(key)
        return dict(pairs)

    try:
        value, _ = json.JSONDecoder(object_pairs_hook=once).raw_decode(text)
    except (ValueError, RecursionError) as error:
        detail = f"`{METADATA}` is no JSON object of at most {_LARGEST} bytes"
        raise ReadError("broken", detail) from error
    return _object(value), doubled


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ReadError("broken", f"`{METADATA}` is not a JSON object")
    return value
