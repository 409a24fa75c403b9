"""Subjects: one license answer of one artifact, seen from the root, resolved against one intent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from licaudit.facts import (
    OUTCOMES,
    Artifact,
    ArtifactKind,
    AssetKind,
    Claim,
    Gap,
    Intent,
    License,
    LicenseAnswer,
    Outcome,
    Probe,
    Relation,
    Resolution,
)
from licaudit.licenses.conclude import Conflict
from licaudit.policy import acts, terms
from licaudit.policy.agreements import bound
from licaudit.policy.expressions import TermsOf, leaves
from licaudit.policy.project import Project
from licaudit.policy.situation import Situation
from licaudit.policy.terms import statement_id
from licaudit.provenance.graph import Reach

__all__ = ["PARTS", "Case", "Subject", "build_subjects", "part_of", "statement_id"]
PARTS = ("code", "weights", "data")
_MODEL_EDGES: frozenset[Relation] = frozenset(
    {
        "fine_tuned_from",
        "adapter_of",
        "merged_from",
        "quantized_from",
        "distilled_from",
        "rewarded_by",
    }
)


@dataclass(frozen=True)
class Case:
    """All facts of one audit that judging reads; the same for every intent."""

    root: str
    artifacts: Mapping[str, Artifact]
    answers: tuple[LicenseAnswer, ...]
    claims: Mapping[str, Claim]
    open_claims: frozenset[str]
    conflicts: tuple[Conflict, ...]
    gaps: tuple[Gap, ...]
    probes: tuple[Probe, ...]
    reaches: tuple[Reach, ...]
    terms_of: TermsOf
    project: Project
    as_of: date


@dataclass(frozen=True)
class Subject:
    """What a rule looks at."""

    artifact: Artifact
    scope: str
    part: str
    reach: Reach | None
    answer: LicenseAnswer | None
    claims: tuple[Claim, ...]
    resolution: Resolution
    restrictions: tuple[str, ...]
    conflicts: tuple[tuple[Conflict, str, str], ...]
    gaps: tuple[Gap, ...]
    debated: tuple[str, ...]
    licenses: tuple[License, ...]
    open_claims: tuple[str, ...]
    looser_than: tuple[str, ...] = ()
    declared: str = ""
    bare: Outcome = "review"
    agreed: bool = False
    statements: tuple[License, ...] = ()
    looser_names: tuple[str, ...] = ()

    @property
    def root(self) -> bool:
        """Whether this is the audited artifact itself."""
        return self.reach is None

    @property
    def relation(self) -> Relation | None:
        """How the last step of the way came from this artifact; None for the root."""
        return self.reach.relation if self.reach else None

    @property
    def path(self) -> tuple[str, ...]:
        """Artifact ids from the root to this one, both included."""
        return self.reach.path if self.reach else (self.artifact.id,)


@dataclass(frozen=True)
class _Tables:
    """The facts of a case by artifact, so that no subject has to search through all of them."""

    answers: Mapping[str, list[LicenseAnswer]]
    probes: Mapping[str, list[Probe]]
    gaps: Mapping[str, list[Gap]]
    conflicts: Mapping[tuple[str, str], list[Conflict]]
    carried: Mapping[tuple[str, Relation | None], dict[str, str | None]]


def _tables(case: Case) -> _Tables:
    answers: dict[str, list[LicenseAnswer]] = {}
    probes: dict[str, list[Probe]] = {}
    gaps: dict[str, list[Gap]] = {}
    conflicts: dict[tuple[str, str], list[Conflict]] = {}
    carried: dict[tuple[str, Relation | None], dict[str, str | None]] = {}
    for answer in case.answers:
        answers.setdefault(answer.artifact, []).append(answer)
    for probe in case.probes:
        probes.setdefault(probe.artifact, []).append(probe)
    for gap in case.gaps:
        # What nobody can place may concern anything: it stands with the audited work.
        home = gap.artifact if gap.artifact in case.artifacts else case.root
        judged = {acts.family(a.scope) for a in answers.get(home, ())}
        placed = gap.scope is not None and acts.family(gap.scope) in judged
        gaps.setdefault(home, []).append(gap if placed else replace(gap, scope=None))
    for conflict in case.conflicts:
        conflicts.setdefault((conflict.left.artifact, conflict.scope), []).append(conflict)
    for reach in case.reaches:
        question = reach.questions[-1] if reach.answer == "debated" and reach.questions else None
        carried.setdefault((reach.artifact, reach.relation), {})[reach.term] = question
    return _Tables(answers, probes, gaps, conflicts, carried)


def build_subjects(case: Case, intent: Intent) -> tuple[Subject, ...]:
    """Subjects of the root and of everything whose terms reach it."""
    tables = _tables(case)
    root = case.artifacts[case.root]
    own = [_subject(case, tables, intent, a, root, None) for a in tables.answers.get(root.id, ())]
    ways: dict[tuple[str, Relation | None], Reach] = {}
    for reach in case.reaches:  # one subject for each use; its limits tell the way where they reach
        key = (reach.artifact, reach.relation)
        if reach.term == terms.USE_LIMITS or key not in ways:
            ways[key] = reach
    reached: list[Subject] = []
    for reach in ways.values():
        artifact = case.artifacts[reach.artifact]
        answers: list[LicenseAnswer | None] = [*tables.answers.get(artifact.id, ())]
        for answer in answers or [None]:
            reached.append(_subject(case, tables, intent, answer, artifact, reach))
    declared = _declared(case, own)
    own = [replace(s, declared=declared) for s in own]
    return tuple(_looser(own, reached) + reached)


def _declared(case: Case, own: list[Subject]) -> str:
    """What the release as a whole is declared as: its code's license, else its main part's."""
    wanted = ("code", acts.family(acts.MAIN_SCOPE[case.artifacts[case.root].kind]))
    for part in wanted:
        for subject in own:
            plain = not subject.scope.startswith(("folder:", "checkpoint:", "subset:"))
            if subject.part == part and plain and subject.answer and subject.answer.expression:
                return subject.answer.expression
    return ""


def part_of(kind: ArtifactKind, root: ArtifactKind, relation: Relation | None, scope: str) -> str:
    """Which part of the root's verdict a subject counts for."""
    if relation is None:
        return acts.family(scope)
    if relation == "contains":
        part = acts.family(scope or acts.MAIN_SCOPE[kind])
    elif relation in _MODEL_EDGES:
        part = "weights"
    elif relation in ("trained_on", "generated_by", "annotated_by", "filtered_by"):
        part = "data" if root == "dataset" else "weights"
    elif relation == "derived_from":
        part = {"dataset": "data", "model": "weights", "weights": "weights"}.get(kind, "code")
    else:
        part = "code"
    return part if part in PARTS else "code"  # nothing that was reached may fall between the parts


