"""CycloneDX 1.2 to 1.7, JSON and XML: components, their licenses, dependencies and pedigree."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from licaudit.collectors.json_text import dotted
from licaudit.collectors.packages import DEV
from licaudit.collectors.reading import shown
from licaudit.collectors.sbom import LONGEST_TEXT, Bill, Component, Edge, Places, Told
from licaudit.collectors.xml_text import Element
from licaudit.facts import CODE, ArtifactKind, Basis, Gap, Location, Relation
from licaudit.sources.tree import Entry

_KINDS: dict[str, ArtifactKind] = {"machine-learning-model": "model", "data": "dataset"}
_NOTES = {"optional": "optional", "excluded": DEV}
_BASES: dict[str, Basis] = {"concluded": "concluded"}
_NPM_DEV = "cdx:npm:package:development"
_DEEPEST = 12  # components inside components
# XML: parents of many, and the name of each child; the JSON form has a list in their place.
_LISTS = {
    "components": "component",
    "services": "service",
    "dependencies": "dependency",
    "ancestors": "component",
    "licenses": "*",
    "datasets": "dataset",
}
Step = tuple[str | int, ...]


def read_bill(document: Places, entry: Entry, root: str) -> Bill:
    """The bill of a document in the shape of CycloneDX's JSON."""
    components: list[Component] = []
    edges: list[Edge] = []
    gaps: list[Gap] = []
    metadata = document.data.get("metadata")
    main = metadata.get("component") if isinstance(metadata, dict) else None
    keys: tuple[str, ...] = ()
    reader = _Reader(document, entry, root, components, edges, gaps)
    if isinstance(main, dict):
        found = reader.component(main, ("metadata", "component"), None, 0)
        keys = (found.key,) if found else ()
    reader.components(document.data.get("components"), ("components",), None, 0)
    reader.dependencies(document.data.get("dependencies"))
    return Bill(tuple(components), tuple(edges), keys, tuple(gaps))


class _Reader:
    """One pass over a document, filling lists."""

    def __init__(
        self,
        document: Places,
        entry: Entry,
        root: str,
        found: list[Component],
        edges: list[Edge],
        gaps: list[Gap],
    ) -> None:
        self.document, self.entry, self.root = document, entry, root
        self.found, self.edges, self.gaps = found, edges, gaps

    def components(self, listed: Any, path: Step, parent: str | None, depth: int) -> None:
        """Every component of a list; `parent` contains them."""
        if listed is None:
            return
        if not isinstance(listed, list) or depth > _DEEPEST:
            what = "nested too deeply" if isinstance(listed, list) else f"is {shown(listed)}"
            self._gap(f"`{dotted(path)}` {what}, and is left unread", path)
            return
        for index, item in enumerate(listed):
            child = self.component(item, (*path, index), parent, depth)
            if child and parent is not None:
                where = self._at((*path, index))
                self.edges.append(Edge(parent, child.key, "contains", where))

    def component(self, item: Any, path: Step, parent: str | None, depth: int) -> Component | None:
        """One component, and all below it. A Gap for what has no name."""
        if not isinstance(item, dict) or not isinstance(item.get("name"), str):
            self._gap("a component without a name", path)
            return None
        name, group = item["name"], _text(item.get("group"))
        purl, version = _text(item.get("purl")), _text(item.get("version"))
        key = _text(item.get("bom-ref")) or purl or dotted(path)
        component = Component(
            key,
            f"{group}/{name}" if group else name,
            self._at(path),
            version,
            purl,
            _KINDS.get(str(item.get("type")), "package"),
            tuple(self._licenses(item, path)),
            _note(item),
        )
        self.found.append(component)
        self.components(item.get("components"), (*path, "components"), key, depth + 1)
        self._ancestors(item, path, component, depth)
        self._datasets(item, path, key)
        return component

    def _ancestors(self, item: dict[str, Any], path: Step, child: Component, depth: int) -> None:
        pedigree = item.get("pedigree")
        listed = pedigree.get("ancestors") if isinstance(pedigree, dict) else None
        relation: Relation = "fine_tuned_from" if child.kind == "model" else "derived_from"
        for index, above in enumerate(listed if isinstance(listed, list) else ()):
            place = (*path, "pedigree", "ancestors", index)
            if depth > _DEEPEST:
                self._gap("ancestors nested too deeply are left unread", place)
            elif found := self.component(above, place, None, depth + 1):
                self.edges.append(Edge(child.key, found.key, relation, self._at(place)))

    def _datasets(self, item: dict[str, Any], path: Step, key: str) -> None:
        """Data that a model card names, by reference or in place."""
        card = item.get("modelCard")
        parameters = card.get("modelParameters") if isinstance(card, dict) else None
        listed = parameters.get("datasets") if isinstance(parameters, dict) else None
        for index, data in enumerate(listed if isinstance(listed, list) else ()):
            place = (*path, "modelCard", "modelParameters", "datasets", index)
            if not isinstance(data, dict):
                continue
            target = _text(data.get("ref"))
            if target is None and isinstance(data.get("name"), str):
                target = _text(data.get("bom-ref")) or dotted(place)
                where = self._at(place)
                self.found.append(Component(target, data["name"], where, kind="dataset"))
            if target:
                self.edges.append(Edge(key, target, "trained_on", self._at(place)))

    def dependencies(self, listed: Any) -> None:
        """`dependsOn` of every entry."""
        kinds = {c.key: c.kind for c in self.found}
        for index, item in enumerate(listed if isinstance(listed, list) else ()):
            targets = item.get("dependsOn") if isinstance(item, dict) else None
            source = item.get("ref") if isinstance(item, dict) else None
            for number, target in enumerate(targets if isinstance(targets, list) else ()):
                if not (isinstance(source, str) and isinstance(target, str)):
                    continue
                where = self._at(("dependencies", index, "dependsOn", number))
                pair = kinds.get(source), kinds.get(target)
                relation: Relation = "trained_on" if pair == ("model", "dataset") else "depends_on"
                if target not in kinds:
                    self._gap(f"depends on {shown(target)}, which is not listed", ("dependencies",))
                    continue
                self.edges.append(Edge(source, target, relation, where))

    def _licenses(self, item: dict[str, Any], path: Step) -> Iterator[Told]:
        evidence = item.get("evidence")
        places: list[tuple[Any, Step, Basis]] = [
            (item.get("licenses"), (*path, "licenses"), "declared")
        ]
        if isinstance(evidence, dict):
            places.append((evidence.get("licenses"), (*path, "evidence", "licenses"), "detected"))
        for listed, place, basis in places:
            items = listed if isinstance(listed, list) else []
            for index, choice in enumerate(items):
                if isinstance(choice, dict):
                    yield from self._choice(choice, (*place, index), basis, len(items))

    def _choice(
        self, choice: dict[str, Any], path: Step, basis: Basis, count: int
    ) -> Iterator[Told]:
        """`{"expression": ...}` or `{"license": {"id" | "name", "text", "url"}}`."""
        where = self._at(path)
        basis = _BASES.get(str(choice.get("acknowledgement")), basis)
        if isinstance(choice.get("expression"), str):
            yield Told(choice["expression"], where, basis)
            return
        named = choice.get("license")
        if not isinstance(named, dict):
            self._gap("a license that is neither an expression nor named", path)
            return
        basis = _BASES.get(str(named.get("acknowledgement")), basis)
        written = _text(named.get("id")) or _text(named.get("name"))
        link = _text(named.get("url"))
        text = _content(named.get("text"))
        hints = [("license_link", link)] if link and written else []
        hints += [("listed", str(count))] if count > 1 else []
        if written or link:
            yield Told(written or link or "", where, basis, hints=tuple(hints))
        if text and not named.get("id"):
            yield Told(text, where, basis, "text")

    def _at(self, path: Step) -> Location:
        return Location(self.entry.path, self.document.line(*path), key=dotted(path))

    def _gap(self, detail: str, path: Step) -> None:
        self.gaps.append(Gap(self.root, "broken", detail, self._at(path), CODE))


