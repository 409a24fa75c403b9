"""Keras models in HDF5 (.h5): the attributes of the top group. Datasets and subgroups stay unread.

Only what writers of models use is read: the first superblock of a file, one object header with its
continuations, strings of fixed and of variable length. The rest of the format is a Gap.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from licaudit.collectors.hdf5_header import UNREAD, attributes
from licaudit.collectors.ranges import Ranges
from licaudit.collectors.reading import joined
from licaudit.collectors.weights_gaps import header_gap, must_be_here, trouble
from licaudit.collectors.weights_metadata import from_metadata
from licaudit.facts import WEIGHTS, Collected, Location
from licaudit.sources.tree import Entry, Tree

# Attributes that hold JSON in which a trainer may have put words of its own.
_NESTED = ("metadata", "user_metadata", "model_config")


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Passages, links and Gaps of one file's top attributes."""
    said: dict[str, str] = {}
    found = [Collected(scopes=frozenset({(root, WEIGHTS)}))]
    file = Ranges(tree, entry)
    found.append(trouble(root, entry, partial(_read, file, said), "more attributes than are read"))
    if said.pop(UNREAD, None):
        detail = "its attributes lie in a heap, which is not read"
        found.append(header_gap(root, entry, "cut_short", detail))
    found.append(from_metadata(dict(said), tree, root, partial(_place, entry, "attributes")))
    for key in _NESTED:
        if inner := _object(said.get(key)):
            where = partial(_place, entry, f"attributes.{key}")
            found.append(from_metadata(inner, tree, root, where))
    return joined(found)


def _read(file: Ranges, said: dict[str, str]) -> None:
    must_be_here(file)
    attributes(file, said)


def _object(text: str | None) -> dict[str, Any]:
    if not text or not text.lstrip().startswith("{"):
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}  # cut after LONGEST bytes, or no JSON: then it is one text of many
    return value if isinstance(value, dict) else {}


def _place(entry: Entry, above: str, key: str) -> Location:
    return Location(entry.path, key=f"{above}.{key}"[:300])
