"""Bills of materials that came with a tree: what they list, leave open, and get wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component
from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from hypothesis import given, settings
from hypothesis import strategies as st
from license_expression import get_spdx_licensing
from packageurl import PackageURL
from spdx_tools.spdx.model import (
    Actor,
    ActorType,
    CreationInfo,
    Document,
    ExternalPackageRef,
    ExternalPackageRefCategory,
    Package,
    Relationship,
    RelationshipType,
    SpdxNoAssertion,
)
from spdx_tools.spdx.writer.write_anything import write_file

from licaudit.collectors import collect_tree, sbom_in
from licaudit.collectors.context import Context

ROOT = "local:."
Memory = Callable[..., Any]


def collect(memory: Memory, name: str, text: str | bytes) -> Any:
    tree = memory({name: text})
    assert sbom_in.is_bill(tree.entry(name))
    return sbom_in.collect(tree, tree.entry(name), Context(ROOT, "code", "memory"))


def said(found: Any) -> set[tuple[str, str, str]]:
    return {(p.artifact, p.text, p.basis) for p in found.passages}


def edges(found: Any) -> set[tuple[str, str, str, str | None]]:
    return {(x.source, x.target, x.relation, x.note) for x in found.links}


VERSIONS = [SchemaVersion.V1_4, SchemaVersion.V1_5, SchemaVersion.V1_6, SchemaVersion.V1_7]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("form", [OutputFormat.JSON, OutputFormat.XML])
def test_cyclonedx_as_its_own_library_writes_it(
    memory: Memory, version: SchemaVersion, form: OutputFormat
) -> None:
    bom = Bom()
    app = Component(name="app", version="1", bom_ref="app", licenses=[LicenseExpression("MIT")])
    lib = Component(
        name="lib",
        version="2.0",
        bom_ref="lib",
        purl=PackageURL("npm", "@scope", "lib", "2.0", qualifiers={"vcs_url": "x"}),
        licenses=[DisjunctiveLicense(id="Apache-2.0")],
    )
    bare = Component(name="bare", version="3", bom_ref="bare")
    deep = Component(name="deep", bom_ref="deep", licenses=[DisjunctiveLicense(name="Our terms")])
    bom.metadata.component = app
    bom.components.update([lib, bare, deep])
    bom.register_dependency(app, [lib])
    bom.register_dependency(lib, [deep])
    name = "bom.json" if form is OutputFormat.JSON else "bom.xml"
    text = make_outputter(bom, form, version).output_as_string(indent=1)
    found = collect(memory, name, text)
    scoped = "pkg:npm/%40scope/lib@2.0"
    assert said(found) == {
        (ROOT, "MIT", "declared"),
        (scoped, "Apache-2.0", "declared"),
        ("name:package/deep", "Our terms", "declared"),
    }
    assert edges(found) == {
        (ROOT, scoped, "depends_on", None),
        (scoped, "name:package/deep", "depends_on", None),
        (ROOT, "name:package/bare@3", "depends_on", None),  # nothing else leads to it
    }
    assert not found.gaps
    lines = text.split("\n")
    (place,) = [p.location for p in found.passages if p.text == "Apache-2.0"]
    assert "Apache-2.0" in "".join(lines[place.line - 1 : place.line + 4])


def test_cyclonedx_scopes_parts_models_and_pedigree(memory: Memory) -> None:
    bill = {
        "bomFormat": "CycloneDX",
        "components": [
            {"name": "unit", "bom-ref": "u", "scope": "excluded"},
            {"name": "extra", "bom-ref": "e", "scope": "optional"},
            {
                "name": "tool",
                "properties": [{"name": "cdx:npm:package:development", "value": "true"}],
            },
            {
                "type": "machine-learning-model",
                "name": "net",
                "bom-ref": "m",
                "components": [{"name": "part"}],
                "pedigree": {"ancestors": [{"type": "machine-learning-model", "name": "base"}]},
                "modelCard": {"modelParameters": {"datasets": [{"name": "corpus"}, {"ref": "d"}]}},
                "evidence": {"licenses": [{"license": {"id": "GPL-3.0-only"}}]},
                "licenses": [{"expression": "MIT", "acknowledgement": "concluded"}],
            },
            {"type": "data", "name": "more", "bom-ref": "d"},
        ],
    }
    found = collect(memory, "app.cdx.json", json.dumps(bill))
    net = "name:model/net"
    assert edges(found) == {
        (ROOT, "name:package/unit", "depends_on", "dev"),
        (ROOT, "name:package/extra", "depends_on", "optional"),
        (ROOT, "name:package/tool", "depends_on", "dev"),
        (ROOT, net, "depends_on", None),
        (net, "name:package/part", "contains", None),
        (net, "name:model/base", "fine_tuned_from", None),
        (net, "name:dataset/corpus", "trained_on", None),
        (net, "name:dataset/more", "trained_on", None),
    }
    assert said(found) == {(net, "MIT", "concluded"), (net, "GPL-3.0-only", "detected")}


TAG_VALUE = """SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: doc
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-app

