"""The judge: rules of the chosen packs over all subjects, then one verdict per scope."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from licaudit.facts import (
    Finding,
    Intent,
    Judgement,
    Obligation,
    Outcome,
    Posture,
    Reason,
    ScopeVerdict,
    Text,
    worst,
)
from licaudit.policy.conditions import (
    holds,
    intent_message,
    listed,
    params_message,
    subject_message,
)
from licaudit.policy.packs import Pack, Rule
from licaudit.policy.subjects import Case, Subject, build_subjects
from licaudit.policy.values import intent_values, subject_values
from licaudit.policy.waivers import apply_waivers

PARTS = ("code", "weights", "data")


def judge(case: Case, intent: Intent, packs: tuple[Pack, ...], posture: Posture) -> Judgement:
    """Findings, obligations and verdicts for one intent."""
    subjects = build_subjects(case, intent)
    findings = apply_waivers(_findings(subjects, intent, packs), case.project.waivers, case.as_of)
    verdicts = _verdicts(case, subjects, findings, intent)
    needed = [v for v in verdicts if _needed(v.scope, intent)]
    elections = {
        (f"{s.artifact.id}#{s.scope}", s.resolution.elected)
        for s in subjects
        if s.resolution.elected
    }
    return Judgement(
        intent=intent,
        verdict=worst([v.outcome for v in needed]) if needed else "review",
        verdicts=verdicts,
        findings=findings,
        obligations=_obligations(subjects),
        positions=tuple(p for p in case.project.positions if case.as_of <= p.expires),
        elections=tuple(sorted((a, b or "") for a, b in elections)),
        posture=posture,
        packs=tuple(p.id for p in packs),
    )


def _needed(scope: str, intent: Intent) -> bool:
    """Whole parts count; a single checkpoint only when the intent names it."""
    if intent.scopes is None:
        return ":" not in scope
    return scope in intent.scopes


def _obligations(subjects: tuple[Subject, ...]) -> tuple[Obligation, ...]:
    found = {o.id: o for s in subjects for o in s.resolution.obligations}
    return tuple(sorted(found.values(), key=lambda o: (o.artifact, o.license, o.condition, o.id)))


def _findings(
    subjects: tuple[Subject, ...], intent: Intent, packs: tuple[Pack, ...]
) -> tuple[Finding, ...]:
    found: dict[str, Finding] = {}
    for pack in packs:
        for rule in pack.rules:
            hits = []
            for subject in subjects:
                outcome, culprits = apply_rule(
                    rule, subject_values(subject), intent_values(intent), pack.params
                )
                if outcome:
                    hits.append(_finding(rule, subject, outcome, culprits))
            for item in _grouped(rule, hits):
                known = found.get(item.fingerprint)
                # The same thing reached by two ways is one finding: the worse way tells it.
                if known is None or (known.outcome, item.outcome) == ("review", "fail"):
                    found[item.fingerprint] = item
    order = {"fail": 0, "review": 1, "pass": 2}
    severity = {s: i for i, s in enumerate(("critical", "high", "medium", "low", "info"))}
    return tuple(
        sorted(
            found.values(),
            key=lambda f: (
                order[f.outcome],
                severity[f.severity],
                f.rule,
                f.artifact,
                f.scope or "",
                f.fingerprint,
            ),
        )
    )


def apply_rule(
    rule: Rule,
    subject: Mapping[str, Any],
    intent: Mapping[str, Any],
    params: Mapping[str, tuple[str, ...]],
) -> tuple[Outcome | None, list[str]]:
    """What a rule says of one subject: an outcome or None, and the claims it points at."""
    environment = rule.environment
    values = {
        "subject": subject_message(environment, subject),
        "intent": intent_message(environment, intent),
        "params": params_message(environment, params),
    }
    for gate in (rule.applies_when, rule.when):
        if gate is not None and not holds(gate, environment, values):
            return None, []
    outcome: Outcome | None = None
    if rule.fail is not None and holds(rule.fail, environment, values):
        outcome = "fail"
    elif rule.review is not None and holds(rule.review, environment, values):
        outcome = "review"
    if outcome is None:
        return None, []
    culprits = listed(rule.culprits, environment, values) if rule.culprits else []
    return outcome, culprits


def _finding(rule: Rule, subject: Subject, outcome: Outcome, culprits: list[str]) -> Finding:
    evidence = tuple(dict.fromkeys(culprits)) or tuple(dict.fromkeys(c.id for c in subject.claims))
    reasons = about(rule, subject)
    seed = "\0".join((rule.id, subject.artifact.id, subject.scope, *sorted(evidence)))
    return Finding(
        rule=rule.id,
        pack=rule.pack,
        severity=rule.severity,
        outcome=outcome,
        artifact=subject.artifact.id,
        scope=subject.scope or subject.part,
        path=subject.path,
        message=_words(rule.why, rule, subject),
        fix=_words(rule.fix, rule, subject),
        evidence=evidence,
        fingerprint=hashlib.sha256(seed.encode()).hexdigest()[:16],
        license=subject.answer.expression if subject.answer else None,
        clauses=tuple(dict.fromkeys(f"{r.license} {r.clause}" for r in reasons if r.clause)),
        debated=subject.debated[-1] if subject.debated else _debate(reasons),
    )


def _debate(reasons: list[Reason]) -> str | None:
    return next((r.code.split(":", 1)[1] for r in reasons if r.code.startswith("debated:")), None)


def about(rule: Rule, subject: Subject) -> list[Reason]:
    """The reasons a rule speaks of: those whose code starts with one of its `about` words."""
    return [
        r
        for r in subject.resolution.reasons
        if r.outcome != "pass" and (not rule.about or r.code.startswith(rule.about))
    ]


def _words(text: Text, rule: Rule, subject: Subject) -> Text:
    return Text(_filled(text.en, rule, subject, "en"), _filled(text.zh, rule, subject, "zh"))


def _filled(words: str, rule: Rule, subject: Subject, lang: str) -> str:
    """Placeholders of a rule's words, from a closed list; other braces stay as they are."""
    reasons = [r.message.say(lang) for r in about(rule, subject)]
    duties = [o.message.say(lang) for o in subject.resolution.obligations if o.status == "missing"]
    manual = [o.message.say(lang) for o in subject.resolution.obligations if o.status == "manual"]
    gaps = [g.detail for g in subject.gaps if g.blocks]
    none = {"en": "no license", "zh": "无许可证"}[lang]
    sides = sorted(
        {c.left.expression or "" for c, _, _ in subject.conflicts}
        | {c.right.expression or "" for c, _, _ in subject.conflicts}
    )
    values = {
        "{name}": subject.artifact.name,
        "{part}": _part(subject),
        "{license}": names(subject) or none,
        "{reasons}": " ".join(dict.fromkeys(reasons)),
        "{missing}": " ".join(dict.fromkeys(duties)),
        "{manual}": " ".join(dict.fromkeys(manual)),
        "{gaps}": "; ".join(dict.fromkeys(gaps)),
        "{conflict}": " / ".join(s for s in sides if s),
        "{upstream}": ", ".join(subject.looser_than),
        "{declared}": subject.declared,
        "{restrictions}": ", ".join(r.replace("_", " ") for r in subject.restrictions),
    }
    for key, value in values.items():
        words = words.replace(key, value)
    return " ".join(words.split())


