"""Names of datasets that only their framework knows: LLaMA-Factory's list, torchtune's builders."""

from __future__ import annotations

from typing import Any

from licaudit.collectors.config_values import FILE, Place, as_dataset
from licaudit.collectors.json_text import JsonText, dotted, read_json
from licaudit.collectors.reading import beside, file_at, in_tree, only_gap, shown
from licaudit.collectors.relation_names import load_relations
from licaudit.collectors.upstream_names import linked, named
from licaudit.facts import WEIGHTS, Collected, Gap, Location, Relation
from licaudit.sources.tree import Entry, Tree

LIST = "dataset_info.json"
_HUB_KEYS = ("hf_hub_url", "ms_hub_url", "om_hub_url")
_REMOTE = "REMOTE:"
_COMPONENT = "torchtune.datasets."
_LARGEST = 500_000


def is_llama_factory(data: dict[str, Any]) -> bool:
    """Whether a config is one of LLaMA-Factory's: its names of datasets are no hub ids."""
    return "finetuning_type" in data or {"stage", "template"} <= data.keys()


def from_llama_factory(
    tree: Tree,
    entry: Entry,
    artifact: str,
    made: bool,
    data: dict[str, Any],
    name: Any,
    at: Location,
) -> Collected | None:
    """What LLaMA-Factory takes a name for; None where that is not its own to say."""
    if not isinstance(name, str) or "/" in name:
        return None
    folder = data.get("dataset_dir")
    folder = folder if isinstance(folder, str) else "data"
    relation: Relation = "trained_on" if made else "depends_on"
    if folder.startswith(_REMOTE):
        where = Location(at.path, at.line, key="dataset_dir")
        return linked(named("dataset", folder[len(_REMOTE) :], where), relation, tree, artifact)
    listed = _listed(tree, entry, folder, artifact)
    if isinstance(listed, Gap):
        return only_gap(listed)
    if listed is not None and isinstance(listed[1].data.get(name), dict):
        return _of_list(tree, artifact, made, *listed, name, at)
    known = load_relations().llama_factory.get(name)
    if known is None:
        return None
    note = f"LLaMA-Factory's name {name}"
    return linked(named("dataset", known, at), relation, tree, artifact, note)


def _listed(
    tree: Tree, entry: Entry, folder: str, artifact: str
) -> tuple[Entry, JsonText] | Gap | None:
    """The list of datasets beside the config or at the root, if the tree holds one."""
    for home in (entry.folder, ""):
        place = beside(home, folder)
        found = file_at(tree, f"{place}/{LIST}" if place else LIST) if place is not None else None
        if found is not None:
            read = read_json(tree, found, artifact, WEIGHTS, limit=_LARGEST, blocks=False)
            return read if isinstance(read, Gap) else (found, read)
    return None


def _of_list(
    tree: Tree, artifact: str, made: bool, file: Entry, document: JsonText, name: str, at: Location
) -> Collected:
    """One row of the list: a hub id, a file of this tree, or a file that is somewhere else."""
    row = document.data[name]
    key = next((k for k in _HUB_KEYS if isinstance(row.get(k), str) and row[k].strip()), None)
    if key:
        where = Location(file.path, document.line(name, key), key=dotted((name, key)))
        relation: Relation = "trained_on" if made else "depends_on"
        found = linked(named("dataset", row[key], where), relation, tree, artifact)
        return found
    path = row.get("file_name", row.get("script_url"))
    inside = beside(file.folder, path) if isinstance(path, str) else None
    if inside is not None and in_tree(tree, inside):
        return Collected()
    detail = f"{at.path} trains on {shown(name)}, which {file.path} finds in {shown(path)}"
    where = Location(file.path, document.line(name), key=dotted((name,)))
    gap = Gap(artifact, "unresolved", f"{detail}: not in this tree", where, WEIGHTS, blocks=made)
    return only_gap(gap) if made else Collected()


def from_torchtune(
    tree: Tree, entry: Entry, artifact: str, made: bool, section: Any, place: Place
) -> Collected:
    """The data of torchtune's `dataset:`: a `source`, a builder's own, or a Gap."""
    found, key = Collected(), "dataset"
    several = section if isinstance(section, list) else [section]
    for index, item in enumerate(several):
        if not isinstance(item, dict) or not str(item.get("_component_", "")).startswith(
            _COMPONENT
        ):
            continue
        path = (key, index, "_component_") if isinstance(section, list) else (key, "_component_")
        where = place.at(path)
        if isinstance(item.get("source"), str):
            where = place.at((*path[:-1], "source"))
            source = item["data_files"] if _own(item) else item["source"]
            found += as_dataset(tree, entry, artifact, made, "trained_on", source, where)
            continue
        builder = str(item["_component_"]).removeprefix(_COMPONENT).rpartition(".")[2]
        known = load_relations().torchtune.get(builder)
        if known is not None:
            relation: Relation = "trained_on" if made else "depends_on"
            note = f"torchtune's {builder}"
            found += linked(named("dataset", known, where), relation, tree, artifact, note)
        elif made and "datasets" not in item:
            detail = f"`{where.key}` is {shown(builder)}, a builder whose data is not known"
            found += only_gap(Gap(artifact, "unresolved", detail, where, WEIGHTS))
    return found


def _own(item: dict[str, Any]) -> bool:
    """A builder such as `source: json` with files of one's own."""
    return isinstance(item.get("data_files"), str) and bool(FILE.search(item["data_files"]))
