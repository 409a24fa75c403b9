"""Ids of the graph and the trees behind them, there and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from licaudit.sources.about import About
from licaudit.sources.faults import SourceGap
from licaudit.sources.nodes import node_of, target_of


@dataclass
class Placed:
    kind: str
    about: About | None
    name: str = "x"
    revision: str = "1"


def placed(kind: str, id_: str, subtype: str, url: str = "https://hub.example/x") -> Any:
    return Placed(kind, About(id_, id_, subtype, url))


@pytest.mark.parametrize(
    ("tree", "node", "key"),
    [
        (placed("huggingface", "acme/a", "model"), "pkg:huggingface/acme/a", "hf:acme/a"),
        (placed("huggingface", "gpt2", "model"), "pkg:huggingface/gpt2", "hf:gpt2"),
        (
            placed("hub_cache", "acme/d", "dataset"),
            "pkg:huggingface/datasets/acme/d",
            "hf:datasets/acme/d",
        ),
        (
            placed("huggingface", "acme/s", "space"),
            "pkg:huggingface/spaces/acme/s",
            "hf:spaces/acme/s",
        ),
        (
            placed("modelscope", "Acme/d", "dataset"),
            "pkg:modelscope/datasets/Acme/d",
            "ms:datasets/Acme/d",
        ),
        (
            placed("git", "x", "code", "https://github.com/acme/a"),
            "pkg:github/acme/a",
            "git+https://github.com/acme/a",
        ),
        (placed("pypi", "six", "package", "pkg:pypi/six@1.0"), "pkg:pypi/six", "pypi:six"),
        (
            placed("npm", "@acme/a", "package", "pkg:npm/%40acme/a@1.0.0"),
            "pkg:npm/%40acme/a",
            "npm:@acme/a",
        ),
    ],
)
def test_a_tree_and_its_node_lead_to_each_other(tree: Any, node: str, key: str) -> None:
    assert node_of(tree) == node
    target = target_of(node)
    assert target is not None
    assert target.key == key
    assert target_of(f"{node}#data/part") == target


def test_a_repository_on_any_other_server_has_a_generic_id() -> None:
    tree = placed("git", "x", "code", "https://git.example/acme/a")
    assert node_of(tree) == "pkg:generic/a?vcs_url=git%2Bhttps://git.example/acme/a"


@pytest.mark.parametrize("tree", [Placed("local", None), placed("page", "x", "")])
def test_what_has_no_place_is_the_root(tree: Any) -> None:
    assert node_of(tree) == "local:."
    assert node_of(tree, "asked") == "asked"


@pytest.mark.parametrize(
    "node", ["local:.", "local:data", "service:openai", "name:model/LLaMA", "acme/a", ""]
)
def test_a_mere_name_leads_nowhere(node: str) -> None:
    assert target_of(node) is None


@pytest.mark.parametrize(
    ("node", "reason"),
    [
        ("pkg:cargo/serde@1.0", "unsupported"),
        ("pkg:generic/a?download_url=https://x.example", "unsupported"),
        ("pkg:huggingface/../../etc", "refused"),
        ("pkg:", "refused"),
    ],
)
def test_what_no_source_reads_is_a_gap(node: str, reason: str) -> None:
    with pytest.raises(SourceGap) as caught:
        target_of(node)
    assert caught.value.reason == reason
