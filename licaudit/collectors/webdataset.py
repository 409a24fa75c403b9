"""WebDataset shards: tar files whose samples carry a JSON of their own. Headers, and that JSON.

The members are walked by their headers, payloads are jumped over; what the budget does not reach is
a Gap wherever the samples seen name licenses.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator

from licaudit.collectors import row_sample
from licaudit.collectors.context import Context
from licaudit.collectors.data_columns import among_first
from licaudit.collectors.ranges import CHUNK, CutShort, Ranges
from licaudit.collectors.reading import LFS_MARK, only_gap
from licaudit.collectors.row_sample import Row
from licaudit.facts import CONTENT, Collected, Gap, Location
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, ReadError, Tree

_SIDECAR = 65_536  # bytes of one sample's JSON; a longer one is a payload
_MEMBERS = 2_000
_BLOCK = 512
_BUDGET = LIMITS.header - CHUNK
_LATER = 2 * CHUNK  # of a shard past the first ones of its folder, which are alike


class _Window(io.RawIOBase):
    """A file of a tree for `tarfile`: bytes by offset, under the budget of Ranges."""

    def __init__(self, file: Ranges) -> None:
        super().__init__()
        self._file, self._place = file, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._file.size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def read(self, size: int = -1) -> bytes:
        left = max(0, self._file.size - self._place)
        length = left if size < 0 else min(size, left)
        data = self._file.at(self._place, length)
        self._place += length
        return data


def is_shard(entry: Entry) -> bool:
    """Whether a file is an unpacked tar by its name."""
    return entry.name.lower().endswith(".tar")


def collect(tree: Tree, entry: Entry, context: Context) -> Collected:
    """What the samples' JSON says; nothing for a tar that is no dataset's."""
    artifact, kind, _ = context.owner(entry.folder)
    if kind != "dataset":
        return Collected()
    where = Location(entry.path)
    walk = _Walk(entry)
    try:
        file = Ranges(tree, entry, _BUDGET if among_first(tree, entry) else _LATER)
        if file.at(0, min(len(LFS_MARK), file.size)).startswith(LFS_MARK):
            raise ReadError("unreadable", "a Git LFS pointer: the file is not here")
        rows = list(walk.rows(file))
    except ReadError as error:
        detail, blocks = f"{entry.name}: {error.detail}", error.reason == "broken"
        return only_gap(Gap(artifact, error.reason, detail, where, CONTENT, blocks))
    found = row_sample.collect(rows, entry, artifact, walk.whole)
    if walk.problems:
        found += row_sample.broken(entry, artifact, len(walk.problems), walk.problems[0])
    return found


def _ended(file: Ranges, offset: int) -> bool:
    """Whether an archive ends where its walk did: in zeros, or with the file."""
    if offset >= file.size:
        return offset == file.size
    length = min(_BLOCK, file.size - offset)
    return file.at(offset, length) == bytes(length)


class _Walk:
    """One pass over the members of a shard; `whole` tells whether it came to the end."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self.whole = False
        self.problems: list[str] = []

    def rows(self, file: Ranges) -> Iterator[Row]:
        """A row for each JSON member. Raises ReadError for a damaged archive."""
        window = _Window(file)
        try:
            # `r:` refuses packed archives: nothing is unfolded here.
            with tarfile.open(fileobj=window, mode="r:") as archive:
                for count, member in enumerate(archive):
                    if count >= _MEMBERS:
                        return
                    if member.isfile() and member.name.lower().endswith(".json"):
                        yield from self._row(file, member)
                self.whole = _ended(file, archive.offset)
        except CutShort:
            return
        except (tarfile.TarError, UnicodeError, ValueError, OverflowError, RecursionError) as error:
            raise ReadError("broken", f"the archive is damaged: {str(error)[:100]}") from error
        if not self.whole:  # `tarfile` takes rubbish between two members for the end
            raise ReadError("broken", "the archive ends in the middle")

    def _row(self, file: Ranges, member: tarfile.TarInfo) -> Iterator[Row]:
        name = row_sample.shown_member(member.name)
        if member.size > _SIDECAR or member.issparse():
            self.problems.append(f"{name} is {member.size} bytes long")
            return
        try:
            data = json.loads(file.at(member.offset_data, member.size))
        except RecursionError:
            self.problems.append(f"{name} is nested too deeply")
        except ValueError as error:
            self.problems.append(f"{name}: {str(error)[:80]}")
        else:
            if isinstance(data, dict):
                yield Row(data, None, name)
