"""Two places that contradict each other, judged: what each would mean, and which is stricter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from licaudit.facts import OUTCOMES, PERMISSION_ORDER, Claim, Outcome, Resolution, Text
from licaudit.licenses.conflict_rules import load_conflicts
from licaudit.licenses.conflicts import Conflict

Side = Literal["left", "right", "neither"]
SHOWN = 4  # contradictions told in a message; the rest are counted
QUOTED = 100  # characters of the words that a message repeats of each side


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One conflict with the better and the worse of both sides' outcomes, and the stricter side."""

    conflict: Conflict
    better: Outcome
    worse: Outcome
    stricter: Side


def judged(conflict: Conflict, resolve: Callable[[str], Resolution]) -> Contradiction:
    """What either side would mean by itself; an ambiguous name counts as all it may mean."""
    left, right = (resolve(_meaning(c)) for c in (conflict.left, conflict.right))
    outcomes = sorted((left.outcome, right.outcome), key=OUTCOMES.index)
    ranks = _rank(left), _rank(right)
    side: Side = "neither"
    if ranks[0] != ranks[1]:
        side = "left" if ranks[0] > ranks[1] else "right"
    return Contradiction(conflict, outcomes[0], outcomes[1], side)


def _meaning(claim: Claim) -> str:
    return claim.expression or " AND ".join(claim.candidates)


def _rank(resolution: Resolution) -> tuple[int, int, int]:
    """Stricter is what allows less, then what asks for more."""
    return (
        OUTCOMES.index(resolution.outcome),
        -PERMISSION_ORDER.index(resolution.permission),
        len(resolution.obligations),
    )


def told(found: tuple[Contradiction, ...], name: Callable[[str], str], lang: str) -> str:
    """Both sides of each contradiction, verbatim, with their places and what they are read as."""
    shown = [_one(c, name, lang) for c in found[:SHOWN]]
    more = len(found) - SHOWN
    if more > 0:
        shown.append({"en": f"and {more} more", "zh": f"另有 {more} 处"}[lang])
    return ("；" if lang == "zh" else "; ").join(shown)


def _one(found: Contradiction, name: Callable[[str], str], lang: str) -> str:
    conflict = found.conflict
    table = load_conflicts()
    sides = [_side(c, name, lang) for c in (conflict.left, conflict.right)]
    differ = table.differences[conflict.differ].say(lang)
    if found.stricter == "neither":
        stricter = {"en": "equally strict for this use", "zh": "就此用途同样严格"}[lang]
    else:
        claim = conflict.left if found.stricter == "left" else conflict.right
        meant = _read_as(claim, name, lang)
        stricter = {"en": f"{meant} is stricter", "zh": f"{meant} 较严"}[lang]
    if lang == "zh":
        return f"{sides[0]}，与{sides[1]}矛盾（{differ}；{stricter}）"
    return f"{sides[0]}, against {sides[1]} ({differ}; {stricter})"


def _side(claim: Claim, name: Callable[[str], str], lang: str) -> str:
    words: Text = load_conflicts().place_of(claim).words
    written = claim.written[:QUOTED] + ("…" if len(claim.written) > QUOTED else "")
    place, meant = claim.location.label(), _read_as(claim, name, lang)
    if lang == "zh":
        return f"{words.zh}（{place}）写作“{written}”，即 {meant}"
    return f"{words.en} at {place} says “{written}”, read as {meant}"


def _read_as(claim: Claim, name: Callable[[str], str], lang: str) -> str:
    if claim.expression:
        return name(claim.expression)
    joined = (" 或 " if lang == "zh" else " or ").join(name(c) for c in claim.candidates[:3])
    return joined + ("…" if len(claim.candidates) > 3 else "")
