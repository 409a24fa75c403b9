"""A corpus register as a target: the table in which a data lead lists what a model learns from.

Each row becomes a dataset. What the row says of its license is a claim of a stranger: it may
restrict, and it permits nothing until the holder, a contract or a record says so too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from licaudit.collectors.hub_ids import hub_purl, looks_like_hub_id
from licaudit.collectors.reading import clean, joined, shown
from licaudit.collectors.register_columns import (
    channel_of,
    key_of,
    limits_of,
    load_words,
    whole_channel,
)
from licaudit.collectors.register_mixture import Mixture, read_mixture
from licaudit.collectors.register_tables import (
    MOST_BYTES,
    MOST_ROWS,
    Sheet,
    TableError,
    read_csv,
    read_xlsx,
)
from licaudit.collectors.upstream_names import named
from licaudit.errors import UsageError
from licaudit.facts import DATA, Artifact, Channel, Collected, Gap, Link, Location, Passage, Probe
from licaudit.settings import LIMITS
from licaudit.sources.short_forms import Target
from licaudit.sources.targets import parse_target
from licaudit.sources.tree import Entry, ReadError, Tree, decode

TABLES = (".csv", ".tsv")
BOOKS = (".xlsx", ".xlsm", ".xls")
MIXTURES = (".yaml", ".yml", ".json")
_HUB_PURLS = {"huggingface": "huggingface", "modelscope": "modelscope"}
_FORGES = {"github.com": "github", "gitlab.com": "gitlab", "gitee.com": "gitee"}
_ADDRESS = re.compile(r"^(?:https?://|git\+https?://|pkg:|hf:|ms:)\S+$", re.IGNORECASE)
_SEVERAL = re.compile("\\s*(?:[;\n\uff1b\u3001\uff0c]|\\s[|/&+]\\s)\\s*")
_IN_BRACKETS = re.compile("\\s*[(\uff08\\[\u3010](.*?)[)\uff09\\]\u3011]")
_MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell says, and where: `key` is `Sheet1!C7`, a column's heading or a dotted path."""

    role: str
    text: str
    location: Location


@dataclass(frozen=True)
class Row:
    """One entry: its number (row, line or position), its cells by role, the dataset it names.

    `contract` is the number of a contract, `channel` how the data was obtained, where said.
    """

    number: int
    sheet: str
    artifact: Artifact
    cells: tuple[Cell, ...]
    channel: Channel | None = None
    contract: str | None = None

    @property
    def name(self) -> str:
        """What the register calls it."""
        return self.artifact.name

    def said(self, role: str) -> tuple[Cell, ...]:
        """The cells of one role."""
        return tuple(c for c in self.cells if c.role == role)


@dataclass(frozen=True)
class Register:
    """All rows of a file, the Gaps of reading it, and its kind: `csv`, `xlsx` or `mixture`."""

    path: str
    kind: str
    rows: tuple[Row, ...] = ()
    gaps: tuple[Gap, ...] = ()


def is_register(tree: Tree) -> bool:
    """Whether the target is one file that is a register: a workbook, or a table or list of data."""
    return read_register(tree) is not None


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
            row, open_ = _row(number, sheet.name, cells, spot)
            rows.append(row)
            gaps += open_
    return Register(path, kind, tuple(rows), tuple(gaps))


def _of_mixture(mixture: Mixture, root: str) -> Register:
    rows: list[Row] = []
    gaps: list[Gap] = []
    for number, item in enumerate(mixture.items, 1):
        cells = tuple(Cell(r, clean(w), mixture.at(p)) for r, w, p in item.said)
        row, open_ = _row(number, "", cells, mixture.at(item.path))
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


