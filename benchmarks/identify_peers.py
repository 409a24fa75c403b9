"""The sides of `benchmarks/identify.py`: each answers for a list of files, and tells what it cost.

Every side runs in a process of its own under `MEASURE`, which counts the CPU (user and system) of
that process and all it started, and the largest memory of any one of them. ScanCode is slow: its
answers are kept per file, with the CPU each file took, and only new or changed files are asked for.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MEASURE = """
import json, os, resource, subprocess, sys
code = subprocess.run(sys.argv[2:]).returncode
use = resource.getrusage(resource.RUSAGE_CHILDREN)
cpu, high = use.ru_utime + use.ru_stime, use.ru_maxrss // 1024
open(sys.argv[1], 'w').write(json.dumps({'cpu': cpu, 'memory': high, 'code': code}))
"""
OURS = """
import json, sys
from licaudit.licenses.scan import scan
found = {a.path: [a.expression, a.gap] for a in scan(json.load(sys.stdin), int(sys.argv[1]))}
json.dump(found, sys.stdout)
"""
# ScanCode's own scan calls this once a file, with this limit of time.
SCANCODE = """
import json, sys, time
from scancode.api import get_licenses
from licensedcode.cache import get_index
get_index()
print(json.dumps(time.process_time()), flush=True)
for path in json.load(sys.stdin):
    cpu, wall = time.process_time(), time.monotonic()
    try:
        found = get_licenses(path, deadline=time.time() + 120)
        said, gap = found['detected_license_expression_spdx'], None
    except Exception as error:
        said, gap = None, repr(error)
    cost = time.process_time() - cpu, time.monotonic() - wall
    print(json.dumps([path, said, gap, *cost]), flush=True)
