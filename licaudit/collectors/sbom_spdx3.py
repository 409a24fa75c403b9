"""SPDX 3.0 as JSON-LD: packages, models and datasets of `@graph`, joined by its relationships."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from licaudit.collectors.json_text import dotted
from licaudit.collectors.packages import DEV
from licaudit.collectors.reading import shown
from licaudit.collectors.sbom import Bill, Component, Edge, Places, Told
from licaudit.facts import CODE, ArtifactKind, Basis, Gap, Location, Relation
from licaudit.sources.tree import Entry

_KINDS: dict[str, ArtifactKind] = {
    "software_Package": "package",
    "ai_AIPackage": "model",
    "dataset_DatasetPackage": "dataset",
}
# relationship -> (relation, whether `to` is the downstream one, note)
_RELATIONS: dict[str, tuple[Relation, bool, str | None]] = {
    "dependsOn": ("depends_on", False, None),
    "hasPrerequisite": ("depends_on", False, None),
    "hasDynamicLink": ("depends_on", False, None),
    "hasOptionalDependency": ("depends_on", False, "optional"),
    "hasProvidedDependency": ("depends_on", False, "provided"),
    "usesTool": ("depends_on", False, "build"),
    "hasStaticLink": ("contains", False, None),
    "contains": ("contains", False, None),
    "packagedBy": ("contains", True, None),
    "trainedOn": ("trained_on", False, None),
    "testedOn": ("evaluated_on", False, None),
    "finetunedOn": ("trained_on", False, None),
    "ancestorOf": ("derived_from", True, None),
    "descendantOf": ("derived_from", False, None),
    "generates": ("derived_from", True, None),
    "copiedTo": ("derived_from", True, None),
    "hasVariant": ("derived_from", True, None),
}
_LICENSES: dict[str, Basis] = {"hasDeclaredLicense": "declared", "hasConcludedLicense": "concluded"}
_SCOPES = {"development": DEV, "test": DEV, "build": "build", "design": DEV}
_SETS = {"expandedlicensing_ConjunctiveLicenseSet": " AND "}
_SETS |= {"expandedlicensing_DisjunctiveLicenseSet": " OR "}
_LISTED = "spdx.org/licenses/"
_DEEPEST = 8


def read_bill(document: Places, entry: Entry, root: str) -> Bill:
    """The bill of a JSON-LD document. Relationships to what it does not hold are Gaps."""
    graph = document.data["@graph"]
    items = {_id(i): (n, i) for n, i in enumerate(graph) if isinstance(i, dict) and _id(i)}
    reader = _Reader(document, entry, root, items)
    licenses: dict[str, list[Told]] = {}
    edges: list[Edge] = []
    for index, item in enumerate(graph):
        if isinstance(item, dict) and isinstance(item.get("from"), str):
            edges += reader.relation(index, item, licenses)
    components = tuple(
        component
        for index, item in enumerate(graph)
        if isinstance(item, dict)
        for component in reader.component(index, item, licenses)
    )
    keys = {c.key for c in components}
    return Bill(components, tuple(edges), tuple(_main(graph, items, keys)), tuple(reader.gaps))


class _Reader:
    """The elements of one document by their ids, and the Gaps met on the way."""

    def __init__(
        self,
        document: Places,
        entry: Entry,
        root: str,
        items: dict[str, tuple[int, dict[str, Any]]],
    ) -> None:
        self.document, self.entry, self.root, self.items = document, entry, root, items
        self.gaps: list[Gap] = []

    def component(
        self, index: int, item: dict[str, Any], licenses: dict[str, list[Told]]
    ) -> Iterator[Component]:
        """The component of an element that is one."""
        kind = _KINDS.get(_type(item))
        if kind is None:
            return
        key, name = _id(item), item.get("name")
        if not key or not isinstance(name, str):
            self._gap("a package without a name or id", index)
            return
        version = item.get("software_packageVersion")
        yield Component(
            key,
            name,
            self._at(index),
            version if isinstance(version, str) else None,
            _purl(item),
            kind,
            tuple(licenses.get(key, ())),
        )

    def relation(
        self, index: int, item: dict[str, Any], licenses: dict[str, list[Told]]
    ) -> Iterator[Edge]:
        """Edges of one relationship; licenses are put to what has them."""
        kind, source = str(item.get("relationshipType")), item["from"]
        targets = item.get("to")
        for target in targets if isinstance(targets, list) else [targets]:
            if not isinstance(target, str):
                continue
            if kind in _LICENSES:
                told = licenses.setdefault(source, [])
                told += self._license(target, index, _LICENSES[kind])
            elif found := _RELATIONS.get(kind):
                relation, back, note = found
                note = note or _SCOPES.get(str(item.get("scope")))
                down, up = (target, source) if back else (source, target)
                for name in (source, target):
                    if name not in self.items:
                        self._gap(f"a relationship names {shown(name)}, which is not here", index)
                yield Edge(down, up, relation, self._at(index), note)

    def _license(self, name: str, index: int, basis: Basis) -> Iterator[Told]:
        where = self._at(self.items[name][0] if name in self.items else index)
        if name.rpartition("/")[2] in ("NoAssertion", "NoAssertionLicense", "None", "NoneLicense"):
            return
        text = self._text(name)
        if text is not None:
            yield Told(text, where, basis, "text")
            return
        written = self._expression(name, 0)
        if written is None:
            self._gap(f"the license {shown(name)} is not here", index)
        else:
            yield Told(written, where, basis)

    def _text(self, name: str) -> str | None:
        item = self.items.get(name, (0, {}))[1]
        text = item.get("simplelicensing_licenseText")
        own = _type(item) in (
            "simplelicensing_SimpleLicensingText",
            "expandedlicensing_CustomLicense",
        )
        return text if own and isinstance(text, str) and text.strip() else None

    def _expression(self, name: str, depth: int) -> str | None:
        """An expression out of an element, or of the address of a listed license."""
        if name not in self.items:
            return name.rpartition("/")[2] if _LISTED in name else None
        item = self.items[name][1]
        written = item.get("simplelicensing_licenseExpression")
        if isinstance(written, str):
            return written
        kind = _type(item)
        if kind in _SETS and depth < _DEEPEST:
            members = item.get("expandedlicensing_member")
            names = [
                m for m in (members if isinstance(members, list) else ()) if isinstance(m, str)
            ]
            parts = [self._expression(m, depth + 1) for m in names]
            if not parts or any(p is None for p in parts):
                return None
            return _SETS[kind].join(f"({p})" if " " in str(p) else str(p) for p in parts)
        if kind == "expandedlicensing_ListedLicense":
            return name.rpartition("/")[2]
        said = item.get("name")
        return said if isinstance(said, str) else None

    def _at(self, index: int) -> Location:
        path = ("@graph", index)
        return Location(self.entry.path, self.document.line(*path), key=dotted(path))

    def _gap(self, detail: str, index: int) -> None:
        self.gaps.append(Gap(self.root, "broken", detail, self._at(index), CODE))


def _main(
    graph: list[Any], items: dict[str, tuple[int, dict[str, Any]]], keys: set[str]
) -> Iterator[str]:
    """What the document is about: `rootElement`, through an Sbom element where one is between."""
    pending = [i for i in graph if isinstance(i, dict) and _type(i) == "SpdxDocument"]
    seen: set[str] = set()
    while pending:
        listed = pending.pop().get("rootElement")
        for name in listed if isinstance(listed, list) else [listed]:
            if not isinstance(name, str) or name in seen:
                continue
            seen.add(name)
            if name in keys:
                yield name
            elif name in items:
                pending.append(items[name][1])


def _id(item: dict[str, Any]) -> str:
    found = item.get("spdxId", item.get("@id"))
    return found if isinstance(found, str) else ""


def _type(item: dict[str, Any]) -> str:
    return str(item.get("type", item.get("@type")))


def _purl(item: dict[str, Any]) -> str | None:
    plain = item.get("software_packageUrl")
    if isinstance(plain, str):
        return plain
    listed = item.get("externalIdentifier")
    for other in listed if isinstance(listed, list) else ():
        if isinstance(other, dict) and str(other.get("externalIdentifierType")) in (
            "packageUrl",
            "packageURL",
        ):
            found = other.get("identifier")
            return found if isinstance(found, str) else None
    return None
