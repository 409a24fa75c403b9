"""REUSE.toml and .reuse/dep5: which files they speak of, with what license, and how firmly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from licaudit.collectors.globs import Glob, debian_glob, reuse_glob
from licaudit.collectors.lines import QUOTED, lines_of
from licaudit.collectors.reading import read_text, shown
from licaudit.collectors.toml_text import read_toml
from licaudit.facts import CODE, Gap, Location
from licaudit.sources.tree import Entry, Tree

Precedence = Literal["closest", "aggregate", "override"]
DEP5 = ".reuse/dep5"
TOML = "REUSE.toml"
_LICENSE = "SPDX-License-Identifier"
_PRECEDENCES: tuple[Precedence, ...] = ("closest", "aggregate", "override")
_HEADER = re.compile(r"^\[\[\s*annotations\s*\]\]", re.MULTILINE)
_MOST = 500  # annotations of one file
_LONGEST_GLOB = 300


@dataclass(frozen=True, slots=True)
class Annotation:
    """One statement on the files that fit `pattern`, whose paths count from `folder`."""

    folder: str
    globs: tuple[str, ...]
    patterns: tuple[Glob, ...]
    licenses: tuple[str, ...]
    precedence: Precedence
    where: Location

    def fits(self, path: str) -> bool:
        """Whether it speaks of a file of the tree."""
        inner = path.removeprefix(f"{self.folder}/") if self.folder else path
        return any(pattern.fits(inner) for pattern in self.patterns)


@dataclass(frozen=True, slots=True)
class Statements:
    """One file's annotations, in its order: the last one that fits a file counts."""

    folder: str
    annotations: tuple[Annotation, ...]

    def of(self, path: str) -> Annotation | None:
        """What this file says of another."""
        if self.folder and not path.startswith(f"{self.folder}/"):
            return None
        return next((a for a in reversed(self.annotations) if a.fits(path)), None)


def read_statements(tree: Tree, root: str) -> tuple[list[Statements], list[Gap]]:
    """Every REUSE.toml from the top down; dep5 where there is none at the top, as REUSE says."""
    found: list[Statements] = []
    gaps: list[Gap] = []
    entries = [e for e in tree.entries() if e.name == TOML or e.path == DEP5]
    for entry in sorted(entries, key=lambda e: (e.path.count("/"), e.path)):
        if entry.path == DEP5:
            if any(e.path == TOML for e in entries):
                where = Location(entry.path)
                detail = "stands beside a REUSE.toml; REUSE allows one of the two, this is unread"
                gaps.append(Gap(root, "ambiguous", detail, where, CODE))
                continue
            annotations, more = _dep5(tree, entry, root)
        else:
            annotations, more = _toml(tree, entry, root)
        gaps += more
        found.append(Statements("" if entry.path == DEP5 else entry.folder, tuple(annotations)))
    return found, gaps


def _toml(tree: Tree, entry: Entry, root: str) -> tuple[list[Annotation], list[Gap]]:
    read = read_toml(tree, entry, root)
    if isinstance(read, Gap):
        return [], [read]
    data, text = read
    listed = data.get("annotations", [])
    lines = [text.count("\n", 0, m.start()) + 1 for m in _HEADER.finditer(text)]
    found: list[Annotation] = []
    gaps: list[Gap] = []
    items = listed if isinstance(listed, list) else [listed]
    for index, item in enumerate(items[:_MOST]):
        line = lines[index] if index < len(lines) else None
        made = _annotation(item, entry, root, index, line, text)
        if isinstance(made, Gap):
            gaps.append(made)
        else:
            found.append(made)
    if len(items) > _MOST:
        detail = f"more than {_MOST} annotations; the rest is unread"
        gaps.append(Gap(root, "cut_short", detail, Location(entry.path), CODE))
    return found, gaps


def _annotation(
    item: Any, entry: Entry, root: str, index: int, line: int | None, text: str
) -> Annotation | Gap:
    key = f"annotations[{index}]"
    where = Location(entry.path, line, key=key)
    if not isinstance(item, dict):
        return Gap(root, "broken", f"`{key}` is {shown(item)}, not a table", where, CODE)
    globs, licenses = _strings(item.get("path")), _strings(item.get(_LICENSE, []))
    precedence = item.get("precedence", "closest")
    if not globs:
        return Gap(root, "broken", f"`{key}.path` names no files", where, CODE)
    if any(len(g) > _LONGEST_GLOB for g in globs):
        detail = f"`{key}.path` has a pattern too long to be matched"
        return Gap(root, "cut_short", detail, where, CODE)
    if licenses is None or precedence not in _PRECEDENCES:
        wrong = _LICENSE if licenses is None else "precedence"
        return Gap(root, "broken", f"`{key}.{wrong}` is {shown(item.get(wrong))}", where, CODE)
    place = lines_of(text, licenses[:1], line, QUOTED)[0] if licenses else line
    where = Location(entry.path, place, key=f"{key}.{_LICENSE}")
    patterns = tuple(map(reuse_glob, globs))
    return Annotation(entry.folder, tuple(globs), patterns, tuple(licenses), precedence, where)


def _strings(value: Any) -> list[str] | None:
    """A text or a list of texts; None for anything else."""
    values = value if isinstance(value, list) else [value]
    return [v.strip() for v in values] if all(isinstance(v, str) for v in values) else None


def _dep5(tree: Tree, entry: Entry, root: str) -> tuple[list[Annotation], list[Gap]]:
    text = read_text(tree, entry, root, CODE)
    if isinstance(text, Gap):
        return [], [text]
    found: list[Annotation] = []
    gaps: list[Gap] = []
    for fields in list(_paragraphs(text))[:_MOST]:
        files, license_ = fields.get("files"), fields.get("license")
        if files is None:
            continue
        globs = tuple(files[0].split())
        if license_ is None or not license_[0].split("\n")[0].strip() or not globs:
            detail = "a `Files:` paragraph without files or a license"
            gaps.append(Gap(root, "broken", detail, Location(entry.path, files[1]), CODE))
            continue
        where = Location(entry.path, license_[1], key="License")
        if any(len(g) > _LONGEST_GLOB for g in globs):
            detail = "a `Files:` pattern too long to be matched"
            gaps.append(Gap(root, "cut_short", detail, Location(entry.path, files[1]), CODE))
            continue
        patterns = tuple(map(debian_glob, globs))
        written = license_[0].split("\n")[0].strip()
        found.append(Annotation("", globs, patterns, (written,), "aggregate", where))
    if not found and not gaps:
        detail = "holds no `Files:` paragraph that can be read"
        gaps.append(Gap(root, "broken", detail, Location(entry.path), CODE))
    return found, gaps


def _paragraphs(text: str) -> Iterator[dict[str, tuple[str, int]]]:
    """Fields by lower-case name -> (value, line), of each paragraph."""
    fields: dict[str, tuple[str, int]] = {}
    name = ""
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if not line.strip():
            if fields:
                yield fields
            fields, name = {}, ""
        elif line[0] in " \t" and name:
            value, first = fields[name]
            fields[name] = (f"{value}\n{line.strip()}", first)
        elif ":" in line and not line.startswith("#"):
            name, _, value = line.partition(":")
            name = name.strip().lower()
            fields.setdefault(name, (value.strip(), number))
