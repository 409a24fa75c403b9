"""Subjects: one license answer of one artifact, seen from the root, resolved against one intent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from licaudit.facts import (
    OUTCOMES,
    Artifact,
    AssetKind,
    Claim,
    Gap,
    Intent,
    License,
    LicenseAnswer,
    Outcome,
    Probe,
    Reason,
    Relation,
    Resolution,
    Text,
)
from licaudit.licenses.conclude import Conflict
from licaudit.policy import acts
from licaudit.policy.expressions import TermsOf, leaves, resolve
from licaudit.policy.project import Project
from licaudit.policy.resolve import Situation
from licaudit.provenance.graph import Reach

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
    path: tuple[str, ...]
    relation: Relation | None
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

    @property
    def root(self) -> bool:
        """Whether this is the audited artifact itself."""
        return self.relation is None


def build_subjects(case: Case, intent: Intent) -> tuple[Subject, ...]:
    """Subjects of the root and of everything whose terms reach it."""
    own = [
        _subject(case, intent, answer, case.artifacts[case.root], (case.root,), None, {}, ())
        for answer in case.answers
        if answer.artifact == case.root
    ]
    limits = [r for r in case.reaches if r.term == "use_limits"]
    reached: list[Subject] = []
    for reach in limits:
        artifact = case.artifacts[reach.artifact]
        relation = reach.relations[-1]
        answers: list[LicenseAnswer | None] = [a for a in case.answers if a.artifact == artifact.id]
        for answer in answers or [None]:
            reached.append(
                _subject(
                    case,
                    intent,
                    answer,
                    artifact,
                    reach.path,
                    relation,
                    _carried(case, reach),
                    reach.questions if reach.answer == "debated" else (),
                )
            )
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


def _carried(case: Case, reach: Reach) -> dict[str, str | None]:
    return {
        r.term: (r.questions[-1] if r.answer == "debated" and r.questions else None)
        for r in case.reaches
        if r.artifact == reach.artifact and r.relations[-1] == reach.relations[-1]
    }


def part_of(
    case: Case, artifact: Artifact, relation: Relation | None, scope: str, path: tuple[str, ...]
) -> str:
    """Which part of the root's verdict a subject counts for."""
    if relation is None:
        return acts.family(scope)
    root_kind = case.artifacts[case.root].kind
    if relation == "contains":
        return acts.family(scope) if scope else "code"
    if relation in _MODEL_EDGES:
        return "weights"
    if relation in ("trained_on", "generated_by", "annotated_by", "filtered_by"):
        return "data" if root_kind == "dataset" else "weights"
    if relation == "derived_from":
        return {"dataset": "data", "model": "weights"}.get(artifact.kind, "code")
    return "code"


def _subject(
    case: Case,
    intent: Intent,
    answer: LicenseAnswer | None,
    artifact: Artifact,
    path: tuple[str, ...],
    relation: Relation | None,
    carried: dict[str, str | None],
    debated: tuple[str, ...],
) -> Subject:
    scope = answer.scope if answer else ""
    part = part_of(case, artifact, relation, scope, path)
    claims = tuple(case.claims[c] for c in answer.claims) if answer else ()
    restrictions = tuple(sorted({c.narrows for c in claims if c.narrows}))
    situation = Situation(
        intent,
        part,
        acts.ASSET[artifact.kind] if relation else _kind(part),
        acts.acts(intent, part, relation),
        case.as_of,
        artifact.id,
        relation,
        case.project.agreements,
        case.project.confirmations,
    )
    probes = tuple(p for p in case.probes if p.artifact in (case.root, artifact.id))
    open_ids = tuple(c.id for c in claims if c.id in case.open_claims)
    resolution = _resolved(case, answer, restrictions, situation, relation, probes, carried)
    resolution = _unstated(resolution, answer, open_ids, artifact, relation)
    if debated:
        resolution = _soften(resolution, debated)
    ids = leaves(answer.expression) if answer and answer.expression else []
    licenses = tuple(t for t in map(case.terms_of, ids) if t)
    bare = _resolved(case, answer, (), situation, relation, probes, carried).outcome
    return Subject(
        artifact,
        scope,
        part,
        path,
        relation,
        answer,
        claims,
        resolution,
        restrictions,
        _judged_conflicts(case, answer, situation, relation, carried),
        tuple(g for g in case.gaps if g.artifact == artifact.id and _concerns(g, part, artifact)),
        debated,
        licenses,
        open_ids,
        bare=bare,
    )


