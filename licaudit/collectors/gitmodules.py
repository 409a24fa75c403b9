""".gitmodules: repositories that stand inside this one."""

from __future__ import annotations

import re

from packageurl import PackageURL

from licaudit.collectors.packages import read_lock, without_secrets
from licaudit.collectors.reading import clean, in_tree, joined, only_gap, shown
from licaudit.facts import CODE, Artifact, Collected, Gap, Link, Location
from licaudit.sources.tree import Entry, Tree

_HEAD = re.compile(r"^\s*\[submodule\s+\"(.*)\"\s*\]\s*$")
_FIELD = re.compile(r"^\s*(path|url)\s*=\s*(.*?)\s*$")
_FORGE = re.compile(
    r"^(?:https?://|git://|ssh://git@|git@)(github|gitlab|bitbucket)\.(?:com|org)[:/]"
    r"([\w.-]+)/([\w.-]+?)(?:\.git)?/?$"
)


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """An artifact and a `contains` link for each; a Gap where its files are not here."""
    text = read_lock(tree, entry, root)
    if isinstance(text, Gap):
        return only_gap(text)
    items: list[tuple[dict[str, str], int]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if head := _HEAD.match(line):
            items.append(({"name": head.group(1)}, number))
        elif items and (field := _FIELD.match(line)):
            items[-1][0].setdefault(field.group(1), field.group(2))
    if text.strip() and not items:
        detail = "names no submodule although it is not empty"
        return only_gap(Gap(root, "broken", detail, Location(entry.path, 1), CODE))
    return joined(_submodule(tree, entry, fields, line, root) for fields, line in items)


def _submodule(tree: Tree, entry: Entry, fields: dict[str, str], line: int, root: str) -> Collected:
    where = Location(entry.path, line, key=clean(fields["name"])[:200])
    url = clean(without_secrets(fields.get("url", "")))
    path = fields.get("path", "")
    if not url:
        detail = f"the submodule {shown(fields['name'])} has no address"
        return only_gap(Gap(root, "broken", detail, where, CODE))
    forge = _FORGE.match(fields.get("url", ""))
    if forge:
        id_ = PackageURL(forge.group(1), forge.group(2), forge.group(3)).to_string()
    elif url.startswith((".", "/")):
        id_ = f"name:code/{url[:200]}"
    else:
        name = url.rstrip("/").rpartition("/")[2].removesuffix(".git") or "repository"
        id_ = PackageURL("generic", None, name, qualifiers={"vcs_url": f"git+{url}"}).to_string()
    artifact = Artifact(id_, "code", fields["name"], location=where)
    found = Collected((artifact,), links=(Link(root, id_, "contains", (where,)),))
    if path and in_tree(tree, path.rstrip("/")):
        return found
    detail = f"the submodule {shown(path)} is not checked out: none of its files was read"
    return found + only_gap(Gap(id_, "partial", detail, where, CODE, blocks=False))
