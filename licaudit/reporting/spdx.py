"""SPDX 2.3 as JSON, through spdx-tools and valid by its own validator."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from licaudit.errors import ToolError
from licaudit.facts import Artifact, AuditResult, Link
from licaudit.facts.codec import to_plain
from licaudit.i18n import say
from licaudit.reporting.answers import ids_in
from licaudit.reporting.index import Index
from licaudit.reporting.visible import visible

if TYPE_CHECKING:
    from spdx_tools.spdx.model.document import Document
    from spdx_tools.spdx.model.extracted_licensing_info import ExtractedLicensingInfo
    from spdx_tools.spdx.model.package import Package
    from spdx_tools.spdx.model.relationship import Relationship

NAMESPACE = "https://spdx.org/spdxdocs/licaudit-"
DOCUMENT = "SPDXRef-DOCUMENT"
# SPDX 2.3 has no words for training: what it cannot say becomes OTHER with the relation as comment.
TYPES = {
    "depends_on": "DEPENDS_ON",
    "contains": "CONTAINS",
    "fine_tuned_from": "GENERATED_FROM",
    "adapter_of": "GENERATED_FROM",
    "merged_from": "GENERATED_FROM",
    "quantized_from": "GENERATED_FROM",
    "distilled_from": "GENERATED_FROM",
    "trained_on": "GENERATED_FROM",
    "derived_from": "GENERATED_FROM",
}
PURPOSES = {"code": "SOURCE", "package": "LIBRARY", "document": "FILE"}
_REFERENCE = re.compile(r"^LicenseRef-[0-9A-Za-z.-]+$")
_PURL = re.compile(r"^pkg:[A-Za-z][A-Za-z0-9.+-]*/[^\s]+$")


def write(result: AuditResult) -> bytes:
    """The bytes of an SPDX 2.3 document. Raises ToolError when spdx-tools finds it invalid."""
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document
    from spdx_tools.spdx.writer.json.json_writer import write_document_to_stream

    document = document_of(result)
    problems = validate_full_spdx_document(document)
    if problems:
        raise ToolError(
            f"the SPDX document is not valid ({problems[0].validation_message})",
            where="licaudit.spdx.json",
            todo="Leave out `spdx` and report this.",
        )
    stream = io.StringIO()
    write_document_to_stream(document, stream, validate=False)
    return stream.getvalue().encode("utf-8") + b"\n"


def document_of(result: AuditResult) -> Document:
    """The result as a document of spdx-tools."""
    from spdx_tools.spdx.model.document import Document

    index = Index(result)
    ids = {name: f"SPDXRef-Artifact-{number}" for number, name in enumerate(index.artifacts, 1)}
    allowed = _Expressions(index)
    packages = [_package(index, a, ids[a.id], allowed) for a in index.artifacts.values()]
    relationships = [r for link in result.links if (r := _relationship(link, ids))]
    described = index.root or next(iter(ids), None)
    return Document(
        creation_info=_creation(result),
        packages=packages,
        relationships=_describes(described, ids) + relationships,
        extracted_licensing_info=allowed.extracted(),
    )


def _creation(result: AuditResult) -> Any:
    from spdx_tools.spdx.model.actor import Actor, ActorType
    from spdx_tools.spdx.model.document import CreationInfo

    # `run` may differ between two runs and has no part in the name of the document.
    facts = repr({k: v for k, v in to_plain(result).items() if k != "run"})
    digest = hashlib.sha256(facts.encode("utf-8", "backslashreplace")).hexdigest()
    return CreationInfo(
        spdx_version="SPDX-2.3",
        spdx_id=DOCUMENT,
        name=_words(result.target.input),
        document_namespace=NAMESPACE + digest[:32],
        creators=[Actor(ActorType.TOOL, f"licaudit-{result.licaudit_version}")],
        created=datetime.fromisoformat(result.as_of),
        document_comment=say("foot.advice", "en"),
    )


def _describes(root: str | None, ids: dict[str, str]) -> list[Relationship]:
    from spdx_tools.spdx.model.relationship import Relationship, RelationshipType
    from spdx_tools.spdx.model.spdx_none import SpdxNone

    target = ids[root] if root else SpdxNone()
    return [Relationship(DOCUMENT, RelationshipType.DESCRIBES, target)]


def _relationship(link: Link, ids: dict[str, str]) -> Relationship | None:
    from spdx_tools.spdx.model.relationship import Relationship, RelationshipType

    if link.source not in ids or link.target not in ids:
        return None
    kind = TYPES.get(link.relation, "OTHER")
    places = ", ".join(place.label() for place in link.evidence)
    comment = f"{link.relation} ({places})" if places else link.relation
    return Relationship(ids[link.source], RelationshipType[kind], ids[link.target], _words(comment))


def _package(index: Index, artifact: Artifact, spdx_id: str, allowed: _Expressions) -> Package:
    from spdx_tools.spdx.model.package import (
        ExternalPackageRef,
        ExternalPackageRefCategory,
        Package,
        PackagePurpose,
    )
    from spdx_tools.spdx.model.spdx_no_assertion import SpdxNoAssertion

    answer = index.main(artifact)
    scope = answer.scope if answer else None
    declared = {
        claim.expression
        for claim in index.result.claims
        if claim.artifact == artifact.id
        and claim.scope == scope
        and claim.basis == "declared"
        and claim.expression
    }
    references = []
    if _PURL.match(artifact.id):
        category = ExternalPackageRefCategory.PACKAGE_MANAGER
        references.append(ExternalPackageRef(category, "purl", artifact.id))
    return Package(
        spdx_id=spdx_id,
        name=_words(artifact.name) or artifact.kind,
        download_location=SpdxNoAssertion(),
        version=_words(artifact.revision) if artifact.revision else None,
        files_analyzed=False,
        license_concluded=allowed.parse(answer.expression if answer else None),
        # Several differing declarations are no declaration: the report lists them all.
        license_declared=allowed.parse(declared.pop() if len(declared) == 1 else None),
        copyright_text=_copyright(index, artifact) or SpdxNoAssertion(),
        comment=f"{artifact.kind}; {artifact.id}" if artifact.id.isprintable() else artifact.kind,
        external_references=references,
        primary_package_purpose=PackagePurpose[PURPOSES.get(artifact.kind, "OTHER")],
    )


def _copyright(index: Index, artifact: Artifact) -> str:
    """The copyright statements read for an artifact, one a line."""
    found = (_words(c.statement) for c in index.copyrights.get(artifact.id, ()))
    return "\n".join(dict.fromkeys(words for words in found if words))


class _Expressions:
    """Parses expressions and remembers the references they use that SPDX does not list."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._used: dict[str, None] = {}

    def parse(self, expression: str | None) -> Any:
        """An expression of spdx-tools, or NOASSERTION when it is none."""
        from license_expression import ExpressionError
        from spdx_tools.common.spdx_licensing import spdx_licensing
        from spdx_tools.spdx.model.spdx_no_assertion import SpdxNoAssertion

        if not expression:
            return SpdxNoAssertion()
        try:
            parsed = spdx_licensing.parse(expression)
            unknown = set(spdx_licensing.validate(parsed).invalid_symbols)
            spdx_licensing.parse(str(parsed), validate=not unknown, strict=True)
        except ExpressionError:  # its parse errors too
            return SpdxNoAssertion()
        if parsed is None or not all(_REFERENCE.match(name) for name in unknown):
            return SpdxNoAssertion()
        # The library lists ScanCode's references as known; SPDX does not, and allows none as an
        # exception.
        names = ids_in(str(parsed))
        listed = {symbol.key for symbol in spdx_licensing.license_symbols(parsed)}
        if any(name.startswith("LicenseRef-") for name in listed - set(names)):
            return SpdxNoAssertion()
        self._used.update(dict.fromkeys(n for n in names if n.startswith("LicenseRef-")))
        return parsed

    def extracted(self) -> list[ExtractedLicensingInfo]:
        """One entry for every license outside SPDX's list."""
        from spdx_tools.spdx.model.extracted_licensing_info import ExtractedLicensingInfo
        from spdx_tools.spdx.model.spdx_no_assertion import SpdxNoAssertion

        return [
            ExtractedLicensingInfo(
                license_id=name,
                extracted_text=self._text(name),
                license_name=known.name if known else SpdxNoAssertion(),
                cross_references=[u for u in known.links if _is_url(u)] if known else [],
            )
            for name in sorted(self._used)
            for known in [self._index.licenses.get(name)]
        ]

    def _text(self, name: str) -> str:
        """The words of a claim that was read as this license: what was found, not the terms."""
        words = [c.written for c in self._index.result.claims if name in ids_in(c.expression)]
        return max((visible(w) for w in words), key=len, default="") or name


def _is_url(text: str) -> bool:
    return re.fullmatch(r"https?://[A-Za-z0-9.-]+(/[A-Za-z0-9._~/%#?=&+-]*)?", text) is not None


def _words(text: str) -> str:
    return " ".join(visible(text).split())
