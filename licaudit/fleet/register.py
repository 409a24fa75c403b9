"""A corpus register audited row by row: each row judged as if it stood alone.

All upstreams are read in one walk; then each row keeps only what itself and its upstreams say. What
one row claims never speaks for another, even where both name the same dataset.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic

from licaudit.audit import facts_of, result_of
from licaudit.collectors.register import Register, collect_rows, read_register
from licaudit.collectors.register_entry import Row
from licaudit.expand import Material
from licaudit.facts import (
    DATA,
    Artifact,
    AuditResult,
    Collected,
    Gap,
    Judgement,
    Link,
    Location,
    RowAnswer,
    Run,
    TargetFact,
)
from licaudit.fleet.register_notes import note_of, records_of, vouched_for
from licaudit.fleet.register_rows import answer_of, together
from licaudit.gather import Evidence, Progress, Request, gather, read_material
from licaudit.judging import check_baseline, judge_all, make_case
from licaudit.licenses.identify import open_ladder
from licaudit.licenses.knowledge import load_knowledge
from licaudit.policy.packs import Pack, load_packs
from licaudit.reporting.lock import Lock, Recall
from licaudit.sources.session import Reading, Session, open_session
from licaudit.sources.tree import Tree


def audit_register(request: Request, progress: Progress = lambda *_: None) -> AuditResult | None:
    """The audit of a register, with an answer for each row; None when the target is none.

    Raises a LicauditError when it cannot be carried out.
    """
    started, clock = datetime.now(UTC), monotonic()
    packs = load_packs(request.packs, request.project.overrides)
    intents = tuple(replace(i, train=True) if i.train is None else i for i in request.intents)
    with open_session(request.record, request.replay, request.reading or Reading()) as session:
        tree = session.root(request.target, request.own_files)
        register = read_register(tree)
        if register is None:
            return None
        request = replace(request, intents=intents)
        audit = _Audit(request, session, tree, register, packs, progress)
        result = audit.run()
        run = Run(
            started.isoformat(timespec="seconds"),
            round(monotonic() - clock, 3),
            1 + audit.material.files,
            getattr(tree, "bytes_read", 0) + audit.material.bytes_read,
        )
    return replace(result, run=run)


class _Audit:
    """One register's audit: what all rows share."""

    def __init__(
        self,
        request: Request,
        session: Session,
        tree: Tree,
        register: Register,
        packs: tuple[Pack, ...],
        progress: Progress,
    ) -> None:
        self.request, self.session, self.tree = request, session, tree
        self.register, self.packs, self.progress = register, packs, progress
        self.root = "local:."
        first = collect_rows(register, self.root, tree.name, tree.revision)
        recall = Recall(request.lock or Lock({}), request.as_of)
        self.material = read_material(
            tree, session, request, recall, progress, Material(self.root, first)
        )
        self.records = records_of(request)
        self.ladder = open_ladder(load_knowledge())

    def run(self) -> AuditResult:
        """Each row judged, and all of it put together."""
        ids = _ids(self.register, self.material.collected, self.root)
        done: list[tuple[RowAnswer, tuple[Judgement, ...], Evidence]] = []
        for count, row in enumerate(self.register.rows):
            self.progress("judge", count, len(self.register.rows))
            done.append(self._row(row, ids[row.artifact.location]))
        judgements = tuple(
            together(intent, self.root, [j[n] for _, j, _ in done], self.register.gaps)
            for n, intent in enumerate(self.request.intents)
        )
        target = TargetFact(self.request.target, self.tree.kind, self.tree.revision)
        base = check_baseline(self.request.baseline, target) if self.request.baseline else None
        whole = self._whole([e for _, _, e in done])
        facts = facts_of(whole)
        asked = self.request
        case = make_case(facts, asked.project, asked.as_of, asked.depth, asked.posture)
        result = result_of(whole, facts, case, judgements, target, Run("", 0.0, 0, 0))
        rows = tuple(answer for answer, _, _ in done)
        return replace(result, depth=self.request.depth, baseline=base, rows=rows)

    def _row(self, row: Row, artifact: str) -> tuple[RowAnswer, tuple[Judgement, ...], Evidence]:
        note, asked = note_of(self.request.project, row, artifact)
        vouched = vouched_for(self.request, note)
        material = _part(self.material, self.register, row, artifact, vouched, asked)
        if note and note.generator:  # the project file names it where the row does not
            kept = tuple(g for g in material.collected.gaps if g.reason != "no_generator")
            material = replace(material, collected=replace(material.collected, gaps=kept))
        own = replace(self.request.project, sources=(note,) if note else (), lines=())
        request = replace(self.request, project=own)
        evidence = gather(self.records, self.session, request, _silent, material, self.ladder)
        evidence = replace(evidence, gaps=_worded(evidence.gaps, self.register.path))
        case = make_case(facts_of(evidence), own, request.as_of, request.depth, request.posture)
        judged = judge_all(
            case, request.intents, self.packs, request.posture, self.request.baseline
        )
        return answer_of(row, artifact, judged, evidence), judged, evidence

    def _whole(self, parts: Sequence[Evidence]) -> Evidence:
        """What the rows know, together, for the reports."""
        if not parts:
            empty = replace(self.material, collected=self.material.collected)
            return gather(self.records, self.session, self._bare(), _silent, empty)
        found = [e.material.collected for e in parts]
        collected = Collected(
            _once(a for c in (self.material.collected, *found) for a in c.artifacts),
            links=tuple(
                dict.fromkeys(x for c in (self.material.collected, *found) for x in c.links)
            ),
            probes=tuple(dict.fromkeys(p for c in found for p in c.probes)),
        )
        answers = {(a.artifact, a.scope, a.expression): a for e in parts for a in e.answers}
        return replace(
            parts[0],
            material=replace(self.material, collected=collected),
            claims=tuple({c.id: c for e in parts for c in e.claims}.values()),
            gaps=tuple(dict.fromkeys((*self.register.gaps, *(g for e in parts for g in e.gaps)))),
            answers=tuple(answers[k] for k in sorted(answers, key=repr)),
            licenses=tuple({x.id: x for e in parts for x in e.licenses}.values()),
            copyrights=tuple(dict.fromkeys(c for e in parts for c in e.copyrights)),
        )

    def _bare(self) -> Request:
        return replace(self.request, project=replace(self.request.project, sources=(), lines=()))


