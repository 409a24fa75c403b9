"""The judge: rules of the chosen packs over all subjects, then one verdict per scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from licaudit.facts import (
    Claim,
    Finding,
    Intent,
    Judgement,
    NotApplied,
    Obligation,
    Outcome,
    Posture,
    worst,
)
from licaudit.policy.admissible import release
from licaudit.policy.baseline import Known, digest, said
from licaudit.policy.conditions import (
    Environment,
    holds,
    intent_message,
    listed,
    params_message,
    subject_message,
)
from licaudit.policy.declarations import debated, declared
from licaudit.policy.packs import Pack
from licaudit.policy.parameters import Params
from licaudit.policy.positions import in_force, settled
from licaudit.policy.rules import Rule
from licaudit.policy.subjects import Case, Subject, build_subjects
from licaudit.policy.values import intent_values, subject_values
from licaudit.policy.verdicts import Spoken, floor, overall, scope_verdicts
from licaudit.policy.waivers import apply_waivers
from licaudit.policy.wording import about, words

_RANK = {"fail": 0, "review": 1, "pass": 2}
_SEVERITY = {s: i for i, s in enumerate(("critical", "high", "medium", "low", "info"))}


@dataclass(frozen=True)
class Hit:
    """One rule that fired on one subject, and the claims it points at."""

    rule: Rule
    index: int
    subject: Subject
    outcome: Outcome
    culprits: tuple[str, ...]
    claims: Mapping[str, Claim] = field(default_factory=dict, repr=False, compare=False)

    @property
    def evidence(self) -> tuple[str, ...]:
        """The claims it points at, or all claims of its subject."""
        return tuple(dict.fromkeys(self.culprits or (c.id for c in self.subject.claims)))

    @cached_property
    def thing(self) -> str:
        """What is found, whichever way it was reached and however bad it is there.

        Words that only move to another line of their file stay the same thing.
        """
        subject = self.subject
        words = sorted(said(self.claims[c]) if c in self.claims else c for c in self.evidence)
        parts = (self.rule.id, subject.artifact.id, subject.scope, *words)
        return digest(*parts, *_facets(self.rule, subject))


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
    hits, idle = _hits(subjects, intent, packs)
    hits = [replace(h, claims=case.claims) for h in hits]
    grouped = _things(hits)
    made = tuple(_finding(group) for group in grouped)
    waived = apply_waivers(made, case.project.waivers, case.as_of)
    spoken = _spoken(grouped, waived)
    verdicts = scope_verdicts(subjects, spoken)
    elections = {
        (f"{s.artifact.id}#{s.scope}", s.resolution.elected)
        for s in subjects
        if s.resolution.elected
    }
    judged = Judgement(
        intent=intent,
        verdict=overall(verdicts, intent),
        verdicts=verdicts,
        findings=_ordered(waived),
        obligations=_obligations(subjects),
        positions=in_force(case.project.positions, intent, case.as_of),
        elections=tuple(sorted((a, b or "") for a, b in elections)),
        posture=posture,
        packs=tuple(p.id for p in packs),
        not_applied=tuple(idle) or None,
        debates=debated(subjects) or None,
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


def _hits(
    subjects: tuple[Subject, ...], intent: Intent, packs: tuple[Pack, ...]
) -> tuple[list[Hit], list[NotApplied]]:
    """Every rule on every subject, and the rules that had none to look at.

    The messages of a subject are made once for a pack.
    """
    plain = [subject_values(s) for s in subjects]
    hits: list[Hit] = []
    idle: dict[str, NotApplied] = {}
    for pack in packs:
        if not pack.rules:
            continue
        environment = pack.rules[0].environment
        shared = _shared(environment, intent_values(intent), pack.params)
        waiting = {r.id: r for r in pack.rules if r.applies_when is not None}
        for index, subject in enumerate(subjects):
            values = {**shared, "subject": subject_message(environment, plain[index])}
            for rule in pack.rules:
                if not _applies(rule, values):
                    continue
                waiting.pop(rule.id, None)
                outcome, culprits = _ask(rule, values)
                if outcome is not None:
                    outcome = _no_surer(rule, subject, outcome)
                    hits.append(Hit(rule, index, subject, outcome, tuple(culprits)))
        for rule in waiting.values():
            if rule.not_applied is not None:
                idle[rule.id] = NotApplied(rule.pack, rule.id, rule.not_applied)
    return hits, list(idle.values())


def _no_surer(rule: Rule, subject: Subject, outcome: Outcome) -> Outcome:
    """A rule is never surer than the reasons it speaks of where a term's way here is debated."""
    reasons = about(rule.about, subject) if outcome == "fail" and subject.debated else []
    return worst([r.outcome for r in reasons]) if reasons else outcome


