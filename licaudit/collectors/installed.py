"""What installed packages say of themselves, and which of them the target needs.

Of an environment only what the target names, and all that those need in turn, becomes part of the
graph: other tools that happen to be installed are no upstreams. A package that is needed and not
installed is a Gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from email.parser import HeaderParser
from email.policy import compat32
from typing import Any

from packageurl import PackageURL
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from licaudit.collectors import versions
from licaudit.collectors.json_text import JsonError, JsonText, parse
from licaudit.collectors.packages import DEV, is_dev_group
from licaudit.collectors.placeholders import looks_empty
from licaudit.collectors.reading import clean, read_text, shown
from licaudit.collectors.roles import nested
from licaudit.collectors.said import LONGEST_NAME, words
from licaudit.facts import CODE, Artifact, Collected, Form, Gap, Link, Location, Passage
from licaudit.settings import LIMITS
from licaudit.sources.tree import Entry, Tree

_EXTRA = re.compile(r"\bextra\s*===?\s*[\"']([\w.-]+)[\"']")
_FIELDS = ("License-Expression", "License", "Classifier")
_METADATA = ("METADATA", "PKG-INFO")
_NODE = "node_modules/"
_LISTED = 20  # names that a Gap repeats
_NOTHING = frozenset({"", "unknown", "none", "n/a"})


@dataclass
class Installed:
    """One installed package: what it says, what it needs (name -> note), what is wrong with it."""

    id: str
    name: str
    folder: str  # where its metadata stands
    artifact: Artifact
    passages: list[Passage] = field(default_factory=list)
    needs: list[tuple[str, str | None, bool]] = field(default_factory=list)  # the last: surely
    gaps: list[Gap] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Joined:
    """The target's facts, those of installed packages that it needs, and which of them speak."""

    target: Collected
    installed: Collected
    known: frozenset[str]


def join_installed(collected: Collected, root: str, environment: Tree) -> Joined:
    """Put what is installed to what the target names."""
    found = read_environment(environment)
    by_base: dict[str, list[Installed]] = {}
    for one in found:
        by_base.setdefault(versions.base(one.id), []).append(one)
    collected = versions.renamed(collected, _names(collected, by_base))
    asked = {x.target for x in collected.links}
    gaps: list[Gap] = [replace(g, artifact=root) for g in environment.gaps()]
    gaps += _other_versions(asked, by_base)
    reached, links, missing = _needed([one for one in found if one.id in asked], by_base)
    gaps += missing
    gaps += [_silent(one) for one in reached.values() if not one.passages]
    gaps += _idle([one for one in found if one.id not in reached], root, bool(reached))
    installed = Collected(
        tuple(one.artifact for one in reached.values()),
        tuple(p for one in reached.values() for p in one.passages),
        links,
        tuple(gaps) + tuple(g for one in reached.values() for g in one.gaps),
    )
    known = frozenset(one.id for one in reached.values() if one.passages)
    return Joined(collected, installed, known)


def _needed(
    first: list[Installed], by_base: Mapping[str, list[Installed]]
) -> tuple[dict[str, Installed], tuple[Link, ...], list[Gap]]:
    """Everything the first packages need, by id; the links between; what is not installed."""
    reached: dict[str, Installed] = {}
    links: dict[Link, None] = {}
    gaps: list[Gap] = []
    pending = list(first)
    while pending:
        one = pending.pop()
        if one.id in reached:
            continue
        reached[one.id] = one
        for name, note, surely in one.needs:
            targets = _meant(one, name, by_base)
            pending += targets
            links.update({_link(one, t, note): None for t in targets if t.id != one.id})
            if not targets and surely:
                gaps.append(_missing(one, name))
    return reached, tuple(links), gaps


