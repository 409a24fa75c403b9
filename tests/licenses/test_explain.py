"""`licaudit explain`: what a name means, in JSON and on a screen, in both languages."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from licaudit.cli.app import app
from licaudit.errors import UsageError
from licaudit.facts import ACTIONS, PERMISSIONS, PURPOSES
from licaudit.licenses.catalog import load_catalog
from licaudit.licenses.explain import explain
from licaudit.licenses.knowledge import load_knowledge


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["explain", *arguments])
    assert done.exit_code == 0, done.output + repr(done.exception)
    return done.output


def record(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*arguments, "--format", "json"))
    return found


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("MIT", "MIT"),
        ("The MIT License", "MIT"),
        ("bsd-new", "BSD-3-Clause"),
        ("bsl-1.0", "BSL-1.0"),
        ("GPL-2.0+", "GPL-2.0-or-later"),
        ("gpl-3.0", "GPL-3.0-only"),
        ("llama3", "LicenseRef-licaudit-llama-3-2024-04-18"),
        ("openrail++", "LicenseRef-scancode-bigscience-open-rail-m2"),
        ("open-mdw", "OpenMDW-1.0"),
        ("LicenseRef-scancode-openmdw-1.0", "OpenMDW-1.0"),
        ("https://creativecommons.org/licenses/by-nc/4.0/", "CC-BY-NC-4.0"),
        ("https://opensource.org/licenses/MIT", "MIT"),
        ("知识共享署名-非商业性使用 4.0", "CC-BY-NC-4.0"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
        ("Aladdin", "Aladdin"),
        ("Classpath-exception-2.0", "Classpath-exception-2.0"),
    ],
)
def test_ids_names_addresses_and_keys_lead_to_one_license(name: str, id_: str) -> None:
    assert explain(name).id == id_


def test_the_record_holds_every_act_with_its_clause() -> None:
    found = record("llama3.1")
    assert found["id"] == "LicenseRef-scancode-llama-3.1-license-2024"
    assert "llama3.1" in found["names"]
    assert found["candidates"] == []
    assert found["basis"] == "text"
    assert found["confidence"] == "high"
    assert set(found["terms"]) == set(ACTIONS)
    for action, row in found["terms"].items():
        assert set(row) == set(PURPOSES)
        assert set(row.values()) <= set(PERMISSIONS)
        assert all(found["clauses"][action].values()), action
    limit = next(c for c in found["conditions"] if c["type"] == "threshold")
    assert limit["value"] == 700_000_000
    assert limit["at"] == "2024-07-23"
    assert limit["clause"] == "2"
    assert found["texts"][0]["at_hand"] is True
    assert re.fullmatch("[0-9a-f]{64}", found["texts"][0]["sha256"])


def test_a_use_leaves_only_what_concerns_it() -> None:
    all_of = record("tongyi-qianwen")["conditions"]
    research = record("tongyi-qianwen", "--use", "research")
    assert research["purpose"] == "non_commercial"
    assert research["answer"]["use"] == "permitted"
    assert "threshold" in {c["type"] for c in all_of}
    assert "threshold" not in {c["type"] for c in research["conditions"]}
    assert record("cc-by-nc-4.0", "--use", "internal")["answer"]["use"] == "prohibited"


def test_an_ambiguous_name_lists_candidates_and_counts_the_strictest() -> None:
    found = record("llama-license")
    assert found["id"] is None
    assert found["kind"] == "ambiguous"
    assert len(found["candidates"]) >= 7
    assert found["capped_at"] == "review"
    assert found["terms"]["use"]["commercial"] == "prohibited"
    assert found["why"]["zh"]
    assert [p["id"] for p in found["parts"]] == found["candidates"]
    screen = run("gpl")
    assert "GPL-3.0-or-later" in screen
    assert "differs: " in screen


@pytest.mark.parametrize("name", ["other", "unknown", "n/a", "see license file", "open source"])
def test_a_name_that_states_nothing_allows_nothing(name: str) -> None:
    found = record(name)
    assert found["id"] is None
    assert found["capped_at"] == "review"
    assert {v for row in found["terms"].values() for v in row.values()} == {"unknown"}
    assert "yes" not in run(name).split()


def test_a_choice_takes_the_best_branch_and_a_sum_the_worst() -> None:
    either = record("MIT OR CC-BY-NC-4.0")
    assert either["terms"]["use"]["commercial"] == "permitted"
    both = record("MIT AND CC-BY-NC-4.0")
    assert both["terms"]["use"]["commercial"] == "prohibited"
    assert both["clauses"]["use"]["commercial"].startswith("CC-BY-NC-4.0 ")
    nested = record("(MIT OR Apache-2.0) AND Aladdin")
    assert nested["capped_at"] == "review"
    assert [p["id"] for p in nested["parts"]] == ["MIT", "Apache-2.0", "Aladdin"]


def test_terms_by_category_are_capped_and_no_plain_yes_is_shown() -> None:
    found = record("Aladdin")
    assert found["basis"] == "category"
    assert found["category"] == "Copyleft"
    assert found["capped_at"] == "review"
    screen = run("Aladdin")
    assert "Capped" in screen
    assert not re.search(r"\byes(?!, capped)", screen)
    osi = record("QPL-1.0")
    assert osi["basis"] == "category"
    assert osi["capped_at"] is None


def test_low_confidence_is_capped() -> None:
    low = next(r for r in load_knowledge().records.values() if r["confidence"] == "low")
    assert record(low["id"])["capped_at"] == "review"


def test_an_unknown_name_ends_with_2_and_the_nearest_names(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"Llama-3\.1|llama-3\.1"):
        explain("llama 3.1 comunity license")
    environment = {**os.environ, "XDG_CACHE_HOME": os.environ["XDG_CACHE_HOME"]}
    command = [sys.executable, "-m", "licaudit", "explain", "Apache-2.O"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2
    assert "Apache-2.0" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("name", ["", "  ", "()", "MIT AND", "MIT OR Nonsense-9", "%%%", "-"])
def test_nonsense_is_an_error_or_nothing_stated(name: str) -> None:
    try:
        found = explain(name)
    except UsageError:
        return  # exit code 2
    assert found.capped


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_no_name_breaks_it(name: str) -> None:
    try:
        found = explain(name)
    except UsageError:
        return
    assert set(found.cells) == {(a, p) for a in ACTIONS for p in PURPOSES}


def test_wrong_flags_say_what_is_right() -> None:
    for flags in (["--use", "fun"], ["--lang", "fr"], ["--format", "pdf"]):
        done = CliRunner().invoke(app, ["explain", "MIT", *flags])
        assert isinstance(done.exception, UsageError)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_license_can_be_shown(lang: str) -> None:
    from licaudit.cli.explain import record as plain
    from licaudit.cli.terms_screen import show

    knowledge = load_knowledge()
    for id_ in knowledge.records:
        found = explain(id_, knowledge)
        assert found.id == id_
        show(found, None, lang)
        assert plain(found, "commercial")["terms"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_ambiguous_name_can_be_shown(lang: str) -> None:
    from licaudit.cli.terms_screen import show

    knowledge = load_knowledge()
    for name in {entry.name for entry in knowledge.ambiguous.values()}:
        found = explain(name, knowledge)
        assert found.kind == "ambiguous"
        show(found, "commercial", lang)


def test_licenses_without_a_file_can_all_be_shown() -> None:
    catalog, knowledge = load_catalog(), load_knowledge()
    for known in list(catalog.by_key.values())[::25]:
        found = explain(known.key, knowledge)
        assert found.kind in ("license", "exception", "ambiguous", "silent"), known.key


def test_both_languages_say_the_same_numbers() -> None:
    english, chinese = (
        run("stabilityai-ai-community"),
        run("stabilityai-ai-community", "--lang", "zh"),
    )
    for word in ("1,000,000", "[III", "LicenseRef-scancode-stability-ai-community-2024"):
        assert word in english
        assert word in chinese
    assert "谁可以做什么" in chinese
