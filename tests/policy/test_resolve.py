"""One license against one intent: what is permitted, barred, asked, and who may say otherwise."""

from __future__ import annotations

import pytest

from licaudit.facts import Grant, Intent, Reason
from licaudit.policy import acts

from .build import ALL, ask, grants, license_, resolve

RESEARCH = Intent(use="research")


@pytest.mark.parametrize(
    ("verdict", "outcome", "codes"),
    [
        ("permitted", "pass", []),
        ("covered", "pass", []),
        ("silent", "review", ["act_silent"]),
        ("unknown", "review", ["act_unknown"]),
        ("prohibited", "fail", ["act_prohibited"]),
    ],
)
def test_a_grant_decides(verdict: str, outcome: str, codes: list[str]) -> None:
    assert ask(license_(verdict=verdict)) == (outcome, codes)


def test_an_act_without_a_line_is_silent_and_of_an_unread_text_unknown() -> None:
    assert ask(license_(grants=())) == ("review", ["act_silent"])
    unread = ask(license_(grants=(), confidence="low"))
    assert unread == ("review", ["act_unknown", "terms_low_confidence"])


def test_only_if_without_an_if_is_no_permission() -> None:
    assert ask(license_(verdict="conditional")) == ("review", ["act_unknown"])


def test_the_worst_of_the_acts_needed_counts() -> None:
    item = license_(
        grants=(Grant(("use",), "permitted", "1"), Grant(("serve",), "prohibited", "2"))
    )
    assert ask(item, Intent(distribute=("weights",), train_on_outputs=False, modify=False)) == (
        "review",
        ["act_silent"],
    )
    assert ask(item, Intent(distribute=("service",)))[0] == "fail"


@pytest.mark.parametrize(
    ("intent", "found"),
    [
        (Intent(), ("review", ["act_open"])),
        (Intent(modify=True), ("fail", ["act_prohibited"])),
        (Intent(modify=False), ("pass", [])),
    ],
)
def test_a_prohibited_act_that_the_intent_does_not_mention_is_a_question(
    intent: Intent, found: tuple[str, list[str]]
) -> None:
    free = tuple(a for a in ALL if a != "modify")
    item = license_(grants=(Grant(free, "permitted", "1"), Grant(("modify",), "prohibited", "2")))
    assert ask(item, intent) == found


@pytest.mark.parametrize(
    ("use", "actor", "purpose"),
    [
        ("commercial", None, "commercial"),
        ("research", "company", "non_commercial"),
        ("internal", None, "commercial"),
        ("internal", "company", "commercial"),
        ("internal", "government", "commercial"),
        ("internal", "academic", "non_commercial"),
        ("internal", "individual", "non_commercial"),
        ("internal", "nonprofit", "non_commercial"),
    ],
)
def test_internal_use_is_commercial_unless_the_actor_is_not(use, actor, purpose) -> None:
    assert acts.purpose(Intent(use=use, actor=actor)) == purpose


def test_distilling_is_training_on_outputs() -> None:
    free = tuple(a for a in ALL if a != "train_on_outputs")
    item = license_(
        grants=(Grant(free, "permitted", "1"), Grant(("train_on_outputs",), "prohibited", "2"))
    )
    quiet = Intent(train_on_outputs=False)
    assert resolve("L", [item], quiet, "distilled_from").outcome == "fail"
    assert resolve("L", [item], quiet, "fine_tuned_from").outcome == "pass"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"confidence": "low"}, "terms_low_confidence"),
        ({"basis": "category"}, "terms_by_category"),
        ({"basis": "category", "osi_approved": True}, None),
    ],
)
def test_terms_half_known_are_capped_at_review(more: dict, code: str | None) -> None:
    assert ask(license_(**more)) == (("review", [code]) if code else ("pass", []))


def test_a_prohibition_half_known_still_fails() -> None:
    assert ask(license_(confidence="low", verdict="prohibited"))[0] == "fail"


def test_a_statement_narrows_what_the_license_permits() -> None:
    said = license_(
        "LicenseRef-licaudit-statement-non-commercial",
        grants=(grants("prohibited", ("commercial",)), grants("permitted", ("non_commercial",))),
        family="statement",
    )
    both = [license_("MIT"), said]
    expression = f"MIT AND {said.id}"
    assert resolve(expression, both).outcome == "fail"
    assert resolve(expression, both, RESEARCH).outcome == "pass"
    (reason,) = resolve(expression, both).reasons
    assert isinstance(reason, Reason)
    assert reason.clause is None
    assert reason.message.en.startswith("A sentence in the text (“non-commercial use only”)")
    assert reason.message.zh.startswith("文中语句（“仅限非商业用途”）")
