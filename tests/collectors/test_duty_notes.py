"""Sentences that show a duty met: what counts as one, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.collectors.duty_notes import Sought, find_notes, names_of
from licaudit.licenses.duties import load_duties

from .conftest import MemoryTree

ROOT = "local:."
BASE = "pkg:huggingface/acme/base-7b"


def change(name: str = "acme/base-7b", **more) -> Sought:
    rule = load_duties().checks["change_note"]
    return Sought("change_note", BASE, names_of(name), rule.words, rule.unless, before=True, **more)


def source(*labels: str, name: str = "acme/base-7b") -> Sought:
    rule = load_duties().checks["source_link"]
    return Sought(
        "source_link", BASE, names_of(name), rule.words, rule.unless, labels, address=True
    )


def found(text: str, *sought: Sought, path: str = "README.md") -> list[str]:
    tree = MemoryTree({path: text.encode()})
    probes = find_notes(tree, sought or (change(),), ROOT)
    assert {(p.artifact, p.about) for p in probes} <= {(ROOT, BASE)}
    return [p.location.label() for p in probes if p.location]


@pytest.mark.parametrize(
    "text",
    [
        "This is a modified version of acme/base-7b.",
        "Quantized from [base-7b](https://huggingface.co/acme/base-7b).",
        "# Harbor\n\n- Fine-tuned version of Base-7B",
        "This model was fine-tuned from\nacme/base-7b on our notes.",
        "本模型在 acme/base-7b 基础上微调。",
        "它是 base-7b 的量化版。",
    ],
)
def test_a_sentence_that_names_the_original_and_a_change_counts(text: str) -> None:
    assert len(found(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "We like acme/base-7b. Other models were modified from llamas.",
        "acme/base-7b is a fine-tuned version of acme/root-7b.",
        "This is not a modified version of acme/base-7b.",
        "A modified version of acme/base-7b-instruct.",
        "A modified version of other/base-7b.",
        "A modified version of acme/base-7b2.",
        "---\nnote: modified version of acme/base-7b\n---\n",
        "```\nmodified version of acme/base-7b\n```",
        "- modified version of\n- acme/base-7b",
        "Unlike others, adapted from acme/base-7b.",
        "本模型未在 acme/base-7b 基础上微调。",
    ],
)
def test_a_sentence_about_something_else_shows_nothing(text: str) -> None:
    assert found(text) == []


def test_the_line_is_that_of_the_sentence() -> None:
    text = "---\nlicense: mit\n---\n# Harbor\n\nIt works. It was\nmodified from acme/base-7b.\n"
    assert found(text) == ["README.md:6"]


def test_only_pages_of_the_work_that_owes_it_count() -> None:
    text = "A modified version of acme/base-7b."
    assert found(text, path="vendor/README.md") == []
    assert found(text, path="src/main.py") == []
    assert found(text, path="LICENSE") == []
    assert found(text, path="NOTICE") == ["NOTICE:1"]
    assert found(text, path="CHANGES.md") == ["CHANGES.md:1"]
    assert found(text, change(folders=("vendor",)), path="vendor/README.md") == [
        "vendor/README.md:1"
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The source code of acme/base-7b is at https://forge.example/acme/base.", 1),
        ("Source code: https://forge.example/harbor", 1),
        ("- **Repository:** <https://forge.example/harbor>", 1),
        ("The source code of acme/base-7b is on request.", 0),
        ("See https://forge.example/acme/base for acme/base-7b.", 0),
        ("The source code of acme/base-7b is not public, see https://forge.example/why.", 0),
        ("Repository https://forge.example/harbor", 0),
    ],
)
def test_a_source_needs_an_address_and_a_word_for_it(text: str, wanted: int) -> None:
    assert len(found(text, source("source code", "repository"))) == wanted


def test_a_label_counts_only_where_it_is_asked_for() -> None:
    assert found("Source code: https://forge.example/harbor", source()) == []


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("acme/base-7b", ("acme/base-7b", "base-7b")),
        ("acme/data", ("acme/data",)),
        ("acme/models", ("acme/models",)),
        ("acme/harborlight", ("acme/harborlight", "harborlight")),
        ("model", ()),
        ("squad_v2", ("squad_v2",)),
    ],
)
def test_a_name_that_means_anything_names_nothing(name: str, wanted: tuple[str, ...]) -> None:
    assert names_of(name) == wanted


def test_an_unreadable_page_shows_nothing() -> None:
    tree = MemoryTree({"README.md": b"x"}, broken=frozenset({"README.md"}))
    assert find_notes(tree, (change(),), ROOT) == ()
    assert find_notes(MemoryTree({"README.md": b"\xff\xfe\0\1"}), (change(),), ROOT) == ()


@given(st.text(max_size=300))
def test_no_text_breaks_the_search_or_counts_without_the_name(text: str) -> None:
    named = "base-7b" in " ".join(text.lower().split())
    assert named or found(text) == []
