"""The table of `rules/conflicts.yaml`: places, pairs, differences; checked, with positions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from licaudit.documents import Document
from licaudit.errors import KnowledgeError
from licaudit.facts import Claim, Text
from licaudit.licenses.alike import same_license
from licaudit.licenses.rules_file import read_rules

FILE = "conflicts.yaml"
Voiced = Literal["file", "list", "sentence", "value"]
_KEYS = {"places", "pairs", "differences", "supplements", "asides"}
_DIFFERENCES = {"license", "version", "later", "text"}


@dataclass(frozen=True, slots=True)
class Place:
    """One kind of place a license is named in; a pattern that is None fits everything."""

    id: str
    words: Text
    voice: Voiced
    path: re.Pattern[str] | None = None
    key: re.Pattern[str] | None = None
    said: re.Pattern[str] | None = None
    silent: bool = False
    authority: str | None = None

    def holds(self, claim: Claim) -> bool:
        """Whether a claim stands in such a place."""
        return (
            (self.path is None or bool(self.path.search(claim.location.path)))
            and (self.key is None or bool(self.key.search(claim.location.key or "")))
            and self.authority in (None, claim.authority)
            and (self.said is None or bool(self.said.search(claim.note or claim.written)))
        )


@dataclass(frozen=True, slots=True)
class Pair:
    """Two kinds of places that may contradict each other."""

    id: str
    words: Text
    silent: bool = False
    across: bool = False  # compared although one speaks of the code and one of the weights


UNLISTED = Pair("two-places", Text("two places", "两处"))


@dataclass(frozen=True)
class Table:
    """Everything of the file."""

    places: tuple[Place, ...]
    pairs: dict[frozenset[str], Pair]
    differences: dict[str, Text]
    added: tuple[tuple[str, str], ...]
    asides: tuple[re.Pattern[str], ...]

    def place_of(self, claim: Claim) -> Place:
        """The first place of the table that fits; the last one fits everything."""
        return next(p for p in self.places if p.holds(claim))

    def pair(self, one: str, other: str) -> Pair:
        """What a contradiction between two places is called."""
        return self.pairs.get(frozenset({one, other}), UNLISTED)

    def across(self, kind: str) -> bool:
        """Whether a kind of contradiction is one between the code and the weights of a package."""
        return any(p.across for p in self.pairs.values() if p.id == kind)

    def words(self, kind: str) -> Text:
        """What a kind of contradiction is called by its id."""
        return next((p.words for p in self.pairs.values() if p.id == kind), UNLISTED.words)

    def supplements(self, own: frozenset[str], other: frozenset[str]) -> bool:
        """Whether one side is a license whose text builds on the other's."""
        return any(
            any(same_license(o, a) for o in own) and any(same_license(o, b) for o in other)
            for a, b in self.added
        )


@cache
def load_conflicts(folder: Path | None = None) -> Table:
    """The table of a rules folder. Raises KnowledgeError with file and line."""
    document = read_rules(FILE, sorted(_KEYS), "the table of contradictions", folder)
    data = document.data
    places = tuple(_place(document, index) for index in range(len(data["places"])))
    last = places[-1]
    if last.path or last.key or last.said or last.authority:
        what = "the last place must fit every claim: it has no pattern"
        raise KnowledgeError(what, where=document.where("places", len(places) - 1))
    if set(data["differences"]) != _DIFFERENCES:
        what = f"`differences` must name {', '.join(sorted(_DIFFERENCES))}"
        raise KnowledgeError(what, where=document.where("differences"))
    return Table(
        places,
        _pairs(document, {p.id for p in places}),
        {k: _text(document, v, "differences", k) for k, v in data["differences"].items()},
        tuple((str(a), str(b)) for a, b in data["supplements"]),
        tuple(
            _regex(document, source, "asides", index) for index, source in enumerate(data["asides"])
        ),
    )


def _place(document: Document, index: int) -> Place:
    entry = document.data["places"][index]
    _keys(
        document,
        entry,
        {"id", "words", "voice"},
        {"path", "key", "said", "silent", "authority"},
        "places",
        index,
    )
    if entry["voice"] not in ("file", "list", "sentence", "value"):
        what = "`voice` is file, list, sentence or value"
        raise KnowledgeError(what, where=document.where("places", index, "voice"))
    patterns = {
        name: _regex(document, entry[name], "places", index, name)
        for name in ("path", "key", "said")
        if name in entry
    }
    words = _text(document, entry["words"], "places", index, "words")
    silent, who = bool(entry.get("silent", False)), entry.get("authority")
    return Place(entry["id"], words, entry["voice"], silent=silent, authority=who, **patterns)


def _pairs(document: Document, known: set[str]) -> dict[frozenset[str], Pair]:
    found: dict[frozenset[str], Pair] = {}
    for index, entry in enumerate(document.data["pairs"]):
        _keys(document, entry, {"id", "between", "words"}, {"silent", "across"}, "pairs", index)
        between = frozenset(entry["between"])
        if len(entry["between"]) != 2 or not between <= known:
            what = "`between` names two places of this file"
            raise KnowledgeError(what, where=document.where("pairs", index, "between"))
        if between in found:
            what = f"these two places are a pair already ({found[between].id})"
            raise KnowledgeError(what, where=document.where("pairs", index, "between"))
        words = _text(document, entry["words"], "pairs", index, "words")
        flags = {name: bool(entry.get(name, False)) for name in ("silent", "across")}
        found[between] = Pair(entry["id"], words, **flags)
    return found


def _keys(
    document: Document, entry: Any, needed: set[str], allowed: set[str], *at: str | int
) -> None:
    if not isinstance(entry, dict) or not needed <= set(entry) <= needed | allowed:
        what = f"needs {', '.join(sorted(needed))}; may have {', '.join(sorted(allowed))}"
        raise KnowledgeError(what, where=document.where(*at))


def _text(document: Document, value: Any, *at: str | int) -> Text:
    if not isinstance(value, dict) or set(value) != {"en", "zh"}:
        raise KnowledgeError("needs words in en and zh", where=document.where(*at))
    return Text(str(value["en"]), str(value["zh"]))


def _regex(document: Document, source: Any, *at: str | int) -> re.Pattern[str]:
    try:
        return re.compile(str(source))
    except re.error as error:
        what = f"not a regular expression ({error})"
        raise KnowledgeError(what, where=document.where(*at)) from error
