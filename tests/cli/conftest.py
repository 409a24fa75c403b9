"""The command line as a user meets it: `cli(...)` runs here, `program(...)` in its own process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from licaudit.cli import main

MIT = """MIT License

Copyright (c) 2026 The Harbor Authors

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""


@dataclass(frozen=True)
class Said:
    """What a run printed, and the code it ended with."""

    code: int
    out: str
    err: str
    folder: Path

    @property
    def audit(self) -> dict[str, Any]:
        """The audit.json it wrote into the default folder."""
        document: dict[str, Any] = json.loads(
            (self.folder / "licaudit-report" / "audit.json").read_bytes()
        )
        return document

    def sentence(self) -> str:
        """Its one sentence of an error."""
        assert "Traceback" not in self.err
        (line,) = self.err.splitlines()
        assert line.startswith("licaudit: ")
        assert line.endswith((".", "`"))
        return line.removeprefix("licaudit: ")


Run = Callable[..., Said]


@pytest.fixture
def cli(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run a command in an empty folder of its own."""

    def run(*words: object, folder: Path | None = None, debug: bool = True) -> Said:
        folder = folder or tmp_path_factory.mktemp("desk")
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["licaudit", *map(str, words)])
        monkeypatch.setenv("LICAUDIT_DEBUG", "1" if debug else "")
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        code = ended.value.code
        return Said(code if isinstance(code, int) else 0, said.out, said.err, folder)

    return run


def program(*words: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """`python -m licaudit` in a process of its own."""
    command = [sys.executable, "-m", "licaudit", *map(str, words)]
    options.setdefault("env", os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])})
    return subprocess.run(
        command, capture_output=True, check=False, encoding="utf-8", timeout=120, **options
    )


@pytest.fixture
def tree(tmp_path: Path) -> Callable[..., Path]:
    """Make a folder of files: `tree(LICENSE=..., **{"src/a.py": ...})`."""

    def make(name: str = "work", /, **files: str | bytes) -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        for path, content in files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return folder

    return make


@pytest.fixture
def clean(tree: Callable[..., Path]) -> Path:
    """A small tree that passes."""
    return tree(**{"LICENSE": MIT, "main.py": "print('hello')\n"})
