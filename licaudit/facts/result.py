"""AuditResult: the whole of an audit, of which every report is a rendering."""

from __future__ import annotations

from dataclasses import dataclass, field

from licaudit.facts.declarations import WaiverReport
from licaudit.facts.evidence import (
    LEFT_OUT,
    Artifact,
    Claim,
    Copyright,
    Gap,
    Link,
    Probe,
    Relation,
    Scope,
)
from licaudit.facts.judgement import Judgement, Outcome, worst
from licaudit.facts.terms import License, Text

SCHEMA = "licaudit/audit/1"


@dataclass(frozen=True, slots=True)
class TargetFact:
    """What was audited: the words the user typed, the kind of source, the pinned revision."""

    input: str
    kind: str
    revision: str
    root: str | None = field(default=None, metadata=LEFT_OUT)  # the artifact that was audited


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
class Engine:
    """The program that matched texts where no cheaper rung did, and its version."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Tool:
    """What was used in place of our defaults. `engine`: what stood in for ScanCode."""

    engine: Engine


@dataclass(frozen=True, slots=True)
class Run:
    """What may differ between two runs: times and the machine's share. Never part of a digest."""

    started: str
    seconds: float
    files: int
    bytes_read: int


@dataclass(frozen=True, slots=True)
class Inherited:
    """Terms of an upstream's licenses that reach the audited work, and the way they take.

    `path` runs from the root to the artifact, both included; `relations` are one fewer. `travels`
    names kinds of terms (`use_limits`, `share_alike`, ...), `debated` those with their question.
    """

    artifact: str
    path: tuple[str, ...]
    relations: tuple[Relation, ...]
    licenses: tuple[str, ...]
    travels: tuple[str, ...] = ()
    debated: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Opposed:
    """Two claims, by id, on one scope of one artifact that cannot both hold; see conflicts.yaml."""

    scope: Scope
    left: str
    right: str
    kind: str
    differ: str


@dataclass(frozen=True, slots=True)
class ProjectText:
    """The project file that was judged with, word for word, so that it can be judged again."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that found something, in the words of its file, `{placeholders}` left open."""

    pack: str
    rule: str
    why: Text
    fix: Text
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Baseline:
    """The earlier audit that this one is held against: its day, target and verdict."""

    as_of: str
    target: str
    verdict: Outcome


@dataclass(frozen=True, slots=True)
class RowAnswer:
    """What became of one row of a corpus register, as it is written back beside the row.

    `number` is the sheet's row, the csv's line or the entry's position; `key` where an entry of a
    YAML or JSON file stands. `missing` says what somebody must supply; `evidence` are places.
    """

    number: int
    sheet: str
    key: str
    artifact: str
    name: str
    verdict: Outcome
    reasons: tuple[Text, ...] = ()
    missing: tuple[Text, ...] = ()
    license: str | None = None
    evidence: tuple[str, ...] = ()


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
    copyrights: tuple[Copyright, ...] = ()
    inherited: tuple[Inherited, ...] = ()
    conflicts: tuple[Opposed, ...] = ()
    depth: int | None = None
    project: ProjectText | None = None
    baseline: Baseline | None = None
    fired: tuple[Fired, ...] = ()
    own_packs: tuple[str, ...] = ()  # ids of packs that are not ours: nobody finds them by name
    rows: tuple[RowAnswer, ...] = ()  # of a register, judged row by row
    tool: Tool | None = None  # None: everything is our default, ScanCode the engine

    @property
    def verdict(self) -> Outcome:
        """The worst verdict of all the intents judged."""
        order: tuple[Outcome, ...] = ("pass", "review", "fail")
        return max((j.verdict for j in self.judgements), key=order.index, default="review")

    @property
    def new_verdict(self) -> Outcome:
        """The verdict that a pipeline goes by: on what is new, where there is a baseline."""
        if self.baseline is None:
            return self.verdict
        return worst([j.new_verdict or j.verdict for j in self.judgements] or ["review"])
