"""The shape of a row file: its license-like and source-like columns, as SQL that reads them.

Structures, lists of structures, maps and JSON text are looked into.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from licaudit.collectors.row_columns import Names, Role, plain_name
from licaudit.collectors.row_json import (
    DEPTH,
    KEYS,
    NEVER,
    Field,
    as_text,
    json_fields,
    parsed,
    seen,
)
from licaudit.collectors.rows import SAMPLE, TWICE, Desk, RowPath, key_name, literal, quoted

FIXED = {
    "boolean": 1, "tinyint": 1, "utinyint": 1, "smallint": 2, "usmallint": 2, "integer": 4,
    "uinteger": 4, "float": 4, "date": 4, "bigint": 8, "ubigint": 8, "double": 8, "hugeint": 16,
    "uhugeint": 16, "uuid": 16, "time": 8, "timestamp": 8, "timestamp with time zone": 8,
    "timestamp_s": 8, "timestamp_ms": 8, "timestamp_ns": 8, "interval": 16, "decimal": 8,
}  # fmt: skip
TEXT = ("varchar", "enum")
Source = Callable[[], str]  # what stands after FROM, made for one query


@dataclass(frozen=True, slots=True)
class Shape:
    """What files of one shape have in common, so that one query reads them all."""

    kind: str
    signature: str
    fields: tuple[Field, ...]
    bytes_sql: str
    content: bool  # a column of text of the names that hold a corpus
    keys: tuple[str, ...] = ()  # of jsonl: the keys of its lines
    tolerant: bool = False  # of jsonl: lines that are no object, or name a key twice, are counted

    def source(self, desk: Desk, files: Sequence[RowPath], raw: bool = False) -> str:
        """What stands after FROM to read files of this shape; `raw` keeps lines as they stand.

        Without `tolerant`, a line that is no object or names a key twice fails the whole query.
        """
        if self.kind == "jsonl":
            return desk.lines(files, self.keys, raw or self.by_lines)
        return desk.source(files, named=not raw)

    @property
    def by_lines(self) -> bool:
        """Whether JSON lines are read as they stand: keys alike but for case make no columns."""
        return self.tolerant or len({k.lower() for k in self.keys}) < max(1, len(self.keys))

    def twice_sql(self, raw: bool = False) -> str:
        """SQL that is true for a row where an object names a key twice."""
        found = dict.fromkeys(f.twice for f in self.of("license") if f.twice != NEVER)
        whole = [TWICE] if self.kind == "jsonl" and (raw or self.by_lines) else []
        return "(" + " OR ".join([*whole, *found] or [NEVER]) + ")"

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
            yield replace(field, sql=as_text(listed) if lists == 0 else listed)
    elif kind.id == "map" and not lists:
        yield from _map(desk, source, names, sql, kind, path, within)


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
    yield from json_fields([r[0] for r in rows if r[0]], names, sql, path)


def _json_shape(desk: Desk, source: Source, names: Names) -> Shape:
    rows = desk.ask(f"SELECT CAST(json AS VARCHAR) FROM {source()} LIMIT {SAMPLE}")
    found: dict[str, Field] = {}
    keys: set[str] = set()
    for (text,) in rows:
        value = parsed(text)
        if not isinstance(value, dict):
            continue
        for key, below in list(value.items())[:KEYS]:
            if len(keys) >= KEYS or "\0" in key:
                continue
            keys.add(key)
            for field in seen(below, names, key_name(key), key, key):
                found.setdefault(field.path, field)
    told = tuple(sorted(keys))
    content = any(plain_name(k) in names.content for k in keys)
    signature = "\0".join((*told, *sorted(f"{f.path} {f.sql}" for f in found.values())))
    return Shape("jsonl", signature, tuple(found.values()), _key_bytes(told), content, told)


def _key_bytes(keys: Sequence[str]) -> str:
    return " + ".join(f"coalesce(strlen({key_name(k)}), 0)" for k in keys) or "0"


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
