"""Record, replay, lock and depth: the same answer again, and no drift unnoticed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from .conftest import Run, Said


@pytest.fixture
def adapter(examples: Path, tmp_path: Path) -> Path:
    """A copy of the failing example, free to be changed."""
    copy = tmp_path / "adapter"
    shutil.copytree(examples / "llama-adapter-fails", copy)
    return copy


def result(said: Said) -> dict:
    """audit.json without its times."""
    return {k: v for k, v in said.audit.items() if k != "run"}


def test_a_replay_gives_the_recorded_result_without_the_target(
    cli: Run, adapter: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    first = cli("audit", adapter, "--record", kept, "--as-of", "2026-03-01")
    before = result(first)
    shutil.rmtree(adapter)
    again = cli("audit", adapter, "--replay", kept)
    assert again.code == first.code == 1
    assert result(again) == before
    assert before["as_of"] == "2026-03-01"
    assert before["intent"]["release_name"] == "harbor-support-8b"


def test_a_recording_holds_each_body_once_under_its_digest(
    cli: Run, adapter: Path, tmp_path: Path
) -> None:
    cli("audit", adapter, "--record", tmp_path / "kept")
    index = json.loads((tmp_path / "kept" / "index.json").read_text("utf-8"))
    reads = index["trees"]["root"]["reads"]
    bodies = {p.name for p in (tmp_path / "kept" / "bodies").rglob("*") if p.is_file()}
    assert {v for v in reads.values() if isinstance(v, str)} == bodies


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--replay", "no-such"), "this recording cannot be read"),
        (("--record", "a", "--replay", "b"), "exclude each other"),
    ],
)
def test_what_cannot_be_replayed_is_said(
    cli: Run, adapter: Path, flags: tuple[str, ...], words: str
) -> None:
    said = cli("audit", adapter, *flags)
    assert said.code == 2
    assert words in said.sentence()


def test_what_lies_deeper_than_the_depth_is_a_gap_that_blocks(cli: Run, adapter: Path) -> None:
    gaps = cli("audit", adapter, "--depth", "0").audit["gaps"]
    deeper = {g["detail"] for g in gaps if g["reason"] == "cut_short" and g["blocks"]}
    assert "pkg:huggingface/meta-llama/Llama-3.1-8B-Instruct lies deeper than --depth 0" in deeper
    assert not any("deeper" in g["detail"] for g in cli("audit", adapter).audit["gaps"])


def test_cutting_the_depth_never_passes_what_would_not(cli: Run, clean: Path) -> None:
    card = clean / "README.md"
    card.write_text("---\nlicense: mit\nbase_model: acme/base-7b\n---\n# Heron\n")
    assert cli("audit", clean).code == 3
    assert cli("audit", clean, "--depth", "0").code == 3


def test_a_lock_holds_until_an_upstream_changes(cli: Run, adapter: Path) -> None:
    assert cli("lock", adapter).out.strip() == str(adapter / "licaudit.lock")
    assert cli("audit", adapter, "--locked").code == 1
    config = adapter / "adapter_config.json"
    config.write_text(config.read_text("utf-8").replace("Llama-3.1-8B", "Llama-3.1-70B"), "utf-8")
    said = cli("audit", adapter, "--locked")
    assert said.code == 2
    assert "Llama-3.1-70B-Instruct is new" in said.sentence()


@pytest.mark.parametrize("content", [None, "{", '{"schema": "other"}'])
def test_a_missing_or_broken_lock_is_refused(cli: Run, adapter: Path, content: str | None) -> None:
    if content is not None:
        (adapter / "licaudit.lock").write_text(content, "utf-8")
    said = cli("audit", adapter, "--locked")
    assert said.code == 2
    assert "licaudit.lock" in said.sentence()
    assert "licaudit lock" in said.sentence()
