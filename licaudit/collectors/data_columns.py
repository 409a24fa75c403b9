"""What the schema of a file of rows tells: licenses among its metadata, columns that hold them.

Rows are counted by `licaudit census`. A column of licenses that nobody has counted is a Gap for
that file: what the collection's own license says does not reach the rows.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from licaudit.collectors.reading import clean, joined, only_gap, shown
from licaudit.collectors.row_columns import load_names
from licaudit.collectors.said import passage, words
from licaudit.facts import Collected, Gap, Location, Scope
from licaudit.sources.tree import Entry, Tree

KEYS = ("license", "licence", "licenses", "license_name", "license_link")
_WRAPPED = ("huggingface", "pandas", "info", "dataset_info", "metadata")
_SHARDS = 20  # files of one folder and format whose columns are reported; they are alike
_SHOWN = 4
CENSUS = "`licaudit census` counts them"


def from_pairs(pairs: Mapping[str, str], entry: Entry, artifact: str, scope: Scope) -> Collected:
    """A passage per license among a schema's key and value pairs."""
    parts = []
    for key, value in _licenses(pairs):
        written, hints = words(value)
        if written:
            found = passage(written, Location(entry.path, key=key), scope, artifact, hints)
            parts.append(Collected(passages=(found,)))
    return joined(parts)


def from_columns(tree: Tree, columns: Iterable[str], entry: Entry, artifact: str) -> Collected:
    """A Gap where columns give rows licenses of their own, for the first files of a folder."""
    names = load_names()
    told = [c for c in dict.fromkeys(columns) if names.role(c) == "license"]
    if not told or not among_first(tree, entry):
        return Collected()
    listed = ", ".join(shown(c) for c in told[:_SHOWN])
    detail = f"{entry.name}: rows carry licenses of their own in {listed}; {CENSUS}"
    where = Location(entry.path, key=clean(told[0])[:80])
    return only_gap(Gap(artifact, "rows_unread", detail, where, f"subset:{entry.path[-80:]}"))


def among_first(tree: Tree, entry: Entry) -> bool:
    """Whether a file is one of the first of its format in its folder."""
    entries = tree.entries()
    start = bisect_left(entries, entry.folder + "/" if entry.folder else "", key=lambda e: e.path)
    ending = entry.name.rpartition(".")[2]
    alike = (e for e in islice(entries, start, None) if e.path.endswith("." + ending))
    return any(e.path == entry.path for e in islice(alike, _SHARDS))


def _licenses(pairs: Mapping[str, str]) -> list[tuple[str, Any]]:
    """(key, value) of license keys, and of those inside what libraries keep as JSON."""
    found: list[tuple[str, Any]] = []
    for key, text in pairs.items():
        if key.lower() in KEYS:
            found.append((key, text))
        elif key in _WRAPPED and any(word in text for word in KEYS):
            try:
                inner = json.loads(text)
            except (ValueError, RecursionError):
                continue
            found += [(f"{key}.{k}", v) for k, v in _inside(inner)]
    return found


def _inside(data: Any) -> list[tuple[str, Any]]:
    if not isinstance(data, dict):
        return []
    found = [(k, data[k]) for k in KEYS if data.get(k)]
    for name in _WRAPPED:
        if isinstance(inner := data.get(name), dict):
            found += [(f"{name}.{k}", inner[k]) for k in KEYS if inner.get(k)]
    return found
