import string
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packageurl import PackageURL
from packaging.utils import canonicalize_name

from licaudit.collectors import requirements
from licaudit.collectors.packages import is_dev_path, without_secrets
from licaudit.facts import Collected, Link, Location
from licaudit.sources.local import LocalTree
from licaudit.sources.tree import Entry

ROOT = "local:."
NAME = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,8}([-_.][A-Za-z0-9]{1,5})?", fullmatch=True)


def collect(memory: Callable[..., Any], text: str | bytes, **others: str) -> Collected:
    files = {name.replace("__", "/") + ".txt": content for name, content in others.items()}
    tree = memory({"requirements.txt": text, **files})
    return requirements.collect(tree, tree.entry("requirements.txt"), ROOT)


def targets(found: Collected) -> dict[str, int | None]:
    return {link.target: link.evidence[0].line for link in found.links}


def test_a_file_of_a_real_project(situation: Callable[[str], LocalTree]) -> None:
    found = requirements.collect(situation("python-package"), Entry("requirements.txt", 600), ROOT)
    clip = (
        "pkg:generic/clip?download_url=git%2Bhttps://github.com/openai/CLIP.git%40main%23egg%3Dclip"
    )
    wheel = "https://files.invalid/wheels/triton-2.1.0-cp311-none-any.whl"
    assert targets(found) == {
        "pkg:pypi/numpy@1.26.4": 7,
        "pkg:pypi/scipy": 10,
        clip: 12,
        f"pkg:generic/triton?download_url={wheel}": 13,
        "pkg:pypi/jinja2": 14,
        "pkg:pypi/datasets": 1,
    }
    assert [(g.reason, g.location.line) for g in found.gaps if g.location] == [
        ("unresolved", 5),
        ("outside_tree", 6),
        ("unresolved", 12),
        ("unresolved", 13),
        ("unresolved", 15),
        ("broken", 16),
    ]
    assert all(gap.blocks for gap in found.gaps)
    assert found.links[0].evidence == (Location("requirements.txt", 7),)
    for word in ("secret", "token"):
        assert word not in repr(found)


def test_requirements_of_developers_are_marked(situation: Callable[[str], LocalTree]) -> None:
    entry = Entry("docs/requirements.txt", 7)
    found = requirements.collect(situation("python-package"), entry, ROOT)
    assert [(x.target, x.note) for x in found.links] == [("pkg:pypi/sphinx", "dev")]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("requirements-dev.txt", True),
        ("requirements/test.txt", True),
        ("docs/requirements.txt", True),
        ("dev-requirements.txt", True),
        ("requirements.txt", False),
        ("doc-qa/requirements.txt", False),
        ("latest/requirements.txt", False),
        ("requirements-gpu.txt", False),
    ],
)
def test_developers_files_by_path(path: str, expected: bool) -> None:
    assert is_dev_path(path) is expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("requirements.txt", True),
        ("requirements-gpu.txt", True),
        ("a/requirements_dev.in", True),
        ("requirements/base.txt", True),
        ("my-requirements.txt", True),
        ("requirement.txt", True),
        ("requirements.md", False),
        ("base.txt", False),
        ("prerequirements.txt", False),
    ],
)
def test_which_files_are_read(path: str, expected: bool) -> None:
    assert requirements.is_requirements(Entry(path, 1)) is expected


@given(NAME, st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){0,2}", fullmatch=True))
def test_only_a_pin_gives_a_version(memory: Callable[..., Any], name: str, version: str) -> None:
    for operator, pinned in (("==", True), (">=", False), ("~=", False), ("!=", False)):
        text = f"# first\n{name}[extra] {operator} {version}.0 ; python_version > '3' # why\n"
        (link,) = collect(memory, text).links
        purl = PackageURL.from_string(link.target)
        assert purl.name == canonicalize_name(name)
        assert purl.version == (f"{version}.0" if pinned else None)
        assert link.evidence == (Location("requirements.txt", 2),)


