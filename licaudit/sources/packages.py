"""Packages of Python and JavaScript as Trees, through the user's own pip and npm.

So mirrors, private indexes and credentials are theirs, and no registry's host is written here. No
code of a package ever runs: wheels alone are taken from an index, tarballs with scripts off.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from hashlib import file_digest
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from licaudit.facts import Gap
from licaudit.settings import LIMITS
from licaudit.sources import npm_program, pip_program
from licaudit.sources.about import About, Said
from licaudit.sources.archive import Archive, nothing, open_tgz, open_zip
from licaudit.sources.faults import SourceGap
from licaudit.sources.package_facts import SEMVER, Resolved, of_metadata, of_npm, of_pip, purl_of
from licaudit.sources.programs import Bounds
from licaudit.sources.remote import ROOT, about_gaps
from licaudit.sources.short_forms import Target, npm_target
from licaudit.sources.tree import Entry, ReadError
from licaudit.sources.web import Web

BOUNDS = Bounds()
_TAG = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")  # npm's dist-tags, such as `latest`
_METADATA = re.compile(r"[^/]+\.dist-info/METADATA")
# What npm would read as an archive on this disk.
_FILES = (".tgz", ".tar.gz", ".tar")


class PackageTree:
    """One released archive of a package. Its revision is the version and the archive's digest."""

    def __init__(
        self, target: Target, found: Resolved, archive: Archive, digest: str | None, folder: Path
    ) -> None:
        self.kind = target.kind
        self.name = found.name
        self.revision = f"{found.version}:{digest}" if digest else found.version
        self.about = About(found.name, target.id, "package", found.purl, said=found.said)
        self.bytes_read = 0
        self._archive = archive
        self._sizes = {e.path: e.size for e in archive.entries}
        self._clean_up = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)

    def entries(self) -> tuple[Entry, ...]:
        """All files of the archive that a tree can hold, sorted by path."""
        return self._archive.entries

    def gaps(self) -> tuple[Gap, ...]:
        """Links, paths that lead out, files that stand there twice, and a new name."""
        return (*about_gaps(self.about), *self._archive.gaps)

    def read(self, path: str, start: int = 0, length: int | None = None) -> bytes:
        """Bytes of one file. Raises ReadError for damage, and for what is not there."""
        if path not in self._sizes:
            raise ReadError("missing", f"{path} is not in the package")
        size = LIMITS.whole_file if length is None else length
        data = self._archive.read(path, start, min(size, max(0, self._sizes[path] - start)))
        self.bytes_read += len(data)
        return data


def open_package(target: Target, web: Web, bounds: Bounds = BOUNDS) -> PackageTree:
    """The archive of `pypi:name` or `npm:name`. Raises SourceGap when it cannot be had.

    An archive beyond the bounds is a tree without files: its Gap says so, and `about` still holds
    what the registry says of the license.
    """
    _online(web, target.key)
    folder = Path(tempfile.mkdtemp(prefix="licaudit-package-"))
    try:
        fetch = _fetch_wheel if target.kind == "pypi" else _fetch_tarball
        return fetch(target, folder, bounds)
    except SourceGap:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def describe(target: Target, web: Web, bounds: Bounds = BOUNDS) -> Resolved:
    """What the registry says of one package, without its archive. Raises SourceGap."""
    _online(web, target.key)
    with _folder() as folder:
        if target.kind == "npm":
            version = _npm_version(target.revision, target.key)
            return of_npm(npm_program.view(target.id, version, folder, target.key, bounds))
        wanted = _pinned(target.id, target.revision, target.key)
        rows = pip_program.report([wanted], folder, target.key, bounds, alone=True)
        return _completed(_one(rows, target), bounds)


def resolve(
    names: Iterable[str], web: Web, bounds: Bounds = BOUNDS
) -> tuple[dict[str, Resolved], tuple[Gap, ...]]:
    """All that Python requirements bring along, by purl, with what the metadata says of licenses.

    One run of pip for all; when that fails, one for each, so that a single bad name hides no other.
    A requirement that is malformed, or names an address or a file, is a Gap and never run.
    """
    wanted, gaps = _plain(names)
    if not wanted:
        return {}, gaps
    try:
        _online(web, "pypi")
        found = _resolved(list(wanted.values()), bounds)
        return found, gaps + _left_open(found)
    except SourceGap as gap:
        if gap.reason in ("offline", "cut_short", "unreachable") or "PATH" in gap.detail:
            return {}, (*gaps, *(gap.as_gap(f"pkg:pypi/{name}") for name in wanted))
    found = {}
    for name, requirement in wanted.items():
        try:
            found |= _resolved([requirement], bounds)
        except SourceGap as gap:
            gaps += (gap.as_gap(f"pkg:pypi/{name}"),)
    return found, gaps + _left_open(found)


def _left_open(found: Mapping[str, Resolved]) -> tuple[Gap, ...]:
    detail = "this pip leaves the newer license field out of its report, and its wheel was not had"
    return tuple(Gap(p, "unsupported", detail) for p, one in found.items() if one.incomplete)


