"""Upstreams that only the sentences of a card name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.collectors import prose_links
from licaudit.sources.tree import Entry

README = Entry("README.md", 1)


def links(text: str, *own: str) -> set[tuple[str, str]]:
    """(relation, target) of every link a page's text yields."""
    found = prose_links.collect(text.split("\n"), README, "local:.", own)
    return {(link.relation, link.target) for link in found.links}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A chat model fine-tuned from acme/base-7b.", ("fine_tuned_from", "acme/base-7b")),
        (
            "[Base](https://huggingface.co/acme/base-7b) fine-tuned on our own notes.",
            ("fine_tuned_from", "acme/base-7b"),
        ),
        ("A QLoRA adapter for `acme/base-7b`.", ("adapter_of", "acme/base-7b")),
        (
            "GGUF files for https://huggingface.co/acme/base-7b here.",
            ("quantized_from", "acme/base-7b"),
        ),
        ("Distilled from acme/teacher-70b.", ("distilled_from", "acme/teacher-70b")),
        ("本模型基于 acme/base-7b 微调。", ("fine_tuned_from", "acme/base-7b")),
    ],
)
def test_a_sentence_of_making_names_the_upstream(text: str, expected: tuple[str, str]) -> None:
    relation, hub_id = expected
    assert (relation, f"pkg:huggingface/{hub_id}") in links(text)


def test_a_list_announced_by_a_sentence_holds_the_parents() -> None:
    text = (
        "This is a merge of the following models:\n\n* [a](https://huggingface.co/harbor/a-7b)\n"
        "* harbor/b-7b\n\nSomething else about harbor/c-7b."
    )
    assert links(text) == {
        ("merged_from", "pkg:huggingface/harbor/a-7b"),
        ("merged_from", "pkg:huggingface/harbor/b-7b"),
    }


def test_a_family_name_without_an_id_is_an_upstream_of_unknown_license() -> None:
    assert links("Harbor is fine-tuned from Llama 2 13B.", "Harbor") == {
        ("fine_tuned_from", "name:model/Llama-2-13B")
    }


def test_training_data_behind_a_hub_link_is_a_dataset() -> None:
    text = "Fine-tuned on https://huggingface.co/datasets/harbor/notes every night."
    assert links(text) == {("trained_on", "pkg:huggingface/datasets/harbor/notes")}


@pytest.mark.parametrize(
    "text",
    [
        "It outperforms models based on acme/other-7b.",
        "Compared with acme/other-7b fine-tuned on the same data.",
        "See https://huggingface.co/docs/transformers fine-tuned guides.",
        "The dialogues talk about llamas and alpacas in general.",
    ],
)
def test_comparisons_and_manuals_are_no_upstreams(text: str) -> None:
    assert links(text) == set()


def test_a_family_page_is_not_made_from_its_own_members() -> None:
    assert links("Harbor-7B-Chat is based on acme/harbor-7b.", "Harbor") == set()


def test_a_name_or_tag_that_speaks_of_a_base_nobody_names_is_a_question() -> None:
    assert prose_links.unnamed_base(("nice-llama2-7b",), ()) is not None
    assert prose_links.unnamed_base(("nice",), ("merge",)) is not None
    assert prose_links.unnamed_base(("llamasomething",), ("text-generation",)) is None


@given(st.text(max_size=400))
def test_any_text_is_read_without_an_error(text: str) -> None:
    links(text)
