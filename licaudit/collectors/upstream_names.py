"""The artifact behind what a file calls its upstream: a hub id, an address or only a name."""

from __future__ import annotations

import re

from licaudit.collectors.hub_ids import BARE_MODELS, HubKind, artifact_of, hub_id_of, is_self
from licaudit.collectors.packages import without_secrets
from licaudit.collectors.reading import clean
from licaudit.facts import Artifact, Collected, Link, Location, Relation
from licaudit.sources.tree import Tree

LONGEST = 200
_DOI = re.compile(r"^(?:doi:|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)$", re.IGNORECASE)
_SCHEMES = ("hf://", "huggingface://")


def named(kind: HubKind, written: str, where: Location) -> Artifact:
    """The artifact a text names. What is no hub id keeps its words as `name:<kind>/<words>`."""
    text = without_secrets(clean(" ".join(written.split())))[:LONGEST]
    for scheme in _SCHEMES:
        text = text.removeprefix(scheme)
    if kind == "dataset":
        text = re.sub(r"^datasets/(?=[^/]+/[^/]+$)", "", text)
    if doi := _DOI.match(text):
        return Artifact(f"name:{kind}/doi:{doi.group(1)}", kind, text, location=where)
    hub_id = hub_id_of(text, kind)
    if hub_id is None and (other := hub_id_of(text, _other(kind))) and other not in BARE_MODELS:
        return artifact_of(_other(kind), other, where)  # the address says which of the two it is
    if hub_id:
        return artifact_of(kind, hub_id, where)
    return Artifact(f"name:{kind}/{text}", kind, text, location=where)


def linked(
    artifact: Artifact, relation: Relation, tree: Tree, root: str, note: str | None = None
) -> Collected:
    """The artifact and the link to it; nothing for the repository that is being read."""
    if is_self(root, tree.name, artifact.name):
        return Collected()
    evidence = (artifact.location,) if artifact.location else ()
    link = Link(root, artifact.id, relation, evidence, note)
    return Collected(artifacts=(artifact,), links=(link,))


def _other(kind: HubKind) -> HubKind:
    return "dataset" if kind == "model" else "model"
