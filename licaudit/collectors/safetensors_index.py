"""*.safetensors.index.json and pytorch_model.bin.index.json: metadata of sharded weights."""

from __future__ import annotations

from licaudit.collectors.json_text import dotted, read_json
from licaudit.collectors.reading import only_gap
from licaudit.collectors.weights_metadata import from_metadata
from licaudit.facts import WEIGHTS, Collected, Gap, Location
from licaudit.sources.tree import Entry, Tree


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """The scope, and what `metadata` says beyond sizes. The weight map is not looked at."""
    found = Collected(scopes=frozenset({(root, WEIGHTS)}))
    document = read_json(tree, entry, root, WEIGHTS, blocks=False)
    if isinstance(document, Gap):
        return found + only_gap(document)
    metadata = document.data.get("metadata", {})
    if not isinstance(metadata, dict):
        return found

    def where(key: str) -> Location:
        return Location(entry.path, document.line("metadata", key), key=dotted(("metadata", key)))

    return found + from_metadata(metadata, tree, root, where)
