"""HDF5, Core ML, OpenVINO, NumPy and Orbax files: which claim and which edge is read from each."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from licaudit.collectors import collect_tree, coreml, hdf5_file, numpy_files, openvino
from licaudit.facts import DATA, WEIGHTS
from licaudit.sources.local import LocalTree

from .weight_files import edges

ROOT = "local:."
BASE = {("fine_tuned_from", "pkg:huggingface/harbor/pier-7b")}
Reader = Callable[..., Any]


def said(found: Any) -> dict[str, str]:
    return {p.location.key: p.text for p in found.passages}


@pytest.mark.parametrize(
    ("name", "reader", "claims", "links"),
    [
        ("tiny.h5", hdf5_file.collect, {"attributes.license": "cc-by-nc-4.0"}, BASE),
        ("tiny-latest.h5", hdf5_file.collect, {"attributes.license": "mit"}, set()),
        (
            "tiny.mlmodel",
            coreml.collect,
            {
                "metadata.license": "CC-BY-NC-4.0",
                "metadata.description": "Finds ships.",
                "stages[0].metadata.license": "AGPL-3.0",
            },
            BASE,
        ),
        (
            "tiny.xml",
            openvino.collect,
            {"rt_info.license": "cc-by-nc-4.0", "rt_info.model_info.description": "Finds ships."},
            BASE,
        ),
        ("tiny.npz", numpy_files.collect, {"license.npy": "cc-by-4.0"}, set()),
    ],
)
def test_files_of_the_formats_own_libraries(
    situation: Callable[[str], LocalTree],
    name: str,
    reader: Reader,
    claims: dict[str, str],
    links: set[tuple[str, str]],
) -> None:
    tree = situation("weight-headers")
    found = reader(tree, next(e for e in tree.entries() if e.path == name), ROOT)
    assert said(found) == claims
    assert edges(found) == links
    assert found.gaps == ()
    assert {p.scope for p in found.passages} == {WEIGHTS}


def test_attributes_in_a_heap_are_a_gap(situation: Callable[[str], LocalTree]) -> None:
    tree = situation("weight-headers")
    entry = next(e for e in tree.entries() if e.path == "tiny-dense.h5")
    (gap,) = hdf5_file.collect(tree, entry, ROOT).gaps
    assert (gap.reason, gap.blocks) == ("cut_short", False)
    assert "tiny-dense.h5" in gap.detail


@pytest.mark.parametrize(
    ("front", "scope"), [("task_ids: [x]", DATA), ("pipeline_tag: x", WEIGHTS)]
)
def test_arrays_of_a_dataset_speak_of_its_data(
    memory: Callable[..., Any], situation: Callable[[str], LocalTree], front: str, scope: str
) -> None:
    files = situation("weight-headers")
    tree = memory(
        {n: files.read(n) for n in ("tiny.h5", "tiny.npz")} | {"README.md": f"---\n{front}\n---\n"}
    )
    found = collect_tree(tree)[1]
    own = [p for p in found.passages if p.location.path in ("tiny.h5", "tiny.npz")]
    assert {p.scope for p in own} == {scope}
    assert len(own) == 2


def test_a_compiled_core_ml_model(memory: Callable[..., Any]) -> None:
    page = [
        {
            "shortDescription": "Not for commercial use.",
            "license": "MIT",
            "userDefinedMetadata": {"base_model": "harbor/pier-7b"},
        }
    ]
    tree = memory({"Ship.mlmodelc/metadata.json": json.dumps(page, indent=1)})
    entry = tree.entry("Ship.mlmodelc/metadata.json")
    assert coreml.is_compiled(entry)
    found = coreml.collect(tree, entry, ROOT)
    assert said(found) == {"[0].license": "MIT", "[0].description": "Not for commercial use."}
    assert found.passages[0].location.line == 4
    assert edges(found) == BASE


def test_a_package_of_core_ml_is_read_by_its_model(
    memory: Callable[..., Any], situation: Callable[[str], LocalTree]
) -> None:
    path = "Ship.mlpackage/Data/com.apple.CoreML/model.mlmodel"
    tree = memory({path: situation("weight-headers").read("tiny.mlmodel")})
    found = collect_tree(tree)[1]
    places = {(p.location.path, p.text) for p in found.passages}
    assert (path, "CC-BY-NC-4.0") in places


@pytest.mark.parametrize(
    "content",
    [
        b"\x08\x05\x12" + b"\xff" * 9 + b"\x01",
        b"\x08\x05" + b"\xff" * 20,
        b"\x08\x05\x12\x7f\x08",
        b"\x12\x02\x08\x01",
        b"-----BEGIN",
    ],
)
def test_a_broken_core_ml_model_blocks(memory: Callable[..., Any], content: bytes) -> None:
    tree = memory({"a.mlmodel": content})
    (gap,) = coreml.collect(tree, tree.entry("a.mlmodel"), ROOT).gaps
    assert (gap.reason, gap.blocks) == ("broken", True)
    assert "a.mlmodel" in gap.detail


def field(number: int, content: bytes) -> bytes:
    out = b""
    for value in (number << 3 | 2, len(content)):
        left = value
        while left > 0x7F:
            out += bytes([left & 0x7F | 0x80])
            left >>= 7
        out += bytes([left])
    return out + content


def test_pipelines_in_pipelines_without_end(memory: Callable[..., Any]) -> None:
    model = b"\x08\x05"
    for _ in range(400):
        model = b"\x08\x05" + field(202, field(1, model))
    tree = memory({"a.mlmodel": model})
    (gap,) = coreml.collect(tree, tree.entry("a.mlmodel"), ROOT).gaps
    assert (gap.reason, gap.blocks) == ("broken", True)


NET = '<?xml version="1.0"?>\n<net name="m" version="11"><layers>{}</layers><edges/>{}</net>'


def test_a_graph_of_many_megabytes_is_read_at_its_end(memory: Callable[..., Any]) -> None:
    info = '<rt_info><license value="cc-by-nc-4.0"/></rt_info>'
    layer = '<layer id="0"><rt_info><license value="mit"/></rt_info></layer>'
    tree = memory({"m.xml": NET.format(layer * 80_000, info)})
    found = openvino.collect(tree, tree.entry("m.xml"), ROOT)
    assert said(found) == {"rt_info.license": "cc-by-nc-4.0"}
    assert tree.handed_out < 600_000


def test_older_converters_wrote_plain_text(memory: Callable[..., Any]) -> None:
    tree = memory({"m.xml": NET.format("", "<meta_data><license>MIT</license></meta_data>")})
    assert said(openvino.collect(tree, tree.entry("m.xml"), ROOT)) == {"meta_data.license": "MIT"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (NET.format("", "<rt_info>"), "broken"),
        (NET.format("", "")[:-8], "broken"),
        (NET.format("", "<rt_info>" + "<a>" * 90 + "</a>" * 90 + "</rt_info>"), "broken"),
        (NET.format("", "<!DOCTYPE x [<!ENTITY a 'b'>]><rt_info/>"), "broken"),
        (NET.format("", "<rt_info>" + "<a/>" * 200_000 + "</rt_info>"), "cut_short"),
    ],
)
def test_a_broken_openvino_model_is_a_gap(
    memory: Callable[..., Any], content: str, reason: str
) -> None:
    tree = memory({"m.xml": content})
    (gap,) = openvino.collect(tree, tree.entry("m.xml"), ROOT).gaps
    assert (gap.reason, gap.blocks) == (reason, reason == "broken")
    assert "m.xml" in gap.detail


def test_xml_of_another_make_says_nothing(memory: Callable[..., Any]) -> None:
    tree = memory({"m.xml": "<network><license>mit</license></network>"})
    found = openvino.collect(tree, tree.entry("m.xml"), ROOT)
    assert (found.passages, found.gaps, found.scopes) == ((), (), frozenset())


def array(descr: str, shape: str, content: bytes) -> bytes:
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    data = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + content
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("license.npy", data)
        file.writestr("w.npy", b"\x93NUMPY of no interest")
    return out.getvalue()


@pytest.mark.parametrize(
    ("descr", "content"), [("|S3", b"mit"), (">U3", "mit".encode("utf-32-be")), ("<U5", b"")]
)
def test_texts_of_numpy(memory: Callable[..., Any], descr: str, content: bytes) -> None:
    tree = memory({"w.npz": array(descr, "()", content or "mit".encode("utf-32-le") + bytes(8))})
    found = numpy_files.collect(tree, tree.entry("w.npz"), ROOT)
    assert said(found) == {"license.npy": "mit"}


@pytest.mark.parametrize(
    ("descr", "shape", "content"),
    [
        ("|O", "()", b"\x80\x04c__builtin__\nexec\n."),
        ("<U3", "(999999999999,)", b"x"),
        ("<U999999999", "()", b"x"),
        ("<f4", "()", b"\0\0\0\0"),
    ],
)
def test_other_arrays_named_license_are_told(
    memory: Callable[..., Any], descr: str, shape: str, content: bytes
) -> None:
    tree = memory({"w.npz": array(descr, shape, content)})
    (gap,) = numpy_files.collect(tree, tree.entry("w.npz"), ROOT).gaps
    assert (gap.reason, gap.blocks) == ("archive", True)
    assert "license.npy" in gap.detail


def test_notes_of_an_orbax_checkpoint(memory: Callable[..., Any]) -> None:
    page = {"item_handlers": {}, "custom_metadata": {"license": "cc-by-nc-4.0"}}
    tree = memory({"ckpt/_CHECKPOINT_METADATA": json.dumps(page)})
    entry = tree.entry("ckpt/_CHECKPOINT_METADATA")
    assert numpy_files.is_checkpoint_note(entry)
    found = numpy_files.collect_checkpoint(tree, entry, ROOT)
    assert said(found) == {"custom_metadata.license": "cc-by-nc-4.0"}
    assert found.scopes == {(ROOT, WEIGHTS)}
