"""Licenses of every file of a tree, licaudit beside a peer: CPU time, and where they differ.

`python -m benchmarks.identify TREE --peer scancode [--sample 500 --seed 1]`. Both sides run on the
same files, each in a process of its own, one after the other; times are CPU (user and system, with
children). licaudit runs twice: with an empty cache of results (index built), and again unchanged.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

OURS = """
import json, resource, sys
from licaudit.licenses.scan import scan
found = {a.path: [a.expression, a.gap] for a in scan(json.load(sys.stdin), int(sys.argv[1]))}
use = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
high = int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0]) // 1024
cpu = sum(u.ru_utime + u.ru_stime for u in use)
json.dump({'found': found, 'cpu': cpu, 'memory': high}, sys.stdout)
"""
SCANCODE = """
import json, resource, sys
from scancode.api import get_licenses
from licensedcode.cache import get_index
get_index()
start = resource.getrusage(resource.RUSAGE_SELF)
found = {}
for path in json.load(sys.stdin):
    try:
        found[path] = [get_licenses(path)['detected_license_expression_spdx'], None]
    except Exception as error:
        found[path] = [None, repr(error)]
end = resource.getrusage(resource.RUSAGE_SELF)
cpu = end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime
high = int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0]) // 1024
json.dump({'found': found, 'cpu': cpu, 'memory': high}, sys.stdout)
"""
_ID = re.compile(r"[\w.+-]+")
# Words of a license id that take away or ask much: none of these may be missed.
_STRICT = re.compile(r"GPL|NC|ND|SSPL|BUSL|proprietary|commercial|CPAL|OSL|EUPL|MPL|CDDL|EPL|RAIL")


def ids(expression: str | None) -> frozenset[str]:
    """The license ids of an expression."""
    return frozenset(_ID.findall(expression or "")) - {"AND", "OR", "WITH"}


def files_of(tree: Path) -> list[str]:
    """Every regular file below a folder, sorted; links are left out."""
    found = []
    for folder, folders, names in os.walk(tree):
        folders[:] = sorted(f for f in folders if f != "__pycache__")
        found += [os.path.join(folder, n) for n in sorted(names)]
    return [f for f in found if os.path.isfile(f) and not os.path.islink(f)]


def run(code: str, paths: list[str], cache: str | None = None, jobs: int = 1) -> dict[str, Any]:
    """One side in a process of its own. `cache` is a folder for results alone."""
    env = dict(os.environ)
    if cache:
        env["XDG_CACHE_HOME"] = cache
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code, str(jobs)],
        input=json.dumps(paths),
        capture_output=True,
        text=True,
        env=env,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    answer["wall"] = time.monotonic() - began
    return answer


def compare(ours: dict[str, list[str | None]], theirs: dict[str, list[str | None]]) -> list[str]:
    """Prints agreement; returns the files on which the sides differ."""
    paths = list(theirs)
    either = [p for p in paths if ids(ours[p][0]) or ids(theirs[p][0])]
    differ = [p for p in paths if ids(ours[p][0]) != ids(theirs[p][0])]
    missed = {
        p: strict
        for p in differ
        if (strict := [i for i in ids(theirs[p][0]) - ids(ours[p][0]) if _STRICT.search(i)])
    }
    same = len(paths) - len(differ)
    print(f"same ids: {same} of {len(paths)} files ({same / len(paths):.2%})")
    good = len(either) - len(differ)
    if either:
        print(
            f"          {good} of {len(either)} where either finds one ({good / len(either):.2%})"
        )
    print(f"restrictive ids missed: {len(missed)} files")
    return differ


def main() -> None:
    """Runs both sides and prints ratios and differences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--peer", choices=("scancode", "none"), default="scancode")
    parser.add_argument("--sample", type=int, default=0, help="files for the peer; 0 for all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    args = parser.parse_args()
    paths = files_of(args.tree)
    if args.sample and len(paths) > args.sample:
        chosen = sorted(random.Random(args.seed).sample(paths, args.sample))
    else:
        chosen = paths
    print(f"{len(paths)} files, {len(chosen)} of them for both sides (seed {args.seed})")
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    run(OURS, chosen[:1])  # the index is built before anything is timed
    with tempfile.TemporaryDirectory() as cache:
        (Path(cache) / "licaudit").mkdir()
        (Path(cache) / "licaudit" / "index").symlink_to(Path(home) / "licaudit" / "index")
        cold = run(OURS, chosen, cache, args.jobs)
        warm = run(OURS, chosen, cache, args.jobs)
    assert cold["found"] == warm["found"]
    for name, side in (("licaudit, cold", cold), ("licaudit, warm", warm)):
        print(f"{name}: {side['cpu']:.2f} s CPU, {side['wall']:.2f} s, {side['memory']} MB")
    if args.peer == "none":
        return
    peer = run(SCANCODE, chosen)
    line = f"{peer['cpu']:.2f} s CPU (loading apart), {peer['wall']:.2f} s, {peer['memory']} MB"
    print(f"scancode: {line}")
    for name, side in (("cold", cold), ("warm", warm)):
        print(f"CPU, {name}: 1/{peer['cpu'] / side['cpu']:.1f} of scancode's")
    for path in compare(cold["found"], peer["found"]):
        print(f"  {path}")
        print(f"    licaudit {cold['found'][path][0]}\n    scancode {peer['found'][path][0]}")


if __name__ == "__main__":
    main()
