"""Cargo.lock: every crate that a build takes, pinned."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from licaudit.collectors.cargo_scopes import Crate, cargo_lost, cargo_notes
from licaudit.collectors.packages import breaks_off, from_url, package
from licaudit.collectors.reading import joined, only_gap, shown
from licaudit.collectors.toml_text import read_toml
from licaudit.facts import CODE, Collected, Gap, Location
from licaudit.sources.tree import Entry, Tree

_HEADER = re.compile(r"^\[\[package\]\]\s*$", re.MULTILINE)
_REGISTRIES = ("registry+", "sparse+")
_MOST = 20_000


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Packages and links. A crate without a source is one of this tree."""
    read = read_toml(tree, entry, root)
    if isinstance(read, Gap):
        return only_gap(read)
    data, text = read
    listed = data.get("package", [])
    if not isinstance(listed, list):
        detail = f"`package` is {shown(listed)}, not a list"
        return only_gap(Gap(root, "broken", detail, Location(entry.path), CODE))
    lines = [text.count("\n", 0, m.start()) + 1 for m in _HEADER.finditer(text)]
    notes = cargo_notes(tree, entry, listed[:_MOST])
    parts = [
        _crate(item, entry, root, lines[index] if index < len(lines) else None, notes)
        for index, item in enumerate(listed[:_MOST])
    ]
    if lost := cargo_lost(listed):
        what = f"the crate {shown(lost[0])} is needed and not listed"
        parts.append(only_gap(breaks_off(what, entry.path, text.count("\n"), root)))
    return joined(parts)


def _crate(
    item: Any, entry: Entry, root: str, line: int | None, notes: Mapping[Crate, str | None]
) -> Collected:
    name = item.get("name") if isinstance(item, dict) else None
    version = item.get("version") if isinstance(item, dict) else None
    if not isinstance(name, str) or not name or not isinstance(version, str):
        detail = "a locked crate without a name or version"
        return only_gap(Gap(root, "broken", detail, Location(entry.path, line), CODE))
    where = Location(entry.path, line, key=f"package.{name}"[:200])
    source = item.get("source")
    if not isinstance(source, str):
        return Collected()
    note = notes.get((name, version))
    if source.startswith(_REGISTRIES):
        return package("cargo", name, version, root, where, note)
    return from_url(name, source, root, where, note)
