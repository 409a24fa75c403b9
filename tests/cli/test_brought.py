"""What a project without a lock brings along: asked of the real npm, at a registry on loopback."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ..sources.indexes import Registry
from ..sources.loopback import Reply
from .conftest import MIT, Run, Said
from .upstreams import facts, licensed, nodes, reasons

Make = Callable[..., Path]
ROOT = "local:."


@pytest.fixture(autouse=True)
def abroad(programs: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody's settings in the home folder, and upstreams may be asked."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("LICAUDIT_OFFLINE")


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """`nest` needs `twig`, which needs `leaf`; `hawk` is for developers and needs `claw`."""
    registry = Registry()
    with registry.server.running():
        monkeypatch.setenv("npm_config_registry", registry.server.url)
        registry.add("nest", "1.0.0", {}, license="MIT", dependencies={"twig": "^2.0.0"})
        registry.add("nest", "9.0.0", {}, license="UNLICENSED")
        registry.add("twig", "2.1.0", {}, license="ISC", dependencies={"@birds/leaf": "1.x"})
        registry.add("@birds/leaf", "1.0.0", {}, license="AGPL-3.0-only")
        registry.add("hawk", "3.0.0", {}, license="MIT", dependencies={"claw": "*"})
        registry.add("claw", "1.0.0", {}, license="GPL-3.0-only")
        registry.add("moss", "1.0.0", {}, license="MIT")
        yield registry


def project(tree: Make, /, **sections: Any) -> Path:
    text = json.dumps({"name": "aviary", "version": "1.0.0", "license": "MIT"} | sections, indent=1)
    return tree(**{"LICENSE": MIT, "web/package.json": text})


def notes(said: Said) -> dict[str, set[str | None]]:
    """What each package is there for."""
    found: dict[str, set[str | None]] = {}
    for link in said.audit["links"]:
        found.setdefault(link["target"].removeprefix("pkg:npm/"), set()).add(link["note"])
    return found


def test_what_comes_along_is_named_with_its_license_and_what_it_is_for(
    cli: Run, tree: Make, registry: Registry
) -> None:
    folder = project(
        tree,
        dependencies={"nest": "^1.0.0"},
        devDependencies={"hawk": "3"},
        optionalDependencies={"moss": "1.0.0"},
    )
    said = cli("audit", folder)
    assert notes(said) == {
        "nest@1.0.0": {None},
        "twig@2.1.0": {None},
        "%40birds/leaf@1.0.0": {None},
        "hawk@3.0.0": {"dev"},
        "claw@1.0.0": {"dev"},
        "moss@1.0.0": {"optional"},
    }
    assert licensed(said, "pkg:npm/%40birds/leaf@1.0.0") == "AGPL-3.0-only"
    assert reasons(said, ROOT) == set()
    blamed = {f["path"][-1] for f in said.audit["findings"]}
    assert "pkg:npm/%40birds/leaf@1.0.0" in blamed
    assert "pkg:npm/claw@1.0.0" not in blamed
    assert not any(a.path.startswith("/-/") for a in registry.server.asked)  # no archive


def test_a_package_as_target_brings_along_what_its_users_get(cli: Run, registry: Registry) -> None:
    registry.add(
        "aviary", "1.0.0", {"LICENSE": MIT.encode()}, license="MIT",
        dependencies={"nest": "1.0.0"}, devDependencies={"hawk": "3.0.0"},
    )  # fmt: skip
    said = cli("audit", "npm:aviary")
    assert licensed(said, "pkg:npm/twig@2.1.0") == "ISC"
    assert "pkg:npm/claw@1.0.0" not in nodes(said)
    assert notes(said)["hawk@3.0.0"] == {"dev"}


def test_a_lock_beside_or_above_answers_by_itself(cli: Run, tree: Make, registry: Registry) -> None:
    package = {"version": "1.0.0", "license": "MIT"}
    lock = json.dumps({"lockfileVersion": 3, "packages": {"node_modules/nest": package}})
    for place in ("web/package-lock.json", "package-lock.json"):
        folder = project(tree, dependencies={"nest": "1"})
        (folder / place).write_text(lock)
        said = cli("audit", folder)
        assert set(notes(said)) == {"nest@1.0.0"}
        (folder / place).unlink()
    folder = project(tree, dependencies={"nest": "1", "moss": "1"})  # the lock above is another's
    (folder / "package-lock.json").write_text(lock)
    assert "twig@2.1.0" in notes(cli("audit", folder))


@pytest.mark.parametrize(
    ("wanted", "reason", "words"),
    [
        ({"nobody": "^1.0.0"}, "missing", "npm says E404: nobody@^1.0.0"),
        ({"nest": "^5.0.0"}, "missing", "npm says ETARGET: nest@^5.0.0"),
        ({"nest": "^1.0.0", "odd": "1.0.0"}, "broken", "npm says ERESOLVE"),
    ],
)
def test_what_npm_refuses_is_a_gap_in_its_words(
    cli: Run, tree: Make, registry: Registry, wanted: dict[str, str], reason: str, words: str
) -> None:
    registry.add("odd", "1.0.0", {}, license="MIT", peerDependencies={"nest": "9.0.0"})
    said = cli("audit", project(tree, dependencies=wanted))
    (gap,) = [g for g in said.audit["gaps"] if g["artifact"] == ROOT and g["blocks"]]
    assert (gap["reason"], gap["location"]["path"]) == (reason, "web/package.json")
    assert words in gap["detail"]
    assert registry.server.host not in json.dumps(said.audit)
    assert said.code == 3


def test_a_registry_that_is_down_and_one_that_must_not_be_asked_block(
    cli: Run, tree: Make, registry: Registry
) -> None:
    folder = project(tree, dependencies={"nest": "1.0.0"})
    said = cli("audit", folder, "--offline")
    assert (said.code, reasons(said, ROOT)) == (3, {"offline"})
    assert registry.server.asked == []
    registry.server.answer = lambda _: Reply(500, b"down")
    said = cli("audit", folder)
    assert (said.code, reasons(said, ROOT)) == (3, {"unreachable"})


def test_what_is_only_for_developers_blocks_nothing(
    cli: Run, tree: Make, registry: Registry
) -> None:
    said = cli("audit", project(tree, devDependencies={"nobody": "1.0.0"}), "--offline")
    assert reasons(said, ROOT) == set()
    assert reasons(said, ROOT, blocks=False) == {"offline"}


def test_npm_sees_names_and_ranges_and_nothing_else_of_the_project(
    cli: Run, tree: Make, registry: Registry, tmp_path: Path
) -> None:
    trace = tmp_path / "it-ran"
    folder = project(
        tree,
        dependencies={"nest": "^1.0.0", "far": "http://far.example/x.tgz", "near": "file:../near"}
        | {"twig": "1.tgz", "moss": "catalog:"},
        scripts={"preinstall": f"touch {trace}", "prepare": f"touch {trace}"},
        overrides={"twig": "http://far.example/t.tgz"},
        workspaces=["packages/*"],
    )
    (folder / "web" / ".npmrc").write_text("registry=http://far.example/\n")
    before = sorted(p.name for p in folder.rglob("*"))
    said = cli("audit", folder)
    assert licensed(said, "pkg:npm/twig@2.1.0") == "ISC"
    details = [g["detail"] for g in said.audit["gaps"] if g["blocks"] and g["artifact"] == ROOT]
    assert [d for d in details if "'moss'" in d and "was not asked for" in d]
    assert [d for d in details if "'twig'" in d and "was not asked for" in d]
    assert [d for d in details if "far.example" in d]
    assert not trace.exists()
    assert sorted(p.name for p in folder.rglob("*")) == before


def test_a_recording_answers_again(
    cli: Run, tree: Make, registry: Registry, tmp_path: Path
) -> None:
    folder = project(tree, dependencies={"nest": "^1.0.0"})
    first = cli("audit", folder, "--record", tmp_path / "kept")
    registry.server.answer = lambda _: Reply(500, b"down")
    again = cli("audit", folder, "--replay", tmp_path / "kept")
    assert "pkg:npm/twig@2.1.0" in nodes(again)
    assert facts(again) == facts(first)
