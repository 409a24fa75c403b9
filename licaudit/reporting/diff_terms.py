"""Two licenses side by side: what was given or taken away, and what is asked more or less."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Literal

from licaudit.errors import UsageError
from licaudit.facts import (
    ACTIONS,
    CONDITION_KINDS,
    PERMISSION_ORDER,
    PURPOSES,
    RECIPROCAL_DUTIES,
    Action,
    Condition,
    Permission,
    Purpose,
)
from licaudit.licenses.explain import Explained, explain

Direction = Literal["tightened", "relaxed", "mixed", "same", "open"]
Act = tuple[str, str, str, str]  # action, purpose, permission before, permission now
# A general grant that covers an act permits it.
_AS: dict[Permission, Permission] = {"covered": "permitted"}
# Conditions as heavy as a permission: who may at all, and what reaches into the user's own work.
_WEIGHTY = (
    CONDITION_KINDS["eligibility"] | CONDITION_KINDS["precondition"] | RECIPROCAL_DUTIES
) - {"register", "accept", "notify"}
# What two conditions may differ in and still ask the same.
_WORDING = frozenset({"id", "clause", "summary"})


@dataclass(frozen=True, slots=True)
class Shift:
    """From one license to another.

    `lost` and `gained` are acts with their permission before and now. `asks_more` and `asks_less`
    name the types of conditions that came or went. `open` where the terms now are not known.
    """

    direction: Direction
    lost: tuple[Act, ...] = ()
    gained: tuple[Act, ...] = ()
    asks_more: tuple[str, ...] = ()
    asks_less: tuple[str, ...] = ()


Known = Callable[[str], Explained | None]


def shift_of(old: str | None, new: str | None, known: Known | None = None) -> Shift:
    """What a change of license means. None stands for a license that is not known."""
    look = known or _known
    before, after = (look(old) if old else None), (look(new) if new else None)
    lost: list[Act] = []
    gained: list[Act] = []
    for action in ACTIONS:
        for purpose in PURPOSES:
            was, now = _cell(before, action, purpose), _cell(after, action, purpose)
            if _AS.get(was, was) != _AS.get(now, now):
                worse = PERMISSION_ORDER.index(now) < PERMISSION_ORDER.index(was)
                (lost if worse else gained).append((action, purpose, was, now))
    asked, asks = _conditions(before), _conditions(after)
    more, less = asks.keys() - asked.keys(), asked.keys() - asks.keys()
    asks_more = tuple(sorted({asks[key] for key in more}))
    asks_less = tuple(sorted({asked[key] for key in less}))
    direction: Direction = "open"
    if after is not None:
        direction = _by_acts(lost, gained, asks_more, asks_less) or _either(bool(more), bool(less))
    return Shift(direction, tuple(lost), tuple(gained), asks_more, asks_less)


def _by_acts(
    lost: list[Act], gained: list[Act], more: tuple[str, ...], less: tuple[str, ...]
) -> Direction | None:
    """Permissions weigh more than the small duties that come with every license."""
    if not lost and not gained:
        return None
    worse = bool(lost) or any(t in _WEIGHTY for t in more)
    better = bool(gained) or any(t in _WEIGHTY for t in less)
    return _either(worse, better)


def _either(worse: bool, better: bool) -> Direction:
    if worse and better:
        return "mixed"
    return "tightened" if worse else "relaxed" if better else "same"


def _known(expression: str) -> Explained | None:
    try:
        return explain(expression)
    except UsageError:
        return None  # a license of nobody's list: what it permits is not known


def _cell(found: Explained | None, action: Action, purpose: Purpose) -> Permission:
    return found.cells[action, purpose][0] if found is not None else "unknown"


def _conditions(found: Explained | None) -> dict[str, str]:
    """What a license asks, told apart by all that is not wording, with the type of each."""
    if found is None:
        return {}
    parts = (found.terms,) if found.terms else found.parts
    return {
        repr([getattr(c, f.name) for f in fields(Condition) if f.name not in _WORDING]): c.type
        for terms in parts
        for c in terms.conditions
    }
