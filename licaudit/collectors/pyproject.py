"""pyproject.toml: the license and dependencies that PEP 621, PEP 735 and build systems declare."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from licaudit.collectors import poetry
from licaudit.collectors.lines import find_key, lines_of
from licaudit.collectors.packages import DEV, is_dev_group
from licaudit.collectors.python_metadata import (
    classifiers,
    dependencies,
    license_files,
    license_passage,
    wrong_type,
)
from licaudit.collectors.reading import joined, only_gap
from licaudit.collectors.toml_text import read_toml, strings, table
from licaudit.facts import Collected, Gap
from licaudit.sources.tree import Entry, Tree


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Passages, packages and links of `[project]`, dependency groups, the build and Poetry."""
    read = read_toml(tree, entry, root)
    if isinstance(read, Gap):
        return only_gap(read)
    data, text = read
    parts = [_license(tree, table(data, "project"), text, entry, root)]
    parts += [
        _dependencies(value, text, entry, root, where, note) for where, value, note in _lists(data)
    ]
    parts.append(poetry.collect_table(tree, table(data, "tool", "poetry"), text, entry, root))
    return joined(parts)


def _license(tree: Tree, project: dict[str, Any], text: str, entry: Entry, root: str) -> Collected:
    found = Collected()
    value, line = project.get("license"), find_key(text, "project", "license")
    if isinstance(value, str):
        found += license_passage(value, entry, root, line, "project.license")
    elif isinstance(value, dict) and isinstance(value.get("text"), str):
        found += license_passage(value["text"], entry, root, line, "project.license.text")
    elif isinstance(value, dict) and isinstance(value.get("file"), str):
        key = "project.license.file"
        found += license_files(tree, [value["file"]], entry, root, line, key)
    elif value is not None:
        found += wrong_type(value, "a license", entry, root, line, "project.license")
    named = strings(project.get("license-files"))
    line = find_key(text, "project", "license-files")
    found += license_files(tree, named, entry, root, line, "project.license-files")
    listed = strings(project.get("classifiers"))
    lines = lines_of(text, listed, find_key(text, "project", "classifiers"))
    return found + classifiers(listed, lines, entry, root, "project.classifiers")


def _lists(data: dict[str, Any]) -> Iterator[tuple[tuple[str, str], Any, str | None]]:
    """((table, key), value, note) of every list of requirements."""
    yield ("project", "dependencies"), table(data, "project").get("dependencies"), None
    for extra, value in table(data, "project", "optional-dependencies").items():
        note = DEV if is_dev_group(extra) else f"optional:{extra}"
        yield ("project.optional-dependencies", extra), value, note
    for group, value in table(data, "dependency-groups").items():
        yield ("dependency-groups", group), value, DEV  # PEP 735: never part of what is shipped
    for group, value in table(data, "tool", "pdm", "dev-dependencies").items():
        yield ("tool.pdm.dev-dependencies", group), value, DEV
    yield ("tool.uv", "dev-dependencies"), table(data, "tool", "uv").get("dev-dependencies"), DEV
    yield ("build-system", "requires"), table(data, "build-system").get("requires"), "build"


def _dependencies(
    value: Any, text: str, entry: Entry, root: str, where: tuple[str, str], note: str | None
) -> Collected:
    if value is None:
        return Collected()
    key, line = ".".join(where), find_key(text, *where)
    if not isinstance(value, list):
        return wrong_type(value, "a list of requirements", entry, root, line, key)
    listed = strings(value)
    found = dependencies(listed, lines_of(text, listed, line), entry, root, key, note)
    odd = [item for item in value if not isinstance(item, (str, dict))]  # {include-group = ...}
    return found + wrong_type(odd[0], "a requirement", entry, root, line, key) if odd else found
