"""Addresses of hub repositories inside a text: cloned, downloaded, or kept for later."""

from __future__ import annotations

import re
from collections.abc import Iterator

from licaudit.collectors.hub_ids import Hub, HubKind, artifact_of, is_part
from licaudit.facts import Artifact, Location

_ADDRESS = re.compile(
    r"(?:https?://|hf://|git@|(?<![\w./]))(?:[\w-]+:[^@\s/]*@|[\w-]+@)?(?:www\.)?"
    r"(?P<host>huggingface\.co|hf\.co|hf-mirror\.com|modelscope\.cn|modelscope\.ai)[/:]"
    r"(?P<rest>[^\s\"'`<>()\[\],;]+)"
)
_HF = re.compile(r"hf://(?P<rest>(?:datasets/)?[\w.-]+/[\w.-]+[^\s\"'`<>()]*)")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|ico)(?:\?.*)?$", re.IGNORECASE)
_NO_OWNERS = frozenset(
    [
        "spaces",
        "docs",
        "blog",
        "papers",
        "collections",
        "models",
        "datasets",
        "learn",
        "tasks",
        "api",
        "join",
        "login",
        "settings",
        "organizations",
        "new",
        "chat",
        "course",
        "transformers",
        "welcome",
        "notifications",
        "home",
        "brand",
        "studios",
        "headers",
        "posts",
        "inference-endpoints",
        "pricing",
        "terms-of-service",
        "privacy",
        "enterprise",
    ]
)


def hub_addresses(text: str) -> Iterator[tuple[HubKind, str, Hub, int]]:
    """(kind, `org/name`, hub, offset) of each repository a text gives the address of."""
    for match in _ADDRESS.finditer(text):
        hub: Hub = "modelscope" if match["host"].startswith("modelscope") else "huggingface"
        found = _repository(match["rest"])
        if found:
            yield found[0], found[1], hub, match.start()
    for match in _HF.finditer(text):
        found = _repository(match["rest"])
        if found:
            yield found[0], found[1], "huggingface", match.start()


def _repository(rest: str) -> tuple[HubKind, str] | None:
    """Kind and id from what stands behind the host; None for pages, pictures and templates."""
    if _PICTURE.search(rest):
        return None
    parts = rest.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0].rstrip("/.\\").split("/")
    kind: HubKind = "model"
    if parts[:2] == ["api", "models"] or parts[:2] == ["api", "datasets"]:
        return None
    if parts[0] in ("datasets", "models") and len(parts) > 2:
        kind = "dataset" if parts[0] == "datasets" else "model"
        parts = parts[1:]
    if len(parts) < 2 or parts[0] in _NO_OWNERS:
        return None
    owner, name = parts[0], parts[1].removesuffix(".git")
    return (kind, f"{owner}/{name}") if is_part(owner) and is_part(name) else None


def artifacts(text: str, where: Location) -> list[Artifact]:
    """The repositories as artifacts seen at one place."""
    found: dict[str, Artifact] = {}
    for kind, hub_id, hub, _ in hub_addresses(text):
        item = artifact_of(kind, hub_id, where, hub=hub)
        found.setdefault(item.id, item)
    return list(found.values())
