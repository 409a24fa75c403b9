"""Whole trees: every file's licenses, from a cache that survives anything, on several cores."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from licaudit.licenses import file_match, results_cache, scan, whole_file, workers
from licaudit.licenses.catalog import text_of
from licaudit.licenses.file_lines import Lines
from licaudit.licenses.file_match import Matched, match_file, open_clues, open_rules
from licaudit.licenses.results_cache import Kept, ResultsCache, mark
from licaudit.licenses.text_query import TextQuery
from licaudit.licenses.workers import DIED, Workers

HEADER = "# Licensed under the Apache License, Version 2.0 (the License).\n"
CODE = "def flock(birds):\n    return [b.name for b in birds if b.wings]\n" * 40


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small tree: a text, a header in long code, code without a word, and things not to crash."""
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "LICENSE").write_text(text_of("mit") or "")
    (folder / "birds.py").write_text(HEADER + CODE)
    (folder / "end.c").write_text(
        CODE + "/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */\n"
    )
    (folder / "plain.py").write_text(CODE)
    (folder / "empty.txt").write_text("")
    (folder / "wide.txt").write_bytes(HEADER.encode("utf-16"))
    (folder / "line.txt").write_text("licensed birds " * 20_000)
    (folder / "zeros.bin").write_bytes(b"\0" * 5_000 + b"license")
    for path in folder.iterdir():
        os.utime(path, (1_700_000_000, 1_700_000_000))
    return folder


def _answers(folder: Path, jobs: int = 1) -> dict[str, str | None]:
    paths = [str(p) for p in sorted(folder.iterdir())]
    found = list(scan.scan(paths, jobs))
    assert [a.path for a in found] == paths
    return {Path(a.path).name: a.expression for a in found}


EXPECTED = {
    "LICENSE": "MIT",
    "birds.py": "Apache-2.0",
    "end.c": "GPL-2.0-only OR BSD-3-Clause",
    "plain.py": None,
    "empty.txt": None,
    "wide.txt": "Apache-2.0",
    "line.txt": None,
    "zeros.bin": None,
}


def test_each_file_has_its_licenses(tree: Path) -> None:
    assert _answers(tree) == EXPECTED


