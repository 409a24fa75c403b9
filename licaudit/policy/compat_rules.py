"""`rules/compatibility.yaml`: ways out that copylefts name, and what they say to others' terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from licaudit.compiled import kept_yaml
from licaudit.documents import Document
from licaudit.errors import KnowledgeError
from licaudit.facts import CONDITION_KINDS, Text
from licaudit.settings import data_folder

Answer = Literal["yes", "no", "review"]
ANSWERS: tuple[Answer, ...] = ("no", "review", "yes")  # worst first
NOTICE, ELSEWHERE, OTHER = "notice", "elsewhere", "other_duty"
_SECTIONS = frozenset(
    ("groups", "lines", "terms", "duties", "credit", "compatible", "classes", "more", "accepts")
)


@dataclass(frozen=True, slots=True)
class Kinds:
    """What terms can be, and what each duty is to a license that did not write it.

    `duties` go by type, or by type and reach: `flow_down/license_terms`.
    """

    free: frozenset[str]
    asked: frozenset[str]
    naming: frozenset[str]
    duties: Mapping[str, str]
    credit: frozenset[str]

    def known(self, name: str) -> bool:
        """Whether something is a class of terms."""
        return name in self.free or name in self.asked

    def of(self, duty: str, reach: str | None) -> str:
        """A class of terms, or `notice`, or `elsewhere`."""
        return self.duties.get(f"{duty}/{reach}") or self.duties.get(duty, OTHER)


@dataclass(frozen=True, slots=True)
class WayOut:
    """A license's own permission to go out under another one."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    answer: Answer
    clause: str
    why: Text


@dataclass(frozen=True, slots=True)
class Stance:
    """What one outbound license says to terms it did not write."""

    licenses: tuple[str, ...]
    clause: str
    why: Text
    terms: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class More:
    """A term of one license that is no condition of its file."""

    license: str
    kind: str
    clause: str
    why: Text


@dataclass(frozen=True)
class CompatRules:
    """The whole file, checked."""

    lines: tuple[tuple[str, ...], ...]
    kinds: Kinds
    ways_out: tuple[WayOut, ...]
    classes: Mapping[str, str]
    more: tuple[More, ...]
    stances: tuple[Stance, ...]

    def later(self, license_id: str) -> tuple[str, ...]:
        """The versions that `-or-later` takes in, oldest first; none for other ids."""
        if not license_id.endswith("-or-later"):
            return ()
        own = license_id.removesuffix("-or-later") + "-only"
        line = next((x for x in self.lines if own in x), ())
        return line[line.index(own) :] if line else ()

    def way_out(self, inbound: str, outbound: str) -> WayOut | None:
        """The best permission of `inbound` to go out under `outbound`, or None."""
        found = [
            way
            for way in self.ways_out
            if _among(inbound, way.sources) and _among(outbound, way.targets)
        ]
        return max(found, key=lambda w: ANSWERS.index(w.answer), default=None)

    def stance(self, outbound: str) -> Stance | None:
        """What an outbound license says to others' terms, where it says anything."""
        return next((s for s in self.stances if _among(outbound, s.licenses)), None)


def _among(license_id: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(license_id, p) for p in patterns)


@cache
def load_compatibility(folder: Path | None = None) -> CompatRules:
    """The file, checked. Raises KnowledgeError with file and line."""
    path = (folder or data_folder("rules")) / "compatibility.yaml"
    document = kept_yaml(path.read_text("utf-8"), f"rules/{path.name}")
    data: dict[str, Any] = document.data or {}
    unknown = set(data) - _SECTIONS
    if unknown:
        raise KnowledgeError(f"unknown key `{min(unknown)}`", where=document.where(min(unknown)))
    groups = {str(k): tuple(v) for k, v in (data.get("groups") or {}).items()}
    kinds = _kinds(document, data)
    return CompatRules(
        kinds=kinds,
        lines=tuple(tuple(line) for line in data.get("lines") or ()),
        ways_out=tuple(
            _way_out(document, index, entry, groups)
            for index, entry in enumerate(data.get("compatible") or ())
        ),
        classes=_classes(document, data.get("classes") or {}, kinds),
        more=tuple(
            _more(document, i, entry, kinds) for i, entry in enumerate(data.get("more") or ())
        ),
        stances=tuple(
            _stance(document, i, entry, kinds) for i, entry in enumerate(data.get("accepts") or ())
        ),
    )


