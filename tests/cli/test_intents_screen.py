"""Several intents at the terminal: side by side, and with the rules that had nothing to look at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import MIT, Run

Make = Callable[..., Path]
PROJECT = """\
intents:
  - {use: research, distribute: []}
  - {use: commercial, distribute: [service]}
  - {use: commercial, distribute: [weights, code], release_as: Apache-2.0}
packs: [ci-default, commercial-use, data-intake]
"""
CARD = "---\nlicense: cc-by-nc-4.0\n---\n# Finch\n"


@pytest.fixture
def model(tree: Make) -> Path:
    return tree(**{"README.md": CARD, "config.json": "{}", "licaudit.yaml": PROJECT})


def test_three_intents_stand_side_by_side(cli: Run, model: Path) -> None:
    lines = cli("audit", model).out.splitlines()
    start = lines.index("Side by side")
    table = [line.split() for line in lines[start + 1 : start + 7]]
    assert [row[:2] for row in table[:3]] == [["Intent", "1:"], ["Intent", "2:"], ["Intent", "3:"]]
    assert "Research" in lines[start + 1]
    assert "released under Apache-2.0" in lines[start + 3]
    assert table[3] == ["Scope", "Intent", "1", "Intent", "2", "Intent", "3"]
    assert [row[-3:] for row in table[4:6]] == [["pass", "fail", "fail"]] * 2
    columns = [lines[start + n].index(word) for n, word in ((4, "Intent 2"), (5, "fail"))]
    assert columns[0] == columns[1]


def test_they_stand_side_by_side_in_chinese(cli: Run, model: Path) -> None:
    said = cli("audit", model, "--lang", "zh").out
    assert said.startswith("各意图对照\n")
    assert "不通过" in said.splitlines()[5]


def test_one_intent_has_nothing_beside_it(cli: Run, clean: Path) -> None:
    assert "Side by side" not in cli("audit", clean).out


def test_rules_that_did_not_apply_are_named_and_did_not_pass(cli: Run, model: Path) -> None:
    said = cli("audit", model)
    named = [line for line in said.out.splitlines() if " did not apply: " in line]
    idle = [{r["rule"] for r in j["not_applied"]} for j in said.audit["judgements"]]
    assert len(named) == len(idle) == 3
    for line, rules in zip(named, idle, strict=True):
        assert rules
        assert set(line.partition(": ")[2].split(", ")) == rules
        assert line.startswith(f"{len(rules)} rules did not apply")


def test_packs_whose_rules_all_apply_name_none(cli: Run, tree: Make) -> None:
    folder = tree(**{"LICENSE": MIT, "main.py": "print(1)\n"})
    assert "did not apply" not in cli("audit", folder, "--pack", "commercial-use").out