PackageName: app
SPDXID: SPDXRef-app
PackageLicenseDeclared: MIT
PackageLicenseConcluded: NOASSERTION

PackageName: Some_Lib
SPDXID: SPDXRef-lib
PackageVersion: 1.0
ExternalRef: PACKAGE-MANAGER purl pkg:pypi/Some_Lib@1.0
PackageLicenseDeclared: LicenseRef-ours
PackageLicenseConcluded: Apache-2.0
PackageLicenseInfoFromFiles: GPL-2.0-only
Relationship: SPDXRef-lib DEV_DEPENDENCY_OF SPDXRef-app

PackageName: open
SPDXID: SPDXRef-open
PackageLicenseDeclared: NONE

LicenseID: LicenseRef-ours
ExtractedText: <text>You may look,
but not touch.</text>
"""


def spdx2_json() -> dict[str, Any]:
    return {
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "documentDescribes": ["SPDXRef-app"],
        "packages": [
            {"SPDXID": "SPDXRef-app", "name": "app", "licenseDeclared": "MIT"},
            {
                "SPDXID": "SPDXRef-lib",
                "name": "Some_Lib",
                "versionInfo": "1.0",
                "licenseDeclared": "LicenseRef-ours",
                "licenseConcluded": "Apache-2.0",
                "licenseInfoFromFiles": ["GPL-2.0-only"],
                "externalRefs": [
                    {"referenceType": "purl", "referenceLocator": "pkg:pypi/Some_Lib@1.0"}
                ],
            },
            {"SPDXID": "SPDXRef-open", "name": "open", "licenseDeclared": "NONE"},
        ],
        "hasExtractedLicensingInfos": [
            {"licenseId": "LicenseRef-ours", "extractedText": "You may look,\nbut not touch."}
        ],
        "relationships": [
            {
                "spdxElementId": "SPDXRef-lib",
                "relationshipType": "DEV_DEPENDENCY_OF",
                "relatedSpdxElement": "SPDXRef-app",
            }
        ],
    }


SPDX2 = {
    "app.spdx": TAG_VALUE,
    "app.spdx.json": json.dumps(spdx2_json(), indent=1),
    "app.spdx.yaml": json.dumps(spdx2_json()),
}


@pytest.mark.parametrize("name", SPDX2)
def test_spdx_2(memory: Memory, name: str) -> None:
    found = collect(memory, name, SPDX2[name])
    lib = "pkg:pypi/some-lib@1.0"
    assert said(found) == {
        (ROOT, "MIT", "declared"),
        (lib, "You may look,\nbut not touch.", "declared"),
        (lib, "Apache-2.0", "concluded"),
        (lib, "GPL-2.0-only", "detected"),
    }
    assert {p.form for p in found.passages if "look" in p.text} == {"text"}
    assert edges(found) == {
        (ROOT, lib, "depends_on", "dev"),
        (ROOT, "name:package/open", "depends_on", None),
    }
    assert not found.gaps


@pytest.mark.parametrize("version", ["SPDX-2.0", "SPDX-2.1", "SPDX-2.2"])
@pytest.mark.parametrize("name", SPDX2)
def test_earlier_spdx_2_says_the_same(memory: Memory, name: str, version: str) -> None:
    found = collect(memory, name, SPDX2[name].replace("SPDX-2.3", version))
    assert found == collect(memory, name, SPDX2[name])


def _by_spdx_tools(version: str) -> Document:
    """A bill of one application that needs one library, in the objects of SPDX's own library."""
    ours = CreationInfo(
        version, "SPDXRef-DOCUMENT", "bill", "https://bill.example/1",
        [Actor(ActorType.TOOL, "test")], datetime(2026, 1, 1),
    )  # fmt: skip
    where, expression = SpdxNoAssertion(), get_spdx_licensing().parse
    app = Package(
        "SPDXRef-app", "app", where, license_declared=expression("MIT"),
        license_concluded=where, copyright_text=where,
    )  # fmt: skip
    purl = ExternalPackageRef(
        ExternalPackageRefCategory.PACKAGE_MANAGER, "purl", "pkg:pypi/lib@2.0"
    )
    lib = Package(
        "SPDXRef-lib", "lib", where, version="2.0", external_references=[purl],
        license_concluded=expression("Apache-2.0 OR MIT"), license_declared=where,
        copyright_text=where,
    )  # fmt: skip
    links = [
        Relationship("SPDXRef-DOCUMENT", RelationshipType.DESCRIBES, "SPDXRef-app"),
        Relationship("SPDXRef-app", RelationshipType.DEPENDS_ON, "SPDXRef-lib"),
    ]
    return Document(ours, [app, lib], relationships=links)


