"""Upstream: what `provenance.walk` expands, node by node, and the whole of what it found.

`follow` is the door. A node is opened by its id, read as an upstream is read, and hung into the
graph under the id its place really calls it by. Whatever cannot be had is a Gap on its node.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from licaudit.collectors import collect_tree, hub_says, installed, merged
from licaudit.collectors.weights_files import is_weights
from licaudit.errors import UsageError
from licaudit.facts import Artifact, ArtifactKind, Collected, Gap
from licaudit.provenance.join import located, mirrored, renamed, twins, united
from licaudit.provenance.walk import Step, Walk, walk
from licaudit.sources.faults import SourceGap
from licaudit.sources.installed import InstalledTree
from licaudit.sources.names import revision as checked
from licaudit.sources.nodes import node_of, target_of
from licaudit.sources.session import Reading, Session
from licaudit.sources.short_forms import Target
from licaudit.sources.tree import Tree

# Reasons that the user chose or that no source could ever cure: what is unknown then is told by the
# rules for unknown upstreams; every other reason blocks a pass by itself.
CHOSEN = frozenset({"offline", "unsupported"})
NOTICES = frozenset({"notice_file"})
WORKERS = 8  # files of a far target read at the same time
KINDS: dict[str, ArtifactKind] = {
    "model": "model",
    "dataset": "dataset",
    "space": "code",
    "package": "package",
}
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
Locked = Callable[[str], str | None]  # id -> the revision that a lock holds of it
# id, why it could not be had -> what a lock remembers of it, or None
Pinned = Callable[[str, SourceGap], Collected | None]
# id, revision, what was read of it -> what a lock remembers, where less was read for an outage
Interrupted = Callable[[str, str, Collected], Collected | None]


@dataclass(frozen=True)
class Read:
    """What one upstream gave: its facts, and the digests of its large files."""

    collected: Collected
    content: frozenset[str] = frozenset()
    files: int = 0
    bytes_read: int = 0


@dataclass(frozen=True)
class Material:
    """Facts of a target, with those of what it came from where that was read, at what price."""

    root: str
    collected: Collected
    files: int = 0
    bytes_read: int = 0
    known: frozenset[str] = frozenset()  # upstreams already read, such as installed packages


@dataclass(frozen=True)
class Reader:
    """Reads one node. `named` are revisions that the target's files name, `locked` its lock's."""

    session: Session
    kinds: Mapping[str, ArtifactKind]
    named: Mapping[str, str]
    locked: Locked
    pinned: Pinned
    interrupted: Interrupted = lambda node, revision, found: None

    def expand(self, node: str) -> Step[Read]:
        """The node as it was read, under the id its place calls it by."""
        try:
            target = self._target(node)
            if target is None:
                return Step(node, Read(Collected()))
            tree = self.session.open(target)
        except SourceGap as gap:
            return self._absent(node, gap)
        name = node_of(tree, node)
        found = self._read(tree, name, node)
        found = self.interrupted(name, tree.revision, found) or found
        content = frozenset(
            e.digest for e in tree.entries() if e.digest and is_weights(e) and "sha256:" in e.digest
        )
        size = len(tree.entries()), getattr(tree, "bytes_read", 0)
        return Step(name, Read(found, content, *size), places(found))

    def target(self, node: str) -> Target | None:
        """The target behind a node; what is wrong with it is told when it is its turn."""
        try:
            return self._target(node)
        except SourceGap:
            return None

    def _target(self, node: str) -> Target | None:
        """At the revision to read. A name of a revision may be as hostile as any other name."""
        target = target_of(node, self.session.web.policy.allow)
        if target is None:
            return None
        said = target.revision or self.named.get(node)
        revision = said or openable(target, self.locked(node))
        if revision is None:
            return target
        try:
            return replace(target, revision=checked(revision, node))
        except UsageError as error:
            raise SourceGap("refused", error.what.rstrip("."), node) from error

    def _read(self, tree: Tree, name: str, asked: str) -> Collected:
        about = getattr(tree, "about", None)
        kind = KINDS.get(about.subtype if about else "", self.kinds.get(asked))
        context, found = collect_tree(tree, name, kind, upstream=True)
        found = hub_says.with_hub(tree, name, context.kind, found)
        # Duties are met by what the audited tree shows, never by what an upstream shows; only the
        # notices that came along are kept, to see whether they were dropped.
        kept = tuple(p for p in found.probes if p.kind in NOTICES)
        return located(replace(found, probes=kept), _short(name))

    def _absent(self, node: str, gap: SourceGap) -> Step[Read]:
        remembered = self.pinned(node, gap)
        if remembered is not None:
            # Asked for by an old name, it stands under the one its hub gave it.
            name = remembered.artifacts[0].id if remembered.artifacts else node
            return Step(name, Read(remembered), places(remembered))
        blocks = gap.reason not in CHOSEN
        found = Collected(gaps=(replace(gap.as_gap(node), blocks=blocks),))
        return Step(node, Read(found))


def openable(target: Target, revision: str | None) -> str | None:
    """The part of a tree's revision that its source can open again, None where there is none."""
    if revision is None:
        return None
    if target.kind in ("pypi", "npm"):
        return revision.partition(":")[0]
    pinned = target.kind in ("huggingface", "git") and _COMMIT.fullmatch(revision)
    return revision if pinned else None