def read_environment(environment: Tree) -> list[Installed]:
    """Every installed package, in the order of the listing."""
    found: list[Installed] = []
    texts: dict[str, list[Entry]] = {}
    for entry in environment.entries():
        if entry.name in _METADATA or entry.name.endswith(".egg-info"):
            found.append(read_python(environment, entry))
        elif entry.name == "package.json" and _NODE in f"/{entry.path}":
            found.append(_node(environment, entry))
        else:
            texts.setdefault(_top(entry.folder), []).append(entry)
    for one in found:
        for entry in texts.get(one.folder, []):
            _text(environment, entry, one)
    return [one for one in found if one.name]


def _top(folder: str) -> str:
    """The folder of the metadata that a license file goes with."""
    match = re.search(r"^(.*?\.(?:dist|egg)-info)(/|$)", folder)
    return match.group(1) if match else folder


def read_python(tree: Tree, entry: Entry) -> Installed:
    """The package behind one METADATA or PKG-INFO; without a name where that cannot be read."""
    place = Location(entry.path)
    text = read_text(tree, entry, f"pkg:pypi/{entry.folder}", CODE)
    if isinstance(text, Gap):
        return _unnamed(entry)
    headers = HeaderParser(policy=compat32).parsestr(text)
    name, version = str(headers.get("Name") or ""), str(headers.get("Version") or "")
    plain = canonicalize_name(name)
    id_ = PackageURL("pypi", None, plain or "unnamed", version or None).to_string()
    one = Installed(
        id_, plain, entry.folder, Artifact(id_, "package", plain, version or None, location=place)
    )
    lines = text.split("\n")
    for key in _FIELDS:
        for value in headers.get_all(key, []):
            written = clean(str(value)).strip()
            if written.lower() in _NOTHING or (key == "Classifier" and "License ::" not in written):
                continue
            first = f"{key}: {written}".split("\n")[0].strip()
            line = next((n for n, ln in enumerate(lines, 1) if ln.strip() == first), None)
            where = Location(entry.path, line, key=key)
            one.passages.append(Passage(written, where, _form(key, written), CODE, id_))
    for written in headers.get_all("Requires-Dist", []):
        _requirement(str(written), one, place)
    return one


def _form(key: str, written: str) -> Form:
    if key == "Classifier":
        return "classifier"
    return "tag" if len(written) <= LONGEST_NAME and "\n" not in written else "text"


def _requirement(written: str, one: Installed, place: Location) -> None:
    try:
        needed = Requirement(written)
    except InvalidRequirement:
        detail = f"not a requirement: {shown(written)}"
        one.gaps.append(Gap(one.id, "broken", detail, place, CODE))
        return
    marker = str(needed.marker or "")
    extras = _EXTRA.findall(marker)
    note = None
    if extras:
        dev = all(map(is_dev_group, extras))
        note = DEV if dev else f"optional:{extras[0]}"
    one.needs.append((f"pkg:pypi/{canonicalize_name(needed.name)}", note, not marker))


def _node(tree: Tree, entry: Entry) -> Installed:
    text = read_text(tree, entry, f"pkg:npm/{entry.folder}", CODE)
    try:
        document = parse(text) if isinstance(text, str) else None
    except JsonError:
        document = None
    data = document.data if document else None
    if document is None or not isinstance(data, dict) or not isinstance(data.get("name"), str):
        return _unnamed(entry)
    version = data.get("version") if isinstance(data.get("version"), str) else None
    scope, _, short = data["name"].rpartition("/")
    id_ = PackageURL("npm", scope or None, short or "unnamed", version).to_string()
    artifact = Artifact(id_, "package", data["name"], version, location=Location(entry.path))
    one = Installed(id_, data["name"], entry.folder, artifact)
    one.passages += _node_licenses(document, entry, id_)
    optional = data.get("optionalDependencies")
    for key, note in (("dependencies", None), ("optionalDependencies", "optional")):
        listed = data.get(key)
        for name in listed if isinstance(listed, dict) else ():
            surely = note is None and not (isinstance(optional, dict) and name in optional)
            scope, _, short = name.rpartition("/")
            if short:
                base = PackageURL("npm", scope or None, short).to_string()
                one.needs.append((base, note, surely))
    return one


