"""Keras archives (.keras): the metadata and the config inside; arrays and pickles stay unread."""

from __future__ import annotations

from typing import Any

from licaudit.collectors import zip_listing
from licaudit.collectors.json_text import JsonError, dotted, parse
from licaudit.collectors.ranges import CutShort, Ranges
from licaudit.collectors.reading import LFS_MARK, joined, only_gap
from licaudit.collectors.weights_metadata import from_metadata
from licaudit.facts import WEIGHTS, Collected, Gap, Location
from licaudit.sources.tree import Entry, ReadError, Tree

_MEMBERS = ("metadata.json", "config.json")
_LIMIT = 400_000


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Passages, links and Gaps of the two JSON members."""
    found = [Collected(scopes=frozenset({(root, WEIGHTS)}))]
    try:
        file = Ranges(tree, entry)
        if file.at(0, min(len(LFS_MARK), file.size)).startswith(LFS_MARK):
            raise ReadError("unreadable", "a Git LFS pointer: the file is not here")
        listed = {m.name: m for m in zip_listing.members(file)}
    except CutShort:
        return joined([*found, _gap(root, entry, "cut_short", "the archive lists too many files")])
    except ReadError as error:
        return joined([*found, _gap(root, entry, error.reason, error.detail)])
    for name in _MEMBERS:
        if name in listed:
            found.append(_member(tree, entry, root, file, listed[name]))
    if not set(_MEMBERS) & set(listed):
        found.append(_gap(root, entry, "broken", "no Keras model: it has no config.json"))
    return joined(found)


def _member(
    tree: Tree, entry: Entry, root: str, file: Ranges, member: zip_listing.Member
) -> Collected:
    def where(key: str) -> Location:
        return Location(entry.path, key=dotted((f"{member.name}!{key}",)))

    try:
        document = parse(zip_listing.content(file, member, _LIMIT).decode("utf-8"))
    except CutShort:
        return _gap(root, entry, "cut_short", f"`{member.name}` is too large to be read")
    except ReadError as error:
        return _gap(root, entry, error.reason, error.detail)
    except (JsonError, UnicodeDecodeError) as error:
        return _gap(root, entry, "broken", f"`{member.name}` is not valid JSON: {error}")
    if not isinstance(document.data, dict):
        return _gap(root, entry, "broken", f"`{member.name}` is not a JSON object")
    data: dict[str, Any] = dict(document.data)
    inner = data.pop("config", None)
    if isinstance(inner, dict):
        data = {**inner, **data}
    return from_metadata(data, tree, root, where)


def _gap(root: str, entry: Entry, reason: str, detail: str) -> Collected:
    where = Location(entry.path)
    blocks = reason == "broken"
    return only_gap(Gap(root, reason, f"{entry.name}: {detail}", where, WEIGHTS, blocks))
