"""What a hub says beside the files: never the same words twice, never what it filled in itself."""

from __future__ import annotations

from typing import Any

import pytest

from licaudit.collectors import hub_says
from licaudit.facts import Collected, Link, Location, Passage
from licaudit.sources.about import DEFAULT_LICENSE, About, Said

ROOT = "pkg:huggingface/acme/a"


class Hub:
    name, revision = "acme/a", "1"

    def __init__(self, *said: Said, kind: str = "huggingface", gated: str | None = None) -> None:
        self.kind = kind
        self.about = About(
            "acme/a", "acme/a", "model", "https://hub.example/acme/a", gated, False, said
        )


def collect(hub: Any, read: Collected = Collected(), kind: Any = "model") -> Collected:  # noqa: B008
    return hub_says.collect(hub, ROOT, kind, read)


def field(value: str, key: str = "license") -> Collected:
    passage = Passage(value, Location("README.md", 2, key=key), "tag", "weights", ROOT)
    return Collected(passages=(passage,))


def written(found: Collected) -> list[str]:
    return [p.text for p in found.passages]


@pytest.mark.parametrize(
    ("said", "read", "left"),
    [
        (["mit"], Collected(), ["mit"]),
        (["mit"], field("MIT "), []),
        (["mit"], field("apache-2.0"), ["mit"]),
        (["mit", "apache-2.0"], field("mit", "license[0]"), ["apache-2.0"]),
        ([], Collected(), []),
    ],
)
def test_the_cards_own_words_are_not_told_twice(
    said: list[str], read: Collected, left: list[str]
) -> None:
    assert written(collect(Hub(*(Said("cardData.license", s) for s in said)), read)) == left


def test_the_name_and_the_link_go_with_a_license() -> None:
    hub = Hub(
        Said("cardData.license", "other"),
        Said("cardData.license_name", "acme-terms"),
        Said("cardData.license_link", "LICENSE"),
    )
    (passage,) = collect(hub).passages
    assert (passage.hint("license_name"), passage.hint("license_link")) == ("acme-terms", "LICENSE")
    assert passage.location == Location("https://hub.example/acme/a", key="cardData.license")


def test_a_tag_speaks_where_nothing_else_does() -> None:
    hub = Hub(Said("tags", "license:mit"))
    assert written(collect(hub)) == ["mit"]
    assert written(collect(hub, field("apache-2.0"))) == []


def test_what_a_hub_fills_in_by_itself_is_no_license() -> None:
    hub = Hub(Said("License", "Apache License 2.0", DEFAULT_LICENSE), kind="modelscope")
    found = collect(hub)
    assert found.passages == ()
    assert [(g.reason, g.blocks) for g in found.gaps] == [("default_license", True)]
    assert collect(hub, field("mit")).gaps == ()


def test_a_gated_repository_is_said_to_be_so() -> None:
    found = collect(Hub(gated="manual"))
    assert [(g.reason, g.blocks) for g in found.gaps] == [("gated", False)]


def test_upstreams_are_taken_where_the_card_tells_none() -> None:
    hub = Hub(
        Said("cardData.base_model", "acme/base"),
        Said("cardData.base_model_relation", "quantized"),
        Said("cardData.datasets", "acme/data"),
    )
    assert [(x.relation, x.target) for x in collect(hub).links] == [
        ("quantized_from", "pkg:huggingface/acme/base"),
        ("trained_on", "pkg:huggingface/datasets/acme/data"),
    ]
    known = Collected(links=(Link(ROOT, "pkg:huggingface/acme/base", "quantized_from"),))
    assert collect(hub, known).links == ()


def test_names_on_modelscope_are_names_of_modelscope() -> None:
    hub = Hub(Said("BaseModel", "acme/base"), kind="modelscope")
    assert [x.target for x in collect(hub).links] == ["pkg:modelscope/acme/base"]


def test_a_registry_says_names_classifiers_and_whole_texts() -> None:
    hub = Hub(
        Said("License", "MIT"),
        Said("Classifier", "License :: OSI Approved :: MIT License"),
        Said("License-Expression", "Permission\nis granted"),
        kind="pypi",
    )
    forms = [p.form for p in collect(hub, kind="package").passages]
    assert forms == ["tag", "classifier", "prose"]


def test_a_folder_has_no_hub() -> None:
    class Folder:
        kind = "local"

    assert collect(Folder()) == Collected()
