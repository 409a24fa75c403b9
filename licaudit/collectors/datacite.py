"""DataCite records (JSON or XML) and .zenodo.json: the rights of a deposit and its sources."""

from __future__ import annotations

from typing import Any

from licaudit.collectors import roles
from licaudit.collectors.context import Context
from licaudit.collectors.json_text import JsonText, Path, dotted, read_json, twice
from licaudit.collectors.reading import clean, joined, only_gap
from licaudit.collectors.said import licenses, passage
from licaudit.collectors.upstream_names import linked, named
from licaudit.collectors.xml_text import Element, read_xml
from licaudit.facts import CODE, DATA, Collected, Gap, Location, Scope
from licaudit.sources.tree import Entry, Tree

_DERIVED = frozenset({"isderivedfrom", "isvariantformof", "isversionof"})
_NAMES = ("datacite.json", "datacite.xml", ".zenodo.json", "zenodo.json")


def is_record(entry: Entry) -> bool:
    """Whether the name is one that repositories give to a deposit's record."""
    name = entry.name.lower()
    return name in _NAMES or name.endswith((".datacite.json", ".datacite.xml"))


def collect(tree: Tree, entry: Entry, context: Context) -> Collected:
    """Passages, links and Gaps of one record."""
    artifact, kind, folder = context.owner(entry.folder)
    scope = roles.nested(CODE if kind == "code" else DATA, folder)
    if entry.name.lower().endswith(".xml"):
        top = read_xml(tree, entry, artifact, scope)
        return only_gap(top) if isinstance(top, Gap) else _xml(tree, entry, artifact, scope, top)
    document = read_json(tree, entry, artifact, scope)
    if isinstance(document, Gap):
        return only_gap(document)
    parts = [Collected(gaps=twice(document, entry, artifact, scope))]
    path, record = _record(document.data)
    software = record.get("upload_type") == "software" or _type(record) == "software"
    scope = roles.nested(CODE if software else scope, "") if not folder else scope
    for key in ("rightsList", "rights", "license", "licenses"):
        if key in record:
            place = (*path, key)
            parts.append(licenses(document, entry, artifact, scope, place, record[key]))
    for key in ("relatedIdentifiers", "related_identifiers"):
        parts += _related(tree, document, entry, artifact, (*path, key), record.get(key))
    return joined(parts)


def _record(data: dict[str, Any]) -> tuple[Path, dict[str, Any]]:
    """The record inside what the service's interfaces wrap around it."""
    path: Path = ()
    for step in ("data", "attributes", "metadata"):
        inner = data.get(step)
        if isinstance(inner, dict):
            path, data = (*path, step), inner
    return path, data


def _type(record: dict[str, Any]) -> str:
    types = record.get("types")
    told = types.get("resourceTypeGeneral") if isinstance(types, dict) else None
    return told.lower() if isinstance(told, str) else ""


def _related(
    tree: Tree, document: JsonText, entry: Entry, artifact: str, path: Path, value: Any
) -> list[Collected]:
    found = []
    for index, item in enumerate(value if isinstance(value, list) else []):
        if not isinstance(item, dict):
            continue
        relation = item.get("relationType", item.get("relation"))
        told = item.get("relatedIdentifier", item.get("identifier"))
        if isinstance(told, str) and told.strip() and _derives(relation):
            place = (*path, index)
            where = Location(entry.path, document.line(*place), key=dotted(place))
            found.append(linked(named("dataset", told, where), "derived_from", tree, artifact))
    return found


def _derives(relation: Any) -> bool:
    return isinstance(relation, str) and relation.lower() in _DERIVED


def _xml(tree: Tree, entry: Entry, artifact: str, scope: Scope, top: Element) -> Collected:
    parts = []
    if any(e.attributes.get("resourceTypeGeneral") == "Software" for e in top.all("resourceType")):
        scope = CODE if scope == DATA else scope
    rights = [*top.all("rightsList", "rights"), *top.all("rights")]
    for element in rights:
        where = Location(entry.path, element.line, key="rights")
        link = element.attributes.get("rightsURI", "").strip()
        written = element.attributes.get("rightsIdentifier", "").strip() or element.text or link
        if written:
            hints = [("license_link", clean(link))] if link else []
            hints += [("listed", str(len(rights)))] if len(rights) > 1 else []
            found = passage(clean(written), where, scope, artifact, hints)
            parts.append(Collected(passages=(found,)))
    for element in top.all("relatedIdentifiers", "relatedIdentifier"):
        if element.text and _derives(element.attributes.get("relationType")):
            where = Location(entry.path, element.line, key="relatedIdentifier")
            item = named("dataset", element.text, where)
            parts.append(linked(item, "derived_from", tree, artifact))
    return joined(parts)
