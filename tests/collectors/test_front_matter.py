"""The head of a card, wherever it stands: found or not, its lines are lines of the page."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from licaudit.collectors import frontmatter
from licaudit.settings import LIMITS

LINES = st.lists(
    st.sampled_from(
        ["---", "+---", "...", "license: mit", "licenses:", "- mit", "  - mit", "tags: [a", "",
         "# Title", "+license: mit", "\ufeff---", "<<<<<<< HEAD", "a: &x [*x]", "\t", "---\r",
         "<!-- note -->"]
    ) | st.text(max_size=20).map(lambda t: t.replace("\n", " ")),
    max_size=30,
)  # fmt: skip


@given(LINES)
@example(["---", "a: &x [*x]", "- mit", "licenses:"])
@example(["---", "a: [", "licenses:", "- mit"])
def test_no_page_breaks_the_reader_and_lines_lie_in_the_page(lines: list[str]) -> None:
    head = frontmatter.find(lines, "README.md")
    if head is None:
        return
    assert 0 <= head.first_line <= head.last_line <= len(lines) + 1
    assert all(1 <= line <= len(lines) for _, _, line in head.salvaged)
    for key in head.data:
        assert 1 <= (head.line(key) or 1) <= len(lines)


@pytest.mark.parametrize(
    ("page", "value"),
    [
        ("---\nlicense: no\n---", "no"),
        ("---\nlicense: 3.0\n---", 3.0),
        ("---\nlicense: null\n---", None),
        ("---\nlicense: {a: b}\n---", {"a": "b"}),
        ("---\nlicense:\n---", None),
        ("---\r\nlicense: mit\r\n---\r", "mit"),
    ],
)
def test_values_are_what_yaml_1_2_says(page: str, value: object) -> None:
    head = frontmatter.find(page.replace("\r", "").split("\n"), "README.md")
    assert head is not None
    assert head.data["license"] == value


def test_a_head_beyond_the_limit_is_salvaged() -> None:
    lines = ["---", "license: cc-by-nc-4.0", *["- filler"] * (LIMITS.front_matter // 8), "---"]
    head = frontmatter.find(lines, "README.md")
    assert head is not None
    assert head.problem == "the front matter is larger than the limit"
    assert head.salvaged == (("license", "cc-by-nc-4.0", 2),)


def test_a_rule_in_the_page_is_no_head() -> None:
    assert frontmatter.find(["# Title", "", "---", "Words.", "---", "More."], "README.md") is None
