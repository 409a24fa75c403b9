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
# Short names that transformers' and optimum's GPTQ know, and the datasets they load for them.
_CALIBRATION = {
    "c4": "allenai/c4",
    "c4-new": "allenai/c4",
    "wikitext2": "Salesforce/wikitext",
    "ptb": "ptb_text_only",
    "ptb-new": "ptb_text_only",
}
CALIBRATION = "calibration: decided how the weights were rounded"
REMOTE_CODE = "its own code, which is loaded from there"
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
        found += license_tag(document, entry, root)
    found += remote_code(document, tree, entry, root)
    found += _calibration(document, tree, entry, root)
    for path, value in _named(data):
        where = Location(entry.path, document.line(*path), key=dotted(path))
        found += _upstream(tree, entry, root, _UPSTREAM[str(path[-1])], value, where)
    return found


def license_tag(document: JsonText, entry: Entry, root: str) -> Collected:
    """The passage of a configuration's `license`, or the Gap of one that is no text."""
    value = document.data["license"]
    where = Location(entry.path, document.line("license"), key="license")
    if not isinstance(value, str):
        detail = f"`license` is {shown(value)}, not text"
        return only_gap(Gap(root, "broken", detail, where, WEIGHTS))
    if not value.strip():
        return Collected()
    return Collected(passages=(Passage(clean(value), where, "tag", WEIGHTS, root),))


def remote_code(document: JsonText, tree: Tree, entry: Entry, root: str) -> Collected:
    """Links to repositories whose code `auto_map` has loaded: `org/name--module.Class`."""
    mapped = document.data.get("auto_map")
    found = Collected()
    seen: set[str] = set()
    for key, value in mapped.items() if isinstance(mapped, dict) else ():
        for item in value if isinstance(value, list) else [value]:
            name, marked, _ = item.partition("--") if isinstance(item, str) else ("", "", "")
            hub_id = hub_id_of(name) if marked else None
            if not hub_id or hub_id in seen or is_self(root, tree.name, hub_id):
                continue
            seen.add(hub_id)
            path = ("auto_map", key)
            where = Location(entry.path, document.line(*path), key=dotted(path))
            link = Link(root, hub_purl("model", hub_id), "depends_on", (where,), REMOTE_CODE)
            artifact = artifact_of("model", hub_id, where)
            found += Collected(artifacts=(artifact,), links=(link,))
    return found


def _calibration(document: JsonText, tree: Tree, entry: Entry, root: str) -> Collected:
    """The data that decided how weights were rounded (GPTQ keeps its name): used as training is."""
    settings = document.data.get("quantization_config")
    value = settings.get("dataset") if isinstance(settings, dict) else None
    if not isinstance(value, str) or not value.strip():
        return Collected()  # a list holds the texts themselves
    path = ("quantization_config", "dataset")
    where = Location(entry.path, document.line(*path), key=dotted(path))
    hub_id = _CALIBRATION.get(value) or hub_id_of(value, "dataset")
    if hub_id is None:
        detail = f"quantized with the help of a dataset known only as {shown(value)}"
        return only_gap(Gap(root, "unresolved", detail, where, WEIGHTS, blocks=False))
    link = Link(root, hub_purl("dataset", hub_id), "trained_on", (where,), CALIBRATION)
    return Collected(artifacts=(artifact_of("dataset", hub_id, where),), links=(link,))


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
