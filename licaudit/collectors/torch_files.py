"""PyTorch files: an archive's members are listed, a pickle is recognised, neither is loaded."""

from __future__ import annotations

import re

from licaudit.collectors import weights_files, weights_members, zip_listing
from licaudit.collectors.json_text import JsonError, dotted, parse
from licaudit.collectors.ranges import CutShort, Ranges
from licaudit.collectors.reading import LFS_MARK, joined, shown
from licaudit.collectors.weights_gaps import header_gap
from licaudit.collectors.weights_metadata import from_metadata
from licaudit.facts import Collected, Location
from licaudit.sources.tree import Entry, ReadError, Tree

_ENDINGS = (".pt", ".pth", ".ckpt", ".bin", ".pkl", ".pickle", ".pt2", ".ptl", ".jit", ".joblib")
_TAR = b"ustar"
_MAGIC = b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # what torch.save wrote before archives
_PICKLE = re.compile(rb"\x80[\x02-\x05]")
_SHOWN = 6
_EXTRA = re.compile(r"(?:^|/)(?:extra/)?metadata\.json$")  # what exporters put beside the tensors
_LARGEST = 200_000


def is_torch(entry: Entry) -> bool:
    """Whether the name is one that PyTorch or pickle gives."""
    return entry.name.lower().endswith(_ENDINGS)


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Plain texts of an archive, and a Gap: what a pickle says only running it would tell."""
    scopes = Collected(scopes=weights_files.collect(tree, entry, root).scopes)
    file = Ranges(tree, entry)
    try:
        start = file.at(0, min(512, file.size))
        if start.startswith(zip_listing.SIGNATURE):
            return scopes + _archive(tree, entry, root, file)
    except CutShort:
        detail = "the archive's table of contents is too long to be read"
        return scopes + header_gap(root, entry, "cut_short", detail)
    except ReadError as error:
        return scopes + header_gap(root, entry, error.reason, error.detail)
    said = _unread(start)
    return scopes + header_gap(root, entry, *said, blocks=False) if said else scopes


def _unread(start: bytes) -> tuple[str, str] | None:
    """(reason, detail) of the Gap for what is no archive; None for a file of another make."""
    if start.startswith(LFS_MARK):
        return "unreadable", "a Git LFS pointer: the file is not here"
    if _MAGIC in start[:32] or _PICKLE.match(start):
        return "pickle", "a pickle, which only running it would read: left unread"
    if start[257:262] == _TAR:
        return "pickle", "a tar archive of pickles from old PyTorch: left unread"
    return None


def _archive(tree: Tree, entry: Entry, root: str, file: Ranges) -> Collected:
    listed = zip_listing.members(file)
    names = [m.name for m in listed]
    groups = {
        "pickles": [n for n in names if n.endswith(".pkl")],
        "code": [n for n in names if "/code/" in n and n.endswith(".py")],
        "extra files": [n for n in names if "/extra/" in n and not weights_members.tells(n)],
    }
    parts = [f"an archive of {len(names)} members"]
    for what, some in groups.items():
        if some:
            more = ", ..." if len(some) > _SHOWN else ""
            parts.append(f"{what} " + ", ".join(shown(n) for n in some[:_SHOWN]) + more)
    detail = "; ".join(parts) + ": listed, never loaded"
    found = [header_gap(root, entry, "pickle", detail, blocks=False)]
    found += [_metadata(tree, entry, root, file, m) for m in listed if _EXTRA.search(m.name)][:4]
    return joined([*found, weights_members.texts(entry, root, file, listed)])


def _metadata(
    tree: Tree, entry: Entry, root: str, file: Ranges, member: zip_listing.Member
) -> Collected:
    """What a `metadata.json` among the members says; another program's says nothing."""
    try:
        data = parse(zip_listing.content(file, member, _LARGEST).decode("utf-8")).data
    except (CutShort, ReadError, JsonError, UnicodeDecodeError) as error:
        detail = f"its archive holds {shown(member.name)}, unread ({error})"
        return header_gap(root, entry, "archive", detail, blocks=False)
    if not isinstance(data, dict):
        return Collected()
    return from_metadata(
        data, tree, root, lambda key: Location(entry.path, key=dotted((f"{member.name}!{key}",)))
    )
