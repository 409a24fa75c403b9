"""One license answer of one artifact, resolved: its terms, its open names, its gaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from licaudit.facts import Artifact, Gap, LicenseAnswer, Outcome, Reason, Resolution, Text, worst
from licaudit.licenses.conflicts import Conflict
from licaudit.policy import acts
from licaudit.policy.agreements import covering, notes
from licaudit.policy.contradictions import Contradiction, judged
from licaudit.policy.expressions import RELEASE_DUTIES, TermsOf, resolve
from licaudit.policy.obligations import USE_LIMITS
from licaudit.policy.resolve import STATEMENT
from licaudit.policy.situation import Situation
from licaudit.policy.views import NOTHING_SEEN, Views

__all__ = ["USE_LIMITS", "Seen", "resolution", "statement_id"]


@dataclass(frozen=True)
class Seen:
    """Everything that one resolution looks at."""

    artifact: Artifact
    situation: Situation
    terms_of: TermsOf
    answer: LicenseAnswer | None
    restrictions: tuple[str, ...]
    open_claims: tuple[str, ...]
    gaps: tuple[Gap, ...]
    probes: Views
    carried: Mapping[str, str | None]
    debated: tuple[str, ...]


def statement_id(kind: str) -> str:
    """The license-like record that holds what a usage statement does to permissions."""
    return STATEMENT + kind.replace("_", "-")


def resolution(seen: Seen) -> Resolution:
    """The answer's terms with everything that stands in the way of a pass."""
    found = _unstated(_resolved(seen, seen.restrictions), seen)
    return _soften(found, seen.debated) if seen.debated else found


def bare(seen: Seen) -> Resolution:
    """The license alone, without what statements beside it take away."""
    return _resolved(seen, ())


def gaps_of(seen: Seen) -> tuple[Gap, ...]:
    """The gaps that concern this scope; one about no scope that was judged concerns all."""
    own = acts.family(seen.answer.scope) if seen.answer else None
    return tuple(
        g for g in seen.gaps if own is None or g.scope is None or acts.family(g.scope) == own
    )


def agreed(seen: Seen) -> bool:
    """Whether the user holds this artifact, or an agreement covers all that is done with it."""
    if seen.situation.held:
        return True
    actions = seen.situation.actions
    return covering(None, "", actions, seen.situation) is not None


def _resolved(seen: Seen, restrictions: tuple[str, ...]) -> Resolution:
    answer = seen.answer
    parts = [f"({answer.expression})"] if answer and answer.expression else []
    parts += [statement_id(kind) for kind in restrictions]
    if not parts:
        if agreed(seen):
            return Resolution("pass", "permitted", tuple(notes(None, seen.situation)))
        return Resolution("review", "unknown")
    return _resolve(seen, " AND ".join(parts), seen.probes)


def _resolve(seen: Seen, expression: str, probes: Views) -> Resolution:
    situation = seen.situation
    return resolve(
        expression, situation, seen.terms_of, situation.relation, probes, dict(seen.carried)
    )


def _unstated(found: Resolution, seen: Seen) -> Resolution:
    """No license named, a name left open, or something unread: never better than review."""
    reasons = [*_unnamed(seen), *_gap_reasons(seen)]
    if seen.open_claims:
        text = Text(
            "A license field or text is ambiguous or unknown.", "许可证字段或文本含糊或无法识别。"
        )
        reasons.append(Reason("review", "ambiguous", text, claims=seen.open_claims))
    if not reasons:
        return found
    outcome: Outcome = worst([found.outcome, "review"])
    return replace(found, outcome=outcome, reasons=(*reasons, *found.reasons))


def _unnamed(seen: Seen) -> list[Reason]:
    answer, name = seen.answer, seen.artifact.name
    if (answer and answer.expression) or agreed(seen):
        return []
    if answer is None and seen.situation.relation is not None:
        text = Text(
            f"The license of {name} is not known from this tree.",
            f"从本目录树无法得知 {name} 的许可证。",
        )
    else:
        text = Text(f"No license is stated for {name}.", f"未说明 {name} 的许可证。")
    return [Reason("review", "unstated", text)]


def _gap_reasons(seen: Seen) -> list[Reason]:
    return [
        Reason(
            "review",
            "gap",
            Text(f"Not read or not identified: {g.detail}.", f"未能读取或识别：{g.detail}。"),
        )
        for g in gaps_of(seen)
        if g.blocks
    ]


def _soften(found: Resolution, questions: tuple[str, ...]) -> Resolution:
    """A limit that only reaches the root on one reading is a question, not a verdict."""
    if found.outcome != "fail":
        return found
    text = Text(
        f"Whether this reaches the audited work is debated ({', '.join(questions)}).",
        f"该限制是否及于被审计作品存在争议（{'、'.join(questions)}）。",
    )
    reason = Reason("review", f"debated:{questions[-1]}", text)
    kept = tuple(
        replace(r, outcome="review") if r.outcome == "fail" and r.code not in RELEASE_DUTIES else r
        for r in found.reasons
    )
    return replace(found, outcome="review", reasons=(reason, *kept))


def judged_conflicts(seen: Seen, conflicts: Iterable[Conflict]) -> tuple[Contradiction, ...]:
    """Conflicts of this answer's scope with what either side would mean by itself."""
    return tuple(
        judged(c, lambda expression: _resolve(seen, expression, NOTHING_SEEN)) for c in conflicts
    )
