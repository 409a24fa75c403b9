"""Merge and training configs: what a model was made from, in the words of its tools."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.collectors import training_configs
from licaudit.collectors.context import Context

ROOT = "local:."
HUB = "pkg:huggingface/"


def collect(
    memory: Callable[..., Any],
    text: str,
    name: str = "config.yaml",
    kind: str = "model",
    **more: str,
) -> Any:
    tree = memory({name: text, **{k.replace("__", "."): v for k, v in more.items()}})
    entry = tree.entry(name)
    assert training_configs.is_config(entry)
    return training_configs.collect(tree, entry, Context(ROOT, kind, "x"))  # type: ignore[arg-type]


def edges(found: Any) -> set[tuple[str, str]]:
    return {(x.relation, x.target.removeprefix(HUB)) for x in found.links}


def test_mergekit(memory: Callable[..., Any]) -> None:
    found = collect(
        memory,
        """merge_method: slerp
base_model: a/base-7b
slices:
  - sources:
      - model: a/base-7b
        layer_range: [0, 32]
      - model: b/other-7b+c/lora
models:
  - model: {model: {path: d/third-7b}}
  - model: ./missing
""",
        "mergekit_config.yml",
    )
    assert edges(found) == {
        ("merged_from", "a/base-7b"),
        ("merged_from", "b/other-7b"),
        ("merged_from", "c/lora"),
        ("merged_from", "d/third-7b"),
    }
    assert {e.line for x in found.links for e in x.evidence if x.target.endswith("other-7b")} == {7}
    assert [(g.reason, g.blocks) for g in found.gaps] == [("unresolved", True)]


def test_axolotl(memory: Callable[..., Any]) -> None:
    found = collect(
        memory,
        """base_model: a/base-7b
adapter: qlora
micro_batch_size: 2
datasets:
  - path: b/notes
    type: alpaca
  - path: data/own.jsonl
    ds_type: json
  - path: json
    data_files: x.jsonl
""",
        data__own=".",
        **{"data/own__jsonl": "{}"},
    )
    assert edges(found) == {("adapter_of", "a/base-7b"), ("trained_on", "datasets/b/notes")}
    assert found.gaps == ()


def test_llama_factory(memory: Callable[..., Any]) -> None:
    text = """model_name_or_path: a/base-7b
stage: sft
finetuning_type: full
dataset: identity,alpaca_en_demo
reward_model: c/reward-7b
"""
    assert edges(collect(memory, text)) == {
        ("fine_tuned_from", "a/base-7b"),
        ("trained_on", "name:dataset/identity"),
        ("trained_on", "name:dataset/alpaca_en_demo"),
        ("rewarded_by", "c/reward-7b"),
    }


def test_trl_torchtune_and_saved_arguments(memory: Callable[..., Any]) -> None:
    trl = "model_name_or_path: a/b-1\nlearning_rate: 1\ndataset_mixer:\n  c/d: 1.0\n  e/f: 0.5\n"
    assert edges(collect(memory, trl)) == {
        ("fine_tuned_from", "a/b-1"),
        ("trained_on", "datasets/c/d"),
        ("trained_on", "datasets/e/f"),
    }
    tune = """model:
  _component_: torchtune.models.llama3.lora_llama3_8b
dataset:
  _component_: torchtune.datasets.instruct_dataset
  source: a/notes
checkpointer:
  checkpoint_dir: /tmp/Llama-3-8B
"""
    found = collect(memory, tune)
    assert edges(found) == {("trained_on", "datasets/a/notes")}
    assert [(g.reason, g.blocks) for g in found.gaps] == [("outside_tree", False)]
    saved = '{"model_name_or_path": "a/b-1", "output_dir": "out", "dataset_name": "c/d"}'
    assert edges(collect(memory, saved, "training_args.json")) == {
        ("fine_tuned_from", "a/b-1"),
        ("trained_on", "datasets/c/d"),
    }


def test_the_examples_of_a_program_are_what_it_uses(memory: Callable[..., Any]) -> None:
    text = "model_name_or_path: a/b-1\ndataset: identity\nlearning_rate: 1\n"
    found = collect(memory, text, kind="code")
    assert edges(found) == {("depends_on", "a/b-1")}
    assert found.links[0].note == "named in a config (fine_tuned_from)"


@pytest.mark.parametrize(
    "text",
    ["services:\n  web:\n    image: x\n", "datasets: [a/b]\n", "model_name: x\n", "[]", "", "a: b"],
)
def test_other_programs_say_nothing(memory: Callable[..., Any], text: str) -> None:
    found = collect(memory, text)
    assert (found.links, found.gaps) == ((), ())


def test_a_broken_merge_blocks(memory: Callable[..., Any]) -> None:
    text = "merge_method: slerp\nmodels: [\n"
    assert [(g.reason, g.blocks) for g in collect(memory, text).gaps] == [("broken", True)]
    other = "learning_rate: 1\nbase_model: [\n"
    assert [(g.reason, g.blocks) for g in collect(memory, other).gaps] == [("broken", False)]


@given(
    st.dictionaries(
        st.sampled_from(["base_model", "models", "slices", "datasets", "dataset", "checkpointer"]),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=12),
            lambda i: (
                st.lists(i, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["model", "path", "sources", "a/b"]), i, max_size=3
                )
            ),
            max_leaves=8,
        ),
    ),
    st.booleans(),
)
def test_any_values(memory: Callable[..., Any], values: dict[str, object], merge: bool) -> None:
    import json

    extra = {"merge_method": "x"} if merge else {"learning_rate": 1}
    collect(memory, json.dumps({**extra, **values}, indent=1), "train.json")


@given(st.text(max_size=200))
def test_any_text(memory: Callable[..., Any], text: str) -> None:
    collect(memory, "learning_rate: 1\nbase_model: x\n" + text)
