"""Times licaudit beside ScanCode on the same tree in the same run; only ratios travel.

Usage: `make bench`, or `make bench ARGS="TREE --runs 3"` for a tree of your own.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BIN = Path(sys.executable).parent
EXAMPLE = Path(__file__).parents[1] / "examples" / "llama-adapter-fails"


def main() -> int:
    """Print medians and the ratio ScanCode / licaudit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        ours = [sys.executable, "-m", "licaudit", "audit", str(args.tree), "--out", scratch]
        theirs = [
            str(BIN / "scancode"),
            "--license",
            "--copyright",
            "--package",
            "--quiet",
            "-n",
            "1",
            "--json",
            f"{scratch}/scancode.json",
            str(args.tree),
        ]
        start = [sys.executable, "-m", "licaudit", "--help"]
        bare = [sys.executable, "-c", "pass"]
        timed = {
            "licaudit audit": ours,
            "scancode": theirs,
            "licaudit --help": start,
            "python alone": bare,
        }
        medians = {name: _median(command, args.runs) for name, command in timed.items()}
    for name, seconds in medians.items():
        print(f"{name:18} {seconds:7.2f} s  (median of {args.runs}, whole process)")
    print(f"scancode / licaudit audit = {medians['scancode'] / medians['licaudit audit']:.2f}")
    return 0


def _median(command: list[str], runs: int) -> float:
    """Median wall seconds; one run before, not counted, fills the caches of both sides."""
    found = []
    for count in range(runs + 1):
        clock = time.perf_counter()
        result = subprocess.run(command, capture_output=True, check=False)
        if result.returncode not in (0, 1, 3):
            sys.exit(f"{command[0]} failed: {result.stderr.decode(errors='replace')[-400:]}")
        if count:
            found.append(time.perf_counter() - clock)
    return statistics.median(found)


if __name__ == "__main__":
    sys.exit(main())
