"""NumPy archives (.npz) and notes of Orbax checkpoints: listed, small plain texts read.

An array of objects is a pickle and stays unread; so does every array that is no single text.
"""

from __future__ import annotations

import re
from functools import partial

from licaudit.collectors import weights_members, zip_listing
from licaudit.collectors.json_text import dotted, read_json
from licaudit.collectors.ranges import CutShort, Ranges
from licaudit.collectors.reading import clean, joined, only_gap, shown
from licaudit.collectors.weights_gaps import header_gap, must_be_here, trouble
from licaudit.collectors.weights_metadata import LICENSES, from_metadata
from licaudit.facts import WEIGHTS, Collected, Gap, Location
from licaudit.sources.tree import Entry, ReadError, Tree

_LARGEST = 100_000  # bytes of one member
_WANTED = frozenset({*LICENSES, "base_model", "description"})
_MAGIC = b"\x93NUMPY"
_KIND = re.compile(r"'descr': *'([<>|=]?)([A-Za-z])(\d{0,9})'")
_SHAPE = re.compile(r"'shape': *\(([^)]{0,99})\)")
_CUSTOM = ("custom_metadata", "custom")  # where Orbax keeps what its user hands it


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Passages, links and Gaps of the members of an archive that are named like metadata."""
    listed: list[zip_listing.Member] = []
    file = Ranges(tree, entry)
    found = [trouble(root, entry, partial(_list, file, listed), "it lists too many arrays")]
    said: dict[str, str] = {}
    for member in listed:
        name = member.name.removesuffix(".npy")
        if member.name.endswith(".npy") and name.lower() in _WANTED:
            found.append(_array(entry, root, file, member, said))
    where = partial(_place, entry)
    found.append(from_metadata(dict(said), tree, root, where))
    return joined([*found, weights_members.texts(entry, root, file, listed)])


def _list(file: Ranges, listed: list[zip_listing.Member]) -> None:
    must_be_here(file)
    listed += zip_listing.members(file)


def _array(
    entry: Entry, root: str, file: Ranges, member: zip_listing.Member, said: dict[str, str]
) -> Collected:
    """Put the one text of an array into `said`, or tell why it could not be had."""
    name = shown(member.name)
    try:
        text = _text(zip_listing.content(file, member, _LARGEST))
    except CutShort:
        detail = f"it holds {name}, beyond what is read"
        return header_gap(root, entry, "archive", detail, blocks=True)
    except ReadError as error:
        return header_gap(
            root, entry, "archive", f"it holds {name}, unread: {error.detail}", blocks=True
        )
    said[member.name.removesuffix(".npy").lower()] = text
    return Collected()


def _text(data: bytes) -> str:
    """The text of an array that is one. Raises ReadError for any other, pickles above all.

    The two facts needed stand in a small Python literal, which is not evaluated here; and whatever
    shape it claims, nothing is allocated for it.
    """
    wide = data[6:7] != b"\x01"  # versions 2 and 3 of the format hold the length in four bytes
    start = 12 if wide else 10
    length = int.from_bytes(data[8:start], "little")
    header = data[start : start + length].decode("latin-1")
    kind, shape = _KIND.search(header), _SHAPE.search(header)
    if not data.startswith(_MAGIC) or kind is None or shape is None:
        raise ReadError("broken", "no array of NumPy")
    order, letter, count = kind.groups()
    if letter == "O":
        raise ReadError("pickle", "a pickle, which only running it would read")
    size = int(count or 0) * (4 if letter == "U" else 1)
    value = data[start + length : start + length + size]
    if letter not in "US" or shape[1].replace(" ", "") not in ("", "1,") or len(value) < size:
        raise ReadError("broken", "an array that is no single text")
    codec = "utf-8" if letter == "S" else "utf-32-be" if order == ">" else "utf-32-le"
    return clean(value.decode(codec, "replace").rstrip("\0"))


def _place(entry: Entry, key: str) -> Location:
    return Location(entry.path, key=dotted((f"{key}.npy",)))


def is_checkpoint_note(entry: Entry) -> bool:
    """Whether a file holds what Orbax was told about a checkpoint of JAX."""
    return entry.name == "_CHECKPOINT_METADATA"


def collect_checkpoint(tree: Tree, entry: Entry, root: str) -> Collected:
    """The scope, and what the checkpoint's user put beside the arrays."""
    found = Collected(scopes=frozenset({(root, WEIGHTS)}))
    document = read_json(tree, entry, root, WEIGHTS, blocks=False)
    if isinstance(document, Gap):
        return found + only_gap(document)
    for name in _CUSTOM:
        value = document.data.get(name)
        if isinstance(value, dict):

            def where(key: str, name: str = name) -> Location:
                path = (name, key)
                return Location(entry.path, document.line(*path), key=dotted(path))

            found += from_metadata(value, tree, root, where)
    return found
