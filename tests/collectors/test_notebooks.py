"""Jupyter notebooks: the models their code names, the licenses their text names."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.collectors import notebooks
from licaudit.collectors.context import Context

ROOT = "local:."


def collect(memory: Callable[..., Any], *cells: tuple[str, Any], raw: object = None) -> Any:
    data = {"cells": [{"cell_type": k, "source": s} for k, s in cells], "nbformat": 4}
    content = raw if isinstance(raw, (bytes, str)) else json.dumps(raw or data, indent=1)
    tree = memory({"a.ipynb": content})
    return notebooks.collect(tree, tree.entry("a.ipynb"), Context(ROOT, "code", "x"))


def line_of(needle: str, *cells: tuple[str, Any]) -> int:
    data = {"cells": [{"cell_type": k, "source": s} for k, s in cells], "nbformat": 4}
    lines = json.dumps(data, indent=1).split("\n")
    return next(n for n, line in enumerate(lines, 1) if needle in line)


def test_cells_are_one_program_with_magics_taken_out(memory: Callable[..., Any]) -> None:
    cells = (
        ("code", ["!pip install x \\\n", "  y\n", "%matplotlib inline\n", "NAME = 'a/b-7b'"]),
        ("code", ["if True:\n", "    !ls\n", "from transformers import AutoModel\n"]),
        ("code", "%%bash\nfrom_pretrained('c/d')"),
        ("code", ["m = AutoModel.from_pretrained(NAME)\n", "m?"]),
    )
    found = collect(memory, *cells)
    assert [(x.relation, x.target) for x in found.links] == [
        ("depends_on", "pkg:huggingface/a/b-7b")
    ]
    assert found.links[0].evidence[0].line == line_of("from_pretrained(NAME)", *cells)
    assert found.artifacts[0].location == found.links[0].evidence[0]
    assert found.gaps == ()


def test_a_cell_that_is_no_python_is_a_gap_and_spoils_no_other(memory: Callable[..., Any]) -> None:
    good = "import datasets\ndatasets.load_dataset('a/b')"
    found = collect(memory, ("code", "this is not"), ("code", good))
    assert [x.target for x in found.links] == ["pkg:huggingface/datasets/a/b"]
    assert [(g.reason, g.blocks) for g in found.gaps] == [("unparsable", False)]


def test_text_cells_that_speak_of_licenses_are_passages(memory: Callable[..., Any]) -> None:
    cells = (
        ("markdown", ["# Title\n", "Licensed under the Apache License 2.0."]),
        ("markdown", ["Just text"]),
    )
    (passage,) = collect(memory, *cells).passages
    assert (passage.form, passage.scope) == ("prose", "code")
    assert passage.location.line == line_of("# Title", *cells)


def test_pictures_of_fifty_megabytes_are_left_unread_and_said(memory: Callable[..., Any]) -> None:
    picture = {"output_type": "display_data", "data": {"image/png": "A" * 50_000_000}}
    cell = {"cell_type": "code", "source": ["m = load('a/b')"], "outputs": [picture]}
    tree = memory({"n.ipynb": json.dumps({"cells": [cell]})})
    found = notebooks.collect(tree, tree.entry("n.ipynb"), Context(ROOT, "code", "x"))
    (gap,) = found.gaps
    assert (gap.reason, gap.location and gap.location.path) == ("cut_short", "n.ipynb")
    assert tree.handed_out == 0


@pytest.mark.parametrize("raw", [b"", b"{", "[]", '{"cells": 3}', b"\0\1", "[" * 100_000])
def test_a_broken_notebook_is_a_gap(memory: Callable[..., Any], raw: object) -> None:
    assert len(collect(memory, raw=raw).gaps) == 1


@given(st.lists(st.tuples(st.sampled_from(["code", "markdown", "raw"]), st.text(max_size=60))))
def test_any_cells(memory: Callable[..., Any], cells: list[tuple[str, str]]) -> None:
    listed = [(k, s.splitlines(keepends=True)) for k, s in cells]
    collect(memory, *cells, *listed, ("code", "x.from_pretrained('a/b')"))


@given(st.recursive(st.none() | st.text(), lambda i: st.lists(i) | st.dictionaries(
    st.sampled_from(["cells", "source", "cell_type"]), i), max_leaves=6))  # fmt: skip
def test_any_shape(memory: Callable[..., Any], value: object) -> None:
    collect(memory, raw=json.dumps({"cells": value}))
    collect(memory, raw=json.dumps({"cells": [value]}))
