"""Keras archives (.keras): the metadata and the config inside; arrays and pickles stay unread."""

from __future__ import annotations

from functools import partial
from typing import Any

from licaudit.collectors import weights_members, zip_listing
from licaudit.collectors.json_text import JsonError, dotted, parse
from licaudit.collectors.ranges import CutShort, Ranges
from licaudit.collectors.reading import joined
from licaudit.collectors.weights_gaps import header_gap, must_be_here, trouble
from licaudit.collectors.weights_metadata import from_metadata
from licaudit.facts import WEIGHTS, Collected, Location
from licaudit.sources.tree import Entry, ReadError, Tree

_MEMBERS = ("metadata.json", "config.json")
_LIMIT = 400_000


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Passages, links and Gaps of the two JSON members, and of texts that lie beside them."""
    found = [Collected(scopes=frozenset({(root, WEIGHTS)}))]
    file = Ranges(tree, entry)
    listed: list[zip_listing.Member] = []
    stopped = trouble(root, entry, partial(_list, file, listed), "it lists too many files")
    if stopped.gaps:
        return joined([*found, stopped])
    names = {m.name: m for m in listed}
    for name in _MEMBERS:
        if name in names:
            found.append(_member(tree, entry, root, file, names[name]))
    if not set(_MEMBERS) & set(names):
        found.append(header_gap(root, entry, "broken", "no Keras model: it has no config.json"))
    return joined([*found, weights_members.texts(entry, root, file, listed)])


def _list(file: Ranges, listed: list[zip_listing.Member]) -> None:
    must_be_here(file)
    listed += zip_listing.members(file)


def _member(
    tree: Tree, entry: Entry, root: str, file: Ranges, member: zip_listing.Member
) -> Collected:
    def where(key: str) -> Location:
        return Location(entry.path, key=dotted((f"{member.name}!{key}",)))

    try:
        document = parse(zip_listing.content(file, member, _LIMIT).decode("utf-8"))
    except CutShort:
        detail = f"`{member.name}` is too large to be read"
        return header_gap(root, entry, "cut_short", detail)
    except ReadError as error:
        return header_gap(root, entry, error.reason, error.detail)
    except (JsonError, UnicodeDecodeError) as error:
        detail = f"`{member.name}` is not valid JSON: {error}"
        return header_gap(root, entry, "broken", detail)
    if not isinstance(document.data, dict):
        return header_gap(root, entry, "broken", f"`{member.name}` is not a JSON object")
    data: dict[str, Any] = dict(document.data)
    inner = data.pop("config", None)
    if isinstance(inner, dict):
        data = {**inner, **data}
    return from_metadata(data, tree, root, where)
