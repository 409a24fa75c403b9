"""Globs of REUSE and of Debian, matched in one pass: no pattern, however hostile, costs more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["mark", "any", "here", "deep", "skip"]
_PARTS = re.compile(r"\\(.)|(\*\*+/)|(\*\*+)|(\*)|(\?)|(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Glob:
    """A pattern as steps: one letter, `any` letter, letters `here` (no slash) or `deep`.

    `skip` may leave out the two steps after it: `**/` also takes no folder at all.
    """

    steps: tuple[tuple[Kind, str], ...]

    def fits(self, path: str) -> bool:
        """Whether the whole path fits. Costs the product of both lengths at most."""
        states = self._reached({0})
        for letter in path:
            states = self._reached({n for s in states if (n := self._next(s, letter)) is not None})
            if not states:
                return False
        return len(self.steps) in states

    def _reached(self, states: set[int]) -> set[int]:
        """States with those that stars which take nothing lead to."""
        found: set[int] = set()
        pending = list(states)
        while pending:
            state = pending.pop()
            if state in found:
                continue
            found.add(state)
            kind = self.steps[state][0] if state < len(self.steps) else "mark"
            if kind in ("here", "deep", "skip"):
                pending.append(state + 1)
            if kind == "skip":
                pending.append(state + 3)
        return found

    def _next(self, state: int, letter: str) -> int | None:
        kind, mark = self.steps[state] if state < len(self.steps) else ("skip", "")
        if kind == "any" or (kind == "mark" and mark == letter):
            return state + 1
        return state if kind == "deep" or (kind == "here" and letter != "/") else None


def reuse_glob(text: str) -> Glob:
    """`*` stays in its folder, `**` does not, a backslash takes its mark back."""
    return Glob(tuple(_steps(text, debian=False)))


def debian_glob(text: str) -> Glob:
    """`*` and `?` also take slashes."""
    return Glob(tuple(_steps(text, debian=True)))


def _steps(text: str, *, debian: bool) -> Iterator[tuple[Kind, str]]:
    for match in _PARTS.finditer(text):
        escaped, folders, deep, star, one, plain = match.groups()
        if folders and not debian:
            yield from (("skip", ""), ("deep", ""), ("mark", "/"))
        elif folders or deep or (star and debian):
            yield ("deep", "")
            if folders:
                yield ("mark", "/")
        elif star:
            yield ("here", "")
        elif one and debian:
            yield ("any", "")
        else:
            yield ("mark", escaped or one or plain)
