"""Artifact ids and targets, back and forth: which tree stands behind a node of the graph."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from packageurl import PackageURL

from licaudit.errors import UsageError
from licaudit.sources.about import About
from licaudit.sources.faults import Reason, SourceGap
from licaudit.sources.remote import ROOT
from licaudit.sources.short_forms import Target
from licaudit.sources.targets import parse_target
from licaudit.sources.tree import Tree

HUBS = {"huggingface": "huggingface", "hub_cache": "huggingface", "modelscope": "modelscope"}
_FOLDERS = {"dataset": ["datasets"], "space": ["spaces"]}
_FORGES = {"github.com": "github", "gitlab.com": "gitlab", "gitee.com": "gitee"}
# Prefixes of ids that name no place: parts of the tree at hand, services, and mere words.
_NO_PLACE = ("local:", "service:", "name:")


def target_of(artifact: str, allow: Collection[str] = ()) -> Target | None:
    """The target behind an artifact's id; None for what names no place.

    Raises SourceGap for a place that no source reads, or that may not be asked.
    """
    if artifact.startswith(_NO_PLACE) or not artifact.startswith("pkg:"):
        return None
    try:
        return parse_target(artifact.partition("#")[0], allow=allow)
    except UsageError as error:
        reason: Reason = "unsupported" if "are not read" in error.what else "refused"
        raise SourceGap(reason, error.what.rstrip("."), artifact) from error


def node_of(tree: Tree, otherwise: str = ROOT) -> str:
    """The id of the artifact that a tree is, by what its place calls it; `otherwise` unplaced."""
    about: About | None = getattr(tree, "about", None)
    if about is None:
        return otherwise
    if hub := HUBS.get(tree.kind):
        owner, _, name = about.id.rpartition("/")
        parts = _FOLDERS.get(about.subtype, []) + ([owner] if owner else [])
        return PackageURL(hub, "/".join(parts) or None, name).to_string()
    if tree.kind == "git":
        return _of_git(about.url)
    if tree.kind in ("pypi", "npm") and about.url.startswith("pkg:"):
        return about.url.partition("@")[0] if otherwise == ROOT else otherwise
    return otherwise


def _of_git(page: str) -> str:
    """`pkg:github/org/name` on the forges that purls know, a generic purl anywhere else."""
    parts = urlsplit(page)
    owner, _, name = parts.path.strip("/").rpartition("/")
    forge = _FORGES.get(parts.hostname or "")
    if forge and owner and name:
        return PackageURL(forge, owner, name).to_string()
    where = {"vcs_url": f"git+{page}"}
    return PackageURL("generic", None, name or "repository", qualifiers=where).to_string()
