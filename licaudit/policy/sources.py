"""What licaudit.yaml says of data the tree does not name: artifacts, links, and records to find."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from packageurl import PackageURL

from licaudit.collectors.records import Named
from licaudit.compiled import kept_yaml
from licaudit.errors import KnowledgeError
from licaudit.facts import Artifact, Collected, Link, Location, Relation
from licaudit.policy.project import Evidence, Project, SourceNote
from licaudit.policy.vocabulary import EVIDENCE
from licaudit.settings import data_folder

# How declared data enters the work, by the kind of the work.
_ENTERS: dict[str, Relation] = {"dataset": "derived_from"}


def with_sources(collected: Collected, project: Project, root: str) -> Collected:
    """The same with an artifact for each declared dataset and generator nobody else names.

    What the user declares as a source is part of the work: left out, it would never be judged.
    """
    artifacts = {a.id: a for a in collected.artifacts}
    links: list[Link] = []
    home = artifacts.get(root)
    for index, note in enumerate(project.sources):
        place = (Location(project.name or "licaudit.yaml", project.line_of(index)),)
        own = matching(note.dataset, artifacts)
        if not own:
            own = [_new(artifacts, note.dataset, "dataset", place[0])]
            relation = _ENTERS.get(home.kind if home else "", "trained_on")
            links.append(Link(root, own[0], relation, place))
        if note.generator:
            makers = matching(note.generator, artifacts)
            makers = makers or [_new(artifacts, note.generator, "model", place[0])]
            known = {(x.source, x.target, x.relation) for x in collected.links}
            links += [
                Link(data, maker, "generated_by", place)
                for data in own
                for maker in makers
                if data != maker and (data, maker, "generated_by") not in known
            ]
    return replace(collected, artifacts=tuple(artifacts.values()), links=(*collected.links, *links))


def matching(name: str, artifacts: dict[str, Artifact]) -> list[str]:
    """The ids of the artifacts that a note means: one of that id, else all of that name."""
    if name in artifacts:
        return [name]
    return [a.id for a in artifacts.values() if a.name == name]


def _new(artifacts: dict[str, Artifact], name: str, kind: str, place: Location) -> str:
    made = PackageURL("generic", None, name).to_string()
    artifact = Artifact(made, "dataset" if kind == "dataset" else "model", name, location=place)
    artifacts.setdefault(made, artifact)
    return made


def note_of(project: Project, artifact: Artifact) -> SourceNote | None:
    """The source note about an artifact, by its id or its name."""
    for own in (artifact.id, artifact.name):
        for note in project.sources:
            if note.dataset == own:
                return note
    return None


def records(project: Project, artifacts: tuple[Artifact, ...]) -> tuple[Named, ...]:
    """Every record that the source notes name for some artifacts, and every contract's document."""
    contracts = tuple(
        Named(artifacts[0].id, a.document, "contract")
        for a in project.agreements
        if a.document and artifacts
    )
    return contracts + tuple(
        Named(artifact.id, path, shows, note.crawler)
        for artifact in artifacts
        if (note := note_of(project, artifact)) is not None
        for path, shows in record_paths(note)
    )


def record_paths(note: SourceNote) -> list[tuple[str, str]]:
    """Path and kind of each record of one note."""
    found = []
    for item in note.evidence:
        path = (item.path if isinstance(item, Evidence) else item).strip()
        shows = item.shows if isinstance(item, Evidence) else None
        clean = path.removeprefix("./").rstrip("/")
        found.append((clean, shows or _shown_by(clean)))
    return found


def _shown_by(path: str) -> str:
    low = path.casefold()
    return next((k for k, words in _kinds().items() if any(w in low for w in words)), "other")


@cache
def _kinds() -> dict[str, tuple[str, ...]]:
    path = data_folder("rules") / "evidence.yaml"
    document = kept_yaml(path.read_text("utf-8"), path.name)
    kinds = document.data["kinds"]
    for kind in kinds:
        if kind not in EVIDENCE:
            raise KnowledgeError(
                f"`{kind}` is no kind of record", where=document.where("kinds", kind)
            )
    return {kind: tuple(str(w).casefold() for w in words) for kind, words in kinds.items()}
