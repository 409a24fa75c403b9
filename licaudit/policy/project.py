"""licaudit.yaml: what the user says that the tree cannot, checked with file, line and column."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, TypeVar, cast

from licaudit.documents import Document, DocumentError, read_yaml
from licaudit.errors import ConfigError
from licaudit.facts import (
    POSTURES,
    Agreement,
    Channel,
    Confirmation,
    Curation,
    Intent,
    Position,
    Waiver,
)
from licaudit.facts.terms import STRICT
from licaudit.policy.project_checks import (
    check_agreements,
    check_intent,
    check_numbers,
    check_positions,
)

T = TypeVar("T")
KEYS = (
    "intent",
    "intents",
    "packs",
    "params",
    "posture",
    "sources",
    "agreements",
    "positions",
    "confirmations",
    "curations",
    "waivers",
)


@dataclass(frozen=True, slots=True)
class SourceNote:
    """How one dataset came into the house: its channel, contract and records."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT
    dataset: str
    channel: Channel
    contract: str | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """All of licaudit.yaml; everything is optional and an absent value stays unknown."""

    intents: tuple[Intent, ...] = ()
    packs: tuple[str, ...] = ()
    posture: str | None = None
    sources: tuple[SourceNote, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    positions: tuple[Position, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    curations: tuple[Curation, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    params: tuple[tuple[str, tuple[str, ...]], ...] = ()
    name: str = ""


@cache
def _adapter(cls: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(cls)


def read_project(path: Path) -> Project:
    """The project file at `path`. Raises ConfigError with the place and what to write instead."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the project file cannot be read ({error})", where=str(path)) from error
    return parse_project(text, path.name)


def parse_project(text: str, name: str) -> Project:
    """A project file from its text; `name` stands in its errors."""
    try:
        document = read_yaml(text, name)
    except DocumentError as error:
        raise ConfigError(error.what, where=error.where, todo=error.todo) from error
    data = {} if document.data is None else document.data
    if not isinstance(data, dict):
        raise ConfigError("expected keys like `intent:` and `packs:`", where=document.where())
    for key in data:
        if key not in KEYS:
            raise ConfigError(
                f"unknown key `{key}`",
                where=document.where(key),
                todo=f"Known keys: {', '.join(KEYS)}.",
            )
    agreements = _list(document, data, "agreements", Agreement)
    positions = _list(document, data, "positions", Position)
    check_agreements(document, agreements)
    check_positions(document, positions)
    return Project(
        intents=_intents(document, data),
        packs=tuple(_strings(document, data, "packs")),
        posture=_posture(document, data),
        sources=_list(document, data, "sources", SourceNote),
        agreements=agreements,
        positions=positions,
        confirmations=_list(document, data, "confirmations", Confirmation),
        curations=_list(document, data, "curations", Curation),
        waivers=_waivers(document, data),
        params=_params(document, data),
        name=name,
    )


def _check(document: Document, path: tuple[str | int, ...], cls: type[T], value: Any) -> T:
    from pydantic import ValidationError

    try:
        checked: T = _adapter(cast(Any, cls)).validate_python(value)
    except ValidationError as error:
        first = error.errors()[0]
        place = (*path, *(p for p in first["loc"] if isinstance(p, (str, int))))
        name = place[-1]
        message = {
            "missing": f"`{name}` is required",
            "unexpected_keyword_argument": f"unknown key `{name}`",
        }.get(first["type"], f"`{name}`: {first['msg']}")
        raise ConfigError(
            message, where=document.where(*place), todo="See the README's section on licaudit.yaml."
        ) from error
    return checked


def _strings(document: Document, data: dict[str, Any], key: str) -> list[str]:
    values = data.get(key) or []
    if isinstance(values, str):
        values = [values]
    if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
        raise ConfigError(f"`{key}` must be a list of names", where=document.where(key))
    return values


def _list(document: Document, data: dict[str, Any], key: str, cls: type[T]) -> tuple[T, ...]:
    values = data.get(key) or []
    if not isinstance(values, list):
        raise ConfigError(f"`{key}` must be a list", where=document.where(key))
    return tuple(_check(document, (key, i), cls, v) for i, v in enumerate(values))


def _posture(document: Document, data: dict[str, Any]) -> str | None:
    value = data.get("posture")
    if value is not None and value not in POSTURES:
        raise ConfigError(
            f"`{value}` is no posture",
            where=document.where("posture"),
            todo=f"Use one of {', '.join(POSTURES)}.",
        )
    return cast("str | None", value)


def _intents(document: Document, data: dict[str, Any]) -> tuple[Intent, ...]:
    if "intent" in data and "intents" in data:
        raise ConfigError("write `intent` or `intents`, not both", where=document.where("intents"))
    several = data.get("intents")
    if several is not None and not isinstance(several, list):
        raise ConfigError(
            "`intents` must be a list", where=document.where("intents"), todo="One is `intent`."
        )
    if several:
        return tuple(make_intent(document, ("intents", i), v) for i, v in enumerate(several))
    if data.get("intent") is not None:
        return (make_intent(document, ("intent",), data["intent"]),)
    return ()


def make_intent(document: Document, path: tuple[str | int, ...], value: Any) -> Intent:
    """An intent from its mapping; users by date become pairs, all words are checked."""
    if not isinstance(value, dict):
        raise ConfigError(
            "an intent is a mapping such as {use: commercial}", where=document.where(*path)
        )
    check_numbers(document, path, value)
    value = dict(value)
    users = value.get("group_monthly_users")
    if isinstance(users, int):
        value["group_monthly_users"] = [["any_time", users]]
    elif isinstance(users, dict):
        value["group_monthly_users"] = sorted([str(k), v] for k, v in users.items())
    intent = _check(document, path, Intent, value)
    check_intent(document, path, intent)
    return intent


def _waivers(document: Document, data: dict[str, Any]) -> tuple[Waiver, ...]:
    found = _list(document, data, "waivers", Waiver)
    return tuple(replace(w, line=document.line("waivers", i)) for i, w in enumerate(found))


def _params(document: Document, data: dict[str, Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    values = data.get("params") or {}
    if not isinstance(values, dict) or not all(
        isinstance(v, list) and all(isinstance(i, str) for i in v) for v in values.values()
    ):
        raise ConfigError("`params` maps names to lists of strings", where=document.where("params"))
    return tuple(sorted((k, tuple(v)) for k, v in values.items()))
