"""A corpus register as a target: the table in which a data lead lists what a model learns from.

Each row becomes a dataset. What the row says of its license is a claim of a stranger: it may
restrict, and it permits nothing until the holder, a contract or a record says so too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from licaudit.collectors.reading import clean, joined, shown
from licaudit.collectors.register_cells import Cell
from licaudit.collectors.register_columns import key_of, limits_of, load_words
from licaudit.collectors.register_entry import Row, held_by, read_row
from licaudit.collectors.register_mixture import Mixture, read_mixture
from licaudit.collectors.register_tables import (
    MOST_BYTES,
    MOST_ROWS,
    Sheet,
    TableError,
    read_csv,
    read_xlsx,
)
from licaudit.facts import DATA, Artifact, Collected, Gap, Link, Location, Passage, Probe
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, ReadError, Tree, decode

TABLES = (".csv", ".tsv")
BOOKS = (".xlsx", ".xlsm", ".xls")
MIXTURES = (".yaml", ".yml", ".json")
_SEVERAL = re.compile("\\s*(?:[;\n\uff1b\u3001\uff0c]|\\s[|/&+]\\s)\\s*")
_IN_BRACKETS = re.compile("\\s*[(\uff08\\[\u3010](.*?)[)\uff09\\]\u3011]")
_MOST_SHOWN = 8


@dataclass(frozen=True)
class Register:
    """All rows of a file, the Gaps of reading it, and its kind: `csv`, `xlsx` or `mixture`."""

    path: str
    kind: str
    rows: tuple[Row, ...] = ()
    gaps: tuple[Gap, ...] = ()


def read_register(tree: Tree, root: str = "local:.") -> Register | None:
    """The register that a target is; None for a folder or for a file that is something else.

    A workbook is always one, with a Gap when no header is found: nothing else reads it.
    """
    entries = tree.entries()
    if tree.kind != "local" or len(entries) != 1 or tree.name != entries[0].path:
        return None
    entry, low = entries[0], entries[0].name.lower()
    kind = next(
        (
            k
            for k, ends in (("csv", TABLES), ("xlsx", BOOKS), ("mixture", MIXTURES))
            if low.endswith(ends)
        ),
        None,
    )
    if kind is None:
        return None
    try:
        return _read(tree, entry, kind, root)
    except TableError as error:
        if kind == "mixture":
            return None  # broken YAML and JSON may be anything; its own reader tells
        where = Location(entry.path)
        return Register(entry.path, kind, (), (Gap(root, error.reason, error.detail, where),))


def _read(tree: Tree, entry: Entry, kind: str, root: str) -> Register | None:
    limit = LIMITS.whole_file if kind == "mixture" else MOST_BYTES
    if entry.size > limit:
        if kind == "mixture":
            return None
        head = tree.read(entry.path, 0, 65_536)
        if kind == "csv" and read_csv(head)[1] is None:
            return None
        detail = f"{entry.size} bytes, more than the {limit} that are read of a register"
        raise TableError("cut_short", detail)
    try:
        data = tree.read(entry.path, 0, limit)
    except ReadError as error:
        raise TableError(error.reason, error.detail) from error
    if kind == "mixture":
        text = decode(data)
        mixture = read_mixture(text, entry.path) if text is not None else None
        return _of_mixture(mixture, root) if mixture else None
    if kind == "csv":
        sheet = read_csv(data)[1]
        return _of_sheets(entry.path, kind, [sheet], root) if sheet else None
    sheets = read_xlsx(data)
    if not sheets:
        raise TableError("no_header", "no sheet has a row of headings that names data")
    return _of_sheets(entry.path, kind, sheets, root)


def _of_sheets(path: str, kind: str, sheets: list[Sheet], root: str) -> Register:
    rows: list[Row] = []
    gaps: list[Gap] = []
    for sheet in sheets:
        gaps += _header_gaps(path, kind, sheet, root)
        for number, texts in sheet.rows:
            cells = tuple(
                Cell(role, clean(texts[i].strip()), _spot(path, kind, sheet, number, i))
                for i, role in sheet.header.roles.items()
                if i < len(texts) and texts[i].strip()
            )
            if not cells:
                continue
            spot = _spot(path, kind, sheet, number, min(sheet.header.roles))
            row, open_ = read_row(number, sheet.name, cells, spot)
            rows.append(row)
            gaps += open_
    return Register(path, kind, tuple(rows), tuple(gaps))


def _of_mixture(mixture: Mixture, root: str) -> Register:
    rows: list[Row] = []
    gaps: list[Gap] = []
    for number, item in enumerate(mixture.items, 1):
        cells = tuple(Cell(r, clean(w), mixture.at(p)) for r, w, p in item.said)
        row, open_ = read_row(number, "", cells, mixture.at(item.path))
        rows.append(row)
        gaps += open_
    if mixture.strange:
        keys = list(dict.fromkeys(str(p[-1]) for p in mixture.strange))
        gaps.append(_strange(root, Location(mixture.path), keys))
    if mixture.cut:
        gaps.append(_cut(root, Location(mixture.path)))
    return Register(mixture.path, "mixture", tuple(rows), tuple(gaps))


def _header_gaps(path: str, kind: str, sheet: Sheet, root: str) -> Iterator[Gap]:
    where = Location(path, sheet.top, key=sheet.name or None)
    if sheet.header.strange:
        yield _strange(root, where, [sheet.headings[i] for i in sheet.header.strange])
    for role in sheet.header.twice:
        names = [sheet.headings[i] for i, r in sheet.header.roles.items() if r == role]
        detail = f"several columns say the {role}: {', '.join(map(shown, names))}; all are read"
        yield Gap(root, "ambiguous_column", detail, where, blocks=False)
    if sheet.cut:
        yield _cut(root, where)


def _strange(root: str, where: Location, names: list[str]) -> Gap:
    words = ", ".join(shown(n) for n in names[:_MOST_SHOWN])
    more = f" and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
    detail = f"columns nobody knows, left unread: {words}{more}"
    return Gap(root, "unmapped_column", detail, where, blocks=False)


def _cut(root: str, where: Location) -> Gap:
    detail = f"more than {MOST_ROWS} rows; the rest is unread"
    return Gap(root, "cut_short", detail, where)


def _spot(path: str, kind: str, sheet: Sheet, number: int, column: int) -> Location:
    if kind == "xlsx":
        from openpyxl.utils import get_column_letter

        return Location(path, number, key=f"{sheet.name}!{get_column_letter(column + 1)}{number}")
    return Location(path, number, key=sheet.headings[column] or f"column {column + 1}")


def collect_rows(register: Register, root: str, name: str, revision: str) -> Collected:
    """The register as a document that contains the dataset of each row, with the rows' claims."""
    top = Artifact(root, "document", name, revision, location=Location(register.path))
    parts = [Collected((top,), gaps=register.gaps, probes=(Probe(root, "name", name),))]
    parts += [_collected(row, root) for row in register.rows]
    return joined(parts)


