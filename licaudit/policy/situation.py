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
    Posture,
    Purpose,
    Relation,
)
from licaudit.policy import acts
from licaudit.policy.outbound import Outbound


@dataclass(frozen=True, slots=True)
class Situation:
    """One intent, one part of the work, and the evidence the user declares.

    `agreements` are those of the whole project; their `artifacts` already hold this artifact
    where a source note ties it to them (`agreements.bound`). `root` is the audited work, and
    `outbound` what this part of it goes out under, where that is settled; `held` says that records
    show the artifact to be the user's own, so that nobody's license is needed; `altered` names
    agreements whose document in the tree is not the one that was signed.
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
    root: str = "local:."
    outbound: Outbound | None = None
    held: bool = False
    posture: Posture = "strict"
    altered: frozenset[str] = frozenset()

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
