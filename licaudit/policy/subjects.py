"""Subjects: one license answer of one artifact, seen from the root, resolved against one intent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from licaudit.facts import (
    Artifact,
    ArtifactKind,
    AssetKind,
    Claim,
    Gap,
    Intent,
    License,
    LicenseAnswer,
    Link,
    Outcome,
    Posture,
    Probe,
    Relation,
    Resolution,
)
from licaudit.licenses.conflicts import Conflict
from licaudit.policy import acts, terms
from licaudit.policy.agreements import altered, bound
from licaudit.policy.compatibility import Compatibility
from licaudit.policy.contradictions import Contradiction
from licaudit.policy.expressions import TermsOf, leaves
from licaudit.policy.fitting import fit
from licaudit.policy.intake import Intake, contract_state, look_up
from licaudit.policy.looser import Looser, compare
from licaudit.policy.outbound import Outbound
from licaudit.policy.project import Project
from licaudit.policy.release import NESTED, outbounds
from licaudit.policy.situation import Situation
from licaudit.policy.terms import statement_id
from licaudit.policy.views import Views, in_tree
from licaudit.provenance.graph import Reach

__all__ = ["PARTS", "Case", "Subject", "build_subjects", "part_of", "statement_id"]
NO_INTAKE = Intake()
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
    links: tuple[Link, ...] = ()
    posture: Posture = "strict"  # what `reaches` were walked with, and silence is judged by
    depth: int | None = None  # the most links a way may have


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
    conflicts: tuple[Contradiction, ...]
    gaps: tuple[Gap, ...]
    debated: tuple[str, ...]
    licenses: tuple[License, ...]
    open_claims: tuple[str, ...]
    looser: tuple[Looser, ...] = ()
    declared: str = ""
    bare: Outcome = "review"
    agreed: bool = False
    statements: tuple[License, ...] = ()
    carried: Mapping[str, str | None] = field(default_factory=dict)
    shipped: bool = False
    unnamed: bool = False  # code uses it and no card names it
    intake: Intake = NO_INTAKE
    fit: Compatibility | None = None
    situation: Situation | None = None

    @property
    def root(self) -> bool:
        """Whether this is the audited artifact itself."""
        return self.reach is None

    @property
    def stated(self) -> bool:
        """Whether a license is known for it, or none is needed."""
        return bool(self.answer and self.answer.expression) or self.agreed

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
    probes: Mapping[str, Views]
    gaps: Mapping[str, list[Gap]]
    conflicts: Mapping[tuple[str, str], list[Conflict]]
    carried: Mapping[tuple[str, Relation | None], dict[str, str | None]]
    outbounds: Mapping[str, Outbound]
    intakes: Mapping[str, Intake]
    altered: frozenset[str]
    unnamed: frozenset[str] = frozenset()


def _tables(case: Case, intent: Intent) -> _Tables:
    answers: dict[str, list[LicenseAnswer]] = {}
    gaps: dict[str, list[Gap]] = {}
    conflicts: dict[tuple[str, str], list[Conflict]] = {}
    carried: dict[tuple[str, Relation | None], dict[str, str | None]] = {}
    for answer in case.answers:
        answers.setdefault(answer.artifact, []).append(answer)
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
    declared = outbounds(
        answers.get(case.root, []),
        case.claims,
        case.open_claims | {s.id for c in case.conflicts for s in (c.left, c.right)},
        case.terms_of,
        intent.release_as,
    )
    intakes, papers = _intakes(case), altered(case.project, case.probes)
    unnamed = frozenset(p.value for p in case.probes if p.kind == "unnamed_use")
    return _Tables(
        answers, _views(case), gaps, conflicts, carried, declared, intakes, papers, unnamed
    )


def _intakes(case: Case) -> dict[str, Intake]:
    """How each dataset came in, and what a source note speaks of."""
    probes: dict[str, list[Probe]] = {}
    links: dict[str, list[Link]] = {}
    for probe in case.probes:
        probes.setdefault(probe.artifact, []).append(probe)
    for link in case.links:
        links.setdefault(link.source, []).append(link)
    noted = {n.dataset for n in case.project.sources}
    papers = {p.value: p.digest for p in case.probes if p.kind == "record"}
    return {
        a.id: look_up(case.project, a, probes.get(a.id, ()), links.get(a.id, ()), papers)
        for a in case.artifacts.values()
        if a.kind == "dataset" or a.id in noted or a.name in noted
    }


def _views(case: Case) -> dict[str, Views]:
    """What the duties of each artifact look at: the root's probes, and its own where it has any."""
    own: dict[str, list[Probe]] = {case.root: []}
    for probe in case.probes:
        own.setdefault(probe.artifact, []).append(probe)
    root = Views().of_part(own.pop(case.root))
    return {case.root: root} | {
        name: root.of_part(found) if in_tree(name, case.root) else root.of_upstream(found)
        for name, found in own.items()
    }


def build_subjects(case: Case, intent: Intent) -> tuple[Subject, ...]:
    """Subjects of the root and of everything whose terms reach it."""
    tables = _tables(case, intent)
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
    return tuple(compare(own, reached, case.terms_of))


def _declared(case: Case, own: list[Subject]) -> str:
    """What the release as a whole is declared as: its code's license, else its main part's."""
    wanted = ("code", acts.family(acts.MAIN_SCOPE[case.artifacts[case.root].kind]))
    for part in wanted:
        for subject in own:
            plain = not subject.scope.startswith(NESTED)
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
    intake = tables.intakes.get(artifact.id, NO_INTAKE)
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
        case.root,
        # What a folder or a checkpoint goes out under is not said by the license of the whole.
        None if reach is None and scope.startswith(NESTED) else tables.outbounds.get(part),
        intake.held,
        case.posture,
        tables.altered,
    )
    intake = replace(intake, contract=contract_state(intake, situation))
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
        tables.probes.get(artifact.id, tables.probes[case.root]),
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
        carried=carried,
        shipped=part in (intent.distribute or ()),
        unnamed=relation == "depends_on" and artifact.id in tables.unnamed,
        intake=intake,
        fit=_fit(seen, part, intent, carried),
        situation=situation,
    )


def _fit(
    seen: terms.Seen, part: str, intent: Intent, carried: Mapping[str, str | None]
) -> Compatibility | None:
    if intent.release_as is None or terms.agreed(seen):
        return None
    return fit(
        seen.answer,
        seen.restrictions,
        part,
        seen.situation.relation,
        carried,
        intent.release_as,
        seen.terms_of,
    )


def _kind(part: str) -> AssetKind:
    kinds: dict[str, AssetKind] = {"weights": "model", "data": "dataset", "code": "code"}
    return kinds.get(part, "document")
