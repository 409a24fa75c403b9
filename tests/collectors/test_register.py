"""Rows of a register as datasets: where they stand, how they were obtained, what is claimed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from licaudit.collectors.register import Register, collect_rows, read_register
from licaudit.facts import Location
from licaudit.sources.local import LocalTree

HEAD = "name,url,channel,license,contract\n"


@pytest.fixture
def read(tmp_path: Path):
    def make(text: str | bytes, name: str = "register.csv") -> Register | None:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return read_register(LocalTree(str(path)))

    return make


def test_a_folder_that_holds_one_table_is_no_register(tmp_path: Path):
    (tmp_path / "data.csv").write_text(HEAD + "A,,,MIT,\n")
    assert read_register(LocalTree(str(tmp_path))) is None


@pytest.mark.parametrize(
    ("cell", "node"),
    [
        ("https://huggingface.co/datasets/acme/set", "pkg:huggingface/datasets/acme/set"),
        ("huggingface.co/datasets/acme/set/tree/main", "pkg:huggingface/datasets/acme/set"),
        ("acme/set", "pkg:huggingface/datasets/acme/set"),
        ("https://github.com/acme/set", "pkg:github/acme/set"),
        ("https://modelscope.cn/datasets/acme/set", "pkg:modelscope/datasets/acme/set"),
        ("data/part.jsonl", "name:dataset/A"),
        ("https://pages.example/set", "name:dataset/A"),
        ("", "name:dataset/A"),
    ],
)
def test_where_a_row_leads(read, cell: str, node: str):
    register = read(HEAD + f"A,{cell},public,MIT,\n")
    (row,) = register.rows
    assert (row.artifact.id, row.name) == (node, "A")


def test_claims_know_line_column_and_that_they_are_a_strangers(read):
    collected = collect_rows(read(HEAD + "A,,public,MIT;研究用途,\n"), "local:.", "r", "x")
    passages = collected.passages
    assert [p.text for p in passages] == ["MIT", "研究用途"]
    assert {p.authority for p in passages} == {"stranger"}
    assert passages[0].location == Location("register.csv", 2, key="license")


def test_a_license_cell_may_name_the_channel(read):
    register = read("name,license,contract\nA,自有,\nB,采购,\nC,见合同,C-1\nD,公开,\n")
    own, bought, by_contract, open_ = register.rows
    assert (own.channel, bought.channel, by_contract.channel) == ("own", "commercial", "commercial")
    assert open_.channel is None
    said = collect_rows(register, "local:.", "r", "x").passages
    assert [p.text for p in said] == ["公开"]
    assert [(g.reason, g.artifact) for g in register.gaps] == [("no_contract", "name:dataset/B")]


@pytest.mark.parametrize(
    "cell",
    ["Non Commercial | OpenAI", "non-commercial", "Commercial use: no", "not public", "own terms"],
)
def test_a_license_cell_that_says_more_than_a_channel_is_a_claim(read, cell: str):
    register = read(f"name,license\nA,{cell}\n")
    assert register.rows[0].channel is None
    assert collect_rows(register, "local:.", "r", "x").passages


def test_what_a_row_leaves_open_is_a_gap(read):
    register = read(HEAD + "A,,mysterious,MIT,\nB,,采购,MIT,\n")
    assert [g.reason for g in register.gaps] == ["unknown_channel", "no_contract"]
    assert all(g.blocks for g in register.gaps)


def test_columns_nobody_knows_are_said(read):
    register = read("name,license,mood\nA,MIT,good\n")
    (gap,) = register.gaps
    assert (gap.reason, gap.location) == ("unmapped_column", Location("register.csv", 1))
    assert "'mood'" in gap.detail


def test_a_workbook_that_cannot_be_read_is_a_register_with_a_gap(read):
    register = read(b"\xd0\xcf\x11\xe0" + b"\0" * 600, "register.xls")
    assert [g.reason for g in register.gaps] == ["encrypted"]
    assert register.gaps[0].blocks


def test_a_table_that_is_too_large_is_said(read, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("licaudit.collectors.register.MOST_BYTES", 100)
    register = read(HEAD + "A,,public,MIT,\n" * 20)
    assert [g.reason for g in register.gaps] == ["cut_short"]
    assert read("text,label\n" + "x,1\n" * 100) is None  # data, audited as such


MIXTURES = {
    "axolotl.yaml": "datasets:\n  - path: acme/set\n    type: alpaca\n",
    "weights.yaml": "mixture:\n  acme/set: 0.7\n",
    "megatron.yaml": "data_path: [0.7, acme/set]\n",
    "list.json": json.dumps([{"name": "acme/set", "license": "mit"}]),
    "dataset_info.json": json.dumps({"mine": {"hf_hub_url": "acme/set"}}),
    "chinese.yaml": "语料:\n  - 名称: 甲\n    链接: acme/set\n    许可证: MIT\n",
    "olmo.yaml": "dataset:\n  source_mixture_config:\n    source_configs:\n"
    "      - source_name: acme/set\n        target_ratio: 1.0\n        url: acme/set\n",
}


@pytest.mark.parametrize("name", MIXTURES)
def test_shapes_of_mixtures(read, name: str):
    register = read(MIXTURES[name], name)
    assert register is not None
    (row,) = register.rows
    assert row.artifact.id == "pkg:huggingface/datasets/acme/set"
    assert row.artifact.location.line


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("train.yaml", "base_model: acme/base\ndatasets:\n  - path: acme/set\n"),
        ("package.json", '{"name": "x", "license": "MIT", "dependencies": {"a": "1"}}'),
        ("dataset_infos.json", '{"default": {"license": "MIT", "features": {}}}'),
        ("numbers.json", '{"a": 1, "b": 2}'),
        ("broken.yaml", "datasets: [\n"),
        ("bomb.yaml", "a: &a [x,x,x,x,x,x,x,x,x]\n"
         + "".join(f"{c}: &{c} [{','.join('*' + p for _ in range(9))}]\n"
                   for p, c in zip("abcdefg", "bcdefgh", strict=True))),
    ],
)  # fmt: skip
def test_files_that_are_something_else(read, name: str, text: str):
    assert read(text, name) is None
