import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.collectors import safetensors, weights_files
from licaudit.facts import WEIGHTS
from licaudit.sources.local import LocalTree
from licaudit.sources.tree import Entry

ROOT = "local:."


def packed(header: object, data: bytes = b"\0" * 8) -> bytes:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(raw).to_bytes(8, "little") + raw + data


def collect(memory: Callable[..., Any], content: bytes, name: str = "model.safetensors") -> Any:
    tree = memory({name: content})
    found = safetensors.collect(tree, tree.entry(name), ROOT)
    assert (ROOT, WEIGHTS) in found.scopes
    assert tree.handed_out < 1_000_000
    return found


def metadata(memory: Callable[..., Any], **values: object) -> Any:
    dotted = {key.replace("__", "."): value for key, value in values.items()}
    return collect(memory, packed({"__metadata__": dotted}))


def test_license_and_base_in_the_header(memory: Callable[..., Any]) -> None:
    found = metadata(
        memory,
        format="pt",
        license="other",
        license_link="https://x.invalid/l",
        modelspec__license="CreativeML Open RAIL++-M",
        base_model="stabilityai/sdxl-turbo",
    )
    said = {p.location.key: (p.text, p.form) for p in found.passages}
    assert said == {
        "__metadata__.license": ("other", "header"),
        "__metadata__.modelspec.license": ("CreativeML Open RAIL++-M", "header"),
        "__metadata__.license_link": ("https://x.invalid/l", "header"),
    }
    assert found.passages[0].hint("license_link") == "https://x.invalid/l"
    assert [(x.relation, x.target) for x in found.links] == [
        ("fine_tuned_from", "pkg:huggingface/stabilityai/sdxl-turbo")
    ]
    assert found.gaps == ()


def test_an_ordinary_header_says_nothing(memory: Callable[..., Any]) -> None:
    found = collect(memory, packed({"__metadata__": {"format": "pt"}, "w": {"dtype": "F16"}}))
    assert (found.passages, found.links, found.gaps) == ((), (), ())
    assert collect(memory, packed({"w": {"dtype": "F16"}})).gaps == ()


def test_a_trainers_header_names_an_upstream_without_an_id(memory: Callable[..., Any]) -> None:
    found = metadata(
        memory,
        ss_base_model_version="sdxl_base_v1-0",
        ss_sd_model_name="sd_xl.safetensors",
        ss_dataset_dirs='{"10_cats": {"img_count": 20}}',
    )
    assert [(g.reason, g.blocks) for g in found.gaps] == [
        ("unresolved", True),
        ("unresolved", False),
    ]
    assert "sdxl_base_v1-0" in found.gaps[0].detail
    alone = metadata(memory, modelspec__architecture="stable-diffusion-xl-v1-base")
    assert [g.blocks for g in alone.gaps] == [False]


def test_prose_of_the_header_is_read_as_prose(memory: Callable[..., Any]) -> None:
    found = metadata(memory, modelspec__description="Not for commercial use.")
    assert [(p.form, p.text) for p in found.passages] == [("prose", "Not for commercial use.")]


def test_merged_models(memory: Callable[..., Any]) -> None:
    found = metadata(memory, modelspec__merged_from="a/b, local.safetensors")
    assert [(x.relation, x.target) for x in found.links] == [("merged_from", "pkg:huggingface/a/b")]
    assert [(g.reason, g.blocks) for g in found.gaps] == [("unresolved", True)]


@pytest.mark.parametrize("value", ['["a/b", "c/d"]', "a/b,c/d"])
def test_several_bases(memory: Callable[..., Any], value: str) -> None:
    assert [x.target[-3:] for x in metadata(memory, base_model=value).links] == ["a/b", "c/d"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"short",
        b"\0" * 100,
        packed(b"[]"),
        packed(b"{"),
        packed(b"\xff{}"),
        packed(b"not it"),
        (10**15).to_bytes(8, "little") + b"{}",
        packed({"__metadata__": ["x"]}),
        packed(b"{" * 9000),
        packed(b'{"__metadata__": {"license": "mit", "license": "gpl"}}'),
        packed({"__metadata__": {"license": 3}}),
    ],
)
def test_a_broken_header_blocks(memory: Callable[..., Any], content: bytes) -> None:
    gaps = collect(memory, content).gaps
    assert gaps
    assert all((g.reason, g.blocks) == ("broken", True) for g in gaps)


