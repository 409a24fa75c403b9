"""Counting rows and bytes by what the license-like and source-like columns hold: one pass a file.

One query reads all files of one shape, with one grouping set for the license columns together and
one for each source column. JSON lines are first read strictly, which is fast and fails on a line
that is no object or names a key twice; the file with that line is then read line by line. A file
that cannot be read to its end counts for nothing and is named.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from licaudit.collectors.row_columns import Names
from licaudit.collectors.row_shape import Shape, shape_of
from licaudit.collectors.rows import FILE, Desk, RowPath, row_errors
from licaudit.facts import Gap, Location
from licaudit.facts.census import RowFile, Size

MOST_KEYS = 2_000  # combinations of license values that are looked at; the rest is counted
MOST_ORIGINS = 50  # names of one source-like column that are shown; the rest is counted
LONGEST = 400  # characters of a value that are kept apart; longer ones end in a digest
NOTHING = Size()
Key = tuple[str | None, ...]
_OUR_NAME = re.compile(r"\S*/licaudit-rows-\w+/\d{6}[.a-z]*")  # what DuckDB calls the file
Tick = Callable[[int], None]


@dataclass
class Counts:
    """What was counted. Keys are the values of `columns` in order, as text."""

    columns: tuple[str, ...]
    keys: Counter[Key] = field(default_factory=Counter)
    key_bytes: Counter[Key] = field(default_factory=Counter)
    rest: Size = NOTHING
    distinct: int = 0
    origins: dict[str, dict[str | None, Size]] = field(default_factory=dict)
    origin_rest: dict[str, Size] = field(default_factory=dict)
    origin_distinct: dict[str, int] = field(default_factory=dict)
    addresses: dict[str, Size] = field(default_factory=dict)  # rows with a web address, its bytes
    total: Size = NOTHING
    content: bool = False


@dataclass(frozen=True)
class Group:
    """Files of one shape, and that shape."""

    shape: Shape
    files: tuple[RowPath, ...]


@dataclass(frozen=True)
class Counted:
    """One group's counts, its files, and what could not be counted."""

    group: Group
    counts: Counts
    files: tuple[RowFile, ...]
    gaps: tuple[Gap, ...]


def group_files(
    desk: Desk, files: Sequence[RowPath], names: Names, columns: Sequence[str]
) -> tuple[list[Group], list[Gap]]:
    """Files by shape. `columns` are those the user names; then only they judge rows.

    A key of JSON lines may be absent from a sample: all such files share the fields of all.
    """
    found: dict[str, tuple[Shape, list[RowPath]]] = {}
    gaps: list[Gap] = []
    for file in files:
        try:
            shape = shape_of(desk, file, names)
        except row_errors() as error:
            gaps.append(unreadable(file, error))
            continue
        key = _group_key(file, shape)
        known, same = found.get(key, (shape, []))
        if known.signature != shape.signature:
            known = known.joined(shape)
        found[key] = (known, [*same, file])
    groups = [Group(_asked(s, columns), tuple(f)) for s, f in found.values()]
    return groups, gaps


def _group_key(file: RowPath, shape: Shape) -> str:
    if shape.kind == "arrow":  # one stream is one view
        return f"arrow {file.path}"
    return shape.kind if shape.kind == "jsonl" else f"{shape.kind} {shape.signature}"


def _asked(shape: Shape, columns: Sequence[str]) -> Shape:
    if not columns:
        return shape
    fields = tuple(f for f in shape.fields if f.role == "source" or f.path in columns)
    return replace(shape, fields=fields)


def count_group(desk: Desk, group: Group, tick: Tick = lambda _: None) -> list[Counted]:
    """The counts of one group, or of its files one by one where one of them breaks."""
    try:
        return [_count(desk, group)]
    except row_errors() as error:
        alone = len(group.files) == 1
        if alone and (group.shape.kind != "jsonl" or group.shape.by_lines):
            return [Counted(group, Counts(()), (), (unreadable(group.files[0], error),))]
    if alone:
        return count_group(desk, Group(replace(group.shape, tolerant=True), group.files), tick)
    found: list[Counted] = []
    for file in group.files:
        found += count_group(desk, Group(group.shape, (file,)), tick)
    return found


def _count(desk: Desk, group: Group) -> Counted:
    shape = group.shape
    held, told = shape.of("license"), shape.of("source")
    desk.base.execute(f"CREATE OR REPLACE TEMP TABLE counted AS {count_query(desk, group)}")
    broken, twice, rows = (_per_file(desk, name) for name in ("broken", "twice", "n"))
    counts = Counts(tuple(f.path for f in held), content=shape.content)
    _take_keys(desk, counts, len(held), len(told))
    for index, source in enumerate(told):
        _take_origins(desk, counts, source.path, index)
    files, gaps = [], []
    for file in group.files:
        number = _place(desk.links[file.path])
        bad = broken.get(number, 0)
        size = file.path.stat().st_size
        files.append(RowFile(file.name, file.format, size, rows.get(number, 0), bad))
        if bad:
            said = f"{bad} of its lines are no JSON; they are counted as rows that say nothing"
            gaps.append(_gap(file, "broken_lines", said))
        if again := twice.get(number, 0):
            said = (
                f"{again} of its rows name a key twice; they are counted as rows that say nothing"
            )
            gaps.append(_gap(file, "duplicate_keys", said))
    return Counted(group, counts, tuple(files), tuple(gaps))


