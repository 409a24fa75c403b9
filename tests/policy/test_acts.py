"""Which triggers of a duty an intent meets, for the work itself and for what it came from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from licaudit.facts import Intent
from licaudit.policy.acts import triggered
from licaudit.policy.agreements import state

from .build import condition, situation
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
