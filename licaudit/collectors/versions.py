"""One node for a package that a manifest names and a lock pins, where the lock says which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from licaudit.facts import Artifact, Collected, Link

TYPES = ("pypi", "npm", "cargo", "maven", "nuget", "composer", "gem", "conda", "golang")


def one_node(collected: Collected) -> Collected:
    """Packages without a version under the id of the only pinned one that holds for them.

    A lock holds for its own folder and those below it. Where two versions are pinned, nothing says
    which of them is meant: the package stays a node of its own.
    """
    places = _places(collected.links)
    pinned: dict[str, dict[str, set[str]]] = {}
    for id_, folders in places.items():
        if is_pinned(id_):
            pinned.setdefault(base(id_), {})[id_] = folders
    names = {}
    for id_, folders in places.items():
        if is_pinned(id_) or not _is_package(id_):
            continue
        found = {
            other
            for other, tops in pinned.get(id_, {}).items()
            if any(_holds(top, folder) for top in tops for folder in folders)
        }
        every = all(
            any(_holds(top, folder) for other in found for top in pinned[id_][other])
            for folder in folders
        )
        if len(found) == 1 and every:
            names[id_] = found.pop()
    return renamed(collected, names)


def renamed(collected: Collected, names: Mapping[str, str]) -> Collected:
    """The same facts with artifacts under other ids; an artifact that is there already stays."""
    if not names:
        return collected
    artifacts: dict[str, Artifact] = {a.id: a for a in collected.artifacts if a.id not in names}
    for artifact in collected.artifacts:
        new = names.get(artifact.id, artifact.id)
        version = artifact.revision or new.rpartition("@")[2]
        artifacts.setdefault(new, replace(artifact, id=new, revision=version))

    def now(id_: str) -> str:
        return names.get(id_, id_)

    return Collected(
        tuple(artifacts.values()),
        tuple(replace(p, artifact=now(p.artifact)) for p in collected.passages),
        tuple(replace(x, source=now(x.source), target=now(x.target)) for x in collected.links),
        tuple(replace(g, artifact=now(g.artifact)) for g in collected.gaps),
        tuple(replace(p, artifact=now(p.artifact)) for p in collected.probes),
        frozenset((now(a), scope) for a, scope in collected.scopes),
    )


def base(id_: str) -> str:
    """A purl without its version: in ids, an `@` of a name is written `%40`."""
    return id_.partition("@")[0]


def is_pinned(id_: str) -> bool:
    """Whether an id is a package of a registry with its version."""
    return _is_package(id_) and "@" in id_


def _is_package(id_: str) -> bool:
    return id_.startswith("pkg:") and id_[4:].partition("/")[0] in TYPES and "?" not in id_


def _places(links: Iterable[Link]) -> dict[str, set[str]]:
    """Folders of the files that name each target."""
    found: dict[str, set[str]] = {}
    for link in links:
        folders = found.setdefault(link.target, set())
        folders |= {e.path.rpartition("/")[0] for e in link.evidence}
    return found


def _holds(top: str, folder: str) -> bool:
    return not top or folder == top or folder.startswith(f"{top}/")