"""
Answers = dict[str, str | None]  # the SPDX expression of each path


@dataclass(frozen=True, slots=True)
class Side:
    """What one side said and took. Seconds, and MB of its largest process; `gaps`: not read."""

    name: str
    found: Answers
    cpu: float
    wall: float
    memory: int
    gaps: dict[str, str] = field(default_factory=dict)
    note: str = ""
    aliases: dict[str, list[str]] = field(default_factory=dict)  # ids it cannot tell apart


class PeerMissing(Exception):
    """A peer that is not on this machine, or does not start."""


def measured(command: list[str], said: str, **environment: str) -> tuple[str, dict[str, Any]]:
    """(what a command prints, its `cpu`, `wall` and `memory`). Raises PeerMissing when it fails."""
    with tempfile.NamedTemporaryFile("r", suffix=".json") as costs:
        began = time.monotonic()
        try:
            done = subprocess.run(
                [sys.executable, "-S", "-E", "-c", MEASURE, costs.name, *command],
                input=said,
                capture_output=True,
                text=True,
                errors="replace",
                env={**os.environ, **environment},
                check=True,
            )
            cost: dict[str, Any] = json.loads(costs.read())
        except (subprocess.CalledProcessError, ValueError) as error:
            raise PeerMissing(f"{command[0]} does not start ({error})") from error
    if cost["code"]:
        raise PeerMissing(f"{command[0]} failed ({cost['code']}): {done.stderr[-400:]}")
    return done.stdout, {**cost, "wall": time.monotonic() - began}


def licaudit(paths: list[str], cache: Path, jobs: int = 1) -> Side:
    """licaudit itself, with its results cached below `cache`."""
    command = [sys.executable, "-c", OURS, str(jobs)]
    printed, cost = measured(command, json.dumps(paths), XDG_CACHE_HOME=str(cache))
    found = json.loads(printed.splitlines()[-1])
    return Side(
        "licaudit",
        {p: said for p, (said, _) in found.items()},
        cost["cpu"],
        cost["wall"],
        cost["memory"],
        {p: gap for p, (_, gap) in found.items() if gap},
    )


def scancode(paths: list[str], tree: Path, answers: Path) -> Side:
    """ScanCode, in one process, without the time it takes to load its index (named apart)."""
    from importlib.metadata import version

    release = version("scancode-toolkit")
    mark = hashlib.sha256(str(tree.resolve()).encode()).hexdigest()[:8]
    kept = answers / f"scancode-{release}-{tree.name}-{mark}.jsonl"
    known = _kept(kept)
    digests = {p: hashlib.sha256(Path(p).read_bytes()).hexdigest()[:16] for p in paths}
    wanted = [p for p in paths if (p, digests[p]) not in known]
    costs = kept.with_suffix(".costs.json")
    if wanted:
        answers.mkdir(parents=True, exist_ok=True)
        costs.write_text(json.dumps(_ask_scancode(wanted, digests, kept)), "utf-8")
        known = _kept(kept)
    memory, load = json.loads(costs.read_text("utf-8")) if costs.is_file() else (0, 0.0)
    note = f"{len(paths) - len(wanted)} answers from before; loading took {load:.1f} s of CPU more"
    rows = {p: known[p, digests[p]] for p in paths}
    return Side(
        "scancode",
        {p: row[2] for p, row in rows.items()},
        sum(row[4] for row in rows.values()),
        sum(row[5] for row in rows.values()),
        memory,
        {p: row[3] for p, row in rows.items() if row[3]},
        note,
    )


def _kept(path: Path) -> dict[tuple[str, str], list[Any]]:
    """Rows [path, digest, ids, error, CPU, wall] by path and digest; a torn one is dropped."""
    if not path.is_file():
        return {}
    rows = {}
    for line in path.read_text("utf-8").splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        rows[row[0], row[1]] = row
    return rows


def _ask_scancode(paths: list[str], digests: dict[str, str], kept: Path) -> tuple[int, float]:
    """Ask for some files and write each answer when it comes; (memory in MB, CPU of loading)."""
    command = [sys.executable, "-c", SCANCODE]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(paths))
    process.stdin.close()
    load = float(process.stdout.readline() or 0)
    with kept.open("a", encoding="utf-8") as file:
        for line in process.stdout:
            path, *rest = json.loads(line)
            file.write(json.dumps([path, digests[path], *rest]) + "\n")
            file.flush()
    _, status, use = os.wait4(process.pid, 0)
    if status:
        raise PeerMissing(f"scancode failed ({os.waitstatus_to_exitcode(status)})")
    return use.ru_maxrss // 1024, load


def provenant(paths: list[str], tree: Path, _answers: Path) -> Side:
    """Provenant, the Rust port: one process, one thread at work, its index of rules kept."""
    root = os.path.commonpath([tree.resolve()])
    names = "".join(f"{os.path.relpath(p, tree)}\n" for p in paths)
    with tempfile.TemporaryDirectory() as cache:
        command = ["provenant", "scan", "--license", "--quiet", "--processes", "0", "--json", "-"]
        command += ["--cache-dir", cache, "--strip-root", "--paths-file", "-", root]
        one = names.split("\n", 1)[0] + "\n"
        measured(command, one)  # whatever it builds once is built before it is timed
        printed, cost = measured(command, names)
    document = json.loads(printed)
    said = {f["path"]: f for f in document["files"] if f["type"] == "file"}
    rows = {p: said.get(os.path.relpath(p, tree), {}) for p in paths}
    return Side(
        "provenant",
        {p: row.get("detected_license_expression_spdx") for p, row in rows.items()},
        cost["cpu"],
        cost["wall"],
        cost["memory"],
        {p: str(row.get("scan_errors") or "no answer") for p, row in rows.items() if _bad(row)},
        document["headers"][0].get("tool_version", ""),
    )


def _bad(row: dict[str, Any]) -> bool:
    return not row or bool(row.get("scan_errors"))


def askalono(paths: list[str], _tree: Path, _answers: Path) -> Side:
    """askalono, told to look for texts inside files as well; it knows whole texts alone."""
    command = ["askalono", "--format", "json", "identify", "--batch", "--optimize"]
    printed, cost = measured(command, "".join(f"{p}\n" for p in paths))
    found: Answers = dict.fromkeys(paths)
    gaps: dict[str, str] = {}
    aliases: dict[str, list[str]] = {}
    for line in printed.splitlines():
        row = json.loads(line)
        path = row["path"].rstrip("\n")
        if "error" in row:  # also what it says where it finds no license
            if row["error"].startswith("Input error"):
                gaps[path] = row["error"]
            continue
        result = row["result"]
        parts = [result["license"], *(c["license"] for c in result["containing"])]
        names = {p["name"]: p["aliases"] for p in parts if p}
        aliases |= names
        found[path] = " AND ".join(names) or None
    return Side("askalono", found, cost["cpu"], cost["wall"], cost["memory"], gaps, "", aliases)


PEERS: dict[str, Callable[[list[str], Path, Path], Side]] = {
    "scancode": scancode,
    "provenant": provenant,
    "askalono": askalono,
}
