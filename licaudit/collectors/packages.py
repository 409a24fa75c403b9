"""Dependencies as the registries write them: artifacts, links and the Gap where neither is sure."""

from __future__ import annotations

import re

from packageurl import PackageURL
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from licaudit.collectors.reading import only_gap, read_text, shown
from licaudit.facts import CODE, Artifact, Collected, Gap, Link, Location
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, Tree

_CREDENTIALS = re.compile(r"(?<=://)[^/\s]*@")
_SECRET = re.compile(r"(?i)((?:token|key|secret|password|passwd|signature|sig|auth)=)[^&#\s]+")
_CONFLICT = re.compile(r"^(<{7}|>{7})( |$)", re.MULTILINE)
_DEV = frozenset(
    {
        "dev",
        "devel",
        "develop",
        "development",
        "test",
        "tests",
        "testing",
        "doc",
        "docs",
        "lint",
        "linting",
        "ci",
        "typing",
        "style",
        "quality",
        "mypy",
        "documentation",
    }
)
DEV = "dev"


def is_dev_path(path: str) -> bool:
    """Whether a path says that the file is for developers: docs/, tests/, requirements-dev.txt."""
    *folders, name = path.lower().split("/")
    return bool(_DEV & {*folders, *re.split(r"[._-]", name)})


def is_dev_group(name: str) -> bool:
    """Whether a group of dependencies is for developers by its name."""
    return bool(_DEV & set(re.split(r"[._-]", name.lower())))


def read_lock(tree: Tree, entry: Entry, root: str, limit: int = LIMITS.whole_file) -> str | Gap:
    """The text of a list of packages; a Gap also where a merge left two versions of it at once."""
    text = read_text(tree, entry, root, CODE, limit=limit)
    if isinstance(text, Gap):
        return text
    found = _CONFLICT.search(text)
    if found is None:
        return text
    line = text.count("\n", 0, found.start()) + 1
    detail = "two versions of the file are merged into one: a merge conflict is left in it"
    return Gap(root, "broken", detail, Location(entry.path, line), CODE)


def breaks_off(detail: str, path: str, line: int, root: str) -> Gap:
    """The Gap for a list of packages that ends before its tool would have ended it."""
    return Gap(root, "broken", f"the file breaks off: {detail}", Location(path, line), CODE)


def without_secrets(text: str) -> str:
    """A URL, or a text that holds some, without user names, passwords and tokens."""
    return _SECRET.sub(r"\1***", _CREDENTIALS.sub("", text))


def package(
    type_: str, name: str, version: str | None, root: str, where: Location, note: str | None = None
) -> Collected:
    """A package of a registry and the link to it. `version` only when it is pinned."""
    namespace, _, short = name.rpartition("/")
    purl = PackageURL(type_, namespace or None, short, version).to_string()
    artifact = Artifact(purl, "package", name, revision=version, location=where)
    return Collected((artifact,), links=(Link(root, purl, "depends_on", (where,), note),))


def from_url(name: str, url: str, root: str, where: Location, note: str | None = None) -> Collected:
    """A dependency fetched from an address: known to exist, not yet known by a registry."""
    url = without_secrets(url)
    purl = PackageURL("generic", None, name, qualifiers={"download_url": url}).to_string()
    artifact = Artifact(purl, "package", f"{name} ({url})", location=where)
    detail = f"the dependency {shown(name)} comes from {url}, not from a registry"
    gap = Gap(root, "unresolved", detail, where, CODE, blocks=note != DEV)
    link = Link(root, purl, "depends_on", (where,), note)
    return Collected((artifact,), links=(link,), gaps=(gap,))


def python_dependency(text: str, root: str, where: Location, note: str | None = None) -> Collected:
    """One PEP 508 requirement. What does not parse becomes a Gap, never a guess."""
    blocks = note != DEV
    if len(text) > LIMITS.line:
        detail = f"a requirement of {len(text)} characters is left unread"
        return only_gap(Gap(root, "cut_short", detail, where, CODE, blocks))
    try:
        requirement = Requirement(text)
    except (InvalidRequirement, RecursionError):
        detail = f"not a requirement: {shown(without_secrets(text))}"
        return only_gap(Gap(root, "broken", detail, where, CODE, blocks))
    if requirement.url:
        return from_url(requirement.name, requirement.url, root, where, note)
    pins = [
        s.version
        for s in requirement.specifier
        if s.operator in ("==", "===") and not s.version.endswith(".*")
    ]
    pin = pins[0] if len(set(pins)) == 1 else None
    return package("pypi", canonicalize_name(requirement.name), pin, root, where, note)
