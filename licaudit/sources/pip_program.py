"""The user's own pip: what their index says of packages, and one wheel, with nothing ever built.

Only names and versions that we parsed are handed over, never a file or an option of the target's: a
requirements file can name other indexes and run code. `--only-binary=:all:` keeps pip from running
any package's own code.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from licaudit.sources.faults import Reason, SourceGap
from licaudit.sources.programs import Bounds, Done, environment, find_program, run

# Where to ask and with which credentials. No option that changes what is done (targets, logs,
# requirement files, builds) is taken over.
_SETTINGS = (
    "CONFIG_FILE INDEX_URL EXTRA_INDEX_URL FIND_LINKS NO_INDEX TRUSTED_HOST CERT CLIENT_CERT"
)
_SETTINGS += " PROXY TIMEOUT DEFAULT_TIMEOUT RETRIES KEYRING_PROVIDER CACHE_DIR NO_CACHE_DIR"
_FIXED = {
    "PIP_NO_INPUT": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_PYTHON_VERSION_WARNING": "1",
    "PYTHONNOUSERSITE": "1",
    "PYTHONSAFEPATH": "1",
}
_SAFE = ("--only-binary=:all:", "--no-color", "--progress-bar=off")
_REPORT = "report.json"
# What pip says, and what it means. The first that is found counts: an index that did not answer
# must not read as one that has no such package.
_NO_WHEEL = "it has no wheel for this machine, and building it would run its own code"
_NOT_THERE = "the index has no such package or version"
_MEANINGS: tuple[tuple[str, Reason, str], ...] = (
    (r"\b401 (Client )?Error", "denied", "the index asks for credentials (401)"),
    (r"\b403 (Client )?Error", "denied", "the index forbids it (403)"),
    (r"No sources permitted|none of the wheel's tags", "unsupported", _NO_WHEEL),
    (r"Could not fetch URL \S+ (?!404)", "unreachable", "the index does not answer"),
    (r"No matching distribution|Could not find a version", "missing", _NOT_THERE),
    (r"ResolutionImpossible", "broken", "the versions asked for exclude each other"),
    (r"DO NOT MATCH THE HASHES", "broken", "its content is not what is listed"),
    (r"has invalid metadata|invalid wheel", "broken", "its wheel is not what it should be"),
    (r"Max retries|[Cc]onnection|timed out", "unreachable", "the index does not answer"),
    (r"no such option", "unsupported", "this pip is too old: 22.2 is needed"),
)


def report(
    requirements: Sequence[str], folder: Path, where: str, bounds: Bounds, *, alone: bool = False
) -> list[dict[str, Any]]:
    """What pip would install for these requirements: `metadata` and `download_info` of each.

    `alone` leaves their dependencies out. Raises SourceGap.
    """
    options = ["--dry-run", "--ignore-installed", f"--report={_REPORT}", "--quiet", *_SAFE]
    options += ["--no-deps"] if alone else []
    done = _pip(["install", *options, "--", *requirements], folder, where, bounds)
    if done.code != 0:
        raise _gap(done, requirements, folder, where, bounds)
    return _read(folder / _REPORT, where, bounds)


def download(requirement: str, folder: Path, where: str, bounds: Bounds) -> Path:
    """The wheel of one requirement, fetched into the folder. Raises SourceGap."""
    options = ["--no-deps", "--dest=wheel", "--quiet", *_SAFE]
    done = _pip(["download", *options, "--", requirement], folder, where, bounds)
    if done.code != 0:
        raise _gap(done, [requirement], folder, where, bounds)
    found = [p for p in (folder / "wheel").iterdir() if p.suffix == ".whl" and p.is_file()]
    if len(found) != 1:
        raise SourceGap("broken", f"pip left {len(found)} wheels where one was asked for", where)
    return found[0]


def _pip(words: list[str], folder: Path, where: str, bounds: Bounds) -> Done:
    program = find_program(("pip", "pip3"), where)
    also = [f"PIP_{name}" for name in _SETTINGS.split()]
    env = environment(also, {**_FIXED, "TMPDIR": str(_inner(folder, "tmp"))})
    if env.get("PIP_CONFIG_FILE") and env["PIP_CONFIG_FILE"] != os.devnull:
        env["PIP_CONFIG_FILE"] = os.path.abspath(env["PIP_CONFIG_FILE"])
    return run([program, *words], folder, env, where, bounds)


def _inner(folder: Path, name: str) -> Path:
    inner = folder / name
    inner.mkdir(exist_ok=True)
    return inner


def _gap(
    done: Done, requirements: Sequence[str], folder: Path, where: str, bounds: Bounds
) -> SourceGap:
    """Why pip gave up. Only its long log tells `no such package` from `no wheel`."""
    said = done.err
    if "No matching distribution" in said and len(requirements) == 1:
        options = ["--no-deps", "--dest=wheel", "-vv", *_SAFE]
        again = _pip(["download", *options, "--", *requirements], folder, where, bounds)
        said = _of_version(again.out.decode("utf-8", "replace") + again.err, requirements[0])
    for pattern, reason, detail in _MEANINGS:
        if re.search(pattern, said):
            return SourceGap(reason, detail, where)
    return SourceGap("unreachable", "pip could not get it", where)


def _of_version(log: str, requirement: str) -> str:
    """The log without what was left out of other versions than the one that was asked for."""
    _, pinned, version = requirement.partition("==")
    if not pinned:
        return log
    own = re.compile(rf"-{re.escape(version)}(\.zip|\.tar|-)")
    kept = (ln for ln in log.splitlines() if "Skipping link" not in ln or own.search(ln))
    return "\n".join(kept)


def _read(path: Path, where: str, bounds: Bounds) -> list[dict[str, Any]]:
    try:
        if path.stat().st_size > bounds.output:
            raise SourceGap("cut_short", "pip's report is too long", where)
        installed = json.loads(path.read_bytes())["install"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise SourceGap("broken", "pip's report is not what it should be", where) from None
    if not isinstance(installed, list) or not all(isinstance(i, dict) for i in installed):
        raise SourceGap("broken", "pip's report is not what it should be", where)
    return installed
