"""A license's terms against an intent: permitted with duties, prohibited, or an open question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from licaudit.facts import (
    PERMISSION_ORDER,
    Action,
    Agreement,
    AssetKind,
    Condition,
    Confirmation,
    Intent,
    License,
    Outcome,
    Permission,
    Purpose,
    Reason,
    Relation,
    Text,
    worst,
)
from licaudit.policy import acts

EU = frozenset(
    # fmt: off
    (
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DK",
        "EE",
        "FI",
        "FR",
        "DE",
        "GR",
        "HU",
        "IE",
        "IT",
        "LV",
        "LT",
        "LU",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "ES",
        "SE",
    )
    # fmt: on
)
_METRICS = {
    "daily_users": "daily_users",
    "monthly_visits": "monthly_visits",
    "annual_revenue_usd": "annual_revenue_usd",
    "monthly_output_tokens": "monthly_output_tokens",
}


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything the resolving of one license looks at besides the license."""

    intent: Intent
    part: str
    kind: AssetKind
    actions: tuple[Action, ...]
    as_of: date
    artifact: str
    relation: Relation | None = None
    agreements: tuple[Agreement, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()

    @property
    def purpose(self) -> Purpose:
        """Commercial or not, as licenses mean it."""
        return acts.purpose(self.intent)


def permission(license_: License, situation: Situation) -> tuple[Permission, list[Reason]]:
    """The worst verdict of the acts the intent needs, with one reason per act that is not free."""
    found: list[Permission] = []
    barred: dict[tuple[Permission, str | None], list[Action]] = {}
    for action in situation.actions:
        verdict, clause = license_.grant(action, situation.purpose, situation.kind)
        if verdict not in ("permitted", "covered", "conditional") and any(
            covers(a, license_.id, "", situation) for a in situation.agreements
        ):
            verdict = "permitted"  # bought or agreed separately
        found.append(verdict)
        if verdict in _SAY_VERDICT:
            barred.setdefault((verdict, clause), []).append(action)
    reasons = [
        _act_reason(license_, situation, actions, verdict, clause)
        for (verdict, clause), actions in barred.items()
    ]
    return min(found, key=PERMISSION_ORDER.index, default="unknown"), reasons


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
    "silent": ("says nothing that lets you", "未明示允许"),
    "unknown": (
        "could not be read, so it is not known whether you may",
        "文本未知，无法确定是否允许",
    ),
}


def _act_reason(
    license_: License,
    situation: Situation,
    actions: list[Action],
    verdict: Permission,
    clause: str | None,
) -> Reason:
    purpose, say = _SAY_PURPOSE[situation.purpose], _SAY_VERDICT[verdict]
    en = " or ".join(_SAY_ACT[a][0] for a in actions)
    zh = "或".join(_SAY_ACT[a][1] for a in actions)
    # A sentence of the tree has no clauses; it is quoted as evidence.
    cited = clause if clause and license_.family != "statement" else None
    at, at_zh = (f" (clause {cited})", f"（条款 {cited}）") if cited else ("", "")
    text = Text(
        f"{license_.name} {say[0]} {en} {purpose[0]}{at}.",
        f"{license_.name}{say[1]}{purpose[1]}{zh}{at_zh}。",
    )
    outcome: Outcome = "fail" if verdict == "prohibited" else "review"
    return Reason(outcome, f"act_{verdict}", text, license_.id, cited)


def applies(condition: Condition, situation: Situation) -> bool:
    """Whether a condition concerns these acts, this purpose, this kind of asset."""
    if condition.actions and not set(condition.actions) & set(situation.actions):
        return False
    if condition.purposes and situation.purpose not in condition.purposes:
        return False
    if condition.kinds and situation.kind not in condition.kinds:
        return False
    modality = situation.intent.modality
    return not (condition.modalities and modality and modality not in condition.modalities)


def eligibility(license_: License, condition: Condition, situation: Situation) -> Reason | None:
    """A question, a bar, or None when the condition is met."""
    if confirmed(license_, condition, situation) or evidenced(license_, condition, situation):
        return None
    if condition.trigger:
        outcome = _barred_act(condition, situation)
    else:
        judge: Any = {
            "threshold": _threshold,
            "region": _region,
            "field_of_use": _field,
            "actor": _actor,
            "purpose": _purpose,
        }[condition.type]
        outcome = judge(condition, situation.intent)
        if condition.type == "purpose" and "computational" in condition.only:
            # Training and analysing are what "computational use" means; using it otherwise is open.
            computes = set(situation.actions) <= {"use", "train", "modify"}
            outcome = "pass" if computes and situation.part == "data" else "review"
    if outcome == "pass":
        return None
    code = "eligibility_open" if outcome == "review" else "eligibility_barred"
    return Reason(
        outcome, code, condition.summary, license_.id, condition.clause, condition=condition.id
    )


