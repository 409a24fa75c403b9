"""Who may use it, where, how large, for what: conditions answered by the intent or left open."""

from __future__ import annotations

from typing import Any

from licaudit.facts import Condition, Intent, License, Outcome, Reason, worst
from licaudit.policy import acts
from licaudit.policy.agreements import confirmed, evidenced
from licaudit.policy.regions import inside, overlaps
from licaudit.policy.situation import Situation

_METRICS = {
    "daily_users": "daily_users",
    "monthly_visits": "monthly_visits",
    "annual_revenue_usd": "annual_revenue_usd",
    "monthly_output_tokens": "monthly_output_tokens",
}


def eligibility(license_: License, condition: Condition, situation: Situation) -> Reason | None:
    """A question, a bar, or None when the condition is met.

    A person's confirmation answers what the intent leaves open; it never outweighs what the
    intent says. Only an agreement with the licensor does.
    """
    if evidenced(license_, condition, situation):
        return None
    outcome = _outcome(condition, situation)
    if outcome == "review" and confirmed(license_, condition, situation):
        return None
    if outcome == "pass":
        return None
    code = "eligibility_open" if outcome == "review" else "eligibility_barred"
    return Reason(
        outcome, code, condition.summary, license_.id, condition.clause, condition=condition.id
    )


def _outcome(condition: Condition, situation: Situation) -> Outcome:
    if condition.trigger:
        return _barred_act(condition, situation)
    if condition.type == "purpose" and "computational" in condition.only:
        # Training and analysing are what "computational use" means; using it otherwise is open.
        computes = set(situation.actions) <= {"use", "train", "modify"}
        return "pass" if computes and situation.part == "data" else "review"
    judge: Any = {
        "threshold": _threshold,
        "region": _region,
        "field_of_use": _field,
        "actor": _actor,
        "purpose": _purpose,
    }[condition.type]
    outcome: Outcome = judge(condition, situation.intent)
    return outcome


def _barred_act(condition: Condition, situation: Situation) -> Outcome:
    """A bar on one act (sharing a changed copy): open while the intent does not say."""
    hit = acts.triggered(condition, situation.intent, situation.part, situation.relation)
    return "review" if hit is None else ("fail" if hit else "pass")


def _threshold(condition: Condition, intent: Intent) -> Outcome:
    beyond = exceeded(condition, intent)
    return "review" if beyond is None else ("fail" if beyond else "pass")


def exceeded(condition: Condition, intent: Intent) -> bool | None:
    """Whether the intent's figure lies beyond a threshold; None when either is not known."""
    value = measure(condition, intent)
    if value is None or condition.value is None:
        return None
    return value >= condition.value if condition.at_least else value > condition.value


def measure(condition: Condition, intent: Intent) -> int | None:
    """The figure of the intent that a threshold asks for, or None when it was not said."""
    if condition.metric == "monthly_users":
        return _users(condition.at, intent.group_monthly_users)
    if condition.metric == "monthly_revenue_usd" and intent.annual_revenue_usd is not None:
        return -(-intent.annual_revenue_usd // 12)  # rounded up: a little over is over
    name = _METRICS.get(condition.metric or "")
    found: int | None = getattr(intent, name) if name else None
    return found


def _users(at: str | None, users: tuple[tuple[str, int], ...] | None) -> int | None:
    """Users at the date the clause names; at any time the largest figure counts."""
    if not users:
        return None
    if at is None or at == "any_time":
        return max(count for _, count in users)
    # The figure of that month, or an undated one; another month's figure is no answer.
    same = [count for day, count in users if day == "any_time" or day[:7] == at[:7]]
    return max(same) if same else None


def _region(condition: Condition, intent: Intent) -> Outcome:
    if not condition.exclude and not condition.only:
        return "review"  # limited, but nobody wrote down where to
    named: dict[str, tuple[str, ...] | None] = {
        "established": (intent.established_in,) if intent.established_in else None,
        "users": intent.users_in,
        "deployed": intent.deployed_in,
        "trained": intent.trained_in,
    }
    anywhere = ("established", "users", "deployed")
    wanted = (condition.measured,) if condition.measured in named else anywhere
    outcomes = [_places(condition, named[str(name)]) for name in wanted]
    if condition.modalities and intent.modality is None:
        outcomes = ["review" if o == "fail" else o for o in outcomes]
    return worst(outcomes)


def _places(condition: Condition, places: tuple[str, ...] | None) -> Outcome:
    if places is None:
        return "review"
    if any(overlaps(place, condition.exclude) for place in places):
        return "fail"
    outside = condition.only and not all(inside(place, condition.only) for place in places)
    return "fail" if outside else "pass"


def _field(condition: Condition, intent: Intent) -> Outcome:
    if intent.restricted_fields is None or (intent.restricted_fields and not condition.fields):
        return "review"
    return "fail" if set(intent.restricted_fields) & set(condition.fields) else "pass"


def _actor(condition: Condition, intent: Intent) -> Outcome:
    if intent.actor is None:
        return "review"
    allowed = not condition.only or intent.actor in condition.only
    return "pass" if allowed and intent.actor not in condition.exclude else "fail"


def _purpose(condition: Condition, intent: Intent) -> Outcome:
    said = {
        "research": {"research", "non_commercial"},
        "internal": {"internal", "evaluation"},
        "commercial": {"commercial"},
    }[intent.use]
    if acts.purpose(intent) == "non_commercial":
        said.add("non_commercial")
    if condition.only:
        if intent.use == "commercial" and "commercial" not in condition.only:
            return "fail"
        return "pass" if said & set(condition.only) else "review"
    if condition.exclude:
        return "fail" if said & set(condition.exclude) else "pass"
    return "review"
