"""pom.xml of Maven: its licenses and dependencies. Nothing is fetched, no entity is unfolded."""

from __future__ import annotations

import re

from licaudit.collectors.packages import DEV, package
from licaudit.collectors.reading import joined, only_gap, shown
from licaudit.collectors.said import passage
from licaudit.collectors.xml_text import Element, read_xml
from licaudit.facts import CODE, Collected, Gap, Location
from licaudit.sources.tree import Entry, Tree

_PROPERTY = re.compile(r"\$\{([\w.-]{1,100})\}")
_NOTES = {"test": DEV, "provided": "provided", "system": "system"}
_ID = re.compile(r"^[\w.-]+$", re.ASCII)


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Passages, packages and links. A parent's or a BOM's versions stay open."""
    top = read_xml(tree, entry, root, CODE)
    if isinstance(top, Gap):
        return only_gap(top)
    if top.name != "project":
        return Collected()
    listed = top.all("licenses", "license")
    parts = [_license(element, entry, root, len(listed)) for element in listed]
    properties = {e.name: e.text for p in top.all("properties") for e in p.children}
    for key in ("version", "groupId"):
        properties[f"project.{key}"] = top.said(key) or top.said("parent", key)
    own = top.said("groupId") or top.said("parent", "groupId")
    paths = [("dependencies", "dependency"), ("profiles", "profile", "dependencies", "dependency")]
    for path in paths:
        for element in top.all(*path):
            parts.append(_dependency(element, entry, root, properties))
    for element in top.all("parent"):
        if element.said("groupId") != own or top.said("groupId"):
            parts.append(_dependency(element, entry, root, properties))
    return joined(parts)


def _license(element: Element, entry: Entry, root: str, count: int) -> Collected:
    name, url = element.said("name"), element.said("url")
    if not (name or url):
        return Collected()
    hints = [("license_link", url)] if url and name else []
    hints += [("listed", str(count))] if count > 1 else []
    where = Location(entry.path, element.line, key="licenses.license")
    return Collected(passages=(passage(name or url, where, CODE, root, hints),))


def _dependency(element: Element, entry: Entry, root: str, properties: dict[str, str]) -> Collected:
    group = _filled(element.said("groupId"), properties)
    name = _filled(element.said("artifactId"), properties)
    version: str | None = _filled(element.said("version"), properties)
    where = Location(entry.path, element.line, key=f"dependencies.{name}"[:200])
    note = _NOTES.get(element.said("scope"))
    if element.said("optional") == "true" and note is None:
        note = "optional"
    if not (_ID.match(group) and _ID.match(name)):
        detail = f"not a dependency: {shown(group)} {shown(name)}"
        return only_gap(Gap(root, "broken", detail, where, CODE, blocks=note != DEV))
    if not version or "$" in version or version[0] in "[(":
        version = None
    return package("maven", f"{group}/{name}", version, root, where, note)


def _filled(text: str, properties: dict[str, str]) -> str:
    """A value with the properties of this very file put in; once, never in circles."""
    return _PROPERTY.sub(lambda m: properties.get(m.group(1)) or m.group(0), text)[:300]
