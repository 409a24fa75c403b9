"""From facts to judgements: what an audit has just read, or what an audit.json has kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from posixpath import normpath
from time import monotonic

from licaudit import __version__
from licaudit.errors import ConfigError, ResultError
from licaudit.facts import (
    EVERYTHING,
    Artifact,
    AuditResult,
    Baseline,
    Claim,
    Curation,
    Fired,
    Gap,
    Intent,
    Judgement,
    License,
    LicenseAnswer,
    Link,
    Opposed,
    Posture,
    Probe,
    ProjectText,
    TargetFact,
)
from licaudit.licenses.catalog import load_catalog
from licaudit.licenses.conclude import open_claims
from licaudit.licenses.conflicts import Conflict
from licaudit.licenses.knowledge import load_knowledge
from licaudit.licenses.settle import is_settled
from licaudit.licenses.terms import terms_lookup
from licaudit.policy import baseline, propagation, waivers
from licaudit.policy.inheritance import inherited
from licaudit.policy.judge import judge
from licaudit.policy.packs import Pack
from licaudit.policy.positions import licenses_of
from licaudit.policy.project import Project, parse_project
from licaudit.policy.subjects import Case
from licaudit.provenance import graph
from licaudit.settings import data_folder

TermsOf = Callable[[str], License | None]
AGAIN = "Audit again: `licaudit audit`."


@dataclass(frozen=True)
class Facts:
    """What is known of a work and its upstreams before anybody judges."""

    root: str
    artifacts: tuple[Artifact, ...]
    links: tuple[Link, ...]
    claims: tuple[Claim, ...]
    conflicts: tuple[Conflict, ...]
    answers: tuple[LicenseAnswer, ...]
    gaps: tuple[Gap, ...]
    probes: tuple[Probe, ...]
    terms_of: TermsOf


def make_case(
    facts: Facts, project: Project, as_of: date, depth: int | None, posture: Posture = "strict"
) -> Case:
    """Everything a judge reads: the facts, and which terms reach the root by which way.

    What a posture holds for open shows in the ways, and so in what is told to be inherited.
    """
    network = graph.build(_channels(facts.artifacts, project), facts.links)
    by_artifact = licenses_of(facts.answers, facts.terms_of)
    travels = propagation.traveller(
        propagation.load_propagation(), by_artifact, project.positions, as_of, facts.root, posture
    )
    reaches, deeper = graph.within(
        graph.reach(network, facts.root, propagation.TERMS, travels), depth
    )
    return Case(
        facts.root,
        {n: network.nodes[n]["artifact"] for n in network},
        facts.answers,
        {c.id: c for c in facts.claims},
        frozenset(c.id for c in open_claims(facts.claims) if not is_settled(c, facts.claims)),
        facts.conflicts,
        facts.gaps + _cut(facts.root, deeper, depth) + _cycles(network),
        facts.probes,
        reaches,
        facts.terms_of,
        project,
        as_of,
        facts.links,
        posture,
        depth=depth,
    )


def judge_all(
    case: Case,
    intents: tuple[Intent, ...],
    packs: tuple[Pack, ...],
    posture: Posture,
    earlier: AuditResult | None,
) -> tuple[Judgement, ...]:
    """A judgement for each intent, held against an earlier audit where one is given."""
    if earlier is None:
        return tuple(judge(case, intent, packs, posture) for intent in intents)
    known = baseline.known(earlier.judgements, intents)
    pairs = zip(intents, known, strict=True)
    return tuple(judge(case, intent, packs, posture, told) for intent, told in pairs)


def check_baseline(earlier: AuditResult, target: TargetFact) -> Baseline:
    """The baseline as audit.json names it. Raises ConfigError when it is of another target."""
    before = earlier.target
    folders = before.kind == target.kind == "local"
    same = (
        normpath(before.input) == normpath(target.input)
        if folders
        else (before.root or before.input) == (target.root or target.input)
    )
    if not same:
        raise ConfigError(
            f"the baseline is of `{before.input}`, not of `{target.input}`",
            todo="Give the baseline of this target, named by the same words.",
        )
    return Baseline(earlier.as_of, before.input, earlier.verdict)


def again(
    kept: AuditResult,
    project: Project,
    intents: tuple[Intent, ...],
    packs: tuple[Pack, ...],
    posture: Posture,
    as_of: date,
    earlier: AuditResult | None = None,
) -> AuditResult:
    """An audit judged again on the facts it kept, as they are. Raises ResultError, ConfigError."""
    started, clock = datetime.now(UTC), monotonic()
    root = _root(kept)
    base = check_baseline(earlier, kept.target) if earlier else None
    knowledge = load_knowledge()
    facts = _renamed(kept_facts(kept, root, terms_lookup(knowledge, load_catalog())), kept, intents)
    case = make_case(facts, project, as_of, kept.depth, posture)
    judgements = judge_all(case, intents, packs, posture, earlier)
    findings = [f for j in judgements for f in j.findings]
    seconds = round(monotonic() - clock, 3)
    return replace(
        kept,
        as_of=as_of.isoformat(),
        licaudit_version=__version__,
        judgements=judgements,
        artifacts=tuple(case.artifacts[a] for a in sorted(case.artifacts)),
        gaps=case.gaps,
        probes=case.probes,
        waivers=waivers.report(findings, project.waivers, as_of),
        inherited=inherited(case),
        project=text_of(project),
        baseline=base,
        fired=fired(packs, judgements),
        own_packs=own_packs(packs),
        run=replace(kept.run, started=started.isoformat(timespec="seconds"), seconds=seconds),
    )


def _root(kept: AuditResult) -> str:
    """What was audited. Raises ResultError where nothing can be judged again without reading."""
    if kept.rows:
        raise ResultError(
            "it is of a register: each row is judged on its own words alone, and how far a license"
            " cell counts hangs on whether the row's contract is live that day, so that the rows"
            " have to be read again",
            todo=AGAIN,
        )
    if kept.target.root is None:
        raise ResultError("it does not say which artifact was audited", todo=AGAIN)
    return kept.target.root


def _renamed(facts: Facts, kept: AuditResult, intents: tuple[Intent, ...]) -> Facts:
    """The facts with the name that the release has under other intents, or with none."""
    before = {j.intent.release_name for j in kept.judgements}
    if before == {i.release_name for i in intents}:
        return facts
    released = next((i.release_name for i in intents if i.release_name), None)
    names = (Probe(facts.root, "name", released),) if released else ()
    return replace(facts, probes=(*names, *(p for p in facts.probes if p.kind != "name")))


def fired(packs: Iterable[Pack], judgements: Iterable[Judgement]) -> tuple[Fired, ...]:
    """The rules that found something, each as its own file says it."""
    found = {(f.pack, f.rule) for j in judgements for f in j.findings}
    rules = {
        (r.pack, r.id): Fired(r.pack, r.id, r.why, r.fix, r.references)
        for p in packs
        for r in p.rules
        if (r.pack, r.id) in found
    }
    return tuple(rules[key] for key in sorted(rules))


def own_packs(packs: Iterable[Pack]) -> tuple[str, ...]:
    """Ids of the packs that stand in a folder of the user's."""
    ours = data_folder("rules") / "packs"
    return tuple(p.id for p in packs if p.folder.resolve().parent != ours.resolve())


