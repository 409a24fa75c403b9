"""Copies of others' packages inside a tree, by the records that came along with them.

License texts beside the copies are read by their own reader; here a copy gets its name and version.
"""

from __future__ import annotations

import re
from dataclasses import replace

from licaudit.collectors.installed import read_python
from licaudit.collectors.packages import package, read_lock
from licaudit.collectors.reading import joined, only_gap
from licaudit.facts import CODE, Collected, Gap, Link, Location
from licaudit.sources.tree import Entry, Tree

_GO = re.compile(r"^# ([\w.~/@!-]+) (v[\w.+-]+)(?: => (\S+)(?: (v\S+))?)?\s*$", re.ASCII)


def is_wheel(entry: Entry) -> bool:
    """Whether it is the record of an unpacked wheel: `_vendor/x-1.0.dist-info/METADATA`."""
    return entry.name == "METADATA" and entry.folder.endswith(".dist-info")


def is_go(entry: Entry) -> bool:
    """Whether Go wrote it: `vendor/modules.txt`."""
    return entry.path == "vendor/modules.txt" or entry.path.endswith("/vendor/modules.txt")


def collect_wheel(tree: Tree, entry: Entry, root: str) -> Collected:
    """The package, what its metadata says of its license, and that the tree contains it."""
    text = read_lock(tree, entry, root)
    if isinstance(text, Gap):
        return only_gap(text)
    one = read_python(tree, entry)
    where = Location(entry.path)
    if not one.name:
        detail = "the record of a vendored package names none, or cannot be read"
        return only_gap(Gap(root, "broken", detail, where, CODE))
    link = Link(root, one.id, "contains", (where,))
    return Collected((one.artifact,), tuple(one.passages), (link,), tuple(one.gaps))


def collect_go(tree: Tree, entry: Entry, root: str) -> Collected:
    """Every vendored module, replaced ones by what replaces them."""
    text = read_lock(tree, entry, root)
    if isinstance(text, Gap):
        return only_gap(text)
    parts = []
    for number, line in enumerate(text.split("\n"), 1):
        if not (match := _GO.match(line)):
            continue
        name, version, other, instead = match.groups()
        if other and other.startswith((".", "/")):
            continue  # a folder of this tree
        found = package(
            "golang", other or name, instead or version, root, Location(entry.path, number)
        )
        parts.append(replace(found, links=tuple(_held(x) for x in found.links)))
    return joined(parts)


def _held(link: Link) -> Link:
    return replace(link, relation="contains")
