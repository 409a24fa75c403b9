"""Provenant, a port of ScanCode's engine to Rust, as the matcher of the fifth rung.

Users choose it with `--matcher provenant` where that program is on their PATH. It is run on files
of ours in an empty folder, or on a list of files, and answers in ScanCode's shape of JSON. What it
reports as unread, leaves out or says in another shape is told, never passed over.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from licaudit.errors import ToolError, UsageError
from licaudit.facts import Engine
from licaudit.licenses.catalog import license_folder, split_file
from licaudit.licenses.engine import Found, Match
from licaudit.licenses.results_cache import Kept, ResultsCache
from licaudit.settings import cache_folder
from licaudit.sources.faults import SourceGap
from licaudit.sources.programs import Bounds, environment, find_program, run

NAME = "provenant"
FORMAT = 1  # of the matches kept between runs
BOUNDS = Bounds(seconds=300.0, disk=1_000_000_000, output=400_000_000)
BATCH = 2_000  # files of one run of the program
KINDS = ("text", "notice", "reference", "tag", "intro", "clue")
_VERSION = re.compile(r"\d+\.\d+[\w.+-]*")
_FILE = "text.txt"


@dataclass(frozen=True, slots=True)
class FileSaid:
    """What it says of one file: the SPDX expression, its matches, and what it could not read."""

    expression: str | None
    matches: tuple[Match, ...]
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Provenant:
    """The program on this machine, and its earlier answers."""

    program: str
    engine: Engine
    kept: ResultsCache

    def match(self, text: str) -> Found:
        """All matches in a text, by lines that count from 1."""
        # A null byte would make it a binary file; a lone surrogate is no UTF-8.
        data = text.replace("\0", " ").encode("utf-8", "replace")
        digest = hashlib.blake2b(data, digest_size=16).digest()
        known = _kept(self.kept.answer_for(digest))
        if known is not None:
            return Found(known)
        with tempfile.TemporaryDirectory(prefix="licaudit-") as scratch:
            folder = Path(scratch)
            (folder / _FILE).write_bytes(data)
            said = self._scan(folder, [_FILE], 1)[_FILE]
        if said.trouble is None:
            answer = json.dumps([asdict(m) for m in said.matches])
            self.kept.keep([Kept(_FILE, "", digest, answer)])
        return Found(said.matches, said.trouble is None, said.trouble)

    def files(self, paths: list[str]) -> Iterator[tuple[str | None, str | None]]:
        """(SPDX expression, what went wrong) of each file, in the order of the paths."""
        whole = [os.path.realpath(p) for p in paths]
        for start in range(0, len(whole), BATCH):
            batch = whole[start : start + BATCH]
            root = Path(os.path.commonpath([os.path.dirname(p) for p in batch]))
            names = [os.path.relpath(p, root) for p in batch]
            said = self._scan(root, names, os.cpu_count() or 1)
            yield from ((said[n].expression, said[n].trouble) for n in names)

    def close(self) -> None:
        """Let go of the answers kept."""
        self.kept.close()

    def _scan(self, root: Path, names: list[str], processes: int) -> dict[str, FileSaid]:
        """What it says of some files below a folder; each name has an answer or a trouble."""
        with tempfile.TemporaryDirectory(prefix="licaudit-") as scratch:
            listed = Path(scratch) / "paths"
            # A name over two lines cannot be told to it: it stays without an answer.
            told = [n for n in names if "\n" not in n and "\r" not in n]
            listed.write_bytes(b"".join(os.fsencode(n) + b"\n" for n in told))
            command = [self.program, "scan", "--license", "--quiet", "--json", "-"]
            command += ["--processes", str(processes), "--strip-root"]
            command += ["--cache-dir", str(cache_folder(NAME))]
            command += ["--paths-file", str(listed), str(root)]
            try:
                done = run(command, Path(scratch), environment((), {}), NAME, BOUNDS)
                said = {} if done.code else read_answer(done.out)
                failed = f"{NAME} failed on it (exit code {done.code})"
                trouble = failed if done.code else f"{NAME} left it out"
            except SourceGap as gap:
                said, trouble = {}, gap.detail
            except ValueError as error:
                said, trouble = {}, f"{NAME}'s answer cannot be read ({error})"
        return {n: said.get(n) or FileSaid(None, (), trouble) for n in names}


def open_provenant() -> Provenant:
    """The program on PATH. Raises UsageError when there is none, ToolError when it does not run."""
    try:
        program = find_program([NAME], "--matcher")
        with tempfile.TemporaryDirectory(prefix="licaudit-") as scratch:
            bounds = Bounds(seconds=30.0)
            done = run([program, "--version"], Path(scratch), environment((), {}), NAME, bounds)
    except SourceGap as gap:
        raise UsageError(
            f"--matcher {NAME}: {gap.detail}",
            todo=f"Install it (`cargo install --locked {NAME}-cli`), or leave out --matcher.",
        ) from gap
    except OSError as error:
        raise ToolError(
            f"{NAME} does not start ({error.strerror})", where=program, todo="Install it anew."
        ) from error
    said = _VERSION.search(done.out.decode("utf-8", "replace"))
    if done.code or said is None:
        raise ToolError(f"{NAME} does not tell its version", where=program, todo="Install it anew.")
    release = said.group(0)
    return Provenant(program, Engine(NAME, release), ResultsCache(f"{NAME}-{release}-{FORMAT}"))


def _kept(answer: str | None) -> tuple[Match, ...] | None:
    """Matches of an earlier run; None when there are none, or a damaged cache holds something."""
    try:
        return None if answer is None else tuple(Match(**row) for row in json.loads(answer))
    except (ValueError, TypeError):
        return None


def read_answer(data: bytes) -> dict[str, FileSaid]:
    """What it says of each file, by path. Raises ValueError when that has another shape."""
    try:
        document = json.loads(data)
        rows = [f for f in document["files"] if f["type"] == "file"]
        return {str(row["path"]): _said(row) for row in rows}
    except (KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(f"its shape is not known: {error!r}") from error


def _said(row: dict[str, Any]) -> FileSaid:
    found = [m for d in row["license_detections"] for m in d["matches"]]
    found += row.get("license_clues") or []
    ordered = sorted((_match(m) for m in found), key=lambda m: (m.start_line, m.end_line, m.rule))
    errors = "; ".join(map(str, row["scan_errors"]))
    expression = row["detected_license_expression_spdx"]
    if expression is not None and not isinstance(expression, str):
        raise TypeError("detected_license_expression_spdx is no text")
    trouble = f"{NAME} did not read it whole ({errors[:200]})" if errors else None
    return FileSaid(expression or None, tuple(dict.fromkeys(ordered)), trouble)


def _match(row: dict[str, Any]) -> Match:
    rule = str(row.get("rule_identifier") or "")
    found = Match(
        expression=str(row["license_expression"]),
        score=float(row["score"]),
        coverage=float(row.get("match_coverage") or 0.0),
        start_line=int(row["start_line"]),
        end_line=int(row["end_line"]),
        matcher=str(row.get("matcher") or ""),
        kind=_kind(rule),
        rule=rule,
        length=int(row.get("matched_length") or 0),
    )
    if not (0 <= found.score <= 100 and 0 <= found.coverage <= 100):
        raise ValueError(f"{rule}: a score of {found.score}, a coverage of {found.coverage}")
    if not 1 <= found.start_line <= found.end_line:
        raise ValueError(f"{rule}: lines {found.start_line} to {found.end_line}")
    return found


@lru_cache(4096)
def _kind(rule: str) -> str:
    """What a rule is, as ScanCode's file of that name says; a rule that it lacks is a notice."""
    folder = license_folder()
    if rule.endswith(".LICENSE"):
        return "text"
    path = folder.parent / "rules" / os.path.basename(rule)
    try:
        head = split_file(path.read_text("utf-8"))[0]
    except OSError:
        return "notice"
    return next((k for k in KINDS if f"is_license_{k}: yes" in head), "notice")
