"""Lockfiles and manifests of Rust, pnpm, conda-lock, Gradle, .NET and PHP; and submodules."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licaudit.collectors import TABLE, collect_tree

ROOT = "local:."
Memory = Callable[..., Any]


def read(memory: Memory, name: str, text: str | bytes) -> Any:
    return collect_tree(memory({name: text}))[1]


def packages(found: Any) -> list[tuple[str, str | None, int | None]]:
    """(purl without `pkg:`, note, line) of every dependency."""
    return [
        (x.target.removeprefix("pkg:"), x.note, x.evidence[0].line)
        for x in found.links
        if x.source == ROOT
    ]


def test_cargo_lock(memory: Memory) -> None:
    text = """version = 3
[[package]]
name = "me"
version = "0.1.0"

[[package]]
name = "serde"
version = "1.0.200"
source = "registry+https://index.invalid/"

[[package]]
name = "fork"
version = "0.2.0"
source = "git+https://git.invalid/fork#abc"
"""
    found = read(memory, "Cargo.lock", text)
    assert packages(found)[0] == ("cargo/serde@1.0.200", None, 6)
    assert len(packages(found)) == 2
    assert [(g.reason, g.location.line) for g in found.gaps] == [("unresolved", 11)]


PNPM_5 = """lockfileVersion: 5.4
packages:

  /@babel/core/7.1.0_react@18.0.0:
    resolution: {integrity: sha512-x}
    dev: true

  /ms/2.1.3:
    resolution: {integrity: sha512-x}
    dev: false
"""
PNPM_9 = """lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      ms:
        specifier: ^2
        version: 2.1.3