@pytest.mark.parametrize("version", ["SPDX-2.2", "SPDX-2.3"])
@pytest.mark.parametrize("name", ["bill.spdx", "bill.spdx.json", "bill.spdx.yaml"])
def test_spdx_2_as_its_own_library_writes_it(
    memory: Memory, tmp_path: Path, name: str, version: str
) -> None:
    write_file(_by_spdx_tools(version), str(tmp_path / name), validate=True)
    found = collect(memory, name, (tmp_path / name).read_bytes())
    assert said(found) == {
        (ROOT, "MIT", "declared"),
        ("pkg:pypi/lib@2.0", "Apache-2.0 OR MIT", "concluded"),
    }
    assert edges(found) == {(ROOT, "pkg:pypi/lib@2.0", "depends_on", None)}
    assert not found.gaps


def test_spdx_2_tag_value_knows_its_lines(memory: Memory) -> None:
    found = collect(memory, "app.spdx", TAG_VALUE)
    (place,) = [p.location for p in found.passages if p.text == "Apache-2.0"]
    assert TAG_VALUE.split("\n")[place.line - 1].startswith("PackageLicenseConcluded: Apache")


def spdx3() -> dict[str, Any]:
    at = "urn:x:"
    return {
        "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
        "@graph": [
            {"type": "SpdxDocument", "spdxId": f"{at}doc", "rootElement": [f"{at}bom"]},
            {"type": "software_Sbom", "spdxId": f"{at}bom", "rootElement": [f"{at}net"]},
            {"type": "ai_AIPackage", "spdxId": f"{at}net", "name": "net"},
            {"type": "dataset_DatasetPackage", "spdxId": f"{at}data", "name": "corpus"},
            {
                "type": "software_Package",
                "spdxId": f"{at}six",
                "name": "six",
                "software_packageVersion": "1",
                "software_packageUrl": "pkg:pypi/six@1",
            },
            {
                "type": "simplelicensing_LicenseExpression",
                "spdxId": f"{at}l1",
                "simplelicensing_licenseExpression": "CC-BY-NC-4.0",
            },
            {
                "type": "expandedlicensing_DisjunctiveLicenseSet",
                "spdxId": f"{at}l2",
                "expandedlicensing_member": [
                    "https://spdx.org/licenses/MIT",
                    "https://spdx.org/licenses/Apache-2.0",
                ],
            },
            {
                "type": "Relationship",
                "from": f"{at}data",
                "relationshipType": "hasDeclaredLicense",
                "to": [f"{at}l1"],
            },
            {
                "type": "Relationship",
                "from": f"{at}six",
                "relationshipType": "hasConcludedLicense",
                "to": [f"{at}l2"],
            },
            {
                "type": "Relationship",
                "from": f"{at}net",
                "relationshipType": "trainedOn",
                "to": [f"{at}data"],
            },
            {
                "type": "LifecycleScopedRelationship",
                "from": f"{at}net",
                "relationshipType": "dependsOn",
                "scope": "test",
                "to": [f"{at}six"],
            },
        ],
    }


def test_spdx_3(memory: Memory) -> None:
    found = collect(memory, "app.spdx3.json", json.dumps(spdx3(), indent=1))
    assert said(found) == {
        ("name:dataset/corpus", "CC-BY-NC-4.0", "declared"),
        ("pkg:pypi/six@1", "MIT OR Apache-2.0", "concluded"),
    }
    assert edges(found) == {
        (ROOT, "name:dataset/corpus", "trained_on", None),
        (ROOT, "pkg:pypi/six@1", "depends_on", "dev"),
    }


