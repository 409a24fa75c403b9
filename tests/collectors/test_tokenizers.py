"""Tokenizers: where they were taken from, which texts they saw, whose code they load."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from licaudit.collectors import collect_tree, model_config, tokenizers
from licaudit.facts import Location
from licaudit.sources.local import LocalTree

ROOT = "local:."
CONFIG = "tokenizer_config.json"


def config(memory: Callable[..., Any], data: dict[str, Any], name: str = CONFIG) -> Any:
    tree = memory({name: json.dumps(data, indent=1), "pier/x": "x"})
    reader = tokenizers.collect_config if name == CONFIG else model_config.collect
    return reader(tree, tree.entry(name), ROOT)


def test_where_a_tokenizer_was_taken_from(memory: Callable[..., Any]) -> None:
    found = config(memory, {"bos_token": "<s>", "name_or_path": "harbor/pier-7b"})
    (link,) = found.links
    assert (link.relation, link.target) == ("derived_from", "pkg:huggingface/harbor/pier-7b")
    assert link.evidence == (Location(CONFIG, 3, key="name_or_path"),)
    assert found.gaps == ()


@pytest.mark.parametrize(("value", "gaps"), [("/data/pier", 1), ("pier", 0), ("", 0), (None, 0)])
def test_names_that_are_no_upstream(memory: Callable[..., Any], value: Any, gaps: int) -> None:
    found = config(memory, {"name_or_path": value})
    assert found.links == ()
    assert [(g.reason, g.blocks) for g in found.gaps] == [("unresolved", False)] * gaps


def test_a_license_beside_the_tokens(memory: Callable[..., Any]) -> None:
    (passage,) = config(memory, {"license": "cc-by-nc-4.0"}).passages
    assert (passage.text, passage.form, passage.location.line) == ("cc-by-nc-4.0", "tag", 2)


@pytest.mark.parametrize("name", [CONFIG, "config.json"])
def test_code_loaded_from_another_repository(memory: Callable[..., Any], name: str) -> None:
    mapped = {
        "AutoConfig": "harbor/pier-code--configuration_pier.PierConfig",
        "AutoTokenizer": ["harbor/pier-code--tokenization_pier.PierTokenizer", None],
        "AutoModel": "modeling_own.Own",
    }
    found = config(memory, {"model_type": "pier", "auto_map": mapped}, name)
    (link,) = found.links
    assert (link.relation, link.target) == ("depends_on", "pkg:huggingface/harbor/pier-code")
    assert link.evidence[0].line == 4


@pytest.mark.parametrize(
    ("value", "target", "gaps"),
    [
        ("wikitext2", "pkg:huggingface/datasets/Salesforce/wikitext", 0),
        ("harbor/logs", "pkg:huggingface/datasets/harbor/logs", 0),
        ("our own texts", None, 1),
        (["a text", "another"], None, 0),
        (None, None, 0),
    ],
)
def test_data_that_decided_the_rounding(
    memory: Callable[..., Any], value: Any, target: str | None, gaps: int
) -> None:
    data = {"model_type": "x", "quantization_config": {"quant_method": "gptq", "dataset": value}}
    found = config(memory, data, "config.json")
    assert [(x.relation, x.target) for x in found.links] == (
        [("trained_on", target)] if target else []
    )
    assert len(found.gaps) == gaps
    assert not any(g.blocks for g in found.gaps)


def test_the_texts_of_a_vocabulary(situation: Callable[[str], LocalTree]) -> None:
    tree = situation("weight-headers")
    entry = next(e for e in tree.entries() if e.path == "tiny.model")
    assert tokenizers.is_sentencepiece(entry)
    (gap,) = tokenizers.collect_sentencepiece(tree, entry, ROOT).gaps
    assert (gap.reason, gap.blocks) == ("unresolved", False)
    assert "harbor-corpus.txt" in gap.detail
    assert gap.location is not None
    assert gap.location.key == "trainer_spec.input"


@pytest.mark.parametrize("content", [b"CBM1" + bytes(90), b"\nplain words", b"tree\nversion=v4\n"])
def test_other_files_of_that_name_say_nothing(memory: Callable[..., Any], content: bytes) -> None:
    tree = memory({"a.model": content})
    assert tokenizers.collect_sentencepiece(tree, tree.entry("a.model"), ROOT).gaps == ()


@pytest.mark.parametrize(
    "content", ["[" * 200_000, '{"name_or_path": "a/b", "name_or_path": "c/d"}', "{", "\0\1" * 99]
)
def test_broken_configurations_are_gaps(memory: Callable[..., Any], content: str) -> None:
    found = collect_tree(memory({CONFIG: content}))[1]
    own = [g for g in found.gaps if g.location and g.location.path == CONFIG]
    assert own
    assert {g.reason for g in own} <= {"broken", "binary"}