def _part(subject: Subject) -> str:
    """`data` for `data:collection`; checkpoints and folders keep their names."""
    return "data" if subject.scope == "data:collection" else subject.scope or subject.part


def names(subject: Subject) -> str:
    """The expression with ids nobody can read replaced by the names of their licenses."""
    words = (subject.answer.expression if subject.answer else None) or ""
    for item in sorted(subject.licenses, key=lambda x: -len(x.id)):
        if item.id.startswith("LicenseRef-"):
            words = words.replace(item.id, item.name)
    return words


def _grouped(rule: Rule, hits: list[Finding]) -> list[Finding]:
    """Rules over many like subjects (dependencies) speak once and name them all."""
    if not rule.group or len(hits) < 2:
        return hits
    names = ", ".join(h.artifact for h in hits[:12]) + (" …" if len(hits) > 12 else "")
    first = hits[0]
    message = Text(
        f"{len(hits)} ×: {first.message.en} ({names})",
        f"{len(hits)} 项：{first.message.say('zh')}（{names}）",
    )
    seed = "\0".join(sorted(h.fingerprint for h in hits))
    return [
        Finding(
            first.rule,
            first.pack,
            first.severity,
            worst([h.outcome for h in hits]),
            first.artifact,
            first.scope,
            first.path,
            message,
            first.fix,
            tuple(e for h in hits for e in h.evidence),
            hashlib.sha256(seed.encode()).hexdigest()[:16],
            first.license,
        )
    ]