def _row(number: int, sheet: str, cells: tuple[Cell, ...], spot: Location) -> tuple[Row, list[Gap]]:
    """One row, and what it leaves open."""
    gaps: list[Gap] = []
    artifact = _artifact(cells, spot)

    def ask(reason: str, detail: str, where: Location) -> None:
        gaps.append(Gap(artifact.id, reason, detail, where, DATA))

    channels = {c: channel_of(c.text) for c in cells if c.role == "channel"}
    found = {c for c in channels.values() if c}
    for cell, channel in channels.items():
        if channel is None:
            ask("unknown_channel", f"how it was obtained is {shown(cell.text)}", cell.location)
    if len(found) > 1:
        ask("unknown_channel", f"two ways to obtain it: {', '.join(sorted(found))}", spot)
    contracts = [c for c in cells if c.role == "contract" and not _blank(c.text)]
    contract = contracts[0].text if contracts else None
    if len({c.text for c in contracts}) > 1:
        ask("ambiguous_column", "two contract numbers in one row", contracts[1].location)
    # The word may stand in the license's column: 自有, 采购.
    spoken = next((c for cell in cells if cell.role == "license" if (c := _held(cell.text))), None)
    channel = found.pop() if len(found) == 1 else None
    if channel is None and not channels:
        channel = spoken or ("commercial" if contract else None)
    if channel == "commercial" and contract is None:
        ask("no_contract", "it was bought, and no contract is named", spot)
    return Row(number, sheet, replace(artifact, channel=channel), cells, channel, contract), gaps


def _held(text: str) -> Channel | None:
    """The channel that is all a license cell says (`自有`, `采购`); `public` there is none.

    Such a cell makes no claim. One that says anything beside does.
    """
    channel = whole_channel(text)
    return channel if channel in ("own", "commercial", "user_input", "synthetic") else None


def _blank(text: str) -> bool:
    return text.strip().casefold() in ("", "-", "--", "—", "/", "n/a", "na", "none", "无", "null")


def _artifact(cells: tuple[Cell, ...], spot: Location) -> Artifact:
    """The dataset a row names: by its address or id where one can be read, else by its name."""
    names = [c for c in cells if c.role == "name"]
    title = names[0].text if names else ""
    for role in ("place", "source", "name"):
        for cell in cells:
            if cell.role == role and (found := _placed(cell.text)):
                return Artifact(found, "dataset", title or cell.text, location=spot)
    first = title or next((c.text for c in cells if c.role in ("place", "source")), "")
    words = unicodedata.normalize("NFKC", first) or f"row {spot.line}"
    return replace(named("dataset", words, spot), kind="dataset", name=first or words)


def _placed(text: str) -> str | None:
    """The purl of the repository that an address or a hub id names."""
    text = text.strip()
    if looks_like_hub_id(text):
        return hub_purl("dataset", text)
    if text.lower().startswith(
        ("huggingface.co/", "hf.co/", "github.com/", "modelscope.cn/", "www.")
    ):
        text = f"https://{text}"
    if not _ADDRESS.match(text):
        return None
    try:
        return _purl(parse_target(text))
    except UsageError:
        return None  # the page of no repository; it stays a name, and its license is asked for


def _purl(target: Target) -> str | None:
    if hub := _HUB_PURLS.get(target.kind):
        kind = "dataset" if target.subtype == "dataset" else "model"
        return hub_purl(kind, target.id, hub) if target.subtype != "space" else None  # type: ignore[arg-type]
    if target.kind == "git":
        from packageurl import PackageURL

        host, _, path = target.id.removeprefix("https://").partition("/")
        owner, _, name = path.strip("/").removesuffix(".git").rpartition("/")
        if host in _FORGES and owner and name:
            return PackageURL(_FORGES[host], owner, name).to_string()
    return None


def collect_rows(register: Register, root: str, name: str, revision: str) -> Collected:
    """The register as a document that contains the dataset of each row, with the rows' claims."""
    top = Artifact(root, "document", name, revision, location=Location(register.path))
    parts = [Collected((top,), gaps=register.gaps, probes=(Probe(root, "name", name),))]
    parts += [_collected(row, root) for row in register.rows]
    return joined(parts)


def _collected(row: Row, root: str) -> Collected:
    where = row.artifact.location
    assert where is not None
    return Collected(
        (row.artifact,),
        tuple(_passages(row)),
        (Link(root, row.artifact.id, "contains", (where,)),),
        scopes=frozenset({(row.artifact.id, DATA)}),
    )


def _passages(row: Row) -> Iterable[Passage]:
    links = [c.text for c in row.said("license_link")]
    words = load_words().by_contract
    cells = [
        c
        for c in row.said("license")
        if not _held(c.text) and not (row.contract and key_of(c.text) in words)
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
