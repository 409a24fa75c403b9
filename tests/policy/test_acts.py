"""Which acts an intent needs, and which triggers of a duty it meets, here and upstream."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from licaudit.facts import Agreement, Intent
from licaudit.policy.acts import acts, family, purpose, triggered, unsaid
from licaudit.policy.agreements import speaks_of, state

from .build import ROOT, condition, situation
from .test_positions import OURS

SHIPS = Intent(distribute=("weights",), modify=True, train_on_outputs=False)
KEEPS = Intent(distribute=(), modify=False, train_on_outputs=False)
UNSAID = Intent()


@pytest.mark.parametrize(
    ("trigger", "relation", "intent", "hit"),
    [
        ("modify", None, SHIPS, True),
        ("modify", None, KEEPS, False),
        ("modify", None, UNSAID, None),
        ("modify", "fine_tuned_from", KEEPS, True),
        ("modify", "trained_on", SHIPS, None),
        ("modify", "generated_by", SHIPS, False),
        ("distribute", None, SHIPS, True),
        ("distribute", "trained_on", SHIPS, False),
        ("distribute", "trained_on", replace(SHIPS, distribute=("data",)), True),
        ("distribute", "trained_on", UNSAID, None),
        ("distribute_modified", "merged_from", SHIPS, True),
        ("distribute_modified", "contains", replace(SHIPS, modify=False), False),
        ("distribute_modified", "contains", replace(SHIPS, modify=None), None),
        ("serve", None, SHIPS, False),
        ("serve", None, replace(SHIPS, distribute=("service",)), True),
        ("serve_modified", None, replace(SHIPS, distribute=("service",)), True),
        ("train", "trained_on", KEEPS, True),
        ("train", "distilled_from", KEEPS, True),
        ("train", "fine_tuned_from", KEEPS, False),
        ("train_on_outputs", "generated_by", KEEPS, True),
        ("train_on_outputs", "distilled_from", KEEPS, True),
        ("train_on_outputs", "fine_tuned_from", KEEPS, False),
        ("train_on_outputs", None, UNSAID, None),
        ("publish", None, SHIPS, None),
        ("use", None, KEEPS, True),
    ],
)
def test_a_trigger_is_met_not_met_or_open(trigger, relation, intent, hit) -> None:
    duty = condition("duty", "notice", trigger=(trigger,))
    assert triggered(duty, intent, "weights", relation) is hit


@pytest.mark.parametrize(
    ("altered", "licensee", "word"),
    [
        (frozenset(), "Us Ltd", "live"),
        (frozenset({"v-17"}), "Us Ltd", "uncovered"),
        (frozenset(), "Them", "uncovered"),
        (frozenset({"v-18"}), None, "live"),
    ],
)
def test_a_contract_of_others_or_altered_covers_nothing(altered, licensee, word) -> None:
    where = situation(Intent(licensee=licensee), altered=altered)
    assert state(OURS, where) == word


SERVES = replace(SHIPS, distribute=("weights", "service"))
SHIPS_CODE = replace(SHIPS, distribute=("code", "service"))
TOLD = Intent(distribute=("weights", "service"), modify=True, train=True, train_on_outputs=True)


@pytest.mark.parametrize(
    ("part", "relation", "intent", "needed"),
    [
        ("weights", None, KEEPS, {"use"}),
        ("weights", None, TOLD, {"use", "modify", "distribute", "serve", "train_on_outputs"}),
        ("code", None, TOLD, {"use", "modify", "serve"}),
        ("data", None, TOLD, {"use", "modify", "train"}),
        ("data", None, replace(KEEPS, train=False), {"use"}),
        ("data", None, UNSAID, {"use", "train"}),
        ("weights", "trained_on", KEEPS, {"use", "train"}),
        ("weights", "trained_on", SERVES, {"use", "train"}),
        ("weights", "generated_by", KEEPS, {"use_outputs", "train_on_outputs"}),
        ("weights", "annotated_by", SHIPS, {"use_outputs", "train_on_outputs"}),
        ("weights", "distilled_from", KEEPS, {"use", "train", "train_on_outputs", "modify"}),
        ("weights", "fine_tuned_from", KEEPS, {"use", "modify"}),
        ("weights", "contains", SHIPS, {"use", "distribute"}),
        ("code", "contains", SHIPS, {"use"}),
        ("code", "depends_on", SHIPS_CODE, {"use", "distribute", "serve"}),
        ("data", "contains", replace(SHIPS, distribute=("service", "data")), {"use", "distribute"}),
    ],
)  # fmt: skip
def test_the_acts_that_need_permission(part, relation, intent, needed) -> None:
    found = acts(intent, part, relation)
    assert set(found) == needed
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("part", "relation", "intent", "open_"),
    [
        ("weights", None, UNSAID, {"distribute", "serve", "modify", "train_on_outputs"}),
        ("data", None, UNSAID, {"distribute", "modify"}),
        ("code", None, UNSAID, {"distribute", "serve", "modify"}),
        ("weights", None, SHIPS, set()),
        ("weights", "trained_on", UNSAID, set()),
        ("weights", "generated_by", UNSAID, set()),
        ("weights", "fine_tuned_from", UNSAID, {"distribute", "serve", "train_on_outputs"}),
        ("weights", "distilled_from", UNSAID, {"distribute", "serve"}),
        ("code", "depends_on", replace(SHIPS, distribute=None), {"distribute", "serve"}),
    ],
)
def test_the_acts_an_intent_leaves_open(part, relation, intent, open_) -> None:
    assert set(unsaid(intent, part, relation)) == open_


@pytest.mark.parametrize(
    ("hits", "met"),
    [
        (("distribute", "serve"), True),
        (("serve", "publish"), None),
        (("publish", "distribute"), True),
        (("serve",), False),
        ((), False),
    ],
)
def test_one_trigger_that_happens_is_enough(hits, met) -> None:
    assert triggered(condition("duty", "notice", trigger=hits), SHIPS, "weights", None) is met


@pytest.mark.parametrize(
    ("use", "actor", "commercial"),
    [
        ("commercial", None, True),
        ("research", "company", False),
        ("internal", "company", True),
        ("internal", None, True),
        ("internal", "government", True),
        ("internal", "individual", False),
        ("internal", "academic", False),
        ("internal", "nonprofit", False),
        ("commercial", "academic", True),
    ],
)
def test_whose_use_is_commercial(use, actor, commercial) -> None:
    assert (purpose(Intent(use=use, actor=actor)) == "commercial") is commercial


@pytest.mark.parametrize(
    ("scope", "part"),
    [
        ("data:collection", "data"),
        ("subset:en", "data"),
        ("checkpoint:small", "weights"),
        ("folder:lib", "code"),
        ("document", "document"),
        ("code", "code"),
    ],
)
def test_the_part_a_scope_belongs_to(scope, part) -> None:
    assert family(scope) == part


@pytest.mark.parametrize(
    ("change", "licenses", "word"),
    [
        ({}, ["L"], "covers"),
        ({}, ["M"], "no"),
        ({"artifacts": (ROOT,)}, ["M"], "covers"),
        ({"acts": ("serve",)}, ["L"], "no"),
        ({"territory": ("US",)}, ["L"], "elsewhere"),
        ({"term": (date(2020, 1, 1), date(2021, 1, 1))}, ["L"], "no"),
        ({"term": (date(2027, 1, 1), date(2028, 1, 1))}, ["L"], "no"),
    ],
)
def test_what_an_agreement_does_for_a_license(change, licenses, word) -> None:
    term = (date(2025, 1, 1), date(2027, 1, 1))
    item = Agreement("a-1", "Us", ("*",), term, licenses=("L",))
    item = replace(item, **change)
    here = situation(Intent(deployed_in=("CN",), users_in=("CN",)), agreements=(item,))
    assert speaks_of(item, licenses, here) == word
