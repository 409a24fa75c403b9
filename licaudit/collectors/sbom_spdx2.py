"""SPDX 2.x in JSON, YAML and tag-value: packages, their licenses, relationships."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from licaudit.collectors.json_text import dotted
from licaudit.collectors.packages import DEV
from licaudit.collectors.reading import shown
from licaudit.collectors.sbom import UNSAID, Bill, Component, Edge, Places, Told
from licaudit.facts import CODE, ArtifactKind, Basis, Gap, Location, Relation
from licaudit.sources.tree import Entry

# relationship -> (relation, whether `related` is the downstream one, note)
RELATIONS: dict[str, tuple[Relation, bool, str | None]] = {
    "DEPENDS_ON": ("depends_on", False, None),
    "DEPENDENCY_OF": ("depends_on", True, None),
    "RUNTIME_DEPENDENCY_OF": ("depends_on", True, None),
    "DEV_DEPENDENCY_OF": ("depends_on", True, DEV),
    "TEST_DEPENDENCY_OF": ("depends_on", True, DEV),
    "DEV_TOOL_OF": ("depends_on", True, DEV),
    "TEST_TOOL_OF": ("depends_on", True, DEV),
    "BUILD_DEPENDENCY_OF": ("depends_on", True, "build"),
    "BUILD_TOOL_OF": ("depends_on", True, "build"),
    "OPTIONAL_DEPENDENCY_OF": ("depends_on", True, "optional"),
    "OPTIONAL_COMPONENT_OF": ("contains", True, "optional"),
    "PROVIDED_DEPENDENCY_OF": ("depends_on", True, "provided"),
    "HAS_PREREQUISITE": ("depends_on", False, None),
    "PREREQUISITE_FOR": ("depends_on", True, None),
    "DYNAMIC_LINK": ("depends_on", False, None),
    "STATIC_LINK": ("contains", False, None),
    "CONTAINS": ("contains", False, None),
    "CONTAINED_BY": ("contains", True, None),
    "PACKAGE_OF": ("contains", True, None),
    "GENERATED_FROM": ("derived_from", False, None),
    "GENERATES": ("derived_from", True, None),
    "DESCENDANT_OF": ("derived_from", False, None),
    "ANCESTOR_OF": ("derived_from", True, None),
    "VARIANT_OF": ("derived_from", False, None),
    "COPY_OF": ("derived_from", False, None),
    "DISTRIBUTION_ARTIFACT": ("contains", False, None),
}
_FIELDS: tuple[tuple[str, Basis], ...] = (
    ("licenseDeclared", "declared"),
    ("licenseConcluded", "concluded"),
)
_REF = re.compile(r"\bLicenseRef-[A-Za-z0-9.-]+")
_KINDS: dict[str, ArtifactKind] = {"SOURCE": "code"}


def read_bill(document: Places, entry: Entry, root: str) -> Bill:
    """The bill of a document in the shape of SPDX's JSON. Files are left to their packages."""
    data = document.data
    texts = _texts(data)
    components: list[Component] = []
    gaps: list[Gap] = []
    for index, item in _items(data, "packages"):
        path = ("packages", index)
        where = Location(entry.path, document.line(*path), key=dotted(path))
        if not isinstance(item.get("SPDXID"), str) or not isinstance(item.get("name"), str):
            gaps.append(Gap(root, "broken", "a package without a name or id", where, CODE))
            continue
        components.append(_component(document, entry, item, index, texts))
    packages = data.get("packages")
    if packages and not isinstance(packages, list):
        where = Location(entry.path, document.line("packages"))
        gaps.append(Gap(root, "broken", f"the list of packages is {shown(packages)}", where, CODE))
    for index, item in enumerate(packages if isinstance(packages, list) else ()):
        if not isinstance(item, dict):
            where = Location(entry.path, document.line("packages", index))
            gaps.append(Gap(root, "broken", f"a package is {shown(item)}", where, CODE))
    edges, described, lost = _relations(document, entry, {c.key for c in components})
    for name, where in lost[:20]:
        detail = f"a relationship names {shown(name)}, which is not listed"
        gaps.append(Gap(root, "broken", detail, where, CODE))
    listed = data.get("documentDescribes")
    described += [k for k in (listed if isinstance(listed, list) else ()) if isinstance(k, str)]
    main = tuple(k for k in dict.fromkeys(described) if any(c.key == k for c in components))
    return Bill(tuple(components), tuple(edges), main, tuple(gaps))


