"""`licaudit rules`, and the page of all rules in docs/."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

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
