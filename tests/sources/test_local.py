"""A folder as a Tree: what is listed, what is left out, and what reading costs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from licaudit.errors import TargetError, UsageError
from licaudit.facts import Gap
from licaudit.settings import LIMITS
from licaudit.sources.local import CACHES, INSTALLED, LocalTree
from licaudit.sources.tree import ReadError, decode


def put(folder: Path, *paths: str) -> Path:
    for path in paths:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path)
    return folder


def listed(tree: LocalTree) -> list[str]:
    return [e.path for e in tree.entries()]


def gaps(tree: LocalTree) -> dict[str, Gap]:
    return {g.location.path: g for g in tree.gaps() if g.location}


def test_all_files_are_listed_sorted_by_path(tmp_path: Path) -> None:
    tree = LocalTree(str(put(tmp_path, "b/a", "b.txt", "a/z/y", ".hidden/x")))
    assert listed(tree) == [".hidden/x", "a/z/y", "b.txt", "b/a"]
    assert tree.gaps() == ()
    assert (tree.entries()[1].folder, tree.entries()[1].name) == ("a/z", "y")


@pytest.mark.parametrize("folder", sorted(INSTALLED))
def test_installed_packages_are_left_out_and_a_gap_says_so(tmp_path: Path, folder: str) -> None:
    tree = LocalTree(str(put(tmp_path, f"lib/{folder}/x/LICENSE", "a.py")))
    assert listed(tree) == ["a.py"]
    (gap,) = tree.gaps()
    assert (gap.reason, gap.blocks) == ("skipped", False)
    assert gap.location
    assert gap.location.path == f"lib/{folder}"


@pytest.mark.parametrize("folder", sorted(CACHES))
def test_caches_are_left_out_without_a_word(tmp_path: Path, folder: str) -> None:
    tree = LocalTree(str(put(tmp_path, f"{folder}/LICENSE", "a.py")))
    assert listed(tree) == ["a.py"]
    assert tree.gaps() == ()


def test_a_file_of_such_a_name_is_a_file(tmp_path: Path) -> None:
    assert listed(LocalTree(str(put(tmp_path, "venv", "node_modules")))) == ["node_modules", "venv"]


def test_our_own_reports_are_left_out_and_nothing_else_beside_them(tmp_path: Path) -> None:
    put(tmp_path, "out/audit.json", "out/report.html", "out/LICENSE", "audit.json")
    own = [tmp_path / "out" / "audit.json", tmp_path / "out" / "report.html"]
    assert listed(LocalTree(str(tmp_path), own)) == ["audit.json", "out/LICENSE"]


def test_our_own_reports_are_known_by_a_relative_or_linked_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "real/out/audit.json", "real/a")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    monkeypatch.chdir(tmp_path / "real")
    for own in (Path("out/audit.json"), tmp_path / "link" / "out" / "audit.json"):
        assert listed(LocalTree(".", [own])) == ["a"]


def test_one_file_is_a_tree_of_one(tmp_path: Path) -> None:
    put(tmp_path, "a.py", "LICENSE")
    tree = LocalTree(str(tmp_path / "a.py"))
    assert (listed(tree), tree.name) == (["a.py"], "a.py")
    assert tree.read("a.py") == b"a.py"


def test_a_tree_knows_neither_its_place_nor_how_it_was_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trees = []
    for place in ("one", "two/deep"):
        put(tmp_path / place / "model", "a.py", "b/c")
        monkeypatch.chdir(tmp_path / place)
        trees += [LocalTree("model"), LocalTree("model/"), LocalTree(f"{tmp_path}/{place}/model")]
    monkeypatch.chdir("model")
    trees.append(LocalTree("."))
    assert {(t.name, t.revision, t.kind) for t in trees} == {("model", trees[0].revision, "local")}


def test_a_changed_listing_is_another_revision(tmp_path: Path) -> None:
    before = LocalTree(str(put(tmp_path, "a"))).revision
    (tmp_path / "a").write_text("longer")
    after = LocalTree(str(tmp_path)).revision
    assert before != after
    assert LocalTree(str(put(tmp_path, "b"))).revision not in (before, after)


def test_links_inside_are_read_and_links_out_are_gaps(tmp_path: Path) -> None:
    put(tmp_path, "secret", "tree/a", "tree/folder/b")
    tree_folder = tmp_path / "tree"
    (tree_folder / "inner").symlink_to("a")
    (tree_folder / "out").symlink_to("../secret")
    (tree_folder / "absolute").symlink_to("/etc/passwd")
    (tree_folder / "loop").symlink_to("loop")
    (tree_folder / "nothing").symlink_to("missing")
    (tree_folder / "again").symlink_to("folder")
    (tree_folder / "up").symlink_to("..")
    tree = LocalTree(str(tree_folder))
    assert listed(tree) == ["a", "folder/b", "inner"]
    found = gaps(tree)
    reasons = {path: (g.reason, g.blocks) for path, g in found.items()}
    assert reasons == {
        "out": ("outside_tree", True),
        "absolute": ("outside_tree", True),
        "up": ("outside_tree", True),
        "loop": ("outside_tree", True),
        "nothing": ("unreadable", True),
        "again": ("not_followed", False),
    }
    assert found["nothing"].detail == "a link to nothing"


def test_a_snapshot_of_the_hub_cache_is_told_how_to_be_audited(tmp_path: Path) -> None:
    put(tmp_path, "blobs/abc")
    snapshot = tmp_path / "snapshots" / "main"
    snapshot.mkdir(parents=True)
    (snapshot / "README.md").symlink_to("../../blobs/abc")
    (gap,) = LocalTree(str(snapshot)).gaps()
    assert "cp -rL" in gap.detail


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "out", "a/../../secret"])
def test_reading_never_leaves_the_tree(tmp_path: Path, path: str) -> None:
    put(tmp_path, "secret", "tree/a/b")
    (tmp_path / "tree" / "out").symlink_to("../secret")
    with pytest.raises(ReadError) as refused:
        LocalTree(str(tmp_path / "tree")).read(path)
    assert refused.value.reason == "outside_tree"


def test_a_file_that_turned_into_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    tree = LocalTree(str(put(tmp_path, "a")))
    assert listed(tree) == ["a"]
    (tmp_path / "a").unlink()
    os.mkfifo(tmp_path / "a")
    with pytest.raises(ReadError, match="no regular file"):
        tree.read("a")
    (tmp_path / "a").unlink()
    with pytest.raises(ReadError, match="No such file"):
        tree.read("a")


def test_reading_is_bounded_and_counted(tmp_path: Path) -> None:
    with open(tmp_path / "big", "wb") as file:
        file.truncate(2_000_000_000)
    tree = LocalTree(str(tmp_path))
    assert len(tree.read("big")) == LIMITS.whole_file
    assert len(tree.read("big", 1_999_999_990, 100)) == 10
    assert tree.bytes_read == LIMITS.whole_file + 10


def test_a_folder_that_cannot_be_listed_is_a_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a", "locked/b")
    scan = os.scandir

    def refuse(path: Path) -> object:
        if path.name == "locked":
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    tree = LocalTree(str(tmp_path))
    assert listed(tree) == ["a"]
    assert gaps(tree)["locked"].blocks
    monkeypatch.setattr(os, "scandir", lambda _: refuse(Path("locked")))
    with pytest.raises(TargetError, match="cannot be listed"):
        LocalTree(str(tmp_path)).entries()


def test_more_files_than_the_limit_leave_a_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import licaudit.sources.local as local

    put(tmp_path, *(f"{folder}/{n}" for folder in "abc" for n in range(5)))
    monkeypatch.setattr(local, "LIMITS", type(LIMITS)(files=4))
    tree = LocalTree(str(tmp_path))
    assert len(listed(tree)) == 5
    assert [g.reason for g in tree.gaps()] == ["cut_short"]


@pytest.mark.parametrize(
    ("target", "error"),
    [("", UsageError), ("hf:a/b", UsageError), ("none", TargetError), ("x" * 9999, TargetError)],
)
def test_a_target_that_is_not_here(target: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        LocalTree(target)


def test_a_folder_whose_name_looks_like_a_hub_id_is_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "hf:a/b/c")
    monkeypatch.chdir(tmp_path)
    assert listed(LocalTree("hf:a/b")) == ["c"]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        ("\ufeffMIT".encode(), "MIT"),
        ("许可证".encode(), "许可证"),
        ("许可证".encode()[:-1], "许可"),
        ("许可证".encode("utf-16"), "许可证"),
        ("许可协议规定仅供研究使用".encode("gb18030"), "许可协议规定仅供研究使用"),
        ("Université de Montréal".encode("latin-1"), "Université de Montréal"),
        (b"\0\1\2", None),
        (b"\xff\xfe" + b"\x00\xd8" * 999, None),
        (bytes(range(1, 256)) * 20, None),
        (b"\x01\x02\x03abc\xff" * 100, None),
    ],
)
def test_bytes_become_text_or_nothing(data: bytes, text: str | None) -> None:
    assert decode(data) == text


@given(st.binary(max_size=300))
@example(b"\xff\xfe")
@example(b"\xe8\xae")
def test_any_bytes_can_be_decoded_or_refused(data: bytes) -> None:
    assert decode(data) is None or isinstance(decode(data), str)
