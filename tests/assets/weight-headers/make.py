"""Writes the files of this folder with the formats' own libraries.

pip install gguf onnx flatbuffers safetensors h5py coremltools openvino sentencepiece

Not run by the tests; it says how the files came to be.
"""

import io
import json
import zipfile
from pathlib import Path

import flatbuffers
import gguf
import h5py
import numpy as np
import onnx
import openvino
import sentencepiece
from coremltools.proto import Model_pb2
from onnx import TensorProto, helper
from openvino import opset13
from safetensors.numpy import save_file

HERE = Path(__file__).parent


def write_gguf(name: str, endian: gguf.GGUFEndian) -> None:
    w = gguf.GGUFWriter(HERE / name, "llama", endianess=endian)
    w.add_name("Harbor 7B")
    w.add_license("other")
    w.add_license_name("harbor-license")
    w.add_license_link("https://harbor.invalid/license")
    w.add_file_type(15)
    w.add_quantization_version(2)
    w.add_base_model_count(1)
    w.add_base_model_name(0, "Pier 7B")
    w.add_base_model_organization(0, "Harbor Lab")
    w.add_base_model_repo_url(0, "https://huggingface.co/harbor/pier-7b")
    w.add_source_repo_url("https://huggingface.co/harbor/harbor-7b")
    w.add_dataset_count(1)
    w.add_dataset_name(0, "Notes")
    w.add_dataset_organization(0, "harbor")
    w.add_dataset_repo_url(0, "https://huggingface.co/datasets/harbor/notes")
    w.add_tags(["text-generation"])
    w.add_array("tokenizer.ggml.tokens", [f"t{n}" for n in range(300)])
    w.add_array("tokenizer.ggml.scores", [0.5] * 300)
    w.add_array("test.bytes", bytes(range(16)))
    for kind in ("uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"):
        getattr(w, f"add_{kind}")(f"test.{kind}", 1)
    w.add_float32("test.float32", 1.5)
    w.add_float64("test.float64", 1.5)
    w.add_bool("test.bool", True)
    w.add_tensor("w", np.zeros((4, 4), dtype=np.float32))
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def write_onnx() -> None:
    tensor = helper.make_tensor("w", TensorProto.FLOAT, [4], [1.0, 2.0, 3.0, 4.0])
    far = TensorProto(name="far", data_type=TensorProto.FLOAT, dims=[4])
    far.data_location = TensorProto.EXTERNAL
    for key, value in (("location", "model.onnx_data"), ("offset", "0"), ("length", "16")):
        far.external_data.add(key=key, value=value)
    node = helper.make_node("Add", ["w", "far"], ["y"])
    out = helper.make_tensor_value_info("y", TensorProto.FLOAT, [4])
    graph = helper.make_graph(
        [node], "g", [], [out], [tensor, far], doc_string="For research purposes only."
    )
    model = helper.make_model(graph, producer_name="pytorch", doc_string="A small model.")
    said = {"license": "AGPL-3.0", "author": "Harbor Lab", "base_model": "harbor/pier-7b"}
    helper.set_model_props(model, said)
    onnx.save(model, HERE / "tiny.onnx")


