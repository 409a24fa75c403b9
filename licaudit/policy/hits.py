"""Hits: which rules fire on which subjects, and which of them tell one thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from licaudit.facts import Claim, Intent, NotApplied, Outcome, worst
from licaudit.policy.baseline import digest, said
from licaudit.policy.conditions import (
    Environment,
    holds,
    intent_message,
    listed,
    params_message,
    same_subject,
    subject_message,
)
from licaudit.policy.packs import Pack
from licaudit.policy.parameters import Params
from licaudit.policy.rules import Rule
from licaudit.policy.subjects import Subject
from licaudit.policy.values import intent_values, subject_values
from licaudit.policy.wording import about


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


def find_hits(
    subjects: tuple[Subject, ...], intent: Intent, packs: tuple[Pack, ...]
) -> tuple[list[Hit], list[NotApplied]]:
    """Every rule on every subject, and the rules that had none to look at.

    The values of a subject are made once, and let go before the next: there may be many.
    """
    means = intent_values(intent)
    benches = [_Bench(pack, means) for pack in packs if pack.rules]
    for index, subject in enumerate(subjects if benches else ()):
        first = subject_message(benches[0].environment, subject_values(subject))
        data = first.SerializeToString()
        for bench in benches:
            bench.hear(index, subject, data)
    idle = {
        rule.id: NotApplied(rule.pack, rule.id, rule.not_applied)
        for bench in benches
        for rule in bench.waiting.values()
        if rule.not_applied is not None
    }
    return [hit for bench in benches for hit in bench.hits], list(idle.values())


class _Bench:
    """The rules of one pack, as they hear one subject after the other."""

    def __init__(self, pack: Pack, intent: Mapping[str, Any]) -> None:
        self.rules = pack.rules
        self.environment = pack.rules[0].environment
        self.shared = _shared(self.environment, intent, pack.params)
        self.waiting = {r.id: r for r in pack.rules if r.applies_when is not None}
        self.hits: list[Hit] = []

    def hear(self, index: int, subject: Subject, data: bytes) -> None:
        values = {**self.shared, "subject": same_subject(self.environment, data)}
        for rule in self.rules:
            if not _applies(rule, values):
                continue
            self.waiting.pop(rule.id, None)
            outcome, culprits = _ask(rule, values)
            if outcome is not None:
                outcome = _no_surer(rule, subject, outcome)
                self.hits.append(Hit(rule, index, subject, outcome, tuple(culprits)))


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


def things(hits: list[Hit]) -> list[list[Hit]]:
    """Hits that tell one thing: reached by two ways, found by two packs, or of a grouping rule."""
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        key = digest(hit.rule.id, "group") if hit.rule.group else hit.thing
        found.setdefault(key, []).append(hit)
    return list(found.values())


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
