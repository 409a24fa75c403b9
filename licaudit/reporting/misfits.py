"""Whether values that were read hold what their types promise, scalars included."""

from __future__ import annotations

import dataclasses
import types
import typing
from functools import cache
from typing import Any


@cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def first_misfit(hint: Any, value: Any, place: str = "") -> str | None:
    """`claims[3].confidence is a str, not a number`, or None when all values fit."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        hints = _hints(type(value))
        parts = [
            (hints[f.name], getattr(value, f.name), f"{place}.{f.name}".lstrip("."))
            for f in dataclasses.fields(value)
        ]
        return _first(parts)
    if isinstance(value, tuple):
        args = typing.get_args(_plain_hint(hint, value))
        each = [args[0]] * len(value) if args[-1:] == (Ellipsis,) else list(args)
        pairs = enumerate(zip(each, value, strict=True))
        return _first([(h, v, f"{place}[{i}]") for i, (h, v) in pairs])
    expected = _plain_hint(hint, value)
    if isinstance(expected, type) and not _is(expected, value):
        return f"`{place}` is {_name(value)}, not {expected.__name__}"
    return None


def _first(parts: list[tuple[Any, Any, str]]) -> str | None:
    return next((m for m in (first_misfit(*part) for part in parts) if m), None)


def _plain_hint(hint: Any, value: Any) -> Any:
    """The member of an optional type that the value should have."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        args = [a for a in typing.get_args(hint) if a is not types.NoneType]
        return types.NoneType if value is None else args[0]
    return hint


def _is(expected: type, value: Any) -> bool:
    if expected in (int, float) and isinstance(value, bool):
        return False
    return isinstance(value, (int, float) if expected is float else expected)


def _name(value: Any) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
