"""What a census counted and decided: columns, values with their rows and bytes, and the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from licaudit.facts.evidence import Channel, Gap
from licaudit.facts.judgement import Intent, Outcome, Posture
from licaudit.facts.terms import Text

CENSUS_SCHEMA = "licaudit/census/1"
LEDGER_SCHEMA = "licaudit/census-ledger/1"
# What a value says: a name, nothing at all, one of too many to look at.
ValueKind = Literal["named", "empty", "rest"]


@dataclass(frozen=True, slots=True)
class Size:
    """Rows, and the bytes of what they hold (see docs/census.md for what counts)."""

    rows: int = 0
    bytes: int = 0

    def __add__(self, other: Size) -> Size:
        return Size(self.rows + other.rows, self.bytes + other.bytes)


@dataclass(frozen=True, slots=True)
class RowFile:
    """One file that was counted. `broken` are lines of it that are not what they should be."""

    path: str
    format: str
    size: int  # bytes on disk
    rows: int
    broken: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A license-like or source-like column. `path` reads `meta.license`, `files[].license`."""

    path: str
    role: Literal["license", "source"]
    files: int
    distinct: int  # values told apart; of a source with web addresses, its hosts
    judged: bool  # whether rows are judged by it


@dataclass(frozen=True, slots=True)
class Value:
    """One value of one license-like column, what it means, and what may be done with its rows."""

    column: str
    written: str | None
    kind: ValueKind
    size: Size
    outcome: Outcome
    expression: str | None = None
    why: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """One value of one source-like column: a name as it stands there, or the host of an address."""

    column: str
    name: str | None
    kind: ValueKind
    size: Size


@dataclass(frozen=True, slots=True)
class Census:
    """All of it. `shares` adds up to `total`; the outcome of a row is that of its worst column."""

    target: str
    intent: Intent
    posture: Posture
    as_of: str
    licaudit_version: str
    knowledge_version: str
    files: tuple[RowFile, ...]
    columns: tuple[Column, ...]
    values: tuple[Value, ...]
    origins: tuple[Origin, ...]
    total: Size
    shares: tuple[tuple[Outcome, Size], ...]
    gaps: tuple[Gap, ...]
    channel: Channel | None
    schema: str = CENSUS_SCHEMA

    def share(self, outcome: Outcome) -> Size:
        """Rows and bytes of one outcome."""
        return dict(self.shares).get(outcome, Size())

    @property
    def verdict(self) -> Outcome:
        """`fail` when a row must go, `pass` only when every row of every file may stay."""
        if self.share("fail").rows:
            return "fail"
        kept = self.total.rows > 0 and self.share("pass") == self.total
        return "pass" if kept and not any(g.blocks for g in self.gaps) else "review"


@dataclass(frozen=True, slots=True)
class Written:
    """One file before and after cleaning. `output` is None where nothing of it was kept."""

    path: str
    sha256: str
    before: Size
    output: str | None
    output_sha256: str | None
    after: Size


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a cleaning kept and why; the same inputs, intent and day give the same bytes."""

    as_of: str
    licaudit_version: str
    knowledge_version: str
    intent: Intent
    posture: Posture
    columns: tuple[str, ...]
    files: tuple[Written, ...]
    before: Size
    after: Size
    values: tuple[Value, ...]
    gaps: tuple[Gap, ...]
    again: tuple[tuple[Outcome, Size], ...]  # the census of what was written
    verdict_again: Outcome
    schema: str = LEDGER_SCHEMA
