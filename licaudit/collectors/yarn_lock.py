"""yarn.lock of both formats: names and versions, and what for, where package.json stands beside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from licaudit.collectors.npm_locks import LARGEST, locked
from licaudit.collectors.packages import breaks_off, read_lock
from licaudit.collectors.reading import joined, only_gap, shown
from licaudit.collectors.yarn_scopes import Entries, yarn_lost, yarn_notes
from licaudit.facts import CODE, Collected, Gap, Location
from licaudit.sources.tree import Entry, Tree

_HEAD = re.compile(r'^"?((?:@[^/@\s"]+/)?[^@\s"]+)@(.*?)"?$')
_VERSION = re.compile(r'^  version:? (?:"([^"\s]+)"|([^"\s]+))\s*$')
_RESOLUTION = re.compile(r'^  resolution: "((?:@[^/@\s"]+/)?[^@\s"]+)@(\w+):')
_PART = re.compile(r"^  (\w+):\s*$")
_EDGE = re.compile(r'^    "?((?:@[^/@\s"]+/)?[^@\s":]+)"?:? "?([^"]*?)"?\s*$')
_EDGES = ("dependencies", "optionalDependencies")
_LOCAL = ("workspace:", "file:", "link:", "portal:")


@dataclass
class _Package:
    """One entry. `asked` are the descriptors `name@range` in its head."""

    line: int
    asked: list[tuple[str, str]]
    name: str = ""
    version: str = ""
    needs: list[tuple[str, str]] = field(default_factory=list)

    @property
    def range(self) -> str:
        return self.asked[0][1] if self.asked else ""


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Packages and links; an entry without a version is a Gap."""
    text = read_lock(tree, entry, root, LARGEST)
    if isinstance(text, Gap):
        return only_gap(text)
    packages = list(_read(text))
    if text.strip() and not packages and "__metadata" not in text and "# yarn" not in text:
        detail = "no lock of yarn although named like one"
        return only_gap(Gap(root, "broken", detail, Location(entry.path, 1), CODE))
    graph = _graph(packages)
    notes = yarn_notes(tree, entry, graph)
    parts = [_package(one, notes.get(number), entry, root) for number, one in enumerate(packages)]
    if lost := yarn_lost(graph):
        what = f"{shown(lost[0])} is needed and not listed"
        parts.append(only_gap(breaks_off(what, entry.path, text.count("\n"), root)))
    return joined(parts)


def _graph(packages: list[_Package]) -> Entries:
    patched: dict[str, list[int]] = {}
    by_name: dict[str, list[int]] = {}
    for number, one in enumerate(packages):
        for name in dict.fromkeys(name for name, _ in one.asked):
            by_name.setdefault(name, []).append(number)
        if one.range.startswith("patch:"):
            patched.setdefault(one.name, []).append(number)
    return Entries(
        {d: n for n, one in enumerate(packages) for d in one.asked},
        [one.needs for one in packages],
        [_workspace(one.range) for one in packages],
        patched,
        by_name,
    )


def _workspace(wanted: str) -> str | None:
    return wanted.partition(":")[2] if wanted.startswith("workspace:") else None


def _package(one: _Package, note: str | None, entry: Entry, root: str) -> Collected:
    where = Location(entry.path, one.line, key=one.name)
    if one.range.startswith(_LOCAL):
        return Collected()
    if not one.version:
        detail = f"a locked package without a version: {shown(one.name)}"
        return only_gap(Gap(root, "broken", detail, where, CODE))
    item: dict[str, object] = {"version": one.version, "dev": note == "dev"}
    item["optional"] = note == "optional"
    if one.range.startswith(("git", "http", "ssh")):
        item["resolved"] = "git+" + one.range
    return locked(one.name, item, root, where)


def _read(text: str) -> Iterator[_Package]:
    """The entries, in order: a head at the margin, fields at 2, dependencies at 4."""
    one: _Package | None = None
    part = ""
    for number, line in enumerate(text.split("\n"), 1):
        if line[:1] not in (" ", "#", "", "\t"):
            if one is not None:
                yield one
            one, part = _head(line, number), ""
        elif one is None:
            continue
        elif resolution := _RESOLUTION.match(line):
            one.name = resolution.group(1) if resolution.group(2) == "npm" else one.name
        elif version := _VERSION.match(line):
            one.version = one.version or version.group(1) or version.group(2)
        elif begun := _PART.match(line):
            part = begun.group(1)
        elif part in _EDGES and (edge := _EDGE.match(line)):
            one.needs.append((edge.group(1), edge.group(2)))
    if one is not None:
        yield one


def _head(line: str, number: int) -> _Package | None:
    """`a@^1, a@^2:` in its quotes; None for `__metadata:` and what is no entry."""
    words = line.rstrip().removesuffix(":").split(", ")
    heads = [m for word in words if (m := _HEAD.match(word.strip('"')))]
    asked = [(m.group(1), m.group(2)) for m in heads]
    return _Package(number, asked, asked[0][0]) if asked else None
