"""`--matcher provenant`: its answers count like ScanCode's, and what it leaves open is a gap."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.errors import ToolError, UsageError
from licaudit.licenses import engine, matcher
from licaudit.licenses.provenant import NAME, open_provenant, read_answer
from tests.licenses.standin import StandIn, own_cache, stand_in

# Recorded from provenant 1.0.16 (`scan --license --json - --strip-root`), its long header left out.
ASSETS = Path(__file__).parents[1] / "assets" / "provenant"
TEXT = "A program of the pond, version 3.\n"


@pytest.fixture
def program(tmp_path: Path, cache_home: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """A program of that name on PATH, and a cache of its own for it."""
    own_cache(tmp_path / "cache", cache_home, monkeypatch)
    return stand_in(tmp_path / "bin", monkeypatch)


def recorded(name: str) -> tuple[str, dict[str, Any]]:
    """(a text, what Provenant said of it)."""
    folder = ASSETS / name
    answer: dict[str, Any] = json.loads((folder / "answer.json").read_text("utf-8"))
    return (folder / "text.txt").read_text("utf-8"), answer


def test_its_matches_are_like_scancodes(program: StandIn) -> None:
    text, answer = recorded("notice")
    program.says(json.dumps(answer))
    ours = engine.match(text)
    with matcher.using(NAME):
        theirs = engine.match(text)
    assert theirs.unread is None
    assert theirs.matches == ours.matches
    assert program.calls, "the program was not asked"


def test_what_it_could_not_read_is_told(program: StandIn) -> None:
    text, answer = recorded("notice")
    answer["files"][0]["scan_errors"] = ["Timeout while processing"]
    program.says(json.dumps(answer))
    with matcher.using(NAME):
        found = engine.match(text)
    assert found.unread == "provenant did not read it whole (Timeout while processing)"


def without_files(answer: dict[str, Any]) -> None:
    del answer["files"]


def without_the_file(answer: dict[str, Any]) -> None:
    answer["files"] = []


def without_lines(answer: dict[str, Any]) -> None:
    del answer["files"][0]["license_detections"][0]["matches"][0]["start_line"]


def with_lines_upside_down(answer: dict[str, Any]) -> None:
    answer["files"][0]["license_detections"][0]["matches"][0]["start_line"] = 900


def with_no_number(answer: dict[str, Any]) -> None:
    answer["files"][0]["license_detections"][0]["matches"][0]["score"] = float("nan")


@pytest.mark.parametrize(
    "change",
    [without_files, without_the_file, without_lines, with_lines_upside_down, with_no_number],
)
def test_an_answer_of_another_shape_is_no_answer(program: StandIn, change: Any) -> None:
    text, answer = recorded("notice")
    change(answer)
    program.says(json.dumps(answer))
    with matcher.using(NAME):
        found = engine.match(text)
    assert found.matches == ()
    assert found.unread is not None
    assert NAME in found.unread


@pytest.mark.parametrize(("answer", "code"), [("", 0), ("{", 0), ("panicked", 101), ("{}", -9)])
def test_a_program_that_fails_leaves_a_gap(program: StandIn, answer: str, code: int) -> None:
    program.says(answer, code % 256)
    with matcher.using(NAME):
        found = engine.match(TEXT)
    assert found.matches == ()
    assert found.unread is not None


def test_a_text_is_asked_for_once_and_again_of_another_version(program: StandIn) -> None:
    text, answer = recorded("notice")
    program.says(json.dumps(answer))
    found = []
    for _ in range(2):
        with matcher.using(NAME):
            found.append(engine.match(text))
    assert found[0] == found[1]
    assert len(program.calls) == 1
    program.is_release("provenant 1.1.0")
    with matcher.using(NAME):
        engine.match(text)
    assert len(program.calls) == 2


def test_a_failure_is_not_kept(program: StandIn) -> None:
    text, answer = recorded("notice")
    program.says("panicked", 101)
    with matcher.using(NAME):
        assert engine.match(text).unread
    program.says(json.dumps(answer))
    with matcher.using(NAME):
        assert engine.match(text).unread is None


def test_every_file_asked_for_has_an_answer_or_a_trouble(program: StandIn, tmp_path: Path) -> None:
    text, answer = recorded("notice")
    names = ["text.txt", "left-out.txt", "two\nlines.txt"]
    for name in names:
        (tmp_path / name).write_text(text)
    program.says(json.dumps(answer))
    with matcher.using(NAME):
        chosen = matcher.chosen()
        assert chosen is not None
        found = list(chosen.files([str(tmp_path / name) for name in names]))
    assert found[0] == (answer["files"][0]["detected_license_expression_spdx"], None)
    assert found[1:] == [(None, "provenant left it out")] * 2


def test_without_the_program_the_choice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match=r"not installed.*cargo install"), matcher.using(NAME):
        pass
    assert matcher.chosen() is None


def test_a_program_of_the_audited_folder_is_not_run(
    program: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(program.folder)
    monkeypatch.setenv("PATH", ".")
    with pytest.raises(UsageError):
        open_provenant()
    assert program.calls == []


def test_a_program_without_a_version_is_refused(program: StandIn) -> None:
    program.is_release("who knows")
    with pytest.raises(ToolError, match="does not tell its version"):
        open_provenant()


def test_the_choice_ends_with_its_block(program: StandIn) -> None:
    with matcher.using(NAME):
        inner = matcher.tool()
        with matcher.using(NAME):
            assert matcher.tool() == inner
        with matcher.using("scancode"):
            assert matcher.tool() is None
        assert matcher.tool() == inner
    assert matcher.tool() is None
    assert inner is not None
    assert (inner.engine.name, inner.engine.version) == (NAME, "1.0.16")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["files", "type", "path", "license_detections", "matches", "scan_errors", "score"]
            ),
            inner | st.just("file"),
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_no_answer_breaks_the_reader(document: object) -> None:
    try:
        found = read_answer(json.dumps(document).encode())
    except ValueError:
        return
    assert all(said.trouble or said.matches == () for said in found.values())
