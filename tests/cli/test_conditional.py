"""Conditional licenses both ways: review while a question is open, pass once all are answered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import licensedcode
import pytest

from .conftest import MIT, Run

Make = Callable[..., Path]
DEEPSEEK = "LicenseRef-scancode-deepseek-la-1.0"
CARD = """# Deep Harbor

## License

The code is under the MIT License (LICENSE-CODE). The use of the model weights is subject to the
DeepSeek License Agreement (LICENSE-MODEL), which supports commercial use.
"""
ANSWERS = """intent:
  use: commercial
  actor: company
  established_in: CN
  users_in: [CN]
  modify: false
  train: false
  train_on_outputs: false
  distribute: []
  restricted_fields: []
"""


def text_of(key: str) -> str:
    """The text of a license, from ScanCode's own copy of it."""
    file = Path(licensedcode.__file__).parent / "data" / "licenses" / f"{key}.LICENSE"
    return file.read_text("utf-8").split("---\n", 2)[2]


@pytest.fixture
def deepseek(tree: Make) -> Path:
    return tree(
        "deep-harbor",
        **{
            "LICENSE-MODEL": text_of("deepseek-la-1.0"),
            "LICENSE-CODE": MIT,
            "README.md": CARD,
            "config.json": '{"model_type": "llama"}',
            "infer.py": "print('hello')\n",
        },
    )


@pytest.fixture
def agpl(tree: Make) -> Path:
    return tree(
        "harbor-detector",
        **{
            "LICENSE": text_of("agpl-3.0"),
            "README.md": "---\nlicense: agpl-3.0\n---\n# Harbor detector\n",
            "config.json": "{}",
            "detect.py": "print('hello')\n",
        },
    )


def outcomes(audit: dict) -> dict[str, tuple[str, str]]:
    return {v["scope"]: (v["outcome"], v["expression"]) for v in audit["verdicts"]}


def test_a_model_under_use_restrictions_is_review_while_nobody_answers(
    cli: Run, deepseek: Path
) -> None:
    said = cli("audit", deepseek)
    assert said.code == 3
    assert outcomes(said.audit)["weights"] == ("review", DEEPSEEK)
    assert outcomes(said.audit)["code"][1] == "MIT"
    assert "eligibility-open" in {f["rule"] for f in said.audit["findings"]}


def test_a_model_under_use_restrictions_passes_once_they_are_answered(
    cli: Run, deepseek: Path
) -> None:
    (deepseek / "licaudit.yaml").write_text(ANSWERS)
    said = cli("audit", deepseek)
    assert said.code == 0, said.out
    assert outcomes(said.audit) == {"weights": ("pass", DEEPSEEK), "code": ("pass", "MIT")}
    assert cli("ask", deepseek).code == 0


def test_a_restricted_field_is_no_pass(cli: Run, deepseek: Path) -> None:
    answers = ANSWERS.replace("restricted_fields: []", "restricted_fields: [military]")
    (deepseek / "licaudit.yaml").write_text(answers)
    said = cli("audit", deepseek)
    assert said.code == 1, said.out
    assert outcomes(said.audit)["weights"][0] == "fail"
    assert outcomes(said.audit)["code"] == ("pass", "MIT")


def test_shipping_a_restricted_model_under_its_own_license_passes_its_limits_on(
    cli: Run, deepseek: Path
) -> None:
    (deepseek / "licaudit.yaml").write_text(
        ANSWERS.replace("distribute: []", "distribute: [weights]")
    )
    said = cli("audit", deepseek)
    assert said.code == 0, said.out
    (duty,) = [o for o in said.audit["obligations"] if o["condition"] == "flow-down"]
    assert duty["status"] == "met"
    assert duty["evidence"]


def test_shipping_a_restricted_model_under_a_freer_license_is_no_pass(
    cli: Run, deepseek: Path
) -> None:
    answers = ANSWERS.replace("distribute: []", "distribute: [weights]\n  release_as: MIT")
    (deepseek / "licaudit.yaml").write_text(answers)
    said = cli("audit", deepseek)
    assert said.code in (1, 3), said.out
    assert outcomes(said.audit)["weights"][0] != "pass"
    (duty,) = [o for o in said.audit["obligations"] if o["condition"] == "flow-down"]
    assert duty["status"] != "met"


def test_network_copyleft_is_review_while_nobody_says_what_is_shipped(cli: Run, agpl: Path) -> None:
    said = cli("audit", agpl)
    assert said.code == 3
    assert {o for o, _ in outcomes(said.audit).values()} == {"review"}
    assert cli("ask", agpl).out.startswith("Only if")


def test_network_copyleft_passes_unchanged_and_in_the_house(cli: Run, agpl: Path) -> None:
    (agpl / "licaudit.yaml").write_text(ANSWERS)
    said = cli("audit", agpl)
    assert said.code == 0, said.out
    assert cli("ask", agpl).out.startswith("Yes")


def test_network_copyleft_changed_and_served_is_no_pass(cli: Run, agpl: Path) -> None:
    answers = ANSWERS.replace("modify: false", "modify: true")
    answers = answers.replace("distribute: []", "distribute: [service]")
    (agpl / "licaudit.yaml").write_text(answers)
    said = cli("audit", agpl)
    assert said.code == 3, said.out
    assert "network-source" in {
        o["condition"] for o in said.audit["obligations"] if o["status"] == "manual"
    }
