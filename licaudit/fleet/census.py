"""The census of a dataset: rows and bytes by license, and the share an intent may keep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from licaudit import __version__
from licaudit.collectors.row_columns import Names, load_names
from licaudit.collectors.row_counts import MOST_KEYS, Counted, Counts, count_group, group_files
from licaudit.collectors.rows import Desk, RowPath, find_files, open_desk
from licaudit.facts import OUTCOMES, Channel, Gap, Intent, Location, Outcome, Posture
from licaudit.facts.census import Census, Column, Origin, Size, Value
from licaudit.fleet.census_judge import EMPTY, REST, Judge
from licaudit.policy.packs import DEFAULT_PACKS, load_packs
from licaudit.policy.project import Project

Watch = Callable[[Desk, int, int], None]  # the desk, groups done, groups in all
MOST_VALUES = 200  # values of one column that a report lists; the rest is counted


@dataclass(frozen=True, slots=True)
class CensusRequest:
    """What to count and for what. `columns` are those that judge rows; none: all that are found."""

    targets: tuple[str, ...]
    intent: Intent
    project: Project
    as_of: date
    posture: Posture = "strict"
    packs: tuple[str, ...] = DEFAULT_PACKS
    columns: tuple[str, ...] = ()
    threads: int | None = None


@dataclass(frozen=True)
class Counting:
    """A census with what cleaning needs besides: the groups, their counts and the judge."""

    census: Census
    files: tuple[RowPath, ...]
    groups: tuple[Counted, ...]
    judge: Judge


def run_census(request: CensusRequest, watch: Watch = lambda *_: None) -> Counting:
    """Count, read the values, judge them. Raises TargetError when there is nothing to open."""
    packs = load_packs(request.packs, request.project.overrides)  # a broken rule stops us first
    names = load_names()
    files = find_files(request.targets)
    judge = Judge(request.intent, packs, request.posture, request.project, request.as_of)
    with open_desk(files, request.threads) as desk:
        groups, gaps = group_files(desk, files, names, request.columns)
        counted: list[Counted] = []
        for done, group in enumerate(groups):
            watch(desk, done, len(groups))
            counted += count_group(desk, group)
    gaps += [g for c in counted for g in c.gaps]
    read = [c for c in counted if c.files]
    gaps += _loose_ends(files, read, request.columns)
    return Counting(_census(request, read, gaps, judge, names), tuple(files), tuple(read), judge)


def _loose_ends(
    files: Sequence[RowPath], counted: Sequence[Counted], wanted: Sequence[str]
) -> list[Gap]:
    """What the user must know besides the counts."""
    found: list[Gap] = []
    if not files:
        found.append(Gap("local:.", "no_rows", "no parquet, jsonl, csv or arrow file is here"))
    seen = {p for c in counted for p in c.counts.columns}
    for name in wanted:
        if name not in seen:
            said = f"no file has a license column `{name}`; there are: {', '.join(sorted(seen))}"
            found.append(Gap("local:.", "no_such_column", said))
    bare = [f.name for c in counted if not c.counts.columns for f in c.group.files]
    if bare:
        said = (
            f"{len(bare)} files have no license column, {bare[0]} for one; no row of them is kept"
        )
        found.append(Gap("local:.", "no_license_column", said))
    for one in (c for c in counted if c.counts.rest.rows):
        where = Location(one.group.files[0].name)
        said = (
            f"{', '.join(one.counts.columns)}: {one.counts.distinct} values or combinations; the "
            f"{MOST_KEYS} most frequent were read, the {one.counts.rest.rows} rows of the others "
            "need a decision"
        )
        found.append(Gap("local:.", "too_many_values", said, where))
    if len({c.counts.columns for c in counted}) > 1:
        said = "files differ in their columns; each was judged by the license columns it has"
        found.append(Gap("local:.", "mixed_columns", said, blocks=False))
    return found


def _census(
    request: CensusRequest, counted: Sequence[Counted], gaps: list[Gap], judge: Judge, names: Names
) -> Census:
    total = sum((c.counts.total for c in counted), Size())
    return Census(
        target=" ".join(request.targets),
        intent=request.intent,
        posture=request.posture,
        as_of=request.as_of.isoformat(),
        licaudit_version=__version__,
        knowledge_version=judge.version,
        files=tuple(sorted((f for c in counted for f in c.files), key=lambda f: f.path)),
        columns=_columns(counted),
        values=_values([c.counts for c in counted], judge),
        origins=_origins([c.counts for c in counted]),
        total=total,
        shares=_shares([c.counts for c in counted], judge),
        gaps=tuple(sorted(gaps, key=lambda g: (g.location.path if g.location else "", g.reason))),
        channel=_channel([c.counts for c in counted], names),
    )


def _shares(counted: Sequence[Counts], judge: Judge) -> tuple[tuple[Outcome, Size], ...]:
    """Rows and bytes by outcome; what was not looked at is review. They add up to the total."""
    found: dict[Outcome, Size] = dict.fromkeys(OUTCOMES, Size())
    for counts in counted:
        found["review"] += counts.rest
        for key, rows in counts.keys.items():
            found[judge.key(key)] += Size(rows, counts.key_bytes[key])
    return tuple(found.items())


def _values(counted: Sequence[Counts], judge: Judge) -> tuple[Value, ...]:
    sizes: dict[tuple[str, str | None], Size] = {}
    rest: dict[str, Size] = {}
    for counts in counted:
        for place, column in enumerate(counts.columns):
            for key, rows in counts.keys.items():
                written = key[place] if key[place] and (key[place] or "").strip() else None
                at = (column, written)
                sizes[at] = sizes.get(at, Size()) + Size(rows, counts.key_bytes[key])
            if counts.rest.rows:
                rest[column] = rest.get(column, Size()) + counts.rest
    listed: dict[str, int] = {}
    values: list[Value] = []
    for (column, written), size in sorted(sizes.items(), key=_biggest):
        listed[column] = listed.get(column, 0) + 1
        if listed[column] > MOST_VALUES:
            rest[column] = rest.get(column, Size()) + size
        elif written is None:
            values.append(Value(column, None, "empty", size, "review", None, (EMPTY,)))
        else:
            said = judge.value(written)
            values.append(
                Value(column, written, "named", size, said.outcome, said.expression, said.why)
            )
    values += [Value(c, None, "rest", s, "review", None, (REST,)) for c, s in rest.items()]
    return tuple(sorted(values, key=lambda v: v.column))


def _biggest(item: tuple[tuple[str, str | None], Size]) -> tuple[str, int, str]:
    (column, written), size = item
    return column, -size.rows, written or ""


def _origins(counted: Sequence[Counts]) -> tuple[Origin, ...]:
    sizes: dict[tuple[str, str | None], Size] = {}
    rest: dict[str, Size] = {}
    for counts in counted:
        for column, names in counts.origins.items():
            for name, size in names.items():
                sizes[column, name] = sizes.get((column, name), Size()) + size
            if counts.origin_rest[column].rows:
                rest[column] = rest.get(column, Size()) + counts.origin_rest[column]
    found = [
        Origin(column, name, "named" if name else "empty", size)
        for (column, name), size in sorted(sizes.items(), key=_biggest)
    ]
    found += [Origin(c, None, "rest", s) for c, s in rest.items()]
    return tuple(sorted(found, key=lambda o: o.column))


def _columns(counted: Sequence[Counted]) -> tuple[Column, ...]:
    files: dict[tuple[str, str], int] = {}
    distinct: dict[tuple[str, str], int] = {}
    for one in counted:
        counts = one.counts
        for place, path in enumerate(counts.columns):
            at = ("license", path)
            files[at] = files.get(at, 0) + len(one.files)
            many = len({k[place] for k in counts.keys})
            if counts.rest.rows:
                many = max(many, counts.distinct)
            distinct[at] = max(distinct.get(at, 0), many)
        for path, many in counts.origin_distinct.items():
            at = ("source", path)
            files[at] = files.get(at, 0) + len(one.files)
            distinct[at] = max(distinct.get(at, 0), many)
    return tuple(
        Column(path, "license" if role == "license" else "source", n, distinct[role, path],
               role == "license")
        for (role, path), n in sorted(files.items())
    )  # fmt: skip


def _channel(counted: Sequence[Counts], names: Names) -> Channel | None:
    """Rows that are mostly web addresses: whoever follows them collects the data themselves."""
    linked = [c for c in counted if c.total.rows and _links(c, names)]
    rows = sum(c.total.rows for c in counted)
    share = sum(c.total.rows for c in linked) / rows if rows else 0.0
    return "self_collected" if share >= names.least_share else None


def _links(counts: Counts, names: Names) -> bool:
    if counts.content or not counts.addresses:
        return False
    most = max(s.rows for s in counts.addresses.values())
    held = sum(s.bytes for s in counts.addresses.values())
    other = (counts.total.bytes - held) / counts.total.rows
    return most >= names.least_share * counts.total.rows and other <= names.most_other_bytes
