"""Words of licaudit.yaml that a type cannot check: a typo must never read as an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from licaudit.documents import Document
from licaudit.errors import ConfigError
from licaudit.facts import ACTIONS, Agreement, Intent, Position
from licaudit.policy.propagation import load_propagation
from licaudit.policy.regions import load_regions
from licaudit.policy.vocabulary import (
    ACTORS,
    EVIDENCE,
    MODALITIES,
    SHIPPED_ACTS,
    SURVIVES,
    fields_of_use,
)

Path = tuple[str | int, ...]
NUMBERS = (
    "group_monthly_users",
    "daily_users",
    "monthly_visits",
    "monthly_output_tokens",
    "annual_revenue_usd",
)
SCOPES = ("code", "weights", "data")
_DAY = re.compile(r"any_time|\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?")
_SHOWN = 12


def check_numbers(document: Document, path: Path, value: dict[str, Any]) -> None:
    """Counts and sums are whole numbers from 0; users may be given by date."""
    for name in NUMBERS:
        given = value.get(name)
        by_date = name == "group_monthly_users" and isinstance(given, dict)
        pairs = given.items() if by_date and given else ((None, given),)
        for day, number in pairs:
            where = document.where(*path, name, *(() if day is None else (str(day),)))
            if day is not None and not _DAY.fullmatch(str(day)):
                raise ConfigError(
                    f"`{day}` is no date", where=where, todo="Write it as 2024-07-23 or 2024-07."
                )
            missing = number is None and day is None
            if not missing and (type(number) is not int or number < 0):
                raise ConfigError(
                    f"`{name}` takes whole numbers from 0, not `{number}`", where=where
                )


def check_intent(document: Document, path: Path, intent: Intent) -> None:
    """Regions, actor, modality, scopes and fields of use come from closed vocabularies."""
    for name in ("trained_in", "deployed_in", "users_in"):
        for index, region in enumerate(getattr(intent, name) or ()):
            _region(document, (*path, name, index), region)
    if intent.established_in is not None:
        _region(document, (*path, "established_in"), intent.established_in)
    if intent.actor is not None:
        _word(document, (*path, "actor"), intent.actor, ACTORS)
    if intent.modality is not None:
        _word(document, (*path, "modality"), intent.modality, MODALITIES)
    for index, scope in enumerate(intent.scopes or ()):
        if not scope.startswith(("checkpoint:", "subset:")):
            _word(document, (*path, "scopes", index), scope, SCOPES)
    for index, word in enumerate(intent.restricted_fields or ()):
        _word(document, (*path, "restricted_fields", index), word, fields_of_use())


def check_agreements(document: Document, agreements: tuple[Agreement, ...]) -> None:
    """Acts, territory and what survives are words we know; a term begins before it ends."""
    for index, item in enumerate(agreements):
        at: Path = ("agreements", index)
        for place, act in enumerate(item.acts):
            _word(document, (*at, "acts", place), act, (*ACTIONS, *SHIPPED_ACTS, "*"))
        for place, region in enumerate(item.territory):
            _region(document, (*at, "territory", place), region)
        path = item.document or ""
        if path.startswith("/") or ".." in path.split("/") or "://" in path:
            raise ConfigError(
                f"`{path}` is no path inside the audited folder",
                where=document.where(*at, "document"),
                todo="Write it from the folder's root, such as contracts/vendor.pdf.",
            )
        if item.survives is not None:
            _word(document, (*at, "survives"), item.survives, SURVIVES)
        if item.term[0] > item.term[1]:
            raise ConfigError(
                f"the term of `{item.id}` ends before it begins", where=document.where(*at, "term")
            )


def check_sources(document: Document, sources: Sequence[Any]) -> None:
    """One note for each dataset; records are paths inside the tree that show something we know."""
    seen: dict[str, int] = {}
    for index, item in enumerate(sources):
        at: Path = ("sources", index)
        first = seen.setdefault(item.dataset, index)
        if first != index:
            raise ConfigError(
                f"`{item.dataset}` has two notes",
                where=document.where(*at, "dataset"),
                todo="Write one; its evidence may be a list.",
            )
        for place, record in enumerate(item.evidence):
            path = record if isinstance(record, str) else record.path
            if not isinstance(record, str):
                _word(document, (*at, "evidence", place, "shows"), record.shows, EVIDENCE)
            parts = path.strip().split("/")
            if not path.strip() or path.startswith("/") or ".." in parts or "://" in path:
                raise ConfigError(
                    f"`{path}` is no path inside the audited folder",
                    where=document.where(*at, "evidence", place),
                    todo="Write it from the folder's root, such as docs/crawl-log.csv.",
                )


def check_positions(document: Document, positions: tuple[Position, ...]) -> None:
    """A position answers a question that the propagation table debates."""
    table = load_propagation()
    questions = set(table.questions)
    for index, item in enumerate(positions):
        _word(document, ("positions", index, "question"), item.question, questions)
        if item.jurisdiction is not None:
            _region(document, ("positions", index, "jurisdiction"), item.jurisdiction)


def check_signed(
    document: Document, key: str, items: Iterable[object], names: tuple[str, ...]
) -> None:
    """Whoever accepts or corrects something says who they are and why."""
    for index, item in enumerate(items):
        for name in names:
            if not getattr(item, name).strip():
                raise ConfigError(
                    f"`{name}` is empty",
                    where=document.where(key, index, name),
                    todo="Name a person and a reason.",
                )


def _word(document: Document, path: Path, word: str, known: Iterable[str]) -> None:
    words = sorted(known)
    if word not in words:
        near = get_close_matches(word, words, 1)
        hint = f"Did you mean {near[0]}?" if near else f"Use one of {', '.join(words[:_SHOWN])}"
        more = ", …" if not near and len(words) > _SHOWN else ("" if near else ".")
        name = next(str(p) for p in reversed(path) if isinstance(p, str))
        raise ConfigError(
            f"`{word}` is unknown under `{name}`", where=document.where(*path), todo=hint + more
        )


def _region(document: Document, path: Path, region: str) -> None:
    regions = load_regions()
    if regions.known(region):
        return
    meant = regions.often_meant.get(region.upper(), region.upper())
    near = f"Did you mean {meant}?" if regions.known(meant) else ""
    raise ConfigError(
        f"`{region}` is no region",
        where=document.where(*path),
        todo=near or "Write an ISO 3166 code such as CN, or EU, EEA, WORLD.",
    )
