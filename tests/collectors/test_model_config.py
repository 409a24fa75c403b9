import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.collectors import adapter_config, model_config
from licaudit.facts import WEIGHTS, Link, Location
from licaudit.sources.local import LocalTree
from licaudit.sources.tree import Entry

ROOT = "local:."


def config(memory: Callable[..., Any], content: object, **options: object) -> Any:
    text = content if isinstance(content, (str, bytes)) else json.dumps(content)
    tree = memory({"config.json": text, "base/config.json": "{}"}, **options)
    return model_config.collect(tree, tree.entry("config.json"), ROOT)


def adapter(memory: Callable[..., Any], content: object) -> Any:
    text = content if isinstance(content, (str, bytes)) else json.dumps(content)
    tree = memory({"lora/adapter_config.json": text, "lora/base/config.json": "{}"})
    return adapter_config.collect(tree, tree.entry("lora/adapter_config.json"), ROOT)


def test_a_finetuned_model(situation: Callable[[str], LocalTree]) -> None:
    found = model_config.collect(situation("finetuned-model"), Entry("config.json", 200), ROOT)
    base = "pkg:huggingface/meta-llama/Llama-2-7b-hf"
    where = Location("config.json", 5, key="_name_or_path")
    assert found.links == (Link(ROOT, base, "derived_from", (where,)),)
    assert [(a.id, a.kind) for a in found.artifacts] == [(base, "model")]
    (tag,) = found.passages
    assert (tag.text, tag.form, tag.scope, tag.location.line) == ("llama2", "tag", WEIGHTS, 4)
    assert found.scopes == {(ROOT, WEIGHTS)}
    assert found.gaps == ()


def test_parts_of_a_vision_model(situation: Callable[[str], LocalTree]) -> None:
    found = model_config.collect(situation("vision-model"), Entry("config.json", 400), ROOT)
    assert {(x.relation, x.target, x.evidence[0].line) for x in found.links} == {
        ("contains", "pkg:huggingface/openai/clip-vit-large-patch14-336", 4),
        ("derived_from", "pkg:huggingface/lmsys/vicuna-7b-v1.5", 7),
    }
    (gap,) = found.gaps  # /mnt/checkpoints/vit
    assert (gap.reason, gap.blocks, gap.location.line) == ("unresolved", False, 10)  # type: ignore[union-attr]


@pytest.mark.parametrize("value", ["", None, "base", "./base", "."])
def test_nothing_upstream(memory: Callable[..., Any], value: str | None) -> None:
    found = config(memory, {"model_type": "x", "_name_or_path": value})
    assert (found.links, found.gaps) == ((), ())


def test_its_own_name_is_not_upstream(memory: Callable[..., Any]) -> None:
    content = {"model_type": "opt", "_name_or_path": "facebook/opt-13b"}
    assert config(memory, content, name="facebook/opt-13b").links == ()
    assert config(memory, content).links


def test_another_programs_config_says_nothing(memory: Callable[..., Any]) -> None:
    assert config(memory, {"license": "mit", "port": 80}) == model_config.Collected()
    assert config(memory, '{"port": 80, // a comment').gaps[0].blocks is False


def test_broken_metadata_of_a_model_blocks(situation: Callable[[str], LocalTree]) -> None:
    tree = situation("broken-metadata")
    (gap,) = model_config.collect(tree, Entry("config.json", 41), ROOT).gaps
    assert (gap.reason, gap.blocks) == ("broken", True)
    found = adapter_config.collect(tree, Entry("adapter_config.json", 41), ROOT)
    assert [(g.reason, g.blocks) for g in found.gaps] == [("unresolved", True)]
    assert found.scopes == {(ROOT, WEIGHTS)}


def test_a_license_twice_is_a_gap(memory: Callable[..., Any]) -> None:
    found = config(memory, '{"model_type": "x", "license": "mit", "license": "gpl"}')
    assert [(g.reason, g.blocks) for g in found.gaps] == [("broken", True)]


@pytest.mark.parametrize("value", [7, ["mit"], {"a": 1}, True])
def test_a_license_of_the_wrong_type_is_a_gap(memory: Callable[..., Any], value: object) -> None:
    found = config(memory, {"model_type": "x", "license": value})
    assert found.passages == ()
    assert [g.reason for g in found.gaps] == ["broken"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["license", "_name_or_path", "model_type", "text_config", "vision_tower"]
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_read_without_crash(memory: Callable[..., Any], value: object) -> None:
    for found in (config(memory, value), adapter(memory, value)):
        for passage in found.passages:
            passage.text.encode()
        assert all(link.target.startswith("pkg:huggingface/") for link in found.links)


@given(st.binary())
def test_any_bytes_are_read_without_crash(memory: Callable[..., Any], value: bytes) -> None:
    config(memory, value)
    assert adapter(memory, value).gaps


def test_an_adapter(situation: Callable[[str], LocalTree]) -> None:
    entry = Entry("adapter_config.json", 150)
    found = adapter_config.collect(situation("lora-adapter"), entry, ROOT)
    base = "pkg:huggingface/Qwen/Qwen2-7B-Instruct"
    assert [(x.relation, x.target, x.evidence[0].line) for x in found.links] == [
        ("adapter_of", base, 3)
    ]
    assert found.artifacts[0].revision == "f2826a00ceef68f0f2b946d945ecc0477ce4450c"
    assert found.gaps == ()


@pytest.mark.parametrize("base", ["/data/llama-13b", "", None, "my-model", "../other/base", 3])
def test_an_adapter_on_an_unknown_base_blocks(memory: Callable[..., Any], base: object) -> None:
    found = adapter(memory, {"base_model_name_or_path": base})
    assert found.links == ()
    assert [(g.reason, g.blocks) for g in found.gaps] == [("unresolved", True)]


def test_an_adapter_on_a_base_in_the_same_tree(memory: Callable[..., Any]) -> None:
    found = adapter(memory, {"base_model_name_or_path": "./base"})
    assert (found.links, found.gaps) == ((), ())


def test_an_adapter_on_a_legacy_model(memory: Callable[..., Any]) -> None:
    found = adapter(memory, {"base_model_name_or_path": "gpt2"})
    assert [x.target for x in found.links] == ["pkg:huggingface/gpt2"]