def _subject(
    case: Case,
    tables: _Tables,
    intent: Intent,
    answer: LicenseAnswer | None,
    artifact: Artifact,
    reach: Reach | None,
) -> Subject:
    scope = answer.scope if answer else ""
    relation = reach.relation if reach else None
    part = part_of(artifact.kind, case.artifacts[case.root].kind, relation, scope)
    claims = tuple(case.claims[c] for c in answer.claims) if answer else ()
    situation = Situation(
        intent,
        part,
        acts.ASSET[artifact.kind] if reach else _kind(part),
        acts.acts(intent, part, relation),
        case.as_of,
        artifact.id,
        relation,
        bound(case.project, artifact),
        case.project.confirmations,
    )
    carried = tables.carried.get((artifact.id, relation), {}) if reach else {}
    question = carried.get(terms.USE_LIMITS)
    debated = reach.questions if reach and question else ()
    seen = terms.Seen(
        artifact,
        situation,
        case.terms_of,
        answer,
        tuple(sorted({c.narrows for c in claims if c.narrows})),
        tuple(c.id for c in claims if c.id in case.open_claims),
        tuple(tables.gaps.get(artifact.id, ())),
        tuple(p for a in dict.fromkeys((case.root, artifact.id)) for p in tables.probes.get(a, ())),
        carried,
        debated,
    )
    ids = leaves(answer.expression) if answer and answer.expression else []
    conflicts = tables.conflicts.get((artifact.id, scope), []) if answer else []
    return Subject(
        artifact,
        scope,
        part,
        reach,
        answer,
        claims,
        terms.resolution(seen),
        seen.restrictions,
        terms.judged_conflicts(seen, conflicts),
        terms.gaps_of(seen),
        debated,
        tuple(t for t in map(case.terms_of, ids) if t),
        seen.open_claims,
        bare=terms.bare(seen).outcome,
        agreed=terms.agreed(seen),
        statements=tuple(t for k in seen.restrictions if (t := case.terms_of(statement_id(k)))),
    )


def _kind(part: str) -> AssetKind:
    kinds: dict[str, AssetKind] = {"weights": "model", "data": "dataset", "code": "code"}
    return kinds.get(part, "document")


def _looser(own: list[Subject], reached: list[Subject]) -> list[Subject]:
    """Root parts whose license, by itself, asks less than what they were derived from."""
    result = []
    for subject in own:
        upstream = [
            u
            for u in reached
            if u.part == subject.part
            and u.relation in acts.DERIVING
            and u.answer
            and u.answer.expression
            and subject.answer
            and subject.answer.expression
            and u.answer.expression != subject.answer.expression
            and OUTCOMES.index(u.bare) > OUTCOMES.index(subject.bare)
        ]
        result.append(
            replace(
                subject,
                looser_than=tuple(dict.fromkeys(u.artifact.id for u in upstream)),
                looser_names=tuple(dict.fromkeys(u.artifact.name for u in upstream)),
            )
        )
    return result
