"""The shape of a page: headings, tables, badges; broken pages cost their broken lines alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.collectors import markdown

LINES = st.lists(
    st.sampled_from(
        ["# A", "## B ##", "**C**", "D", "===", "---", "```", "~~~", "| a | b |", "|---|---|",
         "| 1 |", "", "> x", "![l](https://img.shields.io/badge/license-MIT-green)"]
    ) | st.text(max_size=30).map(lambda t: t.replace("\n", " ")),
    max_size=30,
)  # fmt: skip


@given(LINES)
def test_no_page_breaks_the_readers_and_lines_lie_in_the_page(lines: list[str]) -> None:
    for section in markdown.sections(lines):
        assert 1 <= section.line <= max(1, len(lines))
        assert section.end_line <= len(lines)
    assert all(1 <= row.line <= len(lines) for row in markdown.tables(lines))
    assert all(1 <= number <= len(lines) for number in markdown.fenced_lines(lines))
    for number, line in enumerate(lines, 1):
        assert all(badge.line == number for badge in markdown.badges(line, number))


def test_sections_know_their_parents() -> None:
    lines = ["# A", "", "## License", "MIT", "### Weights", "CC", "# B"]
    found = {s.title: (s.line, s.end_line, s.parents) for s in markdown.sections(lines)}
    assert found["License"] == (3, 4, ("A",))
    assert found["Weights"] == (5, 6, ("A", "License"))


@pytest.mark.parametrize(
    ("line", "label", "value"),
    [
        ("https://img.shields.io/badge/Code%20License-Apache_2.0-green.svg", "Code License",
         "Apache 2.0"),
        ("https://img.shields.io/badge/license-CC--BY--NC--4.0-red", "license", "CC-BY-NC-4.0"),
        ("https://img.shields.io/static/v1?label=license&message=GPLv3&color=blue", "license",
         "GPLv3"),
    ],
)  # fmt: skip
def test_badges_are_unquoted(line: str, label: str, value: str) -> None:
    (badge,) = markdown.badges(f"[![x]({line})](y)", 1)
    assert (badge.label, badge.value) == (label, value)


@pytest.mark.parametrize("filler", ["|", "-", " ", "[", "<", "*", "a|", "`", "#"])
def test_endless_lines_cost_no_more_than_their_length(filler: str) -> None:
    lines = ["a|b", (filler * 1_000_000)[:1_000_000], "|---|", filler * 1000]
    assert markdown.sections(lines)[0].line == 1
    assert len(markdown.tables(lines)) <= len(lines)
    assert markdown.badges(lines[1], 2) == []