def _note(item: dict[str, Any]) -> str | None:
    """Whether a component is left out of what is shipped, by its scope or by npm's own word."""
    listed = item.get("properties")
    for said in listed if isinstance(listed, list) else ():
        if isinstance(said, dict) and said.get("name") == _NPM_DEV and said.get("value") == "true":
            return DEV
    return _NOTES.get(str(item.get("scope")))


def _text(value: Any) -> str | None:
    return value.strip() if isinstance(value, str) and value.strip() else None


def _content(value: Any) -> str | None:
    """The text of `{"content": ..., "encoding": "base64"}`."""
    if not isinstance(value, dict) or not isinstance(value.get("content"), str):
        return _text(value)
    content = value["content"]
    if value.get("encoding") == "base64":
        if len(content) > 2 * LONGEST_TEXT:
            return None
        try:
            content = base64.b64decode(content, validate=False).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            return None
    return _text(content)


class XmlPlaces:
    """XML in the shape of the JSON form; the lines are those of its elements."""

    def __init__(self, top: Element) -> None:
        self._lines: dict[Step, int] = {}
        self.data: dict[str, Any] = self._plain(top, ())
        self.data["bomFormat"] = "CycloneDX" if top.name == "bom" else ""

    def line(self, *path: str | int) -> int | None:
        """The line of the nearest element that has one."""
        for end in range(len(path), -1, -1):
            if path[:end] in self._lines:
                return self._lines[path[:end]]
        return None

    def _plain(self, element: Element, path: Step) -> Any:
        self._lines[path] = element.line
        if element.name in _LISTS:
            return self._list(element, path)
        if not element.children:
            if element.name in ("text",):
                return {"content": element.text, **element.attributes}
            if element.name == "expression":
                return element.text
            return element.text if not element.attributes else {**element.attributes}
        found: dict[str, Any] = dict(element.attributes)
        if element.name == "dependency":
            found["dependsOn"] = [c.attributes.get("ref") for c in element.children]
        for child in element.children:
            found.setdefault(child.name, self._plain(child, (*path, child.name)))
        return found

    def _list(self, element: Element, path: Step) -> list[Any]:
        wanted = _LISTS[element.name]
        found: list[Any] = []
        for child in element.children:
            if wanted not in ("*", child.name):
                continue
            value = self._plain(child, (*path, len(found)))
            found.append({child.name: value, **child.attributes} if wanted == "*" else value)
        return found
