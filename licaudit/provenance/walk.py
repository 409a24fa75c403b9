"""The walk upstream: breadth-first through everything an artifact came from, many at a time.

The walk knows nothing of hubs. `expand` reads one artifact; the result is the same whatever the
order in which its answers arrive, because each round is finished and sorted before the next begins.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
Progress = Callable[[int, int], None]  # how many are read, of how many that are known of


@dataclass(frozen=True)
class Step(Generic[T]):
    """One artifact as it was read: the id it really goes by, what was found, where it leads."""

    id: str
    found: T
    upstream: tuple[str, ...] = ()


@dataclass(frozen=True)
class Walk(Generic[T]):
    """Everything that was read, nearest first.

    `names` leads from each other name an artifact was asked by to the one it goes by; `cut` are
    the artifacts that `most` left unread.
    """

    found: dict[str, T] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    cut: tuple[str, ...] = ()


def walk(
    roots: Iterable[str],
    expand: Callable[[str], Step[T]],
    *,
    known: Collection[str] = (),
    depth: int | None = None,
    most: int | None = None,
    workers: int = 16,
    progress: Progress = lambda done, all_: None,
) -> Walk[T]:
    """Expand the roots, what they lead to, and so on; each artifact once, by whatever names.

    Rounds beyond `depth` are not walked (the roots are round 1); after `most` artifacts the rest
    is cut. `known` are never expanded: the audited work itself, which a cycle leads back to.
    What `expand` raises ends the walk: an artifact that cannot be reached is a found, not an error.
    """
    result: Walk[T] = Walk()
    front = sorted(set(roots) - set(known))
    cut: list[str] = []
    rounds = 0
    with ThreadPoolExecutor(max(1, workers), thread_name_prefix="upstream") as pool:
        while front and (depth is None or rounds < depth):
            rounds += 1
            if most is not None:
                room = max(0, most - len(result.found))
                cut += front[room:]
                front = front[:room]
            steps = _round(pool, front, expand, len(result.found), progress)
            front = _take(result, steps, {*known, *cut})
    return Walk(result.found, result.names, tuple(sorted(cut)))


def _round(
    pool: ThreadPoolExecutor,
    front: list[str],
    expand: Callable[[str], Step[T]],
    done: int,
    progress: Progress,
) -> list[tuple[str, Step[T]]]:
    """All of one round, in the order of `front`. The first error cancels what has not begun."""
    waiting = [pool.submit(expand, name) for name in front]
    everything = done + len(front)
    try:
        for count, future in enumerate(as_completed(waiting), done + 1):
            future.result()
            progress(count, everything)
    finally:
        for future in waiting:
            future.cancel()
    return [(name, future.result()) for name, future in zip(front, waiting, strict=True)]


def _take(result: Walk[T], steps: list[tuple[str, Step[T]]], known: set[str]) -> list[str]:
    """Put a round into the result; the names to expand next. Two names of one artifact are one."""
    following: set[str] = set()
    for asked, step in steps:
        if step.id != asked:
            result.names[asked] = step.id
        if step.id not in result.found and step.id not in known:
            result.found[step.id] = step.found
            following.update(step.upstream)
    return sorted(following - result.found.keys() - result.names.keys() - known)
