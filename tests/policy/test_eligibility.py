"""Who may, where, how many, for what: answered by the intent, or left open."""

from __future__ import annotations

import pytest

from licaudit.facts import Intent

from .build import ask, condition, license_


def users(at_least: bool = False, at: str | None = "2024-07-23"):
    return license_(
        "L",
        condition(
            "eligibility", "threshold", metric="monthly_users", value=700, at=at, at_least=at_least
        ),
        verdict="conditional",
    )


@pytest.mark.parametrize(
    ("given", "at_least", "outcome"),
    [
        ((("2024-07-23", 699),), False, "pass"),
        ((("2024-07-23", 700),), False, "pass"),
        ((("2024-07-23", 701),), False, "fail"),
        ((("2024-07-23", 699),), True, "pass"),
        ((("2024-07-23", 700),), True, "fail"),
        (None, False, "review"),
        ((), False, "review"),
        ((("2023-07-23", 1),), False, "review"),
        ((("2024-07", 1),), False, "pass"),
        ((("any_time", 701),), False, "fail"),
        ((("2024-07-01", 1), ("2024-07-31", 701)), False, "fail"),
    ],
)
def test_a_threshold_of_users(given, at_least: bool, outcome: str) -> None:
    assert ask(users(at_least), Intent(group_monthly_users=given))[0] == outcome


def test_at_any_time_the_largest_figure_counts() -> None:
    intent = Intent(group_monthly_users=(("2020-01", 1), ("2021-01", 900)))
    assert ask(users(at="any_time"), intent) == ("fail", ["eligibility_barred"])


@pytest.mark.parametrize(
    ("metric", "field", "value", "outcome"),
    [
        ("annual_revenue_usd", "annual_revenue_usd", 701, "fail"),
        ("annual_revenue_usd", "annual_revenue_usd", 700, "pass"),
        ("monthly_revenue_usd", "annual_revenue_usd", 8401, "fail"),
        ("monthly_revenue_usd", "annual_revenue_usd", 8400, "pass"),
        ("daily_users", "daily_users", 701, "fail"),
        ("daily_users", "monthly_visits", 1, "review"),
        ("stated_in_text", "daily_users", 1, "review"),
    ],
)
def test_other_thresholds(metric: str, field: str, value: int, outcome: str) -> None:
    item = license_(
        "L", condition("eligibility", "threshold", metric=metric, value=700), verdict="conditional"
    )
    assert ask(item, Intent(**{field: value}))[0] == outcome


def region(**more):
    return license_("L", condition("eligibility", "region", **more), verdict="conditional")


@pytest.mark.parametrize(
    ("terms", "intent", "outcome"),
    [
        ({"measured": "established", "exclude": ("EU",)}, {"established_in": "FR"}, "fail"),
        ({"measured": "established", "exclude": ("EU",)}, {"established_in": "EU"}, "fail"),
        ({"measured": "established", "exclude": ("EU",)}, {"established_in": "EEA"}, "fail"),
        ({"measured": "established", "exclude": ("EU",)}, {"established_in": "NO"}, "pass"),
        ({"measured": "established", "exclude": ("EEA",)}, {"established_in": "NO"}, "fail"),
        ({"measured": "established", "exclude": ("FR",)}, {"established_in": "EU"}, "fail"),
        (
            {"measured": "established", "exclude": ("EU",)},
            {"established_in": "CN", "users_in": ("DE",)},
            "pass",
        ),
        ({"measured": "established", "exclude": ("EU",)}, {"users_in": ("CN",)}, "review"),
        ({"measured": "users", "exclude": ("EU",)}, {"users_in": ("CN", "WORLD")}, "fail"),
        ({"measured": "users", "exclude": ("EU",)}, {"users_in": ()}, "pass"),
        ({"measured": "users", "only": ("EU",)}, {"users_in": ("FR", "DE")}, "pass"),
        ({"measured": "users", "only": ("EU",)}, {"users_in": ("FR", "CN")}, "fail"),
        ({"measured": "users", "only": ("EU",)}, {"users_in": ("EEA",)}, "fail"),
        (
            {"measured": "anywhere", "exclude": ("EU",)},
            {"established_in": "CN", "users_in": ("CN",)},
            "review",
        ),
        (
            {"measured": "anywhere", "exclude": ("EU",)},
            {"established_in": "CN", "users_in": ("CN",), "deployed_in": ("IE",)},
            "fail",
        ),
        (
            {"measured": "anywhere"},
            {"established_in": "CN", "users_in": ("CN",), "deployed_in": ("CN",)},
            "review",
        ),
        (
            {"measured": "established", "exclude": ("EU",), "modalities": ("multimodal",)},
            {"established_in": "FR"},
            "review",
        ),
        (
            {"measured": "established", "exclude": ("EU",), "modalities": ("multimodal",)},
            {"established_in": "FR", "modality": "multimodal"},
            "fail",
        ),
        (
            {"measured": "established", "exclude": ("EU",), "modalities": ("multimodal",)},
            {"established_in": "FR", "modality": "text"},
            "pass",
        ),
    ],
)
def test_a_region(terms: dict, intent: dict, outcome: str) -> None:
    assert ask(region(**terms), Intent(**intent))[0] == outcome