def _kind(part: str) -> AssetKind:
    kinds: dict[str, AssetKind] = {"weights": "model", "data": "dataset", "code": "code"}
    return kinds.get(part, "document")


def _concerns(gap: Gap, part: str, artifact: Artifact) -> bool:
    return gap.scope is None or acts.family(gap.scope) == part or gap.scope == "*"


def _resolved(
    case: Case,
    answer: LicenseAnswer | None,
    restrictions: tuple[str, ...],
    situation: Situation,
    relation: Relation | None,
    probes: tuple[Probe, ...],
    carried: dict[str, str | None],
) -> Resolution:
    parts = [f"({answer.expression})"] if answer and answer.expression else []
    parts += [statement_id(kind) for kind in restrictions]
    if not parts:
        return Resolution("review", "unknown")
    expression = " AND ".join(parts)
    return resolve(expression, situation, case.terms_of, relation, probes, carried)


def statement_id(kind: str) -> str:
    """The license-like record that holds what a usage statement does to permissions."""
    return f"LicenseRef-licaudit-statement-{kind.replace('_', '-')}"


def _unstated(
    resolution: Resolution,
    answer: LicenseAnswer | None,
    open_ids: tuple[str, ...],
    artifact: Artifact,
    relation: Relation | None,
) -> Resolution:
    """No license named, or a name left open: never better than review."""
    reasons: list[Reason] = []
    if answer is None or answer.expression is None:
        text = Text(
            f"No license is stated for {artifact.name}.", f"未说明 {artifact.name} 的许可证。"
        )
        if relation is not None and answer is None:
            text = Text(
                f"The license of {artifact.name} is not known offline.",
                f"离线状态下无法得知 {artifact.name} 的许可证。",
            )
        reasons.append(Reason("review", "unstated", text))
    if open_ids:
        text = Text(
            "A license field or text is ambiguous or unknown.", "许可证字段或文本含糊或无法识别。"
        )
        reasons.append(Reason("review", "ambiguous", text, claims=open_ids))
    if not reasons:
        return resolution
    outcome: Outcome = "fail" if resolution.outcome == "fail" else "review"
    return replace(resolution, outcome=outcome, reasons=(*reasons, *resolution.reasons))


def _soften(resolution: Resolution, questions: tuple[str, ...]) -> Resolution:
    """A limit that only reaches the root on one reading is a question, not a verdict."""
    if resolution.outcome != "fail":
        return resolution
    text = Text(
        f"Whether this reaches the audited work is debated ({', '.join(questions)}).",
        f"该限制是否及于被审计作品存在争议（{'、'.join(questions)}）。",
    )
    reason = Reason("review", f"debated:{questions[-1]}", text)
    kept = tuple(
        replace(r, outcome="review") if r.outcome == "fail" else r for r in resolution.reasons
    )
    return replace(resolution, outcome="review", reasons=(reason, *kept))


def _judged_conflicts(
    case: Case,
    answer: LicenseAnswer | None,
    situation: Situation,
    relation: Relation | None,
    carried: dict[str, str | None],
) -> tuple[tuple[Conflict, str, str], ...]:
    """Conflicts of this answer's scope with the better and the worse of both sides' outcomes."""
    if answer is None:
        return ()
    found = []
    for conflict in case.conflicts:
        if conflict.left.artifact != answer.artifact or conflict.scope != answer.scope:
            continue
        sides = [
            resolve(c.expression or "", situation, case.terms_of, relation, (), carried).outcome
            for c in (conflict.left, conflict.right)
        ]
        sides.sort(key=OUTCOMES.index)
        found.append((conflict, str(sides[0]), str(sides[1])))
    return tuple(found)


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
        result.append(replace(subject, looser_than=tuple(u.artifact.id for u in upstream)))
    return result
