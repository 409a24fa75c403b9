"""Gradle: gradle.lockfile, version catalogs, and the dependencies that build files write out."""

from __future__ import annotations

import re
from typing import Any

from licaudit.collectors.lines import find_key
from licaudit.collectors.packages import DEV, breaks_off, package, read_lock
from licaudit.collectors.reading import joined, only_gap, shown
from licaudit.collectors.toml_text import read_toml, table
from licaudit.facts import CODE, Collected, Gap, Location
from licaudit.sources.tree import Entry, Tree

_LOCKED = re.compile(r"^([\w.-]+):([\w.-]+):([\w.+-]+)=(.*)$", re.ASCII)
_CONFIG = re.compile(
    r"^\s*([a-z]\w*(?:Implementation|Api|CompileOnly|RuntimeOnly|Processor)|implementation|api|"
    r"compile|runtime|compileOnly|compileOnlyApi|runtimeOnly|annotationProcessor|kapt|ksp|"
    r"classpath|testCompile|provided)\b\s*\(?\s*(.*)$"
)
_QUOTED = re.compile(r"""(?:platform\(|enforcedPlatform\()?\s*["']([^"']+)["']""")
_NAMED = re.compile(r"""(group|name|version)\s*[:=]\s*["']([^"']+)["']""")
_ID = re.compile(r"^[\w.-]+$", re.ASCII)
_HERE = re.compile(r"^\(?\s*(project|files|fileTree|gradleApi|localGroovy|projects\.|libs\.|npm\()")


def is_lock(entry: Entry) -> bool:
    """Whether Gradle wrote it: gradle.lockfile, buildscript-gradle.lockfile."""
    return entry.name.lower().endswith("gradle.lockfile")


def is_build(entry: Entry) -> bool:
    """Whether it is a build script."""
    return entry.name.lower().endswith((".gradle", ".gradle.kts"))


def is_catalog(entry: Entry) -> bool:
    """Whether it is a version catalog."""
    return entry.name.lower().endswith(".versions.toml")


def collect_lock(tree: Tree, entry: Entry, root: str) -> Collected:
    """Packages and links; `dev` where only configurations of tests need them."""
    text = read_lock(tree, entry, root)
    if isinstance(text, Gap):
        return only_gap(text)
    parts = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith(("#", "empty=")):
            continue
        where = Location(entry.path, number)
        match = _LOCKED.match(line.strip())
        if match is None:
            detail = f"not a locked dependency: {shown(line)}"
            parts.append(only_gap(Gap(root, "broken", detail, where, CODE)))
            continue
        group, name, version, needed = match.groups()
        note = DEV if all(c.lower().startswith("test") for c in needed.split(",")) else None
        parts.append(package("maven", f"{group}/{name}", version, root, where, note))
    if parts and entry.name.lower() == "gradle.lockfile" and "\nempty=" not in f"\n{text}":
        gap = breaks_off("Gradle ends it with `empty=`", entry.path, text.count("\n"), root)
        parts.append(only_gap(gap))
    return joined(parts)


def collect_build(tree: Tree, entry: Entry, root: str) -> Collected:
    """What a build script names in so many words. A script is a program: the rest is a Gap."""
    text = read_lock(tree, entry, root)
    if isinstance(text, Gap):
        return only_gap(text)
    parts = []
    inside = 0
    for number, written in enumerate(text.split("\n"), 1):
        line = written
        if re.match(r"^\s*dependencies\s*\{", written):
            inside = max(inside, 1)
            line = written.partition("{")[2]
        elif inside:
            inside += line.count("{")
        if inside and (match := _CONFIG.match(line)):
            where = Location(entry.path, number, key=match.group(1))
            note = DEV if match.group(1).lower().startswith("test") else None
            note = "build" if match.group(1) == "classpath" else note
            parts.append(_written(match.group(2), root, where, note))
        inside -= line.count("}") if inside else 0
        inside = max(inside, 0)
    return joined(parts)


def _written(text: str, root: str, where: Location, note: str | None) -> Collected:
    if _HERE.match(text) or not text.strip() or text.lstrip().startswith(("{", "//", "=")):
        return Collected()  # this tree's own, or of the catalog, which is read where it stands
    named = dict(_NAMED.findall(text))
    quoted = _QUOTED.search(text)
    parts = quoted.group(1).split(":") if quoted and not named else []
    if named:
        parts = [named.get(k, "") for k in ("group", "name", "version")]
    if len(parts) < 2 or not (_ID.match(parts[0]) and _ID.match(parts[1])):
        detail = f"a dependency that only running the build would tell: {shown(text.strip())}"
        return only_gap(Gap(root, "unresolved", detail, where, CODE, blocks=note != DEV))
    return package("maven", f"{parts[0]}/{parts[1]}", _pinned(parts[2:]), root, where, note)


def _pinned(parts: list[str]) -> str | None:
    version = parts[0].partition("@")[0] if parts else ""
    exact = re.fullmatch(r"\d[\w.-]*", version, re.ASCII)
    return version if exact and not version.endswith((".", "+")) else None


def collect_catalog(tree: Tree, entry: Entry, root: str) -> Collected:
    """`[libraries]` and `[plugins]` of a version catalog."""
    read = read_toml(tree, entry, root)
    if isinstance(read, Gap):
        return only_gap(read)
    data, text = read
    versions = table(data, "versions")
    parts = []
    for section, note in (("libraries", None), ("plugins", "build")):
        for alias, value in table(data, section).items():
            where = Location(entry.path, find_key(text, section, alias), key=f"{section}.{alias}")
            parts.append(_library(value, versions, root, where, note))
    return joined(parts)


def _library(
    value: Any, versions: dict[str, Any], root: str, where: Location, note: str | None
) -> Collected:
    version: Any = None
    if isinstance(value, str):
        parts = value.split(":")
        if note == "build":
            parts = [parts[0], f"{parts[0]}.gradle.plugin", *parts[1:]]
    elif isinstance(value, dict):
        version = value.get("version")
        if isinstance(value.get("id"), str):
            parts = [value["id"], f"{value['id']}.gradle.plugin"]
        elif isinstance(value.get("module"), str):
            parts = value["module"].split(":")
        else:
            parts = [str(value.get("group", "")), str(value.get("name", ""))]
        if isinstance(version, dict):
            version = versions.get(str(version.get("ref")), version.get("strictly"))
        parts = [*parts[:2], version] if isinstance(version, str) else parts[:2]
    else:
        parts = []
    if len(parts) < 2 or not (_ID.match(parts[0]) and _ID.match(parts[1])):
        detail = f"not a library: {shown(value)}"
        return only_gap(Gap(root, "broken", detail, where, CODE))
    return package("maven", f"{parts[0]}/{parts[1]}", _pinned(parts[2:]), root, where, note)
