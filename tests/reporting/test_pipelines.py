"""JUnit, GitLab code quality and GitHub annotations."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any
from xml.etree import ElementTree

import junitparser
import pytest
from hypothesis import HealthCheck, given, settings

from licaudit.facts import OUTCOMES, AuditResult, Intent, Outcome
from licaudit.i18n import LANGUAGES
from licaudit.reporting import codequality, github, junit

from .sample import sample
from .strategies import results
from .variants import at, hostile, many, with_judgement

some = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
COMMAND = re.compile(r"::(error|warning|notice) ([^\r\n]*?)::([^\r\n]*)")
PROPERTY = re.compile(r"(file|line|title)=([^,:\r\n]*)")


def cases(result: AuditResult, lang: str = "en") -> dict[str, list[Any]]:
    data = junit.write(result, lang)
    found = junitparser.JUnitXml.fromstring(data)
    suites = {suite.name: list(suite) for suite in found}
    for suite in found:
        assert suite.tests == len(list(suite))
        for key, kind in (
            ("failures", junitparser.Failure),
            ("errors", junitparser.Error),
            ("skipped", junitparser.Skipped),
        ):
            assert getattr(suite, key) == sum(isinstance(r, kind) for c in suite for r in c.result)
    assert found.tests == sum(map(len, suites.values()))
    return suites


def entries(result: AuditResult, lang: str = "en") -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads(codequality.write(result, lang))
    return loaded


def commands(result: AuditResult, lang: str = "en") -> list[tuple[str, dict[str, str], str]]:
    lines = github.write(result, lang).decode("utf-8").split("\n")
    assert lines.pop() == ""
    found = []
    for line in lines:
        matched = COMMAND.fullmatch(line)
        assert matched, line
        pairs = [PROPERTY.fullmatch(part) for part in matched[2].split(",")]
        assert all(pairs), line
        found.append((matched[1], {p[1]: p[2] for p in pairs if p}, matched[3]))
    return found


def gated(result: AuditResult) -> list[Outcome]:
    """What a pipeline must not hide: verdicts, on what is new where there is a baseline."""
    new = result.baseline is not None
    return [(j.new_verdict if new else None) or j.verdict for j in result.judgements]


@some
@given(results())
def test_junit_is_readable_and_never_greener_than_the_verdict(result: AuditResult) -> None:
    for lang in LANGUAGES:
        suites = cases(result, lang)
        assert suites["verdict"]
        marks = {type(r).__name__ for c in suites["verdict"] for r in c.result}
        if "fail" in gated(result):
            assert "Failure" in marks
        if "review" in gated(result) or not result.judgements:
            assert "Error" in marks


def test_fail_is_a_failure_review_an_error_and_waived_is_skipped() -> None:
    suites = cases(sample())
    assert sorted(suites) == ["ci-default", "verdict", "weights-release"]
    marks = {
        case.name.partition(":")[0]: [type(r).__name__ for r in case.result]
        for suite in ("ci-default", "weights-release")
        for case in suites[suite]
    }
    assert marks["research-only-data"] == ["Failure"]
    assert marks["unknown-license"] == ["Error"]
    assert marks["name-prefix-missing"] == ["Skipped"]
    (skipped,) = [c for c in suites["weights-release"] if c.result[0].type == "waived"]
    assert skipped.result[0].message == "name approved until 2027-01"


def test_a_clean_audit_has_passed_tests() -> None:
    (judged,) = sample().judgements
    passed = tuple(dataclasses.replace(v, outcome="pass") for v in judged.verdicts)
    suites = cases(with_judgement(findings=(), verdict="pass", verdicts=passed))
    assert [c.name for c in suites["verdict"]] == ["the whole audit", "code", "weights", "data"]
    assert not any(c.result for c in suites["verdict"])


def test_cases_have_names_of_their_own() -> None:
    names = [case.name for case in cases(many(40))["ci-default"]]
    assert len(names) == len(set(names)) == 40
    (judged,) = sample().judgements
    other = dataclasses.replace(judged, intent=Intent(use="research"))
    suites = cases(dataclasses.replace(sample(), judgements=(judged, other)))
    names = [case.name for case in suites["verdict"]]
    assert len(names) == len(set(names)) == 8


def test_hostile_names_break_neither_xml_nor_lines() -> None:
    data = junit.write(hostile())
    assert b"<script>" not in data
    assert "\u202e" not in data.decode()
    texts = [str(e.get("message")) for e in ElementTree.fromstring(data).iter("failure")]
    assert any("<script>alert(1)</script>]]>&⟨U+202E⟩gpj.exe" in text for text in texts)


@some
@given(results())
def test_code_quality_has_all_that_gitlab_asks_for(result: AuditResult) -> None:
    for lang in LANGUAGES:
        listed = entries(result, lang)
        assert len({entry["fingerprint"] for entry in listed}) == len(listed)
        for entry in listed:
            assert entry["description"]
            assert entry["check_name"]
            assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
            assert entry["location"]["lines"]["begin"] >= 1
            assert not entry["location"]["path"].startswith(("/", "./", "../"))
        if any(judgement.verdict != "pass" for judgement in result.judgements):
            assert listed


def test_code_quality_of_the_sample() -> None:
    listed = {entry["check_name"]: entry for entry in entries(sample())}
    assert "name-prefix-missing" not in listed
    assert listed["research-only-data"]["severity"] == "blocker"
    assert listed["unknown-license"]["location"] == {"path": "licaudit.yaml", "lines": {"begin": 6}}
    moved = {entry["check_name"]: entry for entry in entries(at("models/chat"))}
    assert moved["unknown-license"]["location"]["path"] == "models/chat/licaudit.yaml"
    assert moved["unknown-license"]["fingerprint"] == listed["unknown-license"]["fingerprint"]


def test_code_quality_is_plain_ascii_on_hostile_names() -> None:
    data = codequality.write(hostile())
    data.decode("ascii")
    assert all("\n" not in entry["description"] for entry in json.loads(data))


@some
@given(results())
def test_any_result_gives_annotations_and_nothing_but(result: AuditResult) -> None:
    for lang in LANGUAGES:
        kinds = [kind for kind, _, _ in commands(result, lang)]
        assert kinds[-1] == "notice"
        worst = max(map(OUTCOMES.index, gated(result)), default=1)
        assert worst == 0 or {"error", "warning"} & set(kinds)
        assert worst < 2 or "error" in kinds


def test_hostile_names_give_no_command_of_their_own() -> None:
    found = commands(hostile())
    assert [kind for kind, _, _ in found] == ["error"] * 2 + ["warning"] * 4 + ["notice"]
    for _, values, text in found:
        assert set(values) <= {"file", "line", "title"}
        assert "%250A{0}" in text or values["title"] == "licaudit"


def test_the_worst_ten_are_shown_and_the_rest_is_counted() -> None:
    found = commands(many(60))
    kinds = [kind for kind, _, _ in found]
    assert (kinds.count("error"), kinds.count("warning"), kinds.count("notice")) == (10, 10, 1)
    assert "40 more issues" in found[-1][2]


@pytest.mark.parametrize("module", [junit, codequality, github])
def test_the_same_facts_give_the_same_bytes(module: Any) -> None:
    assert module.write(sample(), "en") == module.write(sample(), "en")
    assert module.write(sample(), "zh") != module.write(sample(), "en")
