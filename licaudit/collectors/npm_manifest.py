"""package.json files that no lock stands beside: what may be asked of npm for each of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from licaudit.collectors.json_text import read_json
from licaudit.collectors.package_json import from_registry
from licaudit.collectors.packages import DEV
from licaudit.collectors.versions import is_pinned
from licaudit.facts import CODE, Gap, Link
from licaudit.sources.tree import Entry, Tree

SECTIONS = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
LOCK = "package-lock.json"
_LOCKS = frozenset({LOCK, "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml"})
_NAME = re.compile(r"^(@[a-z0-9~-][a-z0-9._~-]*/)?[A-Za-z0-9~_-][A-Za-z0-9._~-]*$", re.ASCII)
# A range, a version or a tag. No `/` and no `:`: it can be neither an address nor a path.
_RANGE = re.compile(r"^[\w.*^~<>=|+ -]{0,200}$", re.ASCII)
_ALIAS = re.compile(
    r"^npm:(?:@[a-z0-9._~-]+/)?[A-Za-z0-9._~-]+(@[\w.*^~<>=|+ -]{0,200})?$", re.ASCII
)
_VERSIONED = re.compile(r"(?<=.)@[\w.*^~<>=|+ -]*$", re.ASCII)
_ARCHIVES = (".tgz", ".tar.gz", ".tar")
_DEEPEST = 8  # overrides inside overrides


@dataclass(frozen=True, slots=True)
class Manifest:
    """One package.json as npm may see it: names and ranges, nothing that is run or followed."""

    path: str
    wanted: dict[str, Any]  # as package.json has it: section -> name -> range
    left_out: tuple[str, ...] = ()  # names whose range npm is not asked for

    @property
    def lock_path(self) -> str:
        """Where a lock of this project would stand."""
        return f"{self.path.rpartition('/')[0]}/{LOCK}".removeprefix("/")

    @property
    def ships(self) -> bool:
        """Whether anything is wanted that is not for developers alone."""
        return any(self.wanted.get(s) for s in SECTIONS if s != "devDependencies")


def without_lock(tree: Tree, links: Iterable[Link], *, developed: bool) -> Iterator[Manifest]:
    """Manifests whose packages no lock pins, in the order of their paths.

    A lock beside a manifest pins all of it; one in a folder above does where it leaves none of the
    manifest's packages open. What only developers need counts where the tree is `developed` here.
    """
    locks = {e.folder for e in tree.entries() if e.name.lower() in _LOCKS}
    open_ = {
        e.path for x in links if x.relation == "depends_on" and not is_pinned(x.target)
        if x.note != DEV or developed for e in x.evidence
    }  # fmt: skip
    for entry in tree.entries():
        if entry.name.lower() != "package.json" or entry.folder in locks:
            continue
        if "node_modules" in entry.folder.split("/"):
            continue  # a copy that came along with what asked for it
        if _locked_above(entry.folder, locks) and entry.path not in open_:
            continue
        manifest = _manifest(tree, entry, developed)
        if manifest is not None and any(manifest.wanted.get(s) for s in SECTIONS):
            yield manifest


def _locked_above(folder: str, locks: set[str]) -> bool:
    return any(not top or folder.startswith(f"{top}/") for top in locks)


def _manifest(tree: Tree, entry: Entry, developed: bool) -> Manifest | None:
    """None where the file cannot be read: its own reader says why."""
    document = read_json(tree, entry, "", CODE)
    if isinstance(document, Gap):
        return None
    wanted: dict[str, Any] = {}
    left_out: list[str] = []
    for section in SECTIONS:
        listed = document.data.get(section)
        if not isinstance(listed, dict) or (section == "devDependencies" and not developed):
            continue
        wanted[section] = {n: v.strip() for n, v in listed.items() if _asked(n, v)}
        left_out += [n for n, v in listed.items() if isinstance(v, str) and _unknown(n, v)]
    overrides = _overrides(document.data.get("overrides"), left_out)
    if overrides:
        wanted["overrides"] = overrides
    wanted["peerDependenciesMeta"] = _optional_peers(document.data.get("peerDependenciesMeta"))
    return Manifest(entry.path, wanted, tuple(left_out))


def _asked(name: str, value: Any) -> bool:
    if not _NAME.match(name) or not isinstance(value, str):
        return False
    text = value.strip()
    return bool(_RANGE.match(text) or _ALIAS.match(text)) and not text.endswith(_ARCHIVES)


def _unknown(name: str, value: str) -> bool:
    """`catalog:` and its like: no other reader calls it an address, and npm cannot be asked."""
    return bool(_NAME.match(name)) and from_registry(value) and not _asked(name, value)


def _optional_peers(value: Any) -> dict[str, Any]:
    listed = value.items() if isinstance(value, dict) else ()
    return {
        name: {"optional": True}
        for name, item in listed
        if _NAME.match(name) and isinstance(item, dict) and item.get("optional") is True
    }


def _overrides(value: Any, left_out: list[str], depth: int = 0) -> dict[str, Any]:
    """Overrides that are ranges; `$name` is the range of that dependency."""
    found: dict[str, Any] = {}
    for name, inner in value.items() if isinstance(value, Mapping) else ():
        plain = name == "." or _NAME.match(_VERSIONED.sub("", name))
        if plain and isinstance(inner, Mapping) and depth < _DEEPEST:
            found[name] = _overrides(inner, left_out, depth + 1)
        elif plain and isinstance(inner, str) and _replacing(inner):
            found[name] = inner
        else:
            left_out.append(name)
    return found


def _replacing(value: str) -> bool:
    return bool(_NAME.match(value[1:])) if value.startswith("$") else _asked("x", value)
