""".NET: project files, packages.config, central versions and packages.lock.json."""

from __future__ import annotations

import re

from licaudit.collectors.json_text import dotted, read_json
from licaudit.collectors.packages import DEV, package
from licaudit.collectors.reading import joined, only_gap, shown
from licaudit.collectors.said import passage
from licaudit.collectors.xml_text import Element, read_xml
from licaudit.facts import CODE, Collected, Gap, Location
from licaudit.sources.tree import Entry, Tree

_PROJECTS = (".csproj", ".fsproj", ".vbproj", "packages.config", "directory.packages.props")
_REFERENCES = ("PackageReference", "PackageVersion", "GlobalPackageReference", "package")
_ID = re.compile(r"^[\w.-]+$")
_EXACT = re.compile(r"^\[?(\d[\w.+-]*)\]?$", re.ASCII)
_HOLDERS = ("Project", "packages")


def is_project(entry: Entry) -> bool:
    """Whether a file names packages of .NET."""
    return entry.name.lower().endswith(_PROJECTS)


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Passages, packages and links of a project. A plain version is the least one: not pinned."""
    top = read_xml(tree, entry, root, CODE)
    if isinstance(top, Gap):
        return only_gap(top)
    if top.name not in _HOLDERS:
        return Collected()
    parts = []
    for element in top.all("PropertyGroup", "PackageLicenseExpression"):
        if element.text:
            where = Location(entry.path, element.line, key="PackageLicenseExpression")
            parts.append(Collected(passages=(passage(element.text, where, CODE, root),)))
    listed = [*top.all("ItemGroup"), top]
    for element in (child for group in listed for child in group.children):
        if element.name in _REFERENCES:
            parts.append(_reference(element, entry, root))
    return joined(parts)


def _reference(element: Element, entry: Entry, root: str) -> Collected:
    said = {key.lower(): value for key, value in element.attributes.items()}
    name = said.get("include") or said.get("update") or said.get("id", "")
    version = said.get("version") or element.said("Version")
    where = Location(entry.path, element.line, key=f"{element.name}.{name}"[:200])
    private = said.get("privateassets") or element.said("PrivateAssets")
    note = DEV if private.lower() == "all" or said.get("developmentdependency") == "true" else None
    if not _ID.match(name):
        detail = f"not a package: {shown(name)}"
        return only_gap(Gap(root, "broken", detail, where, CODE, blocks=note != DEV))
    pinned = _EXACT.match(version)
    exact = pinned and (version.startswith("[") or element.name == "package")
    return package("nuget", name, pinned.group(1) if pinned and exact else None, root, where, note)


def collect_lock(tree: Tree, entry: Entry, root: str) -> Collected:
    """Every package of packages.lock.json, for all frameworks."""
    document = read_json(tree, entry, root, CODE)
    if isinstance(document, Gap):
        return only_gap(document)
    frameworks = document.data.get("dependencies")
    if not isinstance(frameworks, dict):
        detail = "no lock of NuGet although named like one: it has no `dependencies`"
        return only_gap(Gap(root, "broken", detail, Location(entry.path, 1), CODE))
    parts = []
    for framework, listed in frameworks.items():
        for name, item in listed.items() if isinstance(listed, dict) else ():
            path = ("dependencies", framework, name)
            where = Location(entry.path, document.line(*path), key=dotted(path))
            kind = item.get("type") if isinstance(item, dict) else None
            version = item.get("resolved") if isinstance(item, dict) else None
            if kind == "Project":
                continue
            if not isinstance(version, str) or not _ID.match(name):
                detail = f"not a locked package: {shown(name)}"
                parts.append(only_gap(Gap(root, "broken", detail, where, CODE)))
                continue
            parts.append(package("nuget", name, version, root, where))
    return joined(parts)
