"""The whole audit, in order: read, collect, identify, link up, judge. Start reading here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from time import monotonic

from licaudit import __version__
from licaudit.collectors import ROOT, collect_tree
from licaudit.collectors.markers import find_markers
from licaudit.facts import (
    EVERYTHING,
    Artifact,
    AuditResult,
    Claim,
    Collected,
    Gap,
    Intent,
    Judgement,
    License,
    LicenseAnswer,
    Posture,
    Probe,
    Run,
    TargetFact,
)
from licaudit.licenses.conclude import conclude, conflicts, open_claims
from licaudit.licenses.curations import apply_curations
from licaudit.licenses.identify import identify, open_ladder
from licaudit.licenses.knowledge import load_knowledge
from licaudit.licenses.settle import is_settled, settle
from licaudit.licenses.terms import terms_lookup
from licaudit.licenses.upstreams import known_claims
from licaudit.policy import propagation, waivers
from licaudit.policy.expressions import leaves
from licaudit.policy.judge import judge
from licaudit.policy.obligations import markers
from licaudit.policy.packs import DEFAULT_PACKS, load_packs
from licaudit.policy.project import Project
from licaudit.policy.subjects import Case, statement_id
from licaudit.provenance import graph
from licaudit.sources.session import open_target
from licaudit.sources.tree import Tree

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What to audit and how. Values given here win over the project file's."""

    target: str
    intents: tuple[Intent, ...]
    project: Project
    packs: tuple[str, ...] = DEFAULT_PACKS
    posture: Posture = "strict"
    as_of: date = date.min
    own_files: frozenset[Path] = frozenset()  # reports of ours, which are no part of the target
    record: Path | None = None  # a folder to keep every answer read in
    replay: Path | None = None  # a folder of such answers, read instead of the target
    depth: int | None = None  # links followed from the target; what lies deeper is a Gap


@dataclass(frozen=True)
class Evidence:
    """What the tree says, read and identified, before anybody judges."""

    collected: Collected
    claims: tuple[Claim, ...]
    gaps: tuple[Gap, ...]
    answers: tuple[LicenseAnswer, ...]
    licenses: tuple[License, ...]
    terms_of: Callable[[str], License | None]
    knowledge_version: str


def run_audit(request: Request, progress: Progress = lambda _: None) -> AuditResult:
    """The audit of one local target. Raises a LicauditError when it cannot be carried out."""
    started, clock = datetime.now(UTC), monotonic()
    packs = load_packs(request.packs, dict(request.project.params))  # a broken rule stops us first
    with open_target(request.target, request.own_files, request.record, request.replay) as tree:
        evidence = _evidence(tree, request, progress)
        progress("follow")
        case = _case(evidence, request)
        progress("judge")
        judgements = tuple(judge(case, i, packs, request.posture) for i in request.intents)
        seconds = round(monotonic() - clock, 3)
        read = getattr(tree, "bytes_read", 0)
        run = Run(started.isoformat(timespec="seconds"), seconds, len(tree.entries()), read)
        target = TargetFact(request.target, tree.kind, tree.revision)
    return _result(evidence, case, judgements, target, run)


def _evidence(tree: Tree, request: Request, progress: Progress) -> Evidence:
    knowledge = load_knowledge()
    ladder = open_ladder(knowledge)
    progress("read")
    _, collected = collect_tree(tree)
    progress("identify")
    claims, missing = identify(collected.passages, ladder)
    claims += known_claims(collected.artifacts, frozenset(c.artifact for c in claims))
    claims, lapsed = apply_curations(claims, request.project.curations, collected)
    gaps = settle(claims, (*collected.gaps, *missing, *lapsed))
    answers = conclude(claims, collected.scopes | _unread(gaps))
    terms_of = terms_lookup(knowledge, ladder.catalog)
    licenses = _licenses(answers, claims, terms_of)
    collected = replace(collected, probes=_probes(tree, collected, claims, licenses, request))
    return Evidence(collected, tuple(claims), gaps, answers, licenses, terms_of, knowledge.version)


