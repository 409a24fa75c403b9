"""License-like and source-like fields inside JSON: of a line, and of JSON written into a column.

What lies below two lists is not read: such a field is there, and every row of it stays unjudged.
An object that names a key twice says nothing: readers disagree on which of the two counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from licaudit.collectors.row_columns import Names, Role
from licaudit.collectors.rows import literal, pointer

DEPTH = 12
KEYS = 400  # names of one sample that are looked at
ITEMS = 20  # items of a list that are looked at
NEVER = "false"


@dataclass(frozen=True, slots=True)
class Field:
    """One column found: its path for people, its role, and SQL that gives its value as text.

    `twice` is SQL that is true for a row where an object on the way names a key twice.
    """

    path: str
    role: Role
    sql: str
    twice: str = NEVER


Steps = tuple[str | None, ...]  # names on the way; None stands for "every item of the list"


def parsed(text: str | None) -> Any:
    """The value of a JSON text; None for what is none."""
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None  # counted where all lines are read


def json_fields(texts: list[str], names: Names, base: str, path: str) -> Iterator[Field]:
    """Fields of JSON objects in a text column, by a sample of them."""
    found: dict[str, Field] = {}
    for text in texts:
        value = parsed(text)
        if isinstance(value, dict | list):
            for field in seen(value, names, base, path, ""):
                found.setdefault(field.path, field)
        if len(found) > KEYS:
            break
    yield from found.values()


def seen(
    value: Any,
    names: Names,
    base: str,
    path: str,
    name: str,
    steps: Steps = (),
    inside: bool = False,
) -> Iterator[Field]:
    """Fields of one parsed JSON value that stands at `steps` below the text of `base`."""
    role = names.role(name, inside) if name else None
    within = inside or role == "license"
    if len(steps) > DEPTH:
        return
    if isinstance(value, dict):
        for key, below in list(value.items())[:KEYS]:
            yield from seen(below, names, base, f"{path}.{key}", key, (*steps, key), within)
    elif isinstance(value, list) and not all(isinstance(v, str | None) for v in value):
        for item in value[:ITEMS]:
            yield from seen(item, names, base, f"{path}[]", name, (*steps, None), inside)
    elif isinstance(value, str | list | None) and role is not None:
        yield _field(base, path, steps, role)
    elif isinstance(value, str) and names.is_container(name) and None not in steps:
        inner = _field(base, path, steps, "source").sql
        yield from json_fields([value], names, inner, path)


def _field(base: str, path: str, steps: Steps, role: Role) -> Field:
    if not steps:
        return Field(path, role, base)
    value = _valid(base)
    if None not in steps:
        twice = _twice_on(value, steps)
        return Field(
            path, role, _unless(twice, f"json_extract_string({value}, {_way(steps)})"), twice
        )
    cut = steps.index(None)
    inner = steps[cut + 1 :]
    if not inner or None in inner:
        return Field(path, role, "CAST(NULL AS VARCHAR)")  # below two lists: not read
    outer = f"json_extract({value}, {_way(steps[:cut])})" if cut else value
    # Every item gives one entry, an item without the field a null: nothing is left out.
    items = f"CASE WHEN json_type({outer}) = 'ARRAY' THEN CAST({outer} AS JSON[]) END"
    within = _twice_on("x0", inner)
    item = _unless(within, f"json_extract(x0, {_way(inner)})")
    before = _twice_on(value, steps[:cut])
    listed = as_text(f"list_transform({items}, lambda x0: {item})")
    held = f"coalesce(list_contains(list_transform({items}, lambda x0: {within}), true), false)"
    return Field(path, role, _unless(before, listed), f"({before} OR {held})")


def as_text(listed: str) -> str:
    """SQL for a list written out as JSON text."""
    return f"CAST(to_json({listed}) AS VARCHAR)"


def named_twice(value: str, way: str = "") -> str:
    """SQL that is true where the object (at the pointer `way`) names a key twice."""
    keys = f"json_keys({value}, {way})" if way else f"json_keys({value})"
    return f"coalesce(len({keys}) <> len(list_distinct({keys})), false)"


def _twice_on(value: str, steps: Steps) -> str:
    """The same of any object on the way of these steps: the value itself and all but the last."""
    ways = ["", *(_way(steps[:end]) for end in range(1, len(steps)))] if steps else []
    return "(" + " OR ".join(named_twice(value, way) for way in ways) + ")" if ways else NEVER


def _unless(twice: str, sql: str) -> str:
    return sql if twice == NEVER else f"(CASE WHEN NOT {twice} THEN {sql} END)"


def _valid(text: str) -> str:
    """Text as JSON, or nothing where it is none."""
    return f"(CASE WHEN json_valid({text}) THEN CAST({text} AS JSON) END)"


def _way(steps: Steps) -> str:
    return literal(pointer(*(s for s in steps if s is not None)))
