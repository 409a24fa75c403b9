"""The census beside DuckDB's own query for the same counts and bytes, in the same run.

Usage: `python -m benchmarks.census [--gigabytes 5] [--folder DIR] [--runs 3] [FILES...]`. Half of
the set is parquet, half JSON lines, made by DuckDB. The query is written by hand as one who knows
the columns writes it: one pass a format, grouping sets, no more. For JSON the faster of two such
queries counts. Each run is a process of its own, and the files are read once before it, so that all
find them in memory and none pays for the disk; wall and CPU seconds are both printed, for a machine
with other work on it. FILES are counted as they are, without the comparison.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROW = 2_000  # bytes of text of one row
SHARDS = 4
LICENSES = ["MIT", "Apache-2.0", "cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "gpl-3.0", "unknown"]
MARK, SECONDS, MEMORY = 1.3, 1.0, 2_000  # at most 1.3 times the query and a second, in 2,000 MB


def main() -> int:
    """Print the figures, and exit with 1 when one of them misses its mark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--gigabytes", type=float, default=5.0)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(_one(args.one, [str(f) for f in args.files])))
        return 0
    if args.files:
        print(_line("census", [_run("census", args.files)]))
        return 0
    folder = args.folder or Path(tempfile.mkdtemp(prefix="census-"))
    try:
        return _compare(folder, args.gigabytes, args.runs)
    finally:
        if args.folder is None:
            shutil.rmtree(folder, ignore_errors=True)


Run = dict[str, float]


def _compare(folder: Path, gigabytes: float, runs: int) -> int:
    made = _generate(folder, gigabytes)
    print(f"{made / 1e9:.2f} GB in {folder.name}, {os.cpu_count()} cores, {runs} runs each")
    found: dict[str, list[Run]] = {}
    for _ in range(runs):  # in turn, so that other work on the machine meets all of them
        for name in ("parquet", "json-objects", "json-columns", "census"):
            _warm(folder)
            found.setdefault(name, []).append(_run(name, [folder]))
    for name, done in found.items():
        print(_line(name, done))
    missed = False
    for what in ("wall", "cpu"):
        mid = {n: statistics.median(r[what] for r in d) for n, d in found.items()}
        hand = mid["parquet"] + min(mid["json-objects"], mid["json-columns"])
        allowed = MARK * hand + SECONDS
        print(
            f"{what}: census {mid['census']:.2f} s, by hand {hand:.2f} s, allowed {allowed:.2f} s"
        )
        missed |= what == "wall" and mid["census"] > allowed
    memory = max(r["memory"] for r in found["census"])
    return 1 if missed or memory > MEMORY else 0


def _warm(folder: Path) -> None:
    """Every byte read once: the query that comes first would else pay the disk for the others."""
    block = bytearray(1 << 24)
    for file in sorted(folder.glob("part-*")):
        with file.open("rb", buffering=0) as opened:
            while opened.readinto(block):
                pass


def _line(name: str, runs: list[Run]) -> str:
    wall, cpu = (statistics.median(r[k] for r in runs) for k in ("wall", "cpu"))
    memory, rows = max(r["memory"] for r in runs), int(runs[0]["rows"])
    return f"{name:13} {wall:7.2f} s  CPU {cpu:7.2f} s  {memory:6.0f} MB  {rows:,} rows"


def _generate(folder: Path, gigabytes: float) -> int:
    """The set, kept when it is there already. Returns its bytes."""
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    files = sorted(folder.glob("part-*"))
    if len(files) != 2 * SHARDS:
        base = duckdb.connect()
        rows = int(gigabytes * 1e9 / 2 / SHARDS / (ROW + 150))
        listed = ", ".join(f"'{x}'" for x in (*LICENSES, ""))
        for shard in range(SHARDS):
            query = (
                f"SELECT i AS id, [{listed}][1 + i % 8] AS license, "
                "'https://host' || (i % 97) || '.example/' || i AS url, "
                "['web', 'books', 'code'][1 + i % 3] AS source, "
                "repeat(md5(i::VARCHAR) || ' ' || md5((i + 1)::VARCHAR) || ' ', "
                f"{ROW // 66}) AS text "
                f"FROM range({shard * rows}, {(shard + 1) * rows}) r(i)"
            )
            base.execute(
                f"COPY ({query}) TO '{folder}/part-{shard}.parquet' "
                "(FORMAT parquet, COMPRESSION uncompressed)"
            )
            base.execute(f"COPY ({query}) TO '{folder}/part-{shard}.jsonl' (FORMAT json)")
        base.close()
    return sum(f.stat().st_size for f in folder.glob("part-*"))


def _run(name: str, paths: list[Path]) -> Run:
    """One run in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.census", "--one", name, *map(str, paths)]
    clock = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return {**json.loads(done.stdout), "process": time.perf_counter() - clock}


def _one(name: str, paths: list[str]) -> Run:
    """Wall and CPU seconds, memory in MB and rows of one job, imports not counted."""
    job = _census if name == "census" else _by_hand(name)
    clock, before = time.perf_counter(), _cpu()
    rows = job(paths)
    wall, cpu = time.perf_counter() - clock, _cpu() - before
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": wall, "cpu": cpu, "memory": memory, "rows": rows}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _census(paths: list[str]) -> int:
    from datetime import date

    from licaudit.facts import Intent
    from licaudit.fleet.census import CensusRequest, run_census
    from licaudit.policy.project import Project

    asked = CensusRequest(tuple(paths), Intent(), Project(), date(2026, 1, 1))
    census = run_census(asked).census
    for outcome, size in census.shares:
        print(f"  {outcome}: {size.rows:,} rows, {size.bytes:,} bytes", file=sys.stderr)
    return census.total.rows


def _by_hand(name: str) -> Callable[[list[str]], int]:
    """What one writes who knows the columns: the same counts and bytes in one pass."""
    import duckdb

    host = "split_part({}, '/', 3)"
    if name == "parquet":
        fields = ("license", "source", host.format("url"))
        size = "strlen(license) + strlen(source) + strlen(url) + strlen(text) + 8"
        source = "read_parquet('{}/*.parquet')"
    elif name == "json-objects":
        fields = ("json->>'license'", "json->>'source'", host.format("(json->>'url')"))
        size, source = "strlen(json)", "read_ndjson_objects('{}/*.jsonl')"
    else:
        fields = ("license", "source", host.format("url"))
        size = "strlen(license) + strlen(source) + strlen(url) + strlen(text) + 8"
        columns = "id: 'BIGINT', license: 'VARCHAR', url: 'VARCHAR', source: 'VARCHAR', "
        source = "read_ndjson('{}/*.jsonl', columns = {{" + columns + "text: 'VARCHAR'}})"
    inner = ", ".join(f"{f} AS c{i}" for i, f in enumerate(fields))

    def job(paths: list[str]) -> int:
        query = (
            "SELECT c0, c1, c2, count(*), sum(b) "
            f"FROM (SELECT {inner}, {size} AS b FROM {source.format(paths[0])}) "
            "GROUP BY GROUPING SETS ((c0), (c1), (c2))"
        )
        rows = duckdb.connect().execute(query).fetchall()
        return sum(r[3] for r in rows) // 3

    return job


if __name__ == "__main__":
    sys.exit(main())
