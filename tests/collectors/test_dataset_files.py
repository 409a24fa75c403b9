"""Files that describe datasets: infos, Croissant, data packages, DataCite, scripts, cards."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.collectors import (
    card_configs,
    croissant,
    datacite,
    datapackage,
    dataset_infos,
    dataset_script,
    frontmatter,
    parquet_footer,
)
from licaudit.collectors.context import Context
from licaudit.collectors.reading import LFS_MARK
from licaudit.facts import DATA
from licaudit.sources.local import LocalTree
from licaudit.sources.tree import Entry

ROOT = "local:."
CONTEXT = Context(ROOT, "dataset", "harbor")
READERS: dict[str, Callable[..., Any]] = {
    "dataset_infos.json": dataset_infos.collect,
    "croissant.json": croissant.collect,
    "datapackage.json": datapackage.collect,
    "datacite.json": datacite.collect,
    "datacite.xml": datacite.collect,
    "notes.py": dataset_script.collect,
}


def collect(memory: Callable[..., Any], name: str, content: object) -> Any:
    data = content if isinstance(content, (str, bytes)) else json.dumps(content, indent=1)
    tree = memory({name: data})
    return READERS[name](tree, tree.entry(name), CONTEXT)


def said(found: Any) -> set[tuple[str, str]]:
    return {(p.scope, p.text) for p in found.passages}


def edges(found: Any) -> set[tuple[str, str]]:
    return {(x.relation, x.target) for x in found.links}


def info(license_: str) -> dict[str, object]:
    return {"license": license_, "citation": "", "features": {}, "splits": {}}


def test_configs_of_one_license_speak_for_the_whole(memory: Callable[..., Any]) -> None:
    found = collect(memory, "dataset_infos.json", {"a": info("MIT"), "b": info("MIT")})
    assert said(found) == {(DATA, "MIT")}
    assert found.passages[0].location.line == 3


def test_configs_of_several_licenses_speak_for_themselves(memory: Callable[..., Any]) -> None:
    infos = {"a": info("MIT"), "b": info("CC BY-NC 4.0"), "c": info("")}
    found = collect(memory, "dataset_infos.json", infos)
    assert said(found) == {("subset:a", "MIT"), ("subset:b", "CC BY-NC 4.0")}
    assert [(g.reason, g.scope, g.blocks) for g in found.gaps] == [("no_license", "subset:c", True)]


def test_the_info_of_a_saved_dataset_and_another_programs_file(memory: Callable[..., Any]) -> None:
    assert said(collect(memory, "dataset_infos.json", info("MIT"))) == {(DATA, "MIT")}
    other = {"alpaca": {"hf_hub_url": "a/b", "formatting": "sharegpt"}}
    assert collect(memory, "dataset_infos.json", other).passages == ()


CROISSANT = {
    "@context": {"@vocab": "https://schema.org/", "rai": "http://mlcommons.org/croissant/RAI/"},
    "@type": "sc:Dataset",
    "conformsTo": "http://mlcommons.org/croissant/1.0",
    "name": "harbor",
    "sc:license": ["https://creativecommons.org/licenses/by-nc/4.0/"],
    "isBasedOn": [{"@id": "https://huggingface.co/datasets/harbor/raw"}, "Port Logs"],
    "distribution": [{"@type": "cr:FileObject", "name": "img.zip", "license": "CC-BY-SA-4.0"}],
    "rai:dataUseCases": "For research purposes only.",
    "rai:dataCollection": "Questions were generated with GPT-4.",
    "rai:machineAnnotationTools": ["Qwen2-72B-Instruct"],
}


def test_croissant_with_responsible_ai(memory: Callable[..., Any]) -> None:
    found = collect(memory, "croissant.json", CROISSANT)
    assert (DATA, "https://creativecommons.org/licenses/by-nc/4.0/") in said(found)
    assert ("subset:img.zip", "CC-BY-SA-4.0") in said(found)
    assert (DATA, "For research purposes only.") in said(found)
    assert edges(found) == {
        ("derived_from", "pkg:huggingface/datasets/harbor/raw"),
        ("derived_from", "name:dataset/Port Logs"),
        ("generated_by", "service:openai"),
        ("annotated_by", "name:model/Qwen2-72B-Instruct"),
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("MIT", ("MIT", None)),
        ({"@type": "CreativeWork", "name": "CC0"}, ("CC0", None)),
        ({"name": "CC0", "url": "https://x.invalid"}, ("CC0", "https://x.invalid")),
        ({"@id": "https://x.invalid/l"}, ("https://x.invalid/l", None)),
    ],
)
def test_the_shapes_of_a_license_in_croissant(
    memory: Callable[..., Any], value: object, expected: tuple[str, str | None]
) -> None:
    data = {"@context": "https://schema.org/", "@type": "Dataset", "license": value}
    (passage,) = collect(memory, "croissant.json", data).passages
    assert (passage.text, passage.hint("license_link")) == expected


def test_json_that_describes_no_dataset_says_nothing(memory: Callable[..., Any]) -> None:
    found = collect(memory, "croissant.json", {"license": "MIT", "@type": "Person"})
    assert (found.passages, found.gaps) == ((), ())


def test_a_data_package_its_parts_and_its_sources(memory: Callable[..., Any]) -> None:
    package = {
        "licenses": [{"name": "ODC-PDDL-1.0", "path": "https://x.invalid/l"}],
        "sources": [{"title": "Port Authority", "path": "https://port.invalid/data"}],
        "resources": [
            {"name": "ships", "licenses": [{"name": "CC-BY-NC-4.0"}], "sources": [{"title": "AIS"}]}
        ],
    }
    found = collect(memory, "datapackage.json", package)
    assert said(found) == {(DATA, "ODC-PDDL-1.0"), ("subset:ships", "CC-BY-NC-4.0")}
    assert edges(found) == {
        ("derived_from", "name:dataset/https://port.invalid/data"),
        ("derived_from", "name:dataset/AIS"),
    }


def test_a_license_that_is_none_is_a_gap(memory: Callable[..., Any]) -> None:
    found = collect(memory, "datapackage.json", {"licenses": [3, {"a": 1}], "sources": 4})
    assert [(g.reason, g.blocks) for g in found.gaps] == [("broken", True)] * 3


DATACITE_XML = """<?xml version="1.0"?>
<resource xmlns="http://datacite.org/schema/kernel-4">
  <resourceType resourceTypeGeneral="Dataset">Corpus</resourceType>
  <rightsList>
    <rights rightsURI="https://creativecommons.org/licenses/by/4.0/" rightsIdentifier="cc-by-4.0">
      Creative Commons</rights>
  </rightsList>
  <relatedIdentifiers>
    <relatedIdentifier relationType="IsDerivedFrom">10.5281/raw</relatedIdentifier>
    <relatedIdentifier relationType="Cites">10.5281/other</relatedIdentifier>
  </relatedIdentifiers>
