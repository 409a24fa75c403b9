"""dataset_infos.json and dataset_info.json of `datasets`: license and homepage of each config."""

from __future__ import annotations

from typing import Any

from licaudit.collectors import roles
from licaudit.collectors.context import Context
from licaudit.collectors.json_text import Path, read_json, twice
from licaudit.collectors.reading import clean, joined, only_gap
from licaudit.collectors.said import licenses
from licaudit.facts import DATA, Collected, Gap
from licaudit.sources.tree import Entry, Tree

_OF_A_DATASET = frozenset(
    {"features", "splits", "license", "citation", "homepage", "download_checksums", "builder_name"}
)


def collect(tree: Tree, entry: Entry, context: Context) -> Collected:
    """A passage for each license; one for all configs that say the same."""
    artifact, _, folder = context.owner(entry.folder)
    scope = roles.nested(DATA, folder)
    document = read_json(tree, entry, artifact, scope, blocks=False)
    if isinstance(document, Gap):
        return only_gap(document)
    infos = _infos(document.data)
    if not infos:
        return Collected()  # another program's file, such as LLaMA-Factory's list of datasets
    parts = [Collected(gaps=twice(document, entry, artifact, scope))]
    said = {_key(info.get("license")) for _, info in infos}
    for path, info in infos[:1] if len(said) == 1 else infos:
        place = f"subset:{path[0]}" if path and len(said) > 1 else scope
        found = licenses(document, entry, artifact, place, (*path, "license"), info.get("license"))
        parts.append(found)
        if len(said) > 1 and not found.passages and not found.gaps:
            detail = f"the config `{clean(str(path[0]))[:80]}` names no license, others do"
            parts.append(only_gap(Gap(artifact, "no_license", detail, None, place)))
    return joined(parts)


def _infos(data: dict[str, Any]) -> list[tuple[Path, dict[str, Any]]]:
    """(path, info) of every config; a file of one dataset is one info without a name."""
    if {"features", "splits"} & data.keys() or ("license" in data and "citation" in data):
        return [((), data)]
    return [
        ((name,), info)
        for name, info in data.items()
        if isinstance(info, dict) and len(_OF_A_DATASET & info.keys()) > 1
    ]


def _key(value: Any) -> str:
    return "" if value is None else str(value).strip()
