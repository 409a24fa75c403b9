"""Parameters of packs: lists and thresholds that a project file may set without a condition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from licaudit.errors import LicauditError, RuleError

# A list of words, a whole number, true or false, or a day written 2026-01-31.
Param = tuple[str, ...] | int | bool | str
Params = Mapping[str, Param]
# The type that a condition sees; days compare as words do, year first.
CEL_TYPES = {"list": "string[]", "number": "int", "switch": "bool", "day": "string"}
_WRITE = {
    "list": "a list of strings",
    "number": "a whole number",
    "switch": "true or false",
    "day": "a day such as 2026-01-31",
}
_NUMBERS = 2**53


@dataclass(frozen=True, slots=True)
class Override:
    """One line of a project file that stands in place of a pack's: a parameter or a severity.

    `places` are those of the members of a list.
    """

    key: Literal["params", "severity"]
    name: str
    value: Any
    where: str
    places: tuple[str, ...] = ()

    def place(self, index: int) -> str:
        """`file:line:column` of a member of a list, or of the whole where that is not known."""
        return self.places[index] if index < len(self.places) else self.where


def kind_of(value: Param) -> str:
    """`list`, `switch`, `number` or `day`."""
    if isinstance(value, tuple):
        return "list"
    if isinstance(value, bool):
        return "switch"
    return "number" if isinstance(value, int) else "day"


def cel_type(value: Param) -> str:
    """The type of a parameter as `messages.py` writes types."""
    return CEL_TYPES[kind_of(value)]


def parameter(
    name: str,
    value: Any,
    where: str,
    like: Param | None = None,
    error: type[LicauditError] = RuleError,
) -> Param:
    """A parameter from its YAML value, of the kind of `like`. Raises `error` with the place."""
    found = _read(value)
    kinds = [kind_of(like)] if like is not None else list(_WRITE)
    if found is None or kind_of(found) not in kinds:
        words = [_WRITE[k] for k in kinds]
        wanted = ", ".join(words[:-1]) + " or " * (len(words) > 1) + words[-1]
        raise error(f"`params.{name}` must be {wanted}", where=where)
    return found


def shown(value: Param) -> str:
    """A parameter as it is written in YAML."""
    if isinstance(value, tuple):
        return "[" + ", ".join(value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read(value: Any) -> Param | None:
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return tuple(value)
    if isinstance(value, bool) or (isinstance(value, int) and abs(value) < _NUMBERS):
        return value
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return None
