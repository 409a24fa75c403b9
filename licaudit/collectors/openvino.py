"""OpenVINO models: what the `rt_info` at the end of the .xml says. Layers stay unread."""

from __future__ import annotations

import re
from functools import partial

from licaudit.collectors.hub_ids import hub_id_of
from licaudit.collectors.reading import LFS_MARK, joined
from licaudit.collectors.weights_gaps import header_gap
from licaudit.collectors.weights_metadata import from_metadata
from licaudit.collectors.xml_text import Element, XmlError, parse
from licaudit.facts import WEIGHTS, Collected, Location
from licaudit.sources.tree import Entry, ReadError, Tree

_FRONT, _TAIL = 4_096, 500_000  # bytes of the start and of the end that are looked at
_NET = re.compile(rb"<net\b[^>]{0,2000}\bversion\s*=")
_LAYERS = b"</layers>"
_END_OF_GRAPH = (b"</edges>", b"<edges/>", b"<edges />", _LAYERS)
# Keys under which converters keep where the model came from.
_BASES = ("model_id", "pretrained_model", "model_name_or_path", "_name_or_path")
_DEEPEST = 12


def is_model(entry: Entry) -> bool:
    """Whether the name may be that of a model's graph; its first bytes decide."""
    return entry.name.lower().endswith(".xml") and entry.name.lower() != "pom.xml"


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Passages, links and Gaps of one model; XML of another make says nothing."""
    try:
        start = tree.read(entry.path, 0, min(entry.size, _FRONT))
        if not _NET.search(start):
            return _pointer(start, entry, root)
        size = min(entry.size, _TAIL)
        tail = tree.read(entry.path, entry.size - size, size)
    except ReadError as error:
        return header_gap(root, entry, error.reason, error.detail)
    found = Collected(scopes=frozenset({(root, WEIGHTS)}))
    place = max((tail.rfind(end) + len(end) for end in _END_OF_GRAPH if end in tail), default=-1)
    close = tail.rfind(b"</net>")
    if place < 0 or close < place:
        reason = "cut_short" if close >= 0 and size < entry.size else "broken"
        return found + header_gap(root, entry, reason, "its graph does not end where it should")
    try:
        top = parse(f"<net>{tail[place:close].decode('utf-8', 'replace')}</net>")
    except XmlError as error:
        return found + header_gap(root, entry, "broken", f"not valid XML: {error}")
    return joined([found, *_said(top, tree, entry, root)])


def _pointer(start: bytes, entry: Entry, root: str) -> Collected:
    """XML of another make is none of ours; a pointer of Git LFS may be anything."""
    if not start.startswith(LFS_MARK):
        return Collected()
    detail = "a Git LFS pointer: the file is not here"
    return header_gap(root, entry, "unreadable", detail)


def _said(top: Element, tree: Tree, entry: Entry, root: str) -> list[Collected]:
    """One reading for each level of `rt_info`: what stands beside each other belongs together."""
    found = []
    pending = [("", element, 0) for element in top.children]
    while pending:
        above, element, depth = pending.pop(0)
        path = f"{above}{element.name}"
        values: dict[str, str] = {
            child.name: value for child in element.children if (value := _value(child))
        }
        base = next((values[key] for key in _BASES if hub_id_of(values.get(key, ""))), None)
        if base:
            values.setdefault("base_model", base)
        where = partial(_place, entry, path)
        found.append(from_metadata(dict(values), tree, root, where))
        if depth < _DEEPEST:
            pending += [(f"{path}.", child, depth + 1) for child in element.children]
    return found


def _place(entry: Entry, path: str, key: str) -> Location:
    return Location(entry.path, key=f"{path}.{key}"[:300])


def _value(element: Element) -> str | None:
    """What an element says: OpenVINO writes an attribute, older converters plain text."""
    return element.attributes.get("value") or (element.text if not element.children else None)
