"""What a JavaScript project without a lock brings along, asked of the user's own npm.

The answer is a lock, and is read by the reader of locks. Its words are the registry's, as those of
`npm view` are: such a package is not asked for once more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from licaudit.collectors import merged, npm_locks, versions
from licaudit.collectors.npm_manifest import Manifest, without_lock
from licaudit.collectors.reading import shown
from licaudit.expand import Material
from licaudit.facts import CODE, Artifact, Collected, Gap, Link, Location
from licaudit.sources.faults import SourceGap
from licaudit.sources.session import Session
from licaudit.sources.tree import Entry, Tree

MOST = 20  # manifests of one tree that npm is asked about
ANSWER = "npm:answer"  # what npm wrote has no place in the audited tree
_PREFIX = "node_modules/"
_ONLY_SAID = "only the registry's description was read, none of its files"


def with_npm(target: Material, tree: Tree, session: Session) -> Material:
    """A target with all that its package.json files bring along, or a Gap that says why not.

    Where JavaScript packages are installed for it, those are what it uses: nothing is asked.
    """
    if any(i.startswith("pkg:npm/") for i in target.known):
        return target
    found = target.collected
    # Of a package out of a registry nobody installs what its developers used.
    manifests = list(without_lock(tree, found.links, developed=tree.kind != "npm"))
    known = set(target.known)
    for manifest in manifests[:MOST]:
        found, said = _with_one(found, manifest, target.root, session)
        known |= said
    gaps = [_cut(target.root, m) for m in manifests[MOST:]]
    return replace(
        target, collected=merged([found, Collected(gaps=tuple(gaps))]), known=frozenset(known)
    )


def _with_one(
    found: Collected, manifest: Manifest, root: str, session: Session
) -> tuple[Collected, frozenset[str]]:
    """The facts with one project's packages, and the ids of those whose license npm told."""
    key = f"npm-set:{manifest.path}"
    try:
        answer = session.npm_set(key, manifest.lock_path, manifest.wanted)
        entry = answer.entries()[0]
    except SourceGap as gap:
        detail = f"what the packages of {manifest.path} bring along is not known: {gap.detail}"
        return merged([found, _gap(root, manifest, gap.reason, detail)]), frozenset()
    brought = npm_locks.collect(answer, entry, root)
    said = frozenset(p.artifact for p in brought.passages)
    found = _pinned(found, manifest, _direct(brought))
    parts = [found, _as_answered(brought, entry), *_left_out(root, manifest)]
    return versions.one_node(merged(parts)), said


def _direct(brought: Collected) -> dict[str, str]:
    """The id without a version -> with it, of what stands on top: what the project itself gets."""
    tops: dict[str, set[str]] = {}
    for link in brought.links:
        key = link.evidence[0].key or ""
        if key.count(_PREFIX) == 1:
            tops.setdefault(versions.base(link.target), set()).add(link.target)
    return {base: next(iter(ids)) for base, ids in tops.items() if len(ids) == 1}


def _pinned(found: Collected, manifest: Manifest, pins: dict[str, str]) -> Collected:
    """The manifest's own links at the versions npm chose; nodes nobody names any more are gone."""

    def now(link: Link) -> Link:
        here = all(e.path == manifest.path for e in link.evidence)
        if not here or versions.is_pinned(link.target) or link.target not in pins:
            return link
        return replace(link, target=pins[link.target])

    links = tuple(now(x) for x in found.links)
    gone = {x.target for x in found.links} - {x.target for x in links}
    artifacts: dict[str, Artifact] = {}
    for item in found.artifacts:
        id_ = pins[item.id] if item.id in gone else item.id
        version = id_.rpartition("@")[2] if item.id in gone else item.revision
        artifacts.setdefault(id_, replace(item, id=id_, revision=version))
    return replace(found, artifacts=tuple(artifacts.values()), links=links)


def _as_answered(brought: Collected, entry: Entry) -> Collected:
    """npm's lock as a registry's word: its places are the answer's, its licenses the registry's."""

    def there(where: Location) -> Location:
        return replace(where, path=f"{ANSWER}/{entry.path}")

    passages = tuple(
        replace(p, location=Location(p.artifact, key="license"), authority="unknown")
        for p in brought.passages
    )
    ids = dict.fromkeys(p.artifact for p in passages)
    partial = (Gap(i, "partial", _ONLY_SAID, blocks=False) for i in ids)
    gaps = (replace(g, location=there(g.location)) if g.location else g for g in brought.gaps)
    return replace(
        brought,
        artifacts=tuple(
            replace(a, location=there(a.location)) if a.location else a for a in brought.artifacts
        ),
        passages=passages,
        links=tuple(
            replace(x, evidence=tuple(there(e) for e in x.evidence)) for x in brought.links
        ),
        gaps=(*gaps, *partial),
    )


def _left_out(root: str, manifest: Manifest) -> Iterable[Collected]:
    for name in manifest.left_out:
        detail = f"{shown(name)} has a range or an override that npm was not asked for"
        yield _gap(root, manifest, "unresolved", detail)


def _cut(root: str, manifest: Manifest) -> Gap:
    detail = f"more than {MOST} projects without a lock; what this one brings along is not known"
    return _gap(root, manifest, "cut_short", detail).gaps[0]


def _gap(root: str, manifest: Manifest, reason: str, detail: str) -> Collected:
    where = Location(manifest.path, 1)
    return Collected(gaps=(Gap(root, reason, detail, where, CODE, blocks=manifest.ships),))
