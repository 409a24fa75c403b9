"""CycloneDX and the notices."""

from __future__ import annotations

import dataclasses
import json
from functools import cache
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import HealthCheck, given, settings

from licaudit.facts import AuditResult, Probe, Run
from licaudit.i18n import LANGUAGES
from licaudit.reporting import cyclonedx, notice

from .sample import sample
from .sample_tree import ALPACA, CODE_NODE, CRAWL, GPT, LLAMA, READER, ROOT, ULTRA, WIKI, WIZARD
from .strategies import results
from .variants import at, hostile

some = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@cache
def validator() -> JsonStrictValidator:
    return JsonStrictValidator(SchemaVersion.V1_6)


def bom(result: AuditResult) -> dict[str, Any]:
    data = cyclonedx.write(result).decode("ascii")
    assert validator().validate_str(data) is None
    loaded: dict[str, Any] = json.loads(data)
    return loaded


def component(result: AuditResult, name: str) -> dict[str, Any]:
    found = bom(result)
    every = [found["metadata"]["component"], *found["components"]]
    (one,) = [c for c in every if c["bom-ref"] == name]
    return dict(one)


def licenses(expression: str | None) -> Any:
    answers = tuple(dataclasses.replace(a, expression=expression) for a in sample().answers)
    return component(dataclasses.replace(sample(), answers=answers), ALPACA).get("licenses")


@some
@given(results())
def test_any_result_is_a_valid_bom(result: AuditResult) -> None:
    bom(result)


def test_kinds_become_types_and_datasets_stand_in_the_model_card() -> None:
    found = bom(sample())
    assert found["specVersion"] == "1.6"
    root = found["metadata"]["component"]
    assert (root["type"], root["bom-ref"]) == ("machine-learning-model", ROOT)
    types = {c["bom-ref"]: c["type"] for c in found["components"]}
    assert (types[ALPACA], types[READER]) == ("data", "library")
    assert [s["bom-ref"] for s in found["services"]] == [GPT]
    references = [d["ref"] for d in root["modelCard"]["modelParameters"]["datasets"]]
    assert WIZARD in references
    assert WIKI not in references
    assert set(references) <= set(types)


def test_dependencies_are_links_but_for_evaluation() -> None:
    depends = {d["ref"]: d.get("dependsOn", []) for d in bom(sample())["dependencies"]}
    assert ALPACA in depends[WIZARD]
    assert WIKI not in depends[ROOT]
    values = {(p["name"], p["value"]) for p in component(sample(), ROOT)["properties"]}
    assert ("licaudit:evaluated_on", WIKI) in values
    assert ("licaudit:license:code", "Apache-2.0") in values


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        ("MIT", [{"license": {"id": "MIT", "acknowledgement": "concluded"}}]),
        ("MIT OR X11", [{"expression": "MIT OR X11", "acknowledgement": "concluded"}]),
        (LLAMA, [{"expression": LLAMA, "acknowledgement": "concluded"}]),
        (
            "LicenseRef-licaudit-x AND MIT",
            [{"expression": "LicenseRef-licaudit-x AND MIT", "acknowledgement": "concluded"}],
        ),
        ("Our License", [{"license": {"name": "Our License", "acknowledgement": "concluded"}}]),
        ("MIT AND", [{"license": {"name": "MIT AND", "acknowledgement": "concluded"}}]),
        (None, None),
    ],
)
def test_licenses_are_ids_expressions_or_names(expression: str | None, written: Any) -> None:
    assert licenses(expression) == written


def test_serial_number_and_time_are_those_of_the_facts() -> None:
    other = dataclasses.replace(sample(), run=Run("later", 1.0, 1, 1))
    assert cyclonedx.write(other) == cyclonedx.write(sample())
    assert bom(sample())["metadata"]["timestamp"].startswith("2026-06-01T00:00:00")
    assert bom(at("elsewhere"))["serialNumber"] != bom(sample())["serialNumber"]


def test_a_hostile_tree_is_a_valid_bom() -> None:
    text = json.dumps(bom(hostile()), ensure_ascii=False)
    assert "\u202e" not in text


@some
@given(results())
def test_any_result_has_notices(result: AuditResult) -> None:
    for lang in LANGUAGES:
        text = notice.write(result, lang).decode("utf-8")
        assert "\u202e" not in text
        assert "\x00" not in text


def entry(text: str, name: str) -> str:
    (found,) = [part for part in text.split("\n\n") if part.startswith(name)]
    return found


def test_what_is_upstream_is_named_with_license_and_duties() -> None:
    text = notice.write(sample()).decode("utf-8")
    base = entry(text, "meta-llama/Llama-3.1-8B-Instruct")
    assert "Used as: adapter of" in base
    assert LLAMA in base
    assert 'Show "Built with Llama" prominently.' in base
    # A duty that is not triggered is not asked for.
    assert "Asked in return" not in entry(text, "pymupdf")
    assert "brightdesk/llama-3.1-8b-support-lora (model)" not in text


def test_what_no_license_is_known_for_is_listed_too() -> None:
    text = notice.write(sample()).decode("utf-8")
    assert "This list is incomplete." in text
    assert "License: not known" in entry(text, "OpenAI API (gpt-4)")
    assert "content carries no license" in " ".join(text.split())
    assert "不明" in notice.write(sample(), "zh").decode("utf-8")


def test_copyright_lines_are_verbatim_and_folders_of_others_are_listed() -> None:
    line = "Copyright (c) 2023 OpenBMB <mail@example.org>"
    probes = (*sample().probes, Probe(ULTRA, "copyright", line))
    first, *others = sample().answers
    first = dataclasses.replace(first, scope="folder:vendor/x", expression="AGPL-3.0-only")
    result = dataclasses.replace(sample(), probes=probes, answers=(first, *others))
    text = notice.write(result).decode("utf-8")
    assert f"Copyright: {line}" in entry(text, "openbmb/UltraFeedback")
    assert "AGPL-3.0-only (folder:vendor/x)" in text
    assert "train/ (code)" in text


def test_nothing_upstream_is_said_so() -> None:
    own = tuple(a for a in sample().artifacts if a.id in (ROOT, CRAWL))
    result = dataclasses.replace(sample(), artifacts=own, answers=(), gaps=(), links=())
    text = notice.write(result).decode("utf-8")
    assert "Nothing of others was found." in text
    assert CODE_NODE not in text


def test_hostile_names_start_no_lines_of_their_own() -> None:
    lines = notice.write(hostile()).decode("utf-8").splitlines()
    assert not any(line.startswith(("::", "%0A")) for line in lines)