def _silent(*_: object) -> None:
    return None


def _once(artifacts: Iterable[Artifact]) -> tuple[Artifact, ...]:
    found: dict[str, Artifact] = {}
    for item in artifacts:
        found.setdefault(item.id, item)
    return tuple(found.values())


def _ids(register: Register, collected: Collected, root: str) -> dict[Location | None, str]:
    """The id each row's dataset goes by after the walk, by the row's place."""
    places = {
        where: link.target
        for link in collected.links
        if link.source == root and link.relation == "contains"
        for where in link.evidence
    }
    return {
        row.artifact.location: places.get(row.artifact.location or Location(""), row.artifact.id)
        for row in register.rows
    }


def _part(
    material: Material,
    register: Register,
    row: Row,
    artifact: str,
    vouched: bool,
    asked: tuple[Gap, ...],
) -> Material:
    """What one row and its upstreams say. Other rows' words are left out, also on the same data."""
    collected = material.collected
    own = {c.location for c in row.cells} | {row.artifact.location}

    def here(where: Location | None) -> bool:
        return where is None or where.path != register.path or where in own

    links = [x for x in collected.links if not x.evidence or any(map(here, x.evidence))]
    near = _behind(collected, links, artifact)

    passages = tuple(p for p in collected.passages if p.artifact in near and here(p.location))
    if vouched:  # a contract, or a record of one's own: no stranger's word any more
        passages = tuple(
            replace(p, authority="unknown") if p.location in own else p for p in passages
        )
    known = {a.id: a for a in collected.artifacts}
    root = replace(
        known.get(artifact, row.artifact),
        id=artifact,
        kind="dataset",
        name=row.name,
        channel=row.channel,
        location=row.artifact.location,
    )
    others = tuple(a for a in collected.artifacts if a.id in near and a.id != artifact)
    gaps = tuple(g for g in collected.gaps if g.artifact in near and here(g.location))
    return Material(
        artifact,
        Collected(
            (root, *others),
            passages,
            tuple(x for x in links if x.source in near),
            gaps + asked,
            tuple(p for p in collected.probes if p.artifact in near),
            frozenset({s for s in collected.scopes if s[0] in near} | {(artifact, DATA)}),
        ),
    )


def _behind(collected: Collected, links: Iterable[Link], artifact: str) -> set[str]:
    """A dataset, what stands inside it and all it came from."""
    onward: dict[str, list[str]] = {}
    for link in links:
        onward.setdefault(link.source, []).append(link.target)
    for item in collected.artifacts:
        whole, mark, _ = item.id.partition("#")
        if mark:
            onward.setdefault(whole, []).append(item.id)
    seen, waiting = {artifact}, [artifact]
    while waiting:
        for target in onward.get(waiting.pop(), ()):
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen


def _worded(gaps: tuple[Gap, ...], path: str) -> tuple[Gap, ...]:
    """Hearsay in the words of a register: its license cell is nobody's grant."""
    return tuple(
        replace(g, detail=f"{g.detail.partition(' ')[0]} is only what the register says")
        if g.reason == "hearsay" and g.location is not None and g.location.path == path
        else g
        for g in gaps
    )
