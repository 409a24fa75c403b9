"""A corpus register audited row by row: each row judged as if it stood alone.

All upstreams are read in one walk; then each row keeps only what itself and its upstreams say. What
one row claims never speaks for another, even where both name the same dataset.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from licaudit.audit import facts_of, result_of
from licaudit.collectors.register import Register, Row, collect_rows, read_register
from licaudit.expand import Material
from licaudit.facts import (
    DATA,
    Artifact,
    AuditResult,
    Collected,
    Gap,
    Judgement,
    Location,
    RowAnswer,
    Run,
    TargetFact,
)
from licaudit.fleet.register_rows import answer_of, together
from licaudit.gather import Evidence, Progress, Request, gather, read_material
from licaudit.judging import check_baseline, judge_all, make_case
from licaudit.licenses.identify import open_ladder
from licaudit.licenses.knowledge import load_knowledge
from licaudit.policy.dates import live
from licaudit.policy.packs import Pack, load_packs
from licaudit.policy.project import Project, SourceNote
from licaudit.policy.sources import record_paths
from licaudit.reporting.lock import Lock, Recall
from licaudit.sources.local import LocalTree
from licaudit.sources.session import Reading, Session, open_session
from licaudit.sources.tree import Entry, Tree

_OWN_DATA = frozenset({"own", "user_input", "synthetic"})


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
        self.records = _records(request)
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
        case = make_case(facts, self.request.project, self.request.as_of, self.request.depth)
        result = result_of(whole, facts, case, judgements, target, Run("", 0.0, 0, 0))
        rows = tuple(answer for answer, _, _ in done)
        return replace(result, depth=self.request.depth, baseline=base, rows=rows)

    def _row(self, row: Row, artifact: str) -> tuple[RowAnswer, tuple[Judgement, ...], Evidence]:
        note, asked = _note(self.request.project, row, artifact)
        vouched = _vouched(self.request, note)
        material = _part(self.material, self.register, row, artifact, vouched, asked)
        own = replace(self.request.project, sources=(note,) if note else (), lines=())
        request = replace(self.request, project=own)
        evidence = gather(self.records, self.session, request, _silent, material, self.ladder)
        evidence = replace(evidence, gaps=_worded(evidence.gaps, self.register.path))
        case = make_case(facts_of(evidence), own, request.as_of, request.depth)
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
    near = _behind(collected, artifact)

    def here(where: Location | None) -> bool:
        return where is None or where.path != register.path or where in own

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
    links = (x for x in collected.links if x.source in near)
    gaps = tuple(g for g in collected.gaps if g.artifact in near and here(g.location))
    return Material(
        artifact,
        Collected(
            (root, *others),
            passages,
            tuple(x for x in links),
            gaps + asked,
            tuple(p for p in collected.probes if p.artifact in near),
            frozenset({s for s in collected.scopes if s[0] in near} | {(artifact, DATA)}),
        ),
    )


def _behind(collected: Collected, artifact: str) -> set[str]:
    """A dataset, what stands inside it and all it came from."""
    onward: dict[str, list[str]] = {}
    for link in collected.links:
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


def _note(project: Project, row: Row, artifact: str) -> tuple[SourceNote | None, tuple[Gap, ...]]:
    """How a row's data came into the house, by licaudit.yaml and the row, and what is open."""
    gaps: list[Gap] = []
    where = row.artifact.location
    names = (artifact, row.artifact.id, row.name)
    said = next((n for name in names for n in project.sources if n.dataset == name), None)
    if said and row.channel and said.channel != row.channel:
        detail = f"the register says {row.channel}, {project.name} says {said.channel}"
        gaps.append(Gap(artifact, "channel_differs", detail, where, DATA))
    if said and said.contract and row.contract and said.contract != row.contract:
        detail = f"the register says {row.contract}, {project.name} says {said.contract}"
        gaps.append(Gap(artifact, "contract_differs", detail, where, DATA))
    contract = (said.contract if said else None) or row.contract
    listed = {a.id for a in project.agreements}
    if contract and contract not in listed:
        detail = f"contract {contract} does not stand under `agreements` of the project file"
        gaps.append(Gap(artifact, "contract_unlisted", detail, where, DATA))
    kept = contract if contract in listed else None
    if said:
        return replace(said, dataset=artifact, contract=kept), tuple(gaps)
    channel = row.channel or ("commercial" if kept else None)
    return (SourceNote(artifact, channel, kept) if channel else None), tuple(gaps)


def _vouched(request: Request, note: SourceNote | None) -> bool:
    """Whether the row's license is more than a stranger's word: a live contract, or records."""
    if note is None:
        return False
    agreement = next((a for a in request.project.agreements if a.id == note.contract), None)
    if agreement is not None:
        return agreement.term[0] <= request.as_of and live(agreement.term[1], request.as_of)
    return note.channel in _OWN_DATA and bool(note.evidence or note.terms_version)


def _worded(gaps: tuple[Gap, ...], path: str) -> tuple[Gap, ...]:
    """Hearsay in the words of a register: its license cell is nobody's grant."""
    return tuple(
        replace(g, detail=f"{g.detail.partition(' ')[0]} is only what the register says")
        if g.reason == "hearsay" and g.location is not None and g.location.path == path
        else g
        for g in gaps
    )


class _Records:
    """The records that source notes name, in the folder of the register; nothing else of it."""

    kind, name, revision = "local", "register", ""

    def __init__(self, tree: LocalTree | None, paths: frozenset[str]) -> None:
        self._tree = tree
        entries = tree.entries() if tree is not None and paths else ()
        self._entries = tuple(
            e for e in entries if e.path in paths or any(e.path.startswith(f"{p}/") for p in paths)
        )

    def entries(self) -> tuple[Entry, ...]:
        """The records alone."""
        return self._entries

    def gaps(self) -> tuple[Gap, ...]:
        """None: what is not there is missed by the rule that asks for it."""
        return ()

    def read(self, path: str, start: int = 0, length: int | None = None) -> bytes:
        """As the folder answers. Raises ReadError."""
        from licaudit.sources.tree import ReadError

        if self._tree is None or path not in {e.path for e in self._entries}:
            raise ReadError("outside_tree", f"{path} is no record of the register")
        return self._tree.read(path, start, length)


def _records(request: Request) -> _Records:
    paths = frozenset(p for n in request.project.sources for p, _ in record_paths(n))
    if not paths or request.replay is not None:
        return _Records(None, frozenset())
    folder = Path(request.target).resolve().parent
    return _Records(LocalTree(str(folder), request.own_files), paths)
