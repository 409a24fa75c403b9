"""Other projects' fixtures, read from copies that lie outside this project and never enter it.

`--fixtures DIR` (else $LICAUDIT_FIXTURES, else ../.mirror beside the checkout) holds:

    aboutcode-org+scancode-toolkit/repo   git clone --bare, or any clone (tests/licensedcode/data)
    licensee+licensee/repo                the same (spec/fixtures)
    spdx-license-list/                    `npm pack spdx-license-list`, unpacked: SPDX's texts

A part whose folder is absent says so and how to get it; nothing is fetched from here.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
from pathlib import Path

VARIABLE = "LICAUDIT_FIXTURES"


class Missing(Exception):
    """A copy is not there; the message says which, and the command that makes it."""

    def __init__(self, what: str, folder: Path, todo: str) -> None:
        super().__init__(f"{what}: not measured, {folder} is missing. To have it:\n    {todo}")


def default_folder(root: Path) -> Path:
    """Where the copies lie unless `--fixtures` says otherwise."""
    return Path(os.environ.get(VARIABLE) or root.parent / ".mirror")


def git_files(fixtures: Path, owner: str, name: str, under: str) -> tuple[str, dict[str, bytes]]:
    """(revision, files below a folder by path) of one repository. Raises Missing."""
    home = fixtures / f"{owner}+{name}"
    for folder in (home / "repo", home):
        revision = _git(folder, "rev-parse", "HEAD")
        if revision:
            break
    else:
        address = f"https://github.com/{owner}/{name}"
        todo = f"git clone --depth 1 --bare {address} {home}/repo"
        raise Missing(f"{owner}/{name}", home, todo)
    packed = _git(folder, "archive", "--format=tar", "HEAD", under)
    files: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in archive:
            if member.isfile() and (file := archive.extractfile(member)):
                files[member.name] = file.read()
    return revision.decode().strip()[:12], files


def _git(folder: Path, *arguments: str) -> bytes:
    """What git prints; nothing when the folder is no repository."""
    if not folder.is_dir():
        return b""
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else b""


def spdx_texts(fixtures: Path) -> tuple[str, dict[str, str], dict[str, str]]:
    """(release, name by SPDX id, text by SPDX id) of SPDX's list. Raises Missing."""
    folder = fixtures / "spdx-license-list"
    full = folder / "spdx-full.json"
    if not full.is_file():
        todo = (
            f"mkdir -p {folder} && npm pack spdx-license-list --pack-destination {fixtures} &&"
            f" tar xzf {fixtures}/spdx-license-list-*.tgz -C {folder} --strip-components 1"
        )
        raise Missing("SPDX's texts", full, todo)
    release = json.loads((folder / "package.json").read_text("utf-8"))["version"]
    entries = json.loads(full.read_text("utf-8"))
    names = {k: str(v["name"]) for k, v in entries.items()}
    return f"spdx-license-list {release}", names, {k: v["licenseText"] for k, v in entries.items()}
