"""What locked packages are there for: the walk through the graph that a lock holds."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def reached(
    starts: Mapping[str | None, Iterable[Node]], onward: Callable[[Node], Iterable[Node]]
) -> dict[Node, str | None]:
    """The note of every node that a start leads to; of several, that of the first start.

    `starts` therefore begins with what ships (None). What nothing leads to is left out: nobody can
    say what it is for, and it is to be counted as shipping.
    """
    notes: dict[Node, str | None] = {}
    for note, first in starts.items():
        waiting = [node for node in dict.fromkeys(first) if node not in notes]
        notes.update(dict.fromkeys(waiting, note))
        while waiting:
            for node in onward(waiting.pop()):
                if node not in notes:
                    notes[node] = note
                    waiting.append(node)
    return notes
