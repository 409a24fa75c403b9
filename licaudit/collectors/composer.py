"""composer.json and composer.lock of PHP; the lock repeats the license of every package."""

from __future__ import annotations

import re
from typing import Any

from licaudit.collectors.json_text import JsonText, dotted, read_json
from licaudit.collectors.packages import DEV, package
from licaudit.collectors.reading import clean, joined, only_gap, shown
from licaudit.facts import CODE, Collected, Gap, Location, Passage
from licaudit.sources.tree import Entry, Tree

NAMES = ("composer.json", "composer.lock")
_NAME = re.compile(r"^[\w.-]+/[\w.-]+$", re.ASCII)
_EXACT = re.compile(r"^v?(\d+\.\d+[\w.+-]*)$", re.ASCII)
_MANIFEST = (("require", None), ("require-dev", DEV))
_LOCK = (("packages", None), ("packages-dev", DEV))


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Passages, packages and links. PHP itself and its extensions are no packages."""
    document = read_json(tree, entry, root, CODE)
    if isinstance(document, Gap):
        return only_gap(document)
    if entry.name.lower() == "composer.lock":
        return _lock(document, entry, root)
    parts = [_licenses(document, ("license",), document.data.get("license"), entry, root)]
    for section, note in _MANIFEST:
        listed = document.data.get(section)
        for name, version in listed.items() if isinstance(listed, dict) else ():
            path = (section, name)
            where = Location(entry.path, document.line(*path), key=dotted(path))
            if "/" not in name:
                continue  # `php`, `ext-json`
            parts.append(_package(name, version, root, where, note))
    return joined(parts)


def _lock(document: JsonText, entry: Entry, root: str) -> Collected:
    parts = []
    for section, note in _LOCK:
        listed = document.data.get(section)
        for index, item in enumerate(listed if isinstance(listed, list) else ()):
            path = (section, index)
            where = Location(entry.path, document.line(*path), key=dotted(path))
            known = item if isinstance(item, dict) else {}
            found = _package(known.get("name"), known.get("version"), root, where, note)
            parts.append(found)
            if found.artifacts:
                target = found.artifacts[0].id
                value = known.get("license")
                parts.append(_licenses(document, (*path, "license"), value, entry, target))
    if not any(isinstance(document.data.get(section), list) for section, _ in _LOCK):
        detail = "no lock of Composer although named like one: it lists no `packages`"
        return only_gap(Gap(root, "broken", detail, Location(entry.path, 1), CODE))
    return joined(parts)


def _package(name: Any, version: Any, root: str, where: Location, note: str | None) -> Collected:
    if not isinstance(name, str) or not _NAME.match(name):
        detail = f"not a package: {shown(name)}"
        return only_gap(Gap(root, "broken", detail, where, CODE, blocks=note != DEV))
    match = _EXACT.match(version) if isinstance(version, str) else None
    return package("composer", name.lower(), match.group(1) if match else None, root, where, note)


def _licenses(
    document: JsonText, path: tuple[str | int, ...], value: Any, entry: Entry, artifact: str
) -> Collected:
    """Composer's own rule: several licenses in a list are a choice."""
    where = Location(entry.path, document.line(*path), key=dotted(path))
    values = value if isinstance(value, list) else [value]
    said = [clean(v.strip()) for v in values if isinstance(v, str) and v.strip()]
    if not said:
        return Collected()
    written = said[0] if len(said) == 1 else " OR ".join(f"({s})" if " " in s else s for s in said)
    return Collected(passages=(Passage(written, where, "tag", CODE, artifact),))
