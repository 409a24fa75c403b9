"""Rebuild the texts of the labeled sentences, from the places that the labels name.

    python -m evaluate.fetch_texts --texts DIR [--forge URL] [--clones DIR]

Every text is written to DIR/<owner>__<name>/<commit>/<path>, byte for byte. `--clones` names a
folder of clones (<owner>+<name>/repo) that are read first; what is not there is fetched, one
commit deep, from the forge. A place `pypi/<name>` is a package: its wheel is downloaded with the
user's pip, and the text is its METADATA; of `npm/<name>` the tarball is, with the user's npm, and
the text is a file at its top. Nothing of them is run. The place of `excerpts/<number>` was not
kept: these cannot be had again. Exit 1 when a text could not be had: the list says which.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import defaultdict
from pathlib import Path

from evaluate.statement_labels import EXCERPTS, HELD_OUT, TUNING, places, read_labels

FORGE = "https://github.com"
PACKAGES = "pypi/"
NPM = "npm/"


def main() -> int:
    """Fetch what is missing; 0 when every text is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, required=True, help="where the texts are to lie")
    parser.add_argument("--forge", default=FORGE, help=f"base of the repositories' URLs ({FORGE})")
    parser.add_argument("--clones", type=Path, help="a folder of clones that are at hand")
    args = parser.parse_args()
    wanted: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for repo, revision, path in places([*read_labels(HELD_OUT), *read_labels(TUNING)]):
        if not target(args.texts, repo, revision, path).is_file():
            wanted[repo, revision].append(path)
    lacking = 0
    for (repo, revision), paths in wanted.items():
        if repo.startswith(EXCERPTS):
            print(f"{repo}: an excerpt whose place is not known")
            lacking += len(paths)
            continue
        if repo.startswith(PACKAGES):
            lacking += fetch_package(args.texts, repo, revision, paths)
            continue
        if repo.startswith(NPM):
            lacking += fetch_npm(args.texts, repo, revision, paths)
            continue
        clone = args.clones / repo.replace("/", "+") / "repo" if args.clones else None
        lacking += fetch(args.texts, repo, revision, paths, f"{args.forge}/{repo}.git", clone)
    print(f"fetch_texts: {lacking} texts lacking")
    return 1 if lacking else 0


def target(texts: Path, repo: str, revision: str, path: str) -> Path:
    """Where a text is to lie. Raises ValueError for a path that leaves the folder."""
    folder = texts / repo.replace("/", "__") / revision
    place = folder / path
    if not place.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"{repo} {path}: the path leaves the folder of texts")
    return place


def fetch(
    texts: Path, repo: str, revision: str, paths: list[str], url: str, clone: Path | None
) -> int:
    """Write some files of one commit; how many could not be had."""
    with tempfile.TemporaryDirectory() as scratch:
        store = clone if clone and _has(clone, revision) else Path(scratch)
        if store != clone:
            _git(store, "init", "--quiet", "--bare", ".")
            _git(store, "fetch", "--quiet", "--depth", "1", url, revision)
        lacking = 0
        for path in paths:
            blob = _git(store, "cat-file", "blob", f"{revision}:{path}")
            if blob.returncode:
                print(f"{repo}@{revision} {path}: {blob.stderr.decode('utf-8', 'replace').strip()}")
                lacking += 1
                continue
            _keep(texts, repo, revision, path, blob.stdout)
    return lacking


def fetch_package(texts: Path, repo: str, version: str, paths: list[str]) -> int:
    """Write the METADATA of one version of a package; how many texts could not be had."""
    name = f"{repo.removeprefix(PACKAGES)}=={version}"
    with tempfile.TemporaryDirectory() as scratch:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", scratch]
        asked = [*pip, "--only-binary", ":all:", "--ignore-requires-python", name]
        packed = _download(asked, name, Path(scratch), "*.whl")
        if packed is None:
            return len(paths)
        with zipfile.ZipFile(packed) as wheel:
            inside = next(n for n in wheel.namelist() if n.endswith(".dist-info/METADATA"))
            for path in paths:
                _keep(texts, repo, version, path, wheel.read(inside))
    return 0


def fetch_npm(texts: Path, repo: str, version: str, paths: list[str]) -> int:
    """Write files at the top of one version of an npm package; how many could not be had."""
    name = f"{repo.removeprefix(NPM)}@{version}"
    with tempfile.TemporaryDirectory() as scratch:
        asked = ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", scratch, name]
        packed = _download(asked, name, Path(scratch), "*.tgz")
        if packed is None:
            return len(paths)
        with tarfile.open(packed) as archive:
            inside = {m.name.split("/", 1)[-1]: m for m in archive if m.isfile()}
            lost = 0
            for path in paths:
                file = archive.extractfile(inside[path]) if path in inside else None
                if file is None:
                    print(f"{name} {path}: not in the package")
                    lost += 1
                    continue
                _keep(texts, repo, version, path, file.read())
    return lost


def _download(asked: list[str], name: str, scratch: Path, shape: str) -> Path | None:
    """What a program was asked to put into a folder; None, and its complaint told, if it failed."""
    done = subprocess.run(asked, capture_output=True, check=False)
    found = next(scratch.glob(shape), None)
    if done.returncode or found is None:
        print(f"{name}: {done.stderr.decode('utf-8', 'replace').strip()[-200:]}")
        return None
    return found


def _keep(texts: Path, repo: str, revision: str, path: str, content: bytes) -> None:
    place = target(texts, repo, revision, path)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


def _has(clone: Path, revision: str) -> bool:
    return clone.is_dir() and not _git(clone, "cat-file", "-e", revision).returncode


def _git(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
