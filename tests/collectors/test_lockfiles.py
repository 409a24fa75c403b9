"""Lockfiles and manifests: names, versions and licenses as their tools wrote them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.collectors import (
    conda_env,
    gemfile,
    go_mod,
    maven_pom,
    npm_locks,
    python_locks,
    yarn_lock,
)

ROOT = "local:."
READERS: dict[str, Callable[..., Any]] = {
    "poetry.lock": python_locks.collect,
    "uv.lock": python_locks.collect,
    "pdm.lock": python_locks.collect,
    "pylock.toml": python_locks.collect,
    "Pipfile": python_locks.collect,
    "Pipfile.lock": python_locks.collect,
    "package-lock.json": npm_locks.collect,
    "yarn.lock": yarn_lock.collect,
    "environment.yml": conda_env.collect,
    "go.mod": go_mod.collect,
    "pom.xml": maven_pom.collect,
    "Gemfile": gemfile.collect,
    "Gemfile.lock": gemfile.collect,
}


def collect(memory: Callable[..., Any], name: str, text: str | bytes) -> Any:
    tree = memory({name: text})
    return READERS[name](tree, tree.entry(name), ROOT)


def packages(found: Any) -> list[tuple[str, str | None, int | None]]:
    """(purl without `pkg:`, note, line) of every dependency."""
    return [
        (x.target.removeprefix("pkg:"), x.note, x.evidence[0].line)
        for x in found.links
        if x.relation == "depends_on"
    ]


def test_poetry(memory: Callable[..., Any]) -> None:
    text = """[[package]]
name = "Torch"
version = "2.1.0"
groups = ["main"]

[[package]]
name = "pytest"
version = "8.0"
groups = ["dev"]

[[package]]
name = "ours"
version = "1.0"
[package.source]
type = "git"
url = "https://user:secret@git.invalid/ours.git"

[[package]]
name = "here"
version = "0"
[package.source]
type = "directory"
url = "here"
"""
    found = collect(memory, "poetry.lock", text)
    assert packages(found)[:2] == [("pypi/torch@2.1.0", None, 1), ("pypi/pytest@8.0", "dev", 6)]
    assert len(packages(found)) == 3
    assert "secret" not in str(found)
    assert [g.reason for g in found.gaps] == ["unresolved"]


def test_uv_pdm_and_pylock(memory: Callable[..., Any]) -> None:
    uv = """version = 1
