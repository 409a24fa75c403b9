"""What a tree turned out to be: its kind, its scopes, and the artifacts nested in its folders."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from licaudit.collectors import frontmatter, roles, upstream_files
from licaudit.collectors.context import (
    DEFAULT_SCOPE,
    Context,
    card_kind,
    has_code,
    kind_of_tree,
    page_lines,
)
from licaudit.facts import Artifact, ArtifactKind, Collected, Link, Location, Probe
from licaudit.sources.tree import Entry, ReadError, Tree

ROOT = "local:."


def _heads(tree: Tree, most: int | None) -> dict[str, tuple[set[str], str, str, Entry]]:
    """The card of each folder: keys, body, name, file. At most so many, nearest the root first."""
    cards = [
        e
        for e in tree.entries()
        if roles.is_card(e) and e.name.lower().startswith(("readme", "dataset", "data", "model"))
    ]
    if most is not None:
        cards = sorted(cards, key=lambda e: (e.path.count("/"), e.path))[:most]
    heads: dict[str, tuple[set[str], str, str, Entry]] = {}
    for entry in cards:
        keys, body, name = _peek(tree, entry)
        folder = roles.place(entry)
        if (keys and (folder not in heads or entry.name.lower() == "readme.md")) or (
            not folder and folder not in heads and entry.name.lower().startswith("readme")
        ):
            heads[folder] = (keys, body, name, entry)
    return heads


def tree_context(
    tree: Tree, root_id: str, said: ArtifactKind | None, upstream: bool
) -> tuple[Context, Collected]:
    """What the readers must know of the tree, and the artifacts that its cards say it holds."""
    heads = _heads(tree, upstream_files.TERMS["cards"] if upstream else None)
    root = heads.get("")
    kind = kind_of_tree(tree, (root[0], root[1]) if root else None)
    if said == "dataset" or kind == "code":
        kind = said or kind
    nested: dict[str, tuple[str, ArtifactKind]] = {}
    artifacts = [Artifact(root_id, kind, tree.name, tree.revision)]
    links, probes = [], [Probe(root_id, "name", tree.name.rpartition("/")[2])]
    for folder, (keys, body, name, entry) in sorted(heads.items()):
        inner = card_kind(keys, body) if keys else None
        if not folder:
            if name:
                probes.append(Probe(root_id, "name", name, Location(entry.path, 1)))
            continue
        if inner is None or (
            not keys & {"license", "licenses", "licence", "License"} and not inner
        ):
            continue
        artifact = inner_id(root_id, folder)
        nested[folder] = (artifact, inner)
        where = Location(entry.path, 1)
        artifacts.append(Artifact(artifact, inner, name or folder, location=where))
        links.append(Link(root_id, artifact, "contains", (where,)))
    scopes = frozenset((a, DEFAULT_SCOPE[k]) for a, k in nested.values())
    files = sorted({e.name for e in tree.entries() if roles.is_license_file(e)})
    context = Context(root_id, kind, tree.name, has_code(tree), tuple(files), nested)
    return context, Collected(tuple(artifacts), (), tuple(links), (), tuple(probes), scopes)


def inner_id(root: str, folder: str) -> str:
    """The id of what stands in a folder: `local:data`, or a purl with its subpath."""
    if root == ROOT:
        return f"local:{folder}"
    return f"{root}#{quote(folder, safe='/')}"


def _peek(tree: Tree, entry: Entry) -> tuple[set[str], str, str]:
    """Front matter keys, body and display name of a page; empty when it cannot be read."""
    try:
        lines = page_lines(tree.read(entry.path, 0, 200_000))
    except ReadError:
        return set(), "", ""  # the card's own reader reports the Gap
    if lines is None:
        return set(), "", ""
    head = frontmatter.find(lines, entry.path)
    keys = set(map(str, head.data)) if head else set()
    if head:
        keys |= {k for k, _, _ in head.salvaged}
    body = "\n".join(lines[head.last_line if head else 0 :])
    name = str(head.data.get("model_name") or head.data.get("pretty_name") or "") if head else ""
    return keys, body, name or next(_titles(body), "")


def _titles(body: str) -> Iterator[str]:
    for line in body.split("\n")[:60]:
        if line.startswith("# "):
            yield line[2:].strip()[:120]
