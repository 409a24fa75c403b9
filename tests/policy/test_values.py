"""What conditions see: every field is filled under its own name, with words that are declared."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args, get_type_hints

import pytest

from licaudit.facts import (
    CONDITION_KINDS,
    Artifact,
    Gap,
    Intent,
    License,
    Location,
    ObligationStatus,
    Probe,
    Rung,
)
from licaudit.facts.judgement import Distribution
from licaudit.licenses.conflicts import Conflict
from licaudit.policy.fields import ENUMS, MESSAGES
from licaudit.policy.messages import build_pool, copied, fill, misfit
from licaudit.policy.project import Project, SourceNote
from licaudit.policy.subjects import Subject, build_subjects
from licaudit.policy.values import intent_values, subject_values

from .build import ROOT, Work, claim

DATA = "pkg:generic/corpus"
SHIPS = Intent(
    distribute=("weights", "code"),
    modify=True,
    release_as="MIT",
    group_monthly_users=(("2024-01-01", 5), ("2025-01-01", 9)),
    daily_users=3,
    users_in=("CN",),
    restricted_fields=(),
)


def rich() -> tuple[Subject, ...]:
    """A work of which every field of a subject says something somewhere."""
    made = Work().under("Apache-2.0", narrows="non_commercial")
    made.came_from(DATA, "trained_on", "CC-BY-NC-4.0", kind="dataset")
    made.came_from("pkg:generic/gen", "generated_by", "GPL-3.0-only", source=DATA)
    made.came_from("pkg:generic/lib", "depends_on", None, kind="package")
    made.came_from("pkg:generic/base", "fine_tuned_from", "CC-BY-NC-4.0")
    made.artifacts[DATA] = Artifact(DATA, "dataset", "corpus", channel="user_input")
    made.under(None, "data:content", DATA, narrows="no_ownership")
    made.open.add(made.claims[0].id)
    made.gaps.append(Gap(DATA, "unreadable", "a file"))
    made.gaps.append(Gap(ROOT, "skipped", "another", blocks=False))
    made.probes.append(Probe(DATA, "record", "docs/terms.pdf", Location("docs/terms.pdf"), "d"))
    made.probes.append(Probe(DATA, "reserved", "https://a.example/x", Location("l"), None, "r"))
    made.probes.append(Probe(ROOT, "unnamed_use", "pkg:generic/lib"))
    note = SourceNote(DATA, "user_input", "c-9", ("docs/terms.pdf",), terms_version="2")
    case = made.case(Project(sources=(note,)))
    sides = (claim(ROOT, "weights", "MIT"), claim(ROOT, "weights", "GPL-3.0-only"))
    conflict = Conflict("weights", *sides, "hubs", ())  # type: ignore[arg-type]
    known = {**case.claims, **{c.id: c for c in sides}}
    return build_subjects(replace(case, claims=known, conflicts=(conflict,)), SHIPS)


def test_every_field_of_a_subject_is_filled_by_its_name_and_fits() -> None:
    filled: set[str] = set()
    for subject in rich():
        values = subject_values(subject)
        assert set(values) == set(MESSAGES["Subject"])
        assert misfit("Subject", {k: v for k, v in values.items() if v is not None}) is None
        for field, kind in MESSAGES["Subject"].items():
            inner = MESSAGES.get(kind.removesuffix("[]"))
            for item in values[field] if inner else ():
                assert set(item) == set(inner or ()), field
            if values[field] not in (None, "", [], False, 0):
                filled.add(field)
    assert filled == set(MESSAGES["Subject"])


def test_every_field_of_an_intent_is_filled_by_its_name() -> None:
    values = intent_values(SHIPS)
    assert set(values) == set(MESSAGES["Intent"])
    assert misfit("Intent", {k: v for k, v in values.items() if v not in (None, "")}) is None
    assert (values["monthly_users"], values["daily_users"]) == (9, 3)
    assert (values["distribution_known"], values["fields_known"]) == (True, True)
    unsaid = intent_values(Intent())
    assert (unsaid["distribution_known"], unsaid["fields_known"]) == (False, False)
    assert unsaid["monthly_users"] is None
    assert unsaid["commercial"]
    assert not intent_values(Intent(use="research"))["commercial"]


HINTS = get_type_hints(License)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Status", get_args(ObligationStatus)),
        ("Form", get_args(Distribution)),
        ("Rung", get_args(Rung)),
        ("Basis", get_args(HINTS["basis"])),
        ("Confidence", get_args(HINTS["confidence"])),
        ("Binds", get_args(HINTS["binds"])),
        ("Duties", tuple(CONDITION_KINDS["duty"])),
        ("Fit", ("yes", "review", "no")),
        ("Document", ("none", "shown", "differs")),
        ("Part", ("code", "weights", "data", "document")),
    ],
)
def test_a_vocabulary_of_conditions_is_that_of_the_facts(name: str, words: tuple[str]) -> None:
    assert set(ENUMS[name]) == set(words)


def test_a_message_is_the_same_in_another_pool() -> None:
    one, other = build_pool({}), build_pool({"words": "string[]", "most": "int"})
    for subject in rich():
        message = fill(one, "Subject", subject_values(subject))
        assert str(copied(other, "Subject", message.SerializeToString())) == str(message)


def test_what_is_absent_is_told_from_zero() -> None:
    pool = build_pool({})
    none, zero = (fill(pool, "Intent", {"daily_users": n}) for n in (None, 0))
    assert not none.HasField("daily_users")
    assert zero.HasField("daily_users")
    assert zero.daily_users.value == 0
    assert fill(pool, "Subject", {"kind": "model"}).kind == 1 + ENUMS["Kind"].index("model")
    assert fill(pool, "Subject", {"kind": "moodel"}).kind == 0


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"nmae": "x"}, "`nmae` is no field of Subject"),
        ({"kind": "moodel"}, "`moodel` is no Kind"),
        ({"claims": "c1"}, "`claims` is a list"),
        ({"name": ["x"]}, "`name` is no list"),
        ({"root": 1}, "`root` takes a bool, not `1`"),
        ({"distance": True}, "`distance` takes a int, not `True`"),
        ({"gaps": [{"reason": "x", "blokcs": True}]}, "gaps: `blokcs` is no field of Gap"),
        ({"gaps": [{"reason": "x", "blocks": True}], "name": "y"}, None),
    ],
)
def test_what_no_message_can_hold_is_told(values: dict[str, object], says: str | None) -> None:
    assert misfit("Subject", values) == says


def test_what_is_in_the_tree_is_told_from_what_it_came_from() -> None:
    found = {s.artifact.id: subject_values(s) for s in rich()}
    assert found[ROOT]["in_tree"]
    assert found[ROOT]["root"]
    assert not found[DATA]["in_tree"]
    assert not found[DATA]["root"]
    assert (found[ROOT]["distance"], found[DATA]["distance"]) == (0, 1)
    assert found["pkg:generic/gen"]["distance"] == 2
    assert found["pkg:generic/lib"]["unnamed"]
    assert not found[DATA]["unnamed"]
