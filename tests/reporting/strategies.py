"""Random results, built from the type hints of the facts alone."""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import date
from typing import Any

from hypothesis import strategies as st

from licaudit.facts import SCHEMA, AuditResult

MOST = 2  # items of a list: a result holds thirty lists inside each other
# Names that have meaning to HTML, Markdown, SPDX, a terminal or a browser.
HOSTILE = (
    "<script>alert(1)</script>",
    "`|](http://x) @all [x](javascript:1)",
    "{{ 7*7 }}",
    "\u202egpj.exe",
    "a\nb\x00c",
    "../../etc/passwd",
    "LicenseRef-",
    "data",
    "模型",
)
texts = st.one_of(st.text(max_size=8), st.sampled_from(HOSTILE))


def of(hint: Any) -> st.SearchStrategy[Any]:
    """Values of one type hint."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*(of(a) for a in args))
    if origin is typing.Literal:
        return st.sampled_from(args)
    if origin is tuple and args[1:] == (Ellipsis,):
        return st.lists(of(args[0]), max_size=MOST).map(tuple)
    if origin is tuple:
        return st.tuples(*(of(a) for a in args))
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return st.builds(hint, **{f.name: of(hints[f.name]) for f in dataclasses.fields(hint)})
    return {
        str: texts,
        int: st.integers(),
        float: st.floats(0, 1),
        bool: st.booleans(),
        date: st.dates(),
        types.NoneType: st.none(),
    }[hint]


def results() -> st.SearchStrategy[AuditResult]:
    """Whole results; nothing in them fits together, as in a damaged or strange audit."""
    hints = typing.get_type_hints(AuditResult)
    fields = {f.name: of(hints[f.name]) for f in dataclasses.fields(AuditResult)}
    fields["schema"] = st.just(SCHEMA)
    fields["as_of"] = st.dates().map(date.isoformat)
    return st.builds(AuditResult, **fields)
