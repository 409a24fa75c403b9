"""package.json of npm: its license field in all three shapes, and its dependencies."""

from __future__ import annotations

import re
from typing import Any

from licaudit.collectors.json_text import JsonText, dotted, read_json, twice
from licaudit.collectors.packages import DEV, from_url, package, without_secrets
from licaudit.collectors.reading import clean, joined, only_gap, shown
from licaudit.facts import CODE, Collected, Gap, Location, Passage
from licaudit.sources.tree import Entry, Tree

_NOTES = {
    "dependencies": None,
    "devDependencies": DEV,
    "optionalDependencies": "optional",
    "peerDependencies": "peer",
}
_NAME = re.compile(r"^(@[\w.~-]+/)?[\w.~-]+$", re.ASCII)
_EXACT = re.compile(r"^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$", re.ASCII)
_ALIAS = re.compile(r"^npm:((?:@[^/@\s]+/)?[^/@\s]+)(?:@(.+))?$")
_ADDRESS = re.compile(r"^(git[+:@]|https?:|ssh:|github:|gitlab:|bitbucket:|gist:|[\w.-]+/[\w.-]+)")
_LOCAL = ("file:", "link:", "workspace:", "portal:", "./", "../")


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Passages, packages and links."""
    document = read_json(tree, entry, root, CODE)
    if isinstance(document, Gap):
        return only_gap(document)
    parts = [Collected(gaps=twice(document, entry, root, CODE))]
    for key in ("license", "licenses"):
        if document.data.get(key) not in (None, ""):
            parts.append(_license(document, (key,), document.data[key], entry, root))
    for key, note in _NOTES.items():
        wanted = document.data.get(key)
        if wanted is not None and not isinstance(wanted, dict):
            parts.append(_broken(document, (key,), wanted, entry, root))
            continue
        for name, version in (wanted or {}).items():
            where = Location(entry.path, document.line(key, name), key=dotted((key, name)))
            parts.append(_dependency(name, version, root, where, note))
    return joined(parts)


def from_registry(wanted: str) -> bool:
    """Whether a range means a package of a registry, not an address or a part of this tree."""
    wanted = wanted.strip()
    return not wanted.startswith(_LOCAL) and not _ADDRESS.match(wanted)


def _license(
    document: JsonText, path: tuple[str | int, ...], value: Any, entry: Entry, root: str
) -> Collected:
    """A string, an object with `type` and `url`, or a list of either."""
    if isinstance(value, list) and len(path) == 1:
        return joined(
            _license(document, (*path, index), item, entry, root)
            for index, item in enumerate(value)
        )
    hints: tuple[tuple[str, str], ...] = ()
    if isinstance(value, dict) and isinstance(value.get("url"), str):
        hints = (("license_link", clean(value["url"])),)
    written = value.get("type", value.get("name")) if isinstance(value, dict) else value
    if not isinstance(written, str):
        return _broken(document, path, value, entry, root)
    if not written.strip():
        return Collected()
    key = str(path[0]) + "".join(f"[{step}]" for step in path[1:])
    where = Location(entry.path, document.line(*path), key=key)
    return Collected(passages=(Passage(clean(written), where, "tag", CODE, root, hints=hints),))


def _broken(
    document: JsonText, path: tuple[str | int, ...], value: Any, entry: Entry, root: str
) -> Collected:
    where = Location(entry.path, document.line(*path), key=str(path[0]))
    detail = f"`{path[0]}` is {shown(value)}, which its format does not allow"
    return only_gap(Gap(root, "broken", detail, where, CODE))


def _dependency(name: str, version: Any, root: str, where: Location, note: str | None) -> Collected:
    if not _NAME.match(name) or not isinstance(version, str):
        detail = f"not a dependency: {shown(name)}"
        return only_gap(Gap(root, "broken", detail, where, CODE, blocks=note != DEV))
    version = version.strip()
    if version.startswith(_LOCAL):
        return Collected()  # a package of this very tree, read where it stands
    alias = _ALIAS.match(version)
    if alias and _NAME.match(alias.group(1)):
        name, version = alias.group(1), alias.group(2) or ""
    elif _ADDRESS.match(version):
        return from_url(name, without_secrets(clean(version)), root, where, note)
    return package("npm", name, version if _EXACT.match(version) else None, root, where, note)
