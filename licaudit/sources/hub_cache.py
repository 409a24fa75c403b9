"""The Hugging Face cache of this disk as a source: what was once downloaded, without a network."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from licaudit.facts import Gap
from licaudit.settings import LIMITS
from licaudit.sources.about import About
from licaudit.sources.faults import SourceGap
from licaudit.sources.local import LocalTree
from licaudit.sources.remote import ROOT
from licaudit.sources.short_forms import Subtype, Target
from licaudit.sources.tree import Entry

# The library loads a client of HTTP: too slow for the many disks without such a cache.
if TYPE_CHECKING:
    from huggingface_hub import CachedRepoInfo, CachedRevisionInfo

_SUBTYPES: dict[str, Subtype] = {"model": "model", "dataset": "dataset", "space": "space"}
_SHARED = "blobs"  # beside the repositories: blobs that several of them share


class HubCacheTree(LocalTree):
    """One snapshot of the cache. Its files are links into `blobs`, which counts as inside."""

    kind = "hub_cache"

    def __init__(self, repository: CachedRepoInfo, snapshot: CachedRevisionInfo) -> None:
        super().__init__(str(snapshot.snapshot_path))
        self.name = repository.repo_id
        self._commit = snapshot.commit_hash
        folder = repository.repo_path.resolve()
        self._folder = folder
        self._blobs = (folder / "blobs", folder.parent / _SHARED, snapshot.snapshot_path.resolve())
        page = repository.repo_path.as_uri()
        self.about = About(repository.repo_id, repository.repo_id, repository.repo_type, page)

    @property
    def revision(self) -> str:
        """The commit of which this is a snapshot."""
        return self._commit

    def gaps(self) -> tuple[Gap, ...]:
        """Those of the folder, and the files that were never downloaded."""
        return (*super().gaps(), *self._absent(self.entries()))

    def _inside(self, full: Path) -> bool:
        try:
            real = full.resolve()
        except (OSError, RuntimeError):
            return False
        return any(real.is_relative_to(folder) for folder in self._blobs)

    def _absent(self, here: tuple[Entry, ...]) -> tuple[Gap, ...]:
        listed = self._listing()
        if listed is None:
            detail = "only files once downloaded are here; which others there are is not known"
            return (Gap(ROOT, "partial", detail),)
        missing = sorted(listed.keys() - {e.path for e in here})
        telling = [p for p in missing if listed[p] <= LIMITS.whole_file]
        if not missing:
            return ()
        shown = ", ".join((telling or missing)[:5])
        detail = f"{len(missing)} of {len(listed)} files were never downloaded, such as {shown}"
        return (Gap(ROOT, "partial", detail, blocks=bool(telling)),)

    def _listing(self) -> dict[str, int] | None:
        """Sizes of all files of the commit, where the library has kept its listing."""
        path = self._folder / "trees" / f"{self._commit}.json"
        try:
            files = json.loads(path.read_text("utf-8"))["files"]
            return {str(name): int(file["size"]) for name, file in files.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None  # the caller says that the listing is not known


def cache_targets() -> tuple[Target, ...]:
    """Every snapshot in the cache, as targets to open one by one. SourceGap without a cache."""
    found = [
        Target(
            "hub_cache", repository.repo_id, snapshot.commit_hash, _SUBTYPES[repository.repo_type]
        )
        for repository in _repositories()
        for snapshot in repository.revisions
    ]
    return tuple(sorted(found, key=lambda t: t.key))


def open_snapshot(target: Target) -> HubCacheTree:
    """The snapshot of a target: that of its revision, of `main`, or the one last changed."""
    for repository in _repositories():
        if repository.repo_id == target.id and repository.repo_type == (target.subtype or "model"):
            return HubCacheTree(repository, _chosen(repository, target))
    raise SourceGap("missing", "this disk's Hugging Face cache does not hold it", target.key)


def _chosen(repository: CachedRepoInfo, target: Target) -> CachedRevisionInfo:
    snapshots = sorted(repository.revisions, key=lambda r: (r.last_modified, r.commit_hash))
    if target.revision is None:
        named = [s for s in snapshots if "main" in s.refs]
        if snapshots:
            return (named or snapshots)[-1]
    for snapshot in snapshots:
        if target.revision in (snapshot.commit_hash, *snapshot.refs):
            return snapshot
    raise SourceGap("missing", "the cache holds no such revision", target.key)


def _repositories() -> list[CachedRepoInfo]:
    folder = cache_folder()
    none = SourceGap("missing", "there is no Hugging Face cache here", str(folder))
    if not folder.is_dir():
        raise none
    from huggingface_hub import CacheNotFound, scan_cache_dir

    try:
        found = scan_cache_dir(folder)
    except (CacheNotFound, ValueError):
        raise none from None
    return [r for r in found.repos if r.repo_type in _SUBTYPES]


def cache_folder() -> Path:
    """Where the cache is: HF_HUB_CACHE, HF_HOME, or the library's own default."""
    if chosen := os.environ.get("HF_HUB_CACHE"):
        return Path(chosen)
    if home := os.environ.get("HF_HOME"):
        return Path(home) / "hub"
    from huggingface_hub.constants import HF_HUB_CACHE

    return Path(HF_HUB_CACHE)