def _node_licenses(document: JsonText, entry: Entry, id_: str) -> Iterable[Passage]:
    data: dict[str, Any] = document.data
    for key in ("license", "licenses"):
        value = data.get(key)
        for item in value if isinstance(value, list) else [value]:
            written, hints = words(item)
            if written:
                where = Location(entry.path, document.line(key), key=key)
                yield Passage(written, where, "tag", CODE, id_, hints=tuple(hints))


def _unnamed(entry: Entry) -> Installed:
    """Metadata that says nothing; whoever needs the package is told that it is not there."""
    return Installed("", "", entry.folder, Artifact("", "package", ""))


def _text(tree: Tree, entry: Entry, one: Installed) -> None:
    """A license text that came along: what was really agreed to."""
    text = read_text(tree, entry, one.id, CODE, limit=LIMITS.license_file)
    if isinstance(text, Gap):
        one.gaps.append(replace(text, blocks=False))
    elif not looks_empty(text) and not entry.name.lower().startswith("notice"):
        where, hints = Location(entry.path, 1), (("file", entry.name),)
        # PEP 639 keeps the place a text had in the source: one in a folder is of what is bundled.
        within = (
            entry.folder.removeprefix(one.folder).strip("/").removeprefix("licenses").strip("/")
        )
        one.passages.append(
            Passage(text, where, "text", nested(CODE, within), one.id, "detected", hints=hints)
        )


def _names(collected: Collected, by_base: Mapping[str, list[Installed]]) -> dict[str, str]:
    """Packages without a version -> the one version that is installed."""
    return {
        a.id: by_base[a.id][0].id
        for a in collected.artifacts
        if a.id in by_base and len({one.id for one in by_base[a.id]}) == 1
    }


def _meant(one: Installed, name: str, by_base: Mapping[str, list[Installed]]) -> list[Installed]:
    """Which installed package a need means: with several in node_modules, the nearest above."""
    found = by_base.get(name, [])
    if len(found) < 2:
        return found

    def nearness(other: Installed) -> int:
        above = other.folder.rpartition(_NODE)[0]
        return len(above) if f"{one.folder}/".startswith(above) else -1

    best = max(map(nearness, found))
    return [other for other in found if nearness(other) == best] if best >= 0 else found


def _link(one: Installed, target: Installed, note: str | None) -> Link:
    evidence = (Location(one.artifact.location.path) if one.artifact.location else Location(""),)
    return Link(one.id, target.id, "depends_on", evidence, note)


def _silent(one: Installed) -> Gap:
    detail = "what is installed of it names no license and carries no license text"
    return Gap(one.id, "unstated", detail, one.artifact.location, CODE, blocks=False)


def _missing(one: Installed, name: str) -> Gap:
    detail = f"needs {name.removeprefix('pkg:')}, which is not installed beside it"
    return Gap(one.id, "unresolved", detail, one.artifact.location, CODE)


def _other_versions(asked: set[str], by_base: Mapping[str, list[Installed]]) -> Iterable[Gap]:
    """Pins of the target that the environment does not have: they are not what is installed."""
    for id_ in sorted(asked):
        found = by_base.get(versions.base(id_), [])
        if versions.is_pinned(id_) and found and all(one.id != id_ for one in found):
            there = ", ".join(sorted({one.id.rpartition("@")[2] for one in found}))
            detail = f"the environment has another version of it ({there})"
            yield Gap(id_, "differs", detail, found[0].artifact.location, CODE, blocks=False)


def _idle(others: list[Installed], root: str, any_reached: bool) -> Iterable[Gap]:
    if not others:
        return
    names = ", ".join(sorted({one.name for one in others})[:_LISTED])
    what = "nothing here names them" if any_reached else "the target names none of them"
    detail = f"{len(others)} installed packages are left out, {what}: {names}"
    yield Gap(root, "skipped", detail, None, CODE, blocks=False)
