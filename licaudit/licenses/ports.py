"""Creative Commons ports: `rules/creative-commons-ports.yaml` to terms, names and addresses.

A port is one license for one place (`CC BY-NC 2.5 China Mainland`). Those with a file of their own
in `rules/licenses` keep it; all others take the terms of their generic license, with a note of what
was read of their own text. A name or an address of a port that was never published settles nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, ClassVar, Literal

from licaudit.documents import Document
from licaudit.errors import KnowledgeError
from licaudit.facts.terms import STRICT, Text
from licaudit.licenses.port_names import pattern_of, spelled

FILE = "creative-commons-ports.yaml"
ADDRESS = "https://creativecommons.org/licenses/"
RETIRED = {"by-nd-nc": "by-nc-nd"}  # the order of elements that version 1.0 wrote


@dataclass(frozen=True, slots=True)
class Word:
    """An element of a license, or a place, in English, Chinese and further spellings."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    en: str
    zh: str
    words: tuple[str, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What one clause of the official text says: a choice of law, or of the right in databases."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    clause: str
    en: str = ""
    zh: str = ""
    value: Literal["waived", "licensed"] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """The ports of one version for one place. `extends`: the version whose generic terms count."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    version: str
    place: str
    units: tuple[str, ...] = ()
    extends: str | None = None
    law: Read | None = None
    database: Read | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The whole file."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    source: dict[str, str]
    says: dict[str, Text]
    elements: dict[str, Word]
    brand: tuple[str, ...]
    filler: tuple[str, ...]
    generic: tuple[str, ...]
    places: dict[str, Word]
    units: tuple[str, ...]
    ports: tuple[Line, ...]


@dataclass(frozen=True)
class Ports:
    """What names and addresses are read with. `known`: `by-nc 2.5 cn` or `by-nc 2.5` to an id.

    `words` maps a spelling to its part: `element nc`, `place cn`, `brand`, `filler`, `generic`.
    `patches` holds, by id, what a port changes in the license that its `extends` names; what the
    ports of one place and version share is in `lines`.
    """

    known: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    says: dict[str, str] = field(default_factory=dict)
    patches: dict[str, dict[str, Any]] = field(default_factory=dict)
    lines: tuple[dict[str, Any], ...] = ()

    def change(self, license_id: str, records: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
        """The plain record of one port, out of the license it extends; None for other ids."""
        patch = self.patches.get(license_id)
        if patch is None:
            return None
        own = {key: value for key, value in patch.items() if key not in ("extends", "line")}
        shared, parent = self.lines[patch["line"]], records[patch["extends"]]
        note = {lang: t.format(generic=parent["name"]) for lang, t in shared["note"].items()}
        bare: dict[str, Any] = {"scancode": [], "titles": [], "texts": []}
        return {**parent, **bare, **shared, **own, "note": note, "id": license_id}

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Any word of the table, the longest first."""
        return pattern_of(self.words)


@cache
def _adapter() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Table)


def compile_ports(
    document: Document, records: list[dict[str, Any]], names: dict[str, str]
) -> dict[str, Any]:
    """The fields of `Ports` as plain data. Raises KnowledgeError with file and line."""
    table = _checked(document)
    by_id = {item["id"]: item for item in records}
    owned = {key: item["id"] for item in records for key in (item["id"], *item["scancode"])}
    owned = {key.lower(): owner for key, owner in owned.items()}
    known = _generics(owned)
    patches: dict[str, dict[str, Any]] = {}
    for index, line, written in _each(table):
        where, unit = document.where("ports", index), RETIRED.get(written, written)
        key = f"{unit} {line.version} {line.place}"
        if key in known:
            raise KnowledgeError(f"`{key}` stands in the table twice", where=where)
        slug = f"cc-{unit}-{line.version}-{line.place}".replace("+", "-plus")
        known[key] = owned.get(slug) or f"LicenseRef-licaudit-{slug}"
        if slug in owned:
            continue
        generic = known.get(f"{unit} {line.extends or line.version}")
        if generic is None:
            raise KnowledgeError(
                f"no license has the elements `{unit}` in version {line.extends or line.version}",
                where=where,
            )
        address = f"{ADDRESS}{written}/{line.version}/{line.place}/"
        patches[known[key]] = _patch(table, line, unit, by_id[generic]) | {
            "line": index,
            "links": [address],
        }
    if twice := sorted(set(patches) & set(names.values())):
        raise KnowledgeError(f"`{twice[0]}` has a file of its own", where=document.where())
    says = {key: text.en for key, text in table.says.items()}
    places = {key: place.en for key, place in table.places.items()}
    words = _words(table, document)
    return {
        "known": known,
        "words": words,
        "places": places,
        "says": says,
        "patches": patches,
        "lines": [_shared(table, line, document, n) for n, line in enumerate(table.ports)],
    }


