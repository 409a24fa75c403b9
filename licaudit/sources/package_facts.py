"""What a registry says of a package: its name, its version, and its license in their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.parser import HeaderParser
from email.policy import compat32
from typing import Any

from packageurl import PackageURL
from packaging.utils import canonicalize_name

from licaudit.sources.about import Said
from licaudit.sources.faults import SourceGap

LONGEST = 5_000  # characters of one statement; whole license texts stand in the files as well
SEMVER = re.compile(r"\d{1,9}\.\d{1,9}\.\d{1,9}([-+][A-Za-z0-9.+-]{1,100})?")
_PIP_KEYS = (("License-Expression", "license_expression"), ("License", "license"))

_BEFORE_EXPRESSIONS = frozenset({"1.0", "1.1", "1.2", "2.1", "2.2", "2.3"})


@dataclass(frozen=True, slots=True)
class Resolved:
    """One package as its registry describes it, without its files.

    `requested` tells those that were asked for from those that came along.
    """

    purl: str
    name: str
    version: str
    said: tuple[Said, ...]
    requested: bool = False
    incomplete: bool = False  # an older pip leaves License-Expression out of its report
    needs: tuple[str, ...] = ()  # Requires-Dist of a Python package, verbatim


def of_pip(row: Mapping[str, Any]) -> Resolved:
    """One package of pip's report. Raises SourceGap for metadata that is none."""
    metadata = row.get("metadata")
    if not isinstance(metadata, dict):
        raise SourceGap("broken", "the metadata is not what it should be", "pypi")
    name, version = metadata.get("name"), metadata.get("version")
    if not isinstance(name, str) or not isinstance(version, str):
        raise SourceGap("broken", "the metadata names no package", "pypi")
    values = metadata.get("classifier")
    stated = [(key, metadata.get(field)) for key, field in _PIP_KEYS]
    stated += [("Classifier", v) for v in (values if isinstance(values, list) else ())]
    plain, said = canonicalize_name(name), _python_said(stated)
    newer = str(metadata.get("metadata_version")) not in _BEFORE_EXPRESSIONS
    purl, requested = purl_of("pypi", plain, version), row.get("requested") is True
    listed = metadata.get("requires_dist")
    needs = tuple(x for x in listed if isinstance(x, str)) if isinstance(listed, list) else ()
    return Resolved(purl, plain, version, said, requested, newer and not said, needs)


def of_metadata(text: str) -> tuple[Said, ...]:
    """What the METADATA file of a wheel says of its license."""
    headers = HeaderParser(policy=compat32).parsestr(text)
    keys = ("License-Expression", "License", "Classifier")
    return _python_said([(key, v) for key in keys for v in headers.get_all(key, [])])


def _python_said(stated: Iterable[tuple[str, object]]) -> tuple[Said, ...]:
    return tuple(
        Said(key, value[:LONGEST])
        for key, value in stated
        if isinstance(value, str)
        and value.strip()
        and (key != "Classifier" or value.startswith("License ::"))
    )


def of_npm(manifest: Mapping[str, Any]) -> Resolved:
    """One version's manifest. Raises SourceGap for what names no version."""
    name, version = manifest.get("name"), manifest.get("version")
    if not isinstance(name, str) or not isinstance(version, str) or not SEMVER.fullmatch(version):
        raise SourceGap("broken", "the registry's answer names no version", "npm")
    said = tuple(Said("license", value[:LONGEST]) for value in _npm_licenses(manifest))
    return Resolved(purl_of("npm", name, version), name, version, said, True)


def purl_of(kind: str, name: str, version: str | None = None) -> str:
    """`pkg:npm/%40scope/name@1.0.0`."""
    scope, _, bare = name.rpartition("/")
    return PackageURL(kind, scope or None, bare, version).to_string()


def _npm_licenses(manifest: Mapping[str, Any]) -> Iterator[str]:
    """`license: "MIT"`, and the older `{"type": "MIT"}` and `licenses: [...]`."""
    older = manifest.get("licenses")
    stated = [manifest.get("license"), *(older if isinstance(older, list) else [older])]
    for item in stated:
        value = item.get("type") if isinstance(item, dict) else item
        if isinstance(value, str) and value.strip():
            yield value
