"""What code uses and the card does not name: the probe, and what keeps it away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from licaudit.collectors import collect_tree

CARD = "---\nlicense: mit\npipeline_tag: text-generation\n---\n# Mine\n"
CODE = "m = AutoModel.from_pretrained('acme/judge-large')\n"
JUDGE = "pkg:huggingface/acme/judge-large"


def unnamed(memory: Callable[..., Any], **files: str) -> list[tuple[str, str, int | None]]:
    tree = memory({name.replace("__", "/").replace("_dot_", "."): t for name, t in files.items()})
    _, found = collect_tree(tree)
    probes = [p for p in found.probes if p.kind == "unnamed_use"]
    assert all(p.artifact == "local:." and p.location for p in probes)
    return [(p.value, p.location.path, p.location.line) for p in probes if p.location]


def test_code_names_what_the_card_does_not(memory: Callable[..., Any]) -> None:
    found = unnamed(memory, README_dot_md=CARD, handler_dot_py="\n" + CODE)
    assert found == [(JUDGE, "handler.py", 2)]


@pytest.mark.parametrize(
    "card",
    [
        CARD + "Scored by acme/judge-large.",
        CARD + "Scored by Judge Large.",
        CARD.replace("license: mit", "license: mit\nbase_model: acme/judge-large"),
    ],
)
def test_a_card_that_names_it_in_any_way(memory: Callable[..., Any], card: str) -> None:
    assert unnamed(memory, README_dot_md=card, handler_dot_py=CODE) == []


def test_tests_are_no_part_of_it(memory: Callable[..., Any]) -> None:
    assert unnamed(memory, README_dot_md=CARD, tests__test_x_dot_py=CODE) == []


def test_a_program_without_a_card_leaves_nothing_out(memory: Callable[..., Any]) -> None:
    assert unnamed(memory, README_dot_md="# A tool\n", handler_dot_py=CODE) == []
