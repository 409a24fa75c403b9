"""What a row's judgements come to: its answer, and all rows' judgements as the register's one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Any

from licaudit.collectors.register_entry import Row
from licaudit.facts import (
    OUTCOMES,
    Gap,
    Intent,
    Judgement,
    Outcome,
    Reason,
    RowAnswer,
    ScopeVerdict,
    Text,
    worst,
)
from licaudit.gather import Evidence
from licaudit.i18n import say

MOST_REASONS, MOST_PLACES, MOST_BECAUSE = 3, 4, 20
# Gap reasons that mean something a person must supply; their words stand in the messages.
ASKED = (
    "hearsay",
    "no_license",
    "unknown_name",
    "ambiguous_name",
    "no_contract",
    "contract_unlisted",
    "contract_differs",
    "channel_differs",
    "unknown_channel",
    "no_generator",
    "ambiguous_column",
)
_UNREAD = ("offline", "unreachable", "gated", "not_found", "unsupported", "refused")


def answer_of(
    row: Row, artifact: str, judged: tuple[Judgement, ...], evidence: Evidence
) -> RowAnswer:
    """The row's verdict over all intents, why, what is missing, and where that stands."""
    verdict: Outcome = worst([j.verdict for j in judged] or ["review"])
    where = row.artifact.location
    found = sorted(
        (r for j in judged for v in j.verdicts for r in v.because if r.outcome != "pass"),
        key=lambda r: -OUTCOMES.index(r.outcome),
    )
    # A rule's finding says it with the name; the floor's own words are for where no rule speaks.
    told = [r for r in found if r.code not in _FLOOR] or found
    words = list(dict.fromkeys(r.message for r in told))
    reasons = tuple(w for w in words if not any(w.en in x.en for x in words if x != w))
    answers = [a for a in evidence.answers if a.expression]
    licenses = dict.fromkeys(a.expression for a in answers if a.artifact == artifact)
    places = dict.fromkeys(
        f"{c.location.label()} ({c.location.key})" if c.location.key else c.location.label()
        for c in evidence.claims
        if c.artifact == artifact and (c.expression or c.narrows or c.candidates)
    )
    return RowAnswer(
        row.number,
        row.sheet,
        (where.key if where else None) or "",
        artifact,
        row.name,
        verdict,
        reasons[:MOST_REASONS],
        () if verdict == "pass" else _missing(judged, evidence.gaps, artifact),
        " AND ".join(f"({x})" if " OR " in (x or "") else x or "" for x in licenses) or None,
        tuple(places)[:MOST_PLACES],
    )


def _missing(judged: tuple[Judgement, ...], gaps: Iterable[Gap], artifact: str) -> tuple[Text, ...]:
    """What somebody must supply: by the open questions of the row, else by the findings' fixes."""
    asked = {g.reason for g in gaps if g.blocks and g.artifact == artifact}
    unread = {g.reason for g in gaps if g.reason in _UNREAD}
    wanted = [_text(f"register.missing.{r}") for r in ASKED if r in asked]
    if unread:
        wanted.append(_text("register.missing.unread"))
    if any(r.code == "unstated" for j in judged for v in j.verdicts for r in v.because):
        wanted.append(_text("register.missing.unstated"))
    live = [f for j in judged for f in j.findings if f.waiver is None]
    told = [f for f in live if f.rule not in _SPOKEN]
    wanted += [f.fix for f in sorted(told, key=lambda f: f.artifact != artifact)]
    return tuple(dict.fromkeys(wanted))[:MOST_REASONS]


_FLOOR = frozenset({"gap", "unstated", "ambiguous"})
# Rules whose findings the gaps and the unstated license above tell better for a row.
_SPOKEN = frozenset({"evidence-gap", "license-unstated", "license-ambiguous"})


def _text(key: str) -> Text:
    return Text(say(key, "en"), say(key, "zh"))


def together(
    intent: Intent, root: str, judged: Sequence[Judgement], gaps: Iterable[Gap]
) -> Judgement:
    """The register's judgement: the worst of its rows, with all they found.

    Blocking Gaps of the register itself (rows cut off, no header) keep it from a pass.
    """
    open_ = [
        Reason("review", "gap", Text(f"Not read: {g.detail}.", f"未读取：{g.detail}。"))
        for g in gaps
        if g.blocks and g.artifact == root
    ]
    if not judged:
        open_.append(Reason("review", "empty", _text("register.no_rows")))
    verdicts = _verdicts(judged, open_)
    verdict: Outcome = worst([*(j.verdict for j in judged), *(r.outcome for r in open_)])
    if not judged:
        return Judgement(intent, verdict, verdicts, (), ())
    findings = {f.fingerprint: f for j in judged for f in j.findings}
    news = [j.new_verdict for j in judged if j.new_verdict]
    merged: dict[str, Any] = {
        "verdict": verdict,
        "verdicts": verdicts,
        "findings": tuple(replace(f, path=(root, *f.path)) for f in findings.values()),
        "obligations": tuple({o.id: o for j in judged for o in j.obligations}.values()),
        "release": None,
        "new_verdict": worst([*news, *(r.outcome for r in open_)]) if news else None,
    }
    for item in fields(Judgement):
        values = [getattr(j, item.name) for j in judged]
        if item.name in ("elections", "debates", "declared", "floor", "not_applied"):
            merged[item.name] = _joined(values)
    if merged["not_applied"]:  # a rule that found something to look at in one row did apply
        every = [set(j.not_applied or ()) for j in judged]
        merged["not_applied"] = tuple(
            n for n in merged["not_applied"] if all(n in e for e in every)
        )
    return replace(judged[0], **merged)


def _joined(values: list[Any]) -> Any:
    if all(v is None for v in values):
        return None
    return tuple(dict.fromkeys(x for v in values for x in v or ()))


def _verdicts(judged: Sequence[Judgement], open_: list[Reason]) -> tuple[ScopeVerdict, ...]:
    by_scope: dict[str, list[ScopeVerdict]] = {}
    for judgement in judged:
        for item in judgement.verdicts:
            by_scope.setdefault(item.scope, []).append(item)
    if open_:
        outcome = worst([r.outcome for r in open_])
        home = "data" if "data" in by_scope or not by_scope else next(iter(by_scope))
        by_scope.setdefault(home, []).append(ScopeVerdict(home, outcome, tuple(open_)))
    found = []
    for scope, items in by_scope.items():
        because = sorted(
            dict.fromkeys(r for i in items for r in i.because),
            key=lambda r: -OUTCOMES.index(r.outcome),
        )
        outcome = worst([i.outcome for i in items])
        found.append(ScopeVerdict(scope, outcome, tuple(because[:MOST_BECAUSE])))
    return tuple(found)
