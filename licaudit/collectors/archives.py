"""Archives inside a tree: never opened. What lies in them is a Gap."""

from __future__ import annotations

import re

from licaudit.collectors import zip_listing
from licaudit.collectors.context import Context
from licaudit.collectors.packages import is_dev_path
from licaudit.collectors.ranges import CutShort, Ranges
from licaudit.collectors.reading import only_gap, shown
from licaudit.facts import CODE, Collected, Gap, Location
from licaudit.sources.tree import Entry, ReadError, Tree

# Programs, whoever wrote them; the rest of the archives may hold anything.
_PROGRAMS = (".whl", ".jar", ".war", ".egg", ".apk", ".deb", ".rpm", ".crate", ".gem", ".nupkg")
_ANY = (".zip", ".tar", ".7z", ".rar", ".conda", ".iso", ".tgz", ".tbz2", ".txz", ".nemo", ".mar")
_TAR = re.compile(r"\.tar\.(gz|bz2|xz|zst|lz4?|z)$")
_ZIPPED = (".zip", ".whl", ".jar", ".war", ".egg", ".apk", ".nupkg", ".mar")
_TERMS = re.compile(r"(^|/)(licen[sc]es?|copying|notice|eula)([._-][^/]*)?$", re.IGNORECASE)
_SHOWN = 4


def is_archive(entry: Entry) -> bool:
    """Whether a file is an archive of files by its name; a packed single file is not one."""
    name = entry.name.lower()
    return name.endswith((*_PROGRAMS, *_ANY)) or bool(_TAR.search(name))


def collect(tree: Tree, entry: Entry, context: Context) -> Collected:
    """One Gap. The data of a dataset may well come packed: that alone stops nothing."""
    artifact, kind, _ = context.owner(entry.folder)
    program = entry.name.lower().endswith(_PROGRAMS)
    detail = f"{entry.name} is an archive, which is not opened"
    terms = _listed_terms(tree, entry)
    if terms:
        detail += "; it holds " + ", ".join(shown(name) for name in terms[:_SHOWN])
    blocks = (program or kind != "dataset" or bool(terms)) and not is_dev_path(entry.path)
    scope = CODE if program else None
    return only_gap(Gap(artifact, "archive", detail, Location(entry.path), scope, blocks))


def _listed_terms(tree: Tree, entry: Entry) -> list[str]:
    """License files that a zip archive lists; nothing for what cannot be listed cheaply."""
    if not entry.name.lower().endswith(_ZIPPED):
        return []
    try:
        listed = zip_listing.members(Ranges(tree, entry))
    except (ReadError, CutShort):
        return []  # the Gap that the archive is not opened covers it
    return [m.name for m in listed if _TERMS.search(m.name)]
