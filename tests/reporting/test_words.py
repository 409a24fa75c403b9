"""The messages, and the table of formats."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from licaudit import i18n
from licaudit.documents import read_yaml
from licaudit.errors import ToolError
from licaudit.facts import evidence, judgement, terms
from licaudit.reporting import FORMATS
from licaudit.reporting.intent import not_said, sentence
from licaudit.settings import data_folder

from .sample import sample


def literals(*names: object) -> list[str]:
    return [value for hint in names for value in hint.__args__]  # type: ignore[attr-defined]


def test_both_languages_have_the_same_messages_with_the_same_values() -> None:
    english, chinese = i18n.messages("en"), i18n.messages("zh")
    assert set(english) == set(chinese)
    for key, words in english.items():
        assert words, key
        fields = set(re.findall(r"{(\w+)}", words)) | {"n"}
        assert set(re.findall(r"{(\w+)}", chinese[key])) <= fields, key


def test_the_compiled_messages_are_those_of_the_files() -> None:
    for lang in i18n.LANGUAGES:
        path = data_folder("reports") / "messages" / f"{lang}.yaml"
        assert i18n.messages(lang) == i18n.flatten(read_yaml(path.read_text("utf-8"), lang).data)


@pytest.mark.parametrize(
    ("group", "values"),
    [
        ("outcome", judgement.OUTCOMES),
        ("severity", literals(judgement.Severity)),
        ("posture", judgement.POSTURES),
        ("intent.use", judgement.USES),
        ("form", literals(judgement.Distribution)),
        ("duty_status", literals(judgement.ObligationStatus)),
        ("kind", evidence.ARTIFACT_KINDS),
        ("kinds", evidence.ARTIFACT_KINDS),
        ("relation", evidence.RELATIONS),
        ("channel", evidence.CHANNELS),
        ("basis", literals(evidence.Basis)),
        ("authority", literals(evidence.Authority)),
        ("rung", literals(evidence.Rung)),
        ("action", terms.ACTIONS),
        ("purpose", terms.PURPOSES),
        ("asset", terms.ASSET_KINDS),
        ("permission", terms.PERMISSIONS),
        ("condition_kind", terms.CONDITION_KINDS),
        ("condition_type", literals(terms.ConditionType)),
        ("trigger", literals(terms.Trigger)),
        ("scope", (evidence.CODE, evidence.WEIGHTS, evidence.DATA, evidence.CONTENT, "*")),
        ("verdict_scope", (evidence.CODE, evidence.WEIGHTS, evidence.DATA, "data")),
    ],
)
def test_every_word_of_a_closed_vocabulary_has_a_message(group: str, values: Iterable[str]) -> None:
    for value in values:
        assert f"{group}.{value}" in i18n.messages("en"), value


def test_open_vocabularies_read_as_they_are_written() -> None:
    assert i18n.name("gap", "some_new_reason", "en") == "some new reason"
    assert i18n.name("scope", "checkpoint:chat", "zh") == "checkpoint:chat"


def test_one_and_many_are_told_apart() -> None:
    assert i18n.say("head.artifacts", "en", n=1) == "1 artifact"
    assert i18n.say("head.artifacts", "en", n=0) == "0 artifacts"


def test_values_are_not_read_as_messages() -> None:
    assert i18n.say("title", "en", target="{lang}") == "License audit of {lang}"


def test_a_missing_message_or_language_is_an_error() -> None:
    with pytest.raises(ToolError, match="missing"):
        i18n.say("no.such.key", "en")
    with pytest.raises(ToolError, match="not written in"):
        i18n.messages("xx")


def test_a_damaged_cache_is_compiled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    i18n.messages.cache_clear()
    before = i18n.messages("en")
    (compiled,) = (tmp_path / "licaudit" / "messages").iterdir()
    compiled.write_text("{")
    i18n.messages.cache_clear()
    assert i18n.messages("en") == before
    i18n.messages.cache_clear()


def test_an_intent_is_a_sentence() -> None:
    intent = sample().judgements[0].intent
    assert sentence(intent, "en").startswith("Commercial use; by a company; established in CN;")
    assert "5,000,000" in sentence(intent, "zh")
    for field in ("annual revenue", "restricted fields of use"):
        assert field in not_said(intent, "en")
    assert sentence(judgement.Intent(distribute=()), "en") == "Commercial use; ships nothing"


def test_every_format_writes_its_own_file() -> None:
    assert {"json", "html", "markdown", "spdx"} <= set(FORMATS)
    names = [writer.filename for writer in FORMATS.values()]
    assert len(names) == len(set(names))
    for writer in FORMATS.values():
        assert writer(sample(), "zh")


def test_the_table_of_formats_costs_no_heavy_import() -> None:
    program = (
        "import sys, licaudit.reporting;"
        "print([m for m in ('jinja2', 'spdx_tools', 'ruamel') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "[]"
