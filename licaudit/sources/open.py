"""From a Target to its Tree: which source reads it, recorded or replayed."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from licaudit.errors import TargetError
from licaudit.sources.faults import SourceGap
from licaudit.sources.local import LocalTree
from licaudit.sources.record import Recording, Replay
from licaudit.sources.short_forms import Target
from licaudit.sources.tree import Tree
from licaudit.sources.web import Web


def open_tree(
    target: Target,
    web: Web,
    *,
    record: Recording | None = None,
    replay: Replay | None = None,
    own: Collection[Path] = (),
) -> Tree:
    """The tree of one target. Raises SourceGap when it cannot be had.

    With `replay` nothing else is asked. Offline, a repository of Hugging Face is looked for in this
    disk's cache. `hf-cache:` alone means many trees: see `hub_cache.cache_targets`. `own` are files
    of ours in a local folder, which are no part of it.
    """
    if replay is not None:
        return replay.tree(target.key)
    try:
        tree = LocalTree(target.id, own) if target.kind == "path" else _open(target, web)
    except SourceGap as gap:
        if record is not None:
            record.gap(target.key, gap)
        raise
    return record.tree(target.key, tree) if record is not None else tree


def open_root(
    target: Target,
    web: Web,
    *,
    record: Recording | None = None,
    replay: Replay | None = None,
    own: Collection[Path] = (),
) -> Tree:
    """As `open_tree`, for the target the user named. Raises TargetError: without it no audit."""
    try:
        return open_tree(target, web, record=record, replay=replay, own=own)
    except SourceGap as gap:
        raise gap.as_target_error() from gap


def _open(target: Target, web: Web) -> Tree:
    match target.kind:
        case "huggingface":
            return _huggingface(target, web)
        case "modelscope":
            from licaudit.sources.modelscope import ModelScopeTree

            return ModelScopeTree(target, web)
        case "git":
            from licaudit.sources.git import GitTree

            return GitTree(target, web)
        case "hub_cache":
            from licaudit.sources.hub_cache import open_snapshot

            if not target.id:
                raise TargetError("the whole cache is many targets", where="hf-cache:")
            return open_snapshot(target)
        case "pypi" | "npm":
            from licaudit.sources.packages import open_package

            return open_package(target, web)
        case _:
            raise SourceGap("unsupported", "no source reads this kind of target", target.key)


def _huggingface(target: Target, web: Web) -> Tree:
    if web.offline or os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE"):
        from licaudit.sources.hub_cache import open_snapshot

        try:
            return open_snapshot(target)
        except SourceGap as gap:
            detail = f"the network is not used (offline), and {gap.detail}"
            raise SourceGap("offline", detail, target.key) from gap
    from licaudit.sources.huggingface import HubTree

    return HubTree(target, web)
