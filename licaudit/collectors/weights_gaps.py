"""What every reader of weight headers does: is the file here, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable

from licaudit.collectors.ranges import CutShort, Ranges
from licaudit.collectors.reading import LFS_MARK, only_gap
from licaudit.facts import WEIGHTS, Collected, Gap, Location
from licaudit.sources.tree import Entry, ReadError


def header_gap(
    root: str, entry: Entry, reason: str, detail: str, *, blocks: bool | None = None
) -> Collected:
    """A Gap that names the file.

    A header out of reach says nothing; a broken one may hide something, so it blocks.
    """
    stops = reason == "broken" if blocks is None else blocks
    where = Location(entry.path)
    return only_gap(Gap(root, reason, f"{entry.name}: {detail}", where, WEIGHTS, stops))


def must_be_here(file: Ranges) -> None:
    """Raises ReadError for an empty file, and for a pointer of Git LFS in place of the file."""
    if file.size == 0:
        raise ReadError("broken", "the file is empty")
    if file.at(0, min(len(LFS_MARK), file.size)).startswith(LFS_MARK):
        raise ReadError("unreadable", "a Git LFS pointer: the file is not here")


def trouble(
    root: str, entry: Entry, read: Callable[[], None], too_long: str, *, stops: bool = False
) -> Collected:
    """Run one reading that fills its caller's facts; the Gap of what stopped it, or nothing.

    What `read` had found before it was stopped stays with the caller. `too_long` tells what the
    limit cut short; with `stops` that blocks too, where no honest file is as long.
    """
    try:
        read()
    except CutShort:
        return header_gap(root, entry, "cut_short", too_long, blocks=stops)
    except ReadError as error:
        return header_gap(root, entry, error.reason, error.detail)
    return Collected()
