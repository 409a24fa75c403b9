"""A TOML file as plain data beside its text, or the Gap that says why not."""

from __future__ import annotations

import tomllib
from typing import Any

from licaudit.collectors.reading import read_text
from licaudit.facts import CODE, Gap, Location
from licaudit.sources.tree import Entry, Tree


def read_toml(tree: Tree, entry: Entry, root: str) -> tuple[dict[str, Any], str] | Gap:
    """(data, text) of a TOML file."""
    text = read_text(tree, entry, root, CODE)
    if isinstance(text, Gap):
        return text
    try:
        return tomllib.loads(text), text
    except RecursionError:
        detail = "nested too deeply to be read"
    except ValueError as error:  # TOMLDecodeError, and integers too long to convert
        detail = f"not valid TOML: {error}"
    return Gap(root, "broken", detail, Location(entry.path), CODE)


def table(data: dict[str, Any], *path: str) -> dict[str, Any]:
    """The table at a path; empty when there is none or something else stands there."""
    for step in path:
        inner = data.get(step)
        if not isinstance(inner, dict):
            return {}
        data = inner
    return data


def strings(value: Any) -> list[str]:
    """The strings of a list; of anything else nothing."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
