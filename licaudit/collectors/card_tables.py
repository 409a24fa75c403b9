"""Tables of a card that give each checkpoint, subset or other work its license."""

from __future__ import annotations

import re

from licaudit.collectors import markdown
from licaudit.facts import WEIGHTS, Location, Passage, Scope
from licaudit.sources.tree import Entry

# Headers of tables that list parts of the work itself; other tables may compare it with others.
_PARTS = re.compile(
    r"subset|config|split|part\b|component|portion|folder|file|source|checkpoint|weight|domain"
    r"|languages?$|子集|部分|检查点|权重|来源",
    re.IGNORECASE,
)
# Words of names that say nothing of which work it is.
_GENERIC = (
    "the and for with model models card dataset datasets data open large language base instruct"
    " chat official implementation release llm"
)
_PLAIN = frozenset(_GENERIC.split(" "))


def tables(
    lines: list[str],
    entry: Entry,
    artifact: str,
    scope: Scope,
    covered: set[int],
    files: tuple[tuple[str, str], ...],
    names: tuple[str, ...],
) -> list[Passage]:
    """One passage for each cell of a license column; `names` are those of the work itself.

    Lines taken are added to `covered`. A hint `row` says `own` for the work itself, and `other`
    where a table may compare it with works of others.
    """
    found = []
    rows = markdown.tables(lines)
    kin = _kin(rows, names)
    for row in rows:
        cells = [(markdown.plain(h), c) for h, c in row.cells]
        value = next((c for h, c in cells if re.search(r"licen[sc]e|许可|协议", h, re.I)), None)
        if value is None or not markdown.plain(value):
            continue
        covered.add(row.line)
        name = markdown.plain(cells[0][1])[:80] or f"row {row.line}"
        base = "subset" if scope.startswith(("data", "subset")) else "checkpoint"
        if scope.startswith(("code", "folder")) and not re.search(
            r"model|checkpoint|weight|模型|backbone", cells[0][0], re.I
        ):
            continue  # a table of datasets or projects inside a code repository: not this one's
        card = scope == WEIGHTS
        if card and re.search(r"\b(data|dataset|corpus|subset)", cells[0][0], re.I):
            continue  # what it was trained on
        whose = _whose(row, card, name, names, kin)
        parts = f"{base}:{name}"
        if ("row", "own") in whose:
            parts = scope  # the work itself among others that its card compares it with
        found.append(
            Passage(
                value,
                Location(entry.path, row.line),
                "prose",
                parts,
                artifact,
                hints=(("table", name), *whose, *files),
            )
        )
    return found


def _whose(
    row: markdown.Row, card: bool, name: str, names: tuple[str, ...], kin: set[str]
) -> tuple[tuple[str, str], ...]:
    """Hints on whose license a row gives: this work's, a part's, or perhaps another work's."""
    header = row.cells[0][0]
    if card:
        own = any(_same(name, own) for own in names)
        return (("card", "model"), ("row", "own" if own else "other"))
    part = _PARTS.search(header) or name in kin
    return () if part else (("row", "other"),)


def _kin(rows: list[markdown.Row], names: tuple[str, ...]) -> set[str]:
    """Names of all rows of tables in which some row bears a name of this work."""
    stems = {s for n in names for s in re.findall(r"[a-z]{3,}|[\u4e00-\u9fff]{2,}", n.lower())}
    stems -= _PLAIN
    found: set[str] = set()
    for table in _grouped(rows):
        own = [
            markdown.plain(row.cells[0][1])[:80] or f"row {row.line}" for row in table if row.cells
        ]
        if any(stem in name.lower() for name in own for stem in stems):
            found.update(own)
    return found


def _grouped(rows: list[markdown.Row]) -> list[list[markdown.Row]]:
    tables: list[list[markdown.Row]] = []
    for row in rows:
        if tables and tables[-1][-1].line == row.line - 1:
            tables[-1].append(row)
        else:
            tables.append([row])
    return tables


def _same(name: str, own: str) -> bool:
    """Whether a row bears the work's own name, written in full."""
    row, work = (re.sub(r"[\W_]+", "", n.rsplit("/", 1)[-1]).lower() for n in (name, own))
    return len(row) > 3 and (row == work or work.startswith(row) or work.endswith(row))
