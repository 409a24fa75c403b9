"""Lines that duties want to see somewhere in the tree, looked for in its pages and notices."""

from __future__ import annotations

from licaudit.collectors import roles
from licaudit.collectors.context import is_code_file
from licaudit.facts import Location, Probe
from licaudit.settings import LIMITS, PROJECT_FILE
from licaudit.sources.tree import Entry, ReadError, Tree, decode

# What licaudit itself writes or is told: it quotes the lines that licenses ask for.
_OURS = frozenset({PROJECT_FILE, "licaudit.lock", "audit.json", "report.html", "summary.md"})
_TEXTS = (".md", ".txt", ".html", ".rst", ".yaml", ".yml", ".json", ".cff", "")


def find_markers(tree: Tree, markers: tuple[str, ...], root: str) -> tuple[Probe, ...]:
    """One probe per marker and file that shows it. Markers are lower case, single-spaced.

    License files do not count: the license that asks for a line always quotes it.
    """
    if not markers:
        return ()
    found: list[Probe] = []
    for entry in tree.entries():
        if not _may_show(entry):
            continue
        try:
            text = decode(tree.read(entry.path, 0, min(entry.size, LIMITS.license_file)))
        except ReadError:
            continue  # its own reader reports the Gap; an unread file shows nothing
        if text is None:
            continue
        flat = " ".join(text.lower().split())
        found += [
            Probe(root, "text_marker", marker, _place(text, marker, entry.path))
            for marker in markers
            if marker in flat
        ]
    return tuple(found)


def _may_show(entry: Entry) -> bool:
    if roles.is_notice(entry):
        return True
    if roles.is_license_file(entry) or entry.size > LIMITS.license_file:
        return False
    name = entry.name.lower()
    if name in _OURS or name.startswith("licaudit."):
        return False
    ending = "." + name.rsplit(".", 1)[-1] if "." in name else ""
    return ending in _TEXTS or is_code_file(entry)


def _place(text: str, marker: str, path: str) -> Location:
    first = marker.split(" ", maxsplit=1)[0]
    for number, line in enumerate(text.lower().split("\n"), 1):
        if first in line and " ".join(line.split()).find(marker[:30]) >= 0:
            return Location(path, number)
    return Location(path)
