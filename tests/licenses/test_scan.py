"""Whole trees: every file's licenses, from a cache that survives anything, on several cores."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from licaudit.licenses import results_cache, scan
from licaudit.licenses.catalog import text_of
from licaudit.licenses.results_cache import Kept, ResultsCache, mark

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
