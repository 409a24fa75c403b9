"""Checks of duties: every type has one, a license may name another, and a wrong word is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from licaudit.errors import KnowledgeError
from licaudit.facts import CHECKS, CONDITION_KINDS, Condition, Text
from licaudit.licenses.duties import load_duties
from licaudit.licenses.knowledge import compile_knowledge, load_knowledge
from licaudit.settings import data_folder

SAMPLE = """\
id: LicenseRef-licaudit-sample
name: Sample License
kinds: [model]
basis: text
confidence: high
conditions:
  - id: notices
    kind: duty
    type: notice
    {check}
    trigger: [distribute]
    clause: "2"
    summary: {{en: Keep them., zh: 保留。}}
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    (tmp_path / "licenses").mkdir()
    (tmp_path / "aliases.yaml").write_text("names: {}\n", "utf-8")
    shutil.copy(data_folder("rules") / "duties.yaml", tmp_path)
    return tmp_path


def duty(type_: str, **more: str) -> Condition:
    return Condition("d", "duty", type_, "1", Text("D.", "D。"), trigger=("distribute",), **more)


def test_every_duty_of_every_license_has_a_check_that_is_known() -> None:
    duties, knowledge = load_duties(), load_knowledge()
    assert set(duties.checks) == set(CHECKS)
    assert set(duties.types) == CONDITION_KINDS["duty"]
    for license_id in knowledge.records:
        license_ = knowledge.get(license_id)
        assert license_ is not None
        for condition in license_.conditions:
            if condition.kind == "duty":
                assert duties.check_of(condition) in CHECKS


def test_a_license_may_name_another_check_than_its_type_has() -> None:
    duties = load_duties()
    assert duties.check_of(duty("notice")) == "manual"
    assert duties.check_of(duty("notice", text="Built with X")) == "text_line"
    assert duties.check_of(duty("notice", check="notice_file")) == "notice_file"
    assert duties.check_of(duty("attribution")) == "copyright_line"
    assert duties.check_of(duty("display", text="X")) == "text_line"


def test_seeing_nothing_means_missing_only_where_the_tree_would_have_to_show_it() -> None:
    duties = load_duties()
    assert duties.absent(duty("license_text")) == "missing"
    assert duties.absent(duty("display", text="X")) == "missing"
    assert duties.absent(duty("attribution", text="X")) == "manual"
    assert duties.absent(duty("source")) == "manual"


@pytest.mark.parametrize("check", ["", "check: notice_file"])
def test_a_check_of_the_vocabulary_is_read(rules: Path, check: str) -> None:
    (rules / "licenses" / "sample.yaml").write_text(SAMPLE.format(check=check), "utf-8")
    (record,) = compile_knowledge(rules)["records"].values()
    assert record["conditions"][0].get("check") == (check.removeprefix("check: ") or None)


@pytest.mark.parametrize(
    ("check", "says"),
    [
        ("check: a_feeling", "`check: a_feeling` is no word of the vocabulary"),
        ("check: text_line", "`check: text_line` needs `text`"),
        ("check: name_prefix", "`check: name_prefix` needs `text`"),
    ],
)
def test_a_check_that_cannot_be_is_refused_with_its_line(
    rules: Path, check: str, says: str
) -> None:
    (rules / "licenses" / "sample.yaml").write_text(SAMPLE.format(check=check), "utf-8")
    with pytest.raises(KnowledgeError) as caught:
        compile_knowledge(rules)
    assert says in str(caught.value)
    assert "rules/licenses/sample.yaml:7" in str(caught.value)


def test_only_a_duty_has_a_check(rules: Path) -> None:
    text = SAMPLE.format(check="check: manual").replace("kind: duty", "kind: precondition")
    (rules / "licenses" / "sample.yaml").write_text(text.replace("notice\n", "sign\n"), "utf-8")
    with pytest.raises(KnowledgeError, match="only a duty has a `check`"):
        compile_knowledge(rules)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  agreement:", "  handshake:", "`handshake` is no check"),
        ("  share_back: {check: manual}\n", "", "the duty `share_back` is missing"),
        ("  source: {check: source_link}", "  source: {check: link}", "`link` is no check"),
        ("  notify: {check: agreement}", "  notify: {chek: agreement}", "unknown key `chek`"),
        ("    absent: missing", "    absent: perhaps", "`absent: perhaps`"),
        ("zh: 全部内容。", 'zh: ""', "`blind` needs its words in en and zh"),
        ("    unless: [not, never, no longer", "    unless: [1, never, no longer", "list of words"),
        ("checks:", "more: 1\nchecks:", "unknown key `more`"),
    ],
)
def test_a_wrong_word_in_the_table_is_an_error_with_its_line(
    rules: Path, old: str, new: str, says: str
) -> None:
    path = rules / "duties.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(KnowledgeError, match=r"rules/duties\.yaml:\d+") as caught:
        load_duties(rules)
    assert says in str(caught.value)
