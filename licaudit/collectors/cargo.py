"""Cargo.toml of Rust: its license and its dependencies."""

from __future__ import annotations

import re
from typing import Any

from licaudit.collectors.lines import find_key
from licaudit.collectors.packages import DEV, from_url, package
from licaudit.collectors.python_metadata import license_files, license_passage, wrong_type
from licaudit.collectors.reading import joined, only_gap, shown
from licaudit.collectors.toml_text import read_toml, table
from licaudit.facts import CODE, Collected, Gap, Location
from licaudit.sources.tree import Entry, Tree

_NOTES = {"dependencies": None, "build-dependencies": "build", "dev-dependencies": DEV}
_PINNED = re.compile(r"^=\s*(\d+\.\d+\.\d+[\w.+-]*)$")


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Passages, packages and links of the package, its targets and its workspace."""
    read = read_toml(tree, entry, root)
    if isinstance(read, Gap):
        return only_gap(read)
    data, text = read
    parts = [
        _license(tree, table(data, *path.split(".")), path, text, entry, root)
        for path in ("package", "workspace.package")
    ]
    tops = ["", "workspace."]
    tops += [f"target.{name}." for name in table(data, "target")]
    for top in tops:
        holder = (
            table(data, "target", top[7:-1])
            if top.startswith("target.")
            else (table(data, "workspace") if top else data)
        )
        for kind, note in _NOTES.items():
            for name, wanted in table(holder, kind).items():
                line = find_key(text, f"{top}{kind}", name)
                where = Location(entry.path, line, key=f"{top}{kind}.{name}")
                parts.append(_dependency(name, wanted, root, where, note))
    return joined(parts)


def _license(
    tree: Tree, data: dict[str, Any], path: str, text: str, entry: Entry, root: str
) -> Collected:
    found = Collected()
    value, line = data.get("license"), find_key(text, path, "license")
    if isinstance(value, str):
        # The form before SPDX: `MIT/Apache-2.0` means either. The ladder reads it as it stands.
        found += license_passage(value, entry, root, line, f"{path}.license")
    elif value is not None and not isinstance(value, dict):  # {workspace = true}: said up there
        found += wrong_type(value, "a license", entry, root, line, f"{path}.license")
    named = data.get("license-file")
    if isinstance(named, str):
        line = find_key(text, path, "license-file")
        found += license_files(tree, [named], entry, root, line, f"{path}.license-file")
    return found


def _dependency(name: str, wanted: Any, root: str, where: Location, note: str | None) -> Collected:
    if isinstance(wanted, dict):
        if isinstance(wanted.get("git"), str):
            return from_url(name, wanted["git"], root, where, note)
        if wanted.get("workspace") is True:
            return Collected()  # the workspace's own table names it
        if isinstance(wanted.get("path"), str) and "version" not in wanted:
            return Collected()  # a crate of this tree
        if isinstance(wanted.get("package"), str):
            name = wanted["package"]
        if wanted.get("optional") is True and note is None:
            note = f"optional:{name}"
        wanted = wanted.get("version")
    if wanted is not None and not isinstance(wanted, str):
        detail = f"the version of {shown(name)} is {shown(wanted)}, not text"
        return only_gap(Gap(root, "broken", detail, where, CODE, blocks=note != DEV))
    match = _PINNED.match(wanted.strip()) if wanted else None
    return package("cargo", name, match.group(1) if match else None, root, where, note)