def _shared(environment: Environment, intent: Mapping[str, Any], params: Params) -> dict[str, Any]:
    return {
        "intent": intent_message(environment, intent),
        "params": params_message(environment, params),
    }


def apply_rule(
    rule: Rule, subject: Mapping[str, Any], intent: Mapping[str, Any], params: Params
) -> tuple[Outcome | None, list[str]]:
    """What a rule says of one subject: an outcome or None, and the claims it points at."""
    message = subject_message(rule.environment, subject)
    values = {**_shared(rule.environment, intent, params), "subject": message}
    return _ask(rule, values) if _applies(rule, values) else (None, [])


def ask_each(
    rule: Rule, subject: Mapping[str, Any], intent: Mapping[str, Any], params: Params
) -> Iterator[tuple[str, bool]]:
    """The conditions of a rule in the order they are asked, each with its answer, to the first
    that settles the matter."""
    message = subject_message(rule.environment, subject)
    values = {**_shared(rule.environment, intent, params), "subject": message}
    for name in ("applies_when", "when", "fail", "review"):
        condition = getattr(rule, name)
        if condition is None:
            continue
        answer = holds(condition, values)
        yield name, answer
        if answer == (name in ("fail", "review")):
            return


def _applies(rule: Rule, values: Mapping[str, Any]) -> bool:
    return rule.applies_when is None or holds(rule.applies_when, values)


def _ask(rule: Rule, values: Mapping[str, Any]) -> tuple[Outcome | None, list[str]]:
    if rule.when is not None and not holds(rule.when, values):
        return None, []
    outcome: Outcome | None = None
    if rule.fail is not None and holds(rule.fail, values):
        outcome = "fail"
    elif rule.review is not None and holds(rule.review, values):
        outcome = "review"
    if outcome is None:
        return None, []
    return outcome, listed(rule.culprits, values) if rule.culprits else []


def _things(hits: list[Hit]) -> list[list[Hit]]:
    """Hits that tell one thing: reached by two ways, found by two packs, or of a grouping rule."""
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        key = digest(hit.rule.id, "group") if hit.rule.group else hit.thing
        found.setdefault(key, []).append(hit)
    return list(found.values())


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


def _facets(rule: Rule, subject: Subject) -> list[str]:
    """What else a rule looks at: a waiver must not cover a duty or a gap that came later."""
    found = [f"{r.code} {r.license} {r.condition or r.clause}" for r in about(rule.about, subject)]
    if rule.reads("gaps"):
        found += [f"{g.reason} {g.location.path if g.location else ''}" for g in subject.gaps]
    if rule.reads("looser") or rule.reads("looser_than"):
        found += [f"{x.upstream} {x.license}" for x in subject.looser]
    if rule.reads("fit") and subject.fit:
        grounds = (f"{g.code} {g.license} {g.condition}" for g in subject.fit.reasons)
        found += [subject.fit.outbound, *grounds]
    if rule.reads("records"):
        found += [f"{r.path} {r.digest}" for r in subject.intake.records]
    if rule.reads("reserved"):
        found += [r.address for r in subject.intake.reserved]
    if rule.reads("contract"):
        found += [f"{subject.intake.contract_id} {subject.intake.contract}"]
    if rule.reads("conflicts"):
        found += [f"{said(x.conflict.left)} {said(x.conflict.right)}" for x in subject.conflicts]
    return sorted(set(found))