def _checked(document: Document) -> Table:
    from pydantic import ValidationError

    try:
        table: Table = _adapter().validate_python(document.data)
    except ValidationError as error:
        first = error.errors()[0]
        place = tuple(p for p in first["loc"] if isinstance(p, (str, int)))
        raise KnowledgeError(
            f"`{'.'.join(map(str, place))}`: {first['msg']}", where=document.where(*place)
        ) from error
    for key in ("base", "law", "waived", "licensed", "none", "unversioned"):
        if key not in table.says:
            raise KnowledgeError(f"`says` needs `{key}`", where=document.where("says"))
    for index, line in enumerate(table.ports):
        if line.place not in table.places:
            raise KnowledgeError(
                f"`{line.place}` is no place of the table", where=document.where("ports", index)
            )
    return table


def _each(table: Table) -> Iterator[tuple[int, Line, str]]:
    for index, line in enumerate(table.ports):
        for unit in line.units or table.units:
            yield index, line, unit


def _generics(owned: dict[str, str]) -> dict[str, str]:
    """`by-nc 2.5` to the id of its generic license, from the files that stand for one."""
    found = {}
    for key, owner in owned.items():
        head, _, version = key.rpartition("-")
        if head.startswith("cc-") and version[:1].isdigit() and "." in version:
            unit = head.removeprefix("cc-").replace("-plus", "+")
            found[f"{unit} {version}"] = owner
        elif key.startswith("licenseref-licaudit-cc-"):
            unit, _, version = key.removeprefix("licenseref-licaudit-cc-").rpartition("-")
            found[f"{unit} {version}"] = owner
    return found


def _patch(table: Table, line: Line, unit: str, generic: dict[str, Any]) -> dict[str, Any]:
    """What one port changes in the record of its generic license."""
    place = table.places[line.place]
    en = "-".join(table.elements[e].en for e in unit.split("-"))
    zh = "-".join(table.elements[e].zh for e in unit.split("-"))
    short = f"CC {unit.upper()} {line.version}"
    return {
        "extends": generic["id"],
        "name": f"Creative Commons {en} {line.version} {place.en}",
        "confidence": "low" if generic["confidence"] == "low" else "medium",
        "aliases": [
            f"{short} {line.place.upper()}",
            f"{short} {place.en}",
            f"{zh} {line.version} {place.zh}",
        ],
    }


def _shared(table: Table, line: Line, document: Document, index: int) -> dict[str, Any]:
    """What all ports of one line say of themselves; their `note` leaves `{generic}` open."""
    place = table.places[line.place]
    return {
        "basis": "summary",
        "jurisdiction": place.code,
        "note": _note(table, line, place),
        "path": f"rules/{FILE}:{document.line('ports', index)}",
    }


def _note(table: Table, line: Line, place: Word) -> dict[str, str]:
    said = {}
    for lang in ("en", "zh"):
        of = place.zh if lang == "zh" else place.en
        parts = [getattr(table.says["base"], lang).format(place=of, generic="{generic}")]
        if line.law:
            law = getattr(line.law, lang)
            parts.append(getattr(table.says["law"], lang).format(law=law, clause=line.law.clause))
        if line.database and line.database.value:
            words = getattr(table.says[line.database.value], lang)
            parts.append(words.format(clause=line.database.clause))
        if line.note:
            parts.append(getattr(line.note, lang))
        said[lang] = ("" if lang == "zh" else " ").join(parts)
    return said


def _words(table: Table, document: Document) -> dict[str, str]:
    """Every spelling of the file, normalized, with the part of a name that it is."""
    found: dict[str, str] = {}
    groups = [(kind, "", getattr(table, kind)) for kind in ("brand", "filler", "generic")]
    for kind, words in (("element", table.elements), ("place", table.places)):
        groups += [(kind, key, (key, w.en, w.zh, *w.words)) for key, w in words.items()]
    for kind, key, spellings in groups:
        for spelling in spellings:
            word, part = spelled(spelling), f"{kind} {key}".strip()
            if not word or found.setdefault(word, part) != part:
                what = f"`{spelling}` is no word" if not word else f"`{spelling}` means two things"
                where = document.where(f"{kind}s", key) if key else document.where(kind)
                raise KnowledgeError(what, where=where)
    return found
