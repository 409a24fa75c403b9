"""The table of `rules/authority.yaml`: names and words that tell holders from those who hand on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from licaudit.documents import Document
from licaudit.errors import KnowledgeError
from licaudit.licenses.rules_file import read_rules

FILE = "authority.yaml"
_WORDS = ("repackers", "license_authors", "plain_words", "placeholders")
_PATTERNS = ("repack_names", "repack_words", "mirror_words", "aggregator_words", "original_words")


@dataclass(frozen=True)
class Names:
    """Everything of the file: lower-case words, and patterns joined into one each."""

    repackers: frozenset[str]
    license_authors: tuple[str, ...]
    plain_words: frozenset[str]
    placeholders: tuple[str, ...]
    repack_names: re.Pattern[str]
    repack_words: re.Pattern[str]
    mirror_words: re.Pattern[str]
    aggregator_words: re.Pattern[str]
    original_words: re.Pattern[str]


@cache
def load_names(folder: Path | None = None) -> Names:
    """The table of a rules folder. Raises KnowledgeError with file and line."""
    document = read_rules(FILE, (*_WORDS, *_PATTERNS), "the table of authorities", folder)
    words: dict[str, Any] = {name: _listed(document, name) for name in _WORDS}
    patterns = {name: _joined(document, name) for name in _PATTERNS}
    return Names(
        frozenset(words["repackers"]),
        tuple(words["license_authors"]),
        frozenset(words["plain_words"]),
        tuple(words["placeholders"]),
        **patterns,
    )


def _listed(document: Document, name: str) -> list[str]:
    values = document.data[name]
    if not isinstance(values, list) or not all(isinstance(v, str) and v for v in values):
        raise KnowledgeError(f"`{name}` must be a list of words", where=document.where(name))
    return [v.lower() for v in values]


def _joined(document: Document, name: str) -> re.Pattern[str]:
    parts = []
    for index, source in enumerate(document.data[name] or ()):
        flags = re.IGNORECASE if str(source).startswith("(?i)") else 0
        bare = str(source).removeprefix("(?i)")
        try:
            re.compile(bare, flags)
        except re.error as error:
            what = f"not a regular expression ({error})"
            raise KnowledgeError(what, where=document.where(name, index)) from error
        parts.append(f"(?i:{bare})" if flags else f"(?:{bare})")
    if not parts:
        raise KnowledgeError(f"`{name}` is empty", where=document.where(name))
    return re.compile("|".join(parts), re.MULTILINE)
