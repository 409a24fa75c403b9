"""What weight files say of themselves, against the card and the package around them, to the end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import Run

Tree = Callable[..., Path]
CARD = "---\nlicense: {}\npipeline_tag: image-classification\n---\n# Pier\n"
PACKAGE = '[project]\nname = "pier"\nversion = "1.0"\nlicense = "MIT"\n'


@pytest.fixture
def weights(assets: Path) -> Callable[[str], bytes]:
    return lambda name: (assets / "weight-headers" / name).read_bytes()


def conflicts(audit: dict[str, Any]) -> list[set[tuple[str, int | None, str | None]]]:
    """(path, line, key) of the places of each contradiction."""
    claims = {c["id"]: c["location"] for c in audit["claims"]}
    return [
        {
            (place["path"], place.get("line"), place.get("key"))
            for place in (claims[e] for e in finding["evidence"])
        }
        for finding in audit["findings"]
        if finding["rule"] == "claims-conflict"
    ]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("tiny.onnx", "metadata_props.license"),
        ("tiny.h5", "attributes.license"),
        ("tiny.mlmodel", "metadata.license"),
        ("tiny.xml", "rt_info.license"),
        ("tiny.npz", "license.npy"),
        ("tiny.tflite", "metadata.license"),
        ("tiny.safetensors", "__metadata__.license"),
        ("tiny.keras", "metadata.json!license"),
    ],
)
def test_a_header_against_the_card(
    cli: Run, tree: Tree, weights: Callable[[str], bytes], name: str, key: str
) -> None:
    folder = tree(**{"README.md": CARD.format("bsd-3-clause"), name: weights(name)})
    run = cli("audit", folder, "--offline")
    assert run.code != 0
    both = {("README.md", 2, "license"), (name, None, key)}
    assert any(both <= places for places in conflicts(run.audit))
    assert f"the weight file's header at {name}" in run.out


def test_a_header_that_agrees_with_the_card(
    cli: Run, tree: Tree, weights: Callable[[str], bytes]
) -> None:
    name = "tiny.tflite"
    folder = tree(**{"README.md": CARD.format("apache-2.0"), name: weights(name)})
    run = cli("audit", folder, "--offline")
    assert conflicts(run.audit) == []
    written = {(c["location"]["path"], c["expression"]) for c in run.audit["claims"]}
    assert written == {("README.md", "Apache-2.0"), (name, "Apache-2.0")}


def test_a_header_against_the_package_around_it(
    cli: Run, tree: Tree, weights: Callable[[str], bytes]
) -> None:
    files = {"pyproject.toml": PACKAGE, "pier.py": "A = 1\n", "ship.h5": weights("tiny.h5")}
    run = cli("audit", tree(**files), "--offline")
    assert conflicts(run.audit) == [
        {("pyproject.toml", 4, "project.license"), ("ship.h5", None, "attributes.license")}
    ]
    card = CARD.format("cc-by-nc-4.0")
    run = cli("audit", tree("told", **files, **{"README.md": card}), "--offline")
    assert conflicts(run.audit) == []


def test_a_pickle_is_never_a_green(cli: Run, tree: Tree, weights: Callable[[str], bytes]) -> None:
    run = cli("audit", tree(**{"model.pt": weights("tiny.pt")}), "--offline")
    assert run.code == 3
    assert any(g["reason"] == "pickle" for g in run.audit["gaps"])
