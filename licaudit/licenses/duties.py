"""`rules/duties.yaml`: by which check each duty could be shown met, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from licaudit.compiled import kept_yaml
from licaudit.documents import Document
from licaudit.errors import KnowledgeError
from licaudit.facts import CHECKS, CONDITION_KINDS, Check, Condition, Text
from licaudit.settings import data_folder

Absent = Literal["missing", "manual"]
_ABSENT: tuple[Absent, ...] = ("missing", "manual")
_TEXTS = ("looks", "blind")
_LISTS = ("words", "unless", "labels")
_DUTY = ("check", "with_text", "absent")


@dataclass(frozen=True, slots=True)
class CheckRule:
    """One check: what it looks for, what it cannot see, and what it means to see nothing."""

    id: Check
    absent: Absent
    looks: Text
    blind: Text
    words: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DutyRule:
    """The check of one type of duty, and that of a duty whose license gives the words."""

    check: Check
    with_text: Check | None = None
    absent: Absent | None = None


@dataclass(frozen=True)
class Duties:
    """The whole file, checked."""

    checks: Mapping[str, CheckRule]
    types: Mapping[str, DutyRule]

    def check_of(self, condition: Condition) -> Check:
        """The check of one duty: its license's own, else the one of its type."""
        if condition.check:
            return cast(Check, condition.check)  # a closed word: the loader of licenses saw to it
        rule = self.types[condition.type]
        return rule.with_text if rule.with_text and condition.text else rule.check

    def absent(self, condition: Condition) -> Absent:
        """What a triggered duty is when its check sees nothing."""
        own = None if condition.check else self.types[condition.type].absent
        return own or self.checks[self.check_of(condition)].absent


@cache
def load_duties(folder: Path | None = None) -> Duties:
    """The file, checked. Raises KnowledgeError with file and line."""
    path = (folder or data_folder("rules")) / "duties.yaml"
    document = kept_yaml(path.read_text("utf-8"), f"rules/{path.name}")
    data: dict[str, Any] = document.data if isinstance(document.data, dict) else {}
    _exactly(document, ("checks",), data.get("checks"), CHECKS, "check")
    _exactly(document, ("duties",), data.get("duties"), sorted(CONDITION_KINDS["duty"]), "duty")
    strange = next((k for k in data if k not in ("checks", "duties")), None)
    if strange is not None:
        raise KnowledgeError(f"unknown key `{strange}`", where=document.where(strange))
    checks = {name: _check(document, cast(Check, name), e) for name, e in data["checks"].items()}
    return Duties(checks, {name: _duty(document, name, e) for name, e in data["duties"].items()})


def _exactly(document: Document, path: tuple[str, ...], found: Any, wanted: Any, what: str) -> None:
    """Refuses a section that leaves a word out or holds one that nobody knows."""
    if not isinstance(found, dict):
        raise KnowledgeError(f"`{path[0]}` must be a mapping", where=document.where(*path))
    for name in found:
        if name not in wanted:
            raise KnowledgeError(
                f"`{name}` is no {what}",
                where=document.where(*path, name),
                todo=f"Use one of {', '.join(wanted)}.",
            )
    missing = [name for name in wanted if name not in found]
    if missing:
        raise KnowledgeError(f"the {what} `{missing[0]}` is missing", where=document.where(*path))


def _check(document: Document, name: Check, entry: Any) -> CheckRule:
    at = ("checks", name)
    _keys(document, at, entry, ("absent", *_TEXTS), _LISTS)
    looks, blind = (_text(document, (*at, key), entry[key]) for key in _TEXTS)
    words, unless, labels = (_strings(document, (*at, key), entry.get(key)) for key in _LISTS)
    absent = _absent(document, at, entry["absent"])
    return CheckRule(name, absent, looks, blind, words, unless, labels)


def _duty(document: Document, name: str, entry: Any) -> DutyRule:
    at = ("duties", name)
    _keys(document, at, entry, _DUTY[:1], _DUTY[1:])
    for key in ("check", "with_text"):
        if key in entry and entry[key] not in CHECKS:
            raise KnowledgeError(
                f"`{entry[key]}` is no check",
                where=document.where(*at, key),
                todo=f"Use one of {', '.join(CHECKS)}.",
            )
    absent = _absent(document, at, entry["absent"]) if "absent" in entry else None
    return DutyRule(entry["check"], entry.get("with_text"), absent)


def _keys(
    document: Document,
    at: tuple[str, ...],
    entry: Any,
    needed: tuple[str, ...],
    allowed: tuple[str, ...],
) -> None:
    if not isinstance(entry, dict):
        raise KnowledgeError("expected a mapping", where=document.where(*at))
    for key in entry:
        if key not in needed and key not in allowed:
            raise KnowledgeError(f"unknown key `{key}`", where=document.where(*at, key))
    missing = [key for key in needed if key not in entry]
    if missing:
        raise KnowledgeError(f"`{missing[0]}` is missing", where=document.where(*at))


def _absent(document: Document, at: tuple[str, ...], value: Any) -> Absent:
    if value not in _ABSENT:
        raise KnowledgeError(
            f"`absent: {value}` is neither missing nor manual", where=document.where(*at, "absent")
        )
    return cast(Absent, value)


def _text(document: Document, at: tuple[str, ...], value: Any) -> Text:
    both = isinstance(value, dict) and set(value) == {"en", "zh"}
    if not both or not all(isinstance(v, str) and v.strip() for v in value.values()):
        raise KnowledgeError(f"`{at[-1]}` needs its words in en and zh", where=document.where(*at))
    return Text(value["en"], value["zh"])


def _strings(document: Document, at: tuple[str, ...], value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        raise KnowledgeError(f"`{at[-1]}` must be a list of words", where=document.where(*at))
    return tuple(value)
