"""What the gate refuses to judge by: one sentence, file and line, exit 2, and no report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import MIT, Run, Said

Make = Callable[..., Path]
PACK = "id: {0}\nname: {{en: A, zh: 甲}}\ndescription: {{en: A., zh: 甲。}}\n{1}"
RULE = """id: planted
severity: high
for: subject
{0}
why: {{en: Why., zh: 理由。}}
fix: {{en: Fix., zh: 处理。}}
references: [DESIGN]
examples:
  fires: [{{subject: {{root: true}}, outcome: fail}}]
  silent: [{{subject: {{root: false}}}}]
"""
EACH = "subject.claims.exists({0}, {1})"


@pytest.fixture
def work(tree: Make) -> Path:
    """A tree that passes, with the packs that the project file names beside it."""
    return tree(**{"LICENSE": MIT, "main.py": "print('hello')\n"})


def pack(folder: Path, name: str, condition: str = "fail: subject.root", more: str = "") -> None:
    (folder / name).mkdir()
    (folder / name / "pack.yaml").write_text(PACK.format(name, more), "utf-8")
    if condition:
        (folder / name / "planted.yaml").write_text(RULE.format(condition), "utf-8")


def refused(said: Said, place: str) -> str:
    """The sentence of a refusal, which begins with its place."""
    assert said.code == 2
    assert not (said.folder / "licaudit-report" / "report.html").exists()
    assert said.out == ""
    assert place in said.sentence().split(" ")[0], said.sentence()
    return said.sentence()


def test_packs_that_contradict_each_other(cli: Run, work: Path) -> None:
    pack(work, "one")
    pack(work, "two", "fail: '!subject.root'")
    (work / "licaudit.yaml").write_text("packs: [./one, ./two]\n")
    sentence = refused(cli("audit", work), "two/planted.yaml:1:")
    assert "`one` and `two` contradict each other about the rule `planted`" in sentence


def test_two_packs_of_one_name(cli: Run, work: Path, tmp_path: Path) -> None:
    pack(work, "one")
    (tmp_path / "other").mkdir()
    pack(tmp_path / "other", "one")
    said = cli("audit", work, "--pack", work / "one", "--pack", tmp_path / "other" / "one")
    assert "two packs are called `one`" in refused(said, "other/one/pack.yaml")


def test_a_pack_path_that_does_not_exist(cli: Run, work: Path) -> None:
    (work / "licaudit.yaml").write_text("posture: strict\npacks:\n  - ci-default\n  - ./nowhere\n")
    sentence = refused(cli("audit", work), "licaudit.yaml:4:5")
    assert "there is no pack" in sentence
    (work / "licaudit.yaml").unlink()
    said = cli("audit", work, "--pack", "./nowhere")
    assert said.code == 2
    assert said.sentence().startswith("there is no pack `./nowhere`. Packs: ci-default, ")


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        (
            "fail: "
            + EACH.format("a", EACH.format("b", EACH.format("c", "a == b && b == c && c != a"))),
            "at most 4 list macros, 2 inside each other",
        ),
        ("fail: " + " && ".join(["subject.root"] * 400), "too long to be read by a person"),
        ("fail: " + "(" * 90 + "subject.root" + ")" * 90, "too many brackets"),
    ],
    ids=["macros in macros", "without end", "brackets in brackets"],
)
def test_a_condition_that_runs_away(cli: Run, work: Path, condition: str, says: str) -> None:
    pack(work, "mine", condition)
    for command in (("audit", work), ("ask", work, "--config", work / "licaudit.yaml")):
        (work / "licaudit.yaml").write_text("packs: [./mine]\n")
        assert says in refused(cli(*command), "mine/planted.yaml:4:")


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        (
            "waivers:\n  - {rule: a, artifact: b, fingerprint: c, reason: d, approver: e}\n",
            "licaudit.yaml:2:",
            "`expires` is required",
        ),
        (
            "intent:\n  use: commercial\n  users_in: [CN, Europe]\n",
            "licaudit.yaml:3:18",
            "`Europe` is no region",
        ),
        (
            "params:\n  strong_copyleft: [combined, netwrok]\n",
            "licaudit.yaml:2:31",
            "`netwrok` in `params.strong_copyleft` is no copyleft. The nearest word is `network`.",
        ),
        (
            "packs: [open-release]\nparams:\n  candidates:\n    - MIT\n    - Apache-2\n",
            "licaudit.yaml:5:7",
            "`Apache-2` in `params.candidates` is no license. The nearest word is `Apache-2.0`.",
        ),
    ],
    ids=["no expiry", "no region", "no word", "no license"],
)
def test_a_project_file_that_says_nothing_known(
    cli: Run, work: Path, text: str, place: str, says: str
) -> None:
    (work / "licaudit.yaml").write_text(text)
    assert says in refused(cli("audit", work), place)
    assert says in refused(cli("lock", work, "--offline"), place) or "params" in text


def test_a_word_that_no_vocabulary_of_a_pack_knows(cli: Run, work: Path) -> None:
    more = "params: {loud: [network, loud]}\nwords: {loud: copyleft}\n"
    pack(work, "mine", "fail: subject.licenses.exists(l, l.copyleft in params.loud)", more)
    (work / "licaudit.yaml").write_text("packs: [./mine]\n")
    assert "`loud` in `params.loud` is no copyleft" in refused(
        cli("audit", work), "mine/pack.yaml:4:26"
    )


@pytest.mark.parametrize("command", ["audit", "ask", "lock", "check"])
@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("users_in=CN,Europe", "`Europe` is no region"),
        ("uze=research", "unknown key `uze`"),
        ("research", "`research` is no part of an intent"),
    ],
)
def test_an_intent_on_the_command_line_that_nobody_knows(
    cli: Run, work: Path, command: str, value: str, says: str
) -> None:
    if command == "check":
        first = cli("audit", work)
        said = cli("check", first.folder / "licaudit-report" / "audit.json", "--intent", value)
    else:
        said = cli(command, work, "--intent", value)
    assert said.code == 2
    assert says in said.sentence()
