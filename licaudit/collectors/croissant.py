"""Croissant and Croissant-RAI (JSON-LD of datasets): licenses, sources, parts, responsible-AI."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from licaudit.collectors import prose_makers, roles, unnamed_makers
from licaudit.collectors.context import Context
from licaudit.collectors.json_text import JsonError, JsonText, Path, dotted, parse, twice
from licaudit.collectors.reading import clean, joined, only_gap, read_text
from licaudit.collectors.said import licenses
from licaudit.collectors.upstream_names import linked, named
from licaudit.facts import DATA, Collected, Gap, Location, Passage, Relation
from licaudit.sources.tree import Entry, Tree

_PREFIXES = ("sc:", "schema:", "https://schema.org/", "http://schema.org/", "dct:", "cr:")
_LICENSES = ("license", "licence", "usageInfo")
_SOURCES = ("isBasedOn", "prov:wasDerivedFrom", "wasDerivedFrom")
_PARTS = ("distribution", "hasPart")
_RAI = ("rai:", "http://mlcommons.org/croissant/RAI/")
_ACTIVITY = ("prov:type", "prov:label", "name", "label", "description", "@type", "@id")
_AGENTS = ("wasAttributedTo", "wasAssociatedWith", "agent")
_ACTS: tuple[tuple[Relation, re.Pattern[str]], ...] = (
    ("annotated_by", re.compile(r"annot|label", re.IGNORECASE)),
    ("filtered_by", re.compile(r"filter|clean|curat|preprocess", re.IGNORECASE)),
    ("generated_by", re.compile(r"synth|generat|augment|translat", re.IGNORECASE)),
)
_MOST = 500
_TELLTALES = ("croissant", "schema.org", '"@context"')


def is_croissant(entry: Entry) -> bool:
    """Whether the name is one that Croissant files have; the content decides."""
    name = entry.name.lower()
    return name.endswith((".jsonld", ".json-ld")) or (
        name.endswith(".json") and ("croissant" in name or name in ("metadata.json", "mlc.json"))
    )


def collect(tree: Tree, entry: Entry, context: Context) -> Collected:
    """Passages, links and Gaps of one description of a dataset."""
    artifact, _, folder = context.owner(entry.folder)
    scope = roles.nested(DATA, folder)
    text = read_text(tree, entry, artifact, scope, blocks=False)
    if isinstance(text, Gap):
        return only_gap(text)
    telling = any(word in text for word in _TELLTALES)
    try:
        document = parse(text)
    except JsonError as error:
        where = Location(entry.path, error.line)
        detail = f"not valid JSON: {error}"
        return only_gap(Gap(artifact, "broken", detail, where, scope, telling))
    if not isinstance(document.data, dict) or not _describes(document.data):
        return Collected()
    parts = [Collected(gaps=twice(document, entry, artifact, scope))]
    for key, value in _fields(document.data, _LICENSES):
        parts.append(licenses(document, entry, artifact, scope, (key,), value))
    for key, value in _fields(document.data, _SOURCES):
        for path, name in _names((key,), value):
            where = Location(entry.path, document.line(*path), key=dotted(path))
            parts.append(linked(named("dataset", name, where), "derived_from", tree, artifact))
    for key, value in _fields(document.data, _PARTS):
        parts.append(_of_parts(document, entry, artifact, key, value))
    found = joined([*parts, *_responsible(document, entry, artifact, scope)])
    unnamed = unnamed_makers.in_fields(_typed(document, entry), artifact, scope, found)
    return found + unnamed


def _describes(data: dict[str, Any]) -> bool:
    kinds = data.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    plain = {_plain(kind) for kind in kinds if isinstance(kind, str)}
    return "Dataset" in plain or "croissant" in str(data.get("conformsTo", "")).lower()


def _plain(key: str) -> str:
    for prefix in _PREFIXES:
        key = key.removeprefix(prefix)
    return key


def _fields(data: dict[str, Any], wanted: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """The fields of these names, whatever prefix the context of the file gives them."""
    yield from ((k, v) for k, v in data.items() if k in wanted or _plain(k) in wanted)


def _names(path: Path, value: Any) -> Iterator[tuple[Path, str]]:
    """Names or addresses of works: texts, objects, or lists of either."""
    if isinstance(value, list):
        for index, item in enumerate(value[:_MOST]):
            if not isinstance(item, list):
                yield from _names((*path, index), item)
    elif isinstance(value, dict):
        told = [value.get(k) for k in ("url", "sc:url", "@id", "name", "sc:name", "prov:label")]
        name = next((t for t in told if isinstance(t, str) and t.strip()), None)
        if name:
            yield path, name
    elif isinstance(value, str) and value.strip():
        yield path, value


def _of_parts(document: JsonText, entry: Entry, artifact: str, key: str, value: Any) -> Collected:
    """Licenses of single files or parts, which hold for them alone."""
    items = value if isinstance(value, list) else [value]
    found = []
    for index, item in enumerate(items[:_MOST]):
        if not isinstance(item, dict):
            continue
        name = item.get("name") or item.get("sc:name") or item.get("@id") or str(index)
        scope = f"subset:{clean(str(name))[:100]}"
        for inner, told in _fields(item, _LICENSES):
            path = (key, index, inner) if isinstance(value, list) else (key, inner)
            found.append(licenses(document, entry, artifact, scope, path, told))
    return joined(found)


def _responsible(
    document: JsonText, entry: Entry, artifact: str, scope: str
) -> Iterator[Collected]:
    """`rai:*` texts: limits of use as prose, makers as links; and the activities of `prov:`."""
    for key, value in document.data.items():
        if not key.startswith(_RAI):
            continue
        for path, text in _names((key,), value):
            where = Location(entry.path, document.line(*path), key=dotted(path))
            passage = Passage(clean(text), where, "prose", scope, artifact)
            yield Collected(passages=(passage,))
            yield prose_makers.from_text(clean(text), where, artifact, ())
            if "machineannotationtools" in key.lower():
                yield prose_makers.annotators(clean(text), where, artifact)
    for key, value in document.data.items():
        if key.rpartition(":")[2] == "wasGeneratedBy":
            yield from _activities(document, entry, artifact, (key,), value)


def _activities(
    document: JsonText, entry: Entry, artifact: str, path: Path, value: Any
) -> Iterator[Collected]:
    """`prov:wasGeneratedBy`: the software that an activity of making or labeling names."""
    several = value if isinstance(value, list) else [value]
    for index, activity in enumerate(several[:_MOST]):
        if not isinstance(activity, dict):
            continue
        place = (*path, index) if isinstance(value, list) else path
        words = " ".join(str(activity.get(k, "")) for k in _ACTIVITY)
        relation = next((r for r, pattern in _ACTS if pattern.search(words)), None)
        for key, agents in activity.items():
            if relation is None or key.rpartition(":")[2] not in _AGENTS:
                continue
            for inner, agent in enumerate(agents if isinstance(agents, list) else [agents]):
                steps = (*place, key, inner) if isinstance(agents, list) else (*place, key)
                where = Location(entry.path, document.line(*steps), key=dotted(steps))
                for _, name in _names((), agent) if _is_software(agent) else ():
                    yield prose_makers.named_as(clean(name), relation, where, artifact)


def _is_software(agent: Any) -> bool:
    """People and organisations are no makers whose terms could bind."""
    kind = str(agent.get("@type", "")) if isinstance(agent, dict) else ""
    return "Person" not in kind and "Organization" not in kind


def _typed(document: JsonText, entry: Entry) -> Iterator[tuple[str, str, Location]]:
    """What `rai:dataCollectionType` says of how the data came to be."""
    for key, value in document.data.items():
        if key.startswith(_RAI) and key.lower().endswith("datacollectiontype"):
            for path, text in _names((key,), value):
                yield key, clean(text), Location(entry.path, document.line(*path), key=dotted(path))
