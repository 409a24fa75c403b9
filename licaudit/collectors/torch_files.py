"""PyTorch files: an archive's members are listed, a pickle is recognised, neither is loaded."""

from __future__ import annotations

import re

from licaudit.collectors import weights_files, zip_listing
from licaudit.collectors.ranges import CutShort, Ranges
from licaudit.collectors.reading import LFS_MARK, only_gap, shown
from licaudit.facts import WEIGHTS, Collected, Gap, Location
from licaudit.sources.tree import Entry, ReadError, Tree

_ENDINGS = (".pt", ".pth", ".ckpt", ".bin", ".pkl", ".pickle", ".pt2", ".ptl", ".joblib")
_TAR = b"ustar"
_MAGIC = b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # what torch.save wrote before archives
_PICKLE = re.compile(rb"\x80[\x02-\x05]")
_SHOWN = 6
_TELLING = re.compile(r"(^|/)(licen[sc]e|copying|notice|readme)[^/]*$", re.IGNORECASE)


def is_torch(entry: Entry) -> bool:
    """Whether the name is one that PyTorch or pickle gives."""
    return entry.name.lower().endswith(_ENDINGS)


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """A Gap: what a pickle says of itself can only be known by running it. Never blocks alone."""
    scopes = weights_files.collect(tree, entry, root).scopes
    try:
        found = _look(Ranges(tree, entry))
    except CutShort:
        found = ("cut_short", "the archive's table of contents is too long to be read", False)
    except ReadError as error:
        found = (error.reason, error.detail, error.reason == "broken")
    if found is None:
        return Collected(scopes=scopes)
    reason, detail, blocks = found
    where = Location(entry.path)
    gap = Gap(root, reason, f"{entry.name}: {detail}", where, WEIGHTS, blocks)
    return Collected(scopes=scopes) + only_gap(gap)


def _look(file: Ranges) -> tuple[str, str, bool] | None:
    """(reason, detail, blocks) of the Gap; None for a file of another make."""
    start = file.at(0, min(512, file.size))
    if start.startswith(LFS_MARK):
        return "unreadable", "a Git LFS pointer: the file is not here", False
    if start.startswith(zip_listing.SIGNATURE):
        return _archive(file)
    if _MAGIC in start[:32] or _PICKLE.match(start):
        return "pickle", "a pickle, which only running it would read: left unread", False
    if start[257:262] == _TAR:
        return "pickle", "a tar archive of pickles from old PyTorch: left unread", False
    return None


def _archive(file: Ranges) -> tuple[str, str, bool]:
    listed = zip_listing.members(file)
    names = [m.name for m in listed]
    texts = [n for n in names if _TELLING.search(n)]
    if texts:
        said = ", ".join(shown(n) for n in texts[:_SHOWN])
        return "archive", f"an archive that holds {said}, left unread", True
    pickles = [n for n in names if n.endswith(".pkl")]
    code = [n for n in names if "/code/" in n and n.endswith(".py")]
    extra = [n for n in names if "/extra/" in n]
    parts = [f"an archive of {len(names)} members"]
    for what, some in (("pickles", pickles), ("code", code), ("extra files", extra)):
        if some:
            more = ", ..." if len(some) > _SHOWN else ""
            parts.append(f"{what} " + ", ".join(shown(n) for n in some[:_SHOWN]) + more)
    return "pickle", "; ".join(parts) + ": listed, never loaded", False
