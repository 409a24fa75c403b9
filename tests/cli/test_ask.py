"""`licaudit ask`: yes, no, only if, cannot tell; with reasons and the exit code that fits."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import MIT, Run

Make = Callable[..., Path]
CARDS = {
    "yes": ("license: mit", 0),
    "no": ("license: cc-by-nc-4.0", 1),
    "only if": ("license: creativeml-openrail-m", 3),
    "cannot tell": ("license: other", 3),
}
WORDS = {"yes": "可以", "no": "不可以", "only if": "满足条件方可", "cannot tell": "无法判断"}


@pytest.fixture(params=CARDS)
def answer(request: pytest.FixtureRequest) -> str:
    word: str = request.param
    return word


@pytest.fixture
def model(tree: Make, answer: str) -> Path:
    intent = "intent: {use: commercial, modify: false, distribute: []}\n"
    return tree(
        **{
            "README.md": f"---\n{CARDS[answer][0]}\n---\n# Harbor\n",
            "config.json": "{}",
            "licaudit.yaml": intent,
        }
    )


def test_an_answer_is_a_word_with_reasons_and_a_code(cli: Run, model: Path, answer: str) -> None:
    said = cli("ask", model)
    first, *reasons = said.out.splitlines()
    assert first.lower().startswith(answer)
    assert "Commercial use" in first
    assert str(model) in first
    assert said.code == CARDS[answer][1]
    assert bool(reasons) == (answer != "yes")
    assert all(line.startswith(("- ", "    ")) for line in reasons)
    assert not (said.folder / "licaudit-report").exists()


def test_an_answer_in_chinese(cli: Run, model: Path, answer: str) -> None:
    said = cli("ask", model, "--lang", "zh")
    assert said.out.startswith(WORDS[answer] + "  商业使用")


def test_an_answer_for_programs(cli: Run, model: Path, answer: str) -> None:
    said = cli("ask", model, "--format", "json")
    reply = json.loads(said.out)
    assert reply["answer"] == answer
    assert reply["verdict"] == {0: "pass", 1: "fail", 3: "review"}[said.code]
    assert reply["target"] == str(model)
    for reason in reply["reasons"]:
        assert set(reason["message"]) == {"en", "zh"}
        assert {"outcome", "code", "license", "clause", "claims"} <= set(reason)


@pytest.mark.parametrize("answer", ["no"], indirect=True)
def test_the_use_on_the_command_line_counts(cli: Run, model: Path) -> None:
    assert cli("ask", model, "--use", "research").code == 0


def test_training_is_asked_for_separately(cli: Run, tree: Make) -> None:
    folder = tree(
        **{
            "README.md": "---\nlicense: other\n---\n# Harbor corpus\n\n## License\n\n"
            "Licensed under CC-BY-ND-4.0.\n",
            "licaudit.yaml": "intent: {use: commercial, distribute: []}\n",
            "data/train.csv": "a,b\n",
        }
    )
    said = cli("ask", folder, "--train", "--format", "json")
    assert said.code in (1, 3)
    assert json.loads(said.out)["answer"] != "yes"


def test_an_intent_is_said_on_the_command_line(cli: Run, tree: Make) -> None:
    folder = tree(
        **{"README.md": "---\nlicense: cc-by-nc-4.0\n---\n# Harbor\n", "config.json": "{}"}
    )
    asked = ("ask", folder, "--format", "json")
    assert json.loads(cli(*asked).out)["answer"] == "no"
    quiet = cli(*asked, "--intent", "use=research", "--intent", "distribute=[]")
    assert (quiet.code, json.loads(quiet.out)["answer"]) == (0, "yes")


def test_the_license_of_the_release_is_said_on_the_command_line(cli: Run, tree: Make) -> None:
    folder = tree(
        **{
            "README.md": "---\nlicense: mit\n---\n# Harbor\n",
            "LICENSE": MIT,
            "licaudit.yaml": "packs: [open-release]\nintent: {distribute: [code]}\n",
        }
    )
    asked = ("ask", folder, "--format", "json")
    open_, said = (json.loads(cli(*asked, *more).out) for more in ((), ("--release-as", "MIT")))
    codes = [{r["code"] for r in reply["reasons"]} for reply in (open_, said)]
    assert "release-license-open" in codes[0]
    assert "release-license-open" not in codes[1]
