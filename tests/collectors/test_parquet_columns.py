"""Parquet written by DuckDB: pairs of the footer, columns of licenses, footers that lie."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from licaudit.collectors import parquet_footer
from licaudit.collectors.context import Context
from licaudit.facts import DATA

ROOT = "local:."
CONTEXT = Context(ROOT, "dataset", "harbor")


def written(folder: Path, select: str, pairs: str = "") -> bytes:
    path = folder / "x.parquet"
    duckdb.connect().execute(f"COPY ({select}) TO '{path}' (FORMAT parquet{pairs})")
    return path.read_bytes()


def collect(memory: Callable[..., Any], data: bytes, **more: bytes) -> Any:
    tree = memory({"train.parquet": data, **{k + ".parquet": v for k, v in more.items()}})
    return parquet_footer.collect(tree, tree.entry("train.parquet"), CONTEXT)


def test_a_pair_of_the_footer(memory: Callable[..., Any], tmp_path: Path) -> None:
    data = written(tmp_path, "SELECT 1 AS n", ", KV_METADATA {license: 'cc-by-nc-4.0'}")
    found = collect(memory, data)
    assert [(p.text, p.scope, p.location.key) for p in found.passages] == [
        ("cc-by-nc-4.0", DATA, "license")
    ]
    assert found.gaps == ()


@pytest.mark.parametrize(
    ("select", "column"),
    [
        ("SELECT 'mit' AS license, 1 AS n", "license"),
        ("SELECT {'license': 'mit', 'url': 'x'} AS meta", "license"),
        ("SELECT ['mit'] AS max_stars_repo_licenses", "max_stars_repo_licenses"),
    ],
)
def test_a_column_of_licenses_is_a_gap(
    memory: Callable[..., Any], tmp_path: Path, select: str, column: str
) -> None:
    (gap,) = collect(memory, written(tmp_path, select)).gaps
    assert (gap.reason, gap.scope, gap.blocks) == ("rows_unread", "subset:train.parquet", True)
    assert repr(column) in gap.detail


def test_shards_past_the_first_repeat_nothing(memory: Callable[..., Any], tmp_path: Path) -> None:
    data = written(tmp_path, "SELECT 'mit' AS license")
    assert collect(memory, data, **{f"a{n:02d}": data for n in range(30)}).gaps == ()


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda d: d[:-1], "broken"),
        (lambda d: d[:40], "broken"),
        (lambda d: d[:6], "broken"),
        (lambda d: d[:-8] + b"\xff\xff\xff\x7fPAR1", "broken"),
        (lambda d: d[:-8] + b"\x02\0\0\0PAR1", "broken"),
        (lambda d: d[:-4] + b"PARE", "unreadable"),
        (lambda d: d[:4] + bytes(600_000) + (600_000).to_bytes(4, "little") + b"PAR1", "cut_short"),
    ],
)
def test_a_footer_that_lies_is_a_gap_that_names_the_file(
    memory: Callable[..., Any], tmp_path: Path, damage: Callable[[bytes], bytes], reason: str
) -> None:
    (gap,) = collect(memory, damage(written(tmp_path, "SELECT 1 AS n"))).gaps
    assert (gap.reason, gap.blocks) == (reason, reason == "broken")
    assert "train.parquet" in gap.detail