def _barred_act(condition: Condition, situation: Situation) -> Outcome:
    """A bar on one act (sharing a changed copy): open while the intent does not say."""
    hit = acts.triggered(condition, situation.intent, situation.part, situation.relation)
    return "review" if hit is None else ("fail" if hit else "pass")


def _threshold(condition: Condition, intent: Intent) -> Outcome:
    value = _measure(condition, intent)
    if value is None or condition.value is None:
        return "review"
    over = value >= condition.value if condition.at_least else value > condition.value
    return "fail" if over else "pass"


def _measure(condition: Condition, intent: Intent) -> int | None:
    if condition.metric == "monthly_users":
        return _users(condition.at, intent.group_monthly_users)
    if condition.metric == "monthly_revenue_usd" and intent.annual_revenue_usd is not None:
        return intent.annual_revenue_usd // 12
    found: int | None = getattr(intent, _METRICS.get(condition.metric or "", "use"), None)
    return found if isinstance(found, int) else None


def _users(at: str | None, users: tuple[tuple[str, int], ...] | None) -> int | None:
    """Users at the date the clause names; at any time the largest figure counts."""
    if not users:
        return None
    if at is None or at == "any_time":
        return max(count for _, count in users)
    # The figure of that month, or an undated one; another month's figure is no answer.
    same = [count for day, count in users if day == "any_time" or day[:7] == at[:7]]
    return max(same) if same else None


def inside(region: str, group: tuple[str, ...]) -> bool:
    """Whether a region is one of a group's, EU members counting as EU."""
    return region in group or ("EU" in group and region in EU)


def _region(condition: Condition, intent: Intent) -> Outcome:
    named: dict[str, tuple[str, ...] | None] = {
        "established": (intent.established_in,) if intent.established_in else None,
        "users": intent.users_in,
        "deployed": intent.deployed_in,
    }
    wanted = [condition.measured] if condition.measured in named else list(named)
    outcomes: list[Outcome] = []
    for name in wanted:
        places = named[str(name)]
        if places is None:
            outcomes.append("review")
            continue
        barred = [
            p
            for p in places
            if inside(p, condition.exclude) or (p in ("EU", "EEA") and EU & set(condition.exclude))
        ]
        outside = [p for p in places if condition.only and not inside(p, condition.only)]
        outcomes.append("fail" if barred or outside else "pass")
    if condition.modalities and intent.modality is None:
        outcomes = ["review" if o == "fail" else o for o in outcomes]
    return worst(outcomes)


def _field(condition: Condition, intent: Intent) -> Outcome:
    if intent.restricted_fields is None:
        return "review"
    return "fail" if set(intent.restricted_fields) & set(condition.fields) else "pass"


def _actor(condition: Condition, intent: Intent) -> Outcome:
    if intent.actor is None:
        return "review"
    allowed = not condition.only or intent.actor in condition.only
    return "pass" if allowed and intent.actor not in condition.exclude else "fail"


def _purpose(condition: Condition, intent: Intent) -> Outcome:
    said = {
        "research": ("research", "non_commercial"),
        "internal": ("internal", "evaluation"),
        "commercial": ("commercial",),
    }[intent.use]
    if condition.only:
        if intent.use == "commercial" and "commercial" not in condition.only:
            return "fail"
        return "pass" if set(said) & set(condition.only) else "review"
    return "fail" if set(said) & set(condition.exclude) else "review"


def confirmed(license_: License, condition: Condition, situation: Situation) -> bool:
    """Whether a live confirmation by a person covers the condition."""
    return any(
        c.license == license_.id
        and c.condition == condition.id
        and situation.as_of <= c.expires
        and c.artifact in (None, situation.artifact)
        for c in situation.confirmations
    )


def evidenced(license_: License, condition: Condition, situation: Situation) -> bool:
    """Whether a live agreement with the licensor covers the condition and every act needed."""
    return any(covers(a, license_.id, condition.id, situation) for a in situation.agreements)


def covers(agreement: Agreement, license_id: str, condition: str, situation: Situation) -> bool:
    """Whether one agreement is in term and speaks of this license or artifact, and of the acts."""
    start, end = agreement.term
    if not start <= situation.as_of <= end:
        return False
    about = license_id in agreement.licenses or situation.artifact in agreement.artifacts
    if not about or (agreement.conditions and condition not in agreement.conditions):
        return False
    return set(situation.actions) <= set(agreement.acts) or "*" in agreement.acts


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