@pytest.mark.parametrize(
    ("fields", "given", "outcome"),
    [
        (("military",), None, "review"),
        (("military",), (), "pass"),
        (("military",), ("medical_advice",), "pass"),
        (("military",), ("military",), "fail"),
        ((), ("military",), "review"),
    ],
)
def test_a_field_of_use(fields, given, outcome: str) -> None:
    item = license_(
        "L", condition("eligibility", "field_of_use", fields=fields), verdict="conditional"
    )
    assert ask(item, Intent(restricted_fields=given))[0] == outcome


@pytest.mark.parametrize(
    ("terms", "intent", "outcome"),
    [
        ({"type_": "actor", "only": ("academic",)}, Intent(), "review"),
        ({"type_": "actor", "only": ("academic",)}, Intent(actor="academic"), "pass"),
        ({"type_": "actor", "only": ("academic",)}, Intent(actor="company"), "fail"),
        ({"type_": "actor", "exclude": ("company",)}, Intent(actor="company"), "fail"),
        ({"type_": "actor", "exclude": ("company",)}, Intent(actor="academic"), "pass"),
        ({"type_": "purpose", "only": ("research",)}, Intent(use="research"), "pass"),
        ({"type_": "purpose", "only": ("research",)}, Intent(use="internal"), "review"),
        ({"type_": "purpose", "only": ("research",)}, Intent(), "fail"),
        ({"type_": "purpose", "only": ("evaluation",)}, Intent(use="internal"), "pass"),
        (
            {"type_": "purpose", "only": ("non_commercial",)},
            Intent(use="internal", actor="academic"),
            "pass",
        ),
        ({"type_": "purpose", "exclude": ("commercial",)}, Intent(), "fail"),
        ({"type_": "purpose", "exclude": ("commercial",)}, Intent(use="research"), "pass"),
        ({"type_": "purpose"}, Intent(use="research"), "review"),
    ],
)
def test_an_actor_or_purpose(terms: dict, intent: Intent, outcome: str) -> None:
    item = license_("L", condition("eligibility", **terms), verdict="conditional")
    assert ask(item, intent)[0] == outcome


@pytest.mark.parametrize(
    ("trigger", "intent", "outcome"),
    [
        ("modify", Intent(modify=False), "pass"),
        ("modify", Intent(modify=True), "fail"),
        ("modify", Intent(), "review"),
        ("distribute", Intent(distribute=()), "pass"),
        ("distribute", Intent(distribute=("weights",)), "fail"),
        ("distribute", Intent(), "review"),
    ],
)
def test_a_bar_on_one_act(trigger: str, intent: Intent, outcome: str) -> None:
    bar = condition("eligibility", "purpose", trigger=(trigger,), only=("research",))
    assert ask(license_("L", bar, verdict="conditional"), intent)[0] == outcome
