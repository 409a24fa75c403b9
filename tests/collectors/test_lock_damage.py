"""Every format of packages as its tool writes it, then with a merge left in it, then cut short."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from licaudit.collectors import collect_tree

Memory = Callable[..., Any]
ROOT = "local:."
# Each with how many packages it names.
SAMPLES: dict[str, tuple[int, str]] = {
    "requirements.txt": (
        3,
        "torch==2.1.0\nnumpy>=1.26  # ABI\ntransformers[sentencepiece]==4.40.0 \\\n"
        "    --hash=sha256:aaaa\n",
    ),
    "pyproject.toml": (
        3,
        '[project]\nname = "x"\ndependencies = ["torch==2.1.0", "numpy"]\n'
        '[dependency-groups]\ndev = ["pytest"]\n',
    ),
    "Pipfile": (2, '[packages]\nrequests = "*"\n[dev-packages]\npytest = "*"\n'),
    "Pipfile.lock": (1, '{"default": {"six": {"version": "==1.16.0"}}, "develop": {}}'),
    "uv.lock": (
        1,
        'version = 1\nrequires-python = ">=3.11"\n\n[[package]]\nname = "six"\nversion = "1.16.0"\n'
        'source = { registry = "https://index.invalid/simple" }\n',
    ),
    "poetry.lock": (1, '[[package]]\nname = "six"\nversion = "1.16.0"\ngroups = ["main"]\n'),
    "pdm.lock": (1, '[[package]]\nname = "six"\nversion = "1.16.0"\ngroups = ["default"]\n'),
    "pylock.toml": (1, 'lock-version = "1.0"\n[[packages]]\nname = "six"\nversion = "1.16.0"\n'),
    "environment.yml": (
        2,
        "name: x\nchannels:\n  - conda-forge\ndependencies:\n  - numpy=1.26.4\n  - pip:\n"
        "      - six==1.16.0\n",
    ),
    "conda-lock.yml": (
        2,
        "version: 1\npackage:\n- name: numpy\n  version: 1.26.4\n  manager: conda\n"
        "- name: six\n  version: 1.16.0\n  manager: pip\n",
    ),
    "package.json": (1, '{"name": "x", "dependencies": {"react": "^17"}}'),
    "package-lock.json": (
        1,
        '{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1.0.0"}}}',
    ),
    "npm-shrinkwrap.json": (
        1,
        '{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1.0.0"}}}',
    ),
    "yarn.lock": (
        2,
        '# yarn lockfile v1\n\n\na@^1:\n  version "1.0.0"\n  dependencies:\n    b "^2"\n\n'
        'b@^2:\n  version "2.0.0"\n',
    ),
    "pnpm-lock.yaml": (
        2,
        "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      ms:\n"
        "        specifier: ^2\n        version: 2.1.3\n\npackages:\n\n  ms@2.1.3:\n"
        "    resolution: {integrity: sha512-x}\n\n  is@1.0.0:\n    resolution: {integrity: x}\n\n"
        "snapshots:\n\n  ms@2.1.3:\n    dependencies:\n      is: 1.0.0\n\n  is@1.0.0: {}\n",
    ),
    "Cargo.toml": (1, '[package]\nname = "x"\n[dependencies]\nserde = "1"\n'),
    "Cargo.lock": (
        2,
        'version = 4\n\n[[package]]\nname = "itoa"\nversion = "1.0.0"\nsource = "registry+x"\n'
        'dependencies = [\n "serde",\n]\n\n[[package]]\nname = "serde"\nversion = "1.0.0"\n'
        'source = "registry+x"\n',
    ),
    "go.mod": (
        2,
        "module x\n\ngo 1.22\n\nrequire (\n\tgolang.org/x/net v0.1.0\n"
        "\tgolang.org/x/sys v0.2.0 // indirect\n)\n",
    ),
    "pom.xml": (
        1,
        "<project><dependencies><dependency><groupId>a</groupId><artifactId>b</artifactId>"
        "<version>1</version></dependency></dependencies></project>",
    ),
    "build.gradle": (2, "dependencies {\n    api 'com.a:b:1.2'\n    api 'com.c:d:1'\n}\n"),
    "gradle.lockfile": (
        2,
        "# This is a Gradle generated file\ncom.a:b:1.2=compileClasspath\n"
        "com.c:d:2.0=runtimeClasspath\nempty=annotationProcessor\n",
    ),
    "gradle/libs.versions.toml": (
        1,
        '[versions]\nk = "1"\n[libraries]\na = { module = "com.a:b", version.ref = "k" }\n',
    ),
    "app.csproj": (
        1,
        '<Project><ItemGroup><PackageReference Include="Serilog" Version="3.0.0" />'
        "</ItemGroup></Project>",
    ),
    "packages.lock.json": (
        1,
        '{"version": 1, "dependencies": {"net8.0": {"Serilog": {"type": "Direct", '
        '"resolved": "3.0.1"}}}}',
    ),
    "composer.json": (1, '{"require": {"a/b": "^1.0"}}'),
    "composer.lock": (1, '{"packages": [{"name": "a/b", "version": "1.0.4"}], "packages-dev": []}'),
    "Gemfile": (
        2,
        "source 'https://gems.invalid'\ngem 'rails', '7.0.1'\ngroup :test do\n  gem 'rspec'\nend\n",
    ),
    "Gemfile.lock": (
        2,
        "GEM\n  remote: https://gems.invalid/\n  specs:\n    rails (7.0.1)\n    rake (13.0.6)\n\n"
        "PLATFORMS\n  ruby\n\nDEPENDENCIES\n  rails\n\nBUNDLED WITH\n   2.4.1\n",
    ),
    ".gitmodules": (
        2,
        '[submodule "lib"]\n\tpath = lib\n\turl = https://git.invalid/lib.git\n'
        '[submodule "b"]\n\tpath = b\n\turl = https://git.invalid/b.git\n',
    ),
    "vendor/modules.txt": (
        2,
        "# a.invalid/m v1.2.3\n## explicit\na.invalid/m\n# a.invalid/n v1.0.0\na.invalid/n\n",
    ),
    "_vendor/six-1.16.dist-info/METADATA": (
        1,
        "Metadata-Version: 2.4\nName: six\nVersion: 1.16\nLicense-Expression: MIT\n",
    ),
}
# Formats in which every cut that loses a package shows; others may end after any whole line.
NEVER_SILENT = [
    "Pipfile.lock",
    "package.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pom.xml",
    "app.csproj",
    "packages.lock.json",
    "composer.json",
    "composer.lock",
    "Gemfile.lock",
]
# Cut just before these words, though every line that is left is whole.
CUTS = [
    ("yarn.lock", "\nb@^2:"),
    ("yarn.lock", '0.0"\n  dep'),
    ("pnpm-lock.yaml", "packages:"),
    ("pnpm-lock.yaml", "snapshots:"),
    ("pnpm-lock.yaml", "  is@1.0.0: {}"),
    ("Cargo.lock", '[[package]]\nname = "serde"'),
    ("go.mod", "\tgolang.org/x/sys"),
    ("gradle.lockfile", "com.c"),
    ("Gemfile.lock", "    rake"),
    ("uv.lock", "six"),
    ("poetry.lock", '"1.16'),
    ("pylock.toml", '.16.0"'),
    ("pdm.lock", "default"),
    ("pyproject.toml", ', "numpy"'),
    ("conda-lock.yml", "  version: 1.16.0"),
    (".gitmodules", "\turl = https://git.invalid/b.git"),
    ("libs.versions.toml", '"com.a'),
]


def read(memory: Memory, name: str, text: str) -> tuple[set[str], list[str]]:
    """The packages of a file, and why it could not be read in full, where that blocks."""
    _, found = collect_tree(memory({name: text}))
    gaps = [g for g in found.gaps if g.blocks and g.location and g.location.path == name]
    return {x.target for x in found.links}, [g.detail for g in gaps]


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_as_its_tool_writes_it(memory: Memory, name: str) -> None:
    count, text = SAMPLES[name]
    packages, gaps = read(memory, name, text)
    assert (len(packages), gaps) == (count, [])


@pytest.mark.parametrize("name", sorted(SAMPLES))
@pytest.mark.parametrize("where", [0, 1, 2])
def test_a_merge_left_in_it_blocks(memory: Memory, name: str, where: int) -> None:
    lines = SAMPLES[name][1].rstrip("\n").split("\n")
    at = len(lines) * where // 2
    conflict = ["<<<<<<< HEAD", *lines[-2:], "=======", *lines[-1:], ">>>>>>> theirs"]
    _, gaps = read(memory, name, "\n".join([*lines[:at], *conflict, *lines[at:]]) + "\n")
    assert gaps


@pytest.mark.parametrize("name", NEVER_SILENT)
def test_no_cut_loses_a_package_in_silence(memory: Memory, name: str) -> None:
    text = SAMPLES[name][1].rstrip("\n")
    whole, _ = read(memory, name, text)
    start = text.index("GEM\n") + 4 if name == "Gemfile.lock" else 1
    silent = [
        n for n in range(start, len(text))
        if not (cut := read(memory, name, text[:n]))[1] and cut[0] != whole
    ]  # fmt: skip
    assert silent == []


@pytest.mark.parametrize(("name", "before"), CUTS)
def test_a_lock_that_breaks_off_blocks(memory: Memory, name: str, before: str) -> None:
    path = next(p for p in SAMPLES if p.endswith(name))
    text = SAMPLES[path][1]
    _, gaps = read(memory, path, text[: text.index(before)])
    assert gaps
