"""JSON lines of a dataset: what its first rows say of licenses and of the models that made them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator

from licaudit.collectors import row_sample
from licaudit.collectors.context import Context
from licaudit.collectors.data_columns import among_first
from licaudit.collectors.reading import LFS_MARK, only_gap
from licaudit.collectors.row_sample import Row
from licaudit.facts import CONTENT, Collected, Gap, Location
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, ReadError, Tree

ENDINGS = (".jsonl", ".ndjson", ".jsonlines", ".jsonl.gz", ".ndjson.gz")
_LARGEST = LIMITS.header  # bytes read of a file, and bytes a packed one may unfold to
_LATER = 65_536  # the same of a shard past the first ones of its folder, which are alike
_MOST = 5_000  # rows looked at


def collect(tree: Tree, entry: Entry, context: Context) -> Collected:
    """Passages, links and Gaps of the first rows; of a dataset's files alone."""
    artifact, kind, _ = context.owner(entry.folder)
    if kind != "dataset" or entry.size == 0:
        return Collected()
    where = Location(entry.path)
    try:
        most = _LARGEST if among_first(tree, entry) else _LATER
        data, whole = _beginning(tree, entry, most)
    except ReadError as error:
        detail, blocks = f"{entry.name}: {error.detail}", error.reason == "broken"
        return only_gap(Gap(artifact, error.reason, detail, where, CONTENT, blocks))
    if data.startswith(LFS_MARK):
        detail = f"{entry.name}: a Git LFS pointer: the file is not here"
        return only_gap(Gap(artifact, "unreadable", detail, where, CONTENT, blocks=False))
    lines = data.split(b"\n")
    if not whole:
        lines.pop()  # cut in the middle
    whole = whole and len(lines) <= _MOST
    problems: list[str] = []
    found = row_sample.collect(_rows(lines[:_MOST], problems), entry, artifact, whole)
    if not lines:
        detail = f"{entry.name}: its first row is longer than {most} bytes"
        return only_gap(Gap(artifact, "cut_short", detail, where, CONTENT, blocks=False))
    if problems:
        found += row_sample.broken(entry, artifact, len(problems), problems[0])
    return found


def _rows(lines: list[bytes], problems: list[str]) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except RecursionError:
            problems.append(f"line {number} is nested too deeply")
        except ValueError as error:  # not JSON, not UTF-8, or a number too long
            problems.append(f"line {number}: {str(error)[:80]}")
        else:
            if isinstance(data, dict):
                yield Row(data, number)


def _beginning(tree: Tree, entry: Entry, most: int) -> tuple[bytes, bool]:
    """(bytes, whether they are all). Raises ReadError for a packing that is damaged."""
    data = tree.read(entry.path, 0, min(entry.size, most))
    whole = entry.size <= most
    if not entry.name.lower().endswith(".gz") or data.startswith(LFS_MARK):
        return data, whole
    unpacker = zlib.decompressobj(31)
    try:
        plain = unpacker.decompress(data, most)
    except zlib.error as error:
        raise ReadError("broken", f"does not unpack: {error}") from error
    if whole and not unpacker.eof and not unpacker.unconsumed_tail:
        raise ReadError("broken", "its packing ends in the middle")
    # Further members of a gzip file are rows that were not read.
    return plain, whole and unpacker.eof and not unpacker.unused_data
