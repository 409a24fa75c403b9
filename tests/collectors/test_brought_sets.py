"""What a package manager may be asked for a project: names, extras and ranges, nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement

from licaudit.collectors import collect_tree, npm_manifest, python_set
from licaudit.facts import Link, Location
from licaudit.sources.package_facts import Resolved

Memory = Callable[..., Any]
ROOT = "local:."


def wanted(memory: Memory, **files: str) -> dict[str, str | None]:
    """Requirement -> what for."""
    tree = memory(files)
    links = collect_tree(tree)[1].links
    return {w.requirement: w.note for w in python_set.without_lock(tree, links)}


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("requirements.txt", "Torch >= 2, < 3  # why\n", {"torch<3,>=2": None}),
        (
            "requirements.txt",
            "uvicorn[standard]; python_version > '3'\n",
            {"uvicorn[standard]": None},
        ),
        ("requirements.txt", "six==1.16.0 --hash=sha256:0\n", {"six==1.16.0": None}),
        ("tests/requirements.txt", "pytest<9\n", {"pytest<9": "dev"}),
        (
            "pyproject.toml",
            '[project]\nname = "x"\ndependencies = ["ruamel.yaml~=0.18", "a-b!=1"]\n'
            '[project.optional-dependencies]\ngpu = ["bitsandbytes>0.4"]\n',
            {"ruamel-yaml~=0.18": None, "a-b!=1": None, "bitsandbytes>0.4": "optional"},
        ),
        ("pyproject.toml", '[tool.poetry.dependencies]\ntorch = "^2.1"\n', {"torch": None}),
        (
            "Pipfile",
            '[packages]\nuvicorn = {version = "*", extras = ["standard"]}\n',
            {"uvicorn[standard]": None},
        ),
        ("environment.yml", "dependencies:\n  - pip:\n    - six<2\n", {"six<2": None}),
    ],
)
def test_what_pip_is_asked(
    memory: Memory, path: str, text: str, expected: dict[str, str | None]
) -> None:
    found = wanted(memory, **{path: text})
    assert {str(Requirement(k)): v for k, v in found.items()} == expected


@given(st.text(max_size=80), st.sampled_from(["six", "ruamel-yaml", "a"]))
def test_any_line_gives_a_requirement_of_that_name(memory: Memory, line: str, name: str) -> None:
    tree = memory({"requirements.txt": f"{name}{line}\n"})
    where = Location("requirements.txt", 1)
    link = Link(ROOT, f"pkg:pypi/{name}", "depends_on", (where,))
    (one,) = python_set.without_lock(tree, [link])
    requirement = Requirement(one.requirement)
    assert (requirement.name, requirement.url) == (name, None)


def test_extras_of_extras_are_followed_and_what_both_need_ships(memory: Memory) -> None:
    tree = memory({"requirements.txt": "a[x]\n", "requirements-dev.txt": "d\n"})
    asked = list(python_set.without_lock(tree, collect_tree(tree)[1].links))
    needs = {
        "a": ('b[y]; extra == "x"', 'unasked; extra == "z"'),
        "b": ('c; extra == "y"', "a"),
        "c": (),
        "d": ("c", "e", "not a requirement!"),
        "e": (),
        "unasked": (),
    }
    packages = [Resolved(f"pkg:pypi/{n}@1", n, "1", (), needs=tuple(v)) for n, v in needs.items()]
    notes = python_set.set_notes(asked, packages)
    assert {n: notes[n] for n in "abcde"} == {
        "a": None,
        "b": None,
        "c": None,
        "d": "dev",
        "e": "dev",
    }
    assert "unasked" not in notes


def manifests(memory: Memory, **files: Any) -> list[npm_manifest.Manifest]:
    tree = memory({k: v if isinstance(v, str) else json.dumps(v) for k, v in files.items()})
    return list(npm_manifest.without_lock(tree, collect_tree(tree)[1].links, developed=True))


def test_what_npm_is_asked(memory: Memory) -> None:
    sections = {
        "a": "^1 || >=2 <3", "b": "npm:@s/c@^2", "d": "latest", "e": "git+ssh://x/y", "f": "a/b",
        "g": "../g", "h": "x.tgz", "../i": "1", "j": 1, "k": "catalog:",
    }  # fmt: skip
    (one,) = manifests(
        memory,
        **{
            "package.json": {
                "dependencies": sections,
                "overrides": {"a": {".": "1.0.0", "b": "$b"}, "c@2": "3", "q": "file:../q"},
                "peerDependenciesMeta": {"a": {"optional": True}, "b": {"optional": "yes"}},
                "scripts": {"preinstall": "true"},
            }
        },
    )
    assert one.wanted == {
        "dependencies": {"a": "^1 || >=2 <3", "b": "npm:@s/c@^2", "d": "latest"},
        "overrides": {"a": {".": "1.0.0", "b": "$b"}, "c@2": "3"},
        "peerDependenciesMeta": {"a": {"optional": True}},
    }
    assert sorted(one.left_out) == ["h", "k", "q"]


JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=12),
    lambda i: st.lists(i, max_size=2) | st.dictionaries(st.text(max_size=12), i, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*npm_manifest.SECTIONS, "overrides"]), JSON))
def test_npm_is_never_asked_for_an_address(memory: Memory, content: dict[str, Any]) -> None:
    for one in manifests(memory, **{"package.json": content}):
        for section in npm_manifest.SECTIONS:
            for name, asked in one.wanted.get(section, {}).items():
                assert not name.startswith(".")
                assert "/" not in asked.removeprefix("npm:@").replace("/", "", 1)
                assert ":" not in asked.removeprefix("npm:")
