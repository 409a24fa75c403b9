"""An AuditResult looked up by id and put in reading order; shared by the reports for people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from licaudit.facts import (
    OUTCOMES,
    Artifact,
    AuditResult,
    Claim,
    Copyright,
    Finding,
    Judgement,
    License,
    LicenseAnswer,
    Outcome,
    Reason,
    Relation,
    ScopeVerdict,
    Severity,
    Text,
    worst,
)
from licaudit.reporting.answers import answers_by_artifact, ids_in, main_answer

SEVERITIES: tuple[Severity, ...] = Severity.__args__  # type: ignore[attr-defined]
CULPRIT_KINDS = ("model", "weights", "dataset", "service", "document", "code", "package")


@dataclass(frozen=True, slots=True)
class Step:
    """One artifact of a path, and how the one before it came from it."""

    artifact: str
    relations: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class Fix:
    """One thing to do, and every finding it settles; `number` is its place in the list."""

    number: int
    text: Text
    outcome: Outcome
    severity: Severity
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Index:
    """Lookups into one result."""

    result: AuditResult

    @cached_property
    def copyrights(self) -> dict[str, list[Copyright]]:
        """The copyright statements read for each artifact, each once, in their order."""
        table: dict[str, dict[str, Copyright]] = {}
        for item in self.result.copyrights:
            table.setdefault(item.artifact, {}).setdefault(item.statement, item)
        return {name: list(items.values()) for name, items in table.items()}

    @cached_property
    def artifacts(self) -> dict[str, Artifact]:
        """Artifacts by id."""
        return {a.id: a for a in self.result.artifacts}

    @cached_property
    def claims(self) -> dict[str, Claim]:
        """Claims by id."""
        return {c.id: c for c in self.result.claims}

    @cached_property
    def licenses(self) -> dict[str, License]:
        """Licenses by id."""
        return {license.id: license for license in self.result.licenses}

    @cached_property
    def answers(self) -> dict[str, list[LicenseAnswer]]:
        """Answers by artifact."""
        return answers_by_artifact(self.result)

    @cached_property
    def relations(self) -> dict[tuple[str, str], tuple[Relation, ...]]:
        """How the first of a pair came from the second."""
        table: dict[tuple[str, str], tuple[Relation, ...]] = {}
        for link in self.result.links:
            known = table.get((link.source, link.target), ())
            if link.relation not in known:
                table[link.source, link.target] = (*known, link.relation)
        return table

    @cached_property
    def root(self) -> str | None:
        """The artifact that was audited: where paths begin, else the first that nothing uses."""
        starts = Counter(f.path[0] for j in self.result.judgements for f in j.findings if f.path)
        known = [(count, start) for start, count in starts.items() if start in self.artifacts]
        if known:
            return min(known, key=lambda pair: (-pair[0], pair[1]))[1]
        used = {link.target for link in self.result.links}
        free = [a.id for a in self.result.artifacts if a.id not in used]
        return next(iter(free or self.artifacts), None)

    @cached_property
    def outcomes(self) -> dict[str, Outcome]:
        """The worst unwaived finding about each artifact, or that each is the culprit of."""
        found: dict[str, list[Outcome]] = {}
        for judgement in self.result.judgements:
            for finding in judgement.findings:
                if finding.waiver is None:
                    for name in {finding.artifact, *finding.path[-1:]}:
                        found.setdefault(name, []).append(finding.outcome)
        return {name: worst(outcomes) for name, outcomes in found.items()}

    def name(self, artifact: str) -> str:
        """The name of an artifact, or its id when the result does not hold it."""
        known = self.artifacts.get(artifact)
        return known.name if known else artifact

    def main(self, artifact: Artifact) -> LicenseAnswer | None:
        """The answer the artifact is shown with."""
        return main_answer(artifact, self.answers.get(artifact.id, ()))

    def steps(self, path: tuple[str, ...]) -> tuple[Step, ...]:
        """A path with the relations between its artifacts."""
        pairs = zip((None, *path), path, strict=False)
        return tuple(Step(b, self.relations.get((a, b), ()) if a else ()) for a, b in pairs)

    def users_of(self, license_id: str) -> tuple[Artifact, ...]:
        """The artifacts that any answer puts under this license."""
        under = {a.artifact for a in self.result.answers if license_id in ids_in(a.expression)}
        return tuple(a for a in self.result.artifacts if a.id in under)

    def words_of(self, license_id: str | None, clauses: tuple[str, ...]) -> tuple[Text, ...]:
        """Our paraphrases of the named clauses, for a finding."""
        license = self.licenses.get(license_id or "")
        if license is None:
            return ()
        found = [g.note for g in license.grants if g.clause in clauses and g.note]
        found += [c.summary for c in license.conditions if c.clause in clauses]
        return tuple(dict.fromkeys(found))


def because(verdict: ScopeVerdict) -> Reason | None:
    """The reason that decided a verdict: the first of its own outcome."""
    same = [r for r in verdict.because if r.outcome == verdict.outcome]
    return next(iter(same or verdict.because), None)


def weight(finding: Finding) -> tuple[bool, int, int]:
    """Sorts findings: those in force first, then by outcome and severity."""
    return (
        finding.waiver is not None,
        -OUTCOMES.index(finding.outcome),
        -SEVERITIES.index(finding.severity),
    )


def ordered(findings: tuple[Finding, ...]) -> list[Finding]:
    """Findings, the most serious first; waived ones last."""
    return sorted(findings, key=lambda f: (*weight(f), f.rule, f.artifact, f.fingerprint))


def fixes(judgement: Judgement) -> list[Fix]:
    """What to do, most severe first: findings with the same fix are one item."""
    groups: dict[tuple[str, Text], list[Finding]] = {}
    for finding in ordered(judgement.findings):
        if finding.waiver is None:
            groups.setdefault((finding.rule, finding.fix), []).append(finding)
    return [
        Fix(number, fix, found[0].outcome, found[0].severity, tuple(found))
        for number, ((_, fix), found) in enumerate(groups.items(), start=1)
    ]