def _case(evidence: Evidence, request: Request) -> Case:
    """Everything a judge reads: the evidence, and which terms reach the target by which way."""
    collected, claims, answers = evidence.collected, evidence.claims, evidence.answers
    network = graph.build(_channels(collected, request.project).values(), collected.links)
    by_artifact = {
        a.artifact: tuple(t for i in leaves(a.expression or "") if (t := evidence.terms_of(i)))
        for a in answers
    }
    travels = propagation.traveller(
        propagation.load_propagation(), by_artifact, request.project.positions, request.as_of
    )
    reaches, deeper = graph.within(
        graph.reach(network, ROOT, propagation.TERMS, travels), request.depth
    )
    cut = tuple(
        Gap(ROOT, "cut_short", f"{name} lies deeper than --depth {request.depth}", scope=EVERYTHING)
        for name in deeper
    )
    return Case(
        ROOT,
        {n: network.nodes[n]["artifact"] for n in network},
        answers,
        {c.id: c for c in claims},
        frozenset(c.id for c in open_claims(claims) if not is_settled(c, claims)),
        conflicts(claims),
        evidence.gaps + cut,
        collected.probes,
        reaches,
        evidence.terms_of,
        request.project,
        request.as_of,
    )


def _result(
    evidence: Evidence, case: Case, judgements: tuple[Judgement, ...], target: TargetFact, run: Run
) -> AuditResult:
    def place(claim: Claim) -> tuple[str, str, str, int, str]:
        where = claim.location
        return claim.artifact, claim.scope, where.path, where.line or 0, claim.id

    findings = [f for j in judgements for f in j.findings]
    links = evidence.collected.links
    return AuditResult(
        target=target,
        as_of=case.as_of.isoformat(),
        licaudit_version=__version__,
        knowledge_version=evidence.knowledge_version,
        judgements=judgements,
        artifacts=tuple(case.artifacts[a] for a in sorted(case.artifacts)),
        answers=evidence.answers,
        links=tuple(sorted(links, key=lambda x: (x.source, x.target, x.relation))),
        claims=tuple(sorted(evidence.claims, key=place)),
        gaps=case.gaps,
        probes=evidence.collected.probes,
        waivers=waivers.report(findings, case.project.waivers, case.as_of),
        licenses=evidence.licenses,
        run=run,
    )


def _unread(gaps: tuple[Gap, ...]) -> frozenset[tuple[str, str]]:
    """Scopes of the target that something unreadable governs: they are judged, never left out."""
    return frozenset(
        (ROOT, g.scope)
        for g in gaps
        if g.blocks and g.artifact == ROOT and g.scope and g.scope != EVERYTHING
    )


def _licenses(
    answers: tuple[LicenseAnswer, ...],
    claims: list[Claim],
    terms_of: Callable[[str], License | None],
) -> tuple[License, ...]:
    ids = {i for a in answers if a.expression for i in leaves(a.expression)}
    ids |= {statement_id(c.narrows) for c in claims if c.narrows}
    return tuple(t for i in sorted(ids) if (t := terms_of(i)))


def _probes(
    tree: Tree,
    collected: Collected,
    claims: list[Claim],
    licenses: tuple[License, ...],
    request: Request,
) -> tuple[Probe, ...]:
    """Probes of the tree: license files by the license in them, names, and mandated lines."""
    texts = {
        (c.location.path, c.expression)
        for c in claims
        if c.rung in ("exact_text", "exact_rule", "engine") and c.expression
    }
    files = tuple(
        replace(p, digest=expression)
        for p in collected.probes
        if p.kind == "license_file"
        for path, expression in sorted(texts)
        if p.value == path
    )
    released = next((i.release_name for i in request.intents if i.release_name), None)
    names = tuple(p for p in collected.probes if p.kind == "name")
    if released:
        names = (Probe(ROOT, "name", released),)
    others = tuple(p for p in collected.probes if p.kind not in ("license_file", "name"))
    return files + names + others + find_markers(tree, markers(list(licenses)), ROOT)


def _channels(collected: Collected, project: Project) -> dict[str, Artifact]:
    notes = {n.dataset: n.channel for n in project.sources}
    return {
        a.id: replace(a, channel=notes.get(a.name) or notes.get(a.id) or a.channel)
        for a in collected.artifacts
    }
