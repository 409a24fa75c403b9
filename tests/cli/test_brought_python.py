"""What Python requirements without a lock bring along: the real pip, an index on loopback."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ..sources.indexes import SimpleIndex, metadata, tgz, wheel
from ..sources.loopback import Reply
from .conftest import MIT, Run, Said
from .upstreams import facts, licensed, nodes, reasons

Make = Callable[..., Path]
ROOT = "local:."


@pytest.fixture
def index(programs: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[SimpleIndex]:
    """`nest` needs `twig`, and `leaf` for its extra; `hawk` is for developers, needs `claw`."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("LICAUDIT_OFFLINE")
    index = SimpleIndex(newer=True)
    extra = ("Provides-Extra: green", 'Requires-Dist: leaf; extra == "green"')
    nest = ("License-Expression: MIT", "Requires-Dist: twig>=2", *extra)
    index.add(wheel("nest", "1.0", *nest))
    index.add(wheel("nest", "2.0", "License-Expression: AGPL-3.0-only"))
    index.add(wheel("twig", "2.1", "License-Expression: GPL-3.0-only"))
    index.add(wheel("leaf", "1.0", "License-Expression: 0BSD"))
    index.add(wheel("hawk", "3.0", "License-Expression: MIT", "Requires-Dist: claw"))
    index.add(wheel("claw", "1.0", "License-Expression: AGPL-3.0-only"))
    with index.server.running():
        monkeypatch.setenv("PIP_INDEX_URL", index.url)
        yield index


def notes(said: Said) -> dict[str, set[str | None]]:
    found: dict[str, set[str | None]] = {}
    for link in said.audit["links"]:
        found.setdefault(link["target"].removeprefix("pkg:pypi/"), set()).add(link["note"])
    return found


def test_what_comes_along_is_named_and_judged(cli: Run, tree: Make, index: SimpleIndex) -> None:
    files = {"LICENSE": MIT, "requirements.txt": "nest[green]<2  # for birds\n"}
    said = cli("audit", tree(**files, **{"requirements-dev.txt": "hawk\n"}))
    assert notes(said) == {
        "nest": {None},
        "twig@2.1": {None},
        "leaf@1.0": {None},
        "hawk": {"dev"},
        "claw@1.0": {"dev"},
    }
    assert nodes(said)["pkg:pypi/nest"]["revision"] == "1.0"
    assert licensed(said, "pkg:pypi/nest") == "MIT"
    blamed = {f["path"][-1] for f in said.audit["findings"]}
    assert "pkg:pypi/twig@2.1" in blamed
    assert "pkg:pypi/claw@1.0" not in blamed
    assert reasons(said, ROOT) == set()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", '[project]\nname = "x"\ndependencies = ["Nest[green] < 2"]\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\nnest = {version="1.0", extras=["green"]}'),
        ("setup.cfg", "[options]\ninstall_requires =\n    nest[green]<2\n"),
        ("requirements/base.txt", "nest[green]==1.0 \\\n    --hash=sha256:00\n"),
    ],
)
def test_extras_and_ranges_are_read_where_they_stand(
    cli: Run, tree: Make, index: SimpleIndex, path: str, text: str
) -> None:
    said = cli("audit", tree(**{"LICENSE": MIT, path: text}))
    assert {"twig@2.1", "leaf@1.0"} <= set(notes(said))


def test_a_lock_says_which_and_pip_is_not_asked(cli: Run, tree: Make, index: SimpleIndex) -> None:
    lock = '[[package]]\nname = "nest"\nversion = "2.0"\ngroups = ["main"]\n'
    files = {"LICENSE": MIT, "pyproject.toml": '[project]\nname = "x"\ndependencies = ["nest"]\n'}
    said = cli("audit", tree(**files, **{"poetry.lock": lock}))
    assert set(notes(said)) == {"nest@2.0"}
    assert licensed(said, "pkg:pypi/nest@2.0") == "AGPL-3.0-only"


def test_at_its_lock_an_audit_asks_for_the_versions_of_then(
    cli: Run, tree: Make, index: SimpleIndex
) -> None:
    folder = tree(**{"LICENSE": MIT, "requirements.txt": "leaf\n"})
    cli("lock", folder)
    index.add(wheel("leaf", "2.0", "License-Expression: AGPL-3.0-only"))
    then = cli("audit", folder)
    assert nodes(then)["pkg:pypi/leaf"]["revision"] == "1.0"
    assert licensed(then, "pkg:pypi/leaf") == "0BSD"
    now = cli("audit", folder, "--locked")
    assert (now.code, "revision was 1.0, is 2.0" in now.sentence()) == (2, True)


def test_what_pip_cannot_tell_blocks_where_it_ships(
    cli: Run, tree: Make, index: SimpleIndex
) -> None:
    inside = {"odd-1.0/setup.py": b"raise SystemExit", "odd-1.0/PKG-INFO": b""}
    inside["odd-1.0/PKG-INFO"] = metadata("odd", "1.0").encode()
    index.add({"odd-1.0.tar.gz": tgz(inside)})
    files = {"LICENSE": MIT, "requirements.txt": "nest<2\nodd\n", "dev-requirements.txt": "none\n"}
    said = cli("audit", tree(**files))
    gaps = [g for g in said.audit["gaps"] if g["artifact"] == ROOT]
    assert {(g["reason"], g["blocks"], g["location"]["line"]) for g in gaps} == {
        ("unsupported", True, 2),
        ("missing", False, 1),
    }
    assert all("brings along is not known" in g["detail"] for g in gaps)
    assert "pkg:pypi/twig@2.1" in nodes(said)  # one bad name hides no other
    assert said.code != 0


def test_a_recording_answers_again(
    cli: Run, tree: Make, index: SimpleIndex, tmp_path: Path
) -> None:
    folder = tree(**{"LICENSE": MIT, "requirements.txt": "nest<2\n"})
    first = cli("audit", folder, "--record", tmp_path / "kept")
    index.server.answer = lambda _: Reply(500, b"down")
    again = cli("audit", folder, "--replay", tmp_path / "kept")
    assert "pkg:pypi/twig@2.1" in nodes(again)
    assert facts(again) == facts(first)
    index_file = tmp_path / "kept" / "index.json"
    kept = json.loads(index_file.read_text())
    del kept["trees"]["pip-set"]  # as an older licaudit recorded
    index_file.write_text(json.dumps(kept))
    assert reasons(cli("audit", folder, "--replay", tmp_path / "kept"), ROOT) == {"not_recorded"}
