"""Weights made to hurt: lying lengths, bombs, cycles. One Gap with file and reason, little read."""

from __future__ import annotations

import json
import os
import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from licaudit.collectors import collect_tree
from licaudit.facts import WEIGHTS, Gap
from licaudit.sources.local import LocalTree

from .weight_files import Trap, zipped

HUGE = 2**63
READ = 4_000_000  # bytes, of which a header of 32 MB alone may have more


def gguf(keys: int, *parts: bytes) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", 3, 0, keys) + b"".join(parts)


def key(name: bytes, kind: int) -> bytes:
    return struct.pack("<Q", len(name)) + name + struct.pack("<I", kind)


def header(text: bytes, length: int | None = None) -> bytes:
    return struct.pack("<Q", len(text) if length is None else length) + text


def lying_zip() -> bytes:
    """An archive whose member says 10 bytes and unpacks to 10 million."""
    data = bytearray(zipped(config__json=b" " * 10_000_000))
    place = data.rfind(b"PK\x01\x02")
    data[place + 24 : place + 28] = struct.pack("<I", 10)
    return bytes(data)


def endless_zip() -> bytes:
    """An archive whose end record tells of 4 billion members."""
    data = zipped(a=b"")
    end = data.rfind(b"PK\x05\x06")
    record = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 2**32, 2**32, 47, 0)
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, end, 1)
    tail = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, 2**32 - 1, 2**32 - 1, 0)
    return data[:end] + record + locator + tail


def hdf5(*messages: bytes) -> bytes:
    """An HDF5 file of the second version with one object header."""
    body = b"".join(messages)
    front = b"\x89HDF\r\n\x1a\n\x02\x08\x08\x00" + struct.pack("<QQQQI", 0, 0, 0, 48, 0)
    return front + b"OHDR\x02\x02" + struct.pack("<I", len(body)) + body + bytes(4)


def message(kind: int, content: bytes) -> bytes:
    return struct.pack("<BHB", kind, len(content), 0) + content


CASES: dict[str, tuple[str, bytes, str]] = {
    "safetensors: 8 EB": ("a.safetensors", header(b"{}", HUGE - 1), "broken"),
    "safetensors: cut": ("a.safetensors", header(b'{"__metadata__": {"lic'), "broken"),
    "safetensors: deep": (
        "a.safetensors",
        header(b'{"__metadata__": {"license": ' + b"[" * 400_000 + b"]" * 400_000 + b"}}"),
        "broken",
    ),
    "safetensors: deep and long": (
        "a.safetensors",
        header(b'{"__metadata__": {"license": ' + b"[" * 2_000_000),
        "broken",
    ),
    "safetensors: twice and long": (
        "a.safetensors",
        header(b'{"__metadata__":{}' + b',"w":{"a":0}' * 99_999 + b',"__metadata__":{}}'),
        "broken",
    ),
    "GGUF: 8 EB of keys": ("a.gguf", gguf(HUGE), "broken"),
    "GGUF: a key of 8 EB": ("a.gguf", gguf(1, struct.pack("<Q", HUGE)), "broken"),
    "GGUF: a text of 8 EB": ("a.gguf", gguf(1, key(b"k", 8), struct.pack("<Q", HUGE)), "broken"),
    "GGUF: 8 EB of items": ("a.gguf", gguf(1, key(b"k", 9), struct.pack("<IQ", 8, HUGE)), "broken"),
    "GGUF: keys to the end": ("a.gguf", gguf(90_000, (key(b"k", 0) + b"\0") * 80_000), "broken"),
    "GGUF: arrays of arrays": (
        "a.gguf",
        gguf(1, key(b"k", 9), struct.pack("<IQ", 9, 200_000), struct.pack("<IQ", 0, 0) * 200_000),
        "broken",
    ),
    "ONNX: a varint of 10 bytes": ("a.onnx", b"\x3a" + b"\xff" * 9 + b"\x01" + bytes(9), "broken"),
    "ONNX: a varint without end": ("a.onnx", b"\x08" + b"\xff" * 400, "broken"),
    "ONNX: fields without end": ("a.onnx", b"\x3a\x00" + b"\x08\x01" * 400_000, "cut_short"),
    "ONNX: properties without end": ("a.onnx", b"\x3a\x00" + b"".join(
        b"\x72\x08\x0a\x06" + b"%06d" % n for n in range(2_000)
    ), "cut_short"),
    "ONNX: graphs without end": ("a.onnx", b"\x3a\x00" * 450_000, "broken"),
    "TFLite: a table outside": ("a.tflite", b"\xff\xff\xff\x7fTFL3" + bytes(40), "broken"),
    "Keras: a bomb": ("a.keras", zipped(config__json=b" " * 90_000_000), "cut_short"),
    "Keras: a bomb that lies": ("a.keras", lying_zip(), "cut_short"),
    "zip: members without end": ("a.pt", endless_zip(), "cut_short"),
    "HDF5: a message too large": ("a.h5", hdf5(struct.pack("<BHB", 12, 60_000, 0)), "broken"),
    "HDF5: a header that continues in itself": (
        "a.h5",
        hdf5(message(16, struct.pack("<QQ", 54, 28))),
        "cut_short",
    ),
    "Core ML: a varint without end": ("a.mlmodel", b"\x08\x05\x12" + b"\xff" * 90, "broken"),
    "index: not JSON": ("m.safetensors.index.json", b"{" * 100_000, "broken"),
    "index: names itself": (
        "m.safetensors.index.json",
        json.dumps({"weight_map": {"w": "m.safetensors.index.json"}}).encode(),
        "broken",
    ),
    "index: out of the tree": (
        "m.safetensors.index.json",
        json.dumps({"weight_map": {"w": "../../m.safetensors"}}).encode(),
        "outside_tree",
    ),
    "index: no shards": (
        "m.safetensors.index.json",
        json.dumps({"weight_map": {"w": "m-1.safetensors", "v": "m-2.safetensors"}}).encode(),
        "unresolved",
    ),
    "index: no map": ("m.safetensors.index.json", b'{"weight_map": ["m"]}', "broken"),
    "pickle": ("a.pt", pickle.dumps(Trap(), 2), "pickle"),
    "pickle in an archive": ("a.ckpt", zipped(data__pkl=pickle.dumps(Trap())), "pickle"),
}  # fmt: skip


