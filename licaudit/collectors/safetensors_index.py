"""*.safetensors.index.json and pytorch_model.bin.index.json: metadata of sharded weights."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any

from licaudit.collectors.json_text import dotted, read_json
from licaudit.collectors.ranges import Ranges
from licaudit.collectors.reading import beside, file_at, only_gap, shown
from licaudit.collectors.weights_gaps import header_gap, must_be_here, trouble
from licaudit.collectors.weights_metadata import from_metadata
from licaudit.facts import WEIGHTS, Collected, Gap, Location
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, ReadError, Tree

_FRONT = 65_536  # bytes in which the metadata of a larger index ends
_METADATA = re.compile(r'\s*\{\s*"metadata"\s*:\s*')
_SHOWN = 5  # shards that a Gap names


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """The scope, what `metadata` says beyond sizes, and the shards that are not where it says."""
    found = Collected(scopes=frozenset({(root, WEIGHTS)}))
    if entry.size > LIMITS.whole_file:
        return found + _front(tree, entry, root)
    stopped = trouble(root, entry, partial(must_be_here, Ranges(tree, entry)), "it is too long")
    if stopped.gaps:
        return found + stopped
    document = read_json(tree, entry, root, WEIGHTS)
    if isinstance(document, Gap):
        return found + only_gap(document)
    found += _shards(tree, entry, root, document.data.get("weight_map"))
    metadata = document.data.get("metadata", {})
    if not isinstance(metadata, dict):
        return found

    def where(key: str) -> Location:
        return Location(entry.path, document.line("metadata", key), key=dotted(("metadata", key)))

    return found + from_metadata(metadata, tree, root, where)


def _front(tree: Tree, entry: Entry, root: str) -> Collected:
    """The metadata of an index too large to be read whole, where it stands at the front."""
    try:
        text = tree.read(entry.path, 0, _FRONT).decode("utf-8", "ignore")
    except ReadError as error:
        return header_gap(root, entry, error.reason, error.detail)
    match = _METADATA.match(text)
    detail = f"{entry.size} bytes, and its metadata does not stand at the front: left unread"
    if match is None:
        return header_gap(root, entry, "cut_short", detail)
    try:
        value, _ = json.JSONDecoder().raw_decode(text, match.end())
    except (ValueError, RecursionError):
        return header_gap(root, entry, "cut_short", detail)
    metadata: dict[str, Any] = value if isinstance(value, dict) else {}
    gap = header_gap(root, entry, "cut_short", f"{entry.size} bytes; its shards were not looked up")
    return gap + from_metadata(
        metadata, tree, root, lambda key: Location(entry.path, key=dotted(("metadata", key)))
    )


def _shards(tree: Tree, entry: Entry, root: str, weight_map: Any) -> Collected:
    """Gaps for shards that are no files of this tree; those here have readers of their own."""
    if weight_map is None:
        return Collected()
    if not _is_map(weight_map):
        return header_gap(root, entry, "broken", "`weight_map` does not map names to files")
    names = set(weight_map.values())
    missing: dict[str, list[str]] = {"broken": [], "outside_tree": [], "unresolved": []}
    for name in sorted(names):
        path = beside(entry.folder, name)
        if name.lower().endswith(".json"):
            missing["broken"].append(name)  # an index of indexes, or one that names itself
        elif path is None:
            missing["outside_tree"].append(name)
        elif file_at(tree, path) is None:
            missing["unresolved"].append(name)
    why = {
        "broken": "names an index as a shard",
        "outside_tree": "names a shard outside this tree",
        "unresolved": "names shards that are not in this tree",
    }
    found = Collected()
    for reason, some in missing.items():
        if some:
            said = ", ".join(shown(name) for name in some[:_SHOWN])
            more = f" and {len(some) - _SHOWN} more" if len(some) > _SHOWN else ""
            detail = f"the weight map {why[reason]}: {said}{more}"
            found += header_gap(root, entry, reason, detail, blocks=reason != "unresolved")
    return found


def _is_map(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(name, str) for name in value.values())
