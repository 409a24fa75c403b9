"""ScanCode's matcher for one text, over the compact index (`rule_index.py`).

Its imports take half a second, so they are made on first need and never for `--help`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from licaudit.errors import ToolError
from licaudit.licenses import matcher

LONG = 100_000  # characters; the longest license that is known has fewer
BREAK, BINARY_BREAK = 15, 50  # empty lines that part two notices, as ScanCode has it for files
SECONDS = 10.0  # a text of a license takes tenths; what takes longer was made to take long
# Rules that say "some license" without naming one.
GENERIC = frozenset(
    {
        "unknown-license-reference",
        "proprietary-license",
        "commercial-license",
        "free-unknown",
        "other-permissive",
        "other-copyleft",
        "unknown",
        "generic-cla",
        "warranty-disclaimer",
        "unknown-spdx",
        "see-license",
        "public-domain-disclaimer",
    }
)


@dataclass(frozen=True, slots=True)
class Match:
    """One ScanCode match. Lines count from 1 in the text given; scores are 0 to 100."""

    expression: str
    score: float
    coverage: float
    start_line: int
    end_line: int
    matcher: str
    kind: str
    rule: str
    length: int

    @property
    def exact(self) -> bool:
        """Whether every word of the rule was found in order (hash or automaton)."""
        return self.matcher in ("1-hash", "2-aho", "1-spdx-id")

    @property
    def generic(self) -> bool:
        """Whether it names no particular license."""
        return all(part in GENERIC for part in _keys(self.expression))


def _keys(expression: str) -> list[str]:
    return [
        w
        for w in expression.replace("(", " ").replace(")", " ").split()
        if w not in ("AND", "OR", "WITH")
    ]


@cache
def _index() -> Any:
    try:
        from licaudit.licenses.rule_index import open_index

        return open_index()
    except (ImportError, AttributeError, KeyError) as error:
        # pluggy 1.7 makes ScanCode's plugin lookup fail with "did not find any hooks".
        raise ToolError(
            f"ScanCode's engine does not start ({error})",
            todo="Check that `pluggy` is older than 1.7 and reinstall licaudit-ai.",
        ) from error


@dataclass(frozen=True, slots=True)
class Found:
    """All matches in a text, in order of position; `complete` unless time ran out.

    `trouble` says why it is not, where that is something else than time.
    """

    matches: tuple[Match, ...]
    complete: bool = True
    trouble: str | None = None

    @property
    def unread(self) -> str | None:
        """Why the text was not compared to its end; None when it was."""
        if self.complete:
            return None
        late = "too much of this text resembles licenses; it was not compared to the end"
        return self.trouble or late


def matches_of(index: Any, text: str, seconds: float) -> tuple[list[Any], bool]:
    """ScanCode's own matches in a text, and whether there was time for all of them.

    A long text is asked quickly (see `RuleIndex`): likeness is quadratic. `seconds` are computing
    time, so a busy machine gives the same answer.
    """
    if not text:
        return [], True
    import numpy as np

    from licaudit.licenses.text_query import TextQuery

    numbered = list(enumerate(text.splitlines(), 1))
    clues = None if len(text) <= LONG else np.arange(len(numbered))
    query = TextQuery(numbered, index, BREAK, clues=clues, seconds=seconds)
    return list(index.match_query(query)), not query.late


def match(text: str) -> Found:
    """What ScanCode finds, or the matcher that a user chose in its place."""
    other = matcher.chosen()
    if other is not None:
        return other.match(text)
    found, complete = matches_of(_index(), text, SECONDS)
    matches = tuple(
        Match(
            expression=str(m.rule.license_expression),
            score=float(m.score()),
            coverage=float(m.coverage()),
            start_line=int(m.start_line),
            end_line=int(m.end_line),
            matcher=str(m.matcher),
            kind=_kind(m.rule),
            rule=str(m.rule.identifier),
            length=int(m.len()),
        )
        for m in found
    )
    return Found(matches, complete)


def _kind(rule: Any) -> str:
    for kind in ("text", "notice", "reference", "tag", "intro", "clue"):
        if getattr(rule, f"is_license_{kind}", False):
            return kind
    return "clue"
