"""setup.cfg: `[metadata]` and `[options]` of setuptools."""

from __future__ import annotations

import configparser

from licaudit.collectors.lines import BARE, find_key, lines_of
from licaudit.collectors.packages import DEV, is_dev_group
from licaudit.collectors.python_metadata import (
    classifiers,
    dependencies,
    license_files,
    license_passage,
)
from licaudit.collectors.reading import joined, only_gap, read_text, shown
from licaudit.facts import CODE, Collected, Gap, Location
from licaudit.sources.tree import Entry, Tree


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Passages, packages and links."""
    text = read_text(tree, entry, root, CODE)
    if isinstance(text, Gap):
        return only_gap(text)
    config = configparser.RawConfigParser(strict=True)
    try:
        config.read_string(text)
    except configparser.Error as error:
        detail = "not a valid ini file: " + str(error).split("\n")[0]
        return only_gap(Gap(root, "broken", detail, Location(entry.path), CODE))
    parts = [_metadata(tree, config, text, entry, root)]
    for table, key, note in _requirements(config):
        values = _items(config.get(table, key))
        lines = lines_of(text, values, find_key(text, table, key), BARE)
        parts.append(dependencies(values, lines, entry, root, f"{table}.{key}", note))
    return joined(parts)


def _metadata(
    tree: Tree, config: configparser.RawConfigParser, text: str, entry: Entry, root: str
) -> Collected:
    found = Collected()
    for key in ("license", "licence"):
        value = config.get("metadata", key, fallback="")
        line = find_key(text, "metadata", key)
        found += license_passage(value, entry, root, line, f"metadata.{key}")
    for key in ("license_file", "license_files", "license-file", "license-files"):
        named = _items(config.get("metadata", key, fallback="").replace(",", "\n"))
        line = find_key(text, "metadata", key)
        found += license_files(tree, named, entry, root, line, f"metadata.{key}")
    for key in ("classifiers", "classifier"):
        value = config.get("metadata", key, fallback="")
        line = find_key(text, "metadata", key)
        if value.strip().startswith("file:"):
            detail = f"the classifiers stand elsewhere: {shown(value.strip())}"
            where = Location(entry.path, line, key=f"metadata.{key}")
            found += only_gap(Gap(root, "unresolved", detail, where, CODE, blocks=False))
            continue
        listed = _items(value)
        lines = lines_of(text, listed, line, BARE)
        found += classifiers(listed, lines, entry, root, f"metadata.{key}")
    return found


def _requirements(config: configparser.RawConfigParser) -> list[tuple[str, str, str | None]]:
    """(section, key, note) of every list of requirements."""
    notes = {"install_requires": None, "setup_requires": "build", "tests_require": DEV}
    found = [
        ("options", key, note) for key, note in notes.items() if config.has_option("options", key)
    ]
    if config.has_section("options.extras_require"):
        found += [
            ("options.extras_require", extra, DEV if is_dev_group(extra) else f"optional:{extra}")
            for extra in config.options("options.extras_require")
        ]
    return found


def _items(value: str) -> list[str]:
    """Lines of a multi-line value, or parts between semicolons of a list on one line."""
    if "\n" not in value.strip() and ";" in value and "::" not in value:
        value = value if " ;" in value or "python_version" in value else value.replace(";", "\n")
    items = (line.strip() for line in value.split("\n"))
    return [item for item in items if item and not item.startswith(("#", "file:"))]
