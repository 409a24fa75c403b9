import configparser
import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.collectors import lines, reading
from licaudit.facts import Collected, Gap
from licaudit.sources.tree import Entry

KEYS = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)


@given(
    st.lists(
        st.tuples(KEYS, st.lists(KEYS, unique=True, max_size=4)),
        max_size=4,
        unique_by=lambda t: t[0],
    ),
    st.booleans(),
)
def test_keys_are_found_where_they_were_written(
    tables: list[tuple[str, list[str]]], spaced: bool
) -> None:
    written: list[str] = []
    expected = {}
    for name, keys in tables:
        written.append(f"[ {name} ] # words" if spaced else f"[{name}]")
        for key in keys:
            written.append(f'{key} = "value"')
            expected[name, key] = len(written)
    text = "\n".join(written)
    tomllib.loads(text)
    if not spaced:
        configparser.RawConfigParser().read_string(text)
    for (name, key), line in expected.items():
        assert lines.find_key(text, name, key) == line
    assert lines.find_key(text, "absent", "key") is None


def test_values_of_a_list() -> None:
    text = 'a = 1\nb = [\n  # "y",\n  "x", "y",\n  \'z\',\n]\n'
    assert lines.lines_of(text, ["x", "y", "z", "w"], 2) == [4, 4, 5, 2]
    assert lines.lines_of(text, ["x"], None) == [None]


@given(st.text(), st.text(), st.text())
def test_any_text_has_lines(text: str, table: str, key: str) -> None:
    count = text.count("\n") + 1
    assert (lines.find_key(text, table, key) or 1) <= count
    assert 1 <= (lines.lines_of(text, [key], 1)[0] or 1) <= count


@pytest.mark.parametrize(
    ("folder", "relative", "expected"),
    [
        ("a/b", "../c", "a/c"),
        ("", "x", "x"),
        ("a", ".", "a"),
        ("a", "..", ""),
        ("a", "../..", None),
        ("", "/etc/passwd", None),
        ("", "C:\\x", None),
        ("", "~/x", None),
        ("a", "b//./c", "a/b/c"),
        ("", "..\\x", None),
        ("", "file:///x", None),
    ],
)
def test_relative_paths_stay_in_the_tree(folder: str, relative: str, expected: str | None) -> None:
    assert reading.beside(folder, relative) == expected


@given(st.lists(st.text("ab-./", min_size=1, max_size=4)), st.text("ab-./", max_size=4))
def test_a_path_is_in_the_tree_when_a_file_is_there_or_below(
    memory: Callable[..., Any], paths: list[str], wanted: str
) -> None:
    tree = memory(dict.fromkeys(paths, ""))
    folder = wanted.rstrip("/") + "/"
    assert reading.in_tree(tree, wanted) == any(p == wanted or p.startswith(folder) for p in paths)


def test_text_is_bounded_and_readable(memory: Callable[..., Any]) -> None:
    tree = memory({"a": b"\xef\xbb\xbfone\r\ntwo\rthree", "b": b"\0"}, broken=frozenset({"c"}))
    assert reading.read_text(tree, tree.entry("a"), "x") == "one\ntwo\nthree"
    for entry, reason in (
        (tree.entry("b"), "binary"),
        (Entry("c", 1), "unreadable"),
        (Entry("a", 10**12), "cut_short"),
    ):
        gap = reading.read_text(tree, entry, "x")
        assert isinstance(gap, Gap)
        assert gap.reason == reason
    assert tree.handed_out < 100


@given(st.text(st.characters()) | st.integers() | st.none())
def test_shown_values_can_be_printed(value: object) -> None:
    shown = reading.shown(value)
    shown.encode()
    assert "\n" not in shown
    assert len(shown) < 1000


def test_joined_is_the_sum() -> None:
    parts = [Collected(scopes=frozenset({("a", "code")})), Collected(gaps=(Gap("a", "b", "c"),))]
    assert reading.joined(parts) == parts[0] + parts[1]
