"""Names of data that only LLaMA-Factory or torchtune knows, and configs that continue others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from licaudit.collectors import training_configs
from licaudit.collectors.context import Context
from licaudit.collectors.relation_names import load_relations
from licaudit.errors import RuleError

ROOT = "local:."
HUB = "pkg:huggingface/"
SFT = "model_name_or_path: a/base-7b\nstage: sft\nfinetuning_type: lora\n"


def collect(memory: Callable[..., Any], text: str, files: dict[str, str] | None = None) -> Any:
    tree = memory({"train.yaml": text, **(files or {})})
    context = Context(ROOT, "model", "x")
    return training_configs.collect(tree, tree.entry("train.yaml"), context)


def data(found: Any) -> set[str]:
    return {x.target.removeprefix(HUB) for x in found.links if x.relation == "trained_on"}


def test_llama_factorys_list_beside_the_config(memory: Callable[..., Any]) -> None:
    listed = {
        "one": {"hf_hub_url": "acme/one"},
        "two": {"file_name": "two.json"},
        "three": {"file_name": "/srv/three.json"},
        "alpaca_en": {"hf_hub_url": "acme/other"},
    }
    files = {"data/dataset_info.json": json.dumps(listed, indent=1), "data/two.json": "[]"}
    found = collect(memory, SFT + "dataset: one,two,three,alpaca_en\n", files)
    assert data(found) == {"datasets/acme/one", "datasets/acme/other"}
    places = {e.label() for x in found.links for e in x.evidence if "acme/one" in x.target}
    assert places == {"data/dataset_info.json:3"}
    assert [(g.reason, g.location.path, g.blocks) for g in found.gaps] == [
        ("unresolved", "data/dataset_info.json", True)
    ]


def test_llama_factorys_own_names(memory: Callable[..., Any]) -> None:
    found = collect(memory, SFT + "dataset: alpaca_gpt4_zh, of_nobody\n")
    assert data(found) == {"datasets/llamafactory/alpaca_gpt4_zh", "name:dataset/of_nobody"}
    remote = collect(memory, SFT + "dataset: x\ndataset_dir: REMOTE:acme/lists\n")
    assert data(remote) == {"datasets/acme/lists"}


def test_a_broken_list_is_a_gap(memory: Callable[..., Any]) -> None:
    found = collect(memory, SFT + "dataset: one\n", {"data/dataset_info.json": "{"})
    assert [(g.reason, g.location.path) for g in found.gaps] == [
        ("broken", "data/dataset_info.json")
    ]


def test_torchtunes_builders(memory: Callable[..., Any]) -> None:
    tune = "model:\n  _component_: torchtune.models.llama3.llama3_8b\ndataset:\n"
    known = collect(memory, tune + "  _component_: torchtune.datasets.alpaca_cleaned_dataset\n")
    assert data(known) == {"datasets/yahma/alpaca-cleaned"}
    listed = collect(
        memory,
        tune + "  - _component_: torchtune.datasets.slimorca_dataset\n"
        "  - _component_: torchtune.datasets.instruct_dataset\n    source: acme/notes\n",
    )
    assert data(listed) == {"datasets/Open-Orca/SlimOrca-Dedup", "datasets/acme/notes"}
    unknown = collect(memory, tune + "  _component_: torchtune.datasets.odd_dataset\n")
    assert [(g.reason, g.blocks) for g in unknown.gaps] == [("unresolved", True)]
    assert "odd_dataset" in unknown.gaps[0].detail


@pytest.mark.parametrize(
    ("text", "edge"),
    [
        ("teacher_model_name_or_path: a/t", ("distilled_from", "a/t")),
        ("reward_model: {path: a/rm-7b}", ("rewarded_by", "a/rm-7b")),
        ("reward_model:\n  enable: true\n  model:\n    path: a/rm-7b", ("rewarded_by", "a/rm-7b")),
        ("judge_model: a/j-7b", ("annotated_by", "a/j-7b")),
        ("generation:\n  generator_model: a/g-7b", ("generated_by", "a/g-7b")),
        ("sft_model_path: a/s-7b", ("fine_tuned_from", "a/s-7b")),
    ],
)
def test_models_that_a_training_asks(
    memory: Callable[..., Any], text: str, edge: tuple[str, str]
) -> None:
    found = collect(memory, f"base_model: a/base-7b\nlearning_rate: 1\n{text}\n")
    assert edge in {(x.relation, x.target.removeprefix(HUB)) for x in found.links}


BASE = "base_model: a/base-7b\nlearning_rate: 1\n"


@pytest.mark.parametrize(
    ("text", "files", "words"),
    [
        ("_base_: more.yaml", {"more.yaml": "_base_: train.yaml\n"}, "continues it again"),
        ("_base_: train.yaml", {}, "continues it again"),
        ("include: gone.yaml", {}, "not in this tree"),
        ("extends: ../../up.yaml", {}, "not in this tree"),
        ("x: !include gone.yaml", {}, "not in this tree"),
    ],
)
def test_includes_that_lead_nowhere_are_a_gap(
    memory: Callable[..., Any], text: str, files: dict[str, str], words: str
) -> None:
    gaps = collect(memory, f"{BASE}{text}\n", files).gaps
    assert [(g.reason, g.location.label()) for g in gaps] == [("unresolved", "train.yaml:3")]
    assert words in gaps[0].detail


def test_a_long_chain_ends(memory: Callable[..., Any]) -> None:
    files = {f"{n}.yaml": f"_base_: {n + 1}.yaml\n" for n in range(40)}
    assert "more than" in collect(memory, f"{BASE}_base_: 0.yaml\n", files).gaps[0].detail


def test_a_yaml_bomb_is_a_gap(memory: Callable[..., Any]) -> None:
    bomb = "merge_method: slerp\na0: &a0 [x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    tree = memory({"mergekit_config.yml": bomb})
    found = training_configs.collect(
        tree, tree.entry("mergekit_config.yml"), Context(ROOT, "model", "x")
    )
    assert [(g.reason, g.blocks, g.location.path) for g in found.gaps] == [
        ("broken", True, "mergekit_config.yml")
    ]


def test_rules_that_are_wrong_name_their_line(tmp_path: Path) -> None:
    (tmp_path / "relations.yaml").write_text("config: {}\n", "utf-8")
    with pytest.raises(RuleError, match=r"relations\.yaml"):
        load_relations(tmp_path)
