"""Small cases to judge, made of facts alone: no file is read but the rules themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache

from licaudit.facts import (
    Artifact,
    Claim,
    Condition,
    Gap,
    Grant,
    Intent,
    Judgement,
    License,
    LicenseAnswer,
    Link,
    Location,
    Posture,
    Probe,
    Resolution,
    Text,
)
from licaudit.licenses.catalog import load_catalog
from licaudit.licenses.knowledge import load_knowledge
from licaudit.licenses.terms import terms_lookup
from licaudit.policy import acts, expressions, propagation
from licaudit.policy.judge import judge
from licaudit.policy.packs import DEFAULT_PACKS, Pack, load_packs
from licaudit.policy.positions import licenses_of
from licaudit.policy.project import Project
from licaudit.policy.situation import Situation
from licaudit.policy.subjects import Case
from licaudit.policy.views import views
from licaudit.provenance import graph

DAY = date(2026, 6, 1)
ROOT = "local:."
ALL = ("use", "modify", "distribute", "train", "serve", "use_outputs", "train_on_outputs")


def grants(verdict: str, purposes: tuple[str, ...] = ("commercial", "non_commercial")) -> Grant:
    return Grant(ALL, verdict, "1", purposes)  # type: ignore[arg-type]


def license_(
    name: str = "L", *conditions: Condition, verdict: str = "permitted", **more
) -> License:
    values = {"kinds": ("model",), "basis": "text", "confidence": "high"}
    own = {"grants": (grants(verdict),), "conditions": conditions}
    return License(name, f"{name} License", **{**values, **own, **more})


def condition(kind: str, type_: str, name: str = "c", **more) -> Condition:
    return Condition(name, kind, type_, "2", Text(f"{name} in English.", f"{name}。"), **more)


def situation(
    intent: Intent | None = None, part: str = "weights", relation=None, **more
) -> Situation:
    intent = intent or Intent()
    kind = {"weights": "model", "data": "dataset"}.get(part, "code")
    needed = acts.acts(intent, part, relation)
    return Situation(intent, part, kind, needed, DAY, ROOT, relation, **more)


def resolve(
    expression: str,
    licenses: Iterable[License],
    intent: Intent | None = None,
    relation=None,
    probes: tuple[Probe, ...] = (),
    carried: Mapping[str, str | None] | None = None,
    part: str = "weights",
    **more,
) -> Resolution:
    known = {x.id: x for x in licenses}
    if carried is None:
        carried = dict.fromkeys(propagation.TERMS)
    where = situation(intent, part, relation, **more)
    seen = views(probes, where.artifact, ROOT)
    return expressions.resolve(expression, where, known.get, relation, seen, dict(carried))


def ask(item: License, intent: Intent | None = None, **more) -> tuple[str, list[str]]:
    """The outcome of the license `L` and the codes of its reasons."""
    found = resolve("L", [item], intent, **more)
    return found.outcome, [r.code for r in found.reasons]


@cache
def real_terms():
    """Terms of the licenses that ship with licaudit."""
    return terms_lookup(load_knowledge(), load_catalog())


def claim(artifact: str, scope: str, expression: str | None, **more) -> Claim:
    name = f"c-{artifact}-{scope}-{expression}-{more.get('narrows', '')}"
    place = Location("README.md", 3)
    written = expression or str(more.get("narrows"))
    values = {"basis": "declared", "authority": "holder", "rung": "identifier", "confidence": 1.0}
    return Claim(name, artifact, scope, written, expression, location=place, **values, **more)


class Work:
    """One audited work: say what it is under and what it came from, then judge it."""

    def __init__(self, kind: str = "model") -> None:
        self.artifacts = {ROOT: Artifact(ROOT, kind, "work")}
        self.answers: list[LicenseAnswer] = []
        self.claims: list[Claim] = []
        self.links: list[Link] = []
        self.gaps: list[Gap] = []
        self.probes: list[Probe] = []
        self.open: set[str] = set()

    def under(
        self,
        expression: str | None,
        scope: str = "weights",
        artifact: str = ROOT,
        narrows: str = "",
    ) -> Work:
        """A license for one scope, with a usage statement beside it where one is named."""
        said = [claim(artifact, scope, expression)] if expression else []
        said += [claim(artifact, scope, None, narrows=narrows)] if narrows else []
        self.claims += said
        ids = tuple(c.id for c in said)
        self.answers.append(
            LicenseAnswer(artifact, scope, expression, "declared", "identifier", 1.0, ids)
        )
        return self

    def came_from(
        self,
        name: str,
        relation: str,
        expression: str | None = None,
        kind: str = "model",
        source: str = ROOT,
        note: str | None = None,
    ) -> Work:
        """An upstream, under a license where one is known."""
        self.artifacts.setdefault(name, Artifact(name, kind, name.removeprefix("pkg:")))
        self.links.append(Link(source, name, relation, (), note))
        if expression:
            scope = {"dataset": "data:collection", "model": "weights"}.get(kind, "code")
            self.under(expression, scope, name)
        return self

    def shows(self, kind: str, value: str, digest: str | None = None) -> Work:
        self.probes.append(Probe(ROOT, kind, value, Location("README.md", 1), digest))
        return self

    def case(self, project: Project | None = None, terms_of=None, as_of: date = DAY) -> Case:
        project, terms_of = project or Project(), terms_of or real_terms()
        network = graph.build(self.artifacts.values(), self.links)
        licenses = licenses_of(self.answers, terms_of)
        travels = propagation.traveller(
            propagation.load_propagation(), licenses, project.positions, as_of
        )
        return Case(
            ROOT,
            {n: network.nodes[n]["artifact"] for n in network},
            tuple(self.answers),
            {c.id: c for c in self.claims},
            frozenset(self.open),
            (),
            tuple(self.gaps),
            tuple(self.probes),
            graph.reach(network, ROOT, propagation.TERMS, travels),
            terms_of,
            project,
            as_of,
            tuple(self.links),
        )

    def judged(
        self,
        intent: Intent | None = None,
        project: Project | None = None,
        packs: tuple[str, ...] = DEFAULT_PACKS,
        posture: Posture = "strict",
        **more,
    ) -> Judgement:
        return judge(self.case(project, **more), intent or Intent(), loaded(packs), posture)


@cache
def loaded(names: tuple[str, ...]) -> tuple[Pack, ...]:
    """Packs compiled once for all cases."""
    return load_packs(names)


def fingers(judgement: Judgement, rule: str) -> list[str]:
    return [f.fingerprint for f in judgement.findings if f.rule == rule]


def scope(judgement: Judgement, name: str) -> str:
    return next(v.outcome for v in judgement.verdicts if v.scope == name)