packages:

  '@babel/core@7.1.0':
    resolution: {integrity: sha512-x}

  ms@2.1.3:
    resolution: {integrity: sha512-x}

  odd@https://codeload.invalid/odd/tar.gz/1:
    resolution: {tarball: https://codeload.invalid/odd/tar.gz/1}

snapshots:

  '@babel/core@7.1.0(x@1.0.0)': {}

  ms@2.1.3: {}
"""


def test_pnpm(memory: Memory) -> None:
    assert packages(read(memory, "pnpm-lock.yaml", PNPM_5)) == [
        ("npm/%40babel/core@7.1.0", "dev", 4),
        ("npm/ms@2.1.3", None, 8),
    ]
    found = read(memory, "pnpm-lock.yaml", PNPM_9)
    assert packages(found)[:2] == [
        ("npm/%40babel/core@7.1.0", None, 10),
        ("npm/ms@2.1.3", None, 13),
    ]
    assert packages(found)[2][0].startswith("generic/odd?")
    assert [g.reason for g in found.gaps] == ["unresolved"]


def test_conda_lock(memory: Memory) -> None:
    text = """version: 1
metadata:
  channels: []
package:
- name: numpy
  version: 1.26.4
  manager: conda
  platform: linux-64
  dependencies:
    name: wrong
  category: main
- name: numpy
  version: 1.26.4
  manager: conda
  platform: osx-64
- name: PyTest
  version: 8.0.0
  manager: pip
  category: dev
- name: nothing
"""
    found = read(memory, "conda-lock.yml", text)
    assert packages(found) == [("conda/numpy@1.26.4", None, 5), ("pypi/pytest@8.0.0", "dev", 16)]
    assert [(g.reason, g.location.line) for g in found.gaps] == [("broken", 20)]


def test_gradle(memory: Memory) -> None:
    lock = "# words\ncom.a:b:1.2=compileClasspath\norg.t:u:3=testRuntimeClasspath\nempty=x\n"
    assert packages(read(memory, "gradle.lockfile", lock)) == [
        ("maven/com.a/b@1.2", None, 2),
        ("maven/org.t/u@3", "dev", 3),
    ]
    build = """plugins { id 'java' }
dependencies {
    implementation 'com.a:b:1.2'
    testImplementation("org.t:u:3")
    api group: 'g', name: 'n', version: '1.+'
    implementation project(':here')
    implementation libs.okio
    runtimeOnly "com.x:y:$version"
    implementation(someFunction())
}
repositories { mavenCentral() }
"""
    found = read(memory, "build.gradle", build)
    assert packages(found) == [
        ("maven/com.a/b@1.2", None, 3),
        ("maven/org.t/u@3", "dev", 4),
        ("maven/g/n", None, 5),
        ("maven/com.x/y", None, 8),
    ]
    assert [(g.reason, g.location.line) for g in found.gaps] == [("unresolved", 9)]
    catalog = """[versions]
kotlin = "1.9.0"
[libraries]
a = { module = "com.a:b", version.ref = "kotlin" }
c = "org.c:d:2.0"
e = { group = "org.e", name = "f" }
[plugins]
k = { id = "org.k", version = "1.0" }
"""
    assert packages(read(memory, "gradle/libs.versions.toml", catalog)) == [
        ("maven/com.a/b@1.9.0", None, 4),
        ("maven/org.c/d@2.0", None, 5),
        ("maven/org.e/f", None, 6),
        ("maven/org.k/org.k.gradle.plugin@1.0", "build", 8),
    ]


def test_dot_net(memory: Memory) -> None:
    project = """<Project Sdk="x">
<PropertyGroup><PackageLicenseExpression>MIT</PackageLicenseExpression></PropertyGroup>
<ItemGroup>
<PackageReference Include="Serilog" Version="3.0.0" />
<PackageReference Include="Exact" Version="[1.0.0]" />
<PackageReference Include="Tool"><PrivateAssets>all</PrivateAssets></PackageReference>
</ItemGroup></Project>"""
    found = read(memory, "app.csproj", project)
    assert packages(found) == [
        ("nuget/Serilog", None, 4),
        ("nuget/Exact@1.0.0", None, 5),
        ("nuget/Tool", "dev", 6),
    ]
    assert [(p.text, p.location.line) for p in found.passages] == [("MIT", 2)]
    lock = {
        "version": 1,
        "dependencies": {
            "net8.0": {
                "Serilog": {"type": "Direct", "resolved": "3.0.1"},
                "here": {"type": "Project"},
                "lost": {"type": "Direct"},
            }
        },
    }
    found = read(memory, "packages.lock.json", json.dumps(lock, indent=1))
    assert packages(found) == [("nuget/Serilog@3.0.1", None, 5)]
    assert [g.reason for g in found.gaps] == ["broken"]


def test_composer(memory: Memory) -> None:
    manifest = {
        "license": ["MIT", "GPL-2.0-only"],
        "require": {"php": ">=8", "ext-json": "*", "a/b": "^1.0"},
        "require-dev": {"c/d": "1.2.3"},
    }
    found = read(memory, "composer.json", json.dumps(manifest))
    assert [p.text for p in found.passages] == ["MIT OR GPL-2.0-only"]
    assert [(p, n) for p, n, _ in packages(found)] == [
        ("composer/a/b", None),
        ("composer/c/d@1.2.3", "dev"),
    ]
    lock = {
        "packages": [{"name": "a/b", "version": "v1.0.4", "license": ["MIT"]}],
        "packages-dev": [],
    }
    found = read(memory, "composer.lock", json.dumps(lock))
    assert [(p.artifact, p.text) for p in found.passages] == [("pkg:composer/a/b@1.0.4", "MIT")]


def test_submodules(memory: Memory) -> None:
    text = """[submodule "lib"]
\tpath = lib
\turl = git@github.com:org/lib.git
[submodule "gone"]
\tpath = gone
\turl = https://user:secret@git.invalid/gone.git
[submodule "mute"]
\tpath = mute
"""
    _, found = collect_tree(memory({".gitmodules": text, "lib/a.py": "x = 1"}))
    assert {(x.target, x.relation) for x in found.links} == {
        ("pkg:github/org/lib", "contains"),
        ("pkg:generic/gone?vcs_url=git%2Bhttps://git.invalid/gone.git", "contains"),
    }
    assert [(g.reason, g.blocks) for g in found.gaps] == [("partial", False), ("broken", True)]
    assert "secret" not in str(found)


def test_vendored_copies(memory: Memory) -> None:
    metadata = "Metadata-Version: 2.4\nName: Six\nVersion: 1.16\nLicense-Expression: MIT\n"
    files = {
        "app/_vendor/six-1.16.dist-info/METADATA": metadata,
        "vendor/modules.txt": "# a.invalid/m v1.2.3\n## explicit\na.invalid/m/x\n"
        "# a.invalid/n v1.0.0 => b.invalid/n v1.1.0\n# a.invalid/o v1.0.0 => ./o\n",
    }
    _, found = collect_tree(memory(files))
    assert {(x.target, x.relation, x.evidence[0].line) for x in found.links} == {
        ("pkg:pypi/six@1.16", "contains", None),
        ("pkg:golang/a.invalid/m@v1.2.3", "contains", 1),
        ("pkg:golang/b.invalid/n@v1.1.0", "contains", 4),
    }
    assert [(p.artifact, p.text) for p in found.passages] == [("pkg:pypi/six@1.16", "MIT")]


CONFLICT = "<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs\n"
BAD: list[tuple[str, str | bytes]] = [
    ("Cargo.lock", CONFLICT),
    ("pnpm-lock.yaml", "lockfileVersion: 9\n" + CONFLICT),
    ("pnpm-lock.yaml", "<html>"),
    ("conda-lock.yml", CONFLICT),
    ("conda-lock.yml", "name: x\n"),
    ("gradle.lockfile", CONFLICT),
    ("gradle/libs.versions.toml", CONFLICT),
    ("packages.lock.json", CONFLICT),
    ("packages.lock.json", "{}"),
    ("app.csproj", "<Project><ItemGroup>"),
    ("composer.lock", '{"packages": [{'),
    ("composer.lock", "{}"),
    ("composer.json", '{"a":' * 100_000),
    (".gitmodules", "nothing"),
    (".gitmodules", CONFLICT),
    ("vendor/modules.txt", CONFLICT),
    ("x/y-1.dist-info/METADATA", "words"),
    ("uv.lock", CONFLICT),
    ("poetry.lock", CONFLICT),
    ("package-lock.json", CONFLICT),
    ("yarn.lock", CONFLICT),
    ("Pipfile.lock", CONFLICT),
    ("go.mod", CONFLICT),
    ("Gemfile.lock", CONFLICT),
    ("requirements.txt", CONFLICT),
    ("package.json", CONFLICT),
]


@pytest.mark.parametrize(("name", "text"), BAD)
def test_what_cannot_be_read_names_file_and_reason(
    memory: Memory, name: str, text: str | bytes
) -> None:
    found = read(memory, name, text)
    assert [g for g in found.gaps if g.blocks and g.location and g.location.path == name]


NAMES = (
    "Cargo.lock pnpm-lock.yaml conda-lock.yml gradle.lockfile build.gradle a.versions.toml "
    "app.csproj packages.lock.json composer.json composer.lock .gitmodules"
)


@settings(deadline=None)
@given(st.sampled_from(NAMES.split()), st.text() | st.binary())
def test_no_content_crashes_a_reader(memory: Memory, name: str, text: str | bytes) -> None:
    tree = memory({name: text})
    context, _ = collect_tree(memory({}))
    for reader in TABLE:
        if reader.reads(tree.entry(name)):
            reader.collect(tree, tree.entry(name), context)