def test_an_unchanged_tree_is_answered_without_opening_a_file(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _answers(tree)

    def never(*_: object) -> bytes:
        raise AssertionError("a file was opened")

    monkeypatch.setattr(Path, "read_bytes", never)
    assert _answers(tree) == first


def test_a_changed_file_is_read_again(tree: Path) -> None:
    _answers(tree)
    (tree / "plain.py").write_text(HEADER + CODE)
    assert _answers(tree)["plain.py"] == "Apache-2.0"
    (tree / "birds.py").write_text(CODE)
    assert _answers(tree)["birds.py"] is None


def test_several_processes_give_the_same(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(60):
        (tree / f"bird{number}.py").write_text(f"# bird {number}\n{HEADER}{CODE}")
    monkeypatch.setattr(scan, "ResultsCache", lambda version: ResultsCache("none", tree / "no"))
    assert _answers(tree, 2) == _answers(tree, 1)


def test_a_file_that_vanishes_is_a_gap(tree: Path) -> None:
    gone = str(tree / "gone.py")
    (found,) = scan.scan([gone])
    assert found.expression is None
    assert found.gap is not None
    assert "gone.py" in found.gap


@pytest.mark.parametrize("damage", [b"", b"not a database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_cache_is_begun_anew(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "v.sqlite").write_bytes(damage)
    cache = ResultsCache("v", tmp_path)
    cache.keep([Kept("a.py", "1:2", b"d", "MIT")])
    assert cache.answer_for(b"d") == "MIT"
    assert cache.answer_at("a.py", "1:2") == "MIT"
    assert cache.answer_at("a.py", "1:3") is None


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    cache = ResultsCache("v", blocked)
    cache.keep([Kept("a.py", "1:2", b"d", "MIT")])
    assert cache.answer_for(b"d") is None


def test_a_file_written_just_now_is_never_taken_by_its_stat(tmp_path: Path) -> None:
    path = tmp_path / "new.py"
    path.write_text(CODE)
    assert mark(path.stat()) is None
    os.utime(path, ns=(0, path.stat().st_mtime_ns - 2 * results_cache.FRESH))
    assert mark(path.stat()) is not None


def test_a_kill_while_writing_leaves_whole_answers(tmp_path: Path) -> None:
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from licaudit.licenses.results_cache import Kept, ResultsCache\n"
        "cache = ResultsCache('v', Path(sys.argv[1]))\n"
        "cache.keep([Kept('a.py', '1', b'd', 'MIT')])\n"
        "cache._database.execute(\"INSERT INTO answers VALUES (x'00', 'half')\")\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    cache = ResultsCache("v", tmp_path)
    assert cache.answer_for(b"d") == "MIT"
    assert cache.answer_for(b"\0") is None


def test_a_match_tells_where_it_stands(tree: Path) -> None:
    (found,) = scan.scan([str(tree / "end.c")])
    (match,) = found.matches
    data = (tree / "end.c").read_bytes()
    assert match.expression == "GPL-2.0-only OR BSD-3-Clause"
    assert (match.line, match.end_line) == (81, 81)
    assert (match.rung, match.confidence) == ("identifier", 1.0)
    assert match.start is not None
    assert match.length is not None
    assert data[match.start : match.start + match.length].startswith(b"/* SPDX")


def test_what_is_known_is_told_in_full(tree: Path) -> None:
    paths = [str(tree / "birds.py"), str(tree / "LICENSE")]
    first = list(scan.scan(paths))
    assert list(scan.scan(paths)) == first
    assert first[0].matches


def test_files_of_one_content_are_matched_once(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        (tree / f"copy{number}.py").write_text("# a copy\n" + HEADER + CODE)
    seen: list[str] = []

    def noted(name: str) -> Matched:
        seen.append(name)
        return match_file(name)

    monkeypatch.setattr(workers, "match_file", noted)
    found = list(scan.scan([str(p) for p in sorted(tree.glob("copy*"))]))
    assert {a.expression for a in found} == {"Apache-2.0"}
    assert len(seen) == 1


def test_a_tree_of_several_portions_keeps_its_order(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "PORTION", 3)
    told: list[tuple[int, int]] = []
    paths = [str(p) for p in sorted(tree.iterdir())]
    found = list(scan.scan(paths, progress=lambda done, total: told.append((done, total))))
    assert {Path(a.path).name: a.expression for a in found} == EXPECTED
    assert told[-1] == (len(paths), len(paths))
    assert told == sorted(told)


@pytest.mark.parametrize("damage", ["{", "[1]", '["MIT", [[1]]]', "7"])
def test_a_damaged_answer_is_worked_out_again(tree: Path, damage: str) -> None:
    path = tree / "birds.py"
    list(scan.scan([str(path)]))
    cache = ResultsCache(scan._version())
    assert cache._database is not None
    with cache._database:
        cache._database.execute("UPDATE answers SET answer = ?", (damage,))
    cache.close()
    (found,) = scan.scan([str(path)])
    assert found.expression == "Apache-2.0"


def _die(name: str) -> Matched:
    if name.endswith("0.py"):
        os.kill(os.getpid(), 9)
    return Matched("MIT")


def test_a_helper_that_dies_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "match_file", _die)
    monkeypatch.setattr(workers, "BATCH", 4)
    names = [f"{n}.py" for n in range(1, 9)] + ["0.py"] + [f"{n}1.py" for n in range(60)]
    with Workers(2) as two:
        found = list(two.match(names))
    assert len(found) == len(names)
    assert found[8] == Matched(None, DIED)
    assert found[-1] == Matched("MIT")


def test_a_name_that_is_no_text_is_kept_too(tree: Path) -> None:
    path = os.fsdecode(os.fsencode(tree) + b"/heron\xff.py")
    Path(path).write_text(HEADER + CODE)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert [a.expression for a in scan.scan([path])] == ["Apache-2.0"]
    assert [a.expression for a in scan.scan([path])] == ["Apache-2.0"]


def test_time_that_runs_out_is_a_gap(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_file, "SECONDS", -1.0)
    (tree / "near.txt").write_text((text_of("bsd-new") or "").replace("must", "shall"))
    found = match_file(str(tree / "near.txt"))
    assert found.gap is not None
    assert "too long" in found.gap


KEYS = ("mit", "apache-2.0", "gpl-2.0", "bsd-new", "cc-by-nc-4.0", "isc")


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("change", [("without", "with no"), ("any", "some"), ("the", "a")])
def test_quick_answers_are_those_of_the_whole_text(key: str, change: tuple[str, str]) -> None:
    text = CODE + (text_of(key) or "").replace(*change) + CODE + HEADER + CODE
    numbered = tuple(enumerate(text.splitlines(), 1))
    quick, complete = whole_file.match_lines(Lines(numbered), open_rules(), open_clues())
    slow = open_rules().match_query(TextQuery(numbered, open_rules(), 15))
    assert complete
    assert whole_file.expression(quick) == whole_file.expression(list(slow))
    assert [(m.start_line, m.end_line) for m in quick] == [(m.start_line, m.end_line) for m in slow]


def test_of_a_huge_file_only_what_stands_near_clues_is_compared(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole_file, "LARGE", 1_000)
    (tree / "huge.txt").write_text(CODE * 100 + (text_of("mit") or "") + CODE * 100 + HEADER)
    found = match_file(str(tree / "huge.txt"))
    assert found.expression == "MIT AND Apache-2.0"
    lines = (tree / "huge.txt").read_text().splitlines()
    assert "Permission is hereby granted" in lines[found.matches[0].line - 1]
    assert found.matches[-1].line == len(lines)
    assert file_match.RUNGS["2-aho"] == found.matches[0].rung
