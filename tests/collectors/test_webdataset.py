"""WebDataset shards, written by `tarfile`: the JSON of each sample, and archives that lie."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.collectors import webdataset
from licaudit.collectors.context import Context

ROOT = "local:."


def shard(*members: tuple[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=form) as archive:
        for name, data in members:
            head = tarfile.TarInfo(name)
            head.size = len(data)
            archive.addfile(head, io.BytesIO(data))
    return packed.getvalue()


def sample(number: int, size: int = 100, **said: str) -> list[tuple[str, bytes]]:
    return [
        (f"{number:05d}.jpg", b"\xff" * size),
        (f"{number:05d}.json", json.dumps(said).encode()),
    ]


def collect(memory: Callable[..., Any], data: bytes, kind: Any = "dataset") -> Any:
    tree = memory({"shard-0.tar": data})
    return webdataset.collect(tree, tree.entry("shard-0.tar"), Context(ROOT, kind, "harbor"))


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_the_json_beside_a_picture(memory: Callable[..., Any], form: int) -> None:
    data = shard(*sample(0, license="cc-by-4.0"), *sample(1, license="mit"), form=form)
    found = collect(memory, data)
    assert [(p.text, p.scope, p.location.key) for p in found.passages] == [
        ("cc-by-4.0", "subset:shard-0.tar[license=cc-by-4.0]", "00000.json: license"),
        ("mit", "subset:shard-0.tar[license=mit]", "00001.json: license"),
    ]
    assert found.gaps == ()


def test_captioned_by_a_model(memory: Callable[..., Any]) -> None:
    found = collect(memory, shard(*sample(0, caption_model="Salesforce/blip-2", url="x")))
    assert {(x.relation, x.target) for x in found.links} == {
        ("annotated_by", "pkg:huggingface/Salesforce/blip-2")
    }


def test_payloads_are_jumped_over_and_the_rest_is_a_gap(memory: Callable[..., Any]) -> None:
    members = [m for n in range(400) for m in sample(n, 90_000, license="cc-by-4.0")]
    tree = memory({"shard-0.tar": shard(*members)})
    found = webdataset.collect(tree, tree.entry("shard-0.tar"), Context(ROOT, "dataset", "x"))
    assert tree.handed_out <= 1_000_000
    assert [p.text for p in found.passages] == ["cc-by-4.0"]
    assert [(g.reason, g.blocks) for g in found.gaps] == [("rows_unread", True)]


WHOLE = shard(*sample(0, license="mit"), *sample(1, license="mit"))
HEAD = 512


def lying(size: bytes) -> bytes:
    """A member whose header gives another size, its checksum made right again."""
    head = bytearray(shard(("a.json", b"{}"))[:HEAD])
    head[124:136] = size
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no archive at all" * 100,
        WHOLE[:700],  # in the middle of a payload
        WHOLE[: 3 * HEAD] + b"\x01" * 2_000,  # rubbish where a header should be
        lying(b"77777777777\0") + bytes(HEAD),  # 8 GB in a file of 1 KB
        lying(b"-0000000001\0") + bytes(HEAD),
    ],
)
def test_damage_is_a_gap_that_names_the_file(memory: Callable[..., Any], data: bytes) -> None:
    gaps = collect(memory, data).gaps
    assert [(g.reason, g.blocks) for g in gaps] == [("broken", True)]
    assert "shard-0.tar" in gaps[0].detail


def test_a_sidecar_too_large_or_too_deep_is_a_gap(memory: Callable[..., Any]) -> None:
    data = shard(("a.json", b"[" * 60_000), ("b.json", b" " * 100_000), ("c.json", b"{"))
    (gap,) = collect(memory, data).gaps
    assert gap.reason == "broken"
    assert "3 of the rows" in gap.detail


def test_many_long_names_do_not_exhaust_the_stack(memory: Callable[..., Any]) -> None:
    long = shard(("x" * 300, b""), form=tarfile.GNU_FORMAT)[: 2 * HEAD]
    (gap,) = collect(memory, long * 900 + bytes(2 * HEAD)).gaps
    assert (gap.reason, gap.blocks) == ("broken", True)


def test_an_archive_of_a_program_is_no_shard(memory: Callable[..., Any]) -> None:
    assert collect(memory, WHOLE, "code").passages == ()


@given(place=st.integers(0, len(WHOLE) - 1), byte=st.binary(min_size=1, max_size=1))
def test_any_byte_may_be_wrong(memory: Callable[..., Any], place: int, byte: bytes) -> None:
    collect(memory, WHOLE[:place] + byte + WHOLE[place + 1 :])
