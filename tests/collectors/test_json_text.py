import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.collectors.json_text import JsonError, dotted, parse, read_json
from licaudit.facts import Gap

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def walk(value: Any, path: tuple[str | int, ...] = ()) -> Any:
    if not isinstance(value, (dict, list)):
        return
    for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, step)
        yield from walk(inner, (*path, step))


@given(VALUES, st.sampled_from([None, 0, 2]), st.booleans())
def test_every_key_is_found_where_it_stands(value: Any, indent: int | None, escape: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=escape)
    document = parse(text)
    assert document.data == value
    assert document.duplicates == ()
    shallow = [path for path in walk(value) if len(path) <= 8]
    assert sorted(document.offsets, key=repr) == sorted(shallow, key=repr)
    for path in shallow:
        if isinstance(path[-1], str):
            found, _ = json.JSONDecoder().raw_decode(text, document.offsets[path])
            assert found == path[-1]
            assert document.line(*path) == text[: document.offsets[path]].count("\n") + 1


@given(st.text() | st.text('{}[]",:\\ \n0e-'))
def test_text_is_parsed_or_refused(text: str) -> None:
    try:
        document = parse(text)
    except JsonError:
        return
    assert document.data == json.loads(text) or "NaN" in text


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 50_000, "1" * 10_000, "{,}", "\ufeff{}"])
def test_hostile_text_is_refused(text: str) -> None:
    with pytest.raises(JsonError):
        parse(text)


def test_a_key_below_another_key_of_the_same_name() -> None:
    document = parse('{\n"a": {\n"license": 1},\n"license": "mit"}')
    assert document.line("license") == 4
    assert document.line("a", "license") == 3
    assert document.line("a", "missing") == 2


def test_a_key_that_occurs_twice_is_told() -> None:
    document = parse('{"license": "mit", "b": [{"x": 1}, {"x": 2}], "license": "gpl"}')
    assert document.duplicates == (("license",),)


def test_dotted() -> None:
    assert dotted(("a", 0, "b")) == "a[0].b"
    dotted(("\ud800",)).encode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [("[1]", "broken"), ("{", "broken"), (b"\0\0", "binary"), (b"x" * 2_000_001, "cut_short")],
)
def test_what_is_no_object_is_a_gap(
    memory: Callable[..., Any], content: str | bytes, reason: str
) -> None:
    tree = memory({"a.json": content})
    gap = read_json(tree, tree.entry("a.json"), "local:.")
    assert isinstance(gap, Gap)
    assert gap.reason == reason
    assert gap.blocks


def test_a_file_that_cannot_be_read_is_a_gap(memory: Callable[..., Any]) -> None:
    tree = memory({"a.json": "{}"}, broken=frozenset({"a.json"}))
    gap = read_json(tree, tree.entry("a.json"), "local:.")
    assert isinstance(gap, Gap)
    assert gap.reason == "unreadable"
