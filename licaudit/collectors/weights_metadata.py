"""What the metadata of a weight file says: its license, its base, the data it was trained on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from licaudit.collectors.hub_ids import artifact_of, hub_id_of, hub_purl, is_self
from licaudit.collectors.reading import clean, only_gap, shown
from licaudit.facts import DATA, WEIGHTS, Collected, Form, Gap, Link, Location, Passage, Relation
from licaudit.sources.tree import Tree

Where = Callable[[str], Location]
LICENSES = ("license", "licence", "modelspec.license", "license_name", "license_link")
_PROSE = ("modelspec.description", "modelspec.usage_hint", "description")
_BASES: dict[str, Relation] = {
    "base_model": "fine_tuned_from",
    "base_model_name_or_path": "fine_tuned_from",
    "ss_base_model": "fine_tuned_from",
    "modelspec.merged_from": "merged_from",
}
# Names of a base without an id: they prove that there is an upstream, not which one.
_HINTS = ("modelspec.architecture", "ss_base_model_version", "ss_sd_model_name")


def from_metadata(metadata: dict[str, Any], tree: Tree, root: str, where: Where) -> Collected:
    """Passages, links and Gaps of one file's metadata; `where` gives the place of a key."""
    found = _licenses(metadata, root, where)
    based = Collected()
    for key, relation in _BASES.items():
        for name in _names(metadata.get(key)):
            based += _base(name, relation, tree, root, where(key))
    found += based
    if not based.links and not based.gaps:
        found += _unnamed_base(metadata, root, where)
    return found + _training_data(metadata, root, where)


def as_data(found: Collected) -> Collected:
    """The same of a file of arrays that is part of a dataset: what it says, it says of the data."""
    return replace(
        found,
        passages=tuple(replace(p, scope=DATA) for p in found.passages),
        gaps=tuple(replace(g, scope=DATA) for g in found.gaps),
        scopes=frozenset((artifact, DATA) for artifact, _ in found.scopes),
    )


def _licenses(metadata: dict[str, Any], root: str, where: Where) -> Collected:
    """A passage per license key (the others of them as hints), and one per stretch of prose."""
    found = Collected()
    told = [
        (key.removeprefix("modelspec."), clean(value))
        for key in LICENSES
        if isinstance(value := metadata.get(key), str) and value.strip()
    ]
    for key in (*LICENSES, *_PROSE):
        form: Form = "prose" if key in _PROSE else "header"
        value = metadata.get(key)
        if value is None or value == "":
            continue
        if not isinstance(value, str):
            detail = f"`{key}` is {shown(value)}, not text"
            found += only_gap(Gap(root, "broken", detail, where(key), WEIGHTS))
            continue
        hints = tuple(h for h in told if h[0] != key.removeprefix("modelspec."))
        passage = Passage(clean(value), where(key), form, WEIGHTS, root, hints=hints)
        found += Collected(passages=(passage,))
    return found


def _names(value: Any) -> list[str]:
    """One name, or those of a list, which the format can only hold as JSON or with commas."""
    if not isinstance(value, str) or not value.strip():
        return []
    if value.lstrip().startswith("["):
        try:
            items = json.loads(value)
        except (ValueError, RecursionError):
            return [value]
        return [item for item in items if isinstance(item, str)] or [value]
    return [part.strip() for part in value.split(",") if part.strip()]


def _base(name: str, relation: Relation, tree: Tree, root: str, where: Location) -> Collected:
    hub_id = hub_id_of(name)
    if hub_id is None:
        detail = f"`{where.key}` names {shown(name)}, which is not a hub id"
        return only_gap(Gap(root, "unresolved", detail, where, WEIGHTS))
    if is_self(root, tree.name, hub_id):
        return Collected()
    link = Link(root, hub_purl("model", hub_id), relation, (where,))
    return Collected(artifacts=(artifact_of("model", hub_id, where),), links=(link,))


def _unnamed_base(metadata: dict[str, Any], root: str, where: Where) -> Collected:
    said = [(k, v) for k in _HINTS if isinstance(v := metadata.get(k), str) and v.strip()]
    if not said:
        return Collected()
    words = ", ".join(f"{key}={shown(value)}" for key, value in said)
    detail = f"made from a base known only by name ({words})"
    # An architecture alone does not prove an upstream: such weights may be trained from scratch.
    blocks = any(key != "modelspec.architecture" or "/" in value for key, value in said)
    return only_gap(Gap(root, "unresolved", detail, where(said[0][0]), WEIGHTS, blocks))


def _training_data(metadata: dict[str, Any], root: str, where: Where) -> Collected:
    keys = sorted(k for k in metadata if k.startswith("ss_dataset"))
    if not keys:
        return Collected()
    value = metadata[keys[0]]
    detail = f"trained on data that the header names only by folder ({shown(value)})"
    return only_gap(Gap(root, "unresolved", detail, where(keys[0]), WEIGHTS, blocks=False))
