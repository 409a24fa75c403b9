"""What is known before anybody judges: the target read, its words identified, its answers drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from licaudit.brought import with_npm
from licaudit.brought_python import with_pip
from licaudit.collectors.duty_notes import find_notes
from licaudit.collectors.markers import find_markers
from licaudit.collectors.records import find_records
from licaudit.expand import Material, follow, open_root, with_installed
from licaudit.facts import (
    EVERYTHING,
    AuditResult,
    Claim,
    Collected,
    Copyright,
    Gap,
    Intent,
    License,
    LicenseAnswer,
    Posture,
    Probe,
)
from licaudit.licenses.authority import Attributed, attribute
from licaudit.licenses.conclude import conclude
from licaudit.licenses.curations import apply_curations
from licaudit.licenses.identify import Ladder, identify, open_ladder
from licaudit.licenses.knowledge import load_knowledge
from licaudit.licenses.settle import settle
from licaudit.licenses.spans import with_spans
from licaudit.licenses.terms import terms_lookup
from licaudit.licenses.text_digests import text_probes
from licaudit.licenses.upstreams import known_claims
from licaudit.linked import linked
from licaudit.policy.expressions import leaves
from licaudit.policy.obligations import markers
from licaudit.policy.packs import DEFAULT_PACKS
from licaudit.policy.project import Project
from licaudit.policy.sought import kept_lines, sought
from licaudit.policy.sources import records, with_sources
from licaudit.policy.subjects import statement_id
from licaudit.policy.views import in_tree
from licaudit.reporting.lock import Lock, Recall
from licaudit.sources.remembered import Remembered
from licaudit.sources.session import Reading, Session
from licaudit.sources.tree import Tree

Progress = Callable[..., None]  # a step, and for `upstream` how many are read of how many known


@dataclass(frozen=True, slots=True)
class Request:
    """What to audit and how. Values given here win over the project file's."""

    target: str
    intents: tuple[Intent, ...]
    project: Project
    packs: tuple[str, ...] = DEFAULT_PACKS
    posture: Posture = "strict"
    as_of: date = date.min
    own_files: frozenset[Path] = frozenset()  # reports of ours, which are no part of the target
    record: Path | None = None  # a folder to keep every answer read in
    replay: Path | None = None  # a folder of such answers, read instead of the target
    depth: int | None = None  # links followed from the target; what lies deeper is a Gap
    reading: Reading | None = None  # how upstreams are read; None: they are only named
    lock: Lock | None = None  # what answers for upstreams that are out of reach
    at_lock: bool = False  # read upstreams at the revisions of the lock, not as they are now
    environments: tuple[Path, ...] = ()  # folders of installed packages that the target uses
    baseline: AuditResult | None = None  # what was known before: only what is new stops a pipeline
    matcher: str = "scancode"  # what matches texts that no cheaper rung knows


@dataclass(frozen=True)
class Evidence:
    """What the target and its upstreams say, read and identified, before anybody judges."""

    material: Material
    claims: tuple[Claim, ...]
    gaps: tuple[Gap, ...]
    answers: tuple[LicenseAnswer, ...]
    licenses: tuple[License, ...]
    terms_of: Callable[[str], License | None]
    knowledge_version: str
    copyrights: tuple[Copyright, ...] = ()


def read_material(
    tree: Tree,
    session: Session,
    request: Request,
    recall: Recall,
    progress: Progress,
    target: Material | None = None,
) -> Material:
    """What the target says and, where upstreams are read, what all it came from says."""
    progress("read")
    target = with_installed(target or open_root(tree), request.environments)
    if request.reading is None:
        return target
    locked = recall.revision if request.at_lock else lambda _: None
    if request.depth != 0:
        target = with_pip(target, tree, session, locked)
        target = with_npm(target, tree, session)
    return follow(
        target,
        session,
        request.reading,
        depth=request.depth,
        locked=locked,
        pinned=recall,
        interrupted=recall.interrupted,
        progress=lambda done, known: progress("upstream", done, known),
    )


