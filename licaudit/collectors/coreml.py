"""Core ML: the description in a .mlmodel (also inside a .mlpackage), the JSON of a compiled model.

Field numbers are those of the published format (Model.proto): a model's field 2 is its description,
whose field 100 holds the metadata, whose field 4 is the license. Stages of a pipeline are models.
"""

from __future__ import annotations

from functools import partial

from licaudit.collectors.json_text import JsonError, dotted, parse
from licaudit.collectors.protobuf_wire import fields, pair, texts
from licaudit.collectors.ranges import Ranges
from licaudit.collectors.reading import joined, only_gap, read_text
from licaudit.collectors.weights_gaps import header_gap, must_be_here, trouble
from licaudit.collectors.weights_metadata import from_metadata
from licaudit.facts import WEIGHTS, Collected, Gap, Location
from licaudit.sources.tree import Entry, ReadError, Tree

_DESCRIPTION, _METADATA, _USER_DEFINED = 2, 100, 100
_SAID = {1: "description", 2: "version", 3: "author", 4: "license"}
_PIPELINES = {200: 1, 201: 1, 202: None}  # field -> the field in it that holds the pipeline itself
_STAGES = 1
_DEEPEST, _MOST_STAGES = 4, 200
_VERSION = 1  # every model begins with the version of its format
_COMPILED = {"shortDescription": "description", "license": "license", "author": "author"}
Said = list[tuple[str, dict[str, str]]]  # (where in the pipeline, what is said there)


def is_compiled(entry: Entry) -> bool:
    """Whether a file is the `<name>.mlmodelc/metadata.json` of a compiled model."""
    return entry.name == "metadata.json" and entry.folder.lower().endswith(".mlmodelc")


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Passages, links and Gaps of one model and of its stages; layers and weights stay unread."""
    if is_compiled(entry):
        return _compiled(tree, entry, root)
    said: Said = []
    file = Ranges(tree, entry)
    stopped = trouble(root, entry, partial(_read, file, said), "more description than is read")
    found = [Collected(scopes=frozenset({(root, WEIGHTS)})), stopped]
    for place, metadata in said:
        where = partial(_place, entry, place)
        found.append(from_metadata(dict(metadata), tree, root, where))
    return joined(found)


def _place(entry: Entry, stage: str, key: str) -> Location:
    return Location(entry.path, key=dotted((f"{stage}metadata", key)))


def _read(file: Ranges, said: Said) -> None:
    must_be_here(file)
    first = next(iter(fields(file, 0, file.size, most=1)))
    if first[0] != _VERSION or first[2] != -1:
        raise ReadError("broken", "no Core ML model: its version does not stand at the start")
    _model(file, 0, file.size, "", said)


def _model(file: Ranges, start: int, end: int, place: str, said: Said) -> None:
    if place.count(".") > _DEEPEST or len(said) > _MOST_STAGES:
        raise ReadError("broken", "its pipelines are nested too deeply, or have too many stages")
    for number, offset, length in fields(file, start, end):
        if length < 0:
            continue
        if number == _DESCRIPTION:
            said.append((place, _description(file, offset, length)))
        elif number in _PIPELINES:
            inner = _PIPELINES[number]
            for stage, (begin, stop) in enumerate(_stages(file, offset, length, inner)):
                _model(file, begin, stop, f"{place}stages[{stage}].", said)


def _stages(file: Ranges, start: int, size: int, inner: int | None) -> list[tuple[int, int]]:
    """(start, end) of the models of a pipeline, or of the pipeline inside a classifier."""
    if inner is not None:
        for number, offset, length in fields(file, start, start + size):
            if number == inner and length >= 0:
                return _stages(file, offset, length, None)
        return []
    found = fields(file, start, start + size)
    return [(o, o + n) for number, o, n in found if number == _STAGES and n >= 0]


def _description(file: Ranges, start: int, size: int) -> dict[str, str]:
    said: dict[str, str] = {}
    for number, offset, length in fields(file, start, start + size):
        if number != _METADATA or length < 0:
            continue
        for inner, place, count in fields(file, offset, offset + length):
            if inner == _USER_DEFINED and count >= 0:
                said.setdefault(*pair(file, place, count))
        said |= texts(file, offset, length, _SAID)
    return said


def _compiled(tree: Tree, entry: Entry, root: str) -> Collected:
    """What the compiler copied out of the model: a list of one object."""
    found = Collected(scopes=frozenset({(root, WEIGHTS)}))
    text = read_text(tree, entry, root, WEIGHTS, blocks=False)
    if isinstance(text, Gap):
        return found + only_gap(text)
    try:
        document = parse(text)
    except JsonError as error:
        return found + header_gap(root, entry, "broken", f"not valid JSON: {error}")
    items = document.data if isinstance(document.data, list) else [document.data]
    for index, item in enumerate(items[:_MOST_STAGES]):
        if not isinstance(item, dict):
            return found + header_gap(root, entry, "broken", "not a list of JSON objects")
        own = item.get("userDefinedMetadata")
        metadata = dict(own) if isinstance(own, dict) else {}
        metadata |= {name: item[key] for key, name in _COMPILED.items() if key in item}

        def where(key: str, index: int = index) -> Location:
            return Location(entry.path, document.line(index, key), key=dotted((index, key)))

        found += from_metadata(metadata, tree, root, where)
    return found
