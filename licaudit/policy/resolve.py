"""A license's terms against an intent: permitted with duties, prohibited, or an open question."""

from __future__ import annotations

from licaudit import i18n
from licaudit.facts import (
    PERMISSION_ORDER,
    Action,
    Condition,
    License,
    Outcome,
    Permission,
    Reason,
    Text,
)
from licaudit.policy import acts
from licaudit.policy.agreements import confirmed, covering, evidenced
from licaudit.policy.propagation import free_where_silent
from licaudit.policy.situation import Situation

STATEMENT = "LicenseRef-licaudit-statement-"


def permission(license_: License, situation: Situation) -> tuple[Permission, list[Reason]]:
    """The worst verdict of the acts the intent needs, with one reason per act that is not free."""
    found: list[Permission] = []
    barred: dict[tuple[Permission, str | None], list[Action]] = {}
    for action in situation.actions:
        verdict, clause = _verdict(license_, action, situation)
        found.append(verdict)
        if verdict in _SAY_VERDICT:
            barred.setdefault((verdict, clause), []).append(action)
    reasons = [
        _act_reason(license_, situation, actions, verdict, clause)
        for (verdict, clause), actions in barred.items()
    ]
    if not any(r.code == "act_prohibited" for r in reasons):
        reasons += _unsaid(license_, situation)
    return min(found, key=PERMISSION_ORDER.index, default="unknown"), reasons


def unreserved(license_: License, situation: Situation) -> list[Reason]:
    """A word on acts that a text does not reach and the posture takes for free."""
    free = free_where_silent(situation.posture)
    acts_ = [
        a
        for a in situation.actions
        if a in free and license_.grant(a, situation.purpose, situation.kind)[0] == "silent"
    ]
    if not acts_:
        return []
    return [_act_reason(license_, situation, acts_, "free", None)]


def _verdict(
    license_: License, action: Action, situation: Situation
) -> tuple[Permission, str | None]:
    verdict, clause = license_.grant(action, situation.purpose, situation.kind)
    if verdict == "conditional" and not _decided(license_, action, situation):
        verdict = "unknown"  # "only if" without an "if" is no permission
    if verdict == "silent" and action in free_where_silent(situation.posture):
        return "covered", clause  # `unreserved` says so
    if verdict in _SAY_VERDICT and covering(license_.id, "", (action,), situation):
        return "permitted", clause  # bought or agreed separately
    return verdict, clause


def _decided(license_: License, action: Action, situation: Situation) -> bool:
    return any(
        c.kind != "duty"
        and (not c.actions or action in c.actions)
        and (not c.purposes or situation.purpose in c.purposes)
        and (not c.kinds or situation.kind in c.kinds)
        for c in license_.conditions
    )


def _unsaid(license_: License, situation: Situation) -> list[Reason]:
    """Acts that the license prohibits and the intent neither names nor rules out: a question."""
    barred: dict[str | None, list[Action]] = {}
    for action in acts.unsaid(situation.intent, situation.part, situation.relation):
        verdict, clause = _verdict(license_, action, situation)
        if verdict == "prohibited":
            barred.setdefault(clause, []).append(action)
    return [
        _act_reason(license_, situation, actions, "open", clause)
        for clause, actions in barred.items()
    ]


_SAY_ACT = {
    "use": ("use it", "使用"),
    "modify": ("change it", "修改"),
    "distribute": ("pass it on", "分发"),
    "train": ("train on it", "用于训练"),
    "serve": ("offer it as a service", "作为服务提供"),
    "use_outputs": ("use its outputs", "使用其输出"),
    "train_on_outputs": ("train on its outputs", "用其输出训练"),
}
_SAY_PURPOSE = {
    "commercial": ("commercially", "商业"),
    "non_commercial": ("non-commercially", "非商业"),
}
_SAY_VERDICT = {
    "prohibited": ("does not allow you to", "不允许"),
    "silent": ("does not say that you may", "未说明是否允许"),
    "unknown": ("is not known well enough to say whether you may", "内容未知，无法确定是否允许"),
}
_SAY_OPEN = ("does not allow you to", "不允许", ", and the intent does not say", "，而意图未说明")


def _act_reason(
    license_: License, situation: Situation, actions: list[Action], verdict: str, clause: str | None
) -> Reason:
    purpose = _SAY_PURPOSE[situation.purpose]
    say, say_zh = _SAY_VERDICT.get(verdict, _SAY_OPEN[:2])
    en = " or ".join(_SAY_ACT[a][0] for a in actions)
    zh = "或".join(_SAY_ACT[a][1] for a in actions)
    end, end_zh = ("", "")
    if verdict == "free":
        say, say_zh = _SAY_VERDICT["silent"]
        end, end_zh = (
            "; no right of its holder is known to keep that back",
            "；未见权利人享有相应专有权",
        )
    elif verdict == "open":
        end, end_zh = (f"{_SAY_OPEN[2]} whether you will", f"{_SAY_OPEN[3]}是否会如此")
    # A sentence of the tree has no clauses; it is quoted as evidence.
    cited = clause if clause and license_.family != "statement" else None
    at, at_zh = (f" (clause {cited})", f"（条款 {cited}）") if cited else ("", "")
    who, who_zh = called(license_)
    text = Text(
        f"{who} {say} {en} {purpose[0]}{at}{end}.",
        f"{who_zh}{say_zh}出于{purpose[1]}目的{zh}{at_zh}{end_zh}。",
    )
    outcomes: dict[str, Outcome] = {"prohibited": "fail", "free": "pass"}
    outcome = outcomes.get(verdict, "review")
    return Reason(outcome, f"act_{verdict}", text, license_.id, cited)


def called(license_: License) -> tuple[str, str]:
    """What to call a license at the start of a sentence, in English and Chinese.

    A usage statement is no license with a name: it is a sentence somebody wrote.
    """
    if license_.family != "statement":
        return license_.name, f"{license_.name} "
    kind = license_.id.removeprefix(STATEMENT).replace("-", "_")
    en, zh = i18n.name("narrows", kind, "en"), i18n.name("narrows", kind, "zh")
    return f"A sentence in the text (“{en}”)", f"文中语句（“{zh}”）"


def precondition(license_: License, condition: Condition, situation: Situation) -> Reason | None:
    """No permission exists until an agreement (or a confirmation of it) shows it."""
    if evidenced(license_, condition, situation) or confirmed(license_, condition, situation):
        return None
    return Reason(
        "review",
        "precondition_open",
        condition.summary,
        license_.id,
        condition.clause,
        condition=condition.id,
    )
