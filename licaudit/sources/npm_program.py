"""The user's own npm: what their registry says of a package, its tarball, what it brings along.

npm reads the project it stands in; it is given an empty folder for one, and only names and versions
that we parsed, so that no specification can turn into a git address or a path. Scripts are off.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from licaudit.sources.faults import Reason, SourceGap
from licaudit.sources.programs import Bounds, Done, environment, find_program, run

_SETTINGS = "registry userconfig globalconfig cafile ca cert key proxy https_proxy noproxy"
_SETTINGS += " strict_ssl cache fetch_retries fetch_timeout"
_FIXED = {"NO_UPDATE_NOTIFIER": "1", "NO_COLOR": "1"}
_SAFE = (
    "--ignore-scripts",
    "--json",
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--no-progress",
    "--loglevel=error",
    "--logs-max=0",
    "--no-workspaces",
    "--git=false",
    "--fetch-retry-maxtimeout=10000",
)
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\??\}")
# npm's codes, and what they mean.
_MEANINGS: dict[str, tuple[Reason, str]] = {
    "E404": ("missing", "the registry has no such package"),
    "ETARGET": ("missing", "the registry has no such version"),
    "E401": ("denied", "the registry asks for credentials (401)"),
    "ENEEDAUTH": ("denied", "the registry asks for credentials (401)"),
    "E403": ("denied", "the registry forbids it (403)"),
    "EINTEGRITY": ("broken", "its content is not what is listed"),
    "ERESOLVE": ("broken", "the versions asked for exclude each other"),
    "EUNSUPPORTEDPROTOCOL": ("unsupported", "an address of a kind npm does not read"),
}
_LOCK = "package-lock.json"
# The package an error is about, as npm writes it: `react@^99`. Its words hold addresses as well.
_ABOUT = re.compile(r"(?<![\w/:@.-])((?:@[a-z0-9._~-]+/)?[A-Za-z0-9._~-]+@[\w.^~<>=*|+-]{1,60})")


def view(
    name: str, version: str | None, folder: Path, where: str, bounds: Bounds
) -> dict[str, Any]:
    """The manifest of one version as the registry gives it. Raises SourceGap."""
    done = _npm(["view", *_SAFE, _specification(name, version)], folder, where, bounds)
    found = _json(done, where)
    if isinstance(found, list):  # a tag or range that several versions fit: the last is the newest
        found = found[-1] if found else None
    if not isinstance(found, dict) or found.get("name") != name:
        detail = "the registry's answer is not what it should be"
        raise SourceGap("missing" if not found else "broken", detail, where)
    return found


def pack(name: str, version: str, folder: Path, where: str, bounds: Bounds) -> Path:
    """The tarball of one version, fetched into the folder. Raises SourceGap."""
    words = ["pack", *_SAFE, _specification(name, version)]
    _json(_npm(words, folder, where, bounds), where)
    found = [p for p in folder.iterdir() if p.suffix == ".tgz" and p.is_file()]
    if len(found) != 1:
        raise SourceGap("broken", f"npm left {len(found)} tarballs for one package", where)
    return found[0]


def lock(manifest: Mapping[str, Any], folder: Path, where: str, bounds: Bounds) -> bytes:
    """The package-lock.json npm writes for a manifest of names and ranges. Raises SourceGap.

    No archive is fetched for it and nothing is installed. `manifest` holds names and ranges of
    registries alone: an address or a path in it would be followed.
    """
    (folder / "package.json").write_text(json.dumps(manifest), "utf-8")
    words = ["install", "--package-lock-only", "--package-lock=true", *_SAFE]
    _json(_npm(words, folder, where, bounds), where)
    path = folder / _LOCK
    try:
        if path.stat().st_size > bounds.output:
            raise SourceGap("cut_short", "the lock npm wrote is too long", where)
        return path.read_bytes()
    except OSError:
        raise SourceGap("broken", "npm wrote no lock", where) from None


def _specification(name: str, version: str | None) -> str:
    return f"{name}@{version}" if version else f"{name}@latest"


def _npm(words: list[str], folder: Path, where: str, bounds: Bounds) -> Done:
    program = find_program(("npm",), where)
    also = {f"npm_config_{name}" for name in _SETTINGS.split()}
    also |= {name.upper() for name in also}
    also |= {"NODE_EXTRA_CA_CERTS", *_named_in_settings()}
    # The prefix keeps npm from looking for a project, and its settings, in the folders above.
    command = [program, *words, f"--prefix={folder}"]
    return run(command, folder, environment(also, _FIXED), where, bounds)


def _named_in_settings() -> Iterator[str]:
    """Variables the user's .npmrc takes its tokens from, by name: `_authToken=${NPM_TOKEN}`."""
    settings = {name.upper(): value for name, value in os.environ.items()}
    chosen = settings.get("NPM_CONFIG_USERCONFIG")
    path = Path(chosen) if chosen else Path.home() / ".npmrc"
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            yield from _VARIABLE.findall(file.read(1_000_000))
    except OSError:
        return  # no settings of the user's own: npm goes on with its defaults


def _json(done: Done, where: str) -> Any:
    try:
        found = json.loads(done.out) if done.out.strip() else None
    except (ValueError, RecursionError):
        found = None
    if done.code == 0:
        return found
    error = found.get("error") if isinstance(found, dict) else None
    code = str(error.get("code")) if isinstance(error, dict) else ""
    reason, detail = _MEANINGS.get(code, ("unreachable", "npm could not get it"))
    raise SourceGap(reason, detail + _words(error, code), where)


def _words(error: Any, code: str) -> str:
    """npm's code and the package it names, for the user to search for; never its addresses."""
    if not isinstance(error, dict) or not re.fullmatch(r"E[A-Z0-9_]{2,40}", code):
        return ""
    said = " ".join(str(error.get(key, ""))[:2_000] for key in ("summary", "detail"))
    about = _ABOUT.search(re.sub(r"\S+://\S+", "", said))
    return f" (npm says {code}: {about.group(1).rstrip('.')})" if about else f" (npm says {code})"
