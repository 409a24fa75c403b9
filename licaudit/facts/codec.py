"""Frozen facts to plain JSON values and back, driven by their type hints alone."""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import date
from functools import cache
from typing import Any, TypeVar, cast

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """Dataclasses to dicts, tuples to lists, sets to sorted lists, dates to ISO strings."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            f.name: to_plain(found)
            for f in dataclasses.fields(value)
            if (found := getattr(value, f.name)) is not None or "left_out" not in f.metadata
        }
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (frozenset, set)):
        return sorted((to_plain(item) for item in value), key=repr)
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return value


@cache
def _hints(cls: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(cls)
    return {f.name: hints[f.name] for f in dataclasses.fields(cls)}


def from_plain(hint: Any, value: Any) -> Any:
    """The inverse of `to_plain` for one type hint. Raises TypeError or ValueError on a misfit."""
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        if value is None:
            return None
        return from_plain(next(a for a in typing.get_args(hint) if a is not types.NoneType), value)
    if origin is typing.Literal:
        if value not in typing.get_args(hint):
            raise ValueError(
                f"{value!r} is not one of {', '.join(map(str, typing.get_args(hint)))}"
            )
        return value
    if origin in (tuple, frozenset):
        return _sequence(hint, origin, value)
    if dataclasses.is_dataclass(hint):
        return record(cast(type, hint), value)
    if hint is date:
        return date.fromisoformat(value)
    return value


def _sequence(hint: Any, origin: Any, value: Any) -> Any:
    args = typing.get_args(hint)
    if not isinstance(value, (list, tuple)):
        raise TypeError(f"expected a list, found {type(value).__name__}")
    if origin is tuple and len(args) == 2 and args[1] is Ellipsis:
        return tuple(from_plain(args[0], item) for item in value)
    if origin is frozenset:
        return frozenset(from_plain(args[0], item) for item in value)
    return tuple(from_plain(arg, item) for arg, item in zip(args, value, strict=True))


def record(cls: type[T], value: Any) -> T:
    """One dataclass from a dict; unknown keys are ignored so that newer files stay readable."""
    if not isinstance(value, dict):
        raise TypeError(f"expected a mapping for {cls.__name__}, found {type(value).__name__}")
    hints = _hints(cast(Any, cls))
    return cls(**{k: from_plain(hints[k], v) for k, v in value.items() if k in hints})
