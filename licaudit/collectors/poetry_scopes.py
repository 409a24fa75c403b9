"""What each package of a poetry.lock of 1.5 to 1.8 is there for: pyproject.toml names the groups.

Older and newer locks say it at each package (`category`, `groups`); these hold the graph alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from licaudit.collectors.lock_scopes import reached
from licaudit.collectors.packages import DEV, is_dev_group
from licaudit.collectors.reading import beside, file_at
from licaudit.collectors.toml_text import read_toml, strings, table
from licaudit.facts import Gap
from licaudit.sources.tree import Entry, Tree

Asked = tuple[str, bool]  # a package, and whether its optional dependencies are wanted with it


def poetry_notes(tree: Tree, entry: Entry, listed: list[Any]) -> dict[str, str | None]:
    """For each package by its name in the lock: None, `optional` or `dev`, the nearest wins.

    Empty where the lock tells by itself, or where no pyproject.toml stands beside it.
    """
    items = [i for i in listed if isinstance(i, dict) and isinstance(i.get("name"), str)]
    if any("groups" in item or "category" in item for item in items):
        return {}
    path = beside(entry.folder, "pyproject.toml")
    file = file_at(tree, path) if path is not None else None
    read = read_toml(tree, file, "") if file is not None else None
    if read is None or isinstance(read, Gap):
        return {}
    packages: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        packages.setdefault(canonicalize_name(item["name"]), []).append(item)
    starts = _starts(read[0])
    if not any(name in packages for asked in starts.values() for name, _ in asked):
        return {}  # what this project asks for is not what was locked
    notes: dict[str, str | None] = {}
    for (name, _), note in reached(starts, lambda asked: _onward(asked, packages)).items():
        for item in packages.get(name, ()):
            notes.setdefault(item["name"], note)
    return notes


def _starts(data: dict[str, Any]) -> dict[str | None, list[Asked]]:
    poetry = table(data, "tool", "poetry")
    starts: dict[str | None, list[Asked]] = {None: [], "optional": [], DEV: []}
    for name, wanted in table(poetry, "dependencies").items():
        optional = isinstance(wanted, dict) and wanted.get("optional") is True
        starts["optional" if optional else None] += _wanted(name, wanted)
    for text in strings(table(data, "project").get("dependencies")):
        starts[None] += _required(text)
    for listed in table(data, "project", "optional-dependencies").values():
        starts["optional"] += [a for text in strings(listed) for a in _required(text)]
    for name, wanted in table(poetry, "dev-dependencies").items():
        starts[DEV] += _wanted(name, wanted)
    for group in table(poetry, "group"):
        note = DEV if is_dev_group(group) else None
        for name, wanted in table(poetry, "group", group, "dependencies").items():
            starts[note] += _wanted(name, wanted)
    return starts


def _wanted(name: str, wanted: Any) -> Iterator[Asked]:
    """One entry of a table of dependencies; a list holds one per platform."""
    several = wanted if isinstance(wanted, list) else [wanted]
    yield canonicalize_name(name), False
    if any(isinstance(item, dict) and item.get("extras") for item in several):
        yield canonicalize_name(name), True


def _required(text: str) -> Iterator[Asked]:
    try:
        requirement = Requirement(text)
    except (InvalidRequirement, RecursionError):
        return  # the reader of pyproject.toml makes the Gap
    yield canonicalize_name(requirement.name), False
    if requirement.extras:
        yield canonicalize_name(requirement.name), True


def _onward(asked: Asked, packages: dict[str, list[dict[str, Any]]]) -> Iterator[Asked]:
    """Where a package leads on to. Which extra asks for which optional one is not told apart."""
    name, extras = asked
    for item in packages.get(name, ()):
        for needed, wanted in table(item, "dependencies").items():
            several = wanted if isinstance(wanted, list) else [wanted]
            optional = all(isinstance(w, dict) and w.get("optional") is True for w in several)
            if extras or not optional:
                yield from _wanted(needed, wanted)
