"""The one license an artifact is shown with, and what that license lets one do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from licaudit.facts import (
    ACTIONS,
    CODE,
    DATA,
    DOCUMENT,
    PERMISSION_ORDER,
    PURPOSES,
    WEIGHTS,
    Action,
    Artifact,
    ArtifactKind,
    AssetKind,
    AuditResult,
    License,
    LicenseAnswer,
    Permission,
    Purpose,
)

MAIN_SCOPE: dict[ArtifactKind, str] = {
    "model": WEIGHTS,
    "weights": WEIGHTS,
    "dataset": DATA,
    "code": CODE,
    "package": CODE,
    "document": DOCUMENT,
    "service": "outputs",
}
ASSET_KIND: dict[ArtifactKind, AssetKind] = {
    "model": "model",
    "weights": "model",
    "dataset": "dataset",
    "code": "code",
    "package": "code",
    "document": "document",
    "service": "output",
}
# The license of a repository's code or text is never shown as that of its weights or data.
NEVER_MAIN: dict[ArtifactKind, frozenset[str]] = {
    "model": frozenset({CODE, DOCUMENT}),
    "weights": frozenset({CODE, DOCUMENT}),
    "dataset": frozenset({CODE, DOCUMENT}),
}
Terms = dict[Purpose, dict[Action, Permission]]

_TOKEN = re.compile(r"[\w.+:-]+")
_OPERATORS = frozenset({"AND", "OR", "WITH"})


def ids_in(expression: str | None) -> tuple[str, ...]:
    """The license ids of an expression in the order they stand; exceptions are left out."""
    words: list[str] = _TOKEN.findall(expression or "")
    found: dict[str, None] = {}
    for before, word in zip(["", *words], words, strict=False):
        if word.upper() not in _OPERATORS and before.upper() != "WITH":
            found[word] = None
    return tuple(found)


def answers_by_artifact(result: AuditResult) -> dict[str, list[LicenseAnswer]]:
    """The answers of each artifact, in the order of the result."""
    table: dict[str, list[LicenseAnswer]] = {}
    for answer in result.answers:
        table.setdefault(answer.artifact, []).append(answer)
    return table


def main_answer(artifact: Artifact, answers: Iterable[LicenseAnswer]) -> LicenseAnswer | None:
    """The answer of the artifact's main scope, the least certain first; None when it has none."""
    never = NEVER_MAIN.get(artifact.kind, frozenset())
    fitting = [a for a in answers if a.scope not in never]
    main = MAIN_SCOPE[artifact.kind]
    return min(fitting, key=lambda a: (a.scope != main, a.confidence, a.scope), default=None)


@dataclass(frozen=True, slots=True)
class TermsTable:
    """What one license says of every act, for the kinds of things it treats alike."""

    kinds: tuple[AssetKind, ...]
    rows: tuple[tuple[Action, tuple[tuple[Permission, str | None], ...]], ...]


def terms_tables(license: License) -> tuple[TermsTable, ...]:
    """One table per group of asset kinds with equal terms; columns follow `PURPOSES`."""
    groups: dict[
        tuple[tuple[Action, tuple[tuple[Permission, str | None], ...]], ...], list[AssetKind]
    ] = {}
    for kind in license.kinds:
        rows = tuple(
            (action, tuple(license.grant(action, purpose, kind) for purpose in PURPOSES))
            for action in ACTIONS
        )
        groups.setdefault(rows, []).append(kind)
    return tuple(TermsTable(tuple(kinds), rows) for rows, kinds in groups.items())


def terms_of(expression: str | None, kind: AssetKind, licenses: Mapping[str, License]) -> Terms:
    """Action -> permission for both purposes; empty when the expression is not simple or unknown.

    AND takes the worst of its parts, OR the best of parts that are all known. Expressions that mix
    the two, or carry an exception, are left to the terms of their parts.
    """
    ids = ids_in(expression)
    operators = set(_TOKEN.findall((expression or "").upper())) & _OPERATORS
    if not ids or len(operators) > 1 or "WITH" in operators or not set(ids) <= set(licenses):
        return {}
    parts = [licenses[name] for name in ids]
    return {
        purpose: {
            action: _combined(
                [part.grant(action, purpose, kind)[0] for part in parts], "OR" in operators
            )
            for action in ACTIONS
        }
        for purpose in PURPOSES
    }


def _combined(permissions: Sequence[Permission], choice: bool) -> Permission:
    if choice and "unknown" not in permissions:
        return max(permissions, key=PERMISSION_ORDER.index)
    return min(permissions, key=PERMISSION_ORDER.index)
