"""Archives: of weights their texts are read and their pickles listed, others are not opened."""

from __future__ import annotations

import pickle
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from licaudit.collectors import archives
from licaudit.collectors.context import Context
from licaudit.sources.local import LocalTree

from .weight_files import ROOT, Trap, collect, edges, texts, zipped


@pytest.mark.parametrize("name", ["tiny.pt", "tiny.keras", "tiny.npz", "packed.tflite"])
def test_texts_inside_an_archive_are_read(
    memory: Callable[..., Any], assets: Path, name: str
) -> None:
    files = {"LICENSE": b"MIT License", "README__md": b"Not for sale.", "data__pkl": b"\x80\x02"}
    content = zipped(config__json=b"{}", **files)
    if name.endswith("tflite"):
        content = (assets / "weight-headers" / "tiny.tflite").read_bytes() + content
    found = collect(memory({name: content}), name)
    told = {p.location.key: (p.text, p.form) for p in found.passages}
    assert (
        told.items()
        >= {"LICENSE": ("MIT License", "text"), "README.md": ("Not for sale.", "prose")}.items()
    )
    assert not any(g.blocks for g in found.gaps)


@pytest.mark.parametrize("name", ["tiny.pt", "tiny.keras", "tiny.npz"])
@pytest.mark.parametrize("terms", [b"MIT " * 1_000_000, b"\0\1\2" * 99])
def test_a_license_inside_an_archive_that_cannot_be_read_blocks(
    memory: Callable[..., Any], name: str, terms: bytes
) -> None:
    tree = memory({name: zipped(LICENSE=terms, config__json=b"{}")})
    (gap,) = [g for g in collect(tree, name).gaps if g.blocks]
    assert gap.reason == "archive"
    assert "LICENSE" in gap.detail
    assert name in gap.detail


def test_notes_inside_a_torchscript_archive_are_read(memory: Callable[..., Any]) -> None:
    note = b'{"license": "cc-by-nc-4.0", "base_model": "harbor/pier-7b"}'
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("m/extra/metadata.json", note)
        file.writestr("m/data.pkl", pickle.dumps(Trap()))
    found = collect(memory({"tiny.pt": out.getvalue()}), "tiny.pt")
    assert texts(found) == {"m/extra/metadata.json!license": "cc-by-nc-4.0"}
    assert edges(found) == {("fine_tuned_from", "pkg:huggingface/harbor/pier-7b")}


def test_a_keras_bomb_is_cut_short(memory: Callable[..., Any]) -> None:
    content = zipped(config__json=b" " * 50_000_000)
    found = collect(memory({"tiny.keras": content}), "tiny.keras")
    assert [(g.reason, g.blocks) for g in found.gaps] == [("cut_short", False)]


def test_an_archive_of_pytorch_is_listed_and_never_loaded(
    situation: Callable[[str], LocalTree],
) -> None:
    (gap,) = collect(situation("weight-headers"), "tiny.pt").gaps
    assert (gap.reason, gap.blocks) == ("pickle", False)
    assert "data.pkl" in gap.detail


@pytest.mark.parametrize(
    ("name", "kind", "blocks"),
    [
        ("data/train.zip", "dataset", False),
        ("shards/00001.tar", "dataset", False),
        ("vendor/lib.whl", "dataset", True),
        ("model.tar.gz", "model", True),
        ("tests/sample.zip", "code", False),
        ("lib/x.jar", "code", True),
    ],
)
def test_archives_are_not_opened(
    memory: Callable[..., Any], name: str, kind: str, blocks: bool
) -> None:
    tree = memory({name: b"PK\x03\x04 cut off"})
    entry = tree.entry(name)
    assert archives.is_archive(entry)
    (gap,) = archives.collect(tree, entry, Context(ROOT, kind, "x")).gaps  # type: ignore[arg-type]
    assert (gap.reason, gap.blocks) == ("archive", blocks)


def test_the_terms_that_an_archive_lists_are_named(memory: Callable[..., Any]) -> None:
    tree = memory({"data.zip": zipped(LICENSE=b"", train__csv=b"")})
    (gap,) = archives.collect(tree, tree.entry("data.zip"), Context(ROOT, "dataset", "x")).gaps
    assert gap.blocks
    assert "LICENSE" in gap.detail


def test_a_packed_single_file_is_no_archive(memory: Callable[..., Any]) -> None:
    assert not archives.is_archive(memory({"a.jsonl.gz": b""}).entry("a.jsonl.gz"))
