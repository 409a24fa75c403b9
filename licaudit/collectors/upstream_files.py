"""Which files of an upstream are read: those that tell its license and where it came from.

An upstream is one of many, behind a network: its cards, license files, configurations, metadata
and a few weight headers are read, its code and data are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from licaudit.facts import Collected, Gap, Location

# Names of rows of the table in `collectors/table.py` -> how many files each may read. What is
# left out of the first group may hold terms: it blocks. Shards of weights repeat one header.
TERMS = {"cards": 12, "license files": 24, "dataset infos": 4, "Croissant": 2, "DataCite": 2}
TERMS |= {"datapackage.json": 4, "CITATION.cff": 2, "package.json": 2, "Cargo.toml": 2}
TERMS |= {"pyproject.toml": 2, "setup.cfg": 2, "config.json": 4, "adapter_config.json": 2}
HEADERS = {"safetensors": 2, "GGUF": 2, "bin index": 1}
FREE = ("weight files",)  # decided by name alone

Row = TypeVar("Row", bound=tuple[Any, Any])  # (entry, reader)


def chosen(work: Sequence[Row], root: str) -> tuple[list[Row], Collected]:
    """The readings of an upstream out of all that are possible, and a Gap for each limit met.

    Files near the root come first: a repository's own card before those of what it carries.
    """
    limits = {**TERMS, **HEADERS}
    left: dict[str, list[str]] = {}
    used: dict[str, int] = {}
    kept: list[Row] = []
    for row in sorted(work, key=lambda r: (r[0].path.count("/"), r[0].path)):
        name = row[1].name
        if name in FREE:
            kept.append(row)
        elif name in limits:
            used[name] = used.get(name, 0) + 1
            if used[name] <= limits[name]:
                kept.append(row)
            else:
                left.setdefault(name, []).append(row[0].path)
    gaps = tuple(
        Gap(
            root,
            "cut_short",
            f"more than {limits[name]} files of an upstream ({name}); {len(paths)} are unread",
            Location(paths[0]),
            blocks=name in TERMS,
        )
        for name, paths in sorted(left.items())
    )
    return kept, Collected(gaps=gaps)
