"""What the user can show: agreements that cover an act, confirmations of a condition."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from licaudit.facts import Agreement, Confirmation, Intent

from .build import DAY, ROOT, ask, condition, license_, resolve

LIVE, OVER = (date(2024, 1, 1), DAY), (date(2024, 1, 1), DAY - timedelta(days=1))
USERS = license_(
    "L",
    condition("eligibility", "threshold", metric="monthly_users", value=700, at="2024-07-23"),
    verdict="conditional",
)
SIGNED = license_("L", condition("precondition", "sign"), verdict="conditional")


def agreement(acts_: tuple[str, ...] = ("use",), term=LIVE, **more) -> Agreement:
    return Agreement("a", "us", acts_, term, **{"licenses": ("L",), **more})


def confirmation(expires: date = DAY, condition_: str = "c", **more) -> Confirmation:
    return Confirmation(more.pop("license", "L"), condition_, "me", expires, **more)


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        (agreement(), "pass"),
        (agreement(("*",)), "pass"),
        (agreement(term=OVER), "review"),
        (agreement(term=(DAY, DAY)), "pass"),
        (agreement(term=(DAY + timedelta(days=1), date(2030, 1, 1))), "review"),
        (agreement(("train",)), "review"),
        (agreement(licenses=("M",)), "review"),
        (agreement(licenses=(), artifacts=(ROOT,)), "pass"),
        (agreement(conditions=("c",)), "pass"),
        (agreement(conditions=("d",)), "review"),
        (agreement(survives="trained_model", term=OVER), "review"),
    ],
)
def test_a_precondition_passes_only_when_evidenced(evidence: Agreement, outcome: str) -> None:
    assert ask(SIGNED, agreements=(evidence,))[0] == outcome


def test_an_agreement_must_cover_every_act_the_condition_concerns() -> None:
    shipped = Intent(distribute=("weights",))
    assert ask(SIGNED, shipped, agreements=(agreement(),))[0] == "review"
    assert ask(SIGNED, shipped, agreements=(agreement(("use", "distribute")),))[0] == "pass"
    of_use = license_(
        "L", condition("precondition", "sign", actions=("use",)), verdict="conditional"
    )
    found = ask(of_use, Intent(distribute=()), agreements=(agreement(),))
    assert "precondition_open" not in found[1]


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (confirmation(), "pass"),
        (confirmation(DAY - timedelta(days=1)), "review"),
        (confirmation(condition_="d"), "review"),
        (confirmation(license="M"), "review"),
        (confirmation(artifact=ROOT), "pass"),
        (confirmation(artifact="elsewhere"), "review"),
    ],
)
def test_a_confirmation_is_a_persons_word_until_a_day(said: Confirmation, outcome: str) -> None:
    assert ask(SIGNED, confirmations=(said,))[0] == outcome


def test_a_confirmation_answers_a_question_and_never_outweighs_the_intent() -> None:
    said = (confirmation(),)
    assert ask(USERS, confirmations=said)[0] == "pass"
    above = Intent(group_monthly_users=(("2024-07-23", 800),))
    assert ask(USERS, above, confirmations=said)[0] == "fail"
    assert ask(USERS, above, agreements=(agreement(("*",)),))[0] == "pass"


def test_an_agreement_buys_an_act_but_only_the_act_it_names() -> None:
    closed = license_(verdict="prohibited")
    inside = Intent(distribute=(), modify=False, train_on_outputs=False)
    shipped = Intent(distribute=("weights",), modify=False, train_on_outputs=False)
    assert ask(closed, inside, agreements=(agreement(),))[0] == "pass"
    assert ask(closed, agreements=(agreement(),)) == ("review", ["act_open"])
    assert ask(closed, shipped, agreements=(agreement(),))[0] == "fail"
    assert ask(closed, shipped, agreements=(agreement(("use", "distribute_weights")),))[0] == "pass"
    assert ask(closed, shipped, agreements=(agreement(("use", "distribute_data")),))[0] == "fail"
    assert ask(closed, inside, agreements=(agreement(conditions=("c",)),))[0] == "fail"


@pytest.mark.parametrize(
    ("intent", "outcome"),
    [
        (Intent(deployed_in=("CN",), users_in=("CN",)), "pass"),
        (Intent(deployed_in=("CN",), users_in=("CN", "FR")), "review"),
        (Intent(deployed_in=("CN",)), "review"),
    ],
)
def test_an_agreement_holds_in_its_territory(intent: Intent, outcome: str) -> None:
    assert ask(SIGNED, intent, agreements=(agreement(territory=("CN",)),))[0] == outcome


@pytest.mark.parametrize(
    ("term", "survives", "train", "outcome"),
    [
        (LIVE, None, None, "pass"),
        (OVER, None, None, "fail"),
        (OVER, "nothing", None, "fail"),
        (OVER, "trained_model", None, "pass"),
        (OVER, "trained_model", True, "fail"),
        (LIVE, None, True, "pass"),
    ],
)
def test_what_was_trained_under_a_contract_outlives_it_where_it_says_so(
    term, survives, train, outcome: str
) -> None:
    bought = agreement(("train", "distribute_weights"), term, survives=survives)
    closed = license_(verdict="prohibited")
    found = resolve("L", [closed], Intent(train=train), "trained_on", agreements=(bought,))
    assert found.outcome == outcome
    notes = [r.code for r in found.reasons if r.outcome == "pass"]
    assert notes == (["agreement_survives"] if outcome == "pass" and term == OVER else [])


def test_survival_is_for_data_that_was_learnt_from_only() -> None:
    bought = agreement(("*",), OVER, survives="trained_model")
    closed = license_(verdict="prohibited")
    for relation in (None, "fine_tuned_from", "contains"):
        assert resolve("L", [closed], relation=relation, agreements=(bought,)).outcome == "fail"
