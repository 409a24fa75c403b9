"""package-lock.json, npm-shrinkwrap.json and yarn.lock: names, versions, licenses where said."""

from __future__ import annotations

import re
from typing import Any

from licaudit.collectors.json_text import JsonError, JsonText, dotted, parse
from licaudit.collectors.packages import DEV, from_url, package, without_secrets
from licaudit.collectors.reading import clean, joined, only_gap, read_text, shown
from licaudit.collectors.said import words
from licaudit.facts import CODE, Collected, Gap, Location, Passage
from licaudit.sources.tree import Entry, Tree

NAMES = ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock")
_LARGEST = 6_000_000
_NAME = re.compile(r"^(@[\w.~-]+/)?[\w.~-]+$", re.ASCII)
_VERSION = re.compile(r"^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$", re.ASCII)
_YARN_HEAD = re.compile(r'^"?((?:@[^/@\s"]+/)?[^@\s"]+)@(.*?)"?:\s*$')
_YARN_VERSION = re.compile(r'^  version:? "?([^"\s]+)"?\s*$')
_YARN_RESOLUTION = re.compile(r'^  resolution: "((?:@[^/@\s"]+/)?[^@\s"]+)@(\w+):')
_CONFLICT = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)
_LOCAL = ("workspace:", "file:", "link:", "portal:")
_MOST, _DEPTH = 50_000, 30


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Packages, links, and a passage on each package whose license the lock repeats."""
    if entry.name.lower() == "yarn.lock":
        return _yarn(tree, entry, root)
    document = _json(tree, entry, root)
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


def _json(tree: Tree, entry: Entry, root: str) -> JsonText | Gap:
    """Locks are larger than other files that are read whole."""
    text = read_text(tree, entry, root, CODE, limit=_LARGEST)
    if isinstance(text, Gap):
        return text
    try:
        document = parse(text)
    except JsonError as error:
        where = Location(entry.path, error.line)
        return Gap(root, "broken", f"not valid JSON: {error}", where, CODE)
    if not isinstance(document.data, dict):
        detail = f"a JSON {type(document.data).__name__} where an object was expected"
        return Gap(root, "broken", detail, Location(entry.path, 1), CODE)
    return document


def _installed(document: JsonText, entry: Entry, root: str, path: str, item: Any) -> Collected:
    """One entry of `packages` (lock version 2 and 3); `` and workspaces are this tree's own."""
    if "node_modules/" not in path or not isinstance(item, dict) or item.get("link") is True:
        return Collected()
    name = item.get("name") if isinstance(item.get("name"), str) else None
    name = name or path.rpartition("node_modules/")[2]
    where = Location(entry.path, document.line("packages", path), key=dotted(("packages", path)))
    found = _package(name, item, root, where)
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


def _package(name: str, item: dict[str, Any], root: str, where: Location) -> Collected:
    note = DEV if item.get("dev") is True else "optional" if item.get("optional") is True else None
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
            parts.append(_package(name, item, root, where))
            if len(place) < _DEPTH:
                pending.append(((*place, name, "dependencies"), item.get("dependencies")))


def _yarn(tree: Tree, entry: Entry, root: str) -> Collected:
    """Both formats of yarn: a head `name@range:`, and below it `version`."""
    text = read_text(tree, entry, root, CODE, limit=_LARGEST)
    if isinstance(text, Gap):
        return only_gap(text)
    conflict = _CONFLICT.search(text)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        detail = "two versions of the file are merged into one: a merge conflict is left in it"
        return only_gap(Gap(root, "broken", detail, Location(entry.path, line), CODE))
    parts: list[Collected] = []
    name, wanted, line = "", "", 0
    for number, written in enumerate(text.split("\n"), 1):
        if written[:1] not in (" ", "#", ""):
            head = _YARN_HEAD.match(written.split(", ")[0].rstrip(":") + ":")
            name, wanted, line = (head.group(1), head.group(2), number) if head else ("", "", 0)
        elif resolution := _YARN_RESOLUTION.match(written):
            name = resolution.group(1) if resolution.group(2) == "npm" else name
        elif name and (version := _YARN_VERSION.match(written)):
            if not wanted.startswith(_LOCAL) and name != "__metadata":
                where = Location(entry.path, line, key=name)
                item = {"version": version.group(1)}
                if wanted.startswith(("git", "http", "ssh")):
                    item["resolved"] = "git+" + wanted
                parts.append(_package(name, item, root, where))
            wanted = "workspace:"  # a head has one version
    return joined(parts)
