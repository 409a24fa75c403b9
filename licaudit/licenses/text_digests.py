"""Digests of the license texts that upstreams carry: what tells a text edited in place."""

from __future__ import annotations

from licaudit.facts import Collected, Probe
from licaudit.licenses.texts import digest

PREFIX = "sha256:"


def text_probes(collected: Collected, root: str) -> tuple[Probe, ...]:
    """One probe for each license text of an upstream: its path, and the digest of its words.

    Those of an upstream that a lock answered for are there already. The target's own texts are left
    out: obligations look for those by the license in them. Texts that differ in layout alone have
    equal digests.
    """
    known = tuple(p for p in collected.probes if (p.digest or "").startswith(PREFIX))
    found = {
        (p.artifact, p.location.path): p.text
        for p in collected.passages
        if p.form == "text" and p.artifact.partition("#")[0] not in (root, "local:.")
    }
    return known + tuple(
        Probe(artifact, "license_file", path, digest=PREFIX + digest(text))
        for (artifact, path), text in sorted(found.items())
    )
