"""Tokenizers: which model a tokenizer_config.json was taken from, what a SentencePiece model saw.

A tokenizer.json has no field for a license or an origin: it is a vocabulary, and stays unread.
"""

from __future__ import annotations

from licaudit.collectors.hub_ids import artifact_of, hub_id_of, hub_purl, is_self
from licaudit.collectors.json_text import read_json, twice
from licaudit.collectors.model_config import license_tag, remote_code
from licaudit.collectors.protobuf_wire import fields, text
from licaudit.collectors.ranges import CutShort, Ranges
from licaudit.collectors.reading import beside, in_tree, only_gap, shown
from licaudit.collectors.weights_gaps import header_gap, must_be_here
from licaudit.facts import WEIGHTS, Collected, Gap, Link, Location
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, ReadError, Tree

_FROM = ("name_or_path", "_name_or_path")
# SentencePiece's ModelProto and TrainerSpec, by their published numbers.
_TRAINER = 2
_INPUT = 1
_FIRST_PIECE = b"\x0a"
_MOST_PIECES = 1_000_000
_SHOWN, _LONGEST = 4, 300


def is_config(entry: Entry) -> bool:
    """Whether a file configures a tokenizer or a processor of transformers."""
    return entry.name.lower() in (
        "tokenizer_config.json",
        "preprocessor_config.json",
        "processor_config.json",
        "feature_extractor_config.json",
    )


def is_sentencepiece(entry: Entry) -> bool:
    """Whether the name is one that SentencePiece models have; the first bytes decide."""
    return entry.name.lower().endswith((".model", ".spm", ".bpe.model"))


def collect_config(tree: Tree, entry: Entry, root: str) -> Collected:
    """The model a tokenizer was taken from, its license tag, and code loaded from elsewhere."""
    document = read_json(tree, entry, root, WEIGHTS, blocks=False)
    if isinstance(document, Gap):
        return only_gap(document)
    found = Collected(gaps=twice(document, entry, root, WEIGHTS))
    if "license" in document.data:
        found += license_tag(document, entry, root)
    found += remote_code(document, tree, entry, root)
    for key in _FROM:
        value = document.data.get(key)
        if isinstance(value, str) and value.strip():
            where = Location(entry.path, document.line(key), key=key)
            found += _taken_from(tree, entry, root, value.strip(), where)
    return found


def _taken_from(tree: Tree, entry: Entry, root: str, value: str, where: Location) -> Collected:
    hub_id = hub_id_of(value)
    path = beside(entry.folder, value)
    if path is not None and (not path or in_tree(tree, path)):
        return Collected()
    if hub_id is None:
        detail = f"`{where.key}` names {shown(value)}, a path or name outside this tree and any hub"
        return only_gap(Gap(root, "unresolved", detail, where, WEIGHTS, blocks=False))
    if is_self(root, tree.name, hub_id):
        return Collected()
    link = Link(root, hub_purl("model", hub_id), "derived_from", (where,), "its tokenizer")
    return Collected(artifacts=(artifact_of("model", hub_id, where),), links=(link,))


def collect_sentencepiece(tree: Tree, entry: Entry, root: str) -> Collected:
    """A Gap that names the texts a vocabulary was made from; nothing for files of another make."""
    inputs: list[str] = []
    try:
        file = Ranges(tree, entry, LIMITS.walked_header)
        must_be_here(file)
        if file.size < 3 or file.at(0, 3)[::2] != _FIRST_PIECE * 2:  # a message in a message
            return Collected()  # CatBoost, fastText and others use the ending too
        _read(file, inputs)
    except CutShort:
        return header_gap(root, entry, "cut_short", "its vocabulary is longer than is read")
    except ReadError as error:
        # Without its mark nobody knows whether it is a vocabulary at all: nothing blocks.
        return header_gap(root, entry, error.reason, error.detail, blocks=False)
    if not inputs:
        return Collected()
    said = ", ".join(shown(name) for name in inputs[:_SHOWN])
    more = f" and {len(inputs) - _SHOWN} more" if len(inputs) > _SHOWN else ""
    detail = f"a vocabulary made from texts known only by their files: {said}{more}"
    where = Location(entry.path, key="trainer_spec.input")
    return only_gap(Gap(root, "unresolved", f"{entry.name}: {detail}", where, WEIGHTS, False))


def _read(file: Ranges, inputs: list[str]) -> None:
    """The input files of the trainer's settings, which stand behind the vocabulary."""
    for number, offset, length in fields(file, 0, file.size, _MOST_PIECES):
        if number != _TRAINER or length < 0:
            continue
        for inner, place, count in fields(file, offset, offset + length):
            if inner == _INPUT and count > 0:
                inputs.append(text(file, place, min(count, _LONGEST)))
