"""action.yml, the pre-commit hooks and the snippets of docs/ci.md, read and run as CI would."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema import Draft7Validator

from licaudit.documents import read_yaml
from licaudit.reporting import FORMATS

ROOT = Path(__file__).resolve().parents[2]
VERDICTS = {0: "pass", 1: "fail", 3: "review"}
# Stands in for licaudit: notes its arguments, writes what the real one would, ends as it is told.
FAKE = """#!/bin/bash
printf '%s\\n' "$@" > "$RUNNER_TEMP/arguments"
if [ -n "$VERDICT" ]; then
    mkdir -p "$OUT"
    printf '{"verdict": "%s"}' "$VERDICT" > "$OUT/audit.json"
    echo '::notice ::seen' > "$OUT/annotations.txt"
    echo '## summary' > "$OUT/summary.md"
fi
exit "$CODE_WANTED"
"""


def action() -> dict[str, Any]:
    loaded: dict[str, Any] = read_yaml((ROOT / "action.yml").read_text("utf-8"), "action.yml").data
    return loaded


def step(name: str) -> dict[str, Any]:
    (found,) = [s for s in action()["runs"]["steps"] if s.get("name") == name]
    return dict(found)


def snippets(language: str) -> list[str]:
    text = (ROOT / "docs" / "ci.md").read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def shell(script: str, folder: Path, **values: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "RUNNER_TEMP": str(folder / "temp"), **values}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    binaries = tmp_path / "temp" / "licaudit" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "licaudit").write_text(FAKE)
    (binaries / "licaudit").chmod(0o755)
    (binaries / "python").symlink_to(sys.executable)
    return tmp_path


def audit(
    folder: Path, code: int, fail_on: str = "review", written: bool = True, **inputs: str
) -> tuple[dict[str, str], str, int]:
    """Outputs of the audit step, what it printed, and how the gate ends after it."""
    values = {"TARGET": ".", "USE": "", "FORMAT": "", "PACK": "", "REPORT_LANG": "en", "OUT": "out"}
    values["BASELINE"] = ""
    values |= {"FAIL_ON": fail_on, "CODE_WANTED": str(code), **inputs}
    values["VERDICT"] = VERDICTS.get(code, "") if written else ""
    values |= {name: str(folder / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    done = shell(step("Audit")["run"], folder, **values)
    lines = (folder / "GITHUB_OUTPUT").read_text().splitlines()
    outputs = dict(line.split("=", 1) for line in lines)
    gate = shell(step("Gate")["run"], folder, CODE=outputs.get("code", ""), FAIL_ON=fail_on)
    return outputs, done.stdout, gate.returncode or done.returncode


@pytest.mark.parametrize(
    ("code", "fail_on", "end"),
    [
        (0, "review", 0),
        (1, "review", 1),
        (3, "review", 3),
        (2, "review", 2),
        (4, "review", 4),
        (1, "fail", 1),
        (3, "fail", 3),
        (1, "never", 0),
        (3, "never", 0),
        (2, "never", 2),
        (4, "never", 4),
    ],
)
def test_the_gate_of_the_action(workspace: Path, code: int, fail_on: str, end: int) -> None:
    outputs, printed, ended = audit(workspace, code, fail_on)
    assert ended == end
    assert outputs.get("verdict") == VERDICTS.get(code)
    assert ("::notice ::seen" in printed) == (code in VERDICTS)
    arguments = (workspace / "temp" / "arguments").read_text().splitlines()
    assert ("--allow-review" in arguments) == (fail_on == "fail")


def test_a_crash_is_no_verdict(workspace: Path) -> None:
    (workspace / "out").mkdir()
    (workspace / "out" / "audit.json").write_text('{"verdict": "pass"}')  # of an earlier run
    outputs, _, ended = audit(workspace, 1, "never", written=False)
    assert outputs == {"code": "4"}
    assert ended == 4


def test_an_audit_that_never_ran_does_not_pass(workspace: Path) -> None:
    assert shell(step("Gate")["run"], workspace, CODE="", FAIL_ON="never").returncode == 4
    _, _, ended = audit(workspace, 0, "sometimes")
    assert ended == 2


def test_inputs_are_words_not_commands(workspace: Path) -> None:
    evil = "$(touch owned); `touch owned` --help"
    audit(workspace, 0, TARGET=evil, USE=evil, PACK=f"a b,{evil}", FORMAT="junit", OUT="o u t")
    arguments = (workspace / "temp" / "arguments").read_text().splitlines()
    assert not (workspace / "owned").exists()
    assert arguments[-2:] == ["--", evil]
    assert arguments[arguments.index("--format") + 1] == "sarif,annotations,markdown,junit"
    packs = [value for flag, value in pairwise(arguments) if flag == "--pack"]
    assert packs == ["a b", evil]
    for found in action()["runs"]["steps"]:
        assert "${{" not in found.get("run", "")


def test_a_baseline_is_handed_on_where_one_is_given(workspace: Path) -> None:
    audit(workspace, 0, BASELINE="old audit.json")
    arguments = (workspace / "temp" / "arguments").read_text().splitlines()
    assert arguments[arguments.index("--baseline") + 1] == "old audit.json"
    audit(workspace, 0)
    assert "--baseline" not in (workspace / "temp" / "arguments").read_text()


def test_every_input_is_used_and_every_format_exists() -> None:
    text = (ROOT / "action.yml").read_text("utf-8")
    for name in action()["inputs"]:
        assert f"inputs.{name}" in text
    used = re.findall(r"--format ([a-z,]+)", (ROOT / "docs" / "ci.md").read_text("utf-8"))
    assert used
    assert {name for names in used for name in names.split(",")} <= set(FORMATS)


def test_the_page_lists_every_format_with_its_file() -> None:
    page = (ROOT / "docs" / "ci.md").read_text("utf-8")
    for name, writer in FORMATS.items():
        assert f"| `{name}` | `{writer.filename}` |" in page


def test_the_hooks_call_the_command_with_flags_it_has() -> None:
    from typer.main import get_command

    from licaudit.cli.app import app

    hooks = read_yaml((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"), "hooks").data
    command: Any = get_command(app)
    known = {flag for option in command.commands["audit"].params for flag in option.opts}
    for hook in hooks:
        name, verb, *rest = shlex.split(hook["entry"])
        assert (name, verb) == ("licaudit", "audit")
        assert {word for word in rest if word.startswith("--")} <= known
        assert hook["pass_filenames"] is False


CALL = re.compile(r"(?:^|[\s\"'/])licaudit\"? (audit|check|lock)((?: [^\s'\")#]+)*)", re.MULTILINE)


@pytest.mark.parametrize("language", ["yaml", "groovy", "console"])
def test_every_command_of_the_snippets_has_the_flags_it_is_given(language: str) -> None:
    from typer.main import get_command

    from licaudit.cli.app import app

    program: Any = get_command(app)
    calls = [c for s in snippets(language) for c in CALL.findall(s)]
    assert calls
    for verb, rest in calls:
        known = {flag for option in program.commands[verb].params for flag in option.opts}
        assert {word for word in rest.split() if word.startswith("--")} <= known, rest


def test_the_pipeline_of_gitee_has_the_parts_it_needs() -> None:
    (text,) = [s for s in snippets("yaml") if ".workflow/licaudit" in s]
    document = read_yaml(text, "gitee").data
    assert document["version"] == "1.0"
    (stage,) = document["stages"]
    (found,) = stage["steps"]
    assert found["step"] == "build@python"
    assert any(c.startswith("licaudit audit .") for c in found["commands"])
    assert found["artifacts"][0]["path"] == ["./licaudit-report"]


def test_the_pipelines_of_jenkins_are_balanced_and_read_our_files() -> None:
    pipeline, status = snippets("groovy")
    for text in (pipeline, status):
        assert all(text.count(a) == text.count(b) for a, b in ("{}", "()", "[]"))
        assert text.count("'''") % 2 == 0
    named = re.findall(r"licaudit-report/([\w.]+\w)", pipeline)
    assert named
    assert set(named) <= {writer.filename for writer in FORMATS.values()}


def validate(schema: str, document: Any) -> None:
    Draft7Validator(get_builtin_schema(schema)).validate(document)


def test_github_and_gitlab_would_accept_our_files() -> None:
    validate("vendor.github-actions", action())
    kinds = {".github/workflows": "vendor.github-workflows", "licaudit:\n": "vendor.gitlab-ci"}
    seen = set()
    for number, snippet in enumerate(snippets("yaml")):
        document = read_yaml(snippet, f"snippet {number}").data
        for mark, schema in kinds.items():
            if mark in snippet and ".workflow/licaudit" not in snippet:
                validate(schema, document)
                seen.add(schema)
    assert seen == set(kinds.values())


def test_no_registry_and_no_path_of_a_machine_is_written_down() -> None:
    unwanted = re.compile(r"index-url|pypi\.org|registry\.|mirrors?\.|/home/|/work/|/root/")
    for name in ("action.yml", ".pre-commit-hooks.yaml", "docs/ci.md"):
        assert not unwanted.search((ROOT / name).read_text("utf-8"))
