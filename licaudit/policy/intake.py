"""How a dataset came into the house: its channel, the records that show it, its contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from licaudit.facts import Artifact, Link, Probe
from licaudit.policy.agreements import state
from licaudit.policy.project import Project, SourceNote
from licaudit.policy.situation import Situation
from licaudit.policy.sources import note_of, record_paths

# Channels of which the user, not somebody else, holds the data once the records show it.
_HELD = {"own": ("consent", "terms"), "user_input": ("consent", "terms")}


@dataclass(frozen=True, slots=True)
class Record:
    """A record a source note names; whether it is in the tree, and its SHA-256 where it is."""

    path: str
    shows: str
    present: bool
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Reserved:
    """An address that was collected although its site reserves it, and where both are said."""

    address: str
    place: str
    against: str


@dataclass(frozen=True, slots=True)
class Intake:
    """What is known of one artifact's way in. `contract` is a word of `vocabulary.CONTRACTS`."""

    noted: bool = False
    records: tuple[Record, ...] = ()
    reserved: tuple[Reserved, ...] = ()
    contract: str = "none"
    contract_id: str | None = None
    document: str = "none"
    terms_version: str | None = None
    generators: tuple[str, ...] = ()
    held: bool = False


def look_up(
    project: Project,
    artifact: Artifact,
    probes: Iterable[Probe],
    links: Iterable[Link],
    papers: Mapping[str, str | None],
) -> Intake:
    """Everything about an artifact's way in that does not depend on the intent.

    `probes` are the artifact's own, `papers` all records of the tree with their digests.
    """
    note = note_of(project, artifact)
    seen = list(probes)
    records = _records(note, {p.value: p.digest for p in seen if p.kind == "record"})
    reserved = tuple(
        Reserved(p.value, p.location.label() if p.location else "", p.about or "")
        for p in seen
        if p.kind == "reserved"
    )
    generators = tuple(dict.fromkeys(x.target for x in links if x.relation == "generated_by"))
    return Intake(
        note is not None,
        records,
        reserved,
        contract_id=note.contract if note else None,
        document=_document(project, note, records, papers),
        terms_version=_version(note),
        generators=generators,
        held=_held(note, records, generators),
    )


def contract_state(intake: Intake, situation: Situation) -> str:
    """What the contract of an intake comes to under one intent."""
    if intake.contract_id is None:
        return "none"
    found = next((a for a in situation.agreements if a.id == intake.contract_id), None)
    return "unlisted" if found is None else state(found, situation)


def _records(note: SourceNote | None, present: Mapping[str, str | None]) -> tuple[Record, ...]:
    return tuple(
        Record(path, shows, path in present, present.get(path))
        for path, shows in (record_paths(note) if note else ())
    )


def _document(
    project: Project,
    note: SourceNote | None,
    records: tuple[Record, ...],
    papers: Mapping[str, str | None],
) -> str:
    """Whether the contract itself can be shown: a digest, matched by a record where one is here."""
    found = next((a for a in project.agreements if note and a.id == note.contract), None)
    if found is None:
        return "none"
    here = {r.path: r.digest for r in records if r.shows == "contract" and r.present}
    if found.document is not None and found.document in papers:
        here[found.document] = papers[found.document]
    wanted = (found.document_sha256 or "").casefold()
    if not wanted or not here:
        return "shown" if wanted or here else "none"
    if wanted in here.values():
        return "shown"
    return "none" if None in here.values() else "differs"  # too large to be compared


def _held(note: SourceNote | None, records: tuple[Record, ...], made_by: tuple[str, ...]) -> bool:
    """Whether the user holds the data: nobody else's license is needed to use it."""
    if note is None:
        return False
    if note.channel == "synthetic":
        return bool(made_by)  # what its generator's terms say of outputs is judged there
    kinds = _HELD.get(note.channel, ())
    shown = any(r.present and r.shows in kinds for r in records)
    return bool(kinds) and (shown or _version(note) is not None)


def _version(note: SourceNote | None) -> str | None:
    """The version of the terms the givers agreed to; blanks are none."""
    return ((note.terms_version or "").strip() or None) if note else None
