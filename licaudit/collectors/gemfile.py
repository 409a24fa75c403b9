"""Gemfile and Gemfile.lock of Ruby: the gems named in them, read as text."""

from __future__ import annotations

import re

from licaudit.collectors.packages import DEV, breaks_off, is_dev_group, package, read_lock
from licaudit.collectors.reading import joined, only_gap
from licaudit.facts import Collected, Gap, Location
from licaudit.sources.tree import Entry, Tree

NAMES = ("gemfile", "gemfile.lock")
_GEM = re.compile(r"""^\s*gem\s*\(?\s*["']([\w.-]+)["'](?:\s*,\s*["']=?\s*(\d[\w.]*)["'])?(.*)$""")
_GROUP = re.compile(r"^\s*group\s+(.+?)\s+do\b")
_LOCKED = re.compile(r"^    ([\w.-]+) \(([^)\s-]+)(?:-[^)]*)?\)$")
_LAST = frozenset({"PLATFORMS", "DEPENDENCIES", "BUNDLED WITH"})
_HERE = re.compile(r"\bpath(?:\s*=>|:)")


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Packages and links."""
    text = read_lock(tree, entry, root)
    if isinstance(text, Gap):
        return only_gap(text)
    lock = entry.name.lower().endswith(".lock")
    return _locked(text, entry, root) if lock else _wanted(text, entry, root)


def _wanted(text: str, entry: Entry, root: str) -> Collected:
    parts = []
    note: str | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if group := _GROUP.match(line):
            names = re.findall(r":(\w+)", group.group(1))
            note = DEV if names and all(is_dev_group(name) for name in names) else None
        elif line.strip() == "end":
            note = None
        elif (gem := _GEM.match(line)) and not _HERE.search(gem.group(3)):
            where = Location(entry.path, number, key=gem.group(1))
            parts.append(package("gem", gem.group(1), gem.group(2), root, where, note))
    return joined(parts)


def _locked(text: str, entry: Entry, root: str) -> Collected:
    parts = []
    section, sections = "", set()
    for number, line in enumerate(text.split("\n"), 1):
        if line and not line.startswith(" "):
            section = line.strip()
            sections.add(section)
        elif section in ("GEM", "GIT") and (gem := _LOCKED.match(line)):
            where = Location(entry.path, number, key=gem.group(1))
            parts.append(package("gem", gem.group(1), gem.group(2), root, where))
    if "GEM" in sections and not sections & _LAST:
        gap = breaks_off("Bundler lists platforms at its end", entry.path, text.count("\n"), root)
        parts.append(only_gap(gap))
    return joined(parts)
