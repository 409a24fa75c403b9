"""datapackage.json of Frictionless Data: licenses and sources, of the package and of its parts."""

from __future__ import annotations

from typing import Any

from licaudit.collectors import roles
from licaudit.collectors.context import Context
from licaudit.collectors.json_text import JsonText, Path, dotted, read_json, twice
from licaudit.collectors.reading import clean, joined, only_gap, shown
from licaudit.collectors.said import licenses
from licaudit.collectors.upstream_names import linked, named
from licaudit.facts import DATA, Collected, Gap, Location, Scope
from licaudit.sources.tree import Entry, Tree

_MOST = 2_000


def collect(tree: Tree, entry: Entry, context: Context) -> Collected:
    """Passages, links and Gaps of one package."""
    artifact, _, folder = context.owner(entry.folder)
    scope = roles.nested(DATA, folder)
    document = read_json(tree, entry, artifact, scope)
    if isinstance(document, Gap):
        return only_gap(document)
    found = [Collected(gaps=twice(document, entry, artifact, scope))]
    found.append(_described(tree, document, entry, artifact, scope, (), document.data))
    resources = document.data.get("resources", [])
    if not isinstance(resources, list):
        found.append(_broken(document, entry, artifact, ("resources",), resources, scope))
        resources = []
    for index, resource in enumerate(resources[:_MOST]):
        if not isinstance(resource, dict):
            continue
        name = clean(str(resource.get("name") or resource.get("path") or index))[:100]
        place = ("resources", index)
        part = f"subset:{name}"
        found.append(_described(tree, document, entry, artifact, part, place, resource))
    return joined(found)


def _described(
    tree: Tree,
    document: JsonText,
    entry: Entry,
    artifact: str,
    scope: Scope,
    path: Path,
    data: dict[str, Any],
) -> Collected:
    """`licenses` (and the older `license`) and `sources` of a package or of one resource."""
    found = [
        licenses(document, entry, artifact, scope, (*path, key), data[key])
        for key in ("licenses", "license")
        if key in data
    ]
    sources = data.get("sources", [])
    if not isinstance(sources, list):
        found.append(_broken(document, entry, artifact, (*path, "sources"), sources, scope))
        sources = []
    for index, source in enumerate(sources[:_MOST]):
        place = (*path, "sources", index)
        where = Location(entry.path, document.line(*place), key=dotted(place))
        told: tuple[Any, ...] = (source,)
        if isinstance(source, dict):
            told = (source.get("path"), source.get("web"), source.get("title"), source.get("name"))
        name = next((t for t in told if isinstance(t, str) and t.strip()), None)
        if name is None:
            found.append(_broken(document, entry, artifact, place, source, scope))
            continue
        found.append(linked(named("dataset", name, where), "derived_from", tree, artifact))
    return joined(found)


def _broken(
    document: JsonText, entry: Entry, artifact: str, path: Path, value: Any, scope: Scope
) -> Collected:
    where = Location(entry.path, document.line(*path), key=dotted(path))
    detail = f"`{dotted(path)}` is {shown(value)}, which its format does not allow"
    return only_gap(Gap(artifact, "broken", detail, where, scope))
