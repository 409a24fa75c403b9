"""CycloneDX 1.6 as an ML-BOM, through cyclonedx-python-lib and valid by its own schema check.

Models and weights are `machine-learning-model`, datasets `data`, code and packages `library`,
documents `file`, services services. A model's datasets are referenced from its model card, which
the library cannot write yet: that part is added to the JSON it makes. Licenses are what licaudit
concluded for the main scope; every scope and relation stands in full under `properties`. What was
only evaluated on is no dependency.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from licaudit.facts import Artifact, AuditResult, LicenseAnswer, Link
from licaudit.reporting.identity import digest, looks_like_purl
from licaudit.reporting.index import Index
from licaudit.reporting.issues import line

if TYPE_CHECKING:
    from cyclonedx.model import Property
    from cyclonedx.model.bom import Bom, BomMetaData
    from cyclonedx.model.component import Component
    from cyclonedx.model.license import License
    from cyclonedx.model.service import Service
    from packageurl import PackageURL

TYPES = {
    "model": "machine-learning-model",
    "weights": "machine-learning-model",
    "dataset": "data",
    "code": "library",
    "package": "library",
    "document": "file",
    "service": "application",
}
HEADING = {
    "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
}
NO_DEPENDENCY = frozenset({"evaluated_on"})
_REFERENCE = re.compile(r"LicenseRef-[0-9A-Za-z.-]+")


@dataclass(frozen=True)
class _Book:
    """An index, and the tables that only this format needs."""

    index: Index

    @cached_property
    def references(self) -> dict[str, str]:
        """A bom-ref for each artifact: its id where that is a plain word, else its number."""
        return {
            name: name if name.isprintable() and len(name) > 1 else f"artifact {number}"
            for number, name in enumerate(self.index.artifacts, start=1)
        }

    @cached_property
    def links(self) -> dict[str, list[Link]]:
        """The links between known artifacts by their downstream end."""
        table: dict[str, list[Link]] = {name: [] for name in self.references}
        for link in self.index.result.links:
            if link.source in table and link.target in table:
                table[link.source].append(link)
        return table


def write(result: AuditResult) -> bytes:
    """The bytes of a CycloneDX 1.6 document."""
    from cyclonedx.schema.schema import SchemaVersion1Dot6

    book = _Book(Index(result))
    # The library's own writer searches the whole document once for each component, which takes
    # minutes for 10,000 of them; what it adds to this is the heading and the dependencies.
    bom: Any = _bom(book)
    document = {**HEADING, **json.loads(bom.as_json(view_=SchemaVersion1Dot6))}
    document["dependencies"] = _dependencies(book)
    _add_model_cards(document, book)
    return json.dumps(document, ensure_ascii=True, indent=1).encode("ascii") + b"\n"


def _bom(book: _Book) -> Bom:
    """The result as a document of cyclonedx-python-lib, without model cards."""
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component

    index = book.index
    made = {a.id: _made(book, a) for a in index.artifacts.values()}
    root = made.get(index.root or "")
    others = [item for item in made.values() if item is not root]
    return Bom(
        serial_number=uuid5(NAMESPACE_URL, f"licaudit:{digest(index.result)}"),
        metadata=_metadata(index.result, root if isinstance(root, Component) else None),
        components=[item for item in others if isinstance(item, Component)],
        services=[item for item in others if not isinstance(item, Component)],
    )


def _dependencies(book: _Book) -> list[dict[str, Any]]:
    """What each artifact depends on."""
    table: dict[str, set[str]] = {}
    for source, links in book.links.items():
        found = (k.target for k in links if k.relation not in NO_DEPENDENCY and k.target != source)
        table[book.references[source]] = {book.references[target] for target in found}
    return [
        {"ref": source, "dependsOn": sorted(targets)} if targets else {"ref": source}
        for source, targets in sorted(table.items())
    ]


def _metadata(result: AuditResult, root: Component | None) -> BomMetaData:
    """The day, the tool, what was audited and the verdict."""
    from cyclonedx.model.bom import BomMetaData
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.tool import ToolRepository

    version = line(result.licaudit_version) or None
    tool = Component(name="licaudit-ai", type=ComponentType.APPLICATION, version=version)
    facts = {
        "verdict": result.verdict,
        "target": line(result.target.input),
        "knowledge": line(result.knowledge_version),
    }
    return BomMetaData(
        timestamp=datetime.fromisoformat(result.as_of).replace(tzinfo=UTC),
        tools=ToolRepository(components=[tool]),
        component=root,
        properties=_properties((f"licaudit:{key}", value) for key, value in facts.items()),
    )


def _made(book: _Book, artifact: Artifact) -> Component | Service:
    """One artifact as a component; as a service when it is one and is not what was audited."""
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.service import Service

    name = line(artifact.name) or artifact.kind
    revision = line(artifact.revision or "") or None
    reference = book.references[artifact.id]
    properties = _properties(_facts(book, artifact))
    licenses = _licenses(book.index.main(artifact))
    if artifact.kind == "service" and artifact.id != book.index.root:
        return Service(
            name=name, bom_ref=reference, version=revision, licenses=licenses, properties=properties
        )
    return Component(
        name=name,
        type=ComponentType(TYPES[artifact.kind]),
        bom_ref=reference,
        version=revision,
        purl=_purl(artifact.id),
        licenses=licenses,
        copyright=_copyright(book, artifact),
        properties=properties,
    )


def _copyright(book: _Book, artifact: Artifact) -> str | None:
    """The copyright statements read for an artifact, one a line."""
    found = (line(c.statement, 500) for c in book.index.copyrights.get(artifact.id, ()))
    return "\n".join(dict.fromkeys(words for words in found if words)) or None


def _facts(book: _Book, artifact: Artifact) -> Iterable[tuple[str, str]]:
    yield "licaudit:kind", artifact.kind
    if artifact.channel:
        yield "licaudit:channel", artifact.channel
    outcome = book.index.outcomes.get(artifact.id)
    if outcome:
        yield "licaudit:outcome", outcome
    for answer in book.index.answers.get(artifact.id, ()):
        yield f"licaudit:license:{line(answer.scope, 100)}", line(answer.expression or "unknown")
    for link in book.links[artifact.id]:
        yield f"licaudit:{link.relation}", book.references[link.target]


def _properties(pairs: Iterable[tuple[str, str]]) -> list[Property]:
    from cyclonedx.model import Property

    return [Property(name=name, value=value) for name, value in dict.fromkeys(pairs)]


def _licenses(answer: LicenseAnswer | None) -> list[License]:
    """An SPDX id, an expression, or the words as a name; nothing where nothing is known."""
    from cyclonedx.model.license import (
        DisjunctiveLicense,
        LicenseAcknowledgement,
        LicenseExpression,
    )
    from cyclonedx.spdx import is_supported_id

    words = line(answer.expression or "") if answer else ""
    if not words:
        return []
    concluded = LicenseAcknowledgement.CONCLUDED
    if is_supported_id(words):
        return [DisjunctiveLicense(id=words, acknowledgement=concluded)]
    if _is_expression(words):
        return [LicenseExpression(words, acknowledgement=concluded)]
    return [DisjunctiveLicense(name=words, acknowledgement=concluded)]


@cache
def _is_expression(words: str) -> bool:
    """Whether SPDX reads it, with any license reference of ours or ScanCode's."""
    from cyclonedx.spdx import is_expression

    return is_expression(_REFERENCE.sub("MIT", words))


def _purl(artifact: str) -> PackageURL | None:
    from packageurl import PackageURL

    if not looks_like_purl(artifact):
        return None
    try:
        return PackageURL.from_string(artifact)
    except ValueError:
        return None  # the id stands as bom-ref all the same


def _add_model_cards(document: dict[str, Any], book: _Book) -> None:
    """The datasets a model was trained on, as references from its model card."""
    datasets = {
        book.references[source]: {
            book.references[link.target]
            for link in links
            if link.relation == "trained_on" and book.index.artifacts[link.target].kind == "dataset"
        }
        for source, links in book.links.items()
    }
    described = [document.get("metadata", {}).get("component"), *document.get("components", ())]
    for component in described:
        if component and component["type"] == TYPES["model"]:
            found = sorted(datasets.get(component["bom-ref"], ()))
            if found:
                parameters = {"datasets": [{"ref": reference} for reference in found]}
                component["modelCard"] = {"modelParameters": parameters}
