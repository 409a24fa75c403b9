"""The shape of a row file: its license-like and source-like columns, as SQL that reads them.

Structures, lists of structures, maps and JSON text are looked into. What lies below two lists of
JSON is not read: such a column is there, and every row of it stays unjudged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from licaudit.collectors.row_columns import Names, Role, plain_name
from licaudit.collectors.rows import SAMPLE, Desk, RowPath, key_name, literal, pointer, quoted

FIXED = {
    "boolean": 1, "tinyint": 1, "utinyint": 1, "smallint": 2, "usmallint": 2, "integer": 4,
    "uinteger": 4, "float": 4, "date": 4, "bigint": 8, "ubigint": 8, "double": 8, "hugeint": 16,
    "uhugeint": 16, "uuid": 16, "time": 8, "timestamp": 8, "timestamp with time zone": 8,
    "timestamp_s": 8, "timestamp_ms": 8, "timestamp_ns": 8, "interval": 16, "decimal": 8,
}  # fmt: skip
TEXT = ("varchar", "enum")
DEPTH = 12
Source = Callable[[], str]  # what stands after FROM, made for one query
KEYS = 400  # names of one sample that are looked at
ITEMS = 20  # items of a list that are looked at


@dataclass(frozen=True, slots=True)
class Field:
    """One column found: its path for people, its role, and SQL that gives its value as text."""

    path: str
    role: Role
    sql: str
    asked: bool = True  # named by the user or found by its name


@dataclass(frozen=True, slots=True)
class Shape:
    """What files of one shape have in common, so that one query reads them all."""

    kind: str
    signature: str
    fields: tuple[Field, ...]
    bytes_sql: str
    content: bool  # a column of text of the names that hold a corpus
    keys: tuple[str, ...] = ()  # of jsonl: the keys of its lines

    def source(self, desk: Desk, files: Sequence[RowPath], raw: bool = False) -> str:
        """What stands after FROM to read files of this shape; `raw` keeps lines as they stand."""
        if self.kind == "jsonl":
            return desk.lines(files, self.keys, raw)
        return desk.source(files, named=not raw)

    def broken_sql(self) -> str:
        """SQL that is true for a line that holds nothing which could be read."""
        if self.kind != "jsonl" or not self.keys:
            return "false"
        return " AND ".join(f"{key_name(k)} IS NULL" for k in self.keys)

    def joined(self, other: Shape) -> Shape:
        """JSON lines of two files as one shape: the fields and keys of both."""
        fields = {f.path: f for f in (*other.fields, *self.fields)}
        keys = tuple(sorted({*self.keys, *other.keys}))
        return replace(
            self,
            fields=tuple(fields.values()),
            keys=keys,
            bytes_sql=_key_bytes(keys),
            content=self.content or other.content,
        )

    def of(self, role: Role) -> tuple[Field, ...]:
        """The fields of one role, in the order of their paths."""
        return tuple(sorted((f for f in self.fields if f.role == role), key=lambda f: f.path))


def shape_of(desk: Desk, file: RowPath, names: Names) -> Shape:
    """The shape of one file. Raises the errors of `row_errors` when it cannot be opened."""

    def source() -> str:
        return desk.source([file])

    if file.format == "jsonl":
        return _json_shape(desk, source, names)
    relation = desk.base.sql(f"SELECT * FROM {source()}")
    columns = list(zip(relation.columns, relation.types, strict=True))
    fields: list[Field] = []
    sizes: list[str] = []
    for name, kind in columns:
        fields += _typed(desk, source, names, quoted(name), kind, name, name)
        sizes.append(_size(kind, quoted(name)))
    signature = json.dumps([(n, str(t)) for n, t in columns])
    total = " + ".join(f"coalesce({s}, 0)" for s in sizes) or "0"
    content = any(n.lower() in names.content for n, _ in columns)
    samples = "\0".join(f.sql for f in fields)  # what a sample showed is part of the shape
    return Shape(file.format, f"{signature}\0{samples}", tuple(fields), total, content)


def _typed(
    desk: Desk,
    source: Source,
    names: Names,
    sql: str,
    kind: Any,
    path: str,
    name: str,
    inside: bool = False,
    lists: int = 0,
    depth: int = 0,
) -> Iterator[Field]:
    """Fields of a column whose type says what is in it. `lists` counts the lists around it."""
    role = names.role(name, inside)
    if depth > DEPTH:
        return
    within = inside or role == "license"
    if kind.id in TEXT or str(kind) == "JSON":
        if role is not None:
            yield Field(path, role, f"CAST({sql} AS VARCHAR)")
        elif names.is_container(name) and not lists:
            yield from _json_text(desk, source, names, sql, path)
    elif kind.id == "struct":
        for child, below in kind.children:
            inner = f"struct_extract({sql}, {literal(child)})"
            yield from _typed(
                desk,
                source,
                names,
                inner,
                below,
                f"{path}.{child}",
                child,
                within,
                lists,
                depth + 1,
            )
    elif kind.id in ("list", "array"):
        item = f"x{lists}"
        element = kind.children[0][1]
        found = _typed(
            desk, source, names, item, element, f"{path}[]", name, within, lists + 1, depth + 1
        )
        for field in found:
            listed = f"list_transform({sql}, lambda {item}: {field.sql})"
            yield replace(field, sql=_as_text(listed) if lists == 0 else listed)
    elif kind.id == "map" and not lists:
        yield from _map(desk, source, names, sql, kind, path, within)


def _as_text(listed: str) -> str:
    return f"CAST(to_json({listed}) AS VARCHAR)"


def _map(
    desk: Desk, source: Source, names: Names, sql: str, kind: Any, path: str, within: bool
) -> Iterator[Field]:
    """A map's keys are data: those of a sample are taken for its fields."""
    value = kind.children[1][1]
    if value.id not in TEXT:
        return
    keys = desk.ask(
        f"SELECT DISTINCT CAST(k AS VARCHAR) FROM (SELECT unnest(map_keys({sql})) AS k "
        f"FROM (SELECT * FROM {source()} LIMIT {SAMPLE})) ORDER BY 1 LIMIT {KEYS}"
    )
    for (key,) in keys:
        role = names.role(key, within)
        if role is not None:
            yield Field(f"{path}.{key}", role, f"map_extract_value({sql}, {literal(key)})")


