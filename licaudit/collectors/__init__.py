"""Tree to passages, links, artifacts and gaps: one file per format, in one explicit table."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from licaudit.collectors import reuse, unnamed, upstream_files, versions, weights_files
from licaudit.collectors.context import DEFAULT_SCOPE, Context
from licaudit.collectors.nested import ROOT, inner_id, tree_context
from licaudit.collectors.table import TABLE, Reader
from licaudit.facts import CODE, WEIGHTS, Artifact, ArtifactKind, Collected, Gap, Link
from licaudit.sources.tree import Entry, Tree


def collect_tree(
    tree: Tree,
    root: str = ROOT,
    kind: ArtifactKind | None = None,
    *,
    upstream: bool = False,
    workers: int = 1,
) -> tuple[Context, Collected]:
    """Everything every reader of the table finds, and what the tree turned out to be.

    `root` is the id of the artifact that the tree is; what is nested in it stands below that id.
    `kind` is what its place says it is. Of an `upstream` tree only the files that tell its license
    and its own upstreams are read (`upstream_files`), and its code is not judged as the user's.
    Many `workers` read a tree behind a network; the result is the same.
    """
    context, result = tree_context(tree, root, kind, upstream)
    result += Collected(gaps=tuple(_at(gap, root) for gap in tree.gaps()))
    if not tree.entries() and tree.kind not in ("pypi", "npm"):  # a registry's word needs no files
        result += Collected(gaps=(Gap(root, "empty", "there is no file to audit"),))
    work = [(e, r) for e in tree.entries() for r in TABLE if r.reads(e)]
    if upstream:
        if context.kind != "code":
            context = replace(context, has_code=False)
        work, cut = upstream_files.chosen(work, root)
        result += cut
    result = merged([result, *_read(tree, context, work, workers)])
    result += weights_files.from_links(tree, root)
    if not upstream:
        result += unnamed.unnamed_uses(tree, context, result)
    if not upstream:
        result = reuse.honoured(tree, context, result)
    if context.has_code:
        result += Collected(scopes=frozenset({(root, CODE)}))
    if context.kind in ("dataset", "model"):
        result += Collected(scopes=frozenset({(root, DEFAULT_SCOPE[context.kind])}))
    if not any(a == root for a, _ in result.scopes):
        result += Collected(scopes=frozenset({(root, DEFAULT_SCOPE[context.kind])}))
    return context, _joined(_weights_noted(versions.one_node(result)), context)


def _read(
    tree: Tree, context: Context, work: list[tuple[Entry, Reader]], workers: int
) -> list[Collected]:
    """What each reader finds in each of its files, in the order of the work."""
    if workers < 2:
        return [reader.collect(tree, entry, context) for entry, reader in work]
    with ThreadPoolExecutor(workers, thread_name_prefix="read") as pool:
        return list(pool.map(lambda row: row[1].collect(tree, row[0], context), work))


def _at(gap: Gap, root: str) -> Gap:
    """A gap of a source, which does not know what its tree is called in the graph."""
    return replace(gap, artifact=root) if gap.artifact == ROOT else gap


def _weights_noted(result: Collected) -> Collected:
    """License files of unsaid role learn whether their artifact has weights to govern."""
    having = {artifact for artifact, scope in result.scopes if scope == WEIGHTS}
    passages = tuple(
        replace(p, hints=(*p.hints, ("weights", "here")))
        if p.artifact in having and p.hint("role")
        else p
        for p in result.passages
    )
    return replace(result, passages=passages)


def _joined(result: Collected, context: Context) -> Collected:
    """Datasets named in a card that stand in this very tree become one node with it."""
    local = {
        _slug(name): artifact
        for folder, (artifact, kind) in context.nested.items()
        if kind == "dataset"
        for name in (folder.rsplit("/", 1)[-1], *_names_of(result, artifact))
    }
    rename = {
        a.id: local[_slug(a.name.rsplit("/", 1)[-1])]
        for a in result.artifacts
        if a.kind == "dataset"
        and a.id not in local.values()
        and _slug(a.name.rsplit("/", 1)[-1]) in local
    }
    artifacts: dict[str, Artifact] = {}
    for item in result.artifacts:
        if item.id not in rename:
            artifacts.setdefault(item.id, item)
    links = {
        Link(
            rename.get(x.source, x.source),
            rename.get(x.target, x.target),
            x.relation,
            x.evidence,
            x.note,
        ): None
        for x in result.links
    }
    return Collected(
        tuple(artifacts.values()),
        result.passages,
        tuple(links),
        result.gaps,
        result.probes,
        result.scopes,
    )


def _names_of(result: Collected, artifact: str) -> list[str]:
    return [a.name for a in result.artifacts if a.id == artifact]


def _slug(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def merged(parts: list[Collected]) -> Collected:
    """All parts as one; adding them up in pairs would copy everything each time."""
    return Collected(
        tuple(x for p in parts for x in p.artifacts),
        tuple(x for p in parts for x in p.passages),
        tuple(x for p in parts for x in p.links),
        tuple(x for p in parts for x in p.gaps),
        tuple(x for p in parts for x in p.probes),
        frozenset(x for p in parts for x in p.scopes),
    )


__all__ = ["ROOT", "TABLE", "Context", "Reader", "collect_tree", "inner_id"]
