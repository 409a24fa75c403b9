"""Subjects: one license answer of one artifact, seen from the root, resolved against one intent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from licaudit.facts import (
    Artifact,
    ArtifactKind,
    AssetKind,
    Claim,
    Gap,
    Intent,
    License,
    LicenseAnswer,
    Outcome,
    Relation,
    Resolution,
)
from licaudit.policy import acts, terms
from licaudit.policy.agreements import bound
from licaudit.policy.case import Case
from licaudit.policy.compatibility import Compatibility
from licaudit.policy.contradictions import Contradiction
from licaudit.policy.expressions import leaves
from licaudit.policy.fitting import fit
from licaudit.policy.intake import Intake, contract_state
from licaudit.policy.looser import Looser, compare
from licaudit.policy.release import NESTED
from licaudit.policy.situation import Situation
from licaudit.policy.tables import Tables, open_tables
from licaudit.policy.terms import statement_id
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
    def root_id(self) -> str:
        """The id of the audited artifact."""
        return self.situation.root if self.situation else self.path[0]

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


def build_subjects(case: Case, intent: Intent) -> tuple[Subject, ...]:
    """Subjects of the root and of everything whose terms reach it."""
    tables = open_tables(case, intent)
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
    tables: Tables,
    intent: Intent,
    answer: LicenseAnswer | None,
    artifact: Artifact,
    reach: Reach | None,
) -> Subject:
    claims = tuple(case.claims[c] for c in answer.claims) if answer else ()
    situation = _situation(case, tables, intent, answer, artifact, reach)
    intake = tables.intakes.get(artifact.id, NO_INTAKE)
    part, relation = situation.part, situation.relation
    seen = _seen(case, tables, situation, artifact, answer, claims, reach)
    scope = answer.scope if answer else ""
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
        seen.debated,
        tuple(t for t in map(case.terms_of, ids) if t),
        seen.open_claims,
        bare=terms.bare(seen).outcome,
        agreed=terms.agreed(seen),
        statements=tuple(t for k in seen.restrictions if (t := case.terms_of(statement_id(k)))),
        carried=seen.carried,
        shipped=part in (intent.distribute or ()),
        unnamed=relation == "depends_on" and artifact.id in tables.unnamed,
        intake=replace(intake, contract=contract_state(intake, situation)),
        fit=_fit(seen, part, intent, seen.carried),
        situation=situation,
    )


def _situation(
    case: Case,
    tables: Tables,
    intent: Intent,
    answer: LicenseAnswer | None,
    artifact: Artifact,
    reach: Reach | None,
) -> Situation:
    """What is done with a subject's part, and what stands by to answer for it."""
    scope = answer.scope if answer else ""
    relation = reach.relation if reach else None
    part = part_of(artifact.kind, case.artifacts[case.root].kind, relation, scope)
    return Situation(
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
        tables.intakes.get(artifact.id, NO_INTAKE).held,
        case.posture,
        tables.altered,
    )


def _seen(
    case: Case,
    tables: Tables,
    situation: Situation,
    artifact: Artifact,
    answer: LicenseAnswer | None,
    claims: tuple[Claim, ...],
    reach: Reach | None,
) -> terms.Seen:
    """A subject's license as it is seen from the root: with what reaches it, and what is open."""
    carried = tables.carried.get((artifact.id, situation.relation), {}) if reach else {}
    question = carried.get(terms.USE_LIMITS)
    return terms.Seen(
        artifact,
        situation,
        case.terms_of,
        answer,
        tuple(sorted({c.narrows for c in claims if c.narrows})),
        tuple(c.id for c in claims if c.id in case.open_claims),
        tuple(tables.gaps.get(artifact.id, ())),
        tables.probes.get(artifact.id, tables.probes[case.root]),
        carried,
        reach.questions if reach and question else (),
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
