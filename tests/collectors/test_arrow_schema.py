"""The schema that begins an Arrow file or stream, by nanoarrow: licenses, columns, damage."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from typing import Any

import nanoarrow as na
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nanoarrow.ipc import StreamWriter

from licaudit.collectors import arrow_schema
from licaudit.collectors.context import Context
from licaudit.facts import DATA

ROOT = "local:."
CONTEXT = Context(ROOT, "dataset", "harbor")


def stream(metadata: dict[str, str] | None, *columns: str) -> bytes:
    """A stream of one row of texts."""
    schema = na.c_schema(na.struct({name: na.string() for name in columns}))
    schema = schema.modify(metadata=metadata) if metadata else schema
    cells = [na.c_array(["x"], na.string()) for _ in columns]
    written = io.BytesIO()
    with StreamWriter.from_writable(written) as writer:
        writer.write_stream(na.c_array_from_buffers(schema, 1, [None], children=cells))
    return written.getvalue()


def collect(memory: Callable[..., Any], data: bytes, name: str = "train.arrow") -> Any:
    tree = memory({name: data})
    return arrow_schema.collect(tree, tree.entry(name), CONTEXT)


STREAM = stream({"license": "cc-by-nc-4.0"}, "text")


@pytest.mark.parametrize("data", [STREAM, b"ARROW1\0\0" + STREAM, STREAM[4:]])
def test_a_license_of_the_schema(memory: Callable[..., Any], data: bytes) -> None:
    (passage,) = collect(memory, data).passages
    assert (passage.text, passage.scope, passage.location.key) == ("cc-by-nc-4.0", DATA, "license")


def test_what_datasets_keeps_as_json(memory: Callable[..., Any]) -> None:
    data = stream({"huggingface": '{"info": {"license": "MIT", "features": {}}}'}, "text")
    assert [p.text for p in collect(memory, data).passages] == ["MIT"]


def test_a_column_of_licenses_is_a_gap_that_names_it(memory: Callable[..., Any]) -> None:
    (gap,) = collect(memory, stream(None, "text", "max_stars_repo_licenses")).gaps
    assert (gap.reason, gap.scope, gap.blocks) == ("rows_unread", "subset:train.arrow", True)
    assert "max_stars_repo_licenses" in gap.detail
    assert "licaudit census" in gap.detail


def test_only_the_schema_is_read(memory: Callable[..., Any]) -> None:
    tree = memory({"train.arrow": STREAM + bytes(50_000_000)})
    assert arrow_schema.collect(tree, tree.entry("train.arrow"), CONTEXT).passages
    assert tree.handed_out < 200_000


@pytest.mark.parametrize(
    ("data", "reason", "blocks"),
    [
        (b"", "broken", True),
        (STREAM[:6], "broken", True),
        (STREAM[:100], "broken", True),
        (b"ARROW1\0\0", "broken", True),
        (b"\xff\xff\xff\xff" + struct.pack("<i", -5) + b"x" * 40, "broken", True),
        (b"\xff\xff\xff\xff" + struct.pack("<i", 2**31 - 1) + b"x" * 40, "broken", True),
        (b"\xff\xff\xff\xff" + struct.pack("<i", 32) + b"\x07" * 32, "broken", True),
        (b"\xff\xff\xff\xff" + struct.pack("<i", 700_000) + bytes(700_000), "cut_short", False),
        (b"FEA1" + b"x" * 40, "unsupported", False),
        (b"version https://git-lfs.github.com/spec/v1\n", "unreadable", False),
    ],
)
def test_damage_is_a_gap_that_names_the_file(
    memory: Callable[..., Any], data: bytes, reason: str, blocks: bool
) -> None:
    (gap,) = collect(memory, data).gaps
    assert (gap.reason, gap.blocks) == (reason, blocks)
    assert "train.arrow" in gap.detail
    assert gap.location.path == "train.arrow"


@given(
    cut=st.integers(0, len(STREAM)),
    place=st.integers(0, len(STREAM) - 1),
    byte=st.binary(min_size=1, max_size=1),
)
def test_any_damage_ends(memory: Callable[..., Any], cut: int, place: int, byte: bytes) -> None:
    collect(memory, (STREAM[:place] + byte + STREAM[place + 1 :])[:cut])
