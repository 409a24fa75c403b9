"""What machine formats share: a digest of the facts, and which ids are purls."""

from __future__ import annotations

import hashlib
import re

from licaudit.facts import AuditResult
from licaudit.facts.codec import to_plain

_PURL = re.compile(r"^pkg:[A-Za-z][A-Za-z0-9.+-]*/[^\s]+$")


def digest(result: AuditResult) -> str:
    """A digest of all facts: `run` may differ between two runs and has no part in it."""
    facts = repr({k: v for k, v in to_plain(result).items() if k != "run"})
    return hashlib.sha256(facts.encode("utf-8", "backslashreplace")).hexdigest()


def looks_like_purl(artifact: str) -> bool:
    """Whether an artifact's id has the form of a purl."""
    return _PURL.match(artifact) is not None and artifact.isprintable()