def gather(
    tree: Tree,
    session: Session,
    request: Request,
    progress: Progress,
    material: Material | None = None,
    ladder: Ladder | None = None,
) -> Evidence:
    """What is known before anybody judges. `material` and `ladder`: what was read already."""
    ladder = ladder or open_ladder(load_knowledge())
    again = Remembered(tree)
    recall = Recall(request.lock or Lock({}), request.as_of)
    material = material or read_material(again, session, request, recall, progress)
    root = material.root
    collected = with_sources(material.collected, request.project, root)
    kept = find_records(again, records(request.project, collected.artifacts))
    collected += replace(kept, probes=())
    progress("identify")
    claims, missing = _identified(collected, session, request, ladder)
    said, claims, lapsed = _attributed(claims, collected, request, recall)
    collected = said.collected
    gaps = settle(claims, (*collected.gaps, *missing, *lapsed, *said.gaps))
    answers = conclude(claims, collected.scopes | _unread(root, gaps))
    claims = _with_spans(claims, root, again)
    terms_of = terms_lookup(ladder.knowledge, ladder.catalog)
    licenses = _licenses(answers, claims, terms_of)
    probes = _probes(again, root, collected, claims, licenses, answers, terms_of, request)
    copyrights = said.copyrights + recall.copyrights()
    probes += kept_lines(copyrights, licenses) + kept.probes
    return Evidence(
        replace(material, collected=replace(collected, probes=probes)),
        tuple(claims),
        gaps,
        answers,
        licenses,
        terms_of,
        ladder.knowledge.version,
        copyrights,
    )


def _identified(
    collected: Collected, session: Session, request: Request, ladder: Ladder
) -> tuple[list[Claim], list[Gap]]:
    """The licenses in every passage and, where they may be read, in texts that are only linked."""
    claims, missing = identify(collected.passages, ladder)
    if request.reading is None or request.reading.offline:
        return claims, missing
    pages = linked((*collected.gaps, *missing), collected, session, request.reading.workers)
    more, unnamed = identify(pages.passages, ladder)
    return claims + more, [*missing, *unnamed, *pages.gaps]


def _attributed(
    claims: list[Claim], collected: Collected, request: Request, recall: Recall
) -> tuple[Attributed, list[Claim], list[Gap]]:
    """Who says what, corrected by curations, and joined by what is known and what a lock holds."""
    spoken_for = (
        frozenset(c.artifact for c in claims if c.authority != "stranger") | recall.answered
    )
    said = attribute(claims + known_claims(collected.artifacts, spoken_for), collected)
    # What a lock gives back was curated when it was written.
    curations = recall.others(request.project.curations)
    claims, lapsed = apply_curations(
        said.claims, curations, said.collected, request.project.name or "licaudit.yaml"
    )
    return said, claims + recall.claims(claims), lapsed


def _with_spans(claims: list[Claim], root: str, tree: Remembered) -> list[Claim]:
    """Where the words of the target's own claims stand in its files, byte for byte."""
    own = {
        c.id for c in claims if c.artifact.startswith("local:") or c.artifact.split("#")[0] == root
    }
    spans = with_spans((c for c in claims if c.id in own), tree.beginning)
    spans += with_spans((c for c in claims if c.id not in own), lambda _: None)
    found = {c.id: c for c in spans}
    return [found[c.id] for c in claims]


def _unread(root: str, gaps: tuple[Gap, ...]) -> frozenset[tuple[str, str]]:
    """Scopes of the target that something unreadable governs: they are judged, never left out."""
    return frozenset(
        (root, g.scope)
        for g in gaps
        if g.blocks and g.artifact == root and g.scope and g.scope != EVERYTHING
    )


def _licenses(
    answers: tuple[LicenseAnswer, ...],
    claims: list[Claim],
    terms_of: Callable[[str], License | None],
) -> tuple[License, ...]:
    ids = {i for a in answers if a.expression for i in leaves(a.expression)}
    ids |= {statement_id(c.narrows) for c in claims if c.narrows}
    return tuple(t for i in sorted(ids) if (t := terms_of(i)))


def _probes(
    tree: Tree,
    root: str,
    collected: Collected,
    claims: list[Claim],
    licenses: tuple[License, ...],
    answers: tuple[LicenseAnswer, ...],
    terms_of: Callable[[str], License | None],
    request: Request,
) -> tuple[Probe, ...]:
    """Probes of the tree: license files by the license in them, names, mandated lines and notes."""
    texts = {
        (c.location.path, c.expression)
        for c in claims
        if c.rung in ("exact_text", "exact_rule", "engine") and c.expression
        if in_tree(c.artifact, root)  # a file of an upstream may stand at the same path there
    }
    files = tuple(
        replace(p, digest=expression)
        for p in collected.probes
        if p.kind == "license_file" and in_tree(p.artifact, root)
        for path, expression in sorted(texts)
        if p.value == path
    )
    released = next((i.release_name for i in request.intents if i.release_name), None)
    names = tuple(p for p in collected.probes if p.kind == "name")
    if released:
        names = (Probe(root, "name", released),)
    others = tuple(p for p in collected.probes if p.kind not in ("license_file", "name"))
    lines = find_markers(tree, markers(list(licenses)), root)
    wanted = sought(collected.artifacts, answers, collected.links, terms_of, root)
    texts_read = text_probes(collected, root)
    return files + names + others + lines + find_notes(tree, wanted, root) + texts_read
