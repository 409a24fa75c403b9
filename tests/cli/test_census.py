"""`licaudit census`: what a user sees, the reports, the exit code, and the cleaned folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Run


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    rows = [{"license": "MIT", "url": "https://a.example/1", "text": "x" * 90}] * 3
    rows += [{"license": "cc-by-nc-4.0", "url": "https://b.example/<i>", "text": "y"}]
    rows += [{"license": "<script>alert(1)</script>|`x`", "url": "u", "text": "z"}]
    folder = tmp_path / "corpus"
    folder.mkdir()
    text = "".join(json.dumps(r) + "\n" for r in rows)
    (folder / "a.jsonl").write_text(text, "utf-8")
    return folder


def test_the_shares_are_said_and_the_exit_code_is_the_worst(
    cli: Run, corpus: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = cli("census", str(corpus), "--format", "json,html,markdown", "--out", str(out))
    assert done.code == 1, done.err
    assert "may stay: 3 rows (60.0%)" in done.out
    assert "must go: 1 rows (20.0%)" in done.out
    record = json.loads((out / "census.json").read_text("utf-8"))
    assert (record["schema"], record["verdict"]) == ("licaudit/census/1", "fail")
    assert sum(size["rows"] for _, size in record["shares"]) == record["total"]["rows"] == 5
    page = (out / "census.html").read_text("utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    summary = (out / "census.md").read_text("utf-8")
    assert "| `license` | `MIT` | MIT |" in summary
    rows = [line for line in summary.splitlines() if line.startswith("| `license`")]
    assert len({line.count("|") for line in rows}) == 1


def test_chinese_says_it_in_chinese(cli: Run, corpus: Path, tmp_path: Path) -> None:
    done = cli("census", str(corpus), "--lang", "zh", "--out", str(tmp_path / "out"))
    assert "可保留：3 行" in done.out
    assert "逐行普查" in (tmp_path / "out" / "census.html").read_text("utf-8")


def test_apply_writes_what_may_stay_and_says_so(cli: Run, corpus: Path, tmp_path: Path) -> None:
    words = ("census", str(corpus), "--out", str(tmp_path / "out"), "--as-of", "2026-01-01")
    done = cli(*words, "--apply", str(tmp_path / "kept"))
    assert done.code == 0, done.err
    assert "Kept 3 of 5 rows" in done.out
    ledger = (tmp_path / "kept" / "census-ledger.json").read_bytes()
    assert json.loads(ledger)["after"]["rows"] == 3
    assert cli(*words, "--apply", str(tmp_path / "kept")).code == 0
    assert (tmp_path / "kept" / "census-ledger.json").read_bytes() == ledger


def test_use_decides(cli: Run, corpus: Path, tmp_path: Path) -> None:
    words = ("census", str(corpus), "--use", "research", "--out", str(tmp_path / "out"))
    done = cli(*words)
    assert done.code == 3
    assert "must go: 0 rows" in done.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("census missing-folder", 4, "no such file or folder"),
        ("census . --format pdf", 2, "no format of `census`"),
        ("census . --lang fr", 2, "no language"),
        ("census . --use fun", 2, "no use"),
    ],
)
def test_what_cannot_be_done_says_why(
    cli: Run, words: str, code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = cli(*words.split())
    assert done.code == code
    assert said in done.err


def test_a_folder_without_rows_is_a_review(cli: Run, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    done = cli("census", str(tmp_path / "bare"), "--out", str(tmp_path / "out"))
    assert done.code == 3
    assert "no parquet, jsonl, csv or arrow file" in done.out