@given(st.text() | st.text("abc-=<>@#\\\n[]();:/.~ 123"))
def test_any_text(memory: Callable[..., Any], text: str) -> None:
    found = collect(memory, text)
    count = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    for line in targets(found).values():
        assert line is None or 1 <= line <= count
    for artifact in found.artifacts:
        PackageURL.from_string(artifact.id)


@given(st.binary())
def test_any_bytes(memory: Callable[..., Any], content: bytes) -> None:
    collect(memory, content)


def test_included_files_are_read_once_and_never_outside(memory: Callable[..., Any]) -> None:
    found = collect(
        memory,
        "-r a.txt\n--requirement=sub/b.txt\n-r requirements.txt\n-r /etc/passwd\n",
        a="torch\n-r a.txt\n-r sub/b.txt\n",
        sub__b="numpy\n-r ../a.txt\n",
    )
    assert targets(found) == {"pkg:pypi/torch": 1, "pkg:pypi/numpy": 1}
    assert [g.reason for g in found.gaps] == ["outside_tree"]


def test_a_long_chain_of_files_is_cut_with_a_gap(memory: Callable[..., Any]) -> None:
    chain = {f"f{n}": f"-r f{n + 1}.txt\np{n}" for n in range(60)} | {"f60": "end"}
    found = collect(memory, "-r f0.txt", **chain)
    assert len(found.links) == 19
    assert [g.reason for g in found.gaps] == ["cut_short"]


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://x.invalid/simple",
        "-i https://x.invalid",
        "-c constraints.txt",
        "-e .",
        "--no-binary :all:",
        "# only words",
        "",
        "   ",
        ".",
        "./requirements.txt",
        "--pre",
    ],
)
def test_lines_that_add_nothing(memory: Callable[..., Any], line: str) -> None:
    assert collect(memory, line) == Collected()


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("git+https://github.com/a/b.git@v1", "b"),
        ("git+ssh://git@github.com/a/b", "b"),
        ("https://x.invalid/pkg-1.2.tar.gz", "pkg"),
        ("b @ git+https://github.com/a/b", "b"),
        ("-e git+https://x.invalid/a.git#egg=real&subdirectory=p", "real"),
        ("--editable=git+https://x.invalid/a.git", "a"),
        ("-e b @ git+https://github.com/a/b", "b"),
        ("https://x.invalid/torch-2.1-cp311-cp311-linux.whl ; python_version > '3'", "torch"),
    ],
)
def test_addresses(memory: Callable[..., Any], line: str, name: str) -> None:
    found = collect(memory, line)
    (artifact,) = found.artifacts
    purl = PackageURL.from_string(artifact.id)
    assert (purl.type, purl.name) == ("generic", name)
    assert artifact.name.startswith(f"{name} (")
    assert [(g.reason, g.blocks) for g in found.gaps] == [("unresolved", True)]


@given(st.text(string.ascii_letters + string.digits + "@:%", min_size=1))
def test_no_password_survives(secret: str) -> None:
    kept = without_secrets(
        f"git+https://user:PASS{secret}@host.invalid/a.git@v1?token=PASS{secret}"
    )
    assert "PASS" not in kept
    assert kept.startswith("git+https://host.invalid/a.git@v1")


@pytest.mark.parametrize(
    "text",
    [
        " " * 1_900_000,
        "a" + " " * 1_900_000 + "#",
        "[" * 1_900_000,
        "a ;" + "(" * 19_000,
        "-e " + "[" * 19_000,
        "\\\n" * 900_000,
        "x\n" * 100_000,
        "a --hash=" * 2_000,
        "https://h/" + "-1" * 9_000,
    ],
)
def test_hostile_text_ends(memory: Callable[..., Any], text: str) -> None:
    found = collect(memory, text)
    assert {link.relation for link in found.links} <= {"depends_on"}


def test_the_same_line_twice_is_two_pieces_of_evidence(memory: Callable[..., Any]) -> None:
    found = collect(memory, "torch\nTorch\n")
    assert found.links == tuple(
        Link(ROOT, "pkg:pypi/torch", "depends_on", (Location("requirements.txt", n),))
        for n in (1, 2)
    )
