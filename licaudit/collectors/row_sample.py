"""What the first rows of a file say of themselves: their licenses, and the models that made them.

Each value of a license column is a subset of its own (`subset:train.jsonl[license=mit]`), judged by
its own license. Rows past the sample, and rows that name none, are Gaps: the collection's license
does not reach them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from licaudit.collectors import maker_names
from licaudit.collectors.data_columns import CENSUS
from licaudit.collectors.hub_ids import artifact_of, hub_id_of
from licaudit.collectors.reading import clean, joined, only_gap, shown
from licaudit.collectors.relation_names import load_relations
from licaudit.collectors.row_columns import load_names
from licaudit.collectors.said import passage, words
from licaudit.facts import CONTENT, Artifact, Collected, Gap, Link, Location, Relation
from licaudit.sources.tree import Entry

NOTE = "said in the rows"
_VALUES = 20  # different licenses, and different makers, of one file that are kept
_DEEP = 3  # structures within structures that are looked into
_LONGEST = 200
# Values that a column of licenses uses for nothing.
_NOTHING = frozenset({"", "none", "null", "n/a", "na", "nan", "-", "unknown", "no license"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row and where it stands: its line, or the member of an archive (as `key`)."""

    data: dict[str, Any]
    line: int | None = None
    member: str | None = None


def collect(rows: Iterable[Row], entry: Entry, artifact: str, whole: bool) -> Collected:
    """Passages, links and Gaps of these rows; `whole` when the file holds no others."""
    licenses: dict[str, tuple[Location, Any]] = {}
    makers: dict[tuple[str, Relation], tuple[Artifact, Location]] = {}
    count = bare = linked = 0
    for row in rows:
        count += 1
        silent, web = True, False
        for path, value in _fields(row.data):
            where = _place(entry, row, path)
            if _is_license(path):
                for text in _texts(value):
                    silent = False
                    if len(licenses) < _VALUES:
                        licenses.setdefault(text, (where, value))
            else:
                web = web or _is_address(path, value)
                for item, relation in _makers(path[-1], value, where):
                    if len(makers) < _VALUES:
                        makers.setdefault((item.id, relation), (item, where))
        bare, linked = bare + silent, linked + web
    parts = [_licensed(licenses, entry, artifact)]
    if licenses:
        parts.append(_rest(entry, artifact, count, bare, whole, len(licenses) >= _VALUES))
    elif count and linked >= count * load_names().least_share:
        detail = f"{entry.name}: its rows come from web addresses and name no license of their own"
        gap = Gap(artifact, "content_unlicensed", detail, Location(entry.path), CONTENT, False)
        parts.append(only_gap(gap))
    for (target, relation), (item, where) in makers.items():
        link = Link(artifact, target, relation, (where,), NOTE)
        parts.append(Collected(artifacts=(item,), links=(link,)))
    return joined(parts)


def _licensed(licenses: dict[str, tuple[Location, Any]], entry: Entry, artifact: str) -> Collected:
    passages = []
    for text, (where, value) in licenses.items():
        scope = f"subset:{entry.path[-80:]}[license={text[:40]}]"
        _, hints = words(value) if isinstance(value, dict) else ("", [])
        passages.append(passage(text, where, scope, artifact, hints))
    return Collected(passages=tuple(passages))


def _rest(entry: Entry, artifact: str, count: int, bare: int, whole: bool, more: bool) -> Collected:
    """The Gaps of a file whose rows name licenses: rows that name none, rows that were not read."""
    found, rest = Collected(), f"subset:{entry.path[-80:]}"
    where = Location(entry.path)
    if bare:
        detail = f"{entry.name}: {bare} of {count} rows name no license, others do"
        found += only_gap(Gap(artifact, "no_license", detail, where, rest))
    if not whole or more:
        seen = f"{_VALUES} licenses" if more else f"the first {count} rows"
        detail = f"{entry.name}: rows carry licenses of their own; only {seen} were read; {CENSUS}"
        found += only_gap(Gap(artifact, "rows_unread", detail, where, rest))
    return found


def _fields(data: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """(path, value) of fields, those of structures within included; lists of rows are not."""
    pending: list[tuple[tuple[str, ...], dict[str, Any]]] = [((), data)]
    while pending:
        path, mapping = pending.pop()
        for key, value in mapping.items():
            yield (*path, key), value
            if isinstance(value, dict) and len(path) < _DEEP:
                pending.append(((*path, key), value))


def _is_address(path: tuple[str, ...], value: Any) -> bool:
    """Whether a field says on which page a row was found."""
    address = isinstance(value, str) and value[:8].lower().startswith(("http://", "https://"))
    return address and load_names().role(path[-1]) == "source"


def _is_license(path: tuple[str, ...]) -> bool:
    return load_names().role(path[-1]) == "license"


def _texts(value: Any) -> list[str]:
    """The words of one license value: a name, a structure of names, or a list of either."""
    found = []
    for item in (value if isinstance(value, list) else [value])[:_VALUES]:
        written, _ = words(item)
        text = " ".join((written or "").split())[:_LONGEST]
        if text.lower() not in _NOTHING:
            found.append(text)
    return found


def _makers(name: str, value: Any, where: Location) -> Iterator[tuple[Artifact, Relation]]:
    """The models a column names; columns of many meanings count for known names alone."""
    told = load_relations().column(name)
    if told is None:
        return
    relation, known_only = told
    for item in (value if isinstance(value, list) else [value])[:_VALUES]:
        text = clean(item.strip())[:_LONGEST] if isinstance(item, str) else ""
        if not text or text.lower() in _NOTHING or text.lower().startswith(("human", "人工")):
            continue
        hub_id = hub_id_of(text)
        named = maker_names.find(text, where)
        if hub_id is not None:
            yield artifact_of("model", hub_id, where), relation
        elif named:
            yield from ((n.artifact, relation) for n in named)
        elif not known_only:
            yield Artifact(f"name:model/{text}", "model", text, location=where), relation


def _place(entry: Entry, row: Row, path: tuple[str, ...]) -> Location:
    key = clean(".".join(path))[:_LONGEST]
    if row.member is not None:
        key = f"{row.member}: {key}"
    return Location(entry.path, row.line, key=key)


def broken(entry: Entry, artifact: str, count: int, first: str) -> Collected:
    """The Gap of rows that are no rows."""
    detail = f"{entry.name}: {count} of the rows looked at cannot be read ({first})"
    return only_gap(Gap(artifact, "broken", detail, Location(entry.path), CONTENT, blocks=False))


def shown_member(name: str) -> str:
    """The name of an archive's member as a place repeats it."""
    return shown(name).strip("'")
