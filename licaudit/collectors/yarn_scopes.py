"""What each package of a yarn.lock is there for: the package.json files tell where to begin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from licaudit.collectors.json_text import read_json
from licaudit.collectors.lock_scopes import reached
from licaudit.collectors.packages import DEV
from licaudit.collectors.reading import beside, file_at
from licaudit.facts import Gap
from licaudit.sources.tree import Entry, Tree

_SECTIONS = {"dependencies": None, "optionalDependencies": "optional", "devDependencies": DEV}
_LOCAL = ("workspace:", "file:", "link:", "portal:")
_MOST = 500  # workspaces


@dataclass(frozen=True)
class Entries:
    """A lock's graph: descriptor -> entry, what each entry needs, and where a workspace stands."""

    by_descriptor: dict[tuple[str, str], int]
    needs: list[list[tuple[str, str]]]
    workspaces: list[str | None]  # the folder, relative to the lock's, of an entry that is one
    patched: dict[str, list[int]] = field(default_factory=dict)  # entries that are patches, by name
    by_name: dict[str, list[int]] = field(default_factory=dict)

    def meant(self, name: str, wanted: str) -> list[int] | None:
        """The entries of a descriptor; all of that name where a resolution has replaced it."""
        for asked in (wanted, f"npm:{wanted}", wanted.removeprefix("npm:")):
            if (name, asked) in self.by_descriptor:
                return [self.by_descriptor[name, asked], *self.patched.get(name, ())]
        every = self.by_name.get(name, [])
        return every or ([] if wanted.startswith(_LOCAL) else None)


def yarn_lost(graph: Entries) -> list[str]:
    """Names that locked packages need and that the lock does not hold."""
    return sorted(
        {
            name
            for needs in graph.needs
            for name, wanted in needs
            if graph.meant(name, wanted) is None
        }
    )


def yarn_notes(tree: Tree, entry: Entry, graph: Entries) -> dict[int, str | None]:
    """For each entry: None, `optional` or `dev`, the nearest wins.

    Empty where a package.json that the lock was made from is not here, or names what is not
    locked: then nobody can tell.
    """
    manifests = _manifests(tree, entry, graph)
    if manifests is None:
        return {}
    starts: dict[str | None, list[int]] = {None: [], "optional": [], DEV: []}
    for manifest in manifests:
        for section, note in _SECTIONS.items():
            listed = manifest.get(section)
            for name, wanted in listed.items() if isinstance(listed, dict) else ():
                found = graph.meant(name, wanted.strip()) if isinstance(wanted, str) else None
                if found is None:
                    return {}
                starts[note] += found
    lost: list[str] = []

    def onward(number: int) -> Iterator[int]:
        if graph.workspaces[number] is not None:
            return  # its own package.json is a start, and tells what developers need apart
        for name, wanted in graph.needs[number]:
            found = graph.meant(name, wanted)
            lost.extend([name] if found is None else [])
            yield from found or ()

    notes = reached(starts, onward)
    return {} if lost else notes


def _manifests(tree: Tree, entry: Entry, graph: Entries) -> list[dict[str, Any]] | None:
    """The package.json beside the lock and those of its workspaces; None when one is not here.

    The older format does not name its workspaces: every package.json below counts as one.
    """
    folders = {path for path in graph.workspaces if path is not None}
    paths = [beside(entry.folder, f"{path}/package.json") for path in sorted(folders | {"."})]
    top = f"{entry.folder}/" if entry.folder else ""
    if not folders:
        paths += [
            e.path
            for e in tree.entries()
            if e.name == "package.json" and e.path.startswith(top) and "node_modules/" not in e.path
        ]
    found: list[dict[str, Any]] = []
    for path in dict.fromkeys(paths):
        file = file_at(tree, path) if path is not None else None
        document = read_json(tree, file, "") if file is not None else None
        if document is None or isinstance(document, Gap) or len(found) >= _MOST:
            return None
        found.append(document.data)
    return found
