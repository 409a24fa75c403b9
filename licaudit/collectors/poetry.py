"""The `[tool.poetry]` table of a pyproject.toml: its license, classifiers and dependencies."""

from __future__ import annotations

import re
from typing import Any

from packaging.utils import canonicalize_name

from licaudit.collectors.lines import find_key, lines_of
from licaudit.collectors.packages import DEV, from_url, is_dev_group, package
from licaudit.collectors.python_metadata import classifiers, license_passage, wrong_type
from licaudit.collectors.reading import beside, in_tree, joined, only_gap, shown
from licaudit.collectors.toml_text import strings, table
from licaudit.facts import CODE, Collected, Gap, Location
from licaudit.sources.tree import Entry, Tree

_PINNED = re.compile(r"^(?:={2,3}\s*)?(\d[\w.!+-]*)$")
_TABLE = "tool.poetry"


def collect_table(
    tree: Tree, data: dict[str, Any], text: str, entry: Entry, root: str
) -> Collected:
    """Everything the table says; an empty table says nothing."""
    if not data:
        return Collected()
    found: list[Collected] = []
    value, line = data.get("license"), find_key(text, _TABLE, "license")
    if isinstance(value, str):
        found.append(license_passage(value, entry, root, line, f"{_TABLE}.license"))
    elif value is not None:
        found.append(wrong_type(value, "a license", entry, root, line, f"{_TABLE}.license"))
    listed = strings(data.get("classifiers"))
    lines = lines_of(text, listed, find_key(text, _TABLE, "classifiers"))
    found.append(classifiers(listed, lines, entry, root, f"{_TABLE}.classifiers"))
    groups: list[tuple[tuple[str, ...], str | None]] = [
        (("dependencies",), None),
        (("dev-dependencies",), DEV),
    ]
    for group in table(data, "group"):
        note = DEV if is_dev_group(group) else f"optional:{group}"
        groups.append((("group", group, "dependencies"), note))
    for path, mark in groups:
        name = ".".join(path)
        for dependency, wanted in table(data, *path).items():
            where = Location(
                entry.path,
                find_key(text, f"{_TABLE}.{name}", dependency),
                key=f"{_TABLE}.{name}.{dependency}",
            )
            found.append(_dependency(tree, entry, dependency, wanted, root, where, mark))
    return joined(found)


def _dependency(
    tree: Tree, entry: Entry, name: str, wanted: Any, root: str, where: Location, note: str | None
) -> Collected:
    if name.lower() == "python":
        return Collected()  # the interpreter, not a package
    if isinstance(wanted, list):  # one entry per platform or Python version
        return joined(_dependency(tree, entry, name, w, root, where, note) for w in wanted)
    if isinstance(wanted, dict):
        url = wanted.get("git") or wanted.get("url")
        if isinstance(url, str):
            return from_url(name, url, root, where, note)
        if isinstance(wanted.get("path"), str):
            return _on_path(tree, entry, wanted["path"], root, where, note)
        if wanted.get("optional") is True and note is None:
            note = "optional:" + name
        wanted = wanted.get("version")
    if wanted is not None and not isinstance(wanted, str):
        detail = f"the version of {shown(name)} is {shown(wanted)}, not text"
        return only_gap(Gap(root, "broken", detail, where, CODE, blocks=note != DEV))
    match = _PINNED.match(wanted.strip()) if wanted else None
    version = match.group(1) if match else None
    return package("pypi", canonicalize_name(name), version, root, where, note)


def _on_path(
    tree: Tree, entry: Entry, path: str, root: str, where: Location, note: str | None
) -> Collected:
    here = beside(entry.folder, path)
    if here is not None and (here == "" or in_tree(tree, here)):
        return Collected()
    reason = "outside_tree" if here is None else "unresolved"
    detail = f"depends on {shown(path)}, which is not in this tree"
    return only_gap(Gap(root, reason, detail, where, CODE, blocks=note != DEV))
