"""askalono's answers on the same files, where the user has built that program (`--askalono PATH`).

It compares whole texts, and is told to look for them inside files as well. Where it cannot tell
"only" from "or later", it gives both names: whichever is expected counts as its answer.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

Names = frozenset[frozenset[str]]  # of each license it sees, all the ids it may have


def read(program: Path, paths: list[Path]) -> dict[Path, Names]:
    """The licenses in each file, and in all files of each folder. Needs the program to run."""
    files = {
        p: sorted(f for f in p.rglob("*") if f.is_file()) if p.is_dir() else [p] for p in paths
    }
    asked = "".join(f"{file}\n" for group in files.values() for file in group)
    command = [str(program), "--format", "json", "identify", "--batch", "--optimize"]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    said: dict[str, set[frozenset[str]]] = {}
    for line in done.stdout.splitlines():
        row = json.loads(line)
        if "result" not in row:
            continue  # it reads no file that is not UTF-8
        result = row["result"]
        found = [result["license"], *(c["license"] for c in result["containing"])]
        said[row["path"].rstrip("\n")] = {
            frozenset([f["name"], *f["aliases"]]) for f in found if f is not None
        }
    return {
        p: frozenset(names for f in group for names in said.get(str(f), ()))
        for p, group in files.items()
    }


def ids(found: Names, expected: frozenset[str]) -> frozenset[str]:
    """One id for each license: an expected one where it is among the names."""
    return frozenset(min(names & expected or names) for names in found)