def open_root(tree: Tree) -> Material:
    """Everything the target itself says, under the id of its place (a folder has none)."""
    name = node_of(tree)
    about = getattr(tree, "about", None)
    kind = KINDS.get(about.subtype if about else "")
    far = tree.kind in ("huggingface", "modelscope")
    context, found = collect_tree(tree, name, kind, workers=WORKERS if far else 1)
    return Material(name, hub_says.with_hub(tree, name, context.kind, found))


def with_installed(target: Material, folders: Iterable[Path]) -> Material:
    """A target with what is installed for it: environments and `node_modules` on this disk.

    What an installed package says of itself stands; its registry is not asked any more.
    """
    for folder in folders:
        environment = InstalledTree(folder)
        found = installed.join_installed(target.collected, target.root, environment)
        there = located(found.installed, environment.name)
        known = target.known | found.known
        target = replace(target, collected=found.target + there, known=known)
    return target


def follow(
    target: Material,
    session: Session,
    reading: Reading,
    *,
    depth: int | None = None,
    locked: Locked = lambda node: None,
    pinned: Pinned = lambda node, gap: None,
    interrupted: Interrupted = lambda node, revision, found: None,
    progress: Callable[[int, int], None] = lambda done, known: None,
) -> Material:
    """Walk everything a target came from and put it together with what the target says."""
    root, collected = target.root, target.collected
    named = {a.id: a.revision for a in collected.artifacts if a.revision and a.id != root}
    reader = Reader(
        session, {a.id: a.kind for a in collected.artifacts}, named, locked, pinned, interrupted
    )
    roots = tuple(i for i in places(collected) if i not in target.known)
    if not reading.offline and depth != 0:
        session.prepare(t for t in map(reader.target, roots) if t is not None)
    inner = {a.id for a in collected.artifacts if a.id.partition("#")[0] == root}
    walked = walk(
        roots,
        reader.expand,
        known={root, *inner, *target.known},
        depth=depth,
        most=reading.most,
        workers=reading.workers,
        progress=progress,
    )
    return _together(root, collected, walked, reading.most)


def places(collected: Collected) -> tuple[str, ...]:
    """The ids that links lead to and that name a place."""
    ids = {link.target for link in collected.links if link.target.startswith("pkg:")}
    return tuple(sorted(ids - _own(collected)))


def _own(collected: Collected) -> set[str]:
    """What is nested in the very tree that was read: there is no other place to look."""
    first = collected.artifacts[0].id if collected.artifacts else ""
    return {a.id for a in collected.artifacts if first and a.id.startswith(f"{first}#")}


def _together(root: str, collected: Collected, walked: Walk[Read], most: int) -> Material:
    content = {name: read.content for name, read in walked.found.items()}
    same = twins({root: frozenset(), **content})
    if root in same:  # the audited repository keeps its own id; its twin is the mirror
        same[same.pop(root)] = root
    parts = [collected]
    for name, read in walked.found.items():
        parts.append(mirrored(read.collected) if name in same else read.collected)
    names = {**walked.names, **same}
    detail = f"more than {most} upstreams; this one and what it came from are unread"
    parts.append(Collected(gaps=tuple(Gap(n, "cut_short", detail) for n in walked.cut)))
    whole = renamed(merged(parts), names)
    whole = replace(whole, artifacts=_best(walked, whole.artifacts, names))
    reads = walked.found.values()
    return Material(root, whole, sum(r.files for r in reads), sum(r.bytes_read for r in reads))


def _best(
    walked: Walk[Read], mentioned: tuple[Artifact, ...], names: Mapping[str, str]
) -> tuple[Artifact, ...]:
    """Each artifact once: as its own tree tells it, placed where it was first mentioned."""
    read = {
        a.id: a
        for name, found in walked.found.items()
        for a in found.collected.artifacts[:1]
        if a.id == name and name not in names
    }
    whole = united(mentioned)
    return tuple(
        replace(a, name=read[a.id].name, revision=read[a.id].revision) if a.id in read else a
        for a in whole
    )


def _short(node: str) -> str:
    """`ms:org/name` for a mirror's id, as its files are told apart from the holder's."""
    try:
        target = target_of(node)
    except SourceGap:
        return node
    return replace(target, revision=None).key if target else node