def own_gaps(found: Any, name: str) -> list[Gap]:
    return [g for g in found.gaps if g.location and g.location.path == name]


@pytest.mark.parametrize("case", CASES)
def test_a_gap_names_the_file_and_the_reason(memory: Callable[..., Any], case: str) -> None:
    name, content, reason = CASES[case]
    tree = memory({name: content, "README.md": "---\nlicense: mit\n---\n# Pier\n"})
    found = collect_tree(tree)[1]
    gaps = own_gaps(found, name)
    assert [g.reason for g in gaps] == [reason]
    assert gaps[0].blocks == (reason in ("broken", "outside_tree"))
    assert gaps[0].scope == WEIGHTS
    assert not [p for p in found.passages if p.location.path == name]
    assert tree.handed_out < READ


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("a.safetensors", header(b'{"__metadata__": {"license": "mit"}}', 90_000_000)),
        ("a.gguf", gguf(1, key(b"k", 9), struct.pack("<IQ", 8, 10**9))),
        ("a.onnx", b"\x3a\xff\xff\xff\xff\x7f"),
        ("a.h5", hdf5()),
        ("a.pt", b"PK\x03\x04"),
    ],
    ids=["safetensors", "GGUF", "ONNX", "HDF5", "PyTorch"],
)
def test_a_hundred_gigabytes_of_nothing_cost_little(
    tmp_path: Path, name: str, start: bytes
) -> None:
    (tmp_path / name).write_bytes(start)
    os.truncate(tmp_path / name, 100 * 1024**3)
    tree = LocalTree(str(tmp_path))
    collect_tree(tree)
    assert tree.bytes_read < 110_000_000  # the longest header that its format allows


def test_an_index_too_large_to_be_read_whole(memory: Callable[..., Any]) -> None:
    weights = {f"layer.{n}.weight": "m-1.safetensors" for n in range(60_000)}
    page = {"metadata": {"license": "cc-by-nc-4.0", "total_size": 1}, "weight_map": weights}
    name = "m.safetensors.index.json"
    tree = memory({name: json.dumps(page)})
    found = collect_tree(tree)[1]
    (passage,) = [p for p in found.passages if p.location.path == name]
    assert (passage.text, passage.location.key) == ("cc-by-nc-4.0", "metadata.license")
    assert [(g.reason, g.blocks) for g in own_gaps(found, name)] == [("cut_short", False)]
    assert tree.handed_out < 200_000


def test_shards_that_are_here_say_nothing(memory: Callable[..., Any]) -> None:
    page = {"weight_map": {"w": "m-1.safetensors", "v": "m-1.safetensors"}}
    name = "w/m.safetensors.index.json"
    tree = memory({name: json.dumps(page), "w/m-1.safetensors": header(b"{}")})
    assert own_gaps(collect_tree(tree)[1], name) == []


def test_a_license_beyond_four_gigabytes_of_an_archive(tmp_path: Path) -> None:
    text, name, place = b"MIT License", b"m/LICENSE", 6 * 1024**3
    sizes = struct.pack("<III", 0, len(text), len(text))
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 45, 0, 0, 0, 0) + sizes
    local += struct.pack("<HH", len(name), 0) + name + text
    extra = struct.pack("<HHQ", 1, 8, place)
    listed = b"PK\x01\x02" + struct.pack("<HHHHHH", 45, 45, 0, 0, 0, 0) + sizes
    listed += struct.pack("<HHHHHII", len(name), len(extra), 0, 0, 0, 0, 2**32 - 1) + name + extra
    start = place + len(local)
    record = struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 1, 1, len(listed), start)
    locator = struct.pack("<IQI", 0, start + len(listed), 1)
    end = struct.pack("<HHHHIIH", 0, 0, 1, 1, len(listed), 2**32 - 1, 0)
    with open(tmp_path / "m.pt", "wb") as file:
        file.write(b"PK\x03\x04")
        file.seek(place)
        tail = b"PK\x06\x06" + record + b"PK\x06\x07" + locator + b"PK\x05\x06" + end
        file.write(local + listed + tail)
    tree = LocalTree(str(tmp_path))
    found = collect_tree(tree)[1]
    assert [(p.location.key, p.text) for p in found.passages] == [("m/LICENSE", "MIT License")]
    assert tree.bytes_read < 1_000_000
