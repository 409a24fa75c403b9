"""The whole audit, in order: read, collect, identify, link up, judge. Start reading here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic

from licaudit import __version__
from licaudit.facts import AuditResult, Claim, Judgement, Run, TargetFact
from licaudit.gather import Evidence, Progress, Request, gather
from licaudit.judging import (
    Facts,
    check_baseline,
    fired,
    judge_all,
    make_case,
    opposed,
    own_packs,
    text_of,
)
from licaudit.licenses.conflicts import conflicts
from licaudit.licenses.matcher import tool, using
from licaudit.policy import waivers
from licaudit.policy.inheritance import inherited
from licaudit.policy.packs import load_packs
from licaudit.policy.subjects import Case
from licaudit.sources.session import Reading, open_session


def run_audit(request: Request, progress: Progress = lambda *_: None) -> AuditResult:
    """The audit of one target. Raises a LicauditError when it cannot be carried out."""
    started, clock = datetime.now(UTC), monotonic()
    packs = load_packs(request.packs, request.project.overrides)  # a broken rule stops us first
    reading = request.reading or Reading()
    with using(request.matcher), open_session(request.record, request.replay, reading) as session:
        tree = session.root(request.target, request.own_files)
        evidence = gather(tree, session, request, progress)
        progress("follow")
        facts = facts_of(evidence)
        case = make_case(facts, request.project, request.as_of, request.depth, request.posture)
        target = TargetFact(request.target, tree.kind, tree.revision, case.root)
        base = check_baseline(request.baseline, target) if request.baseline else None
        progress("judge")
        judgements = judge_all(case, request.intents, packs, request.posture, request.baseline)
        seconds = round(monotonic() - clock, 3)
        read = getattr(tree, "bytes_read", 0) + evidence.material.bytes_read
        files = len(tree.entries()) + evidence.material.files
        run = Run(started.isoformat(timespec="seconds"), seconds, files, read)
        result = result_of(evidence, facts, case, judgements, target, run)
    return replace(
        result,
        depth=request.depth,
        baseline=base,
        fired=fired(packs, judgements),
        own_packs=own_packs(packs),
    )


def facts_of(evidence: Evidence) -> Facts:
    """The evidence in the order in which audit.json keeps it, so that it can be judged again."""
    collected = evidence.material.collected
    return Facts(
        evidence.material.root,
        collected.artifacts,
        tuple(sorted(collected.links, key=lambda x: (x.source, x.target, x.relation))),
        tuple(sorted(evidence.claims, key=_place)),
        conflicts(evidence.claims),
        evidence.answers,
        evidence.gaps,
        collected.probes,
        evidence.terms_of,
    )


def _place(claim: Claim) -> tuple[str, str, str, int, str]:
    where = claim.location
    return claim.artifact, claim.scope, where.path, where.line or 0, claim.id


def result_of(
    evidence: Evidence,
    facts: Facts,
    case: Case,
    judgements: tuple[Judgement, ...],
    target: TargetFact,
    run: Run,
) -> AuditResult:
    """All of it as audit.json keeps it."""
    findings = [f for j in judgements for f in j.findings]
    return AuditResult(
        target=target,
        as_of=case.as_of.isoformat(),
        licaudit_version=__version__,
        knowledge_version=evidence.knowledge_version,
        judgements=judgements,
        artifacts=tuple(case.artifacts[a] for a in sorted(case.artifacts)),
        answers=evidence.answers,
        links=facts.links,
        claims=facts.claims,
        gaps=case.gaps,
        probes=evidence.material.collected.probes,
        waivers=waivers.report(findings, case.project.waivers, case.as_of),
        licenses=evidence.licenses,
        run=run,
        copyrights=evidence.copyrights,
        inherited=inherited(case),
        conflicts=opposed(case.conflicts),
        project=text_of(case.project),
        tool=tool(),
    )


__all__ = ["Request", "facts_of", "result_of", "run_audit"]
