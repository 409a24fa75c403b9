"""What the user means to do, and what the judge said of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from licaudit.facts.declarations import Debate, Declared, Position
from licaudit.facts.evidence import LEFT_OUT, Scope
from licaudit.facts.terms import STRICT, Check, Permission, Text

Outcome = Literal["pass", "review", "fail"]
Use = Literal["commercial", "research", "internal"]
Posture = Literal["strict", "balanced", "license-text-only"]
Severity = Literal["info", "low", "medium", "high", "critical"]
ObligationStatus = Literal["met", "missing", "manual", "not_triggered"]
# What may be shipped, and how: the forms a duty can be triggered by.
Distribution = Literal["code", "weights", "data", "service", "outputs"]

OUTCOMES: tuple[Outcome, ...] = ("pass", "review", "fail")
POSTURES: tuple[Posture, ...] = Posture.__args__  # type: ignore[attr-defined]
SEVERITIES: tuple[Severity, ...] = Severity.__args__  # type: ignore[attr-defined]
USES: tuple[Use, ...] = Use.__args__  # type: ignore[attr-defined]


def worst(outcomes: list[Outcome]) -> Outcome:
    """The worst of some outcomes; `pass` when there is none to compare."""
    return max(outcomes, key=OUTCOMES.index, default="pass")


@dataclass(frozen=True, slots=True)
class Intent:
    """What the user means to do and who they are. None always means *not said*.

    `users` are monthly users of the whole group by date; `revenue_usd` is per year;
    `distribute` lists what leaves the house (an empty tuple: nothing does);
    `restricted_fields` the fields of use the user works in (an empty tuple: none of them).
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT
    use: Use = "commercial"
    actor: str | None = None
    established_in: str | None = None
    trained_in: tuple[str, ...] | None = None
    deployed_in: tuple[str, ...] | None = None
    users_in: tuple[str, ...] | None = None
    group_monthly_users: tuple[tuple[str, int], ...] | None = None
    daily_users: int | None = None
    monthly_visits: int | None = None
    monthly_output_tokens: int | None = None
    annual_revenue_usd: int | None = None
    distribute: tuple[Distribution, ...] | None = None
    modify: bool | None = None
    train: bool | None = None
    train_on_outputs: bool | None = None
    release_as: str | None = None
    release_name: str | None = None
    modality: str | None = None
    restricted_fields: tuple[str, ...] | None = None
    scopes: tuple[str, ...] | None = None
    licensee: str | None = field(default=None, metadata=LEFT_OUT)  # your name, as contracts give it


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of an explanation: what a license says of an act, and where."""

    outcome: Outcome
    code: str
    message: Text
    license: str | None = None
    clause: str | None = None
    claims: tuple[str, ...] = ()
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something a license asks of the user under this intent."""

    id: str
    artifact: str
    license: str
    condition: str
    type: str
    clause: str
    status: ObligationStatus
    message: Text
    trigger: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    check: Check = "manual"  # what could show it met, a word of `rules/duties.yaml`


@dataclass(frozen=True, slots=True)
class Resolution:
    """A license's terms resolved against an intent for one scope of one artifact."""

    outcome: Outcome
    permission: Permission
    reasons: tuple[Reason, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    elected: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that fired. `path` runs from the root to the culprit, both included.

    `members` are the fingerprints of the things that a grouped finding tells together. Where a
    baseline was given, `known` says whether it had all of it; `fresh` names the artifacts of
    what it had not.
    """

    rule: str
    pack: str
    severity: Severity
    outcome: Outcome
    artifact: str
    scope: Scope | None
    path: tuple[str, ...]
    message: Text
    fix: Text
    evidence: tuple[str, ...]
    fingerprint: str
    license: str | None = None
    clauses: tuple[str, ...] = ()
    waiver: str | None = None
    debated: str | None = None
    members: tuple[str, ...] | None = field(default=None, metadata=LEFT_OUT)
    known: bool | None = field(default=None, metadata=LEFT_OUT)
    fresh: tuple[str, ...] | None = field(default=None, metadata=LEFT_OUT)


@dataclass(frozen=True, slots=True)
class ScopeVerdict:
    """The verdict for one scope (`code`, `weights`, `data`, `checkpoint:<name>`)."""

    scope: Scope
    outcome: Outcome
    because: tuple[Reason, ...] = ()
    expression: str | None = None


@dataclass(frozen=True, slots=True)
class NotApplied:
    """A rule that had nothing to look at under this intent: it says so, it does not pass."""

    pack: str
    rule: str
    why: Text


@dataclass(frozen=True, slots=True)
class Offer:
    """One license that a release might go out under, and the artifacts that speak against it.

    `outcome` is `pass` where all that the work brings along may go out so, `review` where a person
    must decide about those in `open`, `fail` where those in `against` do not allow it.
    """

    license: str
    name: str
    outcome: Outcome
    against: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """Under what a release may go out.

    `replace` is a smallest set of upstreams to replace so that nothing speaks against `asked`, the
    license that the intent names; in very large graphs the nearest such set.
    """

    asked: str | None
    outbound: tuple[Offer, ...]
    replace: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything said about one intent."""

    intent: Intent
    verdict: Outcome
    verdicts: tuple[ScopeVerdict, ...]
    findings: tuple[Finding, ...]
    obligations: tuple[Obligation, ...]
    positions: tuple[Position, ...] = ()
    elections: tuple[tuple[str, str], ...] = ()
    posture: Posture = "strict"
    packs: tuple[str, ...] = ()
    not_applied: tuple[NotApplied, ...] | None = field(default=None, metadata=LEFT_OUT)
    release: Release | None = field(default=None, metadata=LEFT_OUT)
    # Both sides of every debated question that a finding or an open reason rests on.
    debates: tuple[Debate, ...] | None = field(default=None, metadata=LEFT_OUT)
    # What became of the positions, agreements and confirmations that the user declares.
    declared: tuple[Declared, ...] | None = field(default=None, metadata=LEFT_OUT)
    # What keeps the verdict down although no rule speaks of it, by digests that do not change.
    floor: tuple[str, ...] | None = field(default=None, metadata=LEFT_OUT)
    # The verdict on what a baseline had not, where one was given.
    new_verdict: Outcome | None = field(default=None, metadata=LEFT_OUT)
