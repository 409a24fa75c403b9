"""`licaudit rules`, and the page of all rules in docs/."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from licaudit.documents import read_yaml
from licaudit.policy.schemas import SCHEMAS

from .conftest import Run


def test_the_page_of_rules_is_up_to_date(
    cli: Run, root: Path, golden: Callable[[Path, str], None]
) -> None:
    said = cli("rules", "docs")
    assert said.code == 0, said.err
    golden(root / "docs" / "rules.md", said.out)


def test_every_rule_is_listed_and_can_be_shown(cli: Run, root: Path) -> None:
    files = [p for p in (root / "rules" / "packs").glob("*/*.yaml") if p.name != "pack.yaml"]
    listed = cli("rules", "list").out
    for file in files:
        assert f"  {file.stem} " in listed
    for pack in {p.parent.name for p in files}:
        assert f"{pack}  " in listed


def test_one_rule_is_shown_in_both_languages(cli: Run) -> None:
    english, chinese = (
        cli("rules", "show", "duty-missing"),
        cli("rules", "show", "duty-missing", "--lang", "zh"),
    )
    assert english.code == chinese.code == 0
    assert "ci-default/duty-missing.yaml" in english.out
    assert "fail: " in english.out
    assert any("一" <= c <= "鿿" for c in chinese.out)


def test_an_unknown_rule_is_refused_with_those_that_exist(cli: Run) -> None:
    said = cli("rules", "show", "duty-mising")
    assert said.code == 2
    assert said.sentence().startswith("there is no rule `duty-mising`. Rules: ")


def test_the_examples_of_all_rules_are_tried(cli: Run, root: Path) -> None:
    said = cli("rules", "test")
    assert said.code == 0, said.out
    files = [p for p in (root / "rules" / "packs").glob("*/*.yaml") if p.name != "pack.yaml"]
    for file in files:
        assert f"ok {file.stem} " in said.out
    assert said.out.rstrip().endswith("0 not as they say.")


def test_a_new_rule_loads_passes_and_can_be_audited_with(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "house" / "trusted-only.yaml"
    made = cli("rules", "new", str(file))
    assert made.code == 0, made.err
    tried = cli("rules", "test", str(file.parent))
    assert (tried.code, "3 examples, 0 not" in tried.out) == (0, True)
    assert cli("rules", "test", str(file)).code == 0
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "README.md").write_text("---\nlicense: gpl-3.0\n---\n", "utf-8")
    out = tmp_path / "out"
    cli("audit", str(tmp_path / "work"), "--pack", str(file.parent), "--out", str(out), "--offline")
    found = json.loads((out / "audit.json").read_text("utf-8"))["findings"]
    assert [f["rule"] for f in found] == ["trusted-only"]


def test_a_new_rule_replaces_no_file(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "house" / "mine.yaml"
    assert cli("rules", "new", str(file)).code == 0
    again = cli("rules", "new", str(file))
    assert again.code == 2
    assert "there is such a file" in again.sentence()
    assert cli("rules", "new", str(tmp_path / "house" / "Not A Name.yaml")).code == 2
    assert cli("rules", "new", str(tmp_path / "house" / "pack.yaml")).code == 2


def test_an_example_that_comes_out_otherwise_is_shown_with_its_place(
    cli: Run, tmp_path: Path
) -> None:
    file = tmp_path / "house" / "mine.yaml"
    cli("rules", "new", str(file))
    text = file.read_text("utf-8").replace("id: GPL-3.0-only}", "id: MIT}", 1)
    file.write_text(text, "utf-8")
    said = cli("rules", "test", str(file.parent))
    assert said.code == 1
    line = next(n for n, x in enumerate(text.splitlines(), 1) if "    - subject" in x)
    assert f"house/mine.yaml:{line}:" in said.out
    assert "examples.fires[0]: wanted review, came out silent" in said.out
    assert "subject: {root: true, stated: true, licenses: [{id: MIT}]}" in said.out
    assert "asked: when true, review false" in said.out


def test_a_misspelt_rule_is_refused_with_file_line_and_column(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "house" / "mine.yaml"
    cli("rules", "new", str(file))
    file.write_text(file.read_text("utf-8").replace("subject.stated", "subject.statd"), "utf-8")
    said = cli("rules", "test", str(file.parent))
    assert said.code == 2
    assert re.search(r"house/mine\.yaml:9:\d+: undefined field 'statd'", said.sentence())


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_schemas_are_up_to_date(
    cli: Run, root: Path, name: str, golden: Callable[[Path, str], None]
) -> None:
    said = cli("rules", "schema", name)
    assert said.code == 0, said.err
    golden(root / "reports" / "schemas" / f"{name}.schema.json", said.out)
    Draft202012Validator.check_schema(json.loads(said.out))


def misfits(kind: str, text: str) -> list[str]:
    schema = Draft202012Validator(SCHEMAS[kind]())
    return [e.message for e in schema.iter_errors(read_yaml(text, kind).data)]


def test_every_shipped_rule_and_pack_fits_its_schema_and_names_it(root: Path) -> None:
    files = sorted((root / "rules" / "packs").glob("*/*.yaml"))
    for file in files:
        kind = "pack" if file.name == "pack.yaml" else "rule"
        text = file.read_text("utf-8")
        assert not misfits(kind, text), file
        named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
        assert named, file
        assert (
            file.parent / named[1]
        ).resolve() == root / "reports/schemas" / f"{kind}.schema.json"


def test_every_project_file_shown_fits_its_schema(root: Path) -> None:
    page = (root / "docs" / "project-file.md").read_text("utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    examples = [p.read_text("utf-8") for p in (root / "examples").glob("*/licaudit.yaml")]
    for text in [*blocks, *examples]:
        assert not misfits("project", text)


RULE = "rules/packs/data-intake/contract-not-live.yaml"
TYPOS = {
    "key": ("rule", RULE, "severity:", "severty:"),
    "severity": ("rule", RULE, "severity: critical", "severity: critcal"),
    "field of an example": ("rule", RULE, "{kind: dataset", "{knid: dataset"),
    "word of an example": ("rule", RULE, "channel: commercial", "channel: comercial"),
    "language": ("rule", RULE, "  zh: >-", "  zg: >-"),
    "key of a pack": ("pack", "rules/packs/data-intake/pack.yaml", "params:", "parms:"),
    "weight": (
        "pack",
        "rules/packs/data-intake/pack.yaml",
        "params:",
        "severity: {x: hihg}\nparams:",
    ),
    "key of licaudit.yaml": ("project", "docs", "sources:", "souces:"),
    "channel": ("project", "docs", "channel: commercial", "channel: comercial"),
    "actor": ("project", "docs", "actor: company", "actor: compny"),
    "field of an agreement": ("project", "docs", "survives: trained", "survive: trained"),
}


@pytest.mark.parametrize(("kind", "file", "old", "new"), TYPOS.values(), ids=TYPOS)
def test_an_editor_with_the_schema_sees_a_typo(
    root: Path, kind: str, file: str, old: str, new: str
) -> None:
    path = root / ("docs/project-file.md" if file == "docs" else file)
    text = path.read_text("utf-8")
    if file == "docs":
        text = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)[0]
    assert old in text
    assert not misfits(kind, text)
    assert misfits(kind, text.replace(old, new, 1))


def test_the_vocabulary_is_told(cli: Run) -> None:
    said = cli("rules", "vocabulary").out
    assert re.search(r"channel +Channel: public, self_collected, commercial", said)