[[package]]
name = "me"
version = "0.1"
source = { editable = "." }
[[package]]
name = "six"
version = "1.16.0"
source = { registry = "https://registry.invalid/simple" }
[[package]]
name = "x"
version = "1"
source = { git = "https://git.invalid/x" }
"""
    found = collect(memory, "uv.lock", uv)
    assert packages(found)[0] == ("pypi/six@1.16.0", None, 6)
    assert len(found.links) == 2
    pdm = '[[package]]\nname = "a"\nversion = "1"\ngroups = ["default", "dev"]\n'
    assert packages(collect(memory, "pdm.lock", pdm)) == [("pypi/a@1", None, 1)]
    pylock = '[[packages]]\nname = "a"\nversion = "1"\n'
    assert packages(collect(memory, "pylock.toml", pylock)) == [("pypi/a@1", None, 1)]


UV = """version = 1
[[package]]
name = "me"
source = { virtual = "." }
dependencies = [{ name = "torch" }, { name = "rich", extra = ["jupyter"] }]
[package.optional-dependencies]
gpu = [{ name = "bitsandbytes" }, { name = "torch" }]
[package.dev-dependencies]
dev = [{ name = "pytest" }, { name = "rich" }]
train = [{ name = "peft" }]
""" + "".join(
    f'[[package]]\nname = "{name}"\nversion = "1"\nsource = {{ registry = "x" }}\n{more}\n'
    for name, more in (
        ("torch", 'dependencies = [{ name = "sympy" }]'),
        ("sympy", 'dependencies = [{ name = "torch" }]'),
        ("rich", '[package.optional-dependencies]\njupyter = [{ name = "ipywidgets" }]'),
        ("ipywidgets", ""),
        ("bitsandbytes", 'dependencies = [{ name = "sympy" }, { name = "scipy" }]'),
        ("scipy", ""),
        ("pytest", 'dependencies = [{ name = "pluggy" }, { name = "scipy" }]'),
        ("pluggy", ""),
        ("peft", ""),
        ("stray", ""),
    )
)


def test_uv_tells_what_ships_from_what_is_optional_and_for_developers(
    memory: Callable[..., Any],
) -> None:
    notes = {p.split("/")[1]: note for p, note, _ in packages(collect(memory, "uv.lock", UV))}
    assert notes == {
        **dict.fromkeys(("torch@1", "sympy@1", "rich@1", "ipywidgets@1", "peft@1", "stray@1")),
        **dict.fromkeys(("bitsandbytes@1", "scipy@1"), "optional"),
        **dict.fromkeys(("pytest@1", "pluggy@1"), "dev"),
    }


def test_pipfile_and_its_lock(memory: Callable[..., Any]) -> None:
    text = '[packages]\nrequests = "*"\nsix = "==1.16.0"\n[dev-packages]\npytest = "*"\n'
    assert packages(collect(memory, "Pipfile", text)) == [
        ("pypi/requests", None, 2),
        ("pypi/six@1.16.0", None, 3),
        ("pypi/pytest", "dev", 5),
    ]
    lock = {"default": {"six": {"version": "==1.16.0"}}, "develop": {"a": {"version": "==1"}}}
    assert packages(collect(memory, "Pipfile.lock", json.dumps(lock, indent=1))) == [
        ("pypi/six@1.16.0", None, 3),
        ("pypi/a@1", "dev", 8),
    ]


def test_the_lock_of_npm_repeats_licenses(memory: Callable[..., Any]) -> None:
    lock = {
        "packages": {
            "": {"name": "me", "license": "MIT"},
            "node_modules/a": {"version": "1.0.0", "license": "GPL-3.0"},
            "node_modules/b": {"version": "2.0.0", "dev": True},
            "node_modules/b/node_modules/@s/c": {"version": "3.0.0", "license": {"type": "ISC"}},
            "packages/mine": {"version": "1.0.0"},
            "node_modules/mine": {"link": True, "resolved": "packages/mine"},
        }
    }
    found = collect(memory, "package-lock.json", json.dumps(lock, indent=1))
    assert [p[:2] for p in packages(found)] == [
        ("npm/a@1.0.0", None),
        ("npm/b@2.0.0", "dev"),
        ("npm/%40s/c@3.0.0", None),
    ]
    assert [(p.artifact, p.text, p.authority) for p in found.passages] == [
        ("pkg:npm/a@1.0.0", "GPL-3.0", "distributor"),
        ("pkg:npm/%40s/c@3.0.0", "ISC", "distributor"),
    ]


def test_old_locks_of_npm_nest(memory: Callable[..., Any]) -> None:
    lock = {
        "dependencies": {"a": {"version": "1.0.0", "dependencies": {"b": {"version": "2.0.0"}}}}
    }
    found = collect(memory, "package-lock.json", json.dumps(lock))
    assert [p[0] for p in packages(found)] == ["npm/a@1.0.0", "npm/b@2.0.0"]


def test_both_formats_of_yarn(memory: Callable[..., Any]) -> None:
    old = (
        '# yarn lockfile v1\n\n"@s/a@^1.0.0", "@s/a@^1.1.0":\n  version "1.2.0"\n\n'
        'b@~2:\n  version "2.0.1"\n'
    )
    assert packages(collect(memory, "yarn.lock", old)) == [
        ("npm/%40s/a@1.2.0", None, 3),
        ("npm/b@2.0.1", None, 6),
    ]
    new = (
        '__metadata:\n  version: 8\n\n"a@npm:^1.0.0":\n  version: 1.2.0\n'
        '  resolution: "a@npm:1.2.0"\n\n"me@workspace:.":\n  version: 0.0.0-use.local\n'
    )
    assert packages(collect(memory, "yarn.lock", new)) == [("npm/a@1.2.0", None, 4)]


@pytest.mark.parametrize("name", ["package-lock.json", "yarn.lock", "poetry.lock"])
def test_a_merge_conflict_blocks(memory: Callable[..., Any], name: str) -> None:
    gaps = collect(memory, name, "<<<<<<< HEAD\na@1:\n=======\n>>>>>>> other\n").gaps
    assert [(g.reason, g.blocks) for g in gaps] == [("broken", True)]


def test_conda(memory: Callable[..., Any]) -> None:
    text = """name: x
