"""--release-as and --intent: what the user means to do, said on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import TYPE_CHECKING, Annotated

import typer

from licaudit.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from licaudit.facts import Intent

ReleaseAs = Annotated[
    str | None,
    typer.Option(
        "--release-as", help="The license you mean to publish the work under.", metavar="ID"
    ),
]
Values = Annotated[
    list[str] | None,
    typer.Option(
        "--intent",
        help="One thing of your intent as in licaudit.yaml, such as distribute=weights,service or "
        "users_in=EU; may be repeated. It counts for every intent that is judged.",
        metavar="KEY=VALUE",
    ),
]


def given(release_as: str | None, values: list[str] | None) -> tuple[str, ...]:
    """Both flags as KEY=VALUE."""
    named = (f"release_as={release_as}",) if release_as is not None else ()
    return (*named, *(values or ()))


def with_values(intents: Iterable[Intent], values: tuple[str, ...]) -> tuple[Intent, ...]:
    """The intents with each value in the place of their own. Raises UsageError."""
    said: dict[str, tuple[str, object]] = {}
    for pair in values:
        key, sign, value = pair.partition("=")
        if not sign or not key.strip() or not value.strip():
            raise UsageError(
                f"`{pair}` is no part of an intent", todo="Write --intent users_in=EU,CN."
            )
        said[key.strip()] = (pair, _read(key.strip(), value.strip()))
    return tuple(_with(intent, said) for intent in intents) if said else tuple(intents)


def _read(key: str, value: str) -> object:
    """The value as licaudit.yaml would hold it; a list may be written without brackets."""
    from licaudit.documents import DocumentError, read_yaml

    lists = _lists()
    text = f"[{value}]" if key in lists and not value.startswith("[") else value
    if key == "group_monthly_users" and ":" in value and not value.startswith("{"):
        text = "{" + value.replace(":", ": ") + "}"
    try:
        return read_yaml(text, "--intent").data
    except DocumentError as error:
        raise UsageError(f"`{value}` cannot be read as the value of `{key}`") from error


def _lists() -> frozenset[str]:
    """The parts of an intent that are lists."""
    from licaudit.facts import Intent

    return frozenset(f.name for f in fields(Intent) if str(f.type).startswith("tuple[")) - {
        "group_monthly_users"
    }


def _with(intent: Intent, said: dict[str, tuple[str, object]]) -> Intent:
    from licaudit.documents import Document
    from licaudit.facts.codec import to_plain
    from licaudit.policy.project import make_intent

    plain = {k: v for k, v in to_plain(intent).items() if v is not None}
    users = plain.get("group_monthly_users")
    if users is not None:
        plain["group_monthly_users"] = users[0][1] if users[0][0] == "any_time" else dict(users)
    for key, (_, value) in said.items():
        plain[key] = value
    try:
        return make_intent(Document({}, "--intent"), (), plain)
    except ConfigError as error:
        raise UsageError(error.what, where=error.where, todo=error.todo) from error
