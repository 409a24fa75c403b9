"""Help is instant: nothing heavy is imported for it, and every command has words of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Run

# `typer` itself imports pydantic for commands with flags, when it is there.
HEAVY = (
    "cel_expr_python",
    "google.protobuf",
    "jinja2",
    "licensedcode",
    "license_expression",
    "networkx",
    "packagedcode",
    "requests",
    "rich",
    "ruamel.yaml",
    "spdx_tools",
)
COMMANDS = (
    "audit",
    "ask",
    "compat",
    "explain",
    "identify",
    "lock",
    "rules",
    "rules list",
    "rules show",
    "rules docs",
)


@pytest.mark.parametrize("words", ["--help", "--version", "", *(f"{c} --help" for c in COMMANDS)])
def test_nothing_heavy_is_imported_for_help(root: Path, words: str) -> None:
    code = (
        "import sys\n"
        f"sys.argv = ['licaudit', *{words.split()!r}]\n"
        "from licaudit.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        f"print('HEAVY', [m for m in {HEAVY!r} if m in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "HEAVY []"
    assert "Usage" in done.stdout + done.stderr or words == "--version"


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_fits_a_terminal_and_explains_every_flag(cli: Run, command: str) -> None:
    said = cli(*command.split(), "--help")
    assert said.code == 0
    assert max(map(len, said.out.splitlines())) <= 80
    for line in said.out.splitlines():
        assert not line.rstrip().endswith("--"), line


def test_no_command_is_a_question_for_help(cli: Run) -> None:
    said = cli()
    assert said.code in (0, 2)
    assert "Usage: licaudit" in said.out + said.err


def test_the_version(cli: Run) -> None:
    from licaudit import __version__

    said = cli("--version")
    assert (said.code, said.out) == (0, f"licaudit {__version__}\n")


def test_the_help_of_audit_names_every_format(cli: Run) -> None:
    from licaudit.reporting import FORMATS

    words = cli("audit", "--help").out.replace(",", " ").replace(".", " ").split()
    assert set(FORMATS) <= set(words)
