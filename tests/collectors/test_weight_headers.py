"""Weights of all formats: headers read, payloads and pickles left alone, broken ones told."""

from __future__ import annotations

import os
import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.facts import WEIGHTS
from licaudit.settings import LIMITS
from licaudit.sources.local import LocalTree

from .weight_files import READERS, ROOT, Trap, collect, edges, texts


def said(*pairs: tuple[str, object]) -> bytes:
    """A GGUF header of texts and unsigned numbers."""
    out = b"GGUF" + struct.pack("<IQQ", 3, 0, len(pairs))
    for key, value in pairs:
        name = key.encode()
        out += struct.pack("<Q", len(name)) + name
        if isinstance(value, int):
            out += struct.pack("<II", 4, value)
        else:
            data = str(value).encode()
            out += struct.pack("<IQ", 8, len(data)) + data
    return out


def header(memory: Callable[..., Any], *pairs: tuple[str, object]) -> Any:
    return collect(memory({"tiny.gguf": said(*pairs)}), "tiny.gguf")


@pytest.mark.parametrize("name", ["tiny.gguf", "tiny-big-endian.gguf"])
def test_a_gguf_file_of_the_formats_own_library(
    situation: Callable[[str], LocalTree], name: str
) -> None:
    found = collect(situation("weight-headers"), name)
    assert texts(found) == {
        "general.license": "other",
        "general.license.name": "harbor-license",
        "general.license.link": "https://harbor.invalid/license",
    }
    assert found.passages[0].hint("license_name") == "harbor-license"
    assert edges(found) == {
        ("quantized_from", "pkg:huggingface/harbor/harbor-7b"),
        ("fine_tuned_from", "pkg:huggingface/harbor/pier-7b"),
        ("trained_on", "pkg:huggingface/datasets/harbor/notes"),
    }
    assert found.gaps == ()
    assert found.scopes == {(ROOT, WEIGHTS)}


def test_a_base_of_the_same_name_was_quantized_not_fine_tuned(memory: Callable[..., Any]) -> None:
    base = "general.base_model.0."
    found = header(
        memory,
        ("general.name", "Pier 7B"),
        ("general.file_type", 2),
        ("general.base_model.count", 1),
        (base + "name", "Pier 7B"),
        (base + "repo_url", "https://huggingface.co/harbor/pier-7b"),
    )
    assert edges(found) == {("quantized_from", "pkg:huggingface/harbor/pier-7b")}


def test_several_bases_were_merged_and_one_without_a_name_is_a_gap(
    memory: Callable[..., Any],
) -> None:
    found = header(
        memory,
        ("general.base_model.count", 3),
        ("general.base_model.0.repo_url", "https://huggingface.co/a/x-7b"),
        ("general.base_model.1.name", "Our Own"),
    )
    assert edges(found) == {
        ("merged_from", "pkg:huggingface/a/x-7b"),
        ("merged_from", "name:model/Our-Own"),
    }
    assert [(g.reason, g.blocks) for g in found.gaps] == [("unresolved", True)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GGUF",
        b"nope" * 20,
        b"GGUF" + struct.pack("<IQQ", 1, 0, 0),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 2**63),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1),
        said(("general.license", "mit"))[:-1],
        said(("general.license", 3)),
        said(("general.license", "mit"), ("general.license", "gpl")),
        b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"k" + struct.pack("<IIQ", 9, 4, 2**62),
        b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"k" + struct.pack("<IIQ", 9, 8, 2**62),
        b"GGUF"
        + struct.pack("<IQQQ", 3, 0, 1, 1)
        + b"k"
        + struct.pack("<I", 9)
        + struct.pack("<IQ", 9, 1) * 40
        + bytes(400),
    ],
)
def test_a_broken_gguf_header_blocks(memory: Callable[..., Any], content: bytes) -> None:
    gaps = collect(memory({"tiny.gguf": content}), "tiny.gguf").gaps
    assert gaps
    assert all((g.reason, g.blocks) == ("broken", True) for g in gaps)


def test_what_stands_before_a_broken_place_is_kept(memory: Callable[..., Any]) -> None:
    content = said(("general.license", "cc-by-nc-4.0"), ("general.name", "x"))[:-1]
    found = collect(memory({"tiny.gguf": content}), "tiny.gguf")
    assert texts(found) == {"general.license": "cc-by-nc-4.0"}
    assert found.gaps[0].blocks


@pytest.mark.parametrize("name", ["tiny.gguf", "tiny.onnx"])
def test_a_hundred_gigabytes_cost_their_header(tmp_path: Path, assets: Path, name: str) -> None:
    data = (assets / "weight-headers" / name).read_bytes()
    if name == "tiny.onnx":  # a tensor of 100 GB inside the graph, the metadata behind it
        size = 100 * 1024**3
        graph = b"\x2a" + varint(size)
        path = tmp_path / name
        head = b"\x3a" + varint(len(graph) + size) + graph
        tail = b"\x72\x0e\x0a\x07license\x12\x03mit"
        with open(path, "wb") as file:
            file.write(head)
            file.seek(len(head) + size)
            file.write(tail)
    else:
        (tmp_path / name).write_bytes(data)
        os.truncate(tmp_path / name, 100 * 1024**3)
    tree = LocalTree(str(tmp_path))
    found = collect(tree, name)
    assert tree.bytes_read < 1_000_000
    assert "mit" in texts(found).values() or "other" in texts(found).values()


def varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def with_words(count: int, word: bytes, *behind: tuple[str, object]) -> bytes:
    """A header with a vocabulary in the middle, as converters write it."""
    front = said(("general.name", "Harbor"))
    key = b"tokenizer.ggml.tokens"
    words = (struct.pack("<Q", len(word)) + word) * count
    array = struct.pack("<Q", len(key)) + key + struct.pack("<IIQ", 9, 8, count) + words
    rest = said(*behind)[24:]
    return front[:16] + struct.pack("<Q", 2 + len(behind)) + front[24:] + array + rest


def test_keys_behind_a_vocabulary_are_read(memory: Callable[..., Any]) -> None:
    content = with_words(
        150_000,
        b"harbors",
        ("general.license", "cc-by-nc-4.0"),
        ("quantize.imatrix.dataset", "wiki.train.raw"),
    )
    tree = memory({"tiny.gguf": content})
    found = collect(tree, "tiny.gguf")
    assert texts(found) == {"general.license": "cc-by-nc-4.0"}
    assert [(g.reason, g.blocks) for g in found.gaps] == [("unresolved", False)]
    assert "wiki.train.raw" in found.gaps[0].detail
    assert tree.handed_out < len(content) + 2_000_000


def test_data_that_helped_to_quantize_is_an_upstream(memory: Callable[..., Any]) -> None:
    page = "https://huggingface.co/datasets/harbor/logs"
    (link,) = header(memory, ("quantize.imatrix.dataset", page)).links
    assert (link.relation, link.target) == ("trained_on", "pkg:huggingface/datasets/harbor/logs")
    assert link.note is not None
    assert link.note.startswith("calibration")


def test_a_header_longer_than_any_is_cut_short_and_blocks(memory: Callable[..., Any]) -> None:
    content = with_words(LIMITS.walked_header // 8 + 10, b"", ("general.license", "mit"))
    tree = memory({"tiny.gguf": content})
    found = collect(tree, "tiny.gguf")
    assert texts(found) == {}
    assert [(g.reason, g.blocks) for g in found.gaps] == [("cut_short", True)]
    assert tree.handed_out <= LIMITS.walked_header


def test_onnx_metadata_behind_the_graph(situation: Callable[[str], LocalTree]) -> None:
    found = collect(situation("weight-headers"), "tiny.onnx")
    assert texts(found) == {
        "metadata_props.license": "AGPL-3.0",
        "model.doc_string": "A small model.",
        "graph.doc_string": "For research purposes only.",
    }
    assert edges(found) == {("fine_tuned_from", "pkg:huggingface/harbor/pier-7b")}
    assert [(g.reason, g.blocks) for g in found.gaps] == [("unresolved", False)]
    assert "model.onnx_data" in found.gaps[0].detail


@pytest.mark.parametrize(
    "name", ["tiny.onnx", "tiny.tflite", "tiny.keras", "tiny.h5", "tiny.mlmodel", "tiny.npz"]
)
@pytest.mark.parametrize("content", [b"", b"\xff" * 64, b"PK\x03\x04" + b"\0" * 40, b"\0" * 99])
def test_other_broken_headers_block(memory: Callable[..., Any], name: str, content: bytes) -> None:
    gaps = collect(memory({name: content}), name).gaps
    assert [(g.reason, g.blocks) for g in gaps] == [("broken", True)]


def test_tflite_and_keras(situation: Callable[[str], LocalTree]) -> None:
    tree = situation("weight-headers")
    assert texts(collect(tree, "tiny.tflite")) == {
        "metadata.license": "Apache-2.0",
        "metadata.description": "Finds ships.",
    }
    assert texts(collect(tree, "tiny.keras")) == {"metadata.json!license": "mit"}


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_pickle_is_recognised_and_never_loaded(memory: Callable[..., Any], protocol: int) -> None:
    (gap,) = collect(memory({"tiny.pt": pickle.dumps(Trap(), protocol)}), "tiny.pt").gaps
    assert (gap.reason, gap.blocks) == ("pickle", False)


def test_other_binary_files_say_nothing(memory: Callable[..., Any]) -> None:
    assert collect(memory({"tiny.pt": b"\0\1\2 vocabulary"}), "tiny.pt").gaps == ()


@pytest.mark.parametrize("name", [n for n in READERS if n != "tiny-big-endian.gguf"])
@given(st.binary(max_size=300), st.integers(0, 400), st.binary(min_size=1, max_size=6))
def test_any_bytes_and_any_damage(
    memory: Callable[..., Any], assets: Path, name: str, content: bytes, place: int, damage: bytes
) -> None:
    whole = (assets / "weight-headers" / name).read_bytes()
    hurt = whole[:place] + damage + whole[place + len(damage) :]
    for data in (content, whole[:place], hurt, whole[:8] + content):
        tree = memory({name: data})
        found = collect(tree, name)
        assert tree.handed_out < 3_000_000
        for passage in found.passages:
            passage.text.encode()