def write_keras() -> None:
    with zipfile.ZipFile(HERE / "tiny.keras", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("metadata.json", json.dumps({"keras_version": "3.5.0", "license": "mit"}))
        file.writestr("config.json", json.dumps({"class_name": "Model", "config": {"name": "m"}}))
        file.writestr("model.weights.h5", b"\x89HDF" + bytes(64))


def write_torch() -> None:
    with zipfile.ZipFile(HERE / "tiny.pt", "w") as file:
        file.writestr("tiny/data.pkl", b"\x80\x02}q\x00.")
        file.writestr("tiny/code/__torch__.py", b"")
        file.writestr("tiny/extra/producer.txt", b"x")
        file.writestr("tiny/version", b"3")


def table(b: flatbuffers.Builder, size: int, slots: dict[int, tuple[str, int]]) -> int:
    b.StartObject(size)
    for number, (kind, value) in slots.items():
        if kind == "offset":
            b.PrependUOffsetTRelativeSlot(number, value, 0)
        else:
            b.PrependUint32Slot(number, value, 0)
    return b.EndObject()


def vector(b: flatbuffers.Builder, items: list[int]) -> int:
    b.StartVector(4, len(items), 4)
    for item in reversed(items):
        b.PrependUOffsetTRelative(item)
    return b.EndVector()


def write_tflite() -> None:
    b = flatbuffers.Builder(0)
    texts = {n: b.CreateString(t) for n, t in ((0, "m"), (1, "Finds ships."), (5, "Apache-2.0"))}
    meta = table(b, 8, {n: ("offset", o) for n, o in texts.items()})
    b.Finish(meta, file_identifier=b"M001")
    inner = bytes(b.Output())
    b = flatbuffers.Builder(0)
    data = b.CreateByteVector(inner)
    buffers = [table(b, 3, {}), table(b, 3, {0: ("offset", data)})]
    listed = vector(b, buffers)
    name = b.CreateString("TFLITE_METADATA")
    metadata = vector(b, [table(b, 2, {0: ("offset", name), 1: ("number", 1)})])
    about = b.CreateString("converted")
    fields = {3: ("offset", about), 4: ("offset", listed), 6: ("offset", metadata)}
    model = table(b, 8, {0: ("number", 3), **fields})
    b.Finish(model, file_identifier=b"TFL3")
    (HERE / "tiny.tflite").write_bytes(bytes(b.Output()))


def write_packed_tflite() -> None:
    """The way metadata writers append files: a zip archive behind the model, in the same file."""
    (HERE / "packed.tflite").write_bytes((HERE / "tiny.tflite").read_bytes())
    with zipfile.ZipFile(HERE / "packed.tflite", "a") as file:
        file.writestr("labels.txt", "ship\nboat\n")
        file.writestr("LICENSE.txt", "Licensed under the Apache License, Version 2.0.\n")


def write_hdf5() -> None:
    with h5py.File(HERE / "tiny.h5", "w") as file:  # as Keras writes: the oldest headers
        file.attrs["license"] = "cc-by-nc-4.0"
        file.attrs["base_model"] = b"harbor/pier-7b"
        file.attrs["layer_names"] = [b"dense", b"out"]
        file.attrs["keras_version"] = "2.15.0"
        file.create_group("model_weights").attrs["license"] = "of no interest"
    with h5py.File(HERE / "tiny-latest.h5", "w", libver="latest", track_order=True) as file:
        file.attrs["license"] = "mit"
    with h5py.File(HERE / "tiny-dense.h5", "w", libver="latest") as file:
        for number in range(20):  # more than fit into the header: they move into a heap
            file.attrs[f"key{number}"] = "x"


def write_coreml() -> None:
    model = Model_pb2.Model(specificationVersion=5)
    said = model.description.metadata
    said.shortDescription, said.author, said.license = "Finds ships.", "Harbor Lab", "CC-BY-NC-4.0"
    said.userDefined["base_model"] = "harbor/pier-7b"
    stage = model.pipeline.models.add(specificationVersion=5)
    stage.description.metadata.license = "AGPL-3.0"
    (HERE / "tiny.mlmodel").write_bytes(model.SerializeToString())


def write_openvino() -> None:
    x = opset13.parameter([1, 4], dtype=np.float32, name="x")
    weights = opset13.constant(np.ones((1, 4), np.float32))
    model = openvino.Model([opset13.add(x, weights)], [x], "harbor")
    model.set_rt_info("cc-by-nc-4.0", ["license"])
    model.set_rt_info("Finds ships.", ["model_info", "description"])
    model.set_rt_info("harbor/pier-7b", ["optimum", "model_id"])
    openvino.save_model(model, HERE / "tiny.xml")
    (HERE / "tiny.bin").unlink()  # the tensors


def write_sentencepiece() -> None:
    text = HERE / "harbor-corpus.txt"
    text.write_text("the ship leaves the harbor\nthe boat stays\n" * 20)
    out = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        input=text.name,
        model_writer=out,
        vocab_size=20,
        normalization_rule_name="identity",
        minloglevel=2,
    )
    text.unlink()
    (HERE / "tiny.model").write_bytes(out.getvalue())


def write_arrays() -> None:
    weights = {"w": np.zeros(4, np.float32)}
    save_file(weights, HERE / "tiny.safetensors", {"license": "mit", "base_model": "harbor/pier-7b"})
    np.savez(HERE / "tiny.npz", license=np.array("cc-by-4.0"), **weights)


if __name__ == "__main__":
    write_gguf("tiny.gguf", gguf.GGUFEndian.LITTLE)
    write_gguf("tiny-big-endian.gguf", gguf.GGUFEndian.BIG)
    write_onnx()
    write_keras()
    write_torch()
    write_tflite()
    write_packed_tflite()
    write_hdf5()
    write_coreml()
    write_openvino()
    write_sentencepiece()
    write_arrays()
