"""What is installed beside a target: licenses from metadata, and only of what the target needs."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licaudit.collectors import collect_tree
from licaudit.collectors.installed import Joined, join_installed
from licaudit.errors import UsageError
from licaudit.sources.installed import InstalledTree

ROOT = "local:."
Memory = Callable[..., Any]
SITE = "lib/python3.11/site-packages"


def put(folder: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    return folder


def wheel(name: str, version: str, *lines: str) -> dict[str, str]:
    head = ["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}", *lines, "", "words"]
    return {f"{SITE}/{name.lower()}-{version}.dist-info/METADATA": "\n".join(head)}


def joined(memory: Memory, files: dict[str, str], environment: Path) -> Joined:
    _, collected = collect_tree(memory(files))
    return join_installed(collected, ROOT, InstalledTree(environment))


def edges(found: Joined) -> set[tuple[str, str, str | None]]:
    return {(x.source, x.target, x.note) for x in found.installed.links}


def test_only_what_the_target_needs_and_all_of_it(memory: Memory, tmp_path: Path) -> None:
    files = {
        **wheel("Top", "2.0", "License-Expression: MIT", "Requires-Dist: Under_Neath>=1"),
        **wheel(
            "under-neath",
            "1.5",
            "License: UNKNOWN",
            "Classifier: License :: OSI Approved :: BSD License",
            "Classifier: Topic :: Software Development",
            'Requires-Dist: extra-one; extra == "fast"',
            'Requires-Dist: checker; extra == "test"',
            'Requires-Dist: elsewhere; sys_platform == "win32"',
            "Requires-Dist: absent",
        ),
        **wheel("extra-one", "1", "License: Apache-2.0"),
        **wheel("checker", "1", "License: MIT"),
        **wheel("pip", "24", "License: MIT"),
    }
    found = joined(memory, {"requirements.txt": "top\n"}, put(tmp_path, files))
    assert [x.target for x in found.target.links] == ["pkg:pypi/top@2.0"]
    assert edges(found) == {
        ("pkg:pypi/top@2.0", "pkg:pypi/under-neath@1.5", None),
        ("pkg:pypi/under-neath@1.5", "pkg:pypi/extra-one@1", "optional:fast"),
        ("pkg:pypi/under-neath@1.5", "pkg:pypi/checker@1", "dev"),
    }
    said = {(p.artifact, p.text, p.form, p.location.line) for p in found.installed.passages}
    assert said == {
        ("pkg:pypi/top@2.0", "MIT", "tag", 4),
        ("pkg:pypi/under-neath@1.5", "License :: OSI Approved :: BSD License", "classifier", 5),
        ("pkg:pypi/extra-one@1", "Apache-2.0", "tag", 4),
        ("pkg:pypi/checker@1", "MIT", "tag", 4),
    }
    gaps = {(g.artifact, g.reason, g.blocks) for g in found.installed.gaps}
    assert gaps == {
        ("pkg:pypi/under-neath@1.5", "unresolved", True),  # `absent` is needed everywhere
        (ROOT, "skipped", False),  # pip
    }
    assert "pkg:pypi/top@2.0" in found.known


def test_a_pin_that_is_not_what_is_installed(memory: Memory, tmp_path: Path) -> None:
    put(tmp_path, wheel("top", "2.0", "License: MIT"))
    found = joined(memory, {"requirements.txt": "top==1.0\n"}, tmp_path)
    assert [x.target for x in found.target.links] == ["pkg:pypi/top@1.0"]
    assert not found.known
    differs = [g for g in found.installed.gaps if g.reason == "differs"]
    assert [(g.artifact, "2.0" in g.detail) for g in differs] == [("pkg:pypi/top@1.0", True)]


def test_a_package_that_says_nothing_is_a_gap(memory: Memory, tmp_path: Path) -> None:
    put(tmp_path, wheel("top", "2.0", "License: UNKNOWN"))
    found = joined(memory, {"requirements.txt": "top\n"}, tmp_path)
    assert not found.known  # its registry is asked then
    assert [(g.artifact, g.reason) for g in found.installed.gaps] == [
        ("pkg:pypi/top@2.0", "unstated")
    ]


def test_license_texts_that_came_along(memory: Memory, tmp_path: Path) -> None:
    info = f"{SITE}/top-2.0.dist-info"
    files = {
        **wheel("top", "2.0"),
        f"{info}/licenses/inner/LICENSE": "You may look at this, but you may not touch it. " * 4,
        f"{info}/licenses/LICENSE": "You may look at that, but you may not touch it. " * 4,
        f"{info}/RECORD": "top.py,,\n",
        f"{SITE}/top/LICENSE": "not listed: only metadata is",
    }
    found = joined(memory, {"requirements.txt": "top\n"}, put(tmp_path, files))
    assert {(p.form, p.basis) for p in found.installed.passages} == {("text", "detected")}
    assert {(p.location.path, p.scope) for p in found.installed.passages} == {
        (f"{info}/licenses/LICENSE", "code"),
        (f"{info}/licenses/inner/LICENSE", "folder:inner"),
    }


def node(name: str, version: str, **more: Any) -> str:
    return json.dumps({"name": name, "version": version, **more}, indent=1)


@pytest.mark.parametrize("named", ["", "node_modules"])
def test_node_modules(memory: Memory, tmp_path: Path, named: str) -> None:
    files = {
        "node_modules/a/package.json": node(
            "a", "1.0.0", license="MIT", dependencies={"b": "^2"}, optionalDependencies={"o": "1"}
        ),
        "node_modules/a/node_modules/b/package.json": node("b", "2.0.0", license="ISC"),
        "node_modules/b/package.json": node("b", "1.0.0", license={"type": "GPL-3.0-only"}),
        "node_modules/@s/c/package.json": node("@s/c", "3.0.0", licenses=[{"type": "MIT"}]),
        "node_modules/a/lib/package.json": node("inner", "9.9.9"),
    }
    manifest = json.dumps({"dependencies": {"a": "*", "@s/c": "*"}})
    place = put(tmp_path, files) / named
    found = joined(memory, {"package.json": manifest}, place)
    assert {x.target for x in found.target.links} == {"pkg:npm/a@1.0.0", "pkg:npm/%40s/c@3.0.0"}
    assert edges(found) == {("pkg:npm/a@1.0.0", "pkg:npm/b@2.0.0", None)}
    assert {(p.artifact, p.text) for p in found.installed.passages} == {
        ("pkg:npm/a@1.0.0", "MIT"),
        ("pkg:npm/b@2.0.0", "ISC"),
        ("pkg:npm/%40s/c@3.0.0", "MIT"),
    }


def test_links_are_not_followed(memory: Memory, tmp_path: Path) -> None:
    put(tmp_path / "out", wheel("evil", "1", "License: MIT"))
    inside = put(tmp_path / "venv", wheel("top", "2.0", "License: MIT"))
    site = tmp_path / "out" / SITE / "evil-1.dist-info"
    os.symlink(site, inside / SITE / "evil-1.dist-info")
    found = joined(memory, {"requirements.txt": "top\nevil\n"}, inside)
    assert {p.artifact for p in found.installed.passages} == {"pkg:pypi/top@2.0"}


def test_a_folder_without_packages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no installed packages"):
        InstalledTree(tmp_path)


@settings(deadline=None)
@given(text=st.text(max_size=200), body=st.binary(max_size=200))
def test_no_metadata_crashes(
    memory: Memory, tmp_path_factory: pytest.TempPathFactory, text: str, body: bytes
) -> None:
    folder = tmp_path_factory.mktemp("env")
    put(folder, wheel("top", "2.0", *text.split("\n")))
    other = folder / "node_modules" / "a" / "package.json"
    other.parent.mkdir(parents=True)
    other.write_bytes(body)
    joined(memory, {"requirements.txt": "top\n"}, folder)


LOCK = '[[package]]\nname = "torch"\nversion = "2.1.0"\n'


def test_a_lock_says_which_version_a_manifest_means(memory: Memory) -> None:
    files = {"requirements.txt": "torch\n", "uv.lock": LOCK, "other/requirements.txt": "torch\n"}
    _, found = collect_tree(memory(files))
    assert {a.id for a in found.artifacts} == {ROOT, "pkg:pypi/torch@2.1.0"}
    assert {e.path for x in found.links for e in x.evidence} == set(files)


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "torch\n", "sub/uv.lock": LOCK},  # a lock of another project
        {"requirements.txt": "torch\n", "uv.lock": LOCK + LOCK.replace("2.1.0", "2.2.0")},
    ],
)
def test_where_no_lock_says_it_the_version_stays_open(
    memory: Memory, files: dict[str, str]
) -> None:
    _, found = collect_tree(memory(files))
    assert "pkg:pypi/torch" in {a.id for a in found.artifacts}
