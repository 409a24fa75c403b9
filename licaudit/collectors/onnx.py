"""ONNX models: metadata, producer and descriptions, by protobuf's wire format. Tensors unread."""

from __future__ import annotations

from collections.abc import Iterator

from licaudit.collectors.ranges import CutShort, Ranges
from licaudit.collectors.reading import LFS_MARK, beside, clean, file_at, joined, only_gap, shown
from licaudit.collectors.weights_metadata import from_metadata
from licaudit.facts import WEIGHTS, Collected, Gap, Location, Passage
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, ReadError, Tree

_TEXTS = {2: "model.producer_name", 6: "model.doc_string"}
_GRAPH, _PROPERTIES = 7, 14
_INITIALIZER, _GRAPH_DOC = 5, 10
_EXTERNAL = 13  # TensorProto.external_data: key and value pairs
_LARGEST = 100_000  # bytes of one text
_LARGEST_REFERENCE = 8_192  # a tensor whose data lies elsewhere is small
_MOST_FIELDS = 200_000
_MOST_PROPERTIES = 1_000
Field = tuple[int, int, int]  # number, offset and length of the content; length -1: no bytes


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Passages, links and Gaps; at most `LIMITS.header` bytes are read."""
    found = Collected(scopes=frozenset({(root, WEIGHTS)}))
    metadata: dict[str, str] = {}
    graphs: list[Field] = []
    try:
        _model(Ranges(tree, entry), metadata, graphs)
    except CutShort:
        found += _gap(root, entry, "cut_short", f"more than {LIMITS.header} bytes of metadata")
    except ReadError as error:
        found += _gap(root, entry, error.reason, error.detail)
    outside: list[str] = []
    try:
        for graph in graphs:
            _graph(Ranges(tree, entry, LIMITS.header // 4), graph, metadata, outside)
    except CutShort:
        found += _gap(root, entry, "cut_short", "only the start of the graph was read")
    except ReadError as error:
        found += _gap(root, entry, error.reason, error.detail)

    def where(key: str) -> Location:
        return Location(entry.path, key=f"metadata_props.{clean(key)[:200]}")

    prose = [
        Passage(metadata[key], Location(entry.path, key=key), "prose", WEIGHTS, root)
        for key in ("model.doc_string", "graph.doc_string")
        if metadata.get(key, "").strip()
    ]
    return joined(
        [
            found,
            Collected(passages=tuple(prose)),
            from_metadata(metadata, tree, root, where),
            *(_external(tree, entry, root, name) for name in dict.fromkeys(outside)),
        ]
    )


def _gap(root: str, entry: Entry, reason: str, detail: str) -> Collected:
    where = Location(entry.path)
    blocks = reason == "broken"
    return only_gap(Gap(root, reason, f"{entry.name}: {detail}", where, WEIGHTS, blocks))


def _model(file: Ranges, metadata: dict[str, str], graphs: list[Field]) -> None:
    if file.at(0, min(len(LFS_MARK), file.size)).startswith(LFS_MARK):
        raise ReadError("unreadable", "a Git LFS pointer: the file is not here")
    if file.size == 0:
        raise ReadError("broken", "the file is empty")
    for number, offset, length in fields(file, 0, file.size):
        if length < 0:
            continue
        if number in _TEXTS:
            metadata.setdefault(_TEXTS[number], _text(file, offset, length))
        elif number == _GRAPH:
            graphs.append((number, offset, length))
        elif number == _PROPERTIES and len(metadata) < _MOST_PROPERTIES:
            key, value = _pair(file, offset, length)
            if key in metadata and metadata[key] != value:
                raise ReadError("broken", f"the key {shown(key)} occurs twice")
            metadata[key] = value
    if not graphs:
        raise ReadError("broken", "no ONNX model: it holds no graph")


def _graph(file: Ranges, graph: Field, metadata: dict[str, str], outside: list[str]) -> None:
    """The graph's own description, and the files in which its tensors lie."""
    _, start, size = graph
    for number, offset, length in fields(file, start, start + size):
        if number == _GRAPH_DOC and length > 0:
            metadata["graph.doc_string"] = _text(file, offset, length)
        elif number == _INITIALIZER and 0 < length <= _LARGEST_REFERENCE:
            for inner, place, count in fields(file, offset, offset + length):
                if inner == _EXTERNAL and count > 0:
                    key, value = _pair(file, place, count)
                    if key == "location":
                        outside.append(value)


def fields(file: Ranges, offset: int, end: int) -> Iterator[Field]:
    """The fields of one message, in order. Raises ReadError on what is no protobuf."""
    for _ in range(_MOST_FIELDS):
        if offset >= end:
            return
        tag, offset = _varint(file, offset, end)
        number, wire = tag >> 3, tag & 7
        if number == 0 or wire not in (0, 1, 2, 5):
            raise ReadError("broken", "no ONNX model: the bytes are no protobuf message")
        if wire == 2:
            length, offset = _varint(file, offset, end)
            if length > end - offset:
                raise ReadError("broken", f"a field of {length} bytes does not fit into its place")
            yield number, offset, length
            offset += length
        elif wire == 0:
            _, offset = _varint(file, offset, end)
            yield number, offset, -1
        else:
            offset += 8 if wire == 1 else 4
            yield number, offset, -1
    raise CutShort


def _varint(file: Ranges, offset: int, end: int) -> tuple[int, int]:
    data = file.at(offset, min(10, end - offset))
    value = 0
    for index, byte in enumerate(data):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, offset + index + 1
    raise ReadError("broken", "no ONNX model: a number does not end")


def _text(file: Ranges, offset: int, length: int) -> str:
    return clean(file.at(offset, min(length, _LARGEST)).decode("utf-8", "replace"))


def _pair(file: Ranges, offset: int, length: int) -> tuple[str, str]:
    """A StringStringEntryProto."""
    said = {
        number: _text(file, place, count)
        for number, place, count in fields(file, offset, offset + length)
        if number in (1, 2) and count >= 0
    }
    return said.get(1, ""), said.get(2, "")


def _external(tree: Tree, entry: Entry, root: str, name: str) -> Collected:
    """Tensor data in a file beside the model: nothing to say when it is here."""
    path = beside(entry.folder, name)
    if path is not None and file_at(tree, path):
        return Collected()
    reason = "outside_tree" if path is None else "unresolved"
    detail = f"its tensors lie in {shown(name)}, which is not in this tree"
    where = Location(entry.path, key="external_data")
    return only_gap(Gap(root, reason, detail, where, WEIGHTS, blocks=False))
