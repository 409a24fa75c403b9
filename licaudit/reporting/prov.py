"""W3C PROV as PROV-JSON: which artifact came from which, who serves, who audited.

What PROV has words for is said in them, and every statement carries our own word besides, as
`licaudit:relation`:

- `derived_from`, `fine_tuned_from`, `adapter_of`, `merged_from`, `quantized_from`,
  `distilled_from`, `trained_on`: `wasDerivedFrom`;
- `generated_by`, `annotated_by`, `filtered_by`, `rewarded_by`: `wasAttributedTo` where the other
  end is a service (an agent), `wasInfluencedBy` where it is a thing;
- `contains`: `hadMember`, and the whole is a `prov:Collection`;
- `evaluated_on`, `depends_on`: `wasInfluencedBy`, the weakest word: neither put anything into it.

Licenses are `licaudit:license` on the entity, one for each scope. Dates are those of the result.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from licaudit.facts import Artifact, AuditResult, Link, Relation
from licaudit.reporting.identity import digest
from licaudit.reporting.index import Index
from licaudit.reporting.visible import visible

PREFIXES = {
    "licaudit": "urn:licaudit:terms:",
    "artifact": "urn:licaudit:artifact:",
    "audit": "urn:licaudit:audit:",
}
DERIVED: frozenset[Relation] = frozenset(
    {
        "derived_from",
        "fine_tuned_from",
        "adapter_of",
        "merged_from",
        "quantized_from",
        "distilled_from",
        "trained_on",
    }
)
SERVED: frozenset[Relation] = frozenset(
    {"generated_by", "annotated_by", "filtered_by", "rewarded_by"}
)
# The names of a statement's two ends, the downstream one first.
ENDS = {
    "wasDerivedFrom": ("prov:generatedEntity", "prov:usedEntity"),
    "wasAttributedTo": ("prov:entity", "prov:agent"),
    "wasInfluencedBy": ("prov:influencee", "prov:influencer"),
    "hadMember": ("prov:collection", "prov:entity"),
}
Records = dict[str, dict[str, Any]]


def write(result: AuditResult) -> bytes:
    """The bytes of a PROV-JSON document."""
    return json.dumps(document(result), ensure_ascii=True, indent=1).encode("ascii") + b"\n"


def document(result: AuditResult) -> dict[str, Any]:
    """The result as PROV-JSON."""
    index = Index(result)
    whole = {link.source for link in result.links if link.relation == "contains"}
    services = {a.id for a in index.artifacts.values() if a.kind == "service"}
    entities: Records = {}
    agents: Records = {}
    for artifact in index.artifacts.values():
        table = agents if artifact.id in services else entities
        table[identifier(artifact.id)] = _described(index, artifact, artifact.id in whole)
    found: dict[str, Any] = {"prefix": PREFIXES, "entity": entities, "agent": agents}
    for kind, records in _statements(result.links, index, services).items():
        found[kind] = records
    _audit(result, index, services, found)
    return {key: value for key, value in found.items() if value}


def identifier(artifact: str) -> str:
    """An artifact's id as a qualified name: what such a name cannot hold is percent-encoded."""
    return "artifact:" + (quote(artifact, safe="", errors="backslashreplace") or "-")


def _described(index: Index, artifact: Artifact, whole: bool) -> dict[str, Any]:
    types = [f"licaudit:{artifact.kind}"]
    if artifact.kind == "service":
        types.append("prov:SoftwareAgent")
    elif whole:
        types.append("prov:Collection")
    values: dict[str, Any] = {
        "prov:type": [{"$": t, "type": "prov:QUALIFIED_NAME"} for t in types],
        "prov:label": visible(artifact.name),
        "licaudit:id": visible(artifact.id),
        "licaudit:revision": visible(artifact.revision or ""),
        "licaudit:channel": artifact.channel or "",
        "licaudit:license": [
            f"{visible(a.scope)}: {visible(a.expression)}"
            for a in index.answers.get(artifact.id, ())
            if a.expression
        ],
    }
    return {key: value for key, value in values.items() if value}


def _statements(links: Iterable[Link], index: Index, services: set[str]) -> dict[str, Records]:
    table: dict[str, Records] = {kind: {} for kind in ENDS}
    for number, link in enumerate(links):
        if link.source not in index.artifacts or link.target not in index.artifacts:
            continue
        kind = _kind(link, services)
        first, second = ENDS[kind]
        record: dict[str, Any] = {first: identifier(link.source), second: identifier(link.target)}
        if kind != "hadMember":  # PROV lets a membership carry nothing
            record["licaudit:relation"] = link.relation
            places = [visible(place.label()) for place in link.evidence]
            if places:
                record["licaudit:evidence"] = places
        table[kind][f"_:l{number}"] = record
    return table


def _kind(link: Link, services: set[str]) -> str:
    """The statement of PROV for a link; agents neither contain, nor are derived from."""
    if link.target in services and link.source not in services and link.relation in SERVED:
        return "wasAttributedTo"
    if link.source in services or link.target in services:
        return "wasInfluencedBy"
    if link.relation == "contains":
        return "hadMember"
    return "wasDerivedFrom" if link.relation in DERIVED else "wasInfluencedBy"


def _audit(result: AuditResult, index: Index, services: set[str], found: dict[str, Any]) -> None:
    """The audit itself: an activity of licaudit that used what was audited, on its day."""
    run, tool = f"audit:{digest(result)[:32]}", "licaudit:licaudit"
    day = f"{result.as_of}T00:00:00Z"
    found["activity"] = {
        run: {
            "prov:startTime": day,
            "prov:endTime": day,
            "licaudit:verdict": result.verdict,
            "licaudit:target": visible(result.target.input) or "-",
        }
    }
    found["agent"][tool] = {
        "prov:type": {"$": "prov:SoftwareAgent", "type": "prov:QUALIFIED_NAME"},
        "licaudit:version": visible(result.licaudit_version) or "-",
    }
    found["wasAssociatedWith"] = {"_:a0": {"prov:activity": run, "prov:agent": tool}}
    if index.root and index.root not in services:
        used = {"prov:activity": run, "prov:entity": identifier(index.root)}
        found["used"] = {"_:u0": used}
