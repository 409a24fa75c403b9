"""The first rows of JSON lines: a license per row, the models that made them, and bad rows."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.collectors import jsonl_rows
from licaudit.collectors.context import Context
from licaudit.facts import CONTENT

ROOT = "local:."


def collect(
    memory: Callable[..., Any], data: bytes | str, name: str = "train.jsonl", kind: Any = "dataset"
) -> Any:
    tree = memory({name: data})
    return jsonl_rows.collect(tree, tree.entry(name), Context(ROOT, kind, "harbor"))


def lines(*rows: object) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def edges(found: Any) -> set[tuple[str, str]]:
    return {(x.relation, x.target) for x in found.links}


def test_each_license_is_a_subset_of_its_own(memory: Callable[..., Any]) -> None:
    rows = [{"text": "a", "license": "mit"}, {"text": "b", "meta": {"license": "CC BY-NC 4.0"}}]
    found = collect(memory, lines(*rows, {"text": "c", "license": "mit"}))
    assert [(p.scope, p.text, p.location.line, p.location.key) for p in found.passages] == [
        ("subset:train.jsonl[license=mit]", "mit", 1, "license"),
        ("subset:train.jsonl[license=CC BY-NC 4.0]", "CC BY-NC 4.0", 2, "meta.license"),
    ]
    assert found.gaps == ()


@pytest.mark.parametrize("nothing", [None, "", "unknown", "N/A", []])
def test_rows_without_a_license_beside_others_are_a_gap(
    memory: Callable[..., Any], nothing: object
) -> None:
    found = collect(memory, lines({"license": "mit"}, {"license": nothing}))
    assert [(g.reason, g.blocks) for g in found.gaps] == [("no_license", True)]
    assert "1 of 2 rows" in found.gaps[0].detail


def test_rows_that_were_not_read_are_a_gap(memory: Callable[..., Any]) -> None:
    row = lines({"text": "x" * 1_000, "license": "mit"})
    tree = memory({"train.jsonl": row * 5_000})
    found = jsonl_rows.collect(tree, tree.entry("train.jsonl"), Context(ROOT, "dataset", "x"))
    assert tree.handed_out <= 1_000_000
    assert [(g.reason, g.blocks, g.scope) for g in found.gaps] == [
        ("rows_unread", True, "subset:train.jsonl")
    ]


def test_of_many_shards_the_later_ones_are_read_briefly(memory: Callable[..., Any]) -> None:
    shard = lines({"text": "x" * 1_000, "license": "mit"}) * 200
    tree = memory({f"{n:02d}.jsonl": shard for n in range(22)})
    context = Context(ROOT, "dataset", "x")
    first = jsonl_rows.collect(tree, tree.entry("00.jsonl"), context)
    assert (tree.handed_out, first.gaps) == (len(shard), ())
    last = jsonl_rows.collect(tree, tree.entry("21.jsonl"), context)
    assert tree.handed_out - len(shard) == 65_536
    assert [(g.reason, g.blocks) for g in last.gaps] == [("rows_unread", True)]


def test_the_makers_of_rows(memory: Callable[..., Any]) -> None:
    rows = lines(
        {"text": "a", "model": "gpt-4-0613", "judge_model": "Qwen/Qwen2-72B-Instruct"},
        {"text": "b", "model": "Golf", "generator": "acme-7b", "annotator": "human"},
        {"text": "c", "meta": {"reward_model": "acme/rm-7b"}},
    )
    found = collect(memory, rows)
    assert edges(found) == {
        ("generated_by", "service:openai"),
        ("annotated_by", "pkg:huggingface/Qwen/Qwen2-72B-Instruct"),
        ("generated_by", "name:model/acme-7b"),
        ("rewarded_by", "pkg:huggingface/acme/rm-7b"),
    }
    (evidence,) = next(x for x in found.links if x.relation == "rewarded_by").evidence
    assert (evidence.label(), evidence.key) == ("train.jsonl:3", "meta.reward_model")


def test_rows_found_on_the_web_are_said_to_be_so(memory: Callable[..., Any]) -> None:
    found = collect(memory, lines(*({"text": "x", "url": "https://a.example/1"} for _ in range(3))))
    assert [(g.reason, g.scope, g.blocks) for g in found.gaps] == [
        ("content_unlicensed", CONTENT, False)
    ]


def test_packed_lines_are_unfolded_within_bounds(memory: Callable[..., Any]) -> None:
    packed = gzip.compress(lines({"license": "mit"}).encode())
    assert len(collect(memory, packed, "train.jsonl.gz").passages) == 1
    bomb = gzip.compress((lines({"license": "mit"}) + " " * 50_000_000).encode())
    found = collect(memory, bomb, "train.jsonl.gz")
    assert [g.reason for g in found.gaps] == ["rows_unread"]


@pytest.mark.parametrize(
    ("data", "name", "reason", "blocks"),
    [
        (b"[" * 900_000, "train.jsonl", "broken", False),
        (b'{"a":' * 150_000 + b"\n{}\n", "train.jsonl", "broken", False),
        (b"\xff\xfe\x00\n", "train.jsonl", "broken", False),
        (b"no rows\n", "train.jsonl", "broken", False),
        (b"x" * 1_500_000, "train.jsonl", "cut_short", False),
        (b"\x1f\x8b\x08rubbish", "train.jsonl.gz", "broken", True),
        (gzip.compress(b"{}\n" * 999, mtime=0)[:-12], "train.jsonl.gz", "broken", True),
        (b"version https://git-lfs.github.com/spec/v1\n", "train.jsonl", "unreadable", False),
    ],
    ids=["depth", "objects", "utf-16", "words", "one-line", "rubbish", "cut", "pointer"],
)
def test_bad_rows_are_a_gap_that_names_the_file(
    memory: Callable[..., Any], data: bytes, name: str, reason: str, blocks: bool
) -> None:
    (gap,) = collect(memory, data, name).gaps
    assert (gap.reason, gap.blocks) == (reason, blocks)
    assert name in gap.detail


def test_lines_of_a_program_are_no_dataset(memory: Callable[..., Any]) -> None:
    assert collect(memory, lines({"license": "mit"}), kind="code").passages == ()


@given(rows=st.lists(st.dictionaries(st.sampled_from(["license", "model", "url", "x"]), st.text())))
def test_any_rows(memory: Callable[..., Any], rows: list[dict[str, str]]) -> None:
    collect(memory, lines(*rows))


@given(data=st.binary(max_size=300))
def test_any_bytes(memory: Callable[..., Any], data: bytes) -> None:
    collect(memory, data)
    collect(memory, b"\x1f\x8b\x08\0" + data, "train.jsonl.gz")
