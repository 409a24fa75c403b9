"""The judge: rules of the chosen packs over all subjects, then one verdict per scope."""

from __future__ import annotations

from dataclasses import replace

from licaudit.facts import Finding, Intent, Judgement, Obligation, Outcome, Posture, worst
from licaudit.policy.admissible import release
from licaudit.policy.baseline import Known, digest
from licaudit.policy.declarations import debated, declared
from licaudit.policy.hits import Hit, find_hits, things
from licaudit.policy.packs import Pack
from licaudit.policy.positions import in_force, settled
from licaudit.policy.subjects import Case, Subject, build_subjects
from licaudit.policy.verdicts import Spoken, floor, overall, scope_verdicts
from licaudit.policy.waivers import apply_waivers
from licaudit.policy.wording import about, words

_RANK = {"fail": 0, "review": 1, "pass": 2}
_SEVERITY = {s: i for i, s in enumerate(("critical", "high", "medium", "low", "info"))}


def judge(
    case: Case,
    intent: Intent,
    packs: tuple[Pack, ...],
    posture: Posture,
    known: Known | None = None,
) -> Judgement:
    """Findings, obligations and verdicts for one intent, held against a baseline if there is one.

    A baseline marks findings and adds a second verdict; it leaves the first as it is.
    """
    case, decided = settled(case, intent, posture)
    subjects = build_subjects(case, intent)
    hits, idle = find_hits(subjects, intent, packs)
    hits = [replace(h, claims=case.claims) for h in hits]
    grouped = things(hits)
    made = tuple(_finding(group) for group in grouped)
    waived = apply_waivers(made, case.project.waivers, case.as_of)
    spoken = _spoken(grouped, waived)
    verdicts = scope_verdicts(subjects, spoken)
    judged = Judgement(
        intent=intent,
        verdict=overall(verdicts, intent),
        verdicts=verdicts,
        findings=_ordered(waived),
        obligations=_obligations(subjects),
        positions=in_force(case.project.positions, intent, case.as_of),
        elections=_elections(subjects),
        posture=posture,
        packs=tuple(p.id for p in packs),
        not_applied=tuple(idle) or None,
        debates=debated(subjects, case.reaches) or None,
        declared=declared(case, intent, subjects, decided) or None,
        release=release(case, subjects, intent, packs),
        floor=floor(subjects, spoken, verdicts, intent) or None,
    )
    if known is None:
        return judged
    marked = tuple(_marked(*pair, known) for pair in zip(grouped, waived, strict=True))
    fresh = scope_verdicts(subjects, _spoken(grouped, marked, known), known)
    return replace(judged, findings=_ordered(marked), new_verdict=overall(fresh, intent, known))


def _spoken(
    grouped: list[list[Hit]], findings: tuple[Finding, ...], known: Known | None = None
) -> dict[int, list[Spoken]]:
    """What was said of each subject; what a baseline knows binds as little as what is waived."""
    spoken: dict[int, list[Spoken]] = {}
    for group, finding in zip(grouped, findings, strict=True):
        for hit in group:
            old = known is not None and known.has(hit.outcome, hit.thing)
            told = replace(finding, waiver=finding.waiver or "known") if old else finding
            spoken.setdefault(hit.index, []).append(Spoken(told, hit.outcome, hit.rule.about))
    return spoken


def _marked(group: list[Hit], finding: Finding, known: Known) -> Finding:
    """A finding with what a baseline had of it."""
    new = [h for h in group if not known.has(h.outcome, h.thing)]
    if not new:
        return replace(finding, known=True)
    names = tuple(sorted({h.subject.artifact.id for h in new}))
    return replace(finding, known=False, fresh=names if group[0].rule.group else None)


def _elections(subjects: tuple[Subject, ...]) -> tuple[tuple[str, str], ...]:
    """Which branch of a choice of licenses was taken, by artifact and scope."""
    return tuple(
        sorted(
            {
                (f"{s.artifact.id}#{s.scope}", s.resolution.elected)
                for s in subjects
                if s.resolution.elected
            }
        )
    )


def _obligations(subjects: tuple[Subject, ...]) -> tuple[Obligation, ...]:
    found = {o.id: o for s in subjects for o in s.resolution.obligations}
    return tuple(sorted(found.values(), key=lambda o: (o.artifact, o.license, o.condition, o.id)))


def _ordered(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(
        sorted(
            findings,
            key=lambda f: (
                _RANK[f.outcome],
                _SEVERITY[f.severity],
                f.rule,
                f.artifact,
                f.scope or "",
                f.fingerprint,
            ),
        )
    )


def _finding(hits: list[Hit]) -> Finding:
    """The worst of the hits tells it; a grouping rule names all its subjects."""
    hit = min(hits, key=lambda h: _RANK[h.outcome])
    rule, subject = hit.rule, hit.subject
    reasons = about(rule.about, subject)
    named = [h.subject for h in hits] if rule.group else [subject]
    licenses = {r.license for r in reasons if r.license}
    outcome = worst([h.outcome for h in hits])
    return Finding(
        rule=rule.id,
        pack=rule.pack,
        severity=rule.severity,
        outcome=outcome,
        artifact=subject.artifact.id,
        scope=subject.scope or subject.part,
        path=subject.path,
        message=words(rule.why, rule.about, named),
        fix=words(rule.fix, rule.about, named),
        evidence=tuple(dict.fromkeys(e for h in hits for e in h.evidence)),
        # Accepting a question accepts no prohibition: the outcome is part of what was accepted.
        fingerprint=digest(outcome, *sorted({h.thing for h in hits})),
        license=licenses.pop() if len(licenses) == 1 else _expression(subject),
        clauses=tuple(dict.fromkeys(r.clause for r in reasons if r.clause)),
        debated=_debate(subject, [r.code for r in reasons]),
        members=_members(hits),
    )


def _members(hits: list[Hit]) -> tuple[str, ...] | None:
    """The fingerprints that the things of a group would have had alone."""
    worst_of: dict[str, Outcome] = {}
    for hit in hits:
        worst_of[hit.thing] = worst([hit.outcome, worst_of.get(hit.thing, hit.outcome)])
    if len(worst_of) < 2:
        return None
    return tuple(sorted(digest(outcome, thing) for thing, outcome in worst_of.items()))


def _expression(subject: Subject) -> str | None:
    return subject.answer.expression if subject.answer else None


def _debate(subject: Subject, codes: list[str]) -> str | None:
    """The question a finding rests on: the one its reasons name, else that of the way itself."""
    named = next((c.split(":", 1)[1] for c in codes if c.startswith("debated:")), None)
    return named or (subject.debated[-1] if subject.debated else None)
