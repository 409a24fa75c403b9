"""The same files read by licaudit and by ScanCode, each in a process of its own, at the same time.

licaudit answers through `licaudit identify --format json`, as a user would ask it; ScanCode through
its API (`scancode.api.get_licenses`): the matches of its detections and of its clues. Answers are
sets of license ids: the leaves of all expressions, SPDX where there is one. Words that name no
license ("see the license file", a warranty disclaimer) count on no side.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from evaluate.knowledge import ours
from licaudit.licenses import engine
from licaudit.licenses.engine import GENERIC

Ids = frozenset[str]
State = Literal["right", "open", "fewer", "silent", "other"]
STATES: tuple[State, ...] = ("right", "open", "fewer", "silent", "other")
NICE = 10
OPERATORS = ("AND", "OR", "WITH")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one side names in a file, and whether it says itself that something is not known."""

    ids: Ids
    open: bool = False
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Both:
    """The two answers on one file or folder."""

    licaudit: Answer
    scancode: Answer


def read_both(paths: list[Path]) -> dict[Path, Both]:
    """Both answers on each path, in about half a second a file."""
    asked = "\n".join(map(str, paths))
    mine, theirs = (_started(side) for side in ("licaudit", "scancode"))
    for process in (mine, theirs):
        assert process.stdin
        process.stdin.write(asked)
        process.stdin.close()
    answers = [json.loads(_finished(process)) for process in (mine, theirs)]
    return {
        path: Both(_licaudit(answers[0][number]), Answer(_ids(answers[1][number])))
        for number, path in enumerate(paths)
    }


def state(answer: Answer, expected: Ids) -> State:
    """How an answer stands to what is expected. `open`: it differs, and says so itself."""
    if answer.ids == expected:
        return "right"
    if answer.open:
        return "open"
    if answer.ids < expected:
        return "fewer" if answer.ids else "silent"
    return "other"


def expected_ids(expressions: Iterable[str]) -> Ids:
    """The license ids of expressions written in ScanCode's keys."""
    return _ids([list(expressions)])


def _started(side: str) -> subprocess.Popen[str]:
    command = ["nice", "-n", str(NICE), sys.executable, "-m", "evaluate.side_by_side", side]
    pipe = subprocess.PIPE
    root = Path(__file__).parents[1]
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=root, env=os.environ)


def _finished(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    printed = process.stdout.read()
    if process.wait():
        raise SystemExit(f"evaluate: a reader ended with {process.returncode}")
    return printed


def _licaudit(found: dict[str, Any]) -> Answer:
    blocking = tuple(dict.fromkeys(g["reason"] for g in found["gaps"] if g["blocks"]))
    ids = frozenset(_known_as(i) for e in found["expressions"] for i in _leaves(e))
    return Answer(ids - {ours().catalog.id_of(key) for key in GENERIC}, bool(blocking), blocking)


def _ids(found: list[list[str]]) -> Ids:
    keys = {key for expressions in found for e in expressions for key in _leaves(e)}
    return frozenset(ours().catalog.id_of(key) for key in keys - GENERIC)


def _leaves(expression: str) -> list[str]:
    words = expression.replace("(", " ").replace(")", " ").split()
    return [w for w in words if w not in OPERATORS]


@cache
def _known_as(license_id: str) -> str:
    """Our own id for a license that ScanCode knows by a key: the key's id."""
    terms = ours().knowledge.get(license_id)
    if license_id.startswith("LicenseRef-licaudit-") and terms and terms.scancode:
        return ours().catalog.id_of(terms.scancode[0])
    return license_id


def _read_as_licaudit(paths: list[str]) -> list[dict[str, Any]]:
    from typer.testing import CliRunner

    from licaudit.cli.app import app

    engine.SECONDS = 600.0  # a busy machine must not change what is found
    result = CliRunner().invoke(app, ["identify", *paths, "--format", "json"])
    if result.exit_code:
        raise SystemExit(f"evaluate: licaudit identify: {result.output} {result.exception!r}")
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def _read_as_scancode(paths: list[str]) -> list[list[list[str]]]:
    """Per path the expressions, in ScanCode's keys, of every match; a folder's files together."""
    from scancode.api import get_licenses

    answers = []
    for path in map(Path, paths):
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        expressions = []
        for file in files:
            found = get_licenses(str(file))
            matches = [m for d in found["license_detections"] for m in d["matches"]]
            matches += found["license_clues"]
            expressions.append([m["license_expression"] for m in matches])
        answers.append(expressions)
    return answers


if __name__ == "__main__":
    named = sys.stdin.read().split("\n")
    reader = _read_as_licaudit if sys.argv[1] == "licaudit" else _read_as_scancode
    answered = reader(named)
    print(json.dumps(answered))
