"""Duties: triggered or not, shown by the tree or not, debated or not."""

from __future__ import annotations

from datetime import date

import pytest

from licaudit.facts import Confirmation, Intent, Location, Probe
from licaudit.policy.obligations import markers

from .build import ROOT, condition, license_, resolve

SHIPPED = Intent(distribute=("weights",), modify=True, train_on_outputs=False)
INSIDE = Intent(distribute=(), modify=False, train_on_outputs=False)


def probe(kind: str, value: str, digest: str | None = None, placed: bool = True) -> Probe:
    return Probe(ROOT, kind, value, Location("README.md", 4) if placed else None, digest)


def status(duty, *probes: Probe, intent: Intent = SHIPPED, relation=None, **more) -> tuple:
    found = resolve("L", [license_("L", duty)], intent, relation, probes, **more)
    (obligation,) = found.obligations
    return obligation.status, obligation.evidence


def reasons(duty, *probes: Probe, intent: Intent = SHIPPED, relation=None, **more) -> list[str]:
    found = resolve("L", [license_("L", duty)], intent, relation, probes, **more)
    return [r.code for r in found.reasons]


TEXT = condition("duty", "license_text", trigger=("distribute",))


@pytest.mark.parametrize(
    ("file", "license_id", "wanted"),
    [
        ("L", "L", "met"),
        (None, "L", "missing"),
        ("M", "L", "missing"),
        ("M AND L", "L", "met"),
        ("LL", "L", "missing"),
        ("GPL-3.0-only", "GPL-3.0-or-later", "met"),
        ("GPL-2.0-only", "GPL-3.0-or-later", "missing"),
    ],
)
def test_a_license_text_is_met_by_a_file_that_holds_it(file, license_id, wanted: str) -> None:
    probes = (probe("license_file", "LICENSE", file),) if file else ()
    (found,) = resolve(license_id, [license_(license_id, TEXT)], SHIPPED, probes=probes).obligations
    assert found.status == wanted
    assert found.evidence == (("README.md:4",) if wanted == "met" else ())


def test_a_text_is_owed_when_the_thing_is_shipped() -> None:
    assert status(TEXT, intent=INSIDE) == ("not_triggered", ())
    assert status(TEXT, intent=Intent(distribute=("code",)))[0] == "not_triggered"
    assert status(TEXT, intent=Intent())[0] == "not_triggered"
    assert reasons(TEXT) == ["duty_missing"]


def test_a_missing_duty_is_left_to_the_packs_that_count_it() -> None:
    found = resolve("L", [license_("L", TEXT)], SHIPPED)
    assert found.outcome == "pass"
    assert [r.outcome for r in found.reasons] == ["fail"]


PREFIX = condition("duty", "name_prefix", text="Llama 3 | Alpaca", trigger=("distribute_modified",))
INFIX = condition("duty", "name_contains", text="Llama", trigger=("distribute",))


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (("org/Llama-3-harbor",), "met"),
        (("org/LLAMA3",), "met"),
        (("alpaca_harbor",), "met"),
        (("harbor-llama-3",), "missing"),
        (("Llama-3-harbor", "harbor"), "missing"),
        (("Llama-2-harbor",), "missing"),
        ((), "manual"),
    ],
)
def test_every_name_a_model_goes_by_must_carry_the_prefix(names, wanted: str) -> None:
    assert status(PREFIX, *(probe("name", n) for n in names))[0] == wanted


def test_a_folders_name_counts_only_where_nothing_else_is_said() -> None:
    folder, card = probe("name", "checkout", placed=False), probe("name", "Llama-3-harbor")
    assert status(PREFIX, folder)[0] == "missing"
    assert status(PREFIX, folder, card)[0] == "met"


def test_a_name_may_have_to_hold_a_word_anywhere() -> None:
    assert status(INFIX, probe("name", "harbor-llama"))[0] == "met"
    assert status(INFIX, probe("name", "harbor"))[0] == "missing"


LINE = condition(
    "duty", "display", text="Built with Qwen |  Improved  using Qwen", trigger=("distribute",)
)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("built with qwen", "met"),
        ("improved using qwen", "met"),
        ("built with", "missing"),
        (None, "missing"),
    ],
)
def test_any_of_the_mandated_lines_will_do(line: str | None, wanted: str) -> None:
    probes = (probe("text_marker", line),) if line else ()
    assert status(LINE, *probes)[0] == wanted


def test_the_lines_to_look_for_are_those_of_the_duties() -> None:
    assert markers([license_("L", LINE, TEXT)]) == ("built with qwen", "improved using qwen")


