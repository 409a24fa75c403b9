"""Arrow, Feather and IPC streams: the schema that begins the file, by nanoarrow. No rows."""

from __future__ import annotations

import io
import struct

from licaudit.collectors import data_columns, roles
from licaudit.collectors.context import Context
from licaudit.collectors.ranges import CutShort, Ranges
from licaudit.collectors.reading import LFS_MARK, clean, only_gap
from licaudit.facts import DATA, Collected, Gap, Location
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, ReadError, Tree

ENDINGS = (".arrow", ".arrows", ".feather", ".ipc")
_FILE, _FEATHER_1, _PADDING = b"ARROW1", b"FEA1", 8
_CONTINUED = b"\xff\xff\xff\xff"
_LARGEST = LIMITS.header // 2
_LONGEST = 100_000  # bytes of one value of the metadata
_MOST = 5_000  # columns looked at


def collect(tree: Tree, entry: Entry, context: Context) -> Collected:
    """A passage per license in the schema, a Gap for a column of them or a schema out of reach."""
    artifact, _, folder = context.owner(entry.folder)
    scope = roles.nested(DATA, folder)
    where = Location(entry.path)
    try:
        pairs, named = _schema(_message(Ranges(tree, entry)))
    except CutShort:
        detail = f"{entry.name}: a schema of more than {_LARGEST} bytes"
        return only_gap(Gap(artifact, "cut_short", detail, where, scope, blocks=False))
    except ReadError as error:
        detail, blocks = f"{entry.name}: {error.detail}", error.reason == "broken"
        return only_gap(Gap(artifact, error.reason, detail, where, scope, blocks))
    found = data_columns.from_pairs(pairs, entry, artifact, scope)
    return found + data_columns.from_columns(tree, named, entry, artifact)


def columns(file: Ranges) -> list[str]:
    """The names of the columns. Raises ReadError, CutShort."""
    return _schema(_message(file))[1]


def _message(file: Ranges) -> bytes:
    """The first message of the stream, with its length in front. Raises ReadError, CutShort."""
    start = file.at(0, min(len(LFS_MARK), file.size))
    if start.startswith(LFS_MARK):
        raise ReadError("unreadable", "a Git LFS pointer: the file is not here")
    if start.startswith(_FEATHER_1):
        raise ReadError("unsupported", "Feather version 1, whose columns are not read")
    place = _PADDING if start.startswith(_FILE) else 0
    if file.size < place + 8:
        raise ReadError("broken", "it ends before its schema")
    head = file.at(place, 8)
    width = 8 if head.startswith(_CONTINUED) else 4  # files before Arrow 0.15 have no mark
    length: int = struct.unpack("<i", head[width - 4 : width])[0]
    if length <= 0 or length > file.size - place - width:
        raise ReadError("broken", f"a schema of {length} bytes does not fit into the file")
    if length > _LARGEST:
        raise CutShort
    return _CONTINUED + file.at(place + width - 4, 4 + length)


def _schema(message: bytes) -> tuple[dict[str, str], list[str]]:
    """(key and value pairs, column names). nanoarrow checks the buffer before it reads it."""
    from nanoarrow import ArrayStream
    from nanoarrow._utils import NanoarrowException
    from nanoarrow.ipc import InputStream

    try:
        schema = ArrayStream(InputStream.from_readable(io.BytesIO(message))).schema
        pairs = {_text(k): _text(v[:_LONGEST]) for k, v in (schema.metadata or {}).items()}
        names = [field.name or "" for _, field in zip(range(_MOST), schema.fields, strict=False)]
    except (NanoarrowException, UnicodeDecodeError, ValueError, OSError) as error:
        reason = str(error).split("\n")[0][:120]
        raise ReadError("broken", f"its schema cannot be read ({reason})") from error
    return pairs, [clean(name) for name in names]


def _text(data: bytes) -> str:
    return clean(data.decode("utf-8", "replace"))
