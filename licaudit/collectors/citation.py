"""CITATION.cff: the license of the work that is cited."""

from __future__ import annotations

from typing import Any

from licaudit.collectors.reading import clean, only_gap, read_text, shown
from licaudit.documents import DocumentError, read_yaml
from licaudit.facts import CODE, DATA, Collected, Gap, Location, Passage
from licaudit.sources.tree import Entry, Tree

_LARGEST = 200_000  # bytes; YAML is slow to read, and no honest citation comes near


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """One passage: the format says that several licenses are alternatives, so they are joined.

    Works below `references` and `preferred-citation` are other people's: not looked at.
    """
    text = read_text(tree, entry, root, CODE, limit=_LARGEST)
    if isinstance(text, Gap):
        return only_gap(text)
    try:
        document = read_yaml(text, entry.path)
    except DocumentError as error:
        where = Location(entry.path, error.line)
        return only_gap(Gap(root, "broken", error.what, where, CODE))
    data = document.data
    if not isinstance(data, dict):
        detail = "not a mapping of citation fields"
        return only_gap(Gap(root, "broken", detail, Location(entry.path, 1), CODE))
    scope = DATA if data.get("type") == "dataset" else CODE
    where = Location(entry.path, document.line("license"), key="license")
    url = data.get("license-url")
    hints = (("license_link", clean(url)),) if isinstance(url, str) and url.strip() else ()
    if "license" not in data:
        if not hints:
            return Collected()
        where = Location(entry.path, document.line("license-url"), key="license-url")
        return Collected(passages=(Passage(hints[0][1], where, "tag", scope, root),))
    written = _written(data["license"])
    if written is None:
        detail = f"`license` is {shown(data['license'])}, not a license or a list of them"
        return only_gap(Gap(root, "broken", detail, where, scope))
    if not written:
        return Collected()
    return Collected(passages=(Passage(written, where, "tag", scope, root, hints=hints),))


def _written(value: Any) -> str | None:
    """The words of the field; "" when it is empty, None when it holds something else."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value.strip())
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return clean(" OR ".join(item.strip() for item in value if item.strip()))
    return None
