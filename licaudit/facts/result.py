"""AuditResult: the whole of an audit, of which every report is a rendering."""

from __future__ import annotations

from dataclasses import dataclass, field

from licaudit.facts.evidence import Artifact, Claim, Gap, Link, Probe
from licaudit.facts.judgement import Judgement, Outcome, WaiverReport
from licaudit.facts.terms import License

SCHEMA = "licaudit/audit/1"


@dataclass(frozen=True, slots=True)
class TargetFact:
    """What was audited: the words the user typed, the kind of source, the pinned revision."""

    input: str
    kind: str
    revision: str


@dataclass(frozen=True, slots=True)
class LicenseAnswer:
    """The license concluded for one scope of one artifact, and how sure that is."""

    artifact: str
    scope: str
    expression: str | None
    basis: str
    rung: str
    confidence: float
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """What may differ between two runs: times and the machine's share. Never part of a digest."""

    started: str
    seconds: float
    files: int
    bytes_read: int


@dataclass(frozen=True, slots=True)
class AuditResult:
    """All of it. `licenses` are the terms of every license that occurs, for the report."""

    target: TargetFact
    as_of: str
    licaudit_version: str
    knowledge_version: str
    judgements: tuple[Judgement, ...]
    artifacts: tuple[Artifact, ...]
    answers: tuple[LicenseAnswer, ...]
    links: tuple[Link, ...]
    claims: tuple[Claim, ...]
    gaps: tuple[Gap, ...]
    probes: tuple[Probe, ...]
    waivers: WaiverReport
    licenses: tuple[License, ...]
    run: Run
    schema: str = SCHEMA
    notes: tuple[str, ...] = field(default=())

    @property
    def verdict(self) -> Outcome:
        """The worst verdict of all the intents judged."""
        order: tuple[Outcome, ...] = ("pass", "review", "fail")
        return max((j.verdict for j in self.judgements), key=order.index, default="review")