def count_query(desk: Desk, group: Group) -> str:
    """One pass: rows and bytes by license values, by each source, and by file."""
    shape = group.shape
    held, told = shape.of("license"), shape.of("source")
    columns = [f"{k} AS l{i}" for i, k in enumerate(key_columns(shape))]
    columns += [f"{_origin(f.sql)} AS s{i}" for i, f in enumerate(told)]
    addresses = [f"CASE WHEN {_is_address(f.sql)} THEN strlen({f.sql}) END" for f in told]
    columns += [f"{a} AS a{i}" for i, a in enumerate(addresses)]
    columns += [f"({shape.bytes_sql}) AS b", f"({shape.broken_sql()}) AS broken", f"{FILE} AS f"]
    columns += [f"{shape.twice_sql()} AS twice"]
    names = [f"l{i}" for i in range(len(held))]
    sources = [f"s{i}" for i in range(len(told))]
    sets = [f"({', '.join(names)})", *(f"({s})" for s in sources), "(f)"]
    marks = [f"GROUPING({n}) AS g_{n}" for n in (*sources, "f")]
    sums = [f"count(a{i}) AS na{i}, sum(a{i}) AS ba{i}" for i in range(len(told))]
    picked = [*names, *sources, "f", *marks]
    picked += ["count(*) AS n", "sum(b) AS b"]
    picked += ["count_if(broken) AS broken", "count_if(twice) AS twice", *sums]
    source = shape.source(desk, group.files)
    return (
        f"SELECT {', '.join(picked)} FROM (SELECT {', '.join(columns)} FROM {source}) "
        f"GROUP BY GROUPING SETS ({', '.join(sets)})"
    )


def key_columns(shape: Shape, raw: bool = False) -> list[str]:
    """SQL for each value of a row's key, in the order of the shape's license columns."""
    listed = [_bounded(f.sql) for f in shape.of("license")]
    twice = shape.twice_sql(raw)
    return listed if twice == "(false)" else [f"CASE WHEN NOT {twice} THEN {x} END" for x in listed]


def _bounded(sql: str) -> str:
    """A value as it stands, a long one cut and told apart by its digest."""
    return (
        f"CASE WHEN length({sql}) > {LONGEST} THEN left({sql}, {LONGEST}) || '… ' || md5({sql}) "
        f"ELSE {sql} END"
    )


def _is_address(sql: str) -> str:
    return f"(starts_with({sql}, 'http://') OR starts_with({sql}, 'https://'))"


def _origin(sql: str) -> str:
    """The host of an address, else the value itself, cut."""
    host = f"lower(regexp_extract({sql}, '^https?://([^/?#]*)', 1))"
    return f"CASE WHEN {_is_address(sql)} THEN {host} ELSE left({sql}, {LONGEST}) END"


def _take_keys(desk: Desk, counts: Counts, held: int, told: int) -> None:
    where = " AND ".join(f"g_{n} = 1" for n in (*(f"s{i}" for i in range(told)), "f"))
    names = "".join(f"l{i}, " for i in range(held))
    counts.total = Size(*desk.ask(f"SELECT {_SUMS} FROM counted WHERE g_f = 0")[0])
    base = f"FROM counted WHERE {where}"
    order = f"ORDER BY n DESC, {names or ''}b LIMIT {MOST_KEYS}"
    found = Size()
    for row in desk.ask(f"SELECT {names}n, b {base} AND n > 0 {order}"):
        key: Key = tuple(row[:held])
        size = Size(int(row[held]), int(row[held + 1] or 0))
        counts.keys[key] += size.rows
        counts.key_bytes[key] += size.bytes
        found += size
    counts.distinct = desk.ask(f"SELECT count(*) {base} AND n > 0")[0][0]
    counts.rest = Size(counts.total.rows - found.rows, counts.total.bytes - found.bytes)


_SUMS = "coalesce(sum(n), 0)::BIGINT, coalesce(sum(b), 0)::BIGINT"


def _take_origins(desk: Desk, counts: Counts, path: str, index: int) -> None:
    base = f"FROM counted WHERE g_s{index} = 0"
    query = f"SELECT s{index}, n, b {base} ORDER BY n DESC, s{index} NULLS LAST"
    shown: dict[str | None, Size] = {}
    for name, rows, size in desk.ask(f"{query} LIMIT {MOST_ORIGINS}"):
        shown[name or None] = shown.get(name or None, Size()) + Size(int(rows), int(size or 0))
    counts.origins[path] = shown
    counts.origin_distinct[path] = desk.ask(f"SELECT count(*) {base}")[0][0]
    seen = sum(shown.values(), Size())
    counts.origin_rest[path] = Size(counts.total.rows - seen.rows, counts.total.bytes - seen.bytes)
    na, ba = f"na{index}", f"ba{index}"
    sums = f"coalesce(sum({na}), 0)::BIGINT, coalesce(sum({ba}), 0)::BIGINT"
    counts.addresses[path] = Size(*desk.ask(f"SELECT {sums} {base}")[0])


def _per_file(desk: Desk, column: str) -> dict[int, int]:
    """A count by the number that the link to the file bears."""
    rows = desk.ask(f"SELECT f, {column}::BIGINT FROM counted WHERE g_f = 0 AND f IS NOT NULL")
    return {int(n): c for n, c in ((_place(f), c) for f, c in rows)}


def _place(link: str) -> int:
    return int(link.rsplit("/", 1)[-1].split(".", 1)[0])


def unreadable(file: RowPath, error: Exception) -> Gap:
    """The Gap of a file that cannot be read to its end."""
    said = _OUR_NAME.sub(lambda _: file.name, " ".join(str(error).split("\n\n")[0].split()))[:300]
    return _gap(file, "unreadable_rows", f"{file.name} cannot be read to its end: {said}")


def _gap(file: RowPath, reason: str, detail: str) -> Gap:
    return Gap("local:.", reason, detail, Location(file.name))
