"""The knowledge of terms beside others': names, clauses, opinions, datasets; and its speed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from evaluate import clauses, names, opinions, provenance
from evaluate.knowledge import ours

LOAD, ONE = 150.0, 5.0  # milliseconds
PROGRAM = """
import time
from licaudit.licenses.knowledge import load_knowledge
start = time.perf_counter()
knowledge = load_knowledge()
loaded = time.perf_counter()
knowledge.get("GPL-3.0-only")
print((loaded - start) * 1000, (time.perf_counter() - loaded) * 1000)
"""


def evaluate(shared: Path) -> int:
    """Print every table; the number of wrong names, false greens and broken time limits."""
    records = ours().knowledge.records.values()
    known = {key: sum(r["confidence"] == key for r in records) for key in ("high", "medium", "low")}
    print(f"Curated licenses: {len(records)}; confidence {known}")
    bad = names.evaluate(shared)
    clauses.evaluate(shared)
    opinions.evaluate(shared)
    bad += provenance.evaluate(shared)
    return bad + _speed()


def _speed() -> int:
    """In fresh processes, with an empty cache of compiled forms at first."""
    with tempfile.TemporaryDirectory() as cache:
        times = [_fresh(cache) for _ in range(4)]
    load, one = (min(column) for column in zip(*times[1:], strict=True))
    print(
        f"\nAll knowledge: {load:.0f} ms from the compiled form, one license {one:.1f} ms more"
        f" (fresh process, best of 3); compiled from YAML in {times[0][0]:.0f} ms"
    )
    return int(load > LOAD) + int(one > ONE)


def _fresh(cache: str) -> tuple[float, float]:
    environment = {**os.environ, "XDG_CACHE_HOME": cache}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=environment
    )
    load, one = map(float, done.stdout.split())
    return load, one
