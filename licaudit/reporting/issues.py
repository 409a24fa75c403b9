"""What a pipeline must show of a result: findings once each, and no verdict without one.

The formats for machines are all made from this list, so that none of them is greener than the
verdict: where a verdict is worse than every finding in force, the verdict itself is an issue. The
same holds of the verdict on what is new, where the audit was held against a baseline.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from licaudit.facts import (
    OUTCOMES,
    AuditResult,
    Finding,
    Judgement,
    Outcome,
    ScopeVerdict,
    Severity,
    Text,
    worst,
)
from licaudit.i18n import name, say
from licaudit.reporting.index import Index, because, weight
from licaudit.reporting.places import Place, Places
from licaudit.reporting.visible import visible

VERDICT = "verdict"  # the rule of an issue that no rule stands behind
PACK = "licaudit"
LIMIT = 4000  # characters of one text
_SEVERITY: dict[Outcome, Severity] = {"fail": "high", "review": "medium", "pass": "info"}


@dataclass(frozen=True, slots=True)
class Issue:
    """A finding, where it is shown, and the numbers of the intents it was found for."""

    finding: Finding
    place: Place
    intents: tuple[int, ...]


def issues(result: AuditResult) -> list[Issue]:
    """All findings, the most serious first, waived ones last."""
    index = Index(result)
    places = Places(index)
    found: dict[tuple[str, str, str, str], Issue] = {}
    for number, judgement in enumerate(result.judgements):
        for told in (*judgement.findings, *_floor(judgement, index)):
            finding = told if result.baseline else replace(told, known=None)
            key = (finding.rule, finding.artifact, finding.scope or "", finding.fingerprint)
            other = found.get(key)
            if other is None:
                found[key] = Issue(finding, places.anchor(finding), (number,))
                continue
            worse = finding if weight(finding) < weight(other.finding) else other.finding
            if False in (finding.known, other.finding.known):
                worse = replace(worse, known=False)  # new for one intent is new
            intents = tuple(dict.fromkeys((*other.intents, number)))
            found[key] = replace(other, finding=worse, intents=intents)
    if not result.judgements:
        finding = _verdict_finding(index, "review", None, _both("verdict.nothing"), "")
        found["", "", "", ""] = Issue(finding, places.anchor(finding), ())
    return sorted(
        found.values(),
        key=lambda i: (
            *weight(i.finding),
            i.finding.rule,
            i.finding.artifact,
            i.finding.scope or "",
            i.finding.fingerprint,
        ),
    )


def in_force(result: AuditResult) -> list[Issue]:
    """The issues that nobody waived."""
    return [issue for issue in issues(result) if issue.finding.waiver is None]


def _floor(judgement: Judgement, index: Index) -> Iterator[Finding]:
    """The verdicts that no finding in force explains."""
    new = judgement.new_verdict if index.result.baseline else None
    told = [f for f in judgement.findings if f.waiver is None]
    use = judgement.intent.use
    alone = _worse(judgement.verdict, told)
    if alone:
        known = None if new is None else new == "pass"
        same = [v for v in judgement.verdicts if v.outcome == judgement.verdict]
        for verdict in same:
            found = _verdict_finding(index, verdict.outcome, verdict.scope, _reason(verdict), use)
            yield replace(found, known=known)
        if not same:
            message = Text(*(_overall(judgement.verdict, lang) for lang in ("en", "zh")))
            found = _verdict_finding(index, judgement.verdict, None, message, use)
            yield replace(found, known=known)
    said = alone and new is not None and worst([new, judgement.verdict]) == judgement.verdict
    if new is not None and not said and _worse(new, [f for f in told if not f.known]):
        message = Text(*(new_verdict(index.result, new, lang) for lang in ("en", "zh")))
        yield replace(_verdict_finding(index, new, None, message, use), known=False)


def _worse(outcome: Outcome, told: list[Finding]) -> bool:
    return OUTCOMES.index(outcome) > OUTCOMES.index(worst([f.outcome for f in told]))


def new_verdict(result: AuditResult, outcome: Outcome, lang: str) -> str:
    """The sentence on the verdict that a baseline leaves."""
    day = line(result.baseline.as_of) if result.baseline else ""
    return say("ci.new_verdict", lang, day=day, outcome=name("outcome", outcome, lang))


def known_since(result: AuditResult, lang: str) -> str:
    """What is said of a finding that the baseline had."""
    return say("ci.known_since", lang, day=line(result.baseline.as_of) if result.baseline else "")


def _reason(verdict: ScopeVerdict) -> Text:
    reason = because(verdict)
    if reason and reason.message.en.strip():
        return reason.message
    return Text(*(_scope_words(verdict, lang) for lang in ("en", "zh")))


def _scope_words(verdict: ScopeVerdict, lang: str) -> str:
    scope = name("verdict_scope", verdict.scope, lang)
    return say("ci.verdict", lang, scope=scope, outcome=name("outcome", verdict.outcome, lang))


def _overall(outcome: Outcome, lang: str) -> str:
    return say("ci.overall", lang, outcome=name("outcome", outcome, lang))


def _both(key: str) -> Text:
    return Text(say(key, "en"), say(key, "zh"))


def _verdict_finding(
    index: Index, outcome: Outcome, scope: str | None, message: Text, use: str
) -> Finding:
    root = index.root or ""
    seed = "\0".join((VERDICT, root, scope or "", use))
    digest = hashlib.sha256(seed.encode("utf-8", "backslashreplace")).hexdigest()[:16]
    path = (root,) if root else ()
    fix = _both("ci.verdict_fix")
    severity = _SEVERITY[outcome]
    return Finding(VERDICT, PACK, severity, outcome, root, scope, path, message, fix, (), digest)


def line(text: str, limit: int = LIMIT) -> str:
    """Words on one line, unseen characters spelled out, cut when nobody would read on."""
    words = " ".join(visible(text).split())
    return words if len(words) <= limit else f"{words[: limit - 1]}…"


def headline(finding: Finding, lang: str) -> str:
    """What a finding says, never empty: some formats refuse an empty text."""
    return line(finding.message.say(lang)) or line(finding.rule) or VERDICT


def details(index: Index, issue: Issue, lang: str) -> list[str]:
    """The lines below the headline: fix, license and clause, path, evidence, fingerprint."""
    finding = issue.finding
    colon = say("colon", lang)
    rows: list[tuple[str, str]] = [("ci.fix", finding.fix.say(lang))]
    if finding.license:
        rows.append(("ci.license", "; ".join((finding.license, *finding.clauses))))
    if len(finding.path) > 1:
        rows.append(("ci.path", " → ".join(index.name(step) for step in finding.path)))
    said = [index.claims[i] for i in finding.evidence if i in index.claims]
    if said:
        words = "; ".join(f"{index.name(c.artifact)} {c.location.label()}" for c in said[:10])
        rows.append(("ci.evidence", words + (" …" if len(said) > 10 else "")))
    if finding.debated:
        rows.append(("ci.debated", finding.debated))
    if finding.waiver:
        rows.append(("ci.waived", finding.waiver))
    if finding.known:
        rows.append(("ci.known", known_since(index.result, lang)))
    if finding.fresh:
        named = [index.name(a) for a in finding.fresh[:10]]
        rows.append(("ci.fresh", ", ".join(named) + (" …" if len(finding.fresh) > 10 else "")))
    if finding.fingerprint:
        rows.append(("ci.fingerprint", finding.fingerprint))
    return [f"{say(key, lang)}{colon}{line(text)}" for key, text in rows if text]
