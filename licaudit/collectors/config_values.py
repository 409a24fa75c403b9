"""Values of training configs: a hub id, a path of this tree, or a name nobody can resolve."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from licaudit.collectors.hub_ids import HubKind, hub_id_of, is_part
from licaudit.collectors.json_text import Path
from licaudit.collectors.reading import beside, clean, file_at, in_tree, only_gap, shown
from licaudit.collectors.upstream_names import linked, named
from licaudit.facts import WEIGHTS, Artifact, Collected, Gap, Location, Relation
from licaudit.sources.tree import Entry, Tree

FILE = re.compile(
    r"\.(jsonl?|csv|tsv|parquet|arrow|txt|zip|gz|zst|tar|py|bin|pt|safetensors|ya?ml)$", re.I
)
_BUILDERS = frozenset({"json", "csv", "text", "parquet", "arrow", "pandas", "imagefolder"})
_VARIABLE = re.compile(r"\$\{|\{\{|^\$|^<.*>$|^(null|none|default|auto|path/to|your[-_/])", re.I)
_MOST = 500


@dataclass(frozen=True, slots=True)
class Place:
    """Where a path into the data stands in the file."""

    path: str
    line: Callable[..., int | None]
    dotted: Callable[[Path], str]

    def at(self, path: Path) -> Location:
        """The location of one value."""
        return Location(self.path, self.line(*path), key=self.dotted(path))


def names_of(value: Any) -> Iterator[tuple[Path, Any]]:
    """(path, name) of every dataset of a field: a text, a list, `path:` of objects, or a mixer."""
    if isinstance(value, str):
        for name in value.split(",")[:_MOST]:
            if name.strip():
                yield (), name.strip()
    elif isinstance(value, list):
        for index, item in enumerate(value[:_MOST]):
            if isinstance(item, str):
                yield (index,), item
            elif isinstance(item, dict):
                key = next(
                    (k for k in ("path", "id", "name", "dataset", "source") if item.get(k)), None
                )
                if key:
                    yield (index, key), item[key]
    elif isinstance(value, dict):
        listed = value.get("datasets")
        if isinstance(listed, list):
            yield from (((("datasets", *path)), name) for path, name in names_of(listed))
        elif "_component_" not in value and "source" not in value:
            mixer = [k for k, v in value.items() if "/" in k and isinstance(v, (int, float))]
            yield from (((name,), name) for name in mixer[:_MOST])


def as_model(
    tree: Tree,
    entry: Entry,
    artifact: str,
    made: bool,
    relation: Relation,
    value: Any,
    where: Location,
) -> Collected:
    """The link to a model. mergekit's `{model: {path: ...}}` and `org/a+org/lora` are known."""
    if isinstance(value, dict):
        inner = value.get("path", value.get("model"))
        value = inner.get("path") if isinstance(inner, dict) else inner
    if not isinstance(value, str) or not value.strip():
        if value in (None, "") or relation != "merged_from":
            return Collected()
        detail = f"`{where.key}` is {shown(value)}, not the name of a model"
        return only_gap(Gap(artifact, "broken", detail, where, WEIGHTS, blocks=made))
    found = Collected()
    for name in value.split("+") if relation == "merged_from" else [value]:
        found += _named(tree, entry, artifact, made, relation, name.strip(), where, "model")
    return found


def as_dataset(
    tree: Tree,
    entry: Entry,
    artifact: str,
    made: bool,
    relation: Relation,
    value: Any,
    where: Location,
) -> Collected:
    """The link to a dataset; a builder of one's own files is none."""
    if not isinstance(value, str) or not value.strip() or value.strip() in _BUILDERS:
        return Collected()
    return _named(tree, entry, artifact, made, relation, value.strip(), where, "dataset")


def _named(
    tree: Tree,
    entry: Entry,
    artifact: str,
    made: bool,
    relation: Relation,
    text: str,
    where: Location,
    kind: HubKind,
) -> Collected:
    if _here(tree, entry, text):
        return Collected()
    note = None if made else f"named in a config ({relation})"
    hub_id = hub_id_of(text.partition("@")[0], kind)
    if hub_id:
        item = named(kind, hub_id, where)
        return linked(item, relation if made else "depends_on", tree, artifact, note)
    if not made:
        return Collected()  # a program's example config with a path or a name of somebody's own
    if _VARIABLE.search(text):
        detail = f"`{where.key}` is {shown(text)}, which is filled in elsewhere"
        return only_gap(Gap(artifact, "unresolved", detail, where, WEIGHTS, blocks=False))
    if kind == "dataset" and is_part(text) and not FILE.search(text):
        item = Artifact(f"name:dataset/{clean(text)}", "dataset", text, location=where)
        return linked(item, relation, tree, artifact)
    reason = "outside_tree" if beside("", text) is None else "unresolved"
    detail = f"`{where.key}` names {shown(text)}, which is neither in this tree nor a hub id"
    blocks = relation in ("merged_from", "trained_on")  # a base is named in the card as well
    return only_gap(Gap(artifact, reason, detail, where, WEIGHTS, blocks))


def _here(tree: Tree, entry: Entry, text: str) -> bool:
    paths = {beside(entry.folder, text), beside("", text)}
    return any(p and (in_tree(tree, p) or file_at(tree, p)) for p in paths) or text in (".", "./")
