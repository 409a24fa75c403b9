"""A hub on loopback for the command line: cards in two lines, and what an audit says of a node."""

from __future__ import annotations

from typing import Any

from ..sources.hubs import HuggingFace
from .conftest import Said

BLOCKING = ("missing", "denied", "gated", "unreachable", "broken", "refused", "cut_short")


def card(license: str | None = "mit", /, **more: object) -> bytes:
    """A card; a list becomes a list of YAML."""
    lines = [] if license is None else [f"license: {license}"]
    lines += [f"{key}: {list(v) if isinstance(v, tuple) else v}" for key, v in more.items()]
    return ("---\n" + "\n".join(lines).replace("'", "") + "\n---\n# A card\n").encode()


def chain(hub: HuggingFace, names: list[str], last: str = "cc-by-nc-4.0") -> None:
    """Models of which each is made from the next; the last names the license."""
    for name, base in zip(names, [*names[1:], None], strict=True):
        hub.add(name, {"README.md": card(base_model=base) if base else card(last), **WEIGHTS})


WEIGHTS = {"config.json": b"{}", "model.bin": b"w" * 40}


def model(name: str) -> str:
    return f"pkg:huggingface/{name}"


def data(name: str) -> str:
    return f"pkg:huggingface/datasets/{name}"


def nodes(said: Said) -> dict[str, dict[str, Any]]:
    """Artifacts of the audit by id."""
    return {a["id"]: a for a in said.audit["artifacts"]}


def licensed(said: Said, node: str) -> str | None:
    """The license concluded for an upstream."""
    found: str | None = nodes(said)[node]["license"]["expression"]
    return found


def reasons(said: Said, node: str, blocks: bool = True) -> set[str]:
    """Why a node could not be read."""
    return {
        g["reason"] for g in said.audit["gaps"] if g["artifact"] == node and g["blocks"] is blocks
    }


def links(said: Said) -> set[tuple[str, str, str]]:
    return {(x["source"], x["relation"], x["target"]) for x in said.audit["links"]}


def facts(said: Said) -> dict[str, Any]:
    """audit.json without what may differ between two runs."""
    return {k: v for k, v in said.audit.items() if k != "run"}
