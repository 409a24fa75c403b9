"""From findings to one verdict per scope, with a floor under every pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from licaudit.facts import Finding, Intent, Outcome, Reason, ScopeVerdict, worst
from licaudit.policy import acts
from licaudit.policy.baseline import Known, digest
from licaudit.policy.expressions import RELEASE_DUTIES, conjuncts
from licaudit.policy.subjects import PARTS, Subject

SHOWN = 20
_SINGLES = ("checkpoint:", "subset:")
_RANK = {"fail": 0, "review": 1, "pass": 2}


@dataclass(frozen=True)
class Spoken:
    """That a rule fired on a subject: the finding it became, and the reasons it speaks of."""

    finding: Finding
    outcome: Outcome
    about: tuple[str, ...]


def scope_verdicts(
    subjects: tuple[Subject, ...], spoken: Mapping[int, list[Spoken]], known: Known | None = None
) -> tuple[ScopeVerdict, ...]:
    """A verdict for each part that exists or that something reaches, then for each checkpoint.

    What a baseline knows counts for nothing.
    """
    judged = [(s, *subject_outcome(s, spoken.get(i, []), known)) for i, s in enumerate(subjects)]
    result = []
    for part in PARTS:
        members = [j for j in judged if j[0].part == part]
        if members:
            result.append(_verdict(part, members))
    for one in judged:
        if one[0].root and one[0].scope.startswith(_SINGLES):
            # What the whole came from, its single parts came from too.
            above = [j for j in judged if not j[0].root and j[0].part == one[0].part]
            result.append(_verdict(one[0].scope, [one, *above]))
    return tuple(result)


def overall(
    verdicts: tuple[ScopeVerdict, ...], intent: Intent, known: Known | None = None
) -> Outcome:
    """The worst of the scopes an intent needs; a scope it names and nobody found is a question."""
    found = {v.scope: v.outcome for v in verdicts}
    needed = [o for s, o in found.items() if ":" not in s]
    if intent.scopes is not None:
        needed = [found[_scope(s)] for s in intent.scopes if _scope(s) in found]
    absent = [t for t in missing(verdicts, intent) if not (known and known.has("review", t))]
    if absent:
        needed.append("review")
    return worst(needed)


def missing(verdicts: tuple[ScopeVerdict, ...], intent: Intent) -> list[str]:
    """What an intent needs a verdict for and has none, as things a baseline can know."""
    if not verdicts or intent.scopes == ():
        return [digest("floor", "nothing")]
    found = {v.scope for v in verdicts}
    if intent.scopes is None:
        return [] if any(":" not in s for s in found) else [digest("floor", "nothing")]
    return [digest("floor", "no scope", s) for s in intent.scopes if _scope(s) not in found]


def floor(
    subjects: tuple[Subject, ...],
    spoken: Mapping[int, list[Spoken]],
    verdicts: tuple[ScopeVerdict, ...],
    intent: Intent,
) -> tuple[str, ...]:
    """What keeps a verdict down although no rule speaks of it, each by its outcome and thing."""
    told = [x for i, s in enumerate(subjects) for x in _floors(s, spoken.get(i, []))]
    told += [("review", thing) for thing in missing(verdicts, intent)]
    return tuple(sorted({digest(outcome, thing) for outcome, thing in told}))


def _floors(subject: Subject, spoken: list[Spoken]) -> list[tuple[Outcome, str]]:
    """The open questions of a subject that no finding is about, as outcome and thing."""
    covered = tuple(prefix for s in spoken for prefix in s.about)
    open_reasons = [r for r in subject.resolution.reasons if r.outcome != "pass"]
    at = ("floor", subject.artifact.id, subject.scope)
    found = [
        (r.outcome, digest(*at, r.code, r.license or "", r.condition or r.clause or ""))
        for r in open_reasons
        if r.code not in RELEASE_DUTIES and not (covered and r.code.startswith(covered))
    ]
    if subject.resolution.outcome != "pass" and not open_reasons:
        found.append((subject.resolution.outcome, digest(*at)))
    return found


def _scope(name: str) -> str:
    return name if name.startswith(_SINGLES) else acts.family(name)


_Judged = tuple[Subject, Outcome, list[Reason]]


def _verdict(scope: str, members: list[_Judged]) -> ScopeVerdict:
    because = sorted(
        (r for _, _, reasons in members for r in reasons), key=lambda r: _RANK[r.outcome]
    )
    own = dict.fromkeys(
        part
        for s, _, _ in members
        if s.root and s.answer and s.answer.expression
        for part in conjuncts(s.answer.expression)
    )
    return ScopeVerdict(
        scope, _together(members), tuple(dict.fromkeys(because))[:SHOWN], _joined(list(own))
    )


def _joined(parts: list[str]) -> str | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    return " AND ".join(f"({p})" if " OR " in p else p for p in parts)


def _together(members: list[_Judged]) -> Outcome:
    """The worst, but for checkpoints or subsets of which some may be used: which one is open."""
    singles = [o for s, o, _ in members if s.root and s.scope.startswith(_SINGLES)]
    others = [o for s, o, _ in members if not (s.root and s.scope.startswith(_SINGLES))]
    if "fail" in singles and any(o != "fail" for o in singles) and "fail" not in others:
        return "review"
    return worst(singles + others)


def subject_outcome(
    subject: Subject, spoken: list[Spoken], known: Known | None = None
) -> tuple[Outcome, list[Reason]]:
    """The worst of a subject's unwaived findings and of its own terms that no finding speaks of.

    The second is the floor that keeps a short list of packs from turning doubt into a pass. A
    waiver lifts its finding and the reasons that finding is about, and nothing beside them.
    """
    open_reasons = [r for r in subject.resolution.reasons if r.outcome != "pass"]
    bare = _floors(subject, spoken)
    below = [outcome for outcome, thing in bare if not (known and known.has(outcome, thing))]
    live = [s for s in spoken if not s.finding.waiver]
    said = [Reason(s.outcome, s.finding.rule, s.finding.message, s.finding.license) for s in live]
    waived = tuple(p for s in spoken if s.finding.waiver for p in s.about)
    kept = [r for r in open_reasons if not (waived and r.code.startswith(waived))]
    notes = [r for r in subject.resolution.reasons if r.outcome == "pass"]
    return worst([*below, *(s.outcome for s in live)]), said + kept + notes
