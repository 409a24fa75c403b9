"""Configs of any program: hub ids under keys that tell a model or a dataset; commands of workflows.

What a training config says of how a model was made is `training_configs`' part; this reader takes
the rest, line by line, so that tags and templates of other programs do no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from licaudit.collectors import code_links, shell_code, training_configs
from licaudit.collectors.code_links import Named
from licaudit.collectors.context import Context
from licaudit.collectors.hub_ids import HubKind, artifact_of, is_self
from licaudit.collectors.hub_urls import hub_addresses
from licaudit.collectors.reading import beside, in_tree, read_text
from licaudit.collectors.telling import hub_name, hub_of, is_model_shaped, kind_told
from licaudit.facts import CODE, Collected, Gap, Location
from licaudit.sources.tree import Entry, Tree

_LARGEST = 200_000
_PAIR = re.compile(
    r"""^(?P<indent>\s*(?:-\s+)*)["']?(?P<key>[A-Za-z_][\w.-]*)["']?\s*[:=]\s*(?P<value>[^#\n]*)"""
)
_ITEM = re.compile(r"""^(?P<indent>\s*)-\s+["']?(?P<value>[^\s"'#:]+)["']?\s*,?\s*(?:#.*)?$""")
_NOT_OURS = frozenset(
    [
        "config.json",
        "adapter_config.json",
        "model_index.json",
        "package.json",
        "package-lock.json",
        "tsconfig.json",
        "composer.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "vocab.json",
        "special_tokens_map.json",
        "generation_config.json",
        "dataset_infos.json",
        "dataset_info.json",
        "croissant.json",
        "citation.json",
        "preprocessor_config.json",
        "manifest.json",
    ]
)
_RUN = re.compile(r"^\s*(?:-\s+)?(?:run|script|command|entrypoint|args)\s*:")
_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9]|bert|gpt2|t5-|roberta")


def is_config(entry: Entry) -> bool:
    """Whether a file may be a config by its name."""
    name = entry.name.lower()
    if name in _NOT_OURS or name.endswith((".index.json", "-lock.json", "lock.yaml")):
        return False
    return name.endswith((".yaml", ".yml", ".json", ".toml", ".cfg", ".ini")) and (
        entry.size <= _LARGEST
    )


def collect(tree: Tree, entry: Entry, context: Context) -> Collected:
    """Links to what keys name and the reader of training configs does not."""
    artifact, _, _ = context.owner(entry.folder)
    text = read_text(tree, entry, artifact, CODE, limit=_LARGEST, blocks=False)
    if isinstance(text, Gap) or not _ID.search(text):
        return Collected()  # what cannot be read at all, another reader of configs says
    told: frozenset[str] = frozenset()
    if training_configs.is_config(entry):
        told = frozenset(a.id for a in training_configs.collect(tree, entry, context).artifacts)
    lines = text.split("\n")
    named = []
    for kind, hub_id, how, number in _pairs(lines):
        where = Location(entry.path, number)
        item = artifact_of(kind, hub_id, where, hub=hub_of(text, hub_id))
        if item.id not in told and not _own(tree, entry, artifact, hub_id):
            named.append(Named(item, how, where))
    found = code_links.links(named, entry.path, artifact)
    if any(_RUN.match(line) for line in lines):
        numbered = [(line, n) for n, line in enumerate(lines, 1)]
        known = {n.artifact.id for n in named} | told
        found += _without(shell_code.from_lines(numbered, tree, entry, artifact), known)
    return found


def _pairs(lines: list[str]) -> Iterator[tuple[HubKind, str, str, int]]:
    """(kind, id, by what, line): of `key: org/name`, of lists below a key, and of addresses."""
    above: list[tuple[int, str]] = []  # keys that are still open, with their indent
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith(("#", "//", ";")) or len(line) > 2_000:
            continue
        match = _PAIR.match(line)
        item = None if match else _ITEM.match(line)
        if not match and not item:
            continue
        indent = len((match or item)["indent"])  # type: ignore[index]
        above = [(depth, key) for depth, key in above if depth < indent]
        key = match["key"] if match else (above[-1][1] if above else "")
        raw = match["value"] if match else item["value"] if item else ""
        for kind, hub_id, hub, _ in hub_addresses(raw):
            if hub == "huggingface" and kind_told(key):
                yield kind, hub_id, f"`{key}`", number
        yield from _valued(key, [k for _, k in above], raw, number)
        if match:
            above.append((indent, key))


def _valued(
    key: str, above: list[str], raw: str, number: int
) -> Iterator[tuple[HubKind, str, str, int]]:
    around = next((k for k in reversed(above) if kind_told(k)), "")
    for value in re.split(r"[\[\],\s]+", raw):
        text = value.strip("\"'{}")
        if not text:
            continue
        kind = kind_told(key)
        if kind is None and key.lower() in ("path", "id", "name", "repo", "value"):
            kind = kind_told(around) if around else None
        hub_id = hub_name(text, kind, key) if kind else None
        if kind and hub_id:
            yield kind, hub_id, f"`{key}`", number
        elif is_model_shaped(text) and kind_told(key + "_model"):
            yield "model", text, f"`{key}`", number


def _own(tree: Tree, entry: Entry, artifact: str, hub_id: str) -> bool:
    paths = {beside(entry.folder, hub_id), beside("", hub_id)}
    return is_self(artifact, tree.name, hub_id) or any(p and in_tree(tree, p) for p in paths)


def _without(found: Collected, known: set[str] | frozenset[str]) -> Collected:
    """Without the artifacts that stand there already."""
    return Collected(
        tuple(a for a in found.artifacts if a.id not in known),
        links=tuple(x for x in found.links if x.target not in known),
        gaps=found.gaps,
    )
