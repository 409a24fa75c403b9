"""What a card's front matter says it came from: `base_model`, `datasets`, `source_datasets`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from licaudit.collectors.frontmatter import FrontMatter
from licaudit.collectors.hub_ids import artifact_of, hub_purl, looks_like_hub_id
from licaudit.collectors.reading import shown
from licaudit.facts import Artifact, Collected, Gap, Link, Location, Relation, Scope
from licaudit.sources.tree import Entry

UNTOLD = "the card does not say how it was made from this model"
RELATIONS: dict[str, Relation] = {
    "finetune": "fine_tuned_from",
    "adapter": "adapter_of",
    "merge": "merged_from",
    "quantized": "quantized_from",
    "distill": "distilled_from",
}
_NO_SOURCE = ("original", "extended", "extended|other")  # words of the field that name no work


def collect(head: FrontMatter, entry: Entry, artifact: str, kind: str, scope: Scope) -> Collected:
    """Links and artifacts of the fields, and a Gap for each value that names nothing."""
    links: list[Link] = []
    artifacts: list[Artifact] = []
    relation = RELATIONS.get(str(head.data.get("base_model_relation", "")).lower())
    bases = items(head, "base_model")
    for index, (value, line) in enumerate(bases):
        place = Location(entry.path, line, key=f"base_model[{index}]")
        default: Relation = "merged_from" if len(bases) > 1 else "fine_tuned_from"
        if head.data.get("library_name") == "peft":
            default = "adapter_of"
        artifacts.append(_model(value, place))
        note = None if relation else UNTOLD
        links.append(Link(artifact, artifacts[-1].id, relation or default, (place,), note))
    for value, line in items(head, "datasets") if kind != "dataset" else []:
        place = Location(entry.path, line, key="datasets")
        artifacts.append(_dataset(value, place))
        links.append(Link(artifact, artifacts[-1].id, "trained_on", (place,)))
    for value, line in items(head, "source_datasets"):
        if value in _NO_SOURCE:
            continue
        place = Location(entry.path, line, key="source_datasets")
        artifacts.append(_dataset(value.removeprefix("extended|").removeprefix("other-"), place))
        links.append(Link(artifact, artifacts[-1].id, "derived_from", (place,)))
    gaps = tuple(_nameless(head, entry, artifact, kind, scope))
    return Collected(tuple(artifacts), links=tuple(links), gaps=gaps)


def items(head: FrontMatter, key: str) -> list[tuple[str, int | None]]:
    """(text, line) of a field's value, or of each text in its list; empty texts are none."""
    values = head.data.get(key)
    if isinstance(values, str):
        return [(values.strip(), head.line(key))] if values.strip() else []
    if not isinstance(values, list):
        return []
    return [
        (v.strip(), head.line(key, i))
        for i, v in enumerate(values)
        if isinstance(v, str) and v.strip()
    ]


def _nameless(
    head: FrontMatter, entry: Entry, artifact: str, kind: str, scope: Scope
) -> Iterator[Gap]:
    """Values that should name an upstream and do not: objects, numbers, nothing."""
    for key in ("base_model", "source_datasets", *(() if kind == "dataset" else ("datasets",))):
        if key not in head.data:
            continue
        value: Any = head.data[key]
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            line = head.line(key, index) if isinstance(value, list) else head.line(key)
            where = Location(entry.path, line, key=key)
            if item is None or (isinstance(item, str) and not item.strip()):
                if key == "base_model":
                    detail = f"`{key}` is left empty: what it was made from is unsaid"
                    yield Gap(artifact, "unresolved", detail, where, scope, blocks=False)
            elif not isinstance(item, str):
                detail = f"`{key}` holds {shown(item)}, not a name"
                yield Gap(artifact, "unresolved", detail, where, scope)


def _model(value: str, place: Location) -> Artifact:
    if looks_like_hub_id(value):
        return artifact_of("model", value, place)
    return Artifact(f"name:model/{value}", "model", value, location=place)


def _dataset(value: str, place: Location) -> Artifact:
    if looks_like_hub_id(value):
        return artifact_of("dataset", value, place)
    if "/" not in value and " " not in value:
        return Artifact(hub_purl("dataset", value), "dataset", value, location=place)
    return Artifact(f"name:dataset/{value}", "dataset", value, location=place)
