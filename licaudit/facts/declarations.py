"""What people declare (agreements, confirmations, positions, waivers, curations) and debate."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Literal

from licaudit.facts.evidence import LEFT_OUT, Scope
from licaudit.facts.terms import STRICT, Text


@dataclass(frozen=True, slots=True)
class Agreement:
    """A contract, registration or accepted click-through that the user can show."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT
    id: str
    licensee: str
    acts: tuple[str, ...]
    term: tuple[date, date]
    licenses: tuple[str, ...] = ()
    artifacts: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    survives: str | None = None
    territory: tuple[str, ...] = ()
    document_sha256: str | None = None
    document: str | None = field(default=None, metadata=LEFT_OUT)  # its path in the tree, if there


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A person's word that one condition is met: by whom, until when."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT
    license: str
    condition: str
    by: str
    expires: date
    artifact: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """A signed answer to one debated question."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT
    question: str
    answer: Literal["travels", "does-not-travel"]
    by: str
    basis: str
    expires: date
    jurisdiction: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """One side of a debated question: whether the term reaches the work, who says so, and why."""

    answer: Literal["travels", "does-not"]
    who: str
    says: Text


@dataclass(frozen=True, slots=True)
class PlaceNote:
    """What one jurisdiction has to say of a debated question, and where that stands."""

    where: str
    says: Text
    reference: str


@dataclass(frozen=True, slots=True)
class Debate:
    """A question on which careful readers differ, with both positions."""

    question: str
    held: tuple[Held, ...]
    notes: tuple[PlaceNote, ...] = ()


@dataclass(frozen=True, slots=True)
class Declared:
    """What became of a position, agreement or confirmation under one intent.

    `used` decided something; `unused` met nothing to decide; `expired` or `not_begun` lie outside
    their time; `elsewhere` outside their place; `stranger` was made with somebody else; `altered`
    rests on another document than the one signed; `unproved` counts on a point nobody could check.
    """

    kind: Literal["position", "agreement", "confirmation"]
    name: str
    state: Literal[
        "used", "unused", "expired", "not_begun", "elsewhere", "stranger", "altered", "unproved"
    ]
    why: Text


@dataclass(frozen=True, slots=True)
class Waiver:
    """An accepted finding; matched by rule, artifact and claim digest, never by prose."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT
    rule: str
    artifact: str
    fingerprint: str
    reason: str
    approver: str
    expires: date
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Curation:
    """A corrected fact, pinned to the digest of what it corrects."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT
    artifact: str
    scope: Scope
    expression: str
    sha256: str
    reason: str
    author: str
    line: int | None = field(default=None, metadata=LEFT_OUT)


@dataclass(frozen=True, slots=True)
class WaiverReport:
    """Waivers that did nothing: too old, or matching no finding."""

    expired: tuple[Waiver, ...] = ()
    unused: tuple[Waiver, ...] = ()
    used: tuple[Waiver, ...] = field(default=())