def _items(data: dict[str, Any], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    listed = data.get(key)
    for index, item in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(item, dict):
            yield index, item


def _component(
    document: Places, entry: Entry, item: dict[str, Any], index: int, texts: dict[str, str]
) -> Component:
    path = ("packages", index)
    version = item.get("versionInfo")
    where = Location(entry.path, document.line(*path), key=dotted(path))
    licenses = tuple(_licenses(document, entry, item, path, texts))
    kind = _KINDS.get(str(item.get("primaryPackagePurpose")), "package")
    return Component(
        item["SPDXID"],
        item["name"],
        where,
        version if isinstance(version, str) else None,
        _purl(item),
        kind,
        licenses,
    )


def _purl(item: dict[str, Any]) -> str | None:
    for _, reference in _items(item, "externalRefs"):
        if reference.get("referenceType") == "purl":
            locator = reference.get("referenceLocator")
            return locator if isinstance(locator, str) else None
    return None


def _licenses(
    document: Places,
    entry: Entry,
    item: dict[str, Any],
    path: tuple[str | int, ...],
    texts: dict[str, str],
) -> Iterator[Told]:
    for field, basis in _FIELDS:
        written = item.get(field)
        if isinstance(written, str) and written not in UNSAID:
            where = Location(entry.path, document.line(*path, field), key=dotted((*path, field)))
            yield from told(written, where, basis, texts)
    seen = item.get("licenseInfoFromFiles")
    for number, written in enumerate(seen if isinstance(seen, list) else ()):
        if isinstance(written, str) and written not in UNSAID:
            place = (*path, "licenseInfoFromFiles", number)
            where = Location(entry.path, document.line(*place), key=dotted(place))
            yield from told(written, where, "detected", texts)


def told(written: str, where: Location, basis: Basis, texts: dict[str, str]) -> Iterator[Told]:
    """An expression as it stands; a reference of the bill's own by the text it stands for."""
    references = dict.fromkeys(_REF.findall(written))
    if written.strip() in references and written.strip() in texts:
        yield Told(texts[written.strip()], where, basis, "text")
        return
    yield Told(written, where, basis)
    for reference in references:
        if reference in texts:
            yield Told(texts[reference], where, basis, "text")


def _texts(data: dict[str, Any]) -> dict[str, str]:
    """The texts that the bill carries, by their `LicenseRef-`."""
    found = {}
    for _, item in _items(data, "hasExtractedLicensingInfos"):
        key, text = item.get("licenseId"), item.get("extractedText")
        if isinstance(key, str) and isinstance(text, str) and text.strip():
            found[key] = text
    return found


def _relations(
    document: Places, entry: Entry, known: set[str]
) -> tuple[list[Edge], list[str], list[tuple[str, Location]]]:
    """Edges, what the document describes, and names that are neither listed nor of files."""
    edges: list[Edge] = []
    described: list[str] = []
    lost: list[tuple[str, Location]] = []
    files = {
        str(i.get("SPDXID")) for key in ("files", "snippets") for _, i in _items(document.data, key)
    }
    files |= {"NONE", "NOASSERTION", str(document.data.get("SPDXID")), "SPDXRef-DOCUMENT"}
    for index, item in _items(document.data, "relationships"):
        source, target = item.get("spdxElementId"), item.get("relatedSpdxElement")
        kind = str(item.get("relationshipType")).upper()
        if not (isinstance(source, str) and isinstance(target, str)):
            continue
        where = Location(entry.path, document.line("relationships", index))
        if kind == "DESCRIBES":
            described.append(target)
        elif kind == "DESCRIBED_BY":
            described.append(source)
        elif found := RELATIONS.get(kind):
            relation, back, note = found
            lost += [(n, where) for n in (source, target) if n not in known and n not in files]
            down, up = (target, source) if back else (source, target)
            edges.append(Edge(down, up, relation, where, note))
    return edges, described, lost


# Tag-value: which tag begins an element, and what its tags are called in JSON.
_BEGIN = {"PackageName": "packages", "FileName": "files", "LicenseID": "hasExtractedLicensingInfos"}
_BEGIN |= {"SnippetSPDXID": "snippets"}
_TAGS = {
    "PackageName": "name",
    "FileName": "name",
    "LicenseID": "licenseId",
    "SnippetSPDXID": "SPDXID",
    "SPDXID": "SPDXID",
    "PackageVersion": "versionInfo",
    "PackageLicenseDeclared": "licenseDeclared",
    "PackageLicenseConcluded": "licenseConcluded",
    "PrimaryPackagePurpose": "primaryPackagePurpose",
    "ExtractedText": "extractedText",
}
_TAG = re.compile(r"^([A-Za-z0-9]+):[ \t]*(.*)$")
_RELATED = re.compile(r"^(\S+)\s+(\S+)\s+(\S+)")


class TagValue:
    """A document of tags and values in the shape of the JSON form, with its lines."""

    def __init__(self, text: str) -> None:
        self.data: dict[str, Any] = {"SPDXID": "SPDXRef-DOCUMENT"}
        self._lines: dict[tuple[str | int, ...], int] = {}
        item: dict[str, Any] = self.data
        place: tuple[str | int, ...] = ()
        for tag, value, line in _tags(text):
            if tag in _BEGIN:
                listed = self.data.setdefault(_BEGIN[tag], [])
                item, place = {}, (_BEGIN[tag], len(listed))
                listed.append(item)
                self._lines[place] = line
            if tag == "Relationship":
                self._relation(value, line)
            elif tag == "ExternalRef":
                self._reference(item, value)
            elif tag == "PackageLicenseInfoFromFiles":
                item.setdefault("licenseInfoFromFiles", []).append(value)
            elif name := _TAGS.get(tag):
                item.setdefault(name, value)
                self._lines.setdefault((*place, name), line)

    def line(self, *path: str | int) -> int | None:
        """The line of a value, or of its element."""
        for end in range(len(path), 0, -1):
            if path[:end] in self._lines:
                return self._lines[path[:end]]
        return None

    def _relation(self, value: str, line: int) -> None:
        match = _RELATED.match(value)
        if match:
            listed = self.data.setdefault("relationships", [])
            self._lines["relationships", len(listed)] = line
            source, kind, target = match.groups()
            said = {"spdxElementId": source, "relationshipType": kind, "relatedSpdxElement": target}
            listed.append(said)

    def _reference(self, item: dict[str, Any], value: str) -> None:
        words = value.split(None, 2)
        if len(words) == 3:
            said = {"referenceType": words[1], "referenceLocator": words[2].strip()}
            item.setdefault("externalRefs", []).append(said)


def _tags(text: str) -> Iterator[tuple[str, str, int]]:
    """(tag, value, line); `<text>` may go over many lines, up to the end of the file."""
    lines = iter(enumerate(text.split("\n"), 1))
    for number, line in lines:
        match = _TAG.match(line)
        if not match:
            continue
        tag, value = match.group(1), match.group(2)
        if value.startswith("<text>"):
            parts = [value.removeprefix("<text>")]
            while "</text>" not in parts[-1]:
                _, more = next(lines, (0, "</text>"))
                parts.append(more)
            value = "\n".join(parts).partition("</text>")[0]
        yield tag, value.strip(), number
