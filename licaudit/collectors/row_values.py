"""What one value of a license column says: itself, or the entries of a list written as text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_ENTRY = re.compile(r"""\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(None|null))\s*,?""")


def entries(text: str) -> tuple[str | None, ...]:
    """The values one text stands for: itself, or the entries of a list written out as text."""
    stripped = text.strip()
    if not (stripped.startswith("[") and stripped.endswith("]")):
        return (text,)
    try:
        value = json.loads(stripped)
    except (ValueError, RecursionError):
        return _written_list(stripped[1:-1]) or (text,)
    flat = list(_flat(value))
    if all(isinstance(v, str) or v is None for v in flat):
        return tuple(dict.fromkeys(flat))
    return (text,)


def _flat(value: Any) -> Iterator[Any]:
    """What lists in lists hold; an empty list holds one thing that says nothing."""
    if not isinstance(value, list):
        yield value
    elif not value:
        yield None
    else:
        for item in value:
            yield from _flat(item)


def _written_list(inner: str) -> tuple[str | None, ...] | None:
    """A list as Python or numpy prints it; None for anything else."""
    found: list[str | None] = []
    at = 0
    while at < len(inner):
        match = _ENTRY.match(inner, at)
        if match is None:
            return None
        one, two, _ = match.groups()
        found.append(one if one is not None else two)
        at = match.end()
    return tuple(dict.fromkeys(found)) or (None,)
