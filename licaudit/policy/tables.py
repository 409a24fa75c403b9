"""The facts of a case by artifact, so that no subject has to search through all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from licaudit.facts import Gap, Intent, LicenseAnswer, Link, Probe, Relation
from licaudit.licenses.conflicts import Conflict
from licaudit.policy import acts
from licaudit.policy.agreements import altered
from licaudit.policy.case import Case
from licaudit.policy.intake import Intake, look_up
from licaudit.policy.outbound import Outbound
from licaudit.policy.release import outbounds
from licaudit.policy.views import Views, in_tree


@dataclass(frozen=True)
class Tables:
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


def open_tables(case: Case, intent: Intent) -> Tables:
    """The facts of a case, sorted once."""
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
    return Tables(
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
