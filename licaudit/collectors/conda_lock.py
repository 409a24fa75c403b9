"""conda-lock.yml: pinned packages of conda and pip, read line by line; and explicit listings."""

from __future__ import annotations

import re

from packaging.utils import canonicalize_name

from licaudit.collectors.packages import DEV, is_dev_group, package, read_lock
from licaudit.collectors.reading import joined, only_gap
from licaudit.facts import CODE, Collected, Gap, Location
from licaudit.sources.tree import Entry, Tree

_LARGEST = 16_000_000
_NAME = re.compile(r"^(conda-lock|.+\.conda-lock)\.ya?ml$", re.IGNORECASE)
_ITEM = re.compile(r"^(\s*)- (.*)$")
_FIELD = re.compile(r"^\s*(name|version|manager|category|optional): *['\"]?([^'\"]*?)['\"]?\s*$")


def is_lock(entry: Entry) -> bool:
    """Whether conda-lock wrote the file, by its name."""
    return bool(_NAME.match(entry.name))


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Packages and links, each once although platforms repeat them."""
    text = read_lock(tree, entry, root, _LARGEST)
    if isinstance(text, Gap):
        return only_gap(text)
    items = _items(text)
    if items is None:
        detail = "no lock of conda-lock although named like one: it lists no `package:`"
        return only_gap(Gap(root, "broken", detail, Location(entry.path, 1), CODE))
    seen: dict[tuple[str, ...], Collected] = {}
    for fields, line in items:
        where = Location(entry.path, line, key="package")
        if not fields.get("name") or not fields.get("version"):
            detail = "a locked package without a name or version"
            seen[str(line), ""] = only_gap(Gap(root, "broken", detail, where, CODE))
            continue
        pip = fields.get("manager") == "pip"
        name = canonicalize_name(fields["name"]) if pip else fields["name"].lower()
        note = DEV if is_dev_group(fields.get("category", "main")) else None
        if note is None and fields.get("optional") == "true":
            note = "optional"
        found = package("pypi" if pip else "conda", name, fields["version"], root, where, note)
        seen.setdefault((name, fields["version"], str(pip), note or ""), found)
    return joined(seen.values())


def _items(text: str) -> list[tuple[dict[str, str], int]] | None:
    """The fields of each item of `package:`, with its line; None when there is no such list."""
    found: list[tuple[dict[str, str], int]] = []
    inside, indent, begun = False, -1, False
    for number, line in enumerate(text.split("\n"), 1):
        if line[:1] not in (" ", "-", "#", ""):
            inside = line.rstrip() in ("package:", "package: []")
            begun = begun or inside
            continue
        if not inside:
            continue
        item, written = _ITEM.match(line), line
        if item and (indent < 0 or len(item.group(1)) == indent):
            indent = len(item.group(1))
            found.append(({}, number))
            written = item.group(2)
        elif len(line) - len(line.lstrip()) != indent + 2:
            continue  # deeper: dependencies and digests
        if found and (field := _FIELD.match(written)):
            found[-1][0].setdefault(field.group(1), field.group(2))
    return found if begun else None
