"""Data that a field calls machine-made while no sentence, row or field says by which machine.

The terms of a model or service may follow its outputs. For information: "machine-generated" is also
what people say of a script's work.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from licaudit.collectors.frontmatter import FrontMatter
from licaudit.facts import Collected, Gap, Location, Relation, Scope
from licaudit.sources.tree import Entry

_FIELDS: dict[str, Relation] = {
    "language_creators": "generated_by",
    "annotations_creators": "annotated_by",
}
_MACHINE = re.compile(r"machine|synthetic|model[- ]generated|llm|合成|机器", re.IGNORECASE)
_MAKING = ("generated_by", "annotated_by")


def in_card(
    head: FrontMatter, entry: Entry, artifact: str, scope: Scope, found: Collected
) -> Collected:
    """A Gap for a field of a dataset card, unless the card names a maker anywhere."""
    if _told(found):
        return Collected()
    gaps = []
    for key in _FIELDS:
        values = head.data.get(key)
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, str) and _MACHINE.search(value):
                where = Location(entry.path, head.line(key), key=key)
                gaps.append(gap(artifact, key, value, where, scope))
                break
    return Collected(gaps=tuple(gaps))


def in_fields(
    said: Iterable[tuple[str, str, Location]], artifact: str, scope: Scope, found: Collected
) -> Collected:
    """The same of (field, value, place) in a description of a dataset."""
    if _told(found):
        return Collected()
    gaps = [gap(artifact, k, v, where, scope) for k, v, where in said if _MACHINE.search(v)]
    return Collected(gaps=tuple(gaps[:1]))


def gap(artifact: str, key: str, value: str, where: Location, scope: Scope) -> Gap:
    """Machine-made, by an unnamed machine."""
    detail = f"`{key}` is `{value[:60]}`, and no model or service is named that made it"
    return Gap(artifact, "maker_unnamed", detail, where, scope, blocks=False)


def _told(found: Collected) -> bool:
    return any(link.relation in _MAKING for link in found.links)