def test_a_pointer_of_git_lfs_counts_as_weights(situation: Callable[[str], LocalTree]) -> None:
    name = "model-00001-of-00002.safetensors"
    tree = situation("finetuned-model")
    found = safetensors.collect(tree, next(e for e in tree.entries() if e.path == name), ROOT)
    assert found.scopes == {(ROOT, WEIGHTS)}
    assert [(g.reason, g.blocks) for g in found.gaps] == [("unreadable", False)]


def test_the_index_of_shards(situation: Callable[[str], LocalTree]) -> None:
    entry = Entry("model.safetensors.index.json", 200)
    (passage,) = safetensors.collect(situation("finetuned-model"), entry, ROOT).passages
    assert (passage.text, passage.form) == ("cc-by-nc-4.0", "header")
    assert (passage.location.line, passage.location.key) == (4, "metadata.license")


@pytest.mark.parametrize("front", [True, False])
def test_two_gigabytes_cost_their_header(tmp_path: Path, front: bool) -> None:
    tensors = {
        f"layer.{n}.weight": {"dtype": "F16", "shape": [1], "data_offsets": [0, 2]}
        for n in range(30_000)
    }
    said = {"__metadata__": {"license": "mit"}}
    header = said | tensors if front else tensors | said
    raw = json.dumps(header, separators=(",", ":")).encode()
    assert len(raw) > 1_500_000
    path = tmp_path / "model.safetensors"
    path.write_bytes(len(raw).to_bytes(8, "little") + raw)
    os.truncate(path, 2 * 1024**3)
    tree = LocalTree(str(tmp_path))
    found = safetensors.collect(tree, tree.entries()[0], ROOT)
    assert tree.bytes_read < len(raw) + 1_000_000
    assert [p.text for p in found.passages] == ["mit"]
    assert found.gaps == ()


@given(
    st.dictionaries(
        st.sampled_from(["license", "base_model", "modelspec.license", "ss_dataset_dirs"])
        | st.text(),
        st.text() | st.integers() | st.none() | st.lists(st.text()),
    )
)
def test_any_metadata(memory: Callable[..., Any], values: dict[str, object]) -> None:
    found = collect(memory, packed({"__metadata__": values}))
    for passage in found.passages:
        passage.text.encode()
        assert passage.form in ("header", "prose")


@given(st.binary())
def test_any_bytes(memory: Callable[..., Any], content: bytes) -> None:
    collect(memory, content)
    collect(memory, packed(content))


@pytest.mark.parametrize(
    ("name", "size", "expected"),
    [
        ("model.safetensors", 10, True),
        ("w.GGUF", 1, True),
        ("x.pt", 1, True),
        ("x.onnx", 1, True),
        ("pytorch_model-00001-of-00002.bin", 130, True),
        ("vocab.bin", 10, False),
        ("weights.bin", 1_000_001, True),
        ("tf_model.h5", 1, True),
        ("a.tflite", 1, True),
        ("README.md", 9_000_000, False),
        ("model.py", 1, False),
        ("pt", 1, False),
    ],
)
def test_files_that_are_weights(
    memory: Callable[..., Any], name: str, size: int, expected: bool
) -> None:
    entry = Entry(f"sub/{name}", size)
    assert weights_files.is_weights(entry) is expected
    scopes = weights_files.collect(memory({}), entry, ROOT).scopes
    assert scopes == ({(ROOT, WEIGHTS)} if expected else set())


def test_links_out_of_the_tree_count_as_weights(tmp_path: Path) -> None:
    blob = tmp_path / "blobs" / "abc"
    blob.parent.mkdir()
    blob.write_bytes(b"x")
    snapshot = tmp_path / "snapshot"
    snapshot.mkdir()
    (snapshot / "model.safetensors").symlink_to(blob)
    tree = LocalTree(str(snapshot))
    assert tree.entries() == ()
    assert weights_files.from_links(tree, ROOT).scopes == {(ROOT, WEIGHTS)}