def test_a_license_that_is_not_in_the_bill_is_a_gap(memory: Memory) -> None:
    bill = spdx3()
    bill["@graph"] = [i for i in bill["@graph"] if i.get("spdxId") != "urn:x:l1"]
    found = collect(memory, "app.spdx3.json", json.dumps(bill))
    assert [(g.reason, g.blocks) for g in found.gaps] == [("broken", True)]
    assert "urn:x:l1" in found.gaps[0].detail


def test_parts_in_a_circle_still_hang_on_the_tree(memory: Memory) -> None:
    bill = {
        "bomFormat": "CycloneDX",
        "components": [{"name": "a", "bom-ref": "a"}, {"name": "b", "bom-ref": "b"}],
        "dependencies": [
            {"ref": "a", "dependsOn": ["b", "lost"]},
            {"ref": "b", "dependsOn": ["a"]},
        ],
    }
    found = collect(memory, "bom.json", json.dumps(bill))
    assert {x.target for x in found.links if x.source == ROOT} == {
        "name:package/a",
        "name:package/b",
    }
    assert ["lost" in g.detail for g in found.gaps] == [True]


@pytest.mark.parametrize(
    ("name", "text", "reason", "blocks"),
    [
        ("bom.json", '{"bomFormat": "CycloneDX", "components": [', "broken", True),
        ("bom.json", '{"a":' * 200_000, "broken", True),
        ("bom.xml", "<bom><components>", "broken", True),
        ("bom.xml", '<!DOCTYPE a [<!ENTITY b "c">]><bom/>', "broken", True),
        ("app.spdx.rdf", "<rdf:RDF xmlns:rdf='urn:r'/>", "unsupported", True),
        ("bom.json", '{"parts": ["screw"]}', "unsupported", False),
        ("bom.json", '{"bomFormat": "CycloneDX", "components": {"a": 1}}', "broken", True),
        (
            "bom.json",
            '{"bomFormat": "CycloneDX", "components": [{"version": "1"}]}',
            "broken",
            True,
        ),
        ("app.spdx.json", '{"spdxVersion": "SPDX-2.3", "packages": [7]}', "broken", True),
    ],
)
def test_bad_bills(memory: Memory, name: str, text: str, reason: str, blocks: bool) -> None:
    found = collect(memory, name, text)
    assert {(g.reason, g.blocks) for g in found.gaps} == {(reason, blocks)}
    assert all(g.location and g.location.path == name for g in found.gaps)


def test_a_bill_in_a_folder_of_bills_speaks_for_the_tree(memory: Memory) -> None:
    tree = memory({"sbom/app.spdx": TAG_VALUE, "main.py": "x = 1"})
    _, found = collect_tree(tree)
    assert (ROOT, "MIT", "declared") in said(found)
    assert {p.scope for p in found.passages if p.text == "MIT"} == {"code"}


KEYS = st.sampled_from(
    [
        "components",
        "licenses",
        "license",
        "expression",
        "name",
        "bom-ref",
        "pedigree",
        "ancestors",
        "dependencies",
        "ref",
        "dependsOn",
        "packages",
        "SPDXID",
        "licenseDeclared",
        "relationships",
        "externalRefs",
        "metadata",
        "component",
        "modelCard",
        "evidence",
        "text",
        "content",
        "encoding",
        "type",
        "from",
        "to",
        "relationshipType",
        "spdxId",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "mark",
    [
        {"bomFormat": "CycloneDX"},
        {"spdxVersion": "SPDX-2.2"},
        {"@context": "https://spdx.org/x", "@graph": []},
    ],
)
@settings(deadline=None)
@given(data=st.data())
def test_no_shape_of_json_crashes_a_reader(
    memory: Memory, mark: dict[str, Any], data: st.DataObject
) -> None:
    body = data.draw(st.dictionaries(KEYS, JSON, max_size=5))
    if "@graph" in mark:
        body = {"@graph": data.draw(st.lists(JSON, max_size=5))}
    found = collect(memory, "bom.json", json.dumps({**mark, **body}))
    ids = {a.id for a in found.artifacts} | {ROOT}
    assert {x.target for x in found.links} <= ids
    assert {p.artifact for p in found.passages} <= ids


@settings(deadline=None)
@given(st.text())
def test_no_text_crashes_the_tag_value_reader(memory: Memory, text: str) -> None:
    collect(memory, "app.spdx", "SPDXVersion: SPDX-2.3\n" + text)