channels: [conda-forge]
dependencies:
  - python=3.10
  - numpy=1.26.4=py310_0
  - pytorch::pytorch>=2
  - pip:
      - six==1.16.0
      - git+https://git.invalid/a.git
      - -e .
      - -r requirements.txt
  - "???"
"""
    found = collect(memory, "environment.yml", text)
    assert packages(found)[:3] == [
        ("conda/numpy@1.26.4", None, 5),
        ("conda/pytorch", "from the channel pytorch", 6),
        ("pypi/six@1.16.0", None, 8),
    ]
    assert len(found.links) == 4
    assert [g.reason for g in found.gaps] == ["unresolved", "broken"]


def test_go(memory: Callable[..., Any]) -> None:
    text = """module x
go 1.22
require github.com/A/b v1.0.0
require (
	golang.org/x/net v0.1.0 // indirect
	here.invalid/c v0.0.0
)
replace here.invalid/c => ./c
exclude bad.invalid/d v1.0.0
"""
    found = collect(memory, "go.mod", text)
    assert [(n, line) for _, n, line in packages(found)] == [(None, 3), ("indirect", 5)]
    assert found.gaps == ()
    assert "golang.org/x/net@v0.1.0" in packages(found)[1][0]


def test_maven(memory: Callable[..., Any]) -> None:
    text = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <groupId>g.x</groupId><version>3</version>
  <properties><v>1.2</v></properties>
  <licenses><license><name>Apache-2.0</name><url>https://x.invalid</url></license></licenses>
  <dependencies>
    <dependency><groupId>a.b</groupId><artifactId>c</artifactId><version>${v}</version></dependency>
    <dependency><groupId>${project.groupId}</groupId><artifactId>d</artifactId>
      <scope>test</scope></dependency>
    <dependency><groupId>${unknown}</groupId><artifactId>e</artifactId></dependency>
  </dependencies>
</project>"""
    found = collect(memory, "pom.xml", text)
    assert packages(found) == [("maven/a.b/c@1.2", None, 6), ("maven/g.x/d", "dev", 7)]
    assert [(p.text, p.location.line, p.hint("license_link")) for p in found.passages] == [
        ("Apache-2.0", 4, "https://x.invalid")
    ]
    assert [(g.reason, g.blocks) for g in found.gaps] == [("broken", True)]


def test_ruby(memory: Callable[..., Any]) -> None:
    text = "gem 'rails', '7.0.1'\ngem \"mine\", path: 'x'\ngroup :test do\n  gem 'rspec'\nend\n"
    assert packages(collect(memory, "Gemfile", text)) == [
        ("gem/rails@7.0.1", None, 1),
        ("gem/rspec", "dev", 4),
    ]
    lock = "GEM\n  remote: https://x\n  specs:\n    rails (7.0.1)\n      a (>= 1)\n\nPLATFORMS\n"
    assert packages(collect(memory, "Gemfile.lock", lock)) == [("gem/rails@7.0.1", None, 4)]


@pytest.mark.parametrize("name", sorted(READERS))
@given(st.binary(max_size=200), st.text(max_size=200))
def test_any_content(memory: Callable[..., Any], name: str, content: bytes, text: str) -> None:
    starts = {
        "pom.xml": "<project>",
        "environment.yml": "dependencies:\n - ",
        "go.mod": "require (\n",
        "poetry.lock": "[[package]]\n",
        "package-lock.json": '{"packages": {"node_modules/a": ',
    }
    for data in (content, text, starts.get(name, "") + text):
        for artifact in collect(memory, name, data).artifacts:
            artifact.id.encode()


@given(st.recursive(st.none() | st.integers() | st.text(), lambda i: st.lists(i, max_size=3)
    | st.dictionaries(st.sampled_from(["packages", "dependencies", "license", "version",
    "node_modules/a", "a", "resolved", "default"]), i, max_size=4), max_leaves=10))  # fmt: skip
def test_any_lock_in_json(memory: Callable[..., Any], value: object) -> None:
    for data in (value, {"packages": value}, {"dependencies": value}, {"default": value}):
        for name in ("package-lock.json", "Pipfile.lock"):
            collect(memory, name, json.dumps(data))
