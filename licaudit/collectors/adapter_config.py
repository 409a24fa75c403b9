"""adapter_config.json of PEFT: the base model that an adapter's weights cannot do without."""

from __future__ import annotations

from typing import Any

from licaudit.collectors.hub_ids import artifact_of, hub_id_of, hub_purl
from licaudit.collectors.json_text import JsonText, read_json, twice
from licaudit.collectors.reading import beside, clean, in_tree, only_gap, shown
from licaudit.facts import WEIGHTS, Collected, Gap, Link, Location, Passage
from licaudit.sources.tree import Entry, Tree

_BASE = "base_model_name_or_path"


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """The link to the base model; an adapter whose base cannot be identified is a Gap."""
    found = Collected(scopes=frozenset({(root, WEIGHTS)}))
    document = read_json(tree, entry, root, WEIGHTS)
    if isinstance(document, Gap):
        return found + only_gap(document)
    found += Collected(gaps=twice(document, entry, root, WEIGHTS))
    license_tag = document.data.get("license")
    if isinstance(license_tag, str) and license_tag.strip():
        where = Location(entry.path, document.line("license"), key="license")
        passage = Passage(clean(license_tag), where, "tag", WEIGHTS, root)
        found += Collected(passages=(passage,))
    return found + _base(tree, entry, root, document)


def _base(tree: Tree, entry: Entry, root: str, document: JsonText) -> Collected:
    value: Any = document.data.get(_BASE)
    where = Location(entry.path, document.line(_BASE), key=_BASE)
    if not isinstance(value, str) or not value.strip():
        detail = f"`{_BASE}` is {'missing' if value in (None, '') else shown(value)}"
        return only_gap(Gap(root, "unresolved", f"{detail}: the base is unknown", where, WEIGHTS))
    here = beside(entry.folder, value)
    if here is not None and here != entry.folder and in_tree(tree, here):
        return Collected()  # the base lies in this tree and is read where it stands
    hub_id = hub_id_of(value)
    if hub_id is None:
        detail = f"the base {shown(value)} is neither in this tree nor a hub id"
        return only_gap(Gap(root, "unresolved", detail, where, WEIGHTS))
    revision = document.data.get("revision")
    base = artifact_of(
        "model", hub_id, where, revision=revision if isinstance(revision, str) else None
    )
    link = Link(root, hub_purl("model", hub_id), "adapter_of", (where,))
    return Collected(artifacts=(base,), links=(link,))
