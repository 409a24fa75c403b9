"""One pair of licenses and how their works are joined; one ground of an answer about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from licaudit.facts import Action, AssetKind, License, Relation, Text
from licaudit.policy.compat_rules import Answer, CompatRules

Crossing = Callable[[str], str]
# What is done with the inbound work, by relation; elsewhere it is changed and passed on.
ACTS: dict[Relation | None, tuple[Action, ...]] = {
    "contains": ("distribute",),
    "depends_on": ("use",),
    "trained_on": ("train",),
    "distilled_from": ("train_on_outputs",),
    "generated_by": ("use_outputs",),
    "annotated_by": ("use_outputs",),
    "filtered_by": ("use_outputs",),
    "rewarded_by": ("use_outputs",),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason for an answer, with the license and clause it rests on."""

    answer: Answer
    code: str
    message: Text
    license: str
    clause: str | None = None
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """An inbound and an outbound license, and which terms cross between their works."""

    inbound: str
    outbound: str
    terms: License
    target: License
    kind: AssetKind
    crosses: Crossing
    rules: CompatRules
    relation: Relation | None = None

    @property
    def same(self) -> bool:
        """Whether both sides carry one license."""
        return self.inbound == self.outbound

    @property
    def outputs(self) -> bool:
        """Whether only what the inbound work put out goes on."""
        return ACTS.get(self.relation) == ("use_outputs",)
