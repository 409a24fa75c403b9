"""What each crate of a Cargo.lock is there for: the lock holds the graph, Cargo.toml the kinds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from licaudit.collectors.lock_scopes import reached
from licaudit.collectors.packages import DEV
from licaudit.collectors.toml_text import read_toml, strings, table
from licaudit.facts import Gap
from licaudit.sources.tree import Entry, Tree

Crate = tuple[str, str]  # name, version
_KINDS = {"dependencies": None, "build-dependencies": "build", "dev-dependencies": DEV}
_MOST = 500  # Cargo.toml files of one workspace


def cargo_lost(listed: list[Any]) -> list[str]:
    """Names that locked crates need and that the lock does not hold."""
    items = [i for i in listed if isinstance(i, dict)]
    names = {i.get("name") for i in items if isinstance(i.get("name"), str)}
    needed = {n.partition(" ")[0] for i in items for n in strings(i.get("dependencies"))}
    return sorted(needed - names)


def cargo_notes(tree: Tree, entry: Entry, listed: list[Any]) -> dict[Crate, str | None]:
    """For each locked crate: None, `build` or `dev`, the nearest wins.

    What a crate of this tree needs counts as shipping where no Cargo.toml tells its kind.
    """
    crates = {
        (item["name"], item["version"]): item
        for item in listed
        if isinstance(item, dict)
        and isinstance(item.get("name"), str)
        and isinstance(item.get("version"), str)
    }
    by_name: dict[str, list[Crate]] = {}
    for crate in crates:
        by_name.setdefault(crate[0], []).append(crate)
    kinds = _kinds(tree, entry)
    starts: dict[str | None, list[Crate]] = {None: [], "build": [], DEV: []}
    for crate, item in crates.items():
        if isinstance(item.get("source"), str):
            continue
        told = kinds.get(crate[0], {})
        for needed in _needs(item, by_name):
            starts[told.get(needed[0])].append(needed)

    def onward(crate: Crate) -> Iterator[Crate]:
        item = crates[crate]
        # A crate of this tree is a start of its own: its kinds are told there.
        return _needs(item, by_name) if isinstance(item.get("source"), str) else iter(())

    return reached(starts, onward)


def _needs(item: dict[str, Any], by_name: dict[str, list[Crate]]) -> Iterator[Crate]:
    """`name`, `name version` or `name version (source)`; a bare name means every version of it."""
    for text in strings(item.get("dependencies")):
        name, _, rest = text.partition(" ")
        version = rest.partition(" ")[0]
        found = by_name.get(name, [])
        yield from [c for c in found if c[1] == version] or found


def _kinds(tree: Tree, entry: Entry) -> dict[str, dict[str, str | None]]:
    """Crate of this tree -> what it needs -> for what. Two crates of one name tell nothing."""
    found: dict[str, dict[str, str | None]] = {}
    twice: set[str] = set()
    top = f"{entry.folder}/" if entry.folder else ""
    files = [e for e in tree.entries() if e.name == "Cargo.toml" and e.path.startswith(top)]
    read = [read_toml(tree, file, "") for file in files[:_MOST]]
    tables = [r[0] for r in read if not isinstance(r, Gap)]
    shared = [table(data, "workspace", "dependencies") for data in tables]
    for data in tables:
        name = table(data, "package").get("name")
        if not isinstance(name, str):
            continue
        twice |= {name} & found.keys()
        found[name] = _told(data, shared)
    return {name: told for name, told in found.items() if name not in twice}


def _told(data: dict[str, Any], shared: list[dict[str, Any]]) -> dict[str, str | None]:
    """What one Cargo.toml needs, under its real names; the nearest of several kinds."""
    holders = [data, *(table(data, "target", name) for name in table(data, "target"))]
    told: dict[str, str | None] = {}
    for kind, note in _KINDS.items():
        for holder in holders:
            for alias, wanted in table(holder, kind).items():
                for name in {alias, *_real(alias, wanted, shared)}:
                    told.setdefault(name, note)
    return told


def _real(alias: str, wanted: Any, shared: list[dict[str, Any]]) -> Iterator[str]:
    """The names of the crate behind an alias, here or in the workspace's own table."""
    for item in (wanted, *(s.get(alias) for s in shared)):
        if isinstance(item, dict) and isinstance(item.get("package"), str):
            yield item["package"]
