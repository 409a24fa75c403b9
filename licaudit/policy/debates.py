"""The debated questions of `rules/propagation.yaml`: who holds what, and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from licaudit.documents import Document
from licaudit.errors import KnowledgeError
from licaudit.facts import Debate, Held, PlaceNote, Text
from licaudit.policy.regions import load_regions

HOW = ("full", "part")
MEASURED = ("established", "trained", "deployed")
SIDES = ("travels", "does-not")


def read_questions(document: Document) -> tuple[dict[str, Debate], dict[str, tuple[str, ...]]]:
    """All questions by name, and the places of an intent that bear on each.

    Raises KnowledgeError, with file and line, for a question without both positions, a place that
    is no region, or a note without its reference.
    """
    debates: dict[str, Debate] = {}
    measured: dict[str, tuple[str, ...]] = {}
    for name, data in (document.data.get("questions") or {}).items():
        where = document.where("questions", name)
        held = tuple(Held(p["answer"], str(p["who"]), Text(**p["says"])) for p in data["positions"])
        if {h.answer for h in held} != set(SIDES):
            raise KnowledgeError("a debated question needs a position for either side", where=where)
        notes = tuple(_note(document, name, i, n) for i, n in enumerate(data.get("notes") or ()))
        if not notes:
            raise KnowledgeError("a debated question needs a note on a jurisdiction", where=where)
        places = tuple(data.get("measured") or ())
        if not places or not set(places) <= set(MEASURED):
            raise KnowledgeError(
                "say which places of the intent bear on the question",
                where=where,
                todo=f"`measured:` holds some of {', '.join(MEASURED)}.",
            )
        debates[name] = Debate(name, held, notes)
        measured[name] = places
    return debates, measured


@dataclass(frozen=True, slots=True)
class Checked:
    """That one reference was looked up: on which day, in what, and whether all of it was seen."""

    cited: str
    on: str
    how: str
    by: str


def read_checked(document: Document, debates: Iterable[Debate]) -> tuple[Checked, ...]:
    """What was looked up. Raises KnowledgeError for a reference that is cited and not there."""
    found = tuple(
        Checked(str(c["cited"]), str(c["on"]), str(c["how"]), str(c["by"]))
        for c in document.data.get("checked") or ()
    )
    for index, item in enumerate(found):
        if item.how not in HOW:
            where = document.where("checked", index)
            raise KnowledgeError(f"`{item.how}` is not {' or '.join(HOW)}", where=where)
    known = {c.cited for c in found}
    cited = dict.fromkeys(r for d in debates for n in d.notes for r in references(n))
    missing = [r for r in cited if r not in known]
    if missing:
        raise KnowledgeError(
            f"nobody has looked up `{missing[0]}`",
            where=document.where("checked"),
            todo="Say under `checked` on what day and where it was seen.",
        )
    return found


def references(note: PlaceNote) -> list[str]:
    """The single references of a note."""
    return [part.strip() for part in note.reference.split(";")]


def _note(document: Document, name: str, index: int, data: Mapping[str, Any]) -> PlaceNote:
    where = document.where("questions", name, "notes", index)
    if not load_regions().known(str(data.get("where"))):
        raise KnowledgeError(f"`{data.get('where')}` is no region", where=where)
    if not data.get("reference"):
        raise KnowledgeError("a note on a jurisdiction needs its reference", where=where)
    return PlaceNote(str(data["where"]), Text(**cast(Any, data["says"])), str(data["reference"]))


def raised(names: Iterable[str], debates: Mapping[str, Debate]) -> tuple[Debate, ...]:
    """The debates behind some questions, each once, by name; a name nobody knows is left out."""
    return tuple(debates[n] for n in sorted(set(names)) if n in debates)
