"""licaudit.lock: the revision and licenses of every upstream, to notice when one of them drifts."""

from __future__ import annotations

import json
from typing import Any

from licaudit.errors import ConfigError
from licaudit.facts import AuditResult

SCHEMA = "licaudit/lock/1"


def write(result: AuditResult) -> bytes:
    """The lock of an audit: everything but the target itself, which may change freely."""
    return (
        json.dumps(_facts(result), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    ).encode()


def drift(result: AuditResult, lock: bytes, where: str) -> list[str]:
    """What differs from a lock, a sentence each. Raises ConfigError when it cannot be read."""
    try:
        pinned = json.loads(lock)
        if pinned["schema"] != SCHEMA:
            raise ValueError(f"its schema is {pinned['schema']!r}")
        before: dict[str, Any] = pinned["upstreams"]
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"this lock cannot be read ({error})",
            where=where,
            todo="Write it again with `licaudit lock`.",
        ) from error
    now: dict[str, Any] = _facts(result)["upstreams"]
    said = [f"{name} is new" for name in sorted(now.keys() - before.keys())]
    said += [f"{name} is gone" for name in sorted(before.keys() - now.keys())]
    said += [
        f"{name}: {field} was {before[name].get(field) or 'not known'}, "
        f"is {now[name][field] or 'not known'}"
        for name in sorted(now.keys() & before.keys())
        for field in sorted(now[name])
        if now[name][field] != before[name].get(field)
    ]
    return said


def _facts(result: AuditResult) -> dict[str, Any]:
    downstream = {link.source for link in result.links}
    reached = {link.target for link in result.links}
    roots = downstream - reached
    upstreams = {
        artifact.id: {
            "revision": artifact.revision,
            "license": "; ".join(
                f"{a.scope}: {a.expression}"
                for a in result.answers
                if a.artifact == artifact.id and a.expression
            )
            or None,
        }
        for artifact in result.artifacts
        if artifact.id in reached and artifact.id not in roots
    }
    return {"schema": SCHEMA, "knowledge": result.knowledge_version, "upstreams": upstreams}
