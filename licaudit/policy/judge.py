"""The judge: rules of the chosen packs over all subjects, then one verdict per scope."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from licaudit.facts import (
    Finding,
    Intent,
    Judgement,
    NotApplied,
    Obligation,
    Outcome,
    Posture,
    worst,
)
from licaudit.policy.conditions import (
    Environment,
    holds,
    intent_message,
    listed,
    params_message,
    subject_message,
)
from licaudit.policy.dates import live
from licaudit.policy.packs import Pack
from licaudit.policy.parameters import Params
from licaudit.policy.rules import Rule
from licaudit.policy.subjects import Case, Subject, build_subjects
from licaudit.policy.values import intent_values, subject_values
from licaudit.policy.verdicts import Spoken, overall, scope_verdicts
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

    @property
    def evidence(self) -> tuple[str, ...]:
        """The claims it points at, or all claims of its subject."""
        return tuple(dict.fromkeys(self.culprits or (c.id for c in self.subject.claims)))

    @property
    def thing(self) -> str:
        """What is found, whichever way it was reached and however bad it is there."""
        subject = self.subject
        parts = (self.rule.id, subject.artifact.id, subject.scope, *sorted(self.evidence))
        return _digest(*parts, *_facets(self.rule, subject))


def judge(case: Case, intent: Intent, packs: tuple[Pack, ...], posture: Posture) -> Judgement:
    """Findings, obligations and verdicts for one intent."""
    subjects = build_subjects(case, intent)
    hits, idle = _hits(subjects, intent, packs)
    grouped = _things(hits)
    made = tuple(_finding(group) for group in grouped)
    waived = apply_waivers(made, case.project.waivers, case.as_of)
    spoken: dict[int, list[Spoken]] = {}
    for group, finding in zip(grouped, waived, strict=True):
        for hit in group:
            spoken.setdefault(hit.index, []).append(Spoken(finding, hit.outcome, hit.rule.about))
    verdicts = scope_verdicts(subjects, spoken)
    elections = {
        (f"{s.artifact.id}#{s.scope}", s.resolution.elected)
        for s in subjects
        if s.resolution.elected
    }
    return Judgement(
        intent=intent,
        verdict=overall(verdicts, intent),
        verdicts=verdicts,
        findings=_ordered(waived),
        obligations=_obligations(subjects),
        positions=tuple(p for p in case.project.positions if live(p.expires, case.as_of)),
        elections=tuple(sorted((a, b or "") for a, b in elections)),
        posture=posture,
        packs=tuple(p.id for p in packs),
        not_applied=tuple(idle) or None,
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
                    hits.append(Hit(rule, index, subject, outcome, tuple(culprits)))
        for rule in waiting.values():
            if rule.not_applied is not None:
                idle[rule.id] = NotApplied(rule.pack, rule.id, rule.not_applied)
    return hits, list(idle.values())


def _shared(
    environment: Environment, intent: Mapping[str, Any], params: Params
) -> dict[str, Any]:
    return {
        "intent": intent_message(environment, intent),
        "params": params_message(environment, params),
    }


def apply_rule(
    rule: Rule,
    subject: Mapping[str, Any],
    intent: Mapping[str, Any],
    params: Params,
) -> tuple[Outcome | None, list[str]]:
    """What a rule says of one subject: an outcome or None, and the claims it points at."""
    message = subject_message(rule.environment, subject)
    values = {**_shared(rule.environment, intent, params), "subject": message}
    return _ask(rule, values) if _applies(rule, values) else (None, [])


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
        key = _digest(hit.rule.id, "group") if hit.rule.group else hit.thing
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
        fingerprint=_digest(outcome, *sorted({h.thing for h in hits})),
        license=licenses.pop() if len(licenses) == 1 else _expression(subject),
        clauses=tuple(dict.fromkeys(r.clause for r in reasons if r.clause)),
        debated=_debate(subject, [r.code for r in reasons]),
    )


def _expression(subject: Subject) -> str | None:
    return subject.answer.expression if subject.answer else None


def _debate(subject: Subject, codes: list[str]) -> str | None:
    if subject.debated:
        return subject.debated[-1]
    return next((c.split(":", 1)[1] for c in codes if c.startswith("debated:")), None)


def _facets(rule: Rule, subject: Subject) -> list[str]:
    """What else a rule looks at: a waiver must not cover a duty or a gap that came later."""
    found = [f"{r.code} {r.license} {r.condition or r.clause}" for r in about(rule.about, subject)]
    if rule.reads("gaps"):
        found += [f"{g.reason} {g.location.label() if g.location else ''}" for g in subject.gaps]
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
        found += [f"{x.conflict.left.id} {x.conflict.right.id}" for x in subject.conflicts]
    return sorted(set(found))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
