"""go.mod of Go: the modules it requires."""

from __future__ import annotations

import re

from licaudit.collectors.packages import breaks_off, package, read_lock
from licaudit.collectors.reading import joined, only_gap, shown
from licaudit.facts import CODE, Collected, Gap, Location
from licaudit.sources.tree import Entry, Tree

_BLOCK = re.compile(r"^\s*(\w+)\s*\(\s*(?://.*)?$")
_SINGLE = re.compile(r"^\s*(require|replace)\s+(.+)$")
_REQUIRED = re.compile(r'^"?([A-Za-z0-9][\w.~/@!-]*)"?\s+(v[\w.+-]+)$')
_OPEN = "("  # the verb of a block that does not end
_REPLACED = re.compile(r"^(\S+)(?:\s+v\S+)?\s*=>\s*(\S+)(?:\s+(v\S+))?$")


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Packages and links, replaced modules by what replaces them."""
    text = read_lock(tree, entry, root)
    if isinstance(text, Gap):
        return only_gap(text)
    required: list[tuple[str, str, int, str | None]] = []
    replaced: dict[str, tuple[str, str | None]] = {}
    gaps = []
    for number, verb, written in _directives(text):
        words, _, comment = written.partition("//")
        note = "indirect" if comment.strip().startswith("indirect") else None
        words = words.strip()
        if verb == _OPEN:
            gaps.append(breaks_off(f"the block `{written}` never ends", entry.path, number, root))
        elif verb == "require" and (match := _REQUIRED.match(words)):
            required.append((match.group(1), match.group(2), number, note))
        elif verb == "replace" and (match := _REPLACED.match(words)):
            replaced[match.group(1)] = (match.group(2), match.group(3))
        elif words:
            detail = f"not a directive that Go knows: {shown(words)}"
            gaps.append(Gap(root, "broken", detail, Location(entry.path, number), CODE))
    parts = [Collected(gaps=tuple(gaps))]
    for name, version, number, note in required:
        target, wanted = replaced.get(name, (name, version))
        if target.startswith((".", "/")):
            continue  # a folder of this tree
        where = Location(entry.path, number, key=f"require.{name}")
        parts.append(package("golang", target, wanted or version, root, where, note))
    return joined(parts)


def _directives(text: str) -> list[tuple[int, str, str]]:
    """(line, verb, words) of `require` and `replace`, alone or in a block; `_OPEN` of no end."""
    found = []
    block, number = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        if block:
            if line.strip().startswith(")"):
                block = ""
            elif line.strip() and not line.strip().startswith("//"):
                found.append((number, block, line))
        elif head := _BLOCK.match(line):
            block = head.group(1)
        elif single := _SINGLE.match(line):
            found.append((number, single.group(1), single.group(2)))
    if block:
        found.append((number, _OPEN, block))
    return [item for item in found if item[1] in ("require", "replace", _OPEN)]
