"""One artifact under several names: renamed, found on two hubs, put together without loss."""

from __future__ import annotations

import pytest

from licaudit.facts import Artifact, Collected, Gap, Link, Location, Passage, Probe
from licaudit.provenance.join import located, mirrored, renamed, twins, united

HF, MS = "pkg:huggingface/acme/base", "pkg:modelscope/Acme/Base"
NONE: frozenset[str] = frozenset()
ONE, TWO = frozenset({"sha256:1"}), frozenset({"sha256:2"})
HERE = Location("README.md", 2)


def facts(name: str) -> Collected:
    return Collected(
        (Artifact(name, "model", "base", location=HERE),),
        (Passage("mit", HERE, "tag", "weights", name),),
        (Link(name, "up", "fine_tuned_from", (HERE,)),),
        (Gap(name, "broken", "why", HERE),),
        (Probe(name, "name", "base"),),
        frozenset({(name, "weights")}),
    )


def test_every_fact_goes_under_the_new_name() -> None:
    assert renamed(facts("old"), {"old": "new"}) == facts("new")
    assert renamed(facts("old"), {}) == facts("old")
    assert renamed(facts("old#data"), {"old": "new"}) == facts("new#data")


def test_a_link_to_itself_is_none() -> None:
    found = renamed(facts("old"), {"up": "old"})
    assert found.links == ()


@pytest.mark.parametrize(
    ("content", "same"),
    [
        ({HF: NONE, MS: NONE}, {MS: HF}),
        ({HF: ONE, MS: TWO}, {MS: HF}),
        ({HF: ONE, "pkg:modelscope/other/copy": ONE}, {"pkg:modelscope/other/copy": HF}),
        ({HF: ONE, "pkg:modelscope/other/copy": TWO}, {}),
        ({HF: NONE, "pkg:modelscope/other/copy": NONE}, {}),
        ({HF: ONE, "pkg:huggingface/other/copy": ONE}, {}),
        ({MS: ONE}, {}),
        ({"pkg:huggingface/datasets/acme/base": NONE, MS: NONE}, {}),
    ],
)
def test_the_same_on_two_hubs(content: dict[str, frozenset[str]], same: dict[str, str]) -> None:
    assert twins(content) == same


def test_a_mirror_speaks_as_a_mirror() -> None:
    assert [p.authority for p in mirrored(facts("a")).passages] == ["mirror"]


def test_places_of_other_trees_are_told_apart() -> None:
    found = located(facts("a"), "hf:acme/base")
    places = [found.artifacts[0].location, found.passages[0].location, *found.links[0].evidence]
    assert {p.label() for p in (*places, found.gaps[0].location) if p} == {
        "hf:acme/base/README.md:2"
    }
    assert found.passages[0].hint("tree") == "hf:acme/base"


@pytest.mark.parametrize("path", ["https://hub.example/acme/base", "pkg:pypi/six@1.0"])
def test_addresses_stay_as_they_are(path: str) -> None:
    passage = Passage("mit", Location(path), "tag", "weights", "a")
    (found,) = located(Collected(passages=(passage,)), "hf:acme/base").passages
    assert found.location.path == path


def test_mentions_complete_each_other() -> None:
    first = Artifact("a", "model", "first", location=HERE)
    later = Artifact("a", "model", "later", revision="1", holders=("Acme",))
    assert united((first, later)) == (
        Artifact("a", "model", "first", revision="1", location=HERE, holders=("Acme",)),
    )