def test_a_notice_without_words_is_owed_where_one_came_along() -> None:
    notice = condition("duty", "notice", trigger=("distribute",))
    assert status(notice)[0] == "not_triggered"
    assert status(notice, probe("notice_file", "NOTICE")) == ("met", ("README.md:4",))
    assert status(notice, relation="fine_tuned_from")[0] == "manual"


def test_a_duty_that_no_probe_shows_is_for_a_person() -> None:
    changes = condition("duty", "state_changes", trigger=("distribute_modified",))
    assert status(changes)[0] == "manual"
    assert reasons(changes) == ["duty_manual"]
    said = Confirmation("L", "c", "me", date(2027, 1, 1))
    assert status(changes, confirmations=(said,)) == ("met", ("confirmation",))
    late = Confirmation("L", "c", "me", date(2026, 1, 1))
    assert status(changes, confirmations=(late,))[0] == "manual"


@pytest.mark.parametrize(
    ("users", "at_least", "wanted"),
    [
        (99, False, "not_triggered"),
        (100, False, "not_triggered"),
        (100, True, "missing"),
        (101, False, "missing"),
        (None, False, "missing"),
    ],
)
def test_a_duty_that_begins_at_a_size(users, at_least: bool, wanted: str) -> None:
    duty = condition(
        "duty",
        "display",
        text="Kimi",
        metric="daily_users",
        value=100,
        at_least=at_least,
        trigger=("distribute",),
    )
    intent = Intent(distribute=("weights",), daily_users=users)
    assert status(duty, intent=intent)[0] == wanted


SOURCE = condition("duty", "source", trigger=("distribute",))
NETWORK = condition("duty", "network_source", trigger=("serve_modified",))


def test_a_reciprocal_duty_is_open_while_the_intent_does_not_say() -> None:
    assert reasons(SOURCE, intent=Intent()) == ["duty_open"]
    assert resolve("L", [license_("L", SOURCE)]).outcome == "review"
    assert reasons(SOURCE, intent=INSIDE) == []
    assert reasons(SOURCE) == ["duty_manual"]


def test_a_reciprocal_duty_confirmed_is_no_question() -> None:
    said = Confirmation("L", "c", "me", date(2027, 1, 1))
    assert reasons(SOURCE, intent=Intent(), confirmations=(said,)) == []


@pytest.mark.parametrize(
    ("intent", "wanted"),
    [
        (Intent(), ["duty_open"]),
        (Intent(distribute=("service",)), ["duty_open"]),
        (Intent(modify=True), ["duty_open"]),
        (Intent(distribute=("service",), modify=True), ["duty_manual"]),
        (Intent(distribute=("service",), modify=False), []),
        (Intent(distribute=("weights",), modify=True), []),
        (Intent(distribute=()), []),
    ],
)
def test_source_over_a_network_needs_both_a_change_and_a_service(intent, wanted) -> None:
    assert reasons(NETWORK, intent=intent) == wanted


SHARE = condition("duty", "share_alike", trigger=("distribute",))
DEBATED = {"use_limits": None, "share_alike": "dataset-share-alike-into-weights"}


@pytest.mark.parametrize(
    ("intent", "wanted"),
    [
        (SHIPPED, ["debated:dataset-share-alike-into-weights"]),
        (Intent(), ["debated:dataset-share-alike-into-weights"]),
        (INSIDE, []),
    ],
)
def test_a_debated_duty_is_a_question_as_long_as_something_may_be_shipped(intent, wanted) -> None:
    found = resolve("L", [license_("L", SHARE)], intent, "trained_on", carried=DEBATED)
    assert [r.code for r in found.reasons] == wanted
    assert found.obligations == ()
    assert found.outcome == ("review" if wanted else "pass")


def test_a_debated_naming_duty_is_a_question_unless_the_name_meets_it() -> None:
    carried = {"use_limits": None, "naming": "distillation-is-derivation"}
    more = {"relation": "distilled_from", "carried": carried}
    assert reasons(INFIX, probe("name", "harbor"), **more) == ["debated:distillation-is-derivation"]
    assert reasons(INFIX, probe("name", "llama-harbor"), **more) == []


def test_a_term_that_does_not_reach_here_owes_nothing() -> None:
    found = resolve(
        "L", [license_("L", SHARE, TEXT)], SHIPPED, "trained_on", carried={"use_limits": None}
    )
    assert found.obligations == ()
    assert found.outcome == "pass"


def test_where_limits_do_not_reach_only_the_duties_that_do_are_judged() -> None:
    closed = license_("L", SHARE, verdict="prohibited")
    found = resolve("L", [closed], SHIPPED, "trained_on", carried={"share_alike": "q"})
    assert (found.outcome, [r.code for r in found.reasons]) == ("review", ["debated:q"])