def _json_text(desk: Desk, source: Source, names: Names, sql: str, path: str) -> Iterator[Field]:
    """JSON objects written into a text column: their fields, as far as a sample shows them."""
    rows = desk.ask(f"SELECT CAST({sql} AS VARCHAR) FROM {source()} LIMIT {SAMPLE}")
    yield from _json_fields([r[0] for r in rows if r[0]], names, sql, path)


def _json_shape(desk: Desk, source: Source, names: Names) -> Shape:
    rows = desk.ask(f"SELECT CAST(json AS VARCHAR) FROM {source()} LIMIT {SAMPLE}")
    found: dict[str, Field] = {}
    keys: set[str] = set()
    for (text,) in rows:
        value = _parsed(text)
        if not isinstance(value, dict):
            continue
        for key, below in list(value.items())[:KEYS]:
            if len(keys) >= KEYS or "\0" in key:
                continue
            keys.add(key)
            for field in _seen(below, names, key_name(key), key, key):
                found.setdefault(field.path, field)
    told = tuple(sorted(keys))
    content = any(plain_name(k) in names.content for k in keys)
    signature = "\0".join((*told, *sorted(f"{f.path} {f.sql}" for f in found.values())))
    return Shape("jsonl", signature, tuple(found.values()), _key_bytes(told), content, told)


def _key_bytes(keys: Sequence[str]) -> str:
    return " + ".join(f"coalesce(strlen({key_name(k)}), 0)" for k in keys) or "0"


def _parsed(text: str | None) -> Any:
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None  # counted where all lines are read


def _json_fields(texts: list[str], names: Names, base: str, path: str) -> Iterator[Field]:
    """Fields of JSON objects in a text column, by a sample of them."""
    found: dict[str, Field] = {}
    for text in texts:
        value = _parsed(text)
        if isinstance(value, dict | list):
            for field in _seen(value, names, base, path, ""):
                found.setdefault(field.path, field)
        if len(found) > KEYS:
            break
    yield from found.values()


Steps = tuple[str | None, ...]  # names on the way; None stands for "every item of the list"


