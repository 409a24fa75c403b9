"""What the audited work itself goes out under, held against what its upstream asks of that.

A duty to stay under a license, or to pass limits on, is shown met by the declared license of the
work alone; where that is open, contradicted or only partly known, a person must look.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from licaudit.facts import Condition, License, ObligationStatus, Probe, Relation
from licaudit.policy import compat_terms
from licaudit.policy.compat_rules import ANSWERS, Answer

Shown = tuple[ObligationStatus, tuple[str, ...]]
# (inbound license, relation) -> whether the work may go out as it does
Joins = Callable[[str, Relation | None], Answer]
# Copylefts that keep single files or a library, and let the work around them be under anything.
_IN_PARTS = ("file", "library")
_WHOLE = ("whole_license", "same_license")


@dataclass(frozen=True)
class Outbound:
    """One part of the audited work as it is declared: under what, where that is said.

    `offered` are the licenses that every recipient is bound to; none where the expression lets one
    choose. `narrowed` says that sentences beside the license add limits. `release_as` is what the
    intent says besides, and `joins` asks about both, the worse answer counting.
    """

    expression: str
    places: tuple[str, ...]
    offered: tuple[License, ...]
    joins: Joins
    narrowed: bool = False
    release_as: str | None = None

    def same(self, license_id: str) -> bool:
        """Whether a license itself is among those that recipients are bound to."""
        here = any(stem(x.id) == stem(license_id) for x in self.offered)
        return here and (self.release_as is None or stem(license_id) in stems(self.release_as))


def worse(answers: Sequence[Answer]) -> Answer:
    """The worst of some answers."""
    return min(answers, key=ANSWERS.index)


def stem(license_id: str) -> str:
    """One text serves `-only` and `-or-later`, and with an exception it is still that text."""
    base = license_id.split(" WITH ", 1)[0]
    return base.removesuffix("-only").removesuffix("-or-later")


@lru_cache(4096)
def stems(expression: str | None) -> frozenset[str]:
    """The texts that an expression names."""
    ids = re.split(r"[\s()]+", expression or "")
    return frozenset(stem(i) for i in ids if i and i not in ("AND", "OR", "WITH"))


def share_alike(
    condition: Condition, license_: License, relation: Relation | None, out: Outbound | None
) -> Shown | None:
    """Whether the work goes out under a license that the upstream's share-alike allows."""
    if out is None:
        return None
    answer = out.joins(license_.id, relation)
    if answer == "yes":
        return "met", out.places
    # Files may keep their own license inside a work under another one: the tree is not that exact.
    sure = answer == "no" and condition.reach not in _IN_PARTS
    return ("missing" if sure else "manual"), out.places


def flow_down(
    condition: Condition, license_: License, out: Outbound | None, texts: Sequence[Probe]
) -> Shown | None:
    """Whether recipients are bound to what they must be; `texts` are files with that license."""
    if out is None or condition.reach in ("not_sold_alone", "disclaimer"):
        return None
    if out.same(license_.id):
        # Limits added beside the license are just what this duty forbids.
        added = condition.reach == "license_terms" and out.narrowed
        return ("manual" if added else "met"), out.places
    if condition.reach == "use_restrictions" and _carried(license_, out):
        return "met", out.places
    if condition.reach == "use_restrictions" or condition.reach in _WHOLE:
        shipped = tuple(p.location.label() for p in texts if p.location)
        # The text lies in the tree, but nothing says that it applies to this work.
        return ("manual" if shipped else "missing"), (*out.places, *shipped)
    return "manual", out.places


def _carried(license_: License, out: Outbound) -> bool:
    """Whether one license that binds all recipients sets every limit of another one."""
    limits = compat_terms.limits(license_)
    if not any(limit.type == "field_of_use" for limit in limits) or out.release_as is not None:
        return False
    return any(
        compat_terms.binding(own)
        and all(compat_terms.carries(own, limit) for limit in limits)
        and not _freer(license_, own)
        for own in out.offered
    )


def _freer(inbound: License, own: License) -> bool:
    """Whether the work's license lets commerce do what the upstream's keeps from it."""
    for kind in inbound.kinds or ("model",):
        was = inbound.grant("distribute", "commercial", kind)[0]
        if was == "prohibited" and own.grant("distribute", "commercial", kind)[0] != "prohibited":
            return True
    return False
