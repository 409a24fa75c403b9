"""What a run loads: an audit of known texts needs no matching engine and little memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from licaudit.licenses.catalog import text_of

RUN = """
import json, sys
from licaudit.cli.app import app
sys.argv = ["licaudit", "audit", sys.argv[1], "--offline", "--out", sys.argv[2]]
try:
    app()
except SystemExit:
    pass
engine = [n for n in sys.modules if n.partition(".")[0] in ("licensedcode", "scancode")]
high = int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) // 1024
print(json.dumps({"engine": engine, "megabytes": high}))
"""
HELP = """
import sys
from licaudit.cli.app import app
sys.argv = ["licaudit", "--help"]
try:
    app()
except SystemExit:
    pass
heavy = ("licensedcode", "scancode", "networkx", "numpy", "duckdb", "jinja2", "requests")
print([n for n in heavy if n in sys.modules])
"""


def _last(code: str, *arguments: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    return run.stdout.splitlines()[-1]


def test_known_texts_never_load_scancode(tmp_path: Path) -> None:
    tree = tmp_path / "heron"
    tree.mkdir()
    (tree / "LICENSE").write_text(text_of("apache-2.0") or "")
    (tree / "README.md").write_text(
        "---\nlicense: apache-2.0\n---\n# Heron\n\nIt names water birds.\n"
    )
    (tree / "config.json").write_text('{"model_type": "bert"}')
    out = tmp_path / "report"
    seen = json.loads(_last(RUN, str(tree), str(out)))
    assert seen["engine"] == []
    assert seen["megabytes"] < 200
    claims = json.loads((out / "audit.json").read_text())["claims"]
    assert {c["expression"] for c in claims} == {"Apache-2.0"}


def test_help_loads_nothing_heavy() -> None:
    assert _last(HELP) == "[]"


def test_an_audit_without_a_place_for_caches_says_so_and_ends_alike(tmp_path: Path) -> None:
    tree, occupied = tmp_path / "heron", tmp_path / "occupied"
    tree.mkdir()
    (tree / "LICENSE").write_text(text_of("apache-2.0") or "")
    occupied.write_text("no folder")
    command = [sys.executable, "-m", "licaudit", "audit", str(tree), "--offline"]
    run = subprocess.run(
        [*command, "--out", str(tmp_path / "report")],
        env={**os.environ, "XDG_CACHE_HOME": str(occupied)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0
    assert run.stdout.startswith("PASS")
    assert "cannot be written to" in run.stderr
    assert (tmp_path / "report" / "report.html").is_file()