def _seen(
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
            yield from _seen(below, names, base, f"{path}.{key}", key, (*steps, key), within)
    elif isinstance(value, list) and not all(isinstance(v, str | None) for v in value):
        for item in value[:ITEMS]:
            yield from _seen(item, names, base, f"{path}[]", name, (*steps, None), inside)
    elif isinstance(value, str | list | None) and role is not None:
        yield _json_field(base, path, steps, role)
    elif isinstance(value, str) and names.is_container(name) and None not in steps:
        inner = f"json_extract_string({_valid(base)}, {_way(steps)})" if steps else base
        yield from _json_fields([value], names, inner, path)


def _json_field(base: str, path: str, steps: Steps, role: Role) -> Field:
    if not steps:
        return Field(path, role, base)
    value = _valid(base)
    if None not in steps:
        return Field(path, role, f"json_extract_string({value}, {_way(steps)})")
    cut = steps.index(None)
    inner = steps[cut + 1 :]
    if not inner or None in inner:
        return Field(path, role, "CAST(NULL AS VARCHAR)")  # below two lists: not read
    outer = f"json_extract({value}, {_way(steps[:cut])})" if cut else value
    # Every item gives one entry, an item without the field a null: nothing is left out.
    items = f"CASE WHEN json_type({outer}) = 'ARRAY' THEN CAST({outer} AS JSON[]) END"
    item = f"json_extract(x0, {_way(inner)})"
    return Field(path, role, _as_text(f"list_transform({items}, lambda x0: {item})"))


def _valid(text: str) -> str:
    """Text as JSON, or nothing where it is none."""
    return f"(CASE WHEN json_valid({text}) THEN CAST({text} AS JSON) END)"


def _way(steps: Steps) -> str:
    return literal(pointer(*(s for s in steps if s is not None)))


def _size(kind: Any, sql: str, depth: int = 0) -> str:
    """SQL for the bytes of a value: UTF-8 of text, width of numbers, the sum of what it holds."""
    name = kind.id
    if name in TEXT or str(kind) == "JSON":
        return f"strlen(CAST({sql} AS VARCHAR))"
    if name == "blob":
        return f"octet_length({sql})"
    if name in FIXED:
        return f"CASE WHEN {sql} IS NULL THEN 0 ELSE {FIXED[name]} END"
    if depth > DEPTH:
        return "0"
    if name == "struct":
        parts = [
            f"coalesce({_size(t, f'struct_extract({sql}, {literal(n)})', depth + 1)}, 0)"
            for n, t in kind.children
        ]
        return "(" + " + ".join(parts) + ")"
    if name in ("list", "array"):
        element = kind.children[0][1]
        if element.id in FIXED:
            return f"len({sql}) * {FIXED[element.id]}"
        item = f"y{depth}"
        inner = _size(element, item, depth + 1)
        return f"list_sum(list_transform({sql}, lambda {item}: coalesce({inner}, 0)))"
    return f"strlen(CAST({sql} AS VARCHAR))"


_ENTRY = re.compile(r"""\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(None|null))\s*,?""")


def entries(text: str) -> tuple[str | None, ...]:
    """The values one text stands for: itself, or the entries of a list written out as text."""
    stripped = text.strip()
    if not (stripped.startswith("[") and stripped.endswith("]")):
        return (text,)
    try:
        value = json.loads(stripped)
    except (ValueError, RecursionError):
        return _written_list(stripped[1:-1]) or (text,)
    flat = list(_flat(value))
    if all(isinstance(v, str) or v is None for v in flat):
        return tuple(dict.fromkeys(flat))
    return (text,)


def _flat(value: Any) -> Iterator[Any]:
    """What lists in lists hold; an empty list holds one thing that says nothing."""
    if not isinstance(value, list):
        yield value
    elif not value:
        yield None
    else:
        for item in value:
            yield from _flat(item)


def _written_list(inner: str) -> tuple[str | None, ...] | None:
    """A list as Python or numpy prints it; None for anything else."""
    found: list[str | None] = []
    at = 0
    while at < len(inner):
        match = _ENTRY.match(inner, at)
        if match is None:
            return None
        one, two, _ = match.groups()
        found.append(one if one is not None else two)
        at = match.end()
    return tuple(dict.fromkeys(found)) or (None,)
