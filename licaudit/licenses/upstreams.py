"""What the holders of well-known models say of them, for audits that reach no hub.

`rules/upstreams.yaml` lists exact ids, never name patterns: a model's name proves no license.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from licaudit.compiled import kept_yaml
from licaudit.errors import KnowledgeError
from licaudit.facts import DATA, WEIGHTS, Artifact, Claim, Location
from licaudit.settings import data_folder

Row = tuple[str, str, int]


@cache
def load_upstreams(folder: Path | None = None) -> dict[str, Row]:
    """artifact id (lower case) -> (expression, source, line). Raises KnowledgeError."""
    path = (folder or data_folder("rules")) / "upstreams.yaml"
    document = kept_yaml(path.read_text("utf-8"), f"rules/{path.name}")
    rows: dict[str, Row] = {}
    for index, entry in enumerate(document.data or []):
        unknown = set(entry) - {"ids", "license", "source", "seen"}
        if unknown or not {"ids", "license", "source", "seen"} <= set(entry):
            raise KnowledgeError("needs ids, license, source and seen", where=document.where(index))
        for item in entry["ids"]:
            rows[item.lower()] = (
                entry["license"],
                f"{entry['source']}, seen {entry['seen']}",
                document.line(index) or 0,
            )
    return rows


def known_claims(artifacts: Iterable[Artifact], claimed: frozenset[str]) -> list[Claim]:
    """One claim for each artifact of the table that nothing in the tree speaks of."""
    rows = load_upstreams()
    found = []
    for artifact in artifacts:
        row = rows.get(artifact.id.split("@")[0].lower())
        if row is None or artifact.id in claimed:
            continue
        expression, source, line = row
        seed = f"{artifact.id}\0{expression}\0{source}"
        found.append(
            Claim(
                "c" + hashlib.sha256(seed.encode()).hexdigest()[:12],
                artifact.id,
                WEIGHTS if artifact.kind == "model" else DATA,
                f"{artifact.name}: {expression}",
                expression,
                "declared",
                "holder",
                "curation",
                0.8,
                Location("rules/upstreams.yaml", line),
                note=f"known offline: {source}",
            )
        )
    return found
