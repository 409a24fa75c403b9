"""SARIF: the form, what GitHub reads, and what hostile trees can put into it."""

from __future__ import annotations

import dataclasses
import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Sarif

from licaudit.facts import OUTCOMES, AuditResult, Baseline, Fired, Run, Text
from licaudit.i18n import LANGUAGES
from licaudit.reporting import sarif, sarif_rules

from .sample import sample
from .strategies import results
from .variants import EVIL, hostile, many, with_findings, with_judgement

some = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
LEVELS = ("note", "warning", "error")


@cache
def validator() -> jsonschema.Draft7Validator:
    schema = json.loads((Path(__file__).parent / "sarif_parts.json").read_text("utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def run_of(result: AuditResult, lang: str = "en") -> dict[str, Any]:
    written = sarif.write(result, lang)
    Sarif.model_validate_json(written)
    log = json.loads(written)
    validator().validate(log)
    (run,) = log["runs"]
    for found in run["results"]:
        assert run["tool"]["driver"]["rules"][found["ruleIndex"]]["id"] == found["ruleId"]
    assert len({r["id"] for r in run["tool"]["driver"]["rules"]}) == len(
        run["tool"]["driver"]["rules"]
    )
    return dict(run)


def by_rule(run: dict[str, Any], rule: str) -> dict[str, Any]:
    (found,) = [r for r in run["results"] if r["ruleId"] == rule]
    return dict(found)


def where(found: dict[str, Any]) -> str:
    place = found["physicalLocation"]
    return f"{place['artifactLocation']['uri']}:{place['region']['startLine']}"


@some
@given(results())
def test_any_result_is_sarif_and_never_greener_than_its_verdict(result: AuditResult) -> None:
    for lang in LANGUAGES:
        run = run_of(result, lang)
        levels = [LEVELS.index(r["level"]) for r in run["results"]]
        for judgement in result.judgements:
            assert max(levels, default=0) >= OUTCOMES.index(judgement.verdict)


def test_an_upstream_finding_stands_at_the_line_that_names_it() -> None:
    run = run_of(sample())
    research = by_rule(run, "research-only-data")
    assert where(research["locations"][0]) == "README.md:14"
    assert "tatsu-lab/alpaca README.md:6" in research["message"]["text"]
    (flow,) = research["codeFlows"]
    (thread,) = flow["threadFlows"]
    words = [step["location"]["message"]["text"] for step in thread["locations"]]
    assert words[1:] == [
        "brightdesk/llama-3.1-8b-support-lora: trained on cleanchat/wizard-mix-70k",
        "cleanchat/wizard-mix-70k: derived from tatsu-lab/alpaca",
    ]
    assert where(by_rule(run, "network-copyleft-dependency")["locations"][0]) == (
        "requirements.txt:7"
    )


def test_severity_is_that_of_a_problem_not_of_a_vulnerability() -> None:
    text = sarif.write(sample()).decode()
    assert "security-severity" not in text
    assert "helpUri" not in text
    rules = {r["id"]: r for r in run_of(sample())["tool"]["driver"]["rules"]}
    assert rules["research-only-data"]["properties"]["problem.severity"] == "error"
    assert rules["unknown-license"]["properties"]["problem.severity"] == "warning"
    assert "sources" in rules["unknown-license"]["help"]["markdown"]


def test_a_rule_is_explained_in_the_words_of_its_file() -> None:
    why = Text("The license of {name} forbids it.", "{name} 的许可证不允许。")
    file = Fired("ci-default", "unknown-license", why, Text("Ask.", "询问。"), ("docs/rules.md",))
    result = dataclasses.replace(sample(), fired=(file,))
    rules = {r["id"]: r for r in run_of(result)["tool"]["driver"]["rules"]}
    rule = rules["unknown-license"]
    assert rule["fullDescription"]["text"] == "The license of … forbids it."
    assert rule["help"]["text"].startswith("The license of … forbids it.\n")
    assert "docs/rules.md" in rule["help"]["markdown"]
    chinese = {r["id"]: r for r in run_of(result, "zh")["tool"]["driver"]["rules"]}
    assert chinese["unknown-license"]["help"]["text"].startswith("… 的许可证不允许。")


def test_what_a_baseline_had_is_unchanged_and_the_rest_is_new() -> None:
    base = Baseline("2026-01-01", "finch", "fail")
    old = dataclasses.replace(sample().judgements[0].findings[0], known=True)
    other = dataclasses.replace(old, fingerprint="other", known=False)
    result = dataclasses.replace(with_findings(old, other), baseline=base)
    found = {r["partialFingerprints"]["licaudit/v1"]: r for r in run_of(result)["results"]}
    assert found[old.fingerprint]["baselineState"] == "unchanged"
    assert found["other"]["baselineState"] == "new"
    assert "known since 2026-01-01" in found[old.fingerprint]["message"]["text"]


def test_waived_findings_are_no_alerts_but_not_hidden() -> None:
    run = run_of(sample())
    assert "name-prefix-missing" not in {r["ruleId"] for r in run["results"]}
    (waived,) = run["properties"]["waived"]
    assert waived["rule"] == "name-prefix-missing"
    notes = run["invocations"][0]["toolConfigurationNotifications"]
    heads = [note["message"]["text"].split(",")[0] for note in notes]
    assert heads == ["Expired waiver", "Unused waiver"]


def test_gaps_are_notifications() -> None:
    notes = run_of(sample())["invocations"][0]["toolExecutionNotifications"]
    assert [n["level"] for n in notes] == ["warning", "warning", "note"]


def test_fingerprints_tell_two_findings_in_one_line_apart() -> None:
    finding = sample().judgements[0].findings[4]
    other = dataclasses.replace(finding, fingerprint="other")
    found = run_of(with_findings(finding, other))["results"]
    alerts = [r for r in found if r["ruleId"] == finding.rule]
    assert len({r["partialFingerprints"]["primaryLocationLineHash"] for r in alerts}) == 2
    assert where(alerts[0]["locations"][0]) == where(alerts[1]["locations"][0])


def test_a_verdict_without_findings_is_a_result() -> None:
    run = run_of(with_judgement(findings=()))
    assert {(r["ruleId"], r["level"]) for r in run["results"]} == {("verdict", "error")}
    clean = with_judgement(findings=(), verdict="pass")
    assert run_of(clean)["results"] == []


def test_findings_for_several_intents_are_one_result() -> None:
    (judged,) = sample().judgements
    both = dataclasses.replace(sample(), judgements=(judged, judged))
    one, two = run_of(sample())["results"], run_of(both)["results"]
    assert len(one) == len(two)
    assert two[0]["properties"]["intents"] == [0, 1]


def test_no_more_than_github_takes() -> None:
    data = sarif.write(many(6000))
    assert len(gzip.compress(data)) < 10_000_000
    found = json.loads(data)["runs"][0]["results"]
    assert len(found) == sarif.MOST_RESULTS
    assert found[-1]["ruleId"] == sarif_rules.MORE
    assert found[-1]["message"]["text"].startswith("1001 more")
    assert [r["level"] for r in found[:2000]] == ["error"] * 2000


def test_hostile_names_stay_words() -> None:
    run = run_of(hostile())
    text = json.dumps(run, ensure_ascii=False)
    assert "\u202e" not in text
    for found in run["results"]:
        head = found["message"]["text"].splitlines()[0]
        assert "\\[x\\](1)" in head
        assert "{{0}}" in head
    for rule in run["tool"]["driver"]["rules"]:
        assert "<script>" not in rule["help"]["markdown"].replace("\\<script\\>", "")
    assert EVIL not in text


def test_sarif_depends_on_the_facts_alone() -> None:
    other = dataclasses.replace(sample(), run=Run("later", 1.0, 1, 1))
    assert sarif.write(other) == sarif.write(sample())
    assert b"\r" not in sarif.write(hostile())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_are_in_the_language_asked_for(lang: str) -> None:
    run = run_of(sample(), lang)
    assert ("两层" in json.dumps(run, ensure_ascii=False) or "第二层" in str(run)) == (lang == "zh")
    assert run["language"] == {"en": "en-US", "zh": "zh-CN"}[lang]