def resolve_npm(
    names: Mapping[str, str | None], web: Web, bounds: Bounds = BOUNDS
) -> tuple[dict[str, Resolved], tuple[Gap, ...]]:
    """What the registry says of each JavaScript package (name -> version, or None), by purl.

    Their own dependencies are not followed: `NpmSet` asks npm for those of a whole project.
    """
    found: dict[str, Resolved] = {}
    gaps: tuple[Gap, ...] = ()
    for name, version in names.items():
        target = npm_target(name, f"npm:{name}")
        try:
            answer = describe(Target("npm", target.id, version), web, bounds)
            found[answer.purl] = answer
        except SourceGap as gap:
            gaps += (gap.as_gap(purl_of("npm", target.id)),)
    return found, gaps


def _fetch_wheel(target: Target, folder: Path, bounds: Bounds) -> PackageTree:
    wanted = _pinned(target.id, target.revision, target.key)
    found = _one(pip_program.report([wanted], folder, target.key, bounds, alone=True), target)
    exact = f"{target.id}=={found.version}"
    try:
        path = pip_program.download(exact, folder, target.key, bounds)
        archive = open_zip(path, target.key)
        found = replace(found, said=_stated(archive) or found.said)
        return PackageTree(target, found, archive, _sha256(path), folder)
    except SourceGap as gap:
        return _without_files(target, found, gap, folder)


def _fetch_tarball(target: Target, folder: Path, bounds: Bounds) -> PackageTree:
    version = _npm_version(target.revision, target.key)
    found = of_npm(npm_program.view(target.id, version, folder, target.key, bounds))
    try:
        path = npm_program.pack(target.id, found.version, folder, target.key, bounds)
        inner = folder / "files"
        inner.mkdir()
        archive = open_tgz(path, inner, target.key)
        return PackageTree(target, found, archive, _sha256(path), folder)
    except SourceGap as gap:
        return _without_files(target, found, gap, folder)


def _without_files(target: Target, found: Resolved, gap: SourceGap, folder: Path) -> PackageTree:
    """What the registry says stands; that no file could be looked at blocks a pass."""
    if gap.reason not in ("cut_short", "broken"):
        raise gap
    detail = f"only the registry's description was read, no file: {gap.detail}"
    return PackageTree(target, found, nothing(Gap(ROOT, gap.reason, detail)), None, folder)


def _resolved(requirements: list[str], bounds: Bounds) -> dict[str, Resolved]:
    with _folder() as folder:
        rows = pip_program.report(requirements, folder, "pypi", bounds)
    return {one.purl: _completed(one, bounds) for one in map(of_pip, rows)}


def _completed(one: Resolved, bounds: Bounds) -> Resolved:
    """Where pip's report may lack the License-Expression, what the wheel itself says."""
    if not one.incomplete:
        return one
    with _folder() as folder:
        try:
            path = pip_program.download(f"{one.name}=={one.version}", folder, one.purl, bounds)
            return replace(one, said=_stated(open_zip(path, one.purl)), incomplete=False)
        except SourceGap:
            return one  # `incomplete` stays: the caller may not read it as saying nothing


def _stated(archive: Archive) -> tuple[Said, ...]:
    """What the one METADATA of a wheel says of its license."""
    files = [e for e in archive.entries if _METADATA.fullmatch(e.path)]
    if len(files) != 1:
        return ()
    try:
        data = archive.read(files[0].path, 0, LIMITS.license_file)
    except ReadError:
        return ()  # the collector that reads it makes the Gap
    return of_metadata(data.decode("utf-8", "replace"))


def _one(rows: list[dict[str, Any]], target: Target) -> Resolved:
    if len(rows) != 1:
        raise SourceGap("broken", f"pip names {len(rows)} packages for one", target.key)
    return of_pip(rows[0])


def _plain(names: Iterable[str]) -> tuple[dict[str, str], tuple[Gap, ...]]:
    """Requirements as pip may see them: name, extras and versions. Markers are the caller's."""
    wanted: dict[str, str] = {}
    gaps: tuple[Gap, ...] = ()
    for text in names:
        try:
            asked = Requirement(text)
        except InvalidRequirement:
            gaps += (Gap(ROOT, "broken", f"`{text[:80]}` is no requirement that pip reads"),)
            continue
        name = canonicalize_name(asked.name)
        if asked.url is not None:
            detail = "an address in place of a version: it is not fetched by pip"
            gaps += (Gap(purl_of("pypi", name), "refused", detail),)
            continue
        extras = f"[{','.join(sorted(asked.extras))}]" if asked.extras else ""
        wanted[name] = f"{name}{extras}{asked.specifier}"
    return wanted, gaps


def _pinned(name: str, version: str | None, where: str) -> str:
    if version is None:
        return name
    try:
        return f"{name}=={Version(version)}"
    except InvalidVersion:
        raise SourceGap("missing", f"`{version}` is no version of a package", where) from None


def _npm_version(version: str | None, where: str) -> str | None:
    """A version or tag. npm reads a path or a git address out of much else."""
    if version is None:
        return None
    plain = SEMVER.fullmatch(version) or _TAG.fullmatch(version)
    if not plain or version.lower().endswith(_FILES):
        raise SourceGap("missing", f"`{version}` is no version of a package", where)
    return version


def _online(web: Web, where: str) -> None:
    if web.offline:
        raise SourceGap("offline", "the network is not used (--offline)", where)


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return f"sha256:{file_digest(file, 'sha256').hexdigest()}"


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(
        prefix="licaudit-package-", ignore_cleanup_errors=True
    ) as name:
        yield Path(name)
