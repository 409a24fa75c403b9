"""Bills of materials in a tree: which files are one, and which reader its content asks for."""

from __future__ import annotations

import re
from collections.abc import Callable

from licaudit.collectors import sbom_cyclonedx, sbom_spdx2, sbom_spdx3
from licaudit.collectors.context import Context
from licaudit.collectors.json_text import JsonError, parse
from licaudit.collectors.reading import only_gap, read_text
from licaudit.collectors.sbom import LARGEST, Bill, Places, collect_bill
from licaudit.collectors.xml_text import XmlError
from licaudit.collectors.xml_text import parse as parse_xml
from licaudit.documents import DocumentError, read_yaml
from licaudit.facts import CODE, Collected, Gap, Location
from licaudit.sources.tree import Entry, Tree

_NAME = re.compile(
    r"^((.*[-_.])?(s?bom|cyclonedx|cdx|spdx3?)([-_.].*)?\.(json|jsonld|xml|ya?ml|rdf|tag|txt)|.+\.spdx)$",
    re.IGNORECASE,
)
_SPDX2_TAG = re.compile(r"^SPDXVersion:", re.MULTILINE)
_YAML_LARGEST = 2_000_000
Reader = Callable[[Places, Entry, str], Bill]


def is_bill(entry: Entry) -> bool:
    """Whether a file is named like a bill of materials; its content decides what it is."""
    return bool(_NAME.match(entry.name))


def collect(tree: Tree, entry: Entry, context: Context) -> Collected:
    """Artifacts, links and passages; a Gap for a bill that no reader here can read."""
    root = context.owner(entry.folder)[0]
    text = read_text(tree, entry, root, CODE, limit=LARGEST)
    if isinstance(text, Gap):
        return only_gap(text)
    found = _document(text, entry, root)
    if isinstance(found, Gap):
        return only_gap(found)
    document, reader = found
    return collect_bill(reader(document, entry, root), entry, context)


def _document(text: str, entry: Entry, root: str) -> tuple[Places, Reader] | Gap:
    """The content with its lines and what reads it, or the Gap that says why nothing does."""
    start = text.lstrip("\ufeff \t\n")
    ending = entry.name.lower().rpartition(".")[2]
    if start.startswith(("{", "[")) or ending in ("json", "jsonld"):
        try:
            return _of_json(parse(text), entry, root)
        except JsonError as error:
            return _broken(root, entry, f"not valid JSON: {error}", error.line)
    if start.startswith("<"):
        return _of_xml(text, entry, root)
    if _SPDX2_TAG.search(text):
        return sbom_spdx2.TagValue(text), sbom_spdx2.read_bill
    if ending in ("yaml", "yml"):
        if len(text) > _YAML_LARGEST:
            detail = f"{len(text)} characters of YAML, more than are read; left unread"
            return Gap(root, "cut_short", detail, Location(entry.path), CODE)
        try:
            return _of_json(read_yaml(text, entry.path), entry, root)
        except DocumentError as error:
            return _broken(root, entry, error.what, error.line)
    return _strange(root, entry)


def _of_json(document: Places, entry: Entry, root: str) -> tuple[Places, Reader] | Gap:
    data = document.data
    if not isinstance(data, dict):
        return _strange(root, entry)
    if data.get("bomFormat") == "CycloneDX":
        return document, sbom_cyclonedx.read_bill
    if isinstance(data.get("spdxVersion"), str):
        return document, sbom_spdx2.read_bill
    if isinstance(data.get("@graph"), list) and "spdx.org" in str(data.get("@context")):
        return document, sbom_spdx3.read_bill
    return _strange(root, entry)


def _of_xml(text: str, entry: Entry, root: str) -> tuple[Places, Reader] | Gap:
    try:
        top = parse_xml(text)
    except XmlError as error:
        return _broken(root, entry, f"not valid XML: {error}", error.line)
    if top.name == "bom":
        return sbom_cyclonedx.XmlPlaces(top), sbom_cyclonedx.read_bill
    if top.name == "RDF":
        detail = "a bill of materials as RDF/XML, which is not read; convert it to JSON"
        return Gap(root, "unsupported", detail, Location(entry.path, 1), CODE)
    return _strange(root, entry)


def _broken(root: str, entry: Entry, detail: str, line: int | None) -> Gap:
    return Gap(root, "broken", detail, Location(entry.path, line), CODE)


def _strange(root: str, entry: Entry) -> Gap:
    """Not known to be a bill at all: its name alone makes nobody review a tree."""
    detail = "named like a bill of materials, but its content is neither SPDX nor CycloneDX"
    return Gap(root, "unsupported", detail, Location(entry.path), CODE, blocks=False)
