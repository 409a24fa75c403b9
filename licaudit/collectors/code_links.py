"""What all readers of code share: a named upstream, the links to it, the Gap for the rest."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from licaudit.collectors.packages import DEV, is_dev_path
from licaudit.collectors.reading import only_gap
from licaudit.facts import CODE, Artifact, Collected, Gap, Link, Location

_EXAMPLE = re.compile(r"(?:^|/)(?:examples?|demos?|samples?|tutorials?|cookbooks?)(?:/|$)", re.I)


@dataclass(frozen=True, slots=True)
class Named:
    """One upstream that one place of the code names; `call` is how: a function, an option."""

    artifact: Artifact
    call: str
    location: Location


def links(named: list[Named], path: str, root: str) -> Collected:
    """One artifact and one link per upstream and way of naming, with every line as evidence."""
    grouped: dict[tuple[str, str], list[Named]] = {}
    for item in named:
        grouped.setdefault((item.artifact.id, item.call), []).append(item)
    found = tuple(
        Link(
            root,
            target,
            "depends_on",
            tuple(dict.fromkeys(i.location for i in items)),
            note_of(path, call),
        )
        for (target, call), items in grouped.items()
    )
    artifacts = {item.artifact.id: item.artifact for item in reversed(named)}
    return Collected(tuple(reversed(artifacts.values())), links=found)


def note_of(path: str, call: str) -> str:
    """How a file names something, tests and docs marked: what they load is no part of the product.

    Examples are told apart as well, but stay judged: many projects train from that folder.
    """
    if is_dev_path(path):
        return f"{DEV}: named in test code by {call}"
    kind = "example code" if _EXAMPLE.search(path.rpartition("/")[0]) else "code"
    return f"named in {kind} by {call}"


def is_code_note(note: str | None) -> bool:
    """Whether a link stands there because product code names its target."""
    return bool(note and note.startswith(("named in code by ", "named in example code by ")))


def unsaid(calls: list[tuple[int, str]], path: str, root: str) -> Collected:
    """One Gap for all calls of a file whose upstream is a path elsewhere, or computed."""
    if not calls:
        return Collected()
    values = list(dict.fromkeys(value for _, value in calls if value))[:5]
    one = "call loads" if len(calls) == 1 else "calls load"
    detail = f"{len(calls)} {one} a model or dataset that the code does not identify"
    if values:
        detail += ": " + ", ".join(values)
    where = Location(path, min(line for line, _ in calls))
    return only_gap(Gap(root, "unresolved", detail, where, CODE, blocks=False))


def moved(found: Collected, line: Callable[[int], int | None]) -> Collected:
    """The same at other lines: `line` tells the file's line of a line of the text that was read."""

    def at(where: Location | None) -> Location | None:
        if where is None or where.line is None:
            return where
        last = line(where.end_line) if where.end_line else None
        return replace(where, line=line(where.line), end_line=last)

    def all_at(places: tuple[Location, ...]) -> tuple[Location, ...]:
        return tuple(w for e in places if (w := at(e)) is not None)

    return replace(
        found,
        artifacts=tuple(replace(a, location=at(a.location)) for a in found.artifacts),
        links=tuple(replace(x, evidence=all_at(x.evidence)) for x in found.links),
        gaps=tuple(replace(g, location=at(g.location)) for g in found.gaps),
    )
