"""ONNX models: metadata, producer and descriptions, by protobuf's wire format. Tensors unread."""

from __future__ import annotations

from functools import partial

from licaudit.collectors.protobuf_wire import Field, fields, pair, text
from licaudit.collectors.ranges import CutShort, Ranges
from licaudit.collectors.reading import beside, clean, file_at, joined, only_gap, shown
from licaudit.collectors.weights_gaps import must_be_here, trouble
from licaudit.collectors.weights_metadata import from_metadata
from licaudit.facts import WEIGHTS, Collected, Gap, Location, Passage
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, ReadError, Tree

_TEXTS = {2: "model.producer_name", 6: "model.doc_string"}
_GRAPH, _PROPERTIES = 7, 14
_INITIALIZER, _GRAPH_DOC, _GRAPH_PROPERTIES = 5, 10, 16
_EXTERNAL = 13  # TensorProto.external_data: key and value pairs
_LARGEST_REFERENCE = 8_192  # a tensor whose data lies elsewhere is small
_MOST_PROPERTIES = 1_000
_MOST_GRAPHS = 4  # a model has one; readers merge a second one into it
_MOST_OUTSIDE = 50  # files of tensors that are named


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Passages, links and Gaps; at most `LIMITS.header` bytes are read."""
    found = Collected(scopes=frozenset({(root, WEIGHTS)}))
    metadata: dict[str, str] = {}
    graphs: list[Field] = []
    long = "more metadata than is read"
    found += trouble(root, entry, partial(_model, Ranges(tree, entry), metadata, graphs), long)
    outside: dict[str, None] = {}
    for graph in graphs:
        inner = Ranges(tree, entry, LIMITS.header // len(graphs))
        read = partial(_graph, inner, graph, metadata, outside)
        found += trouble(root, entry, read, "only the start of the graph was read")

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
            *(_external(tree, entry, root, name) for name in list(outside)[:_MOST_OUTSIDE]),
        ]
    )


def _model(file: Ranges, metadata: dict[str, str], graphs: list[Field]) -> None:
    must_be_here(file)
    for number, offset, length in fields(file, 0, file.size):
        if length < 0:
            continue
        if number in _TEXTS:
            metadata.setdefault(_TEXTS[number], text(file, offset, length))
        elif number == _GRAPH:
            if len(graphs) == _MOST_GRAPHS:
                raise ReadError("broken", f"it holds more than {_MOST_GRAPHS} graphs")
            graphs.append((number, offset, length))
        elif number == _PROPERTIES:
            if len(metadata) >= _MOST_PROPERTIES:
                raise CutShort
            key, value = pair(file, offset, length)
            if key in metadata and metadata[key] != value:
                raise ReadError("broken", f"the key {shown(key)} occurs twice")
            metadata[key] = value
    if not graphs:
        raise ReadError("broken", "no ONNX model: it holds no graph")


def _graph(file: Ranges, graph: Field, metadata: dict[str, str], outside: dict[str, None]) -> None:
    """The graph's own description, and the files in which its tensors lie."""
    _, start, size = graph
    for number, offset, length in fields(file, start, start + size):
        if number == _GRAPH_DOC and length > 0:
            metadata["graph.doc_string"] = text(file, offset, length)
        elif number == _GRAPH_PROPERTIES and length > 0:
            metadata.setdefault(*pair(file, offset, length))
        elif number == _INITIALIZER and 0 < length <= _LARGEST_REFERENCE:
            for inner, place, count in fields(file, offset, offset + length):
                if inner == _EXTERNAL and count > 0:
                    key, value = pair(file, place, count)
                    if key == "location":
                        outside.setdefault(value)


def _external(tree: Tree, entry: Entry, root: str, name: str) -> Collected:
    """Tensor data in a file beside the model: nothing to say when it is here."""
    path = beside(entry.folder, name)
    if path is not None and file_at(tree, path):
        return Collected()
    reason = "outside_tree" if path is None else "unresolved"
    detail = f"its tensors lie in {shown(name)}, which is not in this tree"
    where = Location(entry.path, key="external_data")
    return only_gap(Gap(root, reason, detail, where, WEIGHTS, blocks=False))
