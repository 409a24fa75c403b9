"""Contracts and confirmations: what they cover, until when, and what outlives their term."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from unicodedata import normalize

from licaudit.facts import Action, Agreement, Artifact, Condition, License, Probe, Reason, Text
from licaudit.policy.dates import live
from licaudit.policy.project import Project
from licaudit.policy.regions import inside
from licaudit.policy.situation import Situation

ALL = "*"
TRAINED_MODEL = "trained_model"


def bound(project: Project, artifact: Artifact) -> tuple[Agreement, ...]:
    """The project's agreements, those that a source note names for this artifact tied to it."""
    own = (artifact.id, artifact.name)
    contracts = {n.contract for n in project.sources if n.contract and n.dataset in own}
    return tuple(
        replace(a, artifacts=(*a.artifacts, artifact.id))
        if a.id in contracts or artifact.name in a.artifacts
        else a
        for a in project.agreements
    )


def altered(project: Project, probes: Iterable[Probe]) -> frozenset[str]:
    """Agreements whose document stands in the tree with another digest than the one signed."""
    signed = {a.document: a for a in project.agreements if a.document and a.document_sha256}
    if not signed:
        return frozenset()
    found = [(signed[p.value], p) for p in probes if p.kind == "record" and p.value in signed]
    return frozenset(
        a.id for a, p in found if (p.digest or "").lower() != (a.document_sha256 or "").lower()
    )


def confirmed(license_: License, condition: Condition, situation: Situation) -> bool:
    """Whether a live confirmation by a person covers the condition."""
    return any(
        c.license == license_.id
        and c.condition == condition.id
        and live(c.expires, situation.as_of)
        and c.artifact in (None, situation.artifact)
        for c in situation.confirmations
    )


def evidenced(license_: License, condition: Condition, situation: Situation) -> bool:
    """Whether an agreement covers the condition and every act of ours that it concerns."""
    concerned = set(condition.actions) & set(situation.actions) or set(situation.actions)
    return covering(license_.id, condition.id, concerned, situation) is not None


def covering(
    license_id: str | None, condition: str, actions: Iterable[Action], situation: Situation
) -> Agreement | None:
    """The first agreement that is in force here and covers all of some acts.

    Without a license id only agreements about the artifact itself count.
    """
    needed = set(actions)
    return next(
        (
            a
            for a in situation.agreements
            if _speaks(a, license_id, condition, situation)
            and _in_force(a, situation)
            and needed <= _granted(a, situation)
        ),
        None,
    )


def _speaks(
    agreement: Agreement, license_id: str | None, condition: str, situation: Situation
) -> bool:
    about = license_id in agreement.licenses or situation.artifact in agreement.artifacts
    if agreement.id in situation.altered or not ours(agreement, situation.intent.licensee):
        return False
    return about and (not agreement.conditions or condition in agreement.conditions)


def ours(agreement: Agreement, licensee: str | None) -> bool:
    """Whether an agreement may be with us: no name was said, or it is the one it was made with.

    Names are compared without regard to case, spaces and punctuation.
    """
    return licensee is None or _plain(agreement.licensee) == _plain(licensee)


def _plain(name: str) -> str:
    return "".join(c for c in normalize("NFKC", name).casefold() if c.isalnum())


def _in_force(agreement: Agreement, situation: Situation) -> bool:
    """Within its term, or outlived by the model trained under it; and within its territory."""
    start, end = agreement.term
    if situation.as_of < start:
        return False
    if not live(end, situation.as_of) and not _survives(agreement, situation):
        return False
    return not agreement.territory or _within(agreement.territory, situation)


def _survives(agreement: Agreement, situation: Situation) -> bool:
    """After the term, only what was trained under it lives on; training anew is not covered."""
    return (
        agreement.survives == TRAINED_MODEL
        and situation.relation == "trained_on"
        and "train" in _granted(agreement, situation)
        and situation.intent.train is not True
    )


def _within(territory: tuple[str, ...], situation: Situation) -> bool:
    """Whether every place of the intent is known and lies inside; an unsaid place may not."""
    intent = situation.intent
    trains = situation.relation == "trained_on"
    named = (intent.trained_in,) if trains else (intent.deployed_in, intent.users_in)
    return all(
        places is not None and all(inside(place, territory) for place in places) for places in named
    )


def _granted(agreement: Agreement, situation: Situation) -> set[str]:
    """The acts an agreement names, as acts on this artifact.

    `distribute_weights` is `distribute` for weights; training on data is the use made of it.
    """
    if ALL in agreement.acts:
        return set(situation.actions)
    words = set(agreement.acts)
    if f"distribute_{situation.part}" in words:
        words.add("distribute")
    if "train" in words and situation.relation == "trained_on":
        words.add("use")
    return words


def state(agreement: Agreement, situation: Situation) -> str:
    """What an agreement comes to under an intent: a word of `vocabulary.CONTRACTS`."""
    start, end = agreement.term
    if agreement.id in situation.altered or not ours(agreement, situation.intent.licensee):
        return "uncovered"
    if situation.as_of < start:
        return "not_begun"
    lapsed = not live(end, situation.as_of)
    if lapsed and not _survives(agreement, situation):
        return "expired"
    if not set(situation.actions) <= _granted(agreement, situation):
        return "uncovered"
    if agreement.territory and not _within(agreement.territory, situation):
        return "elsewhere"
    return "outlived" if lapsed else "live"


def notes(license_: License | None, situation: Situation) -> list[Reason]:
    """A word on an agreement that covers this only because a trained model outlives it."""
    found = covering(license_.id if license_ else None, "", situation.actions, situation)
    if found is None or live(found.term[1], situation.as_of):
        return []
    text = Text(
        f"Agreement {found.id} ended on {found.term[1]}; the model trained under it may still be"
        " used, but not trained anew.",
        f"协议 {found.id} 已于 {found.term[1]} 到期；据其训练的模型仍可使用，但不得据其重新训练。",
    )
    return [Reason("pass", "agreement_survives", text, license_.id if license_ else None)]


def speaks_of(agreement: Agreement, licenses: Iterable[str], situation: Situation) -> str:
    """`covers`, `elsewhere` or `no`: what one agreement does for one subject and its licenses."""
    tied = next((a for a in situation.agreements if a.id == agreement.id), agreement)
    about = situation.artifact in tied.artifacts or set(licenses) & set(tied.licenses)
    if not about or not _granted(tied, situation) & set(situation.actions):
        return "no"
    if _in_force(tied, situation):
        return "covers"
    return "elsewhere" if state(tied, situation) == "elsewhere" else "no"