def _take(document: Document, where: tuple[str | int, ...], entry: Any, *keys: str) -> list[Any]:
    """The values of exactly these keys; a missing or unknown one is an error with its line."""
    place = document.where(*where)
    if not isinstance(entry, dict):
        raise KnowledgeError("expected a mapping", where=place)
    wrong = set(entry) ^ set(keys)
    if wrong:
        said = "is missing" if min(wrong) in keys else "is unknown"
        raise KnowledgeError(f"`{min(wrong)}` {said}", where=place)
    return [entry[key] for key in keys]


def _answer(document: Document, where: tuple[str | int, ...], value: Any) -> Answer:
    if value not in ANSWERS:
        raise KnowledgeError(
            f"`{value}` is no answer",
            where=document.where(*where),
            todo=f"Use one of {', '.join(ANSWERS)}.",
        )
    return cast(Answer, value)


def _kinds(document: Document, data: dict[str, Any]) -> Kinds:
    free, asked, naming = _take(document, ("terms",), data.get("terms"), "free", "asked", "naming")
    duties, credit = dict(data.get("duties") or {}), list(data.get("credit") or ())
    kinds = Kinds(frozenset(free), frozenset(asked), frozenset(naming), duties, frozenset(credit))
    for name in (*naming, OTHER):
        _class(document, ("terms", "naming"), name, kinds)
    for place, duty in (*(("duties", d) for d in duties), *(("credit", d) for d in credit)):
        if duty.split("/")[0] not in CONDITION_KINDS["duty"]:
            raise KnowledgeError(f"`{duty}` is no duty", where=document.where(place, duty))
    for duty, kind in duties.items():
        if kind not in (NOTICE, ELSEWHERE):
            _class(document, ("duties", duty), kind, kinds)
    return kinds


def _class(document: Document, where: tuple[str | int, ...], value: Any, kinds: Kinds) -> str:
    if not kinds.known(value):
        raise KnowledgeError(f"`{value}` is no class of terms", where=document.where(*where))
    return str(value)


def _way_out(
    document: Document, index: int, entry: Any, groups: Mapping[str, tuple[str, ...]]
) -> WayOut:
    where = ("compatible", index)
    sources, targets, answer, clause, why = _take(
        document, where, entry, "from", "to", "answer", "clause", "why"
    )
    return WayOut(
        tuple(x for name in sources for x in groups.get(name, (name,))),
        tuple(x for name in targets for x in groups.get(name, (name,))),
        _answer(document, (*where, "answer"), answer),
        str(clause),
        Text(**why),
    )


def _classes(document: Document, data: dict[str, list[str]], kinds: Kinds) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind, names in data.items():
        for name in names:
            found[name] = _class(document, ("classes", kind), kind, kinds)
    return found


def _more(document: Document, index: int, entry: Any, kinds: Kinds) -> More:
    where = ("more", index)
    license_id, kind, clause, why = _take(
        document, where, entry, "license", "class", "clause", "why"
    )
    return More(str(license_id), _class(document, where, kind, kinds), str(clause), Text(**why))


def _stance(document: Document, index: int, entry: Any, kinds: Kinds) -> Stance:
    where = ("accepts", index)
    licenses, clause, why, terms = _take(
        document, where, entry, "licenses", "clause", "why", "terms"
    )
    checked = {
        _class(document, (*where, "terms"), k, kinds): _answer(document, (*where, "terms", k), v)
        for k, v in terms.items()
    }
    return Stance(tuple(licenses), str(clause), Text(**why), checked)
