"""environment.yml of conda: its packages, and the pip packages listed inside."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from licaudit.collectors.packages import DEV, is_dev_path, package, python_dependency, read_lock
from licaudit.collectors.reading import clean, joined, only_gap, shown
from licaudit.collectors.requirements import logical_lines
from licaudit.documents import Document, DocumentError, read_yaml
from licaudit.facts import CODE, Collected, Gap, Location
from licaudit.sources.tree import Entry, Tree

_LARGEST = 200_000
_FILE = re.compile(r"^(conda[-_.])?env(ironment)?([-_.][\w.-]+)?\.ya?ml$", re.IGNORECASE)
_SPEC = re.compile(r"^(?:([\w./:-]+)::)?([A-Za-z0-9_][\w.-]*)\s*(?:\[.*\]|([=<>!~ ].*))?$")
_EXACT = re.compile(r"^\s*=?=?\s*(\d[\w.+!]*)(?:=[\w.*]+)?$")
_NOT_PACKAGES = frozenset({"python", "pip"})


def is_environment(entry: Entry) -> bool:
    """Whether conda would be given this file, by its name."""
    return bool(_FILE.match(entry.name))


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Packages and links; what is no package specification is a Gap."""
    note = DEV if is_dev_path(entry.path) else None
    text = read_lock(tree, entry, root, _LARGEST)
    if isinstance(text, Gap):
        return only_gap(replace(text, blocks=note is None))
    if "dependencies" not in text:
        return Collected()  # settings of some other program
    try:
        document = read_yaml(text, entry.path)
    except DocumentError as error:
        where = Location(entry.path, error.line)
        return only_gap(Gap(root, "broken", error.what, where, CODE, note is None))
    data = document.data
    listed = data.get("dependencies") if isinstance(data, dict) else None
    if not isinstance(listed, list):
        return Collected()
    parts = []
    for index, item in enumerate(listed):
        where = Location(
            entry.path, document.line("dependencies", index), key=f"dependencies[{index}]"
        )
        parts.append(_dependency(document, entry, item, index, root, where, note))
    return joined(parts)


def _dependency(
    document: Document,
    entry: Entry,
    item: Any,
    index: int,
    root: str,
    where: Location,
    note: str | None,
) -> Collected:
    if isinstance(item, dict) and isinstance(item.get("pip"), list):
        return joined(
            _pip(text, root, _at(document, entry, index, number), note)
            for number, text in enumerate(item["pip"])
        )
    match = _SPEC.match(clean(item.strip())) if isinstance(item, str) else None
    if match is None:
        detail = f"not a package specification: {shown(item)}"
        return only_gap(Gap(root, "broken", detail, where, CODE, blocks=note != DEV))
    channel, name, wanted = match.groups()
    if name.lower() in _NOT_PACKAGES:
        return Collected()
    exact = _EXACT.match(wanted or "")
    said = note or (f"from the channel {channel}" if channel else None)
    return package("conda", name.lower(), exact.group(1) if exact else None, root, where, said)


def _at(document: Document, entry: Entry, index: int, number: int) -> Location:
    line = document.line("dependencies", index, "pip", number)
    return Location(entry.path, line, key=f"dependencies[{index}].pip[{number}]")


def _pip(text: Any, root: str, where: Location, note: str | None) -> Collected:
    """One line for pip. Other files that it includes are read where they stand."""
    if not isinstance(text, str):
        detail = f"not a requirement: {shown(text)}"
        return only_gap(Gap(root, "broken", detail, where, CODE, blocks=note != DEV))
    found = []
    for line in logical_lines(clean(text)):
        if line.text.startswith(("-e", "--editable")) and "://" not in line.text:
            continue
        if line.text.startswith("-") and "://" not in line.text:
            continue
        plain = line.text.removeprefix("--editable").removeprefix("-e").strip(" =")
        if plain.startswith("-"):
            continue
        if plain.startswith(("git+", "http")):
            name = re.sub(r"(\.git)?([@#?].*)?$", "", plain.rsplit("/", 1)[-1]) or "unnamed"
            plain = f"{name} @ {plain}"
        found.append(python_dependency(plain, root, where, note))
    return joined(found)
