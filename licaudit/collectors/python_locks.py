"""poetry.lock, uv.lock, pdm.lock, pylock.toml and Pipfile: pinned packages, never resolved anew."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from packaging.utils import canonicalize_name

from licaudit.collectors.json_text import dotted, read_json
from licaudit.collectors.lines import find_key
from licaudit.collectors.packages import DEV, from_url, is_dev_group, package
from licaudit.collectors.poetry_scopes import poetry_notes
from licaudit.collectors.reading import joined, only_gap, shown
from licaudit.collectors.toml_text import read_toml, strings, table
from licaudit.collectors.uv_scopes import uv_notes
from licaudit.facts import CODE, Collected, Gap, Location
from licaudit.sources.tree import Entry, Tree

NAMES = ("poetry.lock", "uv.lock", "pdm.lock", "pipfile", "pipfile.lock")
_PYLOCK = re.compile(r"^pylock(\.[^.]+)?\.toml$")
_EXACT = re.compile(r"^={2,3}\s*(\d[\w.!+-]*)$")
_HEADER = re.compile(r"^\[\[packages?\]\]\s*$", re.MULTILINE)
_GROUP = re.compile(r"""^["']([\w.-]+)["'] in (dependency_groups|extras)$""")
_LOCAL = ("editable", "virtual", "directory", "path")
_MOST = 20_000


def is_lock(entry: Entry) -> bool:
    """Whether one of these tools wrote the file."""
    name = entry.name.lower()
    return name in NAMES or bool(_PYLOCK.match(name))


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Packages and links."""
    if entry.name.lower() == "pipfile.lock":
        return _pipfile_lock(tree, entry, root)
    read = read_toml(tree, entry, root)
    if isinstance(read, Gap):
        return only_gap(read)
    data, text = read
    if entry.name.lower() == "pipfile":
        return _pipfile(data, text, entry, root)
    listed = data.get("package", data.get("packages", []))
    if not isinstance(listed, list):
        detail = f"`package` is {shown(listed)}, not a list"
        return only_gap(Gap(root, "broken", detail, Location(entry.path), CODE))
    lines = _lines(text)
    notes = _notes(tree, entry, listed[:_MOST])
    return joined(
        _locked(item, entry, root, lines[index] if index < len(lines) else None, notes)
        for index, item in enumerate(listed[:_MOST])
    )


def _notes(tree: Tree, entry: Entry, listed: list[Any]) -> dict[str, str | None]:
    """What the lock's graph tells of each package by its name, where it holds one."""
    match entry.name.lower():
        case "uv.lock":
            return uv_notes(listed)
        case "poetry.lock":
            return poetry_notes(tree, entry, listed)
        case _:
            return {}


def _lines(text: str) -> list[int]:
    """The line of every `[[package]]`; the tables stand in the file's order."""
    found, line, last = [], 1, 0
    for match in _HEADER.finditer(text):
        line += text.count("\n", last, match.start())
        last = match.start()
        found.append(line)
    return found


def _locked(
    item: Any, entry: Entry, root: str, line: int | None, notes: Mapping[str, str | None]
) -> Collected:
    if not isinstance(item, dict) or not isinstance(item.get("name"), str):
        detail = "a locked package without a name"
        return only_gap(Gap(root, "broken", detail, Location(entry.path, line), CODE))
    name = item["name"]
    where = Location(entry.path, line, key=f"package.{name}")
    version = item.get("version")
    if version is not None and not isinstance(version, str):
        detail = f"the version of {shown(name)} is {shown(version)}, not text"
        return only_gap(Gap(root, "broken", detail, where, CODE))
    note = notes[name] if name in notes else _note(item)
    source = item.get("source") if isinstance(item.get("source"), dict) else item
    kind = source.get("type") if isinstance(source, dict) else None
    if isinstance(source, dict):
        if any(isinstance(source.get(key), (str, dict)) for key in _LOCAL) or kind in _LOCAL:
            return Collected()  # this very project, or a folder of it
        url = source.get("git") or (source.get("url") if kind in ("git", "url") else None)
        vcs = source.get("vcs")
        url = vcs.get("url") if isinstance(vcs, dict) else url
        if isinstance(url, str):
            return from_url(name, url, root, where, note)
    return package("pypi", canonicalize_name(name), version, root, where, note)


def _note(item: dict[str, Any]) -> str | None:
    """`dev` when every group that needs the package is for developers."""
    if (marked := _marked(item.get("marker"))) is not None:
        return marked
    groups = strings(item.get("groups")) or strings([item.get("category")])
    if groups and all(is_dev_group(group) for group in groups):
        return DEV
    return "optional" if item.get("optional") is True else None


def _marked(marker: Any) -> str | None:
    """The note of a `marker` of pylock.toml that asks for groups or extras and nothing else."""
    parts = re.split(r"\s+or\s+", marker.strip()) if isinstance(marker, str) else []
    found = [_GROUP.match(part.strip("() ")) for part in parts]
    told = [m for m in found if m]
    if not told or len(told) < len(found):
        return None
    if all(m.group(2) == "dependency_groups" and is_dev_group(m.group(1)) for m in told):
        return DEV
    return "optional" if all(m.group(2) == "extras" for m in told) else None


def _pipfile(data: dict[str, Any], text: str, entry: Entry, root: str) -> Collected:
    parts = []
    for section, note in (("packages", None), ("dev-packages", DEV)):
        for name, wanted in table(data, section).items():
            line = find_key(text, section, name)
            where = Location(entry.path, line, key=f"{section}.{name}")
            parts.append(_wanted(name, wanted, root, where, note))
    return joined(parts)


def _wanted(name: str, wanted: Any, root: str, where: Location, note: str | None) -> Collected:
    if isinstance(wanted, dict):
        if isinstance(wanted.get("path"), str):
            return Collected()
        url = wanted.get("git") or wanted.get("file")
        if isinstance(url, str):
            return from_url(name, url, root, where, note)
        wanted = wanted.get("version")
    match = _EXACT.match(wanted.strip()) if isinstance(wanted, str) else None
    version = match.group(1) if match else None
    return package("pypi", canonicalize_name(name), version, root, where, note)


def _pipfile_lock(tree: Tree, entry: Entry, root: str) -> Collected:
    document = read_json(tree, entry, root, CODE)
    if isinstance(document, Gap):
        return only_gap(document)
    parts = []
    for section, note in (("default", None), ("develop", DEV)):
        listed = document.data.get(section)
        for name, wanted in listed.items() if isinstance(listed, dict) else ():
            where = Location(entry.path, document.line(section, name), key=dotted((section, name)))
            parts.append(_wanted(name, wanted, root, where, note))
    return joined(parts)
