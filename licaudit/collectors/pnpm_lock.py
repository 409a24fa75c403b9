"""pnpm-lock.yaml of all versions: read line by line, for these files are long."""

from __future__ import annotations

import re

from licaudit.collectors.packages import DEV, breaks_off, from_url, package, read_lock
from licaudit.collectors.pnpm_scopes import bare, pnpm_notes
from licaudit.collectors.reading import joined, only_gap, shown
from licaudit.facts import CODE, Collected, Gap, Location
from licaudit.sources.tree import Entry, Tree

_LARGEST = 16_000_000
_SECTION = re.compile(r"^([A-Za-z]+):\s*(\{\})?\s*$")
_KEY = re.compile(r"^  '?(/?[^\s'].*?)'?:\s*(\{\})?\s*$")
# `/@scope/name/1.0.0_peer`, `/name@1.0.0(peer)`, `name@1.0.0`
_PINNED = re.compile(
    r"^/?((?:@[\w.~-]+/)?[\w.~-]+)[@/](\d+\.\d+\.\d+[\w.+-]*?)(?:[(_].*)?$", re.ASCII
)
_NINE = re.compile(r"^lockfileVersion: '?(9|[1-9]\d)\b", re.MULTILINE)
_ASKED = re.compile(r"^        version: '?(?!link:|file:|workspace:)", re.MULTILINE)
_FLAG = re.compile(r"^    (dev|optional): true\s*$")
_ADDRESS = re.compile(r"(https?|git|ssh)[:+]")
_LOCAL = ("file:", "link:", "workspace:")
_KNOWN = ("packages:", "importers:", "dependencies:", "devDependencies:", "lockfileVersion:")


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Packages and links; what is fetched from an address, and what is no entry, is a Gap."""
    text = read_lock(tree, entry, root, _LARGEST)
    if isinstance(text, Gap):
        return only_gap(text)
    if text.strip() and not any(f"\n{known}" in f"\n{text}" for known in _KNOWN):
        detail = "no lock of pnpm although named like one"
        return only_gap(Gap(root, "broken", detail, Location(entry.path, 1), CODE))
    found: list[tuple[str, int, str | None]] = []
    section = ""
    for number, line in enumerate(text.split("\n"), 1):
        if head := _SECTION.match(line):
            section = head.group(1)
        elif section != "packages":
            continue
        elif key := _KEY.match(line):
            found.append((key.group(1), number, None))
        elif found and (flag := _FLAG.match(line)):
            name, where, note = found[-1]
            found[-1] = (name, where, note or (DEV if flag.group(1) == "dev" else "optional"))
    notes, lost = pnpm_notes(text)
    parts = [
        _package(key, number, note or notes.get(bare(key)), entry, root)
        for key, number, note in found
    ]
    if lost or (_NINE.search(text) and "\nsnapshots:" not in text and _ASKED.search(text)):
        what = f"{shown(lost[0])} is needed and not listed" if lost else "it has no `snapshots`"
        parts.append(only_gap(breaks_off(what, entry.path, text.count("\n"), root)))
    return joined(parts)


def _package(key: str, line: int, note: str | None, entry: Entry, root: str) -> Collected:
    where = Location(entry.path, line, key=f"packages.{key}"[:200])
    bare = key.rpartition("@")[2] if "@" in key.lstrip("@/") else key
    if bare.startswith(_LOCAL) or key.startswith(_LOCAL):
        return Collected()
    if match := _PINNED.match(key):
        return package("npm", match.group(1), match.group(2), root, where, note)
    if _ADDRESS.search(key) or re.match(r"^[\w.-]+\.[a-z]+/", key):
        name = re.split(r"@(?=https?:|git|ssh)", key)[0].strip("/") or "unnamed"
        return from_url(name, key, root, where, note)
    detail = f"not a locked package: {shown(key)}"
    return only_gap(Gap(root, "broken", detail, where, CODE, blocks=note != DEV))