</resource>"""


def test_datacite_in_xml(memory: Callable[..., Any]) -> None:
    found = collect(memory, "datacite.xml", DATACITE_XML)
    assert said(found) == {(DATA, "cc-by-4.0")}
    assert found.passages[0].location.line == 5
    assert edges(found) == {("derived_from", "name:dataset/doi:10.5281/raw")}


def test_datacite_in_json_and_zenodo(memory: Callable[..., Any]) -> None:
    record = {"data": {"attributes": {"rightsList": [{"rightsIdentifier": "cc-by-4.0"}]}}}
    found = collect(memory, "datacite.json", record)
    assert said(found) == {(DATA, "cc-by-4.0")}
    assert found.passages[0].location.key == "data.attributes.rightsList[0]"
    assert said(collect(memory, "datacite.json", {"license": {"id": "cc0-1.0"}})) == {
        (DATA, "cc0-1.0")
    }
    software = {"license": "MIT", "upload_type": "software"}
    assert said(collect(memory, "datacite.json", software)) == {("code", "MIT")}


@pytest.mark.parametrize(
    "content",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        "<a>" * 100,
        "<a>" * 90 + "</a>" * 90,
        "",
        "<a",
        "\0",
    ],
)
def test_hostile_or_broken_xml_blocks(memory: Callable[..., Any], content: str) -> None:
    gaps = collect(memory, "datacite.xml", content).gaps
    assert [g.blocks for g in gaps] == [True]


SCRIPT = '''
import datasets
_CITATION = """@x{y}"""
_HOMEPAGE = "https://x.invalid"
_LICENSE = "CC BY-NC 4.0"
class Notes(datasets.GeneratorBasedBuilder):
    LICENSE = {"zh": "MIT"}
    def _info(self):
        return datasets.DatasetInfo(license="Apache-2.0", homepage=_HOMEPAGE)
'''


def test_the_constants_of_a_loading_script(memory: Callable[..., Any]) -> None:
    found = collect(memory, "notes.py", SCRIPT)
    assert said(found) == {(DATA, "CC BY-NC 4.0"), ("subset:zh", "MIT"), (DATA, "Apache-2.0")}
    first = next(p for p in found.passages if p.text == "CC BY-NC 4.0")
    assert (first.location.line, first.hint("homepage")) == (5, "https://x.invalid")
    assert found.scopes == {(ROOT, DATA)}


def test_other_programs_are_no_loading_scripts(memory: Callable[..., Any]) -> None:
    found = collect(memory, "notes.py", "_LICENSE = 'MIT'\n")
    assert (found.passages, found.scopes) == ((), frozenset())
    gaps = collect(memory, "notes.py", "DatasetInfo(license=").gaps
    assert [(g.reason, g.blocks) for g in gaps] == [("unparsable", True)]


def test_licenses_of_single_configs_in_a_card() -> None:
    page = """---
