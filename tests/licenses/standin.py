"""A program called `provenant` that answers with what a test gives it."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

_PROGRAM = """#!{python} -S
import pathlib, sys
here = pathlib.Path(__file__).parent
if sys.argv[1:] == ["--version"]:
    print((here / "version").read_text())
    sys.exit(0)
with (here / "calls").open("a") as calls:
    calls.write(" ".join(sys.argv[1:]) + "\\n")
sys.stdout.write((here / "answer").read_text())
sys.exit(int((here / "code").read_text()))
"""


@dataclass(frozen=True, slots=True)
class StandIn:
    """The program's folder, which is first on PATH."""

    folder: Path

    def says(self, answer: str, code: int = 0) -> None:
        """What it answers from now on, and the exit code it ends with."""
        (self.folder / "answer").write_text(answer, "utf-8")
        (self.folder / "code").write_text(str(code))

    def is_release(self, words: str) -> None:
        """What `provenant --version` prints."""
        (self.folder / "version").write_text(words)

    @property
    def calls(self) -> list[str]:
        """The arguments of each scan so far."""
        path = self.folder / "calls"
        return path.read_text().splitlines() if path.exists() else []


def own_cache(folder: Path, shared: Path, patch: pytest.MonkeyPatch) -> None:
    """A cache without answers, in which the indexes of the shared one stand."""
    (folder / "licaudit").mkdir(parents=True)
    (shared / "licaudit" / "index").mkdir(parents=True, exist_ok=True)
    (folder / "licaudit" / "index").symlink_to(shared / "licaudit" / "index")
    patch.setenv("XDG_CACHE_HOME", str(folder))


def stand_in(folder: Path, patch: pytest.MonkeyPatch) -> StandIn:
    """Put the program into a folder, and that folder first on PATH."""
    folder.mkdir(parents=True)
    program = folder / "provenant"
    program.write_text(_PROGRAM.format(python=sys.executable))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    patch.setenv("PATH", f"{folder}{os.pathsep}{os.environ.get('PATH', '')}")
    found = StandIn(folder)
    found.is_release("provenant 1.0.16")
    return found
