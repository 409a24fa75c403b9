"""The provenance graph as GraphML, for Gephi, yEd and networkx: every artifact, every link.

An edge runs as a link does, from what is downstream to what it came from.
"""

from __future__ import annotations

from xml.etree import ElementTree as xml

from licaudit.facts import Artifact, AuditResult, Link
from licaudit.reporting.index import Index
from licaudit.reporting.visible import visible

SPACE = "http://graphml.graphdrawing.org/xmlns"
NODE_KEYS = (
    "id",
    "kind",
    "name",
    "revision",
    "channel",
    "license",
    "scope",
    "outcome",
    "location",
    "root",
)
EDGE_KEYS = ("relation", "evidence", "note")
TYPES = {"root": "boolean"}


def write(result: AuditResult) -> bytes:
    """The bytes of a GraphML document."""
    index = Index(result)
    root = xml.Element("graphml", {"xmlns": SPACE})
    for group, keys in (("node", NODE_KEYS), ("edge", EDGE_KEYS)):
        for key in keys:
            kind = {"attr.name": key, "attr.type": TYPES.get(key, "string")}
            xml.SubElement(root, "key", {"id": f"{group}-{key}", "for": group, **kind})
    # `directed` alone: networkx reads links of one pair with different relations as a multigraph.
    graph = xml.SubElement(root, "graph", {"id": "provenance", "edgedefault": "directed"})
    ids = {name: f"n{number}" for number, name in enumerate(index.artifacts)}
    for name, artifact in index.artifacts.items():
        _data(xml.SubElement(graph, "node", {"id": ids[name]}), "node", _node(index, artifact))
    kept = (link for link in result.links if link.source in ids and link.target in ids)
    for number, link in enumerate(kept):
        ends = {"id": f"e{number}", "source": ids[link.source], "target": ids[link.target]}
        _data(xml.SubElement(graph, "edge", ends), "edge", _edge(link))
    xml.indent(root)
    body: bytes = xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def _node(index: Index, artifact: Artifact) -> dict[str, str | None]:
    answer = index.main(artifact)
    return {
        "id": artifact.id,
        "kind": artifact.kind,
        "name": artifact.name,
        "revision": artifact.revision,
        "channel": artifact.channel,
        "license": answer.expression if answer else None,
        "scope": answer.scope if answer else None,
        "outcome": index.outcomes.get(artifact.id),
        "location": artifact.location.label() if artifact.location else None,
        "root": "true" if artifact.id == index.root else None,
    }


def _edge(link: Link) -> dict[str, str | None]:
    places = "; ".join(place.label() for place in link.evidence)
    return {"relation": link.relation, "evidence": places or None, "note": link.note}


def _data(element: xml.Element, group: str, values: dict[str, str | None]) -> None:
    """Values as XML can carry them: characters it forbids are spelled out, none is lost."""
    for key, value in values.items():
        if value is not None:
            xml.SubElement(element, "data", {"key": f"{group}-{key}"}).text = visible(value)
