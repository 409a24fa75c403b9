"""What the resolving of one license looks at besides the license."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from licaudit.facts import (
    Action,
    Agreement,
    AssetKind,
    Condition,
    Confirmation,
    Intent,
    Purpose,
    Relation,
)
from licaudit.policy import acts


@dataclass(frozen=True, slots=True)
class Situation:
    """One intent, one part of the work, and the evidence the user declares.

    `agreements` are those of the whole project; their `artifacts` already hold this artifact
    where a source note ties it to them (`agreements.bound`).
    """

    intent: Intent
    part: str
    kind: AssetKind
    actions: tuple[Action, ...]
    as_of: date
    artifact: str
    relation: Relation | None = None
    agreements: tuple[Agreement, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()

    @property
    def purpose(self) -> Purpose:
        """Commercial or not, as licenses mean it."""
        return acts.purpose(self.intent)


def applies(condition: Condition, situation: Situation) -> bool:
    """Whether a condition concerns these acts, this purpose, this kind of asset."""
    if condition.actions and not set(condition.actions) & set(situation.actions):
        return False
    if condition.purposes and situation.purpose not in condition.purposes:
        return False
    if condition.kinds and situation.kind not in condition.kinds:
        return False
    modality = situation.intent.modality
    return not (condition.modalities and modality and modality not in condition.modalities)