def _verdicts(
    case: Case, subjects: tuple[Subject, ...], findings: tuple[Finding, ...], intent: Intent
) -> tuple[ScopeVerdict, ...]:
    result = []
    for part in PARTS:
        members = [s for s in subjects if s.part == part]
        if any(s.root for s in members) or members:
            result.append(_verdict(part, members, findings))
    for subject in subjects:
        if subject.root and subject.scope.startswith(("checkpoint:", "subset:")):
            result.append(_verdict(subject.scope, [subject], findings))
    return tuple(result)


def _verdict(scope: str, members: list[Subject], findings: tuple[Finding, ...]) -> ScopeVerdict:
    outcomes: list[Outcome] = []
    because: list[Reason] = []
    for subject in members:
        outcome, reasons = subject_outcome(subject, findings)
        outcomes.append(outcome)
        because += reasons
    own = list(
        dict.fromkeys(
            part
            for s in members
            if s.root and s.answer and s.answer.expression
            for part in s.answer.expression.split(" AND ")
        )
    )
    rank = {"fail": 0, "review": 1, "pass": 2}
    because.sort(key=lambda r: rank[r.outcome])
    return ScopeVerdict(
        scope,
        _together(members, outcomes),
        tuple(dict.fromkeys(because))[:20],
        " AND ".join(own) or None,
    )


def _together(members: list[Subject], outcomes: list[Outcome]) -> Outcome:
    """The worst, but for checkpoints or subsets of which some may be used: which one is open."""
    parts = [
        o
        for s, o in zip(members, outcomes, strict=True)
        if s.root and s.scope.startswith(("checkpoint:", "subset:"))
    ]
    others = [
        o
        for s, o in zip(members, outcomes, strict=True)
        if not (s.root and s.scope.startswith(("checkpoint:", "subset:")))
    ]
    if "fail" in parts and any(o != "fail" for o in parts) and "fail" not in others:
        return "review"
    return worst(outcomes)


def subject_outcome(
    subject: Subject, findings: tuple[Finding, ...]
) -> tuple[Outcome, list[Reason]]:
    """The worst of a subject's unwaived findings; its own terms where no rule spoke of it.

    The second part is the floor that keeps a short list of packs from turning doubt into a pass.
    """
    own = [
        f
        for f in findings
        if f.artifact == subject.artifact.id and f.scope == (subject.scope or subject.part)
    ]
    grouped = [f for f in findings if f.rule.startswith("dependency-")]
    reasons = [r for r in subject.resolution.reasons if r.outcome != "pass"]
    said = [Reason(f.outcome, f.rule, f.message, f.license) for f in own if not f.waiver]
    if own:
        return worst([f.outcome for f in own if not f.waiver]), said + reasons
    if subject.relation == "depends_on" and grouped:
        live = [f for f in grouped if not f.waiver]
        return worst([f.outcome for f in live]), []
    return subject.resolution.outcome, reasons
