"""The weight files of the assets, their readers, and what tests ask of an answer."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from licaudit.collectors import (
    coreml,
    gguf,
    hdf5_file,
    keras_file,
    numpy_files,
    onnx,
    openvino,
    safetensors,
    tflite,
    tokenizers,
    torch_files,
)

ROOT = "local:."
READERS: dict[str, Callable[..., Any]] = {
    "tiny.gguf": gguf.collect,
    "tiny-big-endian.gguf": gguf.collect,
    "tiny.onnx": onnx.collect,
    "tiny.tflite": tflite.collect,
    "tiny.keras": keras_file.collect,
    "tiny.pt": torch_files.collect,
    "packed.tflite": tflite.collect,
    "tiny.h5": hdf5_file.collect,
    "tiny-latest.h5": hdf5_file.collect,
    "tiny-dense.h5": hdf5_file.collect,
    "tiny.mlmodel": coreml.collect,
    "tiny.xml": openvino.collect,
    "tiny.model": tokenizers.collect_sentencepiece,
    "tiny.npz": numpy_files.collect,
    "tiny.safetensors": safetensors.collect,
}


def collect(tree: Any, name: str) -> Any:
    entry = next(e for e in tree.entries() if e.path == name)
    return READERS[name](tree, entry, ROOT)


def texts(found: Any) -> dict[str, str]:
    return {p.location.key: p.text for p in found.passages}


def edges(found: Any) -> set[tuple[str, str]]:
    return {(x.relation, x.target) for x in found.links}


class Trap:
    """Fails the test when anybody unpickles it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (pytest.fail, ("a pickle was loaded",))


def zipped(**members: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name.replace("__", "."), data)
    return out.getvalue()