license: mit
configs:
- config_name: zh
  license: cc-by-nc-4.0
- config_name: en
dataset_info:
- config_name: fr
  license: [mit, other]
  license_name: our-own
---"""
    head = frontmatter.find(page.split("\n"), "README.md")
    assert head is not None
    found = card_configs.collect(head, Entry("README.md", 1), ROOT)
    assert said(found) == {
        ("subset:zh", "cc-by-nc-4.0"),
        ("subset:fr", "mit"),
        ("subset:fr", "other"),
    }
    assert (found.passages[0].location.line, found.passages[0].location.key) == (
        5,
        "configs[0].license",
    )
    assert found.passages[1].hint("license_name") == "our-own"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "license",
                    "licenses",
                    "sources",
                    "resources",
                    "rightsList",
                    "distribution",
                    "name",
                    "@type",
                    "isBasedOn",
                    "rai:x",
                    "data",
                    "attributes",
                    "relatedIdentifiers",
                    "splits",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json(memory: Callable[..., Any], value: object) -> None:
    for name in READERS:
        if name.endswith(".json"):
            data = (
                {"@type": "Dataset", "features": 1, **value} if isinstance(value, dict) else value
            )
            for passage in collect(memory, name, data).passages:
                passage.text.encode()


@pytest.mark.parametrize("name", sorted(READERS))
@given(st.binary(max_size=200))
def test_any_bytes(memory: Callable[..., Any], name: str, content: bytes) -> None:
    collect(memory, name, content)
    collect(memory, name, b"croissant DatasetInfo" + content)


@pytest.mark.parametrize("name", [n for n in READERS if n.endswith(".json")])
def test_json_of_absurd_depth_is_a_gap(memory: Callable[..., Any], name: str) -> None:
    content = '{"croissant": ' + "[" * 200_000 + "]" * 200_000 + "}"
    assert [g.reason for g in collect(memory, name, content).gaps] == ["broken"]


def test_the_footer_of_a_parquet_file(situation: Callable[[str], LocalTree]) -> None:
    tree = situation("parquet-footer")  # written by pyarrow
    found = parquet_footer.collect(tree, tree.entries()[0], CONTEXT)
    assert {(p.location.key, p.text) for p in found.passages} == {
        ("license", "MIT"),
        ("huggingface.info.license", "cc-by-nc-4.0"),
    }
    assert found.gaps == ()


@given(st.binary(max_size=100), st.integers(0, 13_000), st.binary(min_size=1, max_size=4))
def test_any_footer(
    memory: Callable[..., Any], assets: Path, content: bytes, place: int, damage: bytes
) -> None:
    whole = (assets / "parquet-footer" / "notes.parquet").read_bytes()
    hurt = whole[:place] + damage + whole[place + len(damage) :]
    short = b"PAR1" + content + len(content).to_bytes(4, "little") + b"PAR1"
    for data in (content, short, hurt, whole[place:], whole[:place]):
        tree = memory({"x.parquet": data})
        found = parquet_footer.collect(tree, tree.entry("x.parquet"), CONTEXT)
        pointer = "unreadable" if data.startswith(LFS_MARK) else "broken"
        assert all(g.reason == pointer for g in found.gaps)
