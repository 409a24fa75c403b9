"""Bytes and lines of claims: in the file as it is on the disk, whatever its encoding."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licaudit.collectors import collect_tree
from licaudit.facts import Claim
from licaudit.licenses.identify import Ladder, identify
from licaudit.licenses.spans import with_spans
from licaudit.sources.local import LocalTree
from licaudit.sources.remembered import Remembered
from licaudit.sources.tree import ReadError, decoded

Spanned = Callable[[Path], list[Claim]]
CARD = (
    "---\n# a comment\nlicense: cc-by-nc-4.0\ntags:\n- birds\n---\n# Heron 鹭\n\nIt is œuvre.\n\n"
    "[![License](https://img.shields.io/badge/License-Apache_2.0-blue.svg)](x)\n\n"
    "## Models\n\n| model | license |\n|---|---|\n| Heron-7B | CC0-1.0 |\n\n"
    "## License\n\nThe weights are for\n> non-commercial use only. 本模型仅供学术研究使用。\n"
)
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]


@pytest.fixture(scope="session")
def spanned(ladder: Ladder) -> Spanned:
    """The claims of a folder with their spans, as an audit gives them."""

    def read(folder: Path) -> list[Claim]:
        tree = Remembered(LocalTree(str(folder)))
        claims, _ = identify(collect_tree(tree)[1].passages, ladder)
        return with_spans(claims, tree.beginning)

    return read


def squeezed(text: str) -> str:
    text = re.sub(r" \(license_name: .*\)$|<[^<>]{0,300}>", " ", text)
    return "".join(re.findall(r"[^\W_]+", text.replace("%20", " ").replace("\\n", " ")))


def check(folder: Path, claims: list[Claim]) -> int:
    """How many claims have a span; each must hold the claim's words and begin on its line."""
    having = 0
    for claim in claims:
        where = claim.location
        if where.start is None or where.length is None:
            continue
        having += 1
        data = (folder / where.path).read_bytes()
        found = decoded(data)
        assert found is not None
        here = data[where.start : where.start + where.length].decode(found.codec)
        assert squeezed(claim.written) in squeezed(here), (where, claim.written, here)
        before = data[: where.start].decode(found.codec)
        assert len(re.findall(r"\r\n|\r|\n", before)) + 1 == where.line
    return having


def test_every_span_of_the_assets(spanned: Spanned, assets: Path) -> None:
    folders = [f for f in sorted(assets.iterdir()) if f.is_dir()]
    claims = {f: spanned(f) for f in folders}
    having = sum(check(f, found) for f, found in claims.items())
    # Headers of binary files have no lines; `(empty)` and joined lists are no words.
    assert having > 0.75 * sum(map(len, claims.values()))


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("encoding", [*ENCODINGS, "gb18030"])
def test_a_card_in_every_encoding(
    spanned: Spanned, tmp_path: Path, encoding: str, ends: str
) -> None:
    text = CARD.replace("œuvre", "一" * 60) if encoding == "gb18030" else CARD
    (tmp_path / "README.md").write_bytes(text.replace("\n", ends).encode(encoding))
    claims = spanned(tmp_path)
    assert check(tmp_path, claims) == len(claims) >= 5
    tag = next(c for c in claims if c.location.key == "license")
    assert tag.location.line == 3
    assert {"non_commercial", "Apache-2.0"} <= {c.narrows or c.expression for c in claims}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("above", ["", "Heron, 鹭\n\nCopyright (c) 2024 Ada\n\n"])
def test_a_license_text_in_every_encoding(
    spanned: Spanned, tmp_path: Path, text: Any, encoding: str, above: str
) -> None:
    (tmp_path / "LICENSE").write_bytes((above + text("mit")).replace("\n", "\r\n").encode(encoding))
    (claim,) = spanned(tmp_path)
    assert (claim.expression, check(tmp_path, [claim])) == ("MIT", 1)
    data = (tmp_path / "LICENSE").read_bytes()
    start, length = claim.location.start or 0, claim.location.length or 0
    span = data[start : start + length].decode(encoding.removesuffix("-sig"))
    assert span.rstrip().endswith("SOFTWARE.")


def test_words_that_are_not_there_have_no_span(spanned: Spanned, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("---\nlicense:\n---\n# Heron\n")
    claims = spanned(tmp_path)
    assert [(c.written, c.location.start, c.location.length) for c in claims] == [
        ("(empty)", None, None)
    ]


HOSTILE = {
    "quote marks": "Llama" + "> " * 150 + " 2 Community License Agreement",
    "tags": "Apache" + "<b>" * 200 + " License 2.0",
    "escapes": "[![License](https://img.shields.io/badge/License-" + "%20" * 150 + "MIT-x.svg)](x)",
    "line ends": "License: " + "\\n" * 300 + " MIT, or " + "20 " * 300,
}


@pytest.mark.parametrize("situation", HOSTILE)
def test_marks_without_end_between_the_words(
    spanned: Spanned, tmp_path: Path, situation: str
) -> None:
    # One pattern of words with gaps between them never came back from the first of these.
    (tmp_path / "README.md").write_text(f"# Heron\n\n- **License:** {HOSTILE[situation]}\n")
    check(tmp_path, spanned(tmp_path))


def test_what_was_read_counts_not_what_the_file_became(ladder: Ladder, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(CARD)
    tree = Remembered(LocalTree(str(tmp_path)))
    claims, _ = identify(collect_tree(tree)[1].passages, ladder)
    (tmp_path / "README.md").unlink()
    assert all(c.location.start for c in with_spans(claims, tree.beginning))
    with pytest.raises(ReadError):
        tree.read("README.md")
    assert Remembered(LocalTree(str(tmp_path))).beginning("README.md") is None


LINES = st.lists(
    st.sampled_from(
        ["鹭", "œ", "", "  text", "> quoted", "- item", "It is free.", "# Title", "<b>x</b>"]
    ),
    max_size=12,
)
SAID = st.sampled_from(
    ["License: MIT", "The weights are under the Apache License 2.0.", "仅供学术研究使用。",
     "For non-commercial\nuse only.", "<p>Released under <b>CC BY-NC 4.0</b>.</p>"]
)  # fmt: skip


@given(LINES, SAID, LINES, st.sampled_from(ENCODINGS), st.sampled_from(["\n", "\r\n", "\r"]))
@settings(max_examples=60, deadline=None)
def test_spans_hold_what_claims_say(
    spanned: Spanned,
    tmp_path_factory: pytest.TempPathFactory,
    above: list[str],
    said: str,
    below: list[str],
    encoding: str,
    ends: str,
) -> None:
    folder = tmp_path_factory.mktemp("tree")
    page = "\n".join(["# Heron, a small model of birds", *above, "", said, "", *below])
    (folder / "README.md").write_bytes(page.replace("\n", ends).encode(encoding))
    check(folder, spanned(folder))
