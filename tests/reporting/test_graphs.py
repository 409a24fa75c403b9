"""PROV, GraphML and Mermaid."""

from __future__ import annotations

import dataclasses
import io
import json
import re
from typing import Any

import networkx
import pytest
from hypothesis import HealthCheck, given, settings
from prov.model import ProvDocument

from licaudit.facts import Artifact, AuditResult, Link, Run
from licaudit.i18n import LANGUAGES
from licaudit.reporting import graphml, mermaid, prov
from licaudit.reporting.layout import MOST

from .sample import sample
from .sample_tree import ALPACA, CODE_NODE, GPT, ROOT, WIKI, WIZARD
from .strategies import results
from .variants import EVIL, hostile

some = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
MERMAID_LINE = re.compile(
    r'  (n\d+(\[|\[\(|\[\[|>|\(\[)"[^"<>`{}|]*(<br/>[^"<>`{}|]*)*"(\]|\)\]|\]\]|\]\))'
    r'|n\d+ -- "[^"<>`{}|]*" --> n\d+'
    r"|classDef \w+ [\w#:, -]+;|class n\d+(,n\d+)* \w+;)"
)


def statements(result: AuditResult, kind: str) -> set[tuple[str, ...]]:
    found = json.loads(prov.write(result)).get(kind, {})
    ends = prov.ENDS[kind]
    return {(r[ends[0]], r[ends[1]], r.get("licaudit:relation", "")) for r in found.values()}


@some
@given(results())
def test_the_prov_library_reads_what_we_write(result: AuditResult) -> None:
    read = ProvDocument.deserialize(content=prov.write(result).decode("ascii"), format="json")
    known = [link for link in result.links if {link.source, link.target} <= ids_of(result)]
    kinds = [r.get_type().localpart for r in read.get_records() if r.is_relation()]
    assert len([k for k in kinds if k not in ("Usage", "Association")]) == len(known)


def ids_of(result: AuditResult) -> set[str]:
    return {a.id for a in result.artifacts}


def test_prov_says_each_relation_in_its_own_word() -> None:
    name = prov.identifier
    derived = statements(sample(), "wasDerivedFrom")
    assert (name(WIZARD), name(ALPACA), "derived_from") in derived
    assert (name(ROOT), name(WIZARD), "trained_on") in derived
    assert (name(ALPACA), name(GPT), "generated_by") in statements(sample(), "wasAttributedTo")
    assert (name(ROOT), name(WIKI), "evaluated_on") in statements(sample(), "wasInfluencedBy")
    assert (name(ROOT), name(CODE_NODE), "") in statements(sample(), "hadMember")
    document = json.loads(prov.write(sample()))
    assert name(GPT) in document["agent"]
    assert document["entity"][name(WIZARD)]["licaudit:license"] == ["data:collection: CC-BY-NC-4.0"]
    (audit,) = document["activity"].values()
    assert audit["prov:startTime"] == "2026-06-01T00:00:00Z"


@some
@given(results())
def test_networkx_reads_what_we_write(result: AuditResult) -> None:
    data = graphml.write(result)
    graph = networkx.read_graphml(io.BytesIO(data), force_multigraph=True)
    assert graph.number_of_nodes() == len(ids_of(result))
    known = [link for link in result.links if {link.source, link.target} <= ids_of(result)]
    assert graph.number_of_edges() == len(known)


def test_the_whole_graph_stands_in_graphml() -> None:
    graph = networkx.read_graphml(io.BytesIO(graphml.write(sample())))
    ids = {data["id"]: node for node, data in graph.nodes(data=True)}
    assert set(ids) == ids_of(sample())
    assert graph.nodes[ids[ROOT]]["root"] is True
    assert graph.nodes[ids[ALPACA]]["license"] == "CC-BY-NC-4.0"
    assert graph.edges[ids[WIZARD], ids[ALPACA]]["relation"] == "derived_from"
    assert graph.edges[ids[WIZARD], ids[ALPACA]]["evidence"] == "README.md:40"


def test_hostile_names_stay_words_in_xml() -> None:
    data = graphml.write(hostile()).decode("utf-8")
    assert "<script>" not in data
    assert "\u202e" not in data
    graph = networkx.read_graphml(io.BytesIO(data.encode()))
    assert all("<script>alert(1)</script>" in d["name"] for _, d in graph.nodes(data=True))


@some
@given(results())
def test_a_diagram_has_no_line_we_did_not_mean(result: AuditResult) -> None:
    for lang in LANGUAGES:
        check(mermaid.write(result, lang).decode("utf-8"))


def check(text: str) -> None:
    lines = text.rstrip("\n").split("\n")
    assert lines[:2] == ["```mermaid", "flowchart LR"]
    assert lines.count("```") == 1
    for line in lines[2 : lines.index("```")]:
        assert MERMAID_LINE.fullmatch(line), line


def test_hostile_names_stay_words_in_a_diagram() -> None:
    text = mermaid.write(hostile()).decode("utf-8")
    check(text)
    assert EVIL not in text
    assert "%%" not in text
    assert "\u202e" not in text


def test_a_diagram_names_relations_outcomes_and_licenses() -> None:
    text = mermaid.write(sample()).decode("utf-8")
    assert 'n0 -- "adapter of" --> n1' in text
    assert "tatsu-lab/alpaca<br/>dataset<br/>CC-BY-NC-4.0<br/>fail" in text
    assert "class n0,n2,n3 fail;" in text
    assert "训练" in mermaid.write(sample(), "zh").decode("utf-8")


def test_a_large_diagram_is_folded_and_its_edges_are_counted() -> None:
    more = [Artifact(f"local:d{n}", "dataset", f"d{n}") for n in range(MOST - 20)]
    links = [Link(a.id, b.id, "derived_from") for a in more for b in more if a is not b]
    result = dataclasses.replace(
        sample(), artifacts=(*sample().artifacts, *more), links=(*sample().links, *links)
    )
    text = mermaid.write(result).decode("utf-8")
    check(text)
    assert text.count("-->") <= mermaid.MOST_EDGES
    assert "more issues" in text or text.count("-->") < mermaid.MOST_EDGES


@pytest.mark.parametrize("module", [prov, graphml])
def test_graphs_depend_on_the_facts_alone(module: Any) -> None:
    other = dataclasses.replace(sample(), run=Run("later", 1.0, 1, 1))
    assert module.write(other) == module.write(sample())
