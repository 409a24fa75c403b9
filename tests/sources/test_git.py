"""Git forges: real repositories over smart HTTP on loopback, by the real git."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from licaudit.errors import ToolError
from licaudit.sources.faults import SourceGap
from licaudit.sources.git import LARGEST, GitTree
from licaudit.sources.git_program import Git
from licaudit.sources.targets import Target, parse_target
from licaudit.sources.tree import ReadError
from licaudit.sources.web import Web

from .forge import Forge, git

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n"
FILES: dict[str, bytes | tuple[str, str]] = {
    "LICENSE": b"MIT License\n",
    "src/a.py": b"print()\n",
    "weights.bin": POINTER,
    "docs/LICENSE": ("120000", "../LICENSE"),
    "out": ("120000", "../../etc/passwd"),
    "absolute": ("120000", "/etc/passwd"),
    "folder": ("120000", "src"),
    "third": ("160000", "1" * 40),
    "名字.md": b"unicode\n",
}
MakeWeb = Callable[..., Web]


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    with Forge(tmp_path / "forge").running() as running:
        yield running


@pytest.fixture
def open_git(forge: Forge, make_web: MakeWeb) -> Callable[..., GitTree]:
    def opened(name: str, **policy: object) -> GitTree:
        allow = frozenset({forge.host})
        target = parse_target(f"git+{forge.url}/{name}", allow=allow)
        return GitTree(target, make_web(allow=allow, **policy))

    return opened


def test_a_repository_is_read_at_its_commit(forge: Forge, open_git: Callable[..., GitTree]):
    commit = forge.create("org/name", FILES)
    tree = open_git("org/name")
    assert (tree.kind, tree.name, tree.revision) == ("git", "org/name", commit)
    paths = ["LICENSE", "docs/LICENSE", "src/a.py", "weights.bin", "名字.md"]
    assert [e.path for e in tree.entries()] == paths
    assert tree.read("LICENSE") == tree.read("docs/LICENSE", 0, 100) == b"MIT License\n"
    assert tree.read("LICENSE", 4, 3) == b"Lic"
    assert tree.read("weights.bin") == POINTER
    assert tree.read("名字.md") == b"unicode\n"
    with pytest.raises(ReadError):
        tree.read("../config")
    gaps = {g.location.path: (g.reason, g.blocks) for g in tree.gaps() if g.location}
    assert gaps == {
        "absolute": ("outside_tree", True),
        "folder": ("not_followed", False),
        "out": ("outside_tree", True),
        "third": ("not_followed", True),
    }


def test_one_commit_deep_and_large_files_stay_behind(
    forge: Forge, open_git: Callable[..., GitTree], tmp_path: Path
):
    forge.create("org/big", {"old.txt": b"old\n"})
    first = git(forge.folder / "org/big.git", "rev-parse", "main")
    forge.commit("org/big", {"LICENSE": b"MIT\n", "big.bin": bytes(LARGEST + 1), "s": b""})
    tree = open_git("org/big")
    sizes = {e.path: e.size for e in tree.entries()}
    assert sizes == {"LICENSE": 4, "big.bin": LARGEST + 1, "s": 0}
    with pytest.raises(ReadError, match="left on the server") as caught:
        tree.read("big.bin", 0, 8)
    assert caught.value.reason == "cut_short"
    assert tree.read("s") == b""
    asked = len(forge.asked)
    assert tree.read("LICENSE") == b"MIT\n"
    assert len(forge.asked) == asked  # nothing is fetched on the way
    code, _, _ = tree._git.attempt("cat-file", "-e", first)
    assert code != 0


def test_branches_tags_and_commits(forge: Forge, open_git: Callable[..., GitTree]):
    first = forge.create("org/name", {"LICENSE": b"MIT\n"})
    folder = forge.folder / "org/name.git"
    git(folder, "tag", "-a", "v1", "-m", "made up", first)
    second = forge.commit("org/name", {"LICENSE": b"GPL\n"})
    assert open_git("org/name").revision == second
    assert open_git("org/name@v1").revision == first
    assert open_git("org/name@main").revision == second
    assert open_git(f"org/name@{first}").read("LICENSE") == b"MIT\n"
    assert open_git(f"org/name@{second[:9]}").revision == second


def test_a_server_without_filters_is_read_all_the_same(
    forge: Forge, open_git: Callable[..., GitTree]
):
    forge.create("org/plain", {"LICENSE": b"MIT\n", "big.bin": bytes(LARGEST + 1)})
    git(forge.folder / "org/plain.git", "config", "uploadpack.allowFilter", "false")
    tree = open_git("org/plain")
    assert tree.read("big.bin", 5, 3) == bytes(3)
    assert tree.read("LICENSE") == b"MIT\n"


def test_a_rename_and_a_missing_ending_are_followed(forge: Forge, open_git: Callable[..., GitTree]):
    forge.create("new/name", {"LICENSE": b"MIT\n"})
    forge.renamed["/old/name"] = "/new/name"
    tree = open_git("old/name")
    assert tree.name == "new/name"
    assert [g.reason for g in tree.gaps()] == ["renamed"]


@pytest.mark.parametrize("place", ["http://localhost:1/x/y", "http://10.0.0.1/x", "ext::sh -c id"])
def test_a_redirect_to_the_inside_is_refused(
    forge: Forge, open_git: Callable[..., GitTree], place: str
):
    forge.renamed["/old/name"] = place
    with pytest.raises(SourceGap) as caught:
        open_git("old/name")
    assert caught.value.reason in ("refused", "missing")
    assert not any("POST" in a for a in forge.asked)


@pytest.mark.parametrize("name", ["org/none", "org/name@v9", f"org/name@{'ab' * 20}"])
def test_what_is_not_there_is_missing(forge: Forge, open_git: Callable[..., GitTree], name: str):
    forge.create("org/name", {"LICENSE": b"MIT\n"})
    with pytest.raises(SourceGap) as caught:
        open_git(name)
    assert caught.value.reason == "missing"


def test_an_empty_repository_is_missing_its_commit(forge: Forge, open_git: Callable[..., GitTree]):
    git(forge.folder, "init", "--quiet", "--bare", "org/empty.git")
    with pytest.raises(SourceGap) as caught:
        open_git("org/empty")
    assert caught.value.reason == "missing"


def test_private_without_credentials_is_denied_without_asking(
    forge: Forge, open_git: Callable[..., GitTree]
):
    forge.create("org/name", {"LICENSE": b"MIT\n"})
    forge.password = "bm9ib2R5OnBsYW50ZWQtc2VjcmV0"  # nobody:planted-secret
    with pytest.raises(SourceGap) as caught:
        open_git("org/name")
    assert caught.value.reason == "denied"


def test_private_with_the_users_credentials(
    forge: Forge, open_git: Callable[..., GitTree], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    forge.create("org/name", {"LICENSE": b"MIT\n"})
    forge.password = "bm9ib2R5OnBsYW50ZWQtc2VjcmV0"
    config = tmp_path / "gitconfig"
    helper = "!f() { echo username=nobody; echo password=planted-secret; }; f"
    config.write_text(f'[credential]\n\thelper = "{helper}"\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    assert open_git("org/name").read("LICENSE") == b"MIT\n"


def test_a_page_that_is_no_repository(
    forge: Forge, make_web: MakeWeb, monkeypatch: pytest.MonkeyPatch, hub
):
    from .loopback import Reply

    hub.server.answer = lambda _: Reply(200, b"<html>", {"Content-Type": "text/html"})
    target = Target("git", f"{hub.server.url}/org/name")
    with pytest.raises(SourceGap, match="no git repository"):
        GitTree(target, make_web(allow=frozenset({hub.server.host})))


def test_files_of_this_machine_only_where_allowed(forge: Forge, make_web: MakeWeb):
    forge.create("org/name", {"LICENSE": b"MIT\n"})
    target = parse_target(f"git+file://{forge.folder}/org/name.git", allow={"file:"})
    assert GitTree(target, make_web()).read("LICENSE") == b"MIT\n"


def test_other_protocols_and_options_are_not_spoken(tmp_path: Path):
    program = Git(tmp_path / "x.git", "here", ("https",))
    program.run("init", "--quiet", "--bare", str(tmp_path / "x.git"))
    for url in (f"file://{tmp_path}/x.git", "ext::sh -c id", "ssh://host/x", "http://127.0.0.1:1/"):
        with pytest.raises(SourceGap) as caught:
            program.run("fetch", url)
        assert caught.value.reason == "refused", url
        assert str(tmp_path) not in str(caught.value)


def test_a_surrounding_git_does_not_mislead(
    forge: Forge, open_git: Callable[..., GitTree], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    forge.create("org/name", {"LICENSE": b"MIT\n"})
    marker = tmp_path / "ran"
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("post-checkout", "reference-transaction", "fsmonitor-watchman"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {marker}\n")
        (hooks / name).chmod(0o755)
    config = tmp_path / "gitconfig"
    config.write_text(f"[core]\n\thooksPath = {hooks}\n\tfsmonitor = {hooks}/fsmonitor-watchman\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert open_git("org/name").read("LICENSE") == b"MIT\n"
    assert not marker.exists()


def test_budgets_of_time_and_disk(tmp_path: Path):
    bare = tmp_path / "x.git"
    Git(bare, "here").run("init", "--quiet", "--bare", str(bare))
    slow = Git(bare, "here", seconds=0.01)
    with pytest.raises(SourceGap, match="budget of time") as caught:
        slow.run("-c", "alias.wait=!sleep 60", "wait")
    assert caught.value.reason == "cut_short"
    with pytest.raises(SourceGap, match="budget of disk"):
        Git(bare, "here", disk=1).run("-c", "alias.wait=!sleep 60", "wait")


def test_the_clone_is_gone_with_the_tree(forge: Forge, open_git: Callable[..., GitTree]):
    forge.create("org/name", {"LICENSE": b"MIT\n"})
    tree = open_git("org/name")
    folder = tree._git.folder
    tree.read("LICENSE")
    assert folder.is_dir()
    del tree
    assert not folder.exists()


def test_offline_and_without_git(make_web: MakeWeb, monkeypatch: pytest.MonkeyPatch, tmp_path):
    target = parse_target("https://github.com/org/name")
    with pytest.raises(SourceGap) as caught:
        GitTree(target, make_web(offline=True))
    assert caught.value.reason == "offline"
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError, match="not installed"):
        Git(tmp_path, "here").run("version")
