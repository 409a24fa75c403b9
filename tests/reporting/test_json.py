from __future__ import annotations

import dataclasses
import json as plain_json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings

from licaudit.errors import ResultError
from licaudit.facts import (
    CODE,
    DATA,
    OUTCOMES,
    RELATIONS,
    WEIGHTS,
    AuditResult,
    Intent,
    LicenseAnswer,
    Run,
    evidence,
    judgement,
    terms,
)
from licaudit.reporting import json
from licaudit.settings import data_folder

from .sample import sample
from .sample_tree import CRAWL, GPT, LLAMA, ROOT, WIZARD
from .strategies import results

random_results = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    path = data_folder("reports") / "schemas" / "audit.schema.json"
    schema = plain_json.loads(Path(path).read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def document(result: AuditResult) -> dict[str, Any]:
    loaded: dict[str, Any] = plain_json.loads(json.write(result))
    return loaded


@random_results
@given(results())
def test_what_is_written_is_read_back(result: AuditResult) -> None:
    assert json.read(json.write(result)) == result


@random_results
@given(results())
def test_every_written_result_fits_the_schema(
    validator: jsonschema.Draft202012Validator, result: AuditResult
) -> None:
    validator.validate(document(result))


def test_the_sample_is_read_back_and_fits_the_schema(
    validator: jsonschema.Draft202012Validator,
) -> None:
    assert json.read(json.write(sample())) == sample()
    validator.validate(document(sample()))


def test_two_runs_differ_in_run_alone() -> None:
    other = dataclasses.replace(sample(), run=Run("2027-01-01T00:00:00Z", 9.0, 41, 183_220))
    first, second = json.write(sample()), json.write(other)
    assert first == json.write(sample())
    assert first.partition(b'\n "run":')[0] == second.partition(b'\n "run":')[0]
    assert document(sample()) | {"run": 0} == document(other) | {"run": 0}


def test_the_bytes_are_sorted_utf_8_with_a_line_break_at_the_end() -> None:
    written = json.write(sample())
    assert written.endswith(b"}\n")
    assert "论坛抓取".encode() in written
    keys = list(document(sample()))
    assert keys == sorted(keys)


def test_a_path_that_is_no_utf_8_survives() -> None:
    first, *rest = sample().artifacts
    strange = dataclasses.replace(first, name="weights-\udcff.bin")
    result = dataclasses.replace(sample(), artifacts=(strange, *rest))
    written = json.write(result)
    written.decode("utf-8")
    assert json.read(written) == result


def test_the_top_is_the_first_judgement_and_the_worst_verdict() -> None:
    (failing,) = sample().judgements
    passing = dataclasses.replace(
        failing, intent=Intent(use="research"), verdict="pass", findings=(), obligations=()
    )
    found = document(dataclasses.replace(sample(), judgements=(passing, failing)))
    assert found["verdict"] == "fail"
    assert found["intent"]["use"] == "research"
    assert found["findings"] == found["obligations"] == []
    assert [v["intent"] for v in found["verdicts"]] == ["research"] * 3 + ["commercial"] * 3


def test_nothing_judged_is_review() -> None:
    found = document(dataclasses.replace(sample(), judgements=()))
    assert (found["verdict"], found["intent"], found["verdicts"]) == ("review", None, [])


def test_the_data_collection_is_shown_as_data() -> None:
    verdicts = document(sample())["verdicts"]
    assert [v["scope"] for v in verdicts] == ["code", "weights", "data"]
    assert verdicts[2]["governs"] == DATA


def test_an_artifact_shows_the_license_of_its_main_scope_and_its_terms() -> None:
    table = {a["id"]: a for a in document(sample())["artifacts"]}
    assert table[ROOT]["license"]["scope"] == WEIGHTS
    assert table[ROOT]["claims"] == ["c-root-tag", "c-root-code"]
    assert {a["scope"] for a in table[ROOT]["licenses"]} == {WEIGHTS, CODE}
    assert table[WIZARD]["license"] == {
        "scope": DATA,
        "expression": "CC-BY-NC-4.0",
        "basis": "concluded",
        "rung": "statement",
        "confidence": 0.92,
    }
    assert table[WIZARD]["terms"]["commercial"]["train"] == "prohibited"
    assert table[CRAWL]["license"]["expression"] is None
    assert table[CRAWL]["terms"] == table[GPT]["terms"] == {}


def with_answers(*answers: LicenseAnswer) -> dict[str, Any]:
    found = document(dataclasses.replace(sample(), answers=answers))
    shown: dict[str, Any] = found["artifacts"][0]
    return shown


def answer(scope: str, expression: str | None, confidence: float = 1.0) -> LicenseAnswer:
    return LicenseAnswer(ROOT, scope, expression, "declared", "identifier", confidence)


def test_the_license_of_the_code_is_never_that_of_the_weights() -> None:
    assert with_answers(answer(CODE, "MIT"))["license"]["expression"] is None


def test_the_least_certain_checkpoint_stands_for_all() -> None:
    shown = with_answers(
        answer("checkpoint:base", "MIT"), answer("checkpoint:chat", LLAMA, 0.6), answer(CODE, "MIT")
    )
    assert shown["license"]["scope"] == "checkpoint:chat"


@pytest.mark.parametrize(
    ("expression", "train"),
    [
        ("MIT AND CC-BY-NC-4.0", "prohibited"),
        ("MIT OR CC-BY-NC-4.0", "covered"),
        ("MIT OR CC-BY-SA-4.0", "unknown"),  # its terms are known by category alone
        ("MIT AND NotALicense", None),
        ("(MIT OR Apache-2.0) AND CC-BY-NC-4.0", None),
        ("AGPL-3.0-only WITH Classpath-exception-2.0", None),
        ("", None),
    ],
)
def test_terms_of_an_expression(expression: str, train: str | None) -> None:
    terms_shown = with_answers(answer(WEIGHTS, expression))["terms"]
    assert terms_shown.get("commercial", {}).get("train") == train


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.pop("claims"), "`claims` is missing"),
        (lambda d: d["claims"][0].pop("written"), "`claims` cannot be read"),
        (lambda d: d["claims"][0].update(basis="guessed"), "'guessed' is not one of"),
        (lambda d: d["claims"][0].update(confidence="high"), "not float"),
        (lambda d: d["claims"][0].update(written=None), "is nothing, not str"),
        (lambda d: d.update(claims={}), "expected a list"),
        (lambda d: d.update(artifacts=[1]), "`artifacts` cannot be read"),
        (lambda d: d["judgements"][0].update(verdict="green"), "`judgements` cannot be read"),
        (lambda d: d["judgements"][0]["verdicts"][0].pop("governs"), "`judgements` cannot be"),
        (lambda d: d["judgements"].append(None), "`judgements` cannot be read"),
        (lambda d: d.update(as_of="today"), "`as_of` cannot be read"),
        (lambda d: d.update(run=None), "`run` cannot be read"),
        (lambda d: d.update(schema="licaudit/audit/2"), "this licaudit reads"),
        (lambda d: d.update(schema=None), "names no schema"),
    ],
)
def test_a_damaged_result_is_refused_with_its_place(change: Any, words: str) -> None:
    found = document(sample())
    change(found)
    with pytest.raises(ResultError) as caught:
        json.read(plain_json.dumps(found).encode())
    assert words in caught.value.what
    assert caught.value.where
    assert caught.value.where.startswith("audit.json")
    assert caught.value.todo


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[]", b"3", b"[" * 100_000])
def test_what_is_no_audit_json_is_refused(data: bytes) -> None:
    with pytest.raises(ResultError):
        json.read(data)


def test_keys_of_a_newer_licaudit_are_ignored() -> None:
    found = document(sample())
    found["novelty"] = found["claims"][0]["novelty"] = {"x": 1}
    assert json.read(plain_json.dumps(found).encode()) == sample()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("outcome", OUTCOMES),
        ("relation", RELATIONS),
        ("artifact_kind", evidence.ARTIFACT_KINDS),
        ("channel", evidence.CHANNELS),
        ("basis", evidence.Basis.__args__),  # type: ignore[attr-defined]
        ("authority", evidence.Authority.__args__),  # type: ignore[attr-defined]
        ("rung", evidence.Rung.__args__),  # type: ignore[attr-defined]
        ("severity", judgement.Severity.__args__),  # type: ignore[attr-defined]
        ("use", judgement.USES),
        ("posture", judgement.POSTURES),
        ("action", terms.ACTIONS),
        ("purpose", terms.PURPOSES),
        ("asset_kind", terms.ASSET_KINDS),
        ("permission", terms.PERMISSIONS),
    ],
)
def test_the_schema_closes_the_same_words_as_the_facts(
    validator: jsonschema.Draft202012Validator, name: str, values: tuple[str, ...]
) -> None:
    schema: Any = validator.schema
    assert set(schema["$defs"][name]["enum"]) == set(values)


def test_the_schema_refuses_a_word_outside_the_vocabulary(
    validator: jsonschema.Draft202012Validator,
) -> None:
    found = document(sample())
    found["verdict"] = "green"
    assert not validator.is_valid(found)
