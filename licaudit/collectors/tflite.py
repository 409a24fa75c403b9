"""TensorFlow Lite models: the license, author and description of their metadata buffer."""

from __future__ import annotations

from functools import partial

from licaudit.collectors import weights_members, zip_listing
from licaudit.collectors.ranges import Ranges
from licaudit.collectors.reading import clean
from licaudit.collectors.weights_gaps import must_be_here, trouble
from licaudit.facts import WEIGHTS, Collected, Form, Location, Passage
from licaudit.sources.tree import Entry, ReadError, Tree

_IDENTIFIERS = (b"TFL3", b"TFL2", b"TFL1")
_NAME = b"TFLITE_METADATA"
# Field numbers of the schema's tables: Model, Metadata, Buffer, ModelMetadata.
_DESCRIPTION, _BUFFERS, _METADATA = 3, 4, 6
_META_NAME, _META_BUFFER = 0, 1
_DATA, _FAR_OFFSET = 0, 1
_SAID = {1: "description", 4: "author", 5: "license"}
_LONGEST = 100_000
_LONGEST_NAME = 200  # a longer license field is a text of its own
_MOST = 100


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """The passages of one model's metadata; tensors are not read."""
    found = Collected(scopes=frozenset({(root, WEIGHTS)}))
    said: dict[str, str] = {}
    found += trouble(
        root,
        entry,
        partial(_read, Ranges(tree, entry), said),
        "its tables are too far apart to be read",
    )
    for key in ("license", "description"):
        text = clean(said.get(key, "")).strip()
        form: Form = "header" if key == "license" and len(text) < _LONGEST_NAME else "prose"
        if text:
            where = Location(entry.path, key=f"metadata.{key}")
            found += Collected(passages=(Passage(text, where, form, WEIGHTS, root),))
    return found + _packed(tree, entry, root)


def _packed(tree: Tree, entry: Entry, root: str) -> Collected:
    """Files that the metadata's authors append as a zip archive: labels, and sometimes terms."""
    file = Ranges(tree, entry)
    if not zip_listing.ends_an_archive(file):
        return Collected()
    return weights_members.texts(entry, root, file)


def _read(file: Ranges, said: dict[str, str]) -> None:
    must_be_here(file)
    if file.at(4, 4) not in _IDENTIFIERS:
        raise ReadError("broken", "no TensorFlow Lite model: its mark is missing")
    model = _Table(file, file.number(0, "<I"))
    if text := model.text(_DESCRIPTION):
        said["description"] = text
    buffers = model.tables(_BUFFERS)
    for meta in model.tables(_METADATA)[:_MOST]:
        metadata = _Table(file, meta)
        index = metadata.uint(_META_BUFFER)
        if metadata.text(_META_NAME).encode() != _NAME or index >= len(buffers):
            continue
        start = _content(file, buffers[index])
        inner = _Table(file, start + file.number(start, "<I"))
        said |= {name: text for number, name in _SAID.items() if (text := inner.text(number))}


def _content(file: Ranges, buffer: int) -> int:
    """Where the bytes of a Buffer begin: inside it, or at an offset for models above 2 GB."""
    table = _Table(file, buffer)
    place = table.field(_DATA)
    if place:
        return place + file.number(place, "<I") + 4
    far = table.field(_FAR_OFFSET)
    return file.number(far, "<Q") if far else 0


class _Table:
    """A flatbuffer table at an absolute place of the file."""

    def __init__(self, file: Ranges, place: int) -> None:
        self._file, self._place = file, place
        self._fields = place - file.number(place, "<i")
        self._size = file.number(self._fields, "<H")

    def field(self, number: int) -> int:
        """The place of a field's value; 0 when it is not set."""
        slot = 4 + 2 * number
        if slot + 2 > self._size:
            return 0
        offset = self._file.number(self._fields + slot, "<H")
        return self._place + offset if offset else 0

    def uint(self, number: int) -> int:
        """An unsigned number of 32 bits, 0 by default."""
        place = self.field(number)
        return self._file.number(place, "<I") if place else 0

    def text(self, number: int) -> str:
        """A string, empty by default."""
        place = self.field(number)
        if not place:
            return ""
        start = place + self._file.number(place, "<I")
        length = min(self._file.number(start, "<I"), _LONGEST)
        return self._file.at(start + 4, length).decode("utf-8", "replace")

    def tables(self, number: int) -> list[int]:
        """The places of a vector of tables."""
        place = self.field(number)
        if not place:
            return []
        start = place + self._file.number(place, "<I")
        count = self._file.number(start, "<I")
        if start + 4 + 4 * count > self._file.size:
            raise ReadError("broken", f"a list of {count} items does not fit into the file")
        items = range(start + 4, start + 4 + 4 * min(count, 50_000), 4)
        return [item + self._file.number(item, "<I") for item in items]
