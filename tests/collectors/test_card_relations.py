"""What a card's front matter says it came from, and what its hub's tags add."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from licaudit.collectors import cards, hub_says
from licaudit.collectors.context import Context
from licaudit.facts import Collected
from licaudit.sources.about import About, Said

ROOT = "pkg:huggingface/acme/a"
HUB = "pkg:huggingface/"


def card(memory: Callable[..., Any], head: str, kind: Any = "model") -> Collected:
    tree = memory({"README.md": f"---\nlicense: mit\n{head}\n---\n# A\n"})
    context = Context(ROOT, kind, "a")
    return cards.collect(tree, tree.entry("README.md"), context)


def edges(found: Collected) -> set[tuple[str, str]]:
    return {(x.relation, x.target.removeprefix(HUB)) for x in found.links}


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("base_model: acme/b", {("fine_tuned_from", "acme/b")}),
        ("base_model: [acme/b]", {("fine_tuned_from", "acme/b")}),
        ("base_model: [acme/b, acme/c]", {("merged_from", "acme/b"), ("merged_from", "acme/c")}),
        ("base_model: acme/b\nbase_model_relation: quantized", {("quantized_from", "acme/b")}),
        ("base_model: acme/b\nbase_model_relation: Adapter", {("adapter_of", "acme/b")}),
        ("base_model: acme/b\nlibrary_name: peft", {("adapter_of", "acme/b")}),
        ("base_model: Llama", {("fine_tuned_from", "name:model/Llama")}),
        ("datasets: [acme/d]", {("trained_on", "datasets/acme/d")}),
        ("datasets: squad", {("trained_on", "datasets/squad")}),
    ],
)
def test_fields(memory: Callable[..., Any], head: str, expected: set[tuple[str, str]]) -> None:
    assert edges(card(memory, head)) == expected


@pytest.mark.parametrize(
    ("head", "blocks"),
    [
        ("base_model:", False),
        ("base_model: ''", False),
        ("base_model: {name: acme/b}", True),
        ("base_model: [acme/b, 7]", True),
        ("datasets: {train: acme/d}", True),
    ],
)
def test_a_field_that_names_nothing_is_a_gap(
    memory: Callable[..., Any], head: str, blocks: bool
) -> None:
    (gap,) = [g for g in card(memory, head).gaps if g.reason == "unresolved"]
    assert gap.blocks is blocks
    assert gap.location is not None
    assert gap.location.path == "README.md"
    assert head.partition(":")[0] in gap.detail


class Hub:
    name, revision, kind = "acme/a", "1", "huggingface"

    def __init__(self, *said: Said) -> None:
        url = "https://hub.example/acme/a"
        self.about = About("acme/a", "acme/a", "model", url, None, False, said)


def with_tags(read: Collected, *tags: str) -> Collected:
    hub: Any = Hub(*(Said("tags", tag) for tag in tags))
    return hub_says.with_hub(hub, ROOT, "model", read)


@pytest.mark.parametrize(
    ("word", "relation"),
    [
        ("quantized", "quantized_from"),
        ("adapter", "adapter_of"),
        ("finetune", "fine_tuned_from"),
        ("merge", "merged_from"),
    ],
)
def test_the_hubs_tag_tells_the_relation(
    memory: Callable[..., Any], word: str, relation: str
) -> None:
    read = card(memory, "base_model: acme/B")
    (link,) = with_tags(read, "base_model:acme/b", f"base_model:{word}:acme/b").links
    assert (link.relation, link.target) == (relation, HUB + "acme/B")
    assert [e.label() for e in link.evidence] == ["README.md:3", "https://hub.example/acme/a"]


def test_one_relation_holds_for_every_base_of_a_model(memory: Callable[..., Any]) -> None:
    read = card(memory, "base_model: [old/b, acme/c]")
    found = with_tags(read, "base_model:adapter:acme/b", "base_model:adapter:acme/c")
    assert edges(found) == {("adapter_of", "old/b"), ("adapter_of", "acme/c")}


def test_what_the_card_says_stands(memory: Callable[..., Any]) -> None:
    read = card(memory, "base_model: acme/b\nbase_model_relation: merge")
    assert edges(with_tags(read, "base_model:quantized:acme/b")) == {("merged_from", "acme/b")}


def test_tags_alone_name_a_base(memory: Callable[..., Any]) -> None:
    read = card(memory, "tags: [x]")
    found = with_tags(read, "base_model:acme/b", "base_model:quantized:acme/b", "license:mit")
    assert edges(found) == {("quantized_from", "acme/b")}


def test_machine_made_by_nobody_named_is_said(memory: Callable[..., Any]) -> None:
    head = "annotations_creators: [machine-generated]\nlanguage_creators: [found]"
    reasons = [(g.reason, g.blocks) for g in card(memory, head, "dataset").gaps]
    assert ("maker_unnamed", False) in reasons
    tree = memory({"README.md": f"---\nlicense: mit\n{head}\n---\nLabelled by Qwen2-72B.\n"})
    found = cards.collect(tree, tree.entry("README.md"), Context(ROOT, "dataset", "a"))
    assert edges(found) == {("annotated_by", "name:model/Qwen2-72B")}
    assert "maker_unnamed" not in [g.reason for g in found.gaps]
