"""`--matcher provenant`: the reports say which program matched, and its failures are gaps."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.licenses.standin import StandIn, own_cache, stand_in

RULE = "gpl-2.0-plus_64.RULE"
NOTICE = Path(__file__).parents[1] / "assets" / "provenant" / "notice"


@pytest.fixture
def program(tmp_path: Path, cache_home: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """A program called `provenant` that knows the notice."""
    own_cache(tmp_path / "cache", cache_home, monkeypatch)
    found = stand_in(tmp_path / "bin", monkeypatch)
    found.says((NOTICE / "answer.json").read_text("utf-8"))
    return found


@pytest.fixture
def pond(clean: Path) -> Path:
    """A tree that passes but for the licenses in its notice."""
    (clean / "NOTICE").write_bytes((NOTICE / "text.txt").read_bytes())
    return clean


def test_reports_say_which_program_matched(cli: Run, pond: Path, program: StandIn) -> None:
    said = cli("audit", pond, "--matcher", "provenant", "--format", "markdown")
    assert said.audit["tool"] == {"engine": {"name": "provenant", "version": "1.0.16"}}
    found = [c for c in said.audit["claims"] if c["location"]["path"] == "NOTICE"]
    assert {c["expression"]: c["rule"] for c in found} == {"GPL-2.0-or-later": RULE}
    words = "matched by provenant 1.0.16 in place of ScanCode"
    folder = said.folder / "licaudit-report"
    assert words in (folder / "report.html").read_text("utf-8")
    assert words in (folder / "summary.md").read_text("utf-8").replace("\\", "")
    assert words in said.out


def test_by_default_scancode_matches(cli: Run, pond: Path, program: StandIn) -> None:
    said = cli("audit", pond)
    assert "tool" not in said.audit
    assert program.calls == []


def test_a_failing_program_is_a_gap_and_a_review(cli: Run, clean: Path, program: StandIn) -> None:
    assert cli("audit", clean).code == 0
    (clean / "NOTICE").write_text("All of this is the pond's.\n")
    program.says("panicked", 101)
    said = cli("audit", clean, "--matcher", "provenant")
    assert said.code == 3
    (gap,) = [g for g in said.audit["gaps"] if g["reason"] == "cut_short"]
    assert gap["detail"] == "provenant failed on it (exit code 101)"
    assert gap["location"]["path"] == "NOTICE"


def test_the_environment_may_choose_it(
    cli: Run, pond: Path, program: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LICAUDIT_MATCHER", "provenant")
    assert cli("audit", pond).audit["tool"]["engine"]["name"] == "provenant"
    assert "tool" not in cli("audit", pond, "--matcher", "scancode").audit


def test_a_replay_matches_with_what_the_recording_matched_with(
    cli: Run, pond: Path, program: StandIn, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    first = cli("audit", pond, "--matcher", "provenant", "--record", kept)
    again = cli("audit", pond, "--replay", kept)
    assert again.audit["tool"] == first.audit["tool"]
    assert again.audit["claims"] == first.audit["claims"]


def test_identify_asks_it_too(cli: Run, pond: Path, program: StandIn) -> None:
    said = cli("identify", pond / "NOTICE", "--matcher", "provenant")
    assert said.code == 0
    assert "GPL-2.0-or-later" in said.out
    assert program.calls


@pytest.mark.parametrize("command", ["audit", "identify"])
@pytest.mark.parametrize(
    ("words", "variable", "sentence"),
    [
        (("--matcher", "nomos"), "", "`nomos` is no matcher. Use one of scancode, provenant."),
        ((), "nomos", "$LICAUDIT_MATCHER: `nomos` is no matcher. Use one of scancode, provenant."),
        (("--matcher", "provenant"), "", "no program `provenant` is on PATH"),
    ],
)
def test_what_cannot_be_chosen_is_refused(
    cli: Run,
    clean: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    words: tuple[str, ...],
    variable: str,
    sentence: str,
) -> None:
    monkeypatch.setenv("LICAUDIT_MATCHER", variable)
    monkeypatch.setenv("PATH", "")
    said = cli(command, clean, *words)
    assert said.code == 2
    assert sentence in said.sentence()
