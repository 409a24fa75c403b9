"""Making claims and gaps out of passages, with ids that do not change between runs."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import lru_cache

from licaudit.facts import Claim, Gap, Location, Passage, Rung, Scope

WRITTEN = 400  # characters of the verbatim words a claim keeps


def claim(
    passage: Passage,
    written: str,
    rung: Rung,
    confidence: float,
    *,
    expression: str | None = None,
    scope: Scope | None = None,
    location: Location | None = None,
    candidates: tuple[str, ...] = (),
    narrows: str | None = None,
    note: str | None = None,
    rule: str | None = None,
) -> Claim:
    """One claim of a passage; `location` and `scope` default to the passage's own."""
    place = location or passage.location
    kept = " ".join(written.split())[:WRITTEN]
    basis = passage.basis if rung in ("identifier", "statement", "none") else "detected"
    target = scope or passage.scope
    seed = "\0".join(
        str(x)
        for x in (
            passage.artifact,
            target,
            place.path,
            place.line,
            place.key,
            kept,
            expression,
            narrows,
            candidates,
        )
    )
    return Claim(
        id="c" + hashlib.sha256(seed.encode("utf-8", "surrogatepass")).hexdigest()[:12],
        artifact=passage.artifact,
        scope=target,
        written=kept,
        expression=expression,
        basis=basis,
        authority=passage.authority,
        rung=rung,
        confidence=confidence,
        location=place,
        rule=rule,
        candidates=candidates,
        narrows=narrows,
        note=note,
    )


def again(claim: Claim, scope: Scope, note: str) -> Claim:
    """The same words read for another scope, as a claim of its own."""
    digest = hashlib.sha256(f"{claim.id}\0{scope}".encode()).hexdigest()
    said = f"{claim.note}; {note}" if claim.note else note
    return replace(claim, id="c" + digest[:12], scope=scope, note=said)


def gap(
    passage: Passage,
    reason: str,
    detail: str,
    *,
    blocks: bool = True,
    location: Location | None = None,
    scope: Scope | None = None,
    link: str | None = None,
) -> Gap:
    """A gap at a passage's place; `link` is the address that may answer it."""
    return Gap(
        passage.artifact,
        reason,
        detail,
        location or passage.location,
        scope or passage.scope,
        blocks,
        link,
    )


def at_line(passage: Passage, line: int, end_line: int | None = None) -> Location:
    """A place inside a passage, `line` counting from 1 in the passage's text.

    Bytes are given where the passage's text is its stretch of the file, byte for byte.
    """
    if places := passage.hint("places"):
        return _carried(passage, places, line, end_line)
    first = (passage.location.line or 1) - 1
    start, length = None, None
    if passage.location.start is not None and passage.location.length is not None:
        starts = _line_starts(passage.text)
        if starts[-1] == passage.location.length and line < len(starts):
            last = min(end_line or line, len(starts) - 1)
            start = passage.location.start + starts[line - 1]
            length = max(0, starts[last] - starts[line - 1])
    return replace(
        passage.location,
        line=first + line,
        end_line=first + end_line if end_line else None,
        start=start,
        length=length,
    )


def _carried(passage: Passage, places: str, line: int, end_line: int | None) -> Location:
    """The page or paragraph of a text that another format carries, or the line of its source."""
    unit, numbers = _numbers(places)
    here = numbers[min(line, len(numbers)) - 1]
    if unit != "line":
        return replace(passage.location, key=f"{unit} {here}")
    last = numbers[min(end_line, len(numbers)) - 1] if end_line else None
    return replace(passage.location, line=here, end_line=last)


@lru_cache(maxsize=8)
def _numbers(places: str) -> tuple[str, tuple[int, ...]]:
    """(what is counted, the number of each line) of a `places` hint such as `page 1 1 2`."""
    unit, *numbers = places.split(" ")
    return unit, tuple(map(int, numbers))


@lru_cache(maxsize=8)
def _line_starts(text: str) -> tuple[int, ...]:
    """The byte at which each line begins, and the length of the whole."""
    starts, total = [], 0
    for line in text.split("\n"):
        starts.append(total)
        total += len(line.encode("utf-8", "surrogatepass")) + 1
    return (*starts, total - 1)
