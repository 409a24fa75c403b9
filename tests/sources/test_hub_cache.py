"""The Hugging Face cache of this disk."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from licaudit.errors import TargetError
from licaudit.sources.faults import SourceGap
from licaudit.sources.hub_cache import cache_folder, cache_targets, open_snapshot
from licaudit.sources.open import open_tree
from licaudit.sources.targets import parse_target
from licaudit.sources.tree import ReadError
from licaudit.sources.web import Web

OLD, NEW = "1" * 40, "2" * 40


@pytest.fixture
def cached() -> Path:
    """A model with two snapshots, as the library lays them out, and a dataset."""
    for folder, commit, text in (
        ("models--acme--tiny", OLD, "GPL\n"),
        ("models--acme--tiny", NEW, "MIT\n"),
        ("datasets--acme--set", OLD, "CC0\n"),
    ):
        root = cache_folder() / folder
        snapshot = root / "snapshots" / commit / "sub"
        snapshot.mkdir(parents=True)
        (root / "blobs").mkdir(exist_ok=True)
        (root / "blobs" / f"b{text[:3]}").write_text(text)
        (snapshot / "LICENSE").symlink_to(f"../../../blobs/b{text[:3]}")
        (root / "refs").mkdir(exist_ok=True)
        (root / "refs" / "main").write_text(commit)
    return cache_folder() / "models--acme--tiny"


def listing(cached: Path, **files: int) -> None:
    (cached / "trees").mkdir(exist_ok=True)
    rows = {name.replace("__", "/"): {"size": size, "blob_id": "0"} for name, size in files.items()}
    (cached / "trees" / f"{NEW}.json").write_text(json.dumps({"format_version": 1, "files": rows}))


def test_all_that_is_there(cached: Path):
    assert [t.key for t in cache_targets()] == [
        f"hf-cache:acme/tiny@{OLD}",
        f"hf-cache:acme/tiny@{NEW}",
        f"hf-cache:datasets/acme/set@{OLD}",
    ]


def test_a_snapshot_is_read_through_its_links(cached: Path):
    tree = open_snapshot(parse_target("hf-cache:acme/tiny"))
    assert (tree.kind, tree.name, tree.revision) == ("hub_cache", "acme/tiny", NEW)
    assert [e.path for e in tree.entries()] == ["sub/LICENSE"]
    assert tree.read("sub/LICENSE") == b"MIT\n"
    old = open_snapshot(parse_target(f"hf-cache:acme/tiny@{OLD}"))
    assert old.read("sub/LICENSE") == b"GPL\n"


def test_links_out_of_the_repository_are_not_followed(cached: Path, tmp_path: Path):
    (tmp_path / "secret").write_text("x")
    snapshot = cached / "snapshots" / NEW
    (snapshot / "out").symlink_to(tmp_path / "secret")
    other = cached.parent / "datasets--acme--set" / "blobs" / "bCC0"
    (snapshot / "other").symlink_to(other)
    tree = open_snapshot(parse_target("hf-cache:acme/tiny"))
    assert [e.path for e in tree.entries()] == ["sub/LICENSE"]
    assert [g.reason for g in tree.gaps()][:2] == ["outside_tree", "outside_tree"]
    with pytest.raises(ReadError):
        tree.read("out")


def test_files_that_were_never_downloaded_are_gaps(cached: Path):
    def gaps() -> list[tuple[str, bool]]:
        tree = open_snapshot(parse_target("hf-cache:acme/tiny"))
        return [(g.reason, g.blocks) for g in tree.gaps()]

    assert gaps() == [("partial", True)]
    listing(cached, sub__LICENSE=4)
    assert gaps() == []
    listing(cached, sub__LICENSE=4, weights=9_000_000_000)
    assert gaps() == [("partial", False)]
    listing(cached, sub__LICENSE=4, README=9)
    assert gaps() == [("partial", True)]
    (cached / "trees" / f"{NEW}.json").write_text("[]")
    assert gaps() == [("partial", True)]


def test_what_the_cache_does_not_hold(cached: Path, monkeypatch: pytest.MonkeyPatch, tmp_path):
    for name in ("hf-cache:acme/none", "hf-cache:acme/tiny@v9", "hf-cache:spaces/acme/tiny"):
        with pytest.raises(SourceGap) as caught:
            open_snapshot(parse_target(name))
        assert caught.value.reason == "missing"
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "nowhere"))
    with pytest.raises(SourceGap, match="no Hugging Face cache"):
        cache_targets()


def test_offline_a_model_comes_from_the_cache(
    cached: Path, make_web: Callable[..., Web], monkeypatch: pytest.MonkeyPatch
):
    web = make_web(offline=True)
    assert open_tree(parse_target("hf:acme/tiny"), web).read("sub/LICENSE") == b"MIT\n"
    with pytest.raises(SourceGap) as caught:
        open_tree(parse_target("hf:acme/none"), web)
    assert caught.value.reason == "offline"
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert open_tree(parse_target("hf:acme/tiny"), make_web()).revision == NEW
    with pytest.raises(TargetError, match="many targets"):
        open_tree(parse_target("hf-cache:"), web)
