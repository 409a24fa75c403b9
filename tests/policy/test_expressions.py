"""OR is its best branch, AND its worst; what nobody knows wins nothing."""

from __future__ import annotations

from licaudit.facts import Intent, Resolution
from licaudit.policy.expressions import conjuncts, leaves

from .build import condition, license_, resolve

PASS, FAIL = license_("P"), license_("F", verdict="prohibited")
ASK = license_("Q", verdict="silent")
COPY = license_("C", condition("duty", "license_text", trigger=("distribute",)))
ALL = (PASS, FAIL, ASK, COPY)


def outcome(expression: str) -> str:
    return resolve(expression, ALL).outcome


def test_or_takes_the_best_branch_and_records_it() -> None:
    found = resolve("F OR Q OR P", ALL)
    assert (found.outcome, found.elected) == ("pass", "P")
    assert found.reasons == ()


def test_and_takes_the_worst_and_all_reasons() -> None:
    assert [outcome(e) for e in ("P AND Q", "P AND F", "Q AND F", "P AND P")] == [
        "review",
        "fail",
        "fail",
        "pass",
    ]
    assert {r.license for r in resolve("Q AND F", ALL).reasons} == {"Q", "F"}


def test_an_unknown_branch_never_wins_by_ignorance() -> None:
    assert outcome("F OR X") == "review"
    assert outcome("P OR X") == "pass"
    assert outcome("Q OR X") == "review"
    assert outcome("P AND X") == "review"
    assert outcome("F AND X") == "fail"


def test_of_two_that_pass_the_one_that_leaves_less_undone_is_elected() -> None:
    shipped = Intent(distribute=("weights",))
    found = resolve("C OR P", ALL, shipped)
    assert found.elected == "P"
    assert [o.status for o in found.obligations] == []
    assert [o.status for o in resolve("C", ALL, shipped).obligations] == ["missing"]


def test_elections_inside_a_conjunction_are_kept() -> None:
    assert resolve("(F OR P) AND (Q OR P)", ALL).elected == "P; P"
    assert resolve("(F OR P) AND C", ALL).elected == "P"


def test_with_belongs_to_its_license() -> None:
    name = "P WITH Classpath-exception-2.0"
    assert leaves(f"{name} OR F") == [name, "F"]
    loose = license_(name)
    assert resolve(name, [loose]).outcome == "pass"
    assert resolve(name, [FAIL]).outcome == "review"


def test_what_is_no_expression_is_a_question() -> None:
    for text in ("P AND", "AND", "(P", ""):
        found: Resolution = resolve(text, ALL)
        assert (found.outcome, found.permission) == ("review", "unknown")
        assert [r.code for r in found.reasons] == ["no_expression"]


def test_conjuncts_are_those_of_the_tree_and_not_of_the_string() -> None:
    assert conjuncts("A AND (B OR C)") == ["A", "B OR C"]
    assert conjuncts("(A AND B) OR C") == ["(A AND B) OR C"]
    assert conjuncts("A") == ["A"]
