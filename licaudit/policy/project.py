"""licaudit.yaml: what the user says that the tree cannot, checked with file, line and column."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, TypeVar, cast

from licaudit.documents import Document, DocumentError, read_yaml
from licaudit.errors import ConfigError
from licaudit.facts import (
    POSTURES,
    SEVERITIES,
    Agreement,
    Channel,
    Confirmation,
    Curation,
    Intent,
    Position,
    Waiver,
)
from licaudit.facts.terms import STRICT
from licaudit.policy.parameters import Override, Param, parameter
from licaudit.policy.project_checks import (
    check_agreements,
    check_intent,
    check_numbers,
    check_positions,
    check_signed,
    check_sources,
)

T = TypeVar("T")
KEYS = (
    "intent",
    "intents",
    "packs",
    "params",
    "severity",
    "posture",
    "sources",
    "agreements",
    "positions",
    "confirmations",
    "curations",
    "waivers",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A record of the tree and what it shows, where its path does not tell."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT
    path: str
    shows: str


@dataclass(frozen=True, slots=True)
class SourceNote:
    """How one dataset came into the house: its channel, contract and records.

    `terms_version` is the version of the terms its givers agreed to, `generator` the model or
    service that made it, `crawler` the name its collector went by (its user agent).
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT
    dataset: str
    channel: Channel
    contract: str | None = None
    evidence: tuple[str | Evidence, ...] = ()
    terms_version: str | None = None
    generator: str | None = None
    crawler: str | None = None


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
    overrides: tuple[Override, ...] = ()
    name: str = ""
    lines: tuple[int | None, ...] = ()  # where each of `sources` stands
    pack_places: tuple[str, ...] = field(default=(), compare=False, repr=False)
    # The file, word for word, where there is one.
    text: str | None = field(default=None, compare=False, repr=False)

    def line_of(self, source: int) -> int | None:
        """The line of the project file at which one of `sources` stands."""
        return self.lines[source] if source < len(self.lines) else None

    @property
    def params(self) -> tuple[tuple[str, Param], ...]:
        """The parameters of packs that the file sets, by name."""
        return tuple(sorted((o.name, o.value) for o in self.overrides if o.key == "params"))


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
    sources = _list(document, data, "sources", SourceNote)
    check_agreements(document, agreements)
    check_sources(document, sources)
    check_positions(document, positions)
    return Project(
        intents=_intents(document, data),
        packs=tuple(_strings(document, data, "packs")),
        posture=_posture(document, data),
        sources=sources,
        agreements=agreements,
        positions=positions,
        confirmations=_list(document, data, "confirmations", Confirmation),
        curations=_curations(document, data),
        waivers=_waivers(document, data),
        overrides=_params(document, data) + _severities(document, data),
        name=name,
        pack_places=tuple(
            document.where("packs", i) for i in range(len(_strings(document, data, "packs")))
        ),
        text=text,
        lines=tuple(document.line("sources", i) for i in range(len(sources))),
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


def _curations(document: Document, data: dict[str, Any]) -> tuple[Curation, ...]:
    found = _list(document, data, "curations", Curation)
    check_signed(document, "curations", found, ("reason", "author"))
    return tuple(replace(c, line=document.line("curations", i)) for i, c in enumerate(found))


def _waivers(document: Document, data: dict[str, Any]) -> tuple[Waiver, ...]:
    found = _list(document, data, "waivers", Waiver)
    check_signed(document, "waivers", found, ("reason", "approver"))
    return tuple(replace(w, line=document.line("waivers", i)) for i, w in enumerate(found))


def _params(document: Document, data: dict[str, Any]) -> tuple[Override, ...]:
    found = []
    for name, value in _named(document, data, "params").items():
        where = document.where("params", name)
        given = parameter(name, value, where, error=ConfigError)
        members = range(len(given)) if isinstance(given, tuple) else ()
        places = tuple(document.where("params", name, i) for i in members)
        found.append(Override("params", name, given, where, places))
    return tuple(found)


def _severities(document: Document, data: dict[str, Any]) -> tuple[Override, ...]:
    found = []
    for rule, value in _named(document, data, "severity").items():
        where = document.where("severity", rule)
        if value not in SEVERITIES:
            raise ConfigError(
                f"`{value}` is no severity", where=where, todo=f"Use {', '.join(SEVERITIES)}."
            )
        found.append(Override("severity", rule, value, where))
    return tuple(found)


def _named(document: Document, data: dict[str, Any], key: str) -> dict[str, Any]:
    values = data.get(key) or {}
    if not isinstance(values, dict):
        raise ConfigError(
            f"`{key}` must be a mapping from names to values", where=document.where(key)
        )
    return values