def _collected(row: Row, root: str) -> Collected:
    where = row.artifact.location
    assert where is not None
    made = [
        Link(row.artifact.id, g.artifact.id, "generated_by", (g.location,)) for g in row.generators
    ]
    return Collected(
        (row.artifact, *(g.artifact for g in row.generators)),
        tuple(_passages(row)),
        (Link(root, row.artifact.id, "contains", (where,)), *made),
        scopes=frozenset({(row.artifact.id, DATA)}),
    )


def _passages(row: Row) -> Iterable[Passage]:
    links = [c.text for c in row.said("license_link")]
    words = load_words().by_contract
    cells = [
        c
        for c in row.said("license")
        if not held_by(c.text) and not (row.contract and key_of(c.text) in words)
    ]
    for cell in cells:
        for part in _parts(cell.text):
            hints = [("license_link", links[0])] if links else []
            if limits := limits_of(part):  # short words, as the sentences the ladder knows
                hints.append(("license_details", ". ".join(limits)))
            yield _stranger(part, cell, row, tuple(hints))
    if links and not cells:
        yield from (_stranger(c.text, c, row) for c in row.said("license_link"))


def _stranger(text: str, cell: Cell, row: Row, hints: tuple[tuple[str, str], ...] = ()) -> Passage:
    return Passage(text, cell.location, "tag", DATA, row.artifact.id, "declared", "stranger", hints)


def _parts(text: str) -> list[str]:
    """The names in a license cell. Brackets that only set a limit are names of their own."""
    found = []
    for piece in _SEVERAL.split(text):
        inside = [m.group(1).strip() for m in _IN_BRACKETS.finditer(piece)]
        if inside and all(limits_of(words) for words in inside):
            found += [_IN_BRACKETS.sub(" ", piece).strip(), *inside]
        else:
            found.append(piece.strip())
    return [p for p in found if p]
