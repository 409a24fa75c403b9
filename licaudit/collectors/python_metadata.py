"""What pyproject.toml, setup.cfg and setup.py share: passages and dependencies with their lines."""

from __future__ import annotations

from collections.abc import Sequence

from licaudit.collectors.packages import python_dependency
from licaudit.collectors.reading import beside, clean, file_at, joined, only_gap, shown
from licaudit.facts import CODE, Collected, Form, Gap, Location, Passage, Probe
from licaudit.sources.tree import Entry, Tree

_LICENSE_CLASSIFIER = "License ::"
_GLOB = "*?["


def license_passage(text: str, entry: Entry, root: str, line: int | None, key: str) -> Collected:
    """A license field: a tag when it is one line, a text when somebody pasted the whole license."""
    if not text.strip():
        return Collected()
    form: Form = "text" if "\n" in text.strip() else "tag"
    where = Location(entry.path, line, key=key)
    return Collected(passages=(Passage(clean(text), where, form, CODE, root),))


def classifiers(
    values: Sequence[str], lines: Sequence[int | None], entry: Entry, root: str, key: str
) -> Collected:
    """A passage per `License :: ...` classifier; the others say nothing of licenses."""
    found = []
    for index, (value, line) in enumerate(zip(values, lines, strict=True)):
        if value.strip().startswith(_LICENSE_CLASSIFIER):
            where = Location(entry.path, line, key=f"{key}[{index}]")
            found.append(Passage(clean(value), where, "classifier", CODE, root))
    return Collected(passages=tuple(found))


def dependencies(
    values: Sequence[str],
    lines: Sequence[int | None],
    entry: Entry,
    root: str,
    key: str,
    note: str | None,
) -> Collected:
    """A package and a link per requirement."""
    return joined(
        python_dependency(value, root, Location(entry.path, line, key=f"{key}[{index}]"), note)
        for index, (value, line) in enumerate(zip(values, lines, strict=True))
    )


def license_files(
    tree: Tree, values: Sequence[str], entry: Entry, root: str, line: int | None, key: str
) -> Collected:
    """A probe per named license file that is there, a Gap per one that is not. Globs are left."""
    where = Location(entry.path, line, key=key)
    found: list[Collected] = []
    for value in values:
        if not value.strip() or any(mark in value for mark in _GLOB):
            continue
        path = beside(entry.folder, value)
        if path is not None and file_at(tree, path):
            found.append(Collected(probes=(Probe(root, "license_file", path, Location(path)),)))
            continue
        reason = "outside_tree" if path is None else "unresolved"
        detail = f"names the license file {shown(value)}, which is not in this tree"
        found.append(only_gap(Gap(root, reason, detail, where, CODE, blocks=False)))
    return joined(found)


def wrong_type(
    value: object, wanted: str, entry: Entry, root: str, line: int | None, key: str
) -> Collected:
    """The Gap for a field that holds something else than its format allows."""
    detail = f"`{key}` is {shown(value)}, not {wanted}"
    return only_gap(Gap(root, "broken", detail, Location(entry.path, line, key=key), CODE))
