import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packageurl import PackageURL

from licaudit.collectors import cargo, citation, package_json
from licaudit.facts import CODE, DATA, Collected
from licaudit.sources.local import LocalTree
from licaudit.sources.tree import Entry

ROOT = "local:."
READERS = {"package.json": package_json, "CITATION.cff": citation, "Cargo.toml": cargo}


def collect(memory: Callable[..., Any], name: str, text: str | bytes) -> Collected:
    tree = memory({name: text})
    return READERS[name].collect(tree, tree.entry(name), ROOT)


def needs(found: Collected) -> dict[str, tuple[int | None, str | None]]:
    return {x.target: (x.evidence[0].line, x.note) for x in found.links}


def test_package_json(situation: Callable[[str], LocalTree]) -> None:
    found = package_json.collect(situation("web-demo"), Entry("package.json", 600), ROOT)
    assert [(p.text, p.location.line, p.location.key, p.scope) for p in found.passages] == [
        ("SEE LICENSE IN LICENSE.txt", 7, "license", CODE),
        ("MIT", 4, "licenses[0]", CODE),
        ("Apache-2.0", 5, "licenses[1]", CODE),
    ]
    assert found.passages[1].hint("license_link") == "https://example.invalid/mit"
    viz = "pkg:generic/viz?download_url=git%2Bhttps://github.com/someone/viz.git"
    assert needs(found) == {
        "pkg:npm/%40xenova/transformers@2.17.1": (9, None),
        "pkg:npm/react": (10, None),
        viz: (11, None),
        "pkg:npm/new-name@1.0.0": (13, None),
        "pkg:npm/vite": (16, "dev"),
    }
    assert [g.reason for g in found.gaps] == ["unresolved"]
    assert "token" not in repr(found)


@pytest.mark.parametrize(
    "content",
    [
        {"license": 7},
        {"license": {"url": "x"}},
        {"license": [["MIT"]]},
        {"dependencies": ["a"]},
        {"dependencies": {"a": 1}},
        {"dependencies": {"../a": "1"}},
        {"license": ["MIT", None]},
    ],
)
def test_wrong_types_in_package_json(memory: Callable[..., Any], content: object) -> None:
    found = collect(memory, "package.json", json.dumps(content))
    assert found.links == ()
    assert [(g.reason, g.blocks) for g in found.gaps] == [("broken", True)]


def test_nothing_said_in_package_json(memory: Callable[..., Any]) -> None:
    assert collect(memory, "package.json", '{"license": "", "licenses": []}') == Collected()


@given(
    st.dictionaries(
        st.sampled_from(["license", "licenses", "dependencies", "devDependencies"]),
        st.recursive(
            st.text() | st.none() | st.integers(),
            lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(), x, max_size=3),
        ),
    )
)
def test_any_package_json(memory: Callable[..., Any], content: dict[str, object]) -> None:
    found = collect(memory, "package.json", json.dumps(content))
    for artifact in found.artifacts:
        PackageURL.from_string(artifact.id)
    for passage in found.passages:
        passage.text.encode()


def test_citation_of_a_dataset(situation: Callable[[str], LocalTree]) -> None:
    found = citation.collect(situation("cited-dataset"), Entry("CITATION.cff", 300), ROOT)
    (passage,) = found.passages
    assert (passage.text, passage.scope, passage.form) == ("CC-BY-4.0 OR ODbL-1.0", DATA, "tag")
    assert (passage.location.line, passage.location.key) == (4, "license")
    assert passage.hint("license_link") == "https://example.invalid/terms"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("license: Apache-2.0", [("Apache-2.0", CODE, 1)]),
        ("type: software\nlicense: MIT", [("MIT", CODE, 2)]),
        ("title: x\nlicense-url: https://x.invalid/l", [("https://x.invalid/l", CODE, 2)]),
        ("title: x\nlicense:", []),
        ("title: x", []),
        ("preferred-citation:\n  license: MIT", []),
    ],
)
def test_shapes_of_a_citation(
    memory: Callable[..., Any], text: str, expected: list[tuple[str, str, int]]
) -> None:
    found = collect(memory, "CITATION.cff", text)
    assert [(p.text, p.scope, p.location.line) for p in found.passages] == expected
    assert found.gaps == ()


@pytest.mark.parametrize(
    "text",
    [
        "license: {a: b}",
        "license: [[MIT]]",
        "license: 3",
        "- a",
        "",
        "license: [MIT",
        "a: &a [*a, *a]",
        "license: MIT\nlicense: GPL",
        "!!python/object/apply:os.system ['true']",
        "\0",
    ],
)
def test_broken_citations_block(memory: Callable[..., Any], text: str) -> None:
    found = collect(memory, "CITATION.cff", text)
    if text.startswith("a:"):
        return  # a document that contains itself: refused or read, never unfolded
    assert found.passages == ()
    assert [g.blocks for g in found.gaps] == [True]


def test_cargo(situation: Callable[[str], LocalTree]) -> None:
    found = cargo.collect(situation("rust-tokenizer"), Entry("Cargo.toml", 400), ROOT)
    assert [(p.text, p.location.line) for p in found.passages] == [("MIT/Apache-2.0", 3)]
    assert needs(found) == {
        "pkg:cargo/serde": (6, None),
        "pkg:cargo/onig@6.4.0": (7, "optional:onig"),
        "pkg:generic/hub?download_url=https://github.com/huggingface/hf-hub": (9, None),
        "pkg:cargo/criterion": (12, "dev"),
        "pkg:cargo/libc": (15, None),
    }


@pytest.mark.parametrize("name", sorted(READERS))
@given(text=st.text() | st.text("[]=\"'{}\n abclicense:-,&*") | st.binary())
def test_any_text(memory: Callable[..., Any], name: str, text: str | bytes) -> None:
    collect(memory, name, text)