def text_of(project: Project) -> ProjectText | None:
    """A project file as audit.json keeps it."""
    return None if project.text is None else ProjectText(project.name, project.text)


def opposed(conflicts: Iterable[Conflict]) -> tuple[Opposed, ...]:
    """Conflicts as audit.json keeps them: by the ids of their claims."""
    return tuple(Opposed(c.scope, c.left.id, c.right.id, c.kind, c.differ) for c in conflicts)


def kept_facts(result: AuditResult, root: str, lookup: TermsOf) -> Facts:
    """The facts of an audit.json. Raises ResultError when they do not belong together.

    Terms are those it was written with; `lookup` answers for licenses it does not mention.
    """
    claims = {c.id: c for c in result.claims}
    known = {x.id: x for x in result.licenses}
    missing = [i for a in result.answers for i in a.claims if i not in claims]
    missing += [i for c in result.conflicts for i in (c.left, c.right) if i not in claims]
    if root not in {a.id for a in result.artifacts}:
        missing.append(root)
    if missing:
        raise ResultError(f"it speaks of `{missing[0]}` and does not hold it", todo=AGAIN)
    return Facts(
        root,
        result.artifacts,
        result.links,
        result.claims,
        tuple(
            Conflict(c.scope, claims[c.left], claims[c.right], c.kind, c.differ)  # type: ignore[arg-type]
            for c in result.conflicts
        ),
        result.answers,
        tuple(g for g in result.gaps if not _made_here(g, root, result.depth)),
        result.probes,
        lambda name: known.get(name) or lookup(name),
    )


def kept_project(result: AuditResult) -> Project:
    """The project file that an audit.json was judged with; an empty one where there was none."""
    if result.project is None:
        return Project()
    project = parse_project(result.project.text, result.project.name)
    return replace(project, name=result.project.name)


def check_same_reading(kept: Project, given: Project) -> None:
    """Refuse a project file that changes what is read: only an audit can follow it."""
    same = {
        "curations": _unplaced(kept) == _unplaced(given),
        "sources": kept.sources == given.sources,
    }
    for key, agree in same.items():
        if not agree:
            raise ConfigError(
                f"its `{key}` differ from those of the audit, and they change what is read",
                where=given.name,
                todo=AGAIN,
            )


def _unplaced(project: Project) -> tuple[Curation, ...]:
    return tuple(replace(c, line=None) for c in project.curations)


def _cut(root: str, deeper: Iterable[str], depth: int | None) -> tuple[Gap, ...]:
    return tuple(
        Gap(root, "cut_short", f"{name}{_deeper(depth)}", scope=EVERYTHING) for name in deeper
    )


def _deeper(depth: int | None) -> str:
    return f" lies deeper than --depth {depth}"


def _cycles(network: graph.Graph) -> tuple[Gap, ...]:
    """Works that claim to come from each other: a link is wrong, which changes no term."""
    return tuple(
        Gap(
            group[0],
            "cycle",
            f"these claim to come from each other: {', '.join(group)}",
            blocks=False,
        )
        for group in graph.cycles(network)
    )


def _made_here(gap: Gap, root: str, depth: int | None) -> bool:
    """Whether `make_case` found a gap, and will find it again where it still is one."""
    cut = gap.reason == "cut_short" and (gap.artifact, gap.scope) == (root, EVERYTHING)
    return gap.reason == "cycle" or (cut and gap.detail.endswith(_deeper(depth)))


def _channels(artifacts: Iterable[Artifact], project: Project) -> list[Artifact]:
    notes = {n.dataset: n.channel for n in project.sources}
    return [
        replace(a, channel=notes.get(a.name) or notes.get(a.id) or a.channel) for a in artifacts
    ]
