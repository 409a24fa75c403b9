"""The words of the reports in their languages, compiled once from reports/messages/*.yaml."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from licaudit.documents import read_yaml
from licaudit.errors import ToolError
from licaudit.settings import cache_folder, data_folder, keep

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = Language.__args__  # type: ignore[attr-defined]
FORMAT = "1"  # raise when the compiled form changes


def say(key: str, lang: str, **values: object) -> str:
    """The message `key` in `lang`, its `{names}` filled in.

    A message with the forms `one` and `other` is chosen by `n`. Raises ToolError for a key that
    does not exist: tests hold templates and messages together.
    """
    table = messages(lang)
    words = table.get(key)
    if words is None:
        words = table.get(f"{key}.{'one' if values.get('n') == 1 else 'other'}")
    if words is None:
        raise ToolError(f"the message `{key}` is missing", where=f"reports/messages/{lang}.yaml")
    return words.format_map(values) if values else words


def name(group: str, value: str | None, lang: str) -> str:
    """The word for a value of a vocabulary; a value without one reads as it is written."""
    if value is None:
        return say("none", lang)
    return messages(lang).get(f"{group}.{value}", value.replace("_", " "))


@cache
def messages(lang: str) -> Mapping[str, str]:
    """All messages of one language by dotted key."""
    if lang not in LANGUAGES:
        raise ToolError(
            f"reports are not written in `{lang}`", todo=f"Choose one of {', '.join(LANGUAGES)}."
        )
    source = data_folder("reports") / "messages" / f"{lang}.yaml"
    text = source.read_bytes()
    digest = hashlib.sha256(FORMAT.encode() + b"\0" + text).hexdigest()
    return _compiled(digest) or _compile(text.decode("utf-8"), digest, source.name)


def _compiled(digest: str) -> dict[str, str] | None:
    try:
        table = json.loads((cache_folder("messages") / f"{digest}.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None  # not there yet, or damaged: it is compiled again
    return table if isinstance(table, dict) else None


def _compile(text: str, digest: str, source: str) -> dict[str, str]:
    table = flatten(read_yaml(text, f"reports/messages/{source}").data)
    path = cache_folder("messages") / f"{digest}.json"
    keep(path, json.dumps(table, ensure_ascii=False).encode())
    return table


def flatten(node: Any, prefix: str = "") -> dict[str, str]:
    """Nested mappings as one table of dotted keys."""
    if not isinstance(node, dict):
        return {prefix: str(node)}
    table: dict[str, str] = {}
    for key, value in node.items():
        table.update(flatten(value, f"{prefix}.{key}" if prefix else str(key)))
    return table
