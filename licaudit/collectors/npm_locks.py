"""package-lock.json and npm-shrinkwrap.json: names, versions, licenses where said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from licaudit.collectors.json_text import JsonText, dotted, read_json
from licaudit.collectors.packages import DEV, from_url, package, without_secrets
from licaudit.collectors.reading import clean, joined, only_gap, shown
from licaudit.collectors.said import words
from licaudit.facts import CODE, Collected, Gap, Location, Passage
from licaudit.sources.tree import Entry, Tree

NAMES = ("package-lock.json", "npm-shrinkwrap.json")
LARGEST = 6_000_000
_NAME = re.compile(r"^(@[\w.~-]+/)?[\w.~-]+$", re.ASCII)
_VERSION = re.compile(r"^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$", re.ASCII)
# npm's flags, the first that is set counts. What developers or an optional package need may ship.
_FLAGS = (("dev", DEV), ("devOptional", "optional"), ("optional", "optional"), ("peer", "peer"))
_LOCAL = ("workspace:", "file:", "link:", "portal:")
_MOST, _DEPTH = 50_000, 30


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Packages, links, and a passage on each package whose license the lock repeats."""
    document = read_json(tree, entry, root, CODE, limit=LARGEST)
    if isinstance(document, Gap):
        return only_gap(document)
    packages = document.data.get("packages")
    if isinstance(packages, dict):
        return joined(
            _installed(document, entry, root, path, item)
            for path, item in list(packages.items())[:_MOST]
        )
    parts: list[Collected] = []
    _nested(document, entry, root, document.data.get("dependencies"), ("dependencies",), parts)
    return joined(parts)


def _installed(document: JsonText, entry: Entry, root: str, path: str, item: Any) -> Collected:
    """One entry of `packages` (lock version 2 and 3); `` and workspaces are this tree's own."""
    if "node_modules/" not in path or not isinstance(item, dict) or item.get("link") is True:
        return Collected()
    name = item.get("name") if isinstance(item.get("name"), str) else None
    name = name or path.rpartition("node_modules/")[2]
    where = Location(entry.path, document.line("packages", path), key=dotted(("packages", path)))
    found = locked(name, item, root, where)
    if "license" not in item or not found.artifacts:
        return found
    written, hints = words(item["license"])
    if not written:
        return found
    place = Location(
        entry.path, document.line("packages", path, "license"), key=f"{where.key}.license"
    )
    target = found.artifacts[0].id
    passage = Passage(
        written, place, "tag", CODE, target, authority="distributor", hints=tuple(hints)
    )
    return found + Collected(passages=(passage,))


def locked(name: str, item: Mapping[str, Any], root: str, where: Location) -> Collected:
    """One package as npm writes it: `version`, `resolved`, and what it is for."""
    note = next((mark for flag, mark in _FLAGS if item.get(flag) is True), None)
    version = item.get("version")
    if not _NAME.match(name) or not (version is None or isinstance(version, str)):
        detail = f"not a locked package: {shown(name)}"
        return only_gap(Gap(root, "broken", detail, where, CODE, blocks=note != DEV))
    resolved = item.get("resolved", version)
    if isinstance(resolved, str) and resolved.startswith(_LOCAL):
        return Collected()
    if isinstance(resolved, str) and resolved.startswith(("git+", "git:", "github:", "git@")):
        return from_url(name, without_secrets(clean(resolved)), root, where, note)
    pinned = version if version and _VERSION.match(version) else None
    return package("npm", name, pinned, root, where, note)


def _nested(
    document: JsonText,
    entry: Entry,
    root: str,
    listed: Any,
    path: tuple[str, ...],
    parts: list[Collected],
) -> None:
    """Lock version 1: dependencies inside dependencies. Never deeper than `_DEPTH`."""
    pending = [(path, listed)]
    while pending:
        place, items = pending.pop()
        for name, item in items.items() if isinstance(items, dict) else ():
            if not isinstance(item, dict) or len(parts) > _MOST:
                continue
            where = Location(entry.path, document.line(*place, name), key=dotted((*place, name)))
            parts.append(locked(name, item, root, where))
            if len(place) < _DEPTH:
                pending.append(((*place, name, "dependencies"), item.get("dependencies")))
