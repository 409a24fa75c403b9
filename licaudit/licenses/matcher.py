"""Which program matches texts on the ladder's fifth rung: ScanCode, or the one a user chose.

The choice holds for the whole process while it is in force, so that helper threads and forked
workers follow it; two audits with different matchers take turns or take two processes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from licaudit.errors import UsageError
from licaudit.facts import Engine, Tool

if TYPE_CHECKING:
    from licaudit.licenses.engine import Found

DEFAULT = "scancode"
NAMES = (DEFAULT, "provenant")
VARIABLE = "LICAUDIT_MATCHER"


class Matcher(Protocol):
    """What takes ScanCode's place: matches of one text, and expressions of whole files."""

    @property
    def engine(self) -> Engine:
        """Its name and version."""

    def match(self, text: str) -> Found:
        """All matches in a text; what could not be read is told in `trouble`."""

    def files(self, paths: list[str]) -> Iterator[tuple[str | None, str | None]]:
        """(SPDX expression, what went wrong) of each file, in the order of the paths."""

    def close(self) -> None:
        """Let go of what was kept open."""


_chosen: list[Matcher | None] = [None]  # the last one counts; None is ScanCode


def chosen() -> Matcher | None:
    """The matcher that stands in for ScanCode now; None when ScanCode itself is asked."""
    return _chosen[-1]


def tool() -> Tool | None:
    """What a report says of it: name and version; None when ScanCode itself is asked."""
    found = chosen()
    return Tool(found.engine) if found else None


def key() -> str:
    """What keeps the chosen one's answers apart in a cache; empty for ScanCode itself."""
    found = chosen()
    return f"-{found.engine.name}-{found.engine.version}" if found else ""


def wanted(flag: str | None) -> str:
    """The matcher of a flag, else of $LICAUDIT_MATCHER, else ScanCode. Raises UsageError."""
    name = flag or os.environ.get(VARIABLE) or DEFAULT
    if name not in NAMES:
        raise UsageError(
            f"`{name}` is no matcher",
            where=None if flag else f"${VARIABLE}",
            todo=f"Use one of {', '.join(NAMES)}.",
        )
    return name


@contextmanager
def using(name: str) -> Iterator[None]:
    """Match with the one of this name until the block ends. Raises UsageError without it."""
    before = chosen()
    if name == (before.engine.name if before else DEFAULT):
        yield  # in force already
        return
    found: Matcher | None = None
    if name != DEFAULT:
        from licaudit.licenses.provenant import open_provenant

        found = open_provenant()
    _chosen.append(found)
    try:
        yield
    finally:
        _chosen.pop()
        if found:
            found.close()
