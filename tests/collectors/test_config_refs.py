"""Configs of other programs and workflows: hub ids under keys that tell what they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.collectors import config_refs
from licaudit.collectors.context import Context
from licaudit.facts import Collected

ROOT = "local:."
HF = "pkg:huggingface/"


def collect(memory: Callable[..., Any], text: str | bytes, path: str = "conf/a.yaml") -> Collected:
    tree = memory({path: text})
    return config_refs.collect(tree, tree.entry(path), Context(ROOT, "code", "x"))


def lines(found: Collected) -> dict[str, int | None]:
    return {x.target: x.evidence[0].line for x in found.links}


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.yaml", "task: x\ndataset_path: acme/talk\n", {HF + "datasets/acme/talk": 2}),
        ("a.yaml", "x: !function utils.f\nvision_tower: acme/clip-l\n", {HF + "acme/clip-l": 2}),
        (
            "a.yaml",
            "datasets:\n  - path: acme/talk\n    type: chat\n",
            {HF + "datasets/acme/talk": 2},
        ),
        (
            "a.yaml",
            "models:\n  - acme/one-7b\n  - acme/two-7b\n",
            {HF + "acme/one-7b": 2, HF + "acme/two-7b": 3},
        ),
        ("a.json", '{\n  "embedding_model": "acme/base"\n}', {HF + "acme/base": 2}),
        ("a.toml", 'reranker = "acme/base"\n', {HF + "acme/base": 1}),
        (
            "compose.yaml",
            "services:\n  a:\n    environment:\n      - MODEL_ID=acme/llama-7b\n",
            {HF + "acme/llama-7b": 4},
        ),
        (
            ".github/workflows/ci.yml",
            "jobs:\n  a:\n    steps:\n      - run: hf download acme/base\n",
            {HF + "acme/base": 4},
        ),
        ("a.yaml", "# model: acme/base\noutput_dir: acme/base\nimage: acme/base\n", {}),
        ("a.yaml", "model: models/base\ntokenizer: ./org/base\n", {}),
    ],
)
def test_what_keys_name(
    memory: Callable[..., Any], path: str, text: str, expected: dict[str, int]
) -> None:
    assert lines(collect(memory, text, path)) == expected


def test_what_the_reader_of_training_configs_says_is_not_said_twice(
    memory: Callable[..., Any],
) -> None:
    text = "base_model: acme/base\nlearning_rate: 1\nvision_tower: acme/clip-l\n"
    assert lines(collect(memory, text)) == {HF + "acme/clip-l": 3}


@given(
    st.text()
    | st.binary()
    | st.from_regex(r"((model|datasets|run): ?(\n *- )?[\w/\[\]{}'-]*\n){1,9}")
)
def test_any_config(memory: Callable[..., Any], text: str | bytes) -> None:
    collect(memory, text)
    collect(memory, text, "a.json")


BOMB = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(20)
)


@pytest.mark.parametrize(
    "text", [BOMB, "[" * 90_000, "- " * 90_000, "k:\n" * 40_000, "<<: *me\nme: &me {<<: *me}\n"]
)
def test_hostile_configs_hide_no_other_line(memory: Callable[..., Any], text: str) -> None:
    found = collect(memory, f"base_model: acme/bert-7b\n{text}")
    assert lines(found) == {HF + "acme/bert-7b": 1}
