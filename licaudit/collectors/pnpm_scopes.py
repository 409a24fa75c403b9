"""What each package of a pnpm-lock.yaml of version 9 is there for: importers and snapshots."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from licaudit.collectors.lock_scopes import reached
from licaudit.collectors.packages import DEV

_SECTION = re.compile(r"^([A-Za-z]+):")
_LINE = re.compile(r"^( {2,8})(?:'([^']+)'|\"([^\"]+)\"|([^\s'\"][^\s]*?)):(?:\s+(.*?))?\s*$")
_NOTES = {"dependencies": None, "optionalDependencies": "optional", "devDependencies": DEV}
_LOCAL = ("link:", "file:", "workspace:")
_EDGES = ("dependencies", "optionalDependencies")


@dataclass
class _Graph:
    """What the importers ask for by section, and where each snapshot leads: (name, reference)."""

    starts: list[tuple[str, str, str]] = field(default_factory=list)
    edges: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


def pnpm_notes(text: str) -> tuple[dict[str, str | None], tuple[str, ...]]:
    """For each key of `packages`: None, `optional` or `dev`, the nearest wins; and what is lost.

    Lost are names that the lock needs and does not hold. No notes where it holds no graph, or one
    that leads nowhere: then nobody can tell.
    """
    graph = _read(text)
    if not graph.edges or not graph.starts:
        return {}, ()
    by_name: dict[str, list[str]] = {}
    for key in graph.edges:
        by_name.setdefault(_name(key), []).append(key)
    starts: dict[str | None, list[str]] = {None: [], "optional": [], DEV: []}
    for section, name, reference in graph.starts:
        found = _meant(name, reference, graph, by_name)
        if found is None:
            return {}, (name,)
        starts[_NOTES.get(section)] += found
    lost: list[str] = []

    def onward(key: str) -> Iterator[str]:
        for name, reference in graph.edges[key]:
            found = _meant(name, reference, graph, by_name)
            lost.extend([] if found is not None else [name])
            yield from found or ()

    notes: dict[str, str | None] = {}
    for key, note in reached(starts, onward).items():
        notes.setdefault(bare(key), note)
    return ({}, tuple(lost)) if lost else (notes, ())


def bare(key: str) -> str:
    """A key without the peers it was put together with: `a@1.0.0(b@2.0.0)` is `a@1.0.0`."""
    return key.partition("(")[0]


def _name(key: str) -> str:
    return key[:1] + key[1:].partition("@")[0]


def _meant(
    name: str, reference: str, graph: _Graph, by_name: dict[str, list[str]]
) -> Iterable[str] | None:
    """The snapshots that a reference means; all of that name where it is none; None without any."""
    if reference.startswith(_LOCAL):
        return ()
    for key in (f"{name}@{reference}", reference):
        if key in graph.edges:
            return (key,)
    return by_name.get(name)


def _read(text: str) -> _Graph:
    """Line by line: sections stand at 0, keys at 2, tables at 4, names at 6, fields at 8."""
    graph = _Graph()
    section, key, part, name = "", "", "", ""
    for line in text.split("\n"):
        if head := _SECTION.match(line):
            section = head.group(1)
            continue
        match = _LINE.match(line) if section in ("importers", "snapshots") else None
        if match is None:
            continue
        depth, word = len(match.group(1)), match.group(2) or match.group(3) or match.group(4)
        value = (match.group(5) or "").strip("'\"")
        if depth == 2:
            key, part = word, ""
            if section == "snapshots":
                graph.edges.setdefault(key, [])
        elif depth == 4:
            part = word
        elif depth == 6 and section == "snapshots" and part in _EDGES:
            graph.edges[key].append((word, value))
        elif depth == 6:
            name = word
        elif depth == 8 and section == "importers" and word == "version":
            graph.starts.append((part, name, value))
    return graph
