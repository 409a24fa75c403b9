"""The cells of a register's row, and the models and services whose output they say a dataset is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from licaudit.collectors import maker_names
from licaudit.collectors.hub_ids import artifact_of, looks_like_hub_id
from licaudit.collectors.register_columns import channel_of
from licaudit.facts import Artifact, Channel, Location

# Where a synthetic row may name its maker: the column for it, else beside the channel.
_ASIDE = ("channel", "source", "license")
_SEVERAL = re.compile(
    "\\s*(?:[;\n\uff1b\u3001\uff0c,+&\uff0b]|\\s[/|]\\s|\\band\\b|\\u548c|\\u4e0e)\\s*"
)
_BLANK = frozenset(
    ["", "-", "--", "\u2014", "/", "n/a", "na", "none", "null", "no", "\u65e0", "\u5426"]
)


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell says, and where: `key` is `Sheet1!C7`, a column's heading or a dotted path."""

    role: str
    text: str
    location: Location


@dataclass(frozen=True, slots=True)
class Generator:
    """A model or service that made a row's data, and the cell that says so."""

    artifact: Artifact
    location: Location


def is_blank(text: str) -> bool:
    """Whether a cell is filled in with nothing."""
    return text.strip().casefold() in _BLANK


def generators_of(cells: Iterable[Cell], channel: Channel | None) -> tuple[Generator, ...]:
    """Whose output a row's data is.

    A column for it counts whatever the channel; other cells of a synthetic row only where they name
    a model or a service that is known by its name.
    """
    found: dict[str, Generator] = {}
    for cell in cells:
        if cell.role == "generator" and not is_blank(cell.text):
            for artifact in _column(cell):
                found.setdefault(artifact.id, Generator(artifact, cell.location))
        elif cell.role in _ASIDE and channel == "synthetic":
            for item in maker_names.find(cell.text, cell.location):
                found.setdefault(item.artifact.id, Generator(item.artifact, cell.location))
    return tuple(found.values())


def _column(cell: Cell) -> list[Artifact]:
    """What a cell of the generator's column names: known names, hub ids, else its own words."""
    made: list[Artifact] = []
    for part in (p.strip() for p in _SEVERAL.split(cell.text)):
        if is_blank(part) or channel_of(part):
            continue  # `synthetic` says what it is, not by whom
        known = maker_names.find(part, cell.location)
        if looks_like_hub_id(part):
            made.append(artifact_of("model", part, cell.location))
        elif known:
            made += [item.artifact for item in known]
        else:
            name = re.sub(r"\s+", "-", part)[:120]
            made.append(Artifact(f"name:model/{name}", "model", part, location=cell.location))
    return made
