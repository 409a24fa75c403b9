"""Markdown and SPDX."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

from licaudit.facts import AuditResult, Run, Text
from licaudit.i18n import LANGUAGES
from licaudit.reporting import FORMATS, markdown, spdx

from .sample import sample
from .sample_tree import LLAMA
from .strategies import results

some = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_summary_names_verdicts_findings_and_places(lang: str) -> None:
    text = markdown.write(sample(), lang).decode("utf-8")
    for finding in sample().judgements[0].findings:
        assert (finding.rule in text) == (finding.waiver is None)
    assert "README.md:6" in text
    assert "| ❌" in text
    assert len(text.splitlines()) < 70


def test_hostile_words_mean_nothing_to_markdown() -> None:
    evil = "@all [x](https://evil.example) <b>`|` \n# x www.evil.example"
    result = sample()
    (judged,) = result.judgements
    finding = dataclasses.replace(judged.findings[0], message=Text(evil))
    verdict = dataclasses.replace(
        judged.verdicts[0],
        because=(dataclasses.replace(judged.verdicts[0].because[0], message=Text(evil)),),
    )
    judged = dataclasses.replace(judged, findings=(finding,), verdicts=(verdict,))
    result = dataclasses.replace(
        result,
        judgements=(judged,),
        artifacts=tuple(dataclasses.replace(a, name=evil) for a in result.artifacts),
    )
    text = markdown.write(result).decode("utf-8")
    bare = markdown.plain(evil)
    assert "@all" not in bare
    assert "://" not in bare.replace("\\://", "")
    assert "www.evil" not in bare
    assert "\n" not in bare
    assert "<b>" not in bare.replace("\\<b\\>", "")
    assert markdown.quoted(evil).startswith("`` @all")
    (row,) = [line for line in text.splitlines() if line.startswith("| code")]
    assert row.replace("\\|", "").count("|") == 4
    assert not any(line.startswith("# x") for line in text.splitlines())


@some
@given(results())
def test_any_result_has_a_summary(result: AuditResult) -> None:
    for lang in LANGUAGES:
        markdown.write(result, lang).decode("utf-8")


@some
@given(results())
def test_any_result_is_a_valid_spdx_document(result: AuditResult) -> None:
    assert validate_full_spdx_document(spdx.document_of(result)) == []
    json.loads(spdx.write(result))


def written() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(spdx.write(sample()))
    return loaded


def test_the_sample_is_read_again_by_spdx_tools(tmp_path: Any) -> None:
    path = tmp_path / FORMATS["spdx"].filename
    path.write_bytes(spdx.write(sample()))
    document = parse_file(str(path))
    assert validate_full_spdx_document(document) == []
    assert len(document.packages) == len(sample().artifacts)


def test_relations_become_relationships() -> None:
    found = {
        (r["relationshipType"], r.get("comment", "").split(" ")[0])
        for r in written()["relationships"]
    }
    assert ("DESCRIBES", "") in found
    assert ("DEPENDS_ON", "depends_on") in found
    assert ("GENERATED_FROM", "trained_on") in found
    assert ("OTHER", "annotated_by") in found
    assert ("CONTAINS", "contains") in found


def test_declared_and_concluded_are_kept_apart() -> None:
    packages = {p["name"]: p for p in written()["packages"]}
    wizard = packages["cleanchat/wizard-mix-70k"]
    assert (wizard["licenseDeclared"], wizard["licenseConcluded"]) == ("Apache-2.0", "CC-BY-NC-4.0")
    assert packages["data/faq.jsonl"]["licenseConcluded"] == "NOASSERTION"


def test_a_license_outside_the_list_brings_the_words_that_were_found() -> None:
    (extracted,) = written()["hasExtractedLicensingInfos"]
    assert extracted["licenseId"] == LLAMA
    assert extracted["extractedText"] == "license: llama3.1"


@pytest.mark.parametrize(
    "expression",
    [
        "Custom License",
        "MIT AND",
        "LicenseRef-",
        "a:b:c",
        "Classpath-exception-2.0",
        "DocumentRef-x:LicenseRef-y",
        "MIT WITH LicenseRef-scancode-generic-exception",
        "GPL-2.0-only WITH MIT",
        "",
    ],
)
def test_what_is_no_expression_is_not_asserted(expression: str) -> None:
    result = sample()
    answers = tuple(dataclasses.replace(a, expression=expression) for a in result.answers)
    packages = json.loads(spdx.write(dataclasses.replace(result, answers=answers)))["packages"]
    assert {p["licenseConcluded"] for p in packages} == {"NOASSERTION"}


def test_spdx_depends_on_the_facts_alone() -> None:
    other = dataclasses.replace(sample(), run=Run("later", 1.0, 1, 1))
    assert spdx.write(other) == spdx.write(sample())
    assert written()["creationInfo"]["created"] == "2026-06-01T00:00:00Z"
    changed = dataclasses.replace(sample(), notes=("other",))
    assert json.loads(spdx.write(changed))["documentNamespace"] != written()["documentNamespace"]
