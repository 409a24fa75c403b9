"""config.json and model_index.json of a model: that weights exist, what they came from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from licaudit.collectors.hub_ids import artifact_of, hub_id_of, hub_purl, is_self
from licaudit.collectors.json_text import JsonError, JsonText, Path, dotted, parse, twice
from licaudit.collectors.reading import beside, clean, in_tree, only_gap, read_text, shown
from licaudit.facts import WEIGHTS, Collected, Gap, Link, Location, Passage, Relation
from licaudit.sources.tree import Entry, Tree

MAX_DEPTH = 5  # configs of parts (text_config, vision_config) nest; nothing honest nests deeper
# Keys that name another repository, and what that makes of it.
_UPSTREAM: dict[str, Relation] = {
    "_name_or_path": "derived_from",
    "mm_vision_tower": "contains",
    "vision_tower": "contains",
    "mm_audio_tower": "contains",
}
_OF_A_MODEL = frozenset({"architectures", "model_type", "_diffusers_version"})
_TELLTALES = ('"architectures"', '"model_type"', '"_diffusers_version"', '"_name_or_path"')


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Scope evidence, upstream links and a license tag. Other programs' config.json say nothing."""
    text = read_text(tree, entry, root, WEIGHTS, blocks=False)
    if isinstance(text, Gap):
        return only_gap(text)
    telling = any(word in text for word in _TELLTALES)
    try:
        document = parse(text)
    except JsonError as error:
        detail = f"not valid JSON: {error}"
        where = Location(entry.path, error.line)
        return only_gap(Gap(root, "broken", detail, where, WEIGHTS, telling))
    data = document.data
    if not isinstance(data, dict) or not telling:
        return Collected()
    found = Collected(gaps=twice(document, entry, root, WEIGHTS))
    if _OF_A_MODEL & data.keys():
        found += Collected(scopes=frozenset({(root, WEIGHTS)}))
    if "license" in data:
        found += _license(document, entry, root)
    for path, value in _named(data):
        where = Location(entry.path, document.line(*path), key=dotted(path))
        found += _upstream(tree, entry, root, _UPSTREAM[str(path[-1])], value, where)
    return found


def _license(document: JsonText, entry: Entry, root: str) -> Collected:
    value = document.data["license"]
    where = Location(entry.path, document.line("license"), key="license")
    if not isinstance(value, str):
        detail = f"`license` is {shown(value)}, not text"
        return only_gap(Gap(root, "broken", detail, where, WEIGHTS))
    if not value.strip():
        return Collected()
    return Collected(passages=(Passage(clean(value), where, "tag", WEIGHTS, root),))


def _named(data: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    """(path, value) of every key that names an upstream, those of nested parts included."""
    pending: list[tuple[Path, dict[str, Any]]] = [((), data)]
    while pending:
        path, mapping = pending.pop()
        for key, value in mapping.items():
            if key in _UPSTREAM:
                yield (*path, key), value
            elif isinstance(value, dict) and len(path) < MAX_DEPTH:
                pending.append(((*path, key), value))


def _upstream(
    tree: Tree, entry: Entry, root: str, relation: Relation, value: Any, where: Location
) -> Collected:
    if value is None or value == "":
        return Collected()  # what transformers writes when a model was built from its config
    if not isinstance(value, str):
        detail = f"`{where.key}` is {shown(value)}, not text"
        return only_gap(Gap(root, "broken", detail, where, WEIGHTS, blocks=False))
    hub_id = hub_id_of(value)
    if hub_id and not _here(tree, entry, value):
        if is_self(root, tree.name, hub_id):
            return Collected()
        link = Link(root, hub_purl("model", hub_id), relation, (where,))
        return Collected(artifacts=(artifact_of("model", hub_id, where),), links=(link,))
    if _here(tree, entry, value):
        return Collected()
    detail = f"`{where.key}` names {shown(value)}, a path or name outside this tree and any hub"
    return only_gap(Gap(root, "unresolved", detail, where, WEIGHTS, blocks=False))


def _here(tree: Tree, entry: Entry, value: str) -> bool:
    """Whether the value is a path in this tree, seen from the file's folder or from the top."""
    paths = {beside(entry.folder, value), beside("", value)}
    return any(path is not None and (not path or in_tree(tree, path)) for path in paths)
