"""The sample with something changed: hostile names, other findings, other targets."""

from __future__ import annotations

import dataclasses
from typing import Any

from licaudit.facts import AuditResult, Finding, Location, TargetFact, Text

from .sample import sample

EVIL = 'a"b\n::error::<script>alert(1)</script>]]>&\u202egpj.exe\r\n%0A{0} [x](1) ```%%{init}%%'


def with_judgement(**changes: Any) -> AuditResult:
    """The sample with its only judgement changed."""
    result = sample()
    (judged,) = result.judgements
    return dataclasses.replace(result, judgements=(dataclasses.replace(judged, **changes),))


def with_findings(*findings: Finding) -> AuditResult:
    """The sample with other findings."""
    return with_judgement(findings=findings)


def many(count: int) -> AuditResult:
    """The sample with many findings, every third of them a fail."""
    (first, *_), review = sample().judgements[0].findings, sample().judgements[0].findings[4]
    return with_findings(
        *(
            dataclasses.replace(review if n % 3 else first, fingerprint=f"{n:016x}")
            for n in range(count)
        )
    )


def hostile() -> AuditResult:
    """The sample with every name, message and path a tree can choose turned against us."""
    result = sample()
    (judged,) = result.judgements
    findings = tuple(
        dataclasses.replace(f, message=Text(EVIL), fix=Text(EVIL), clauses=(EVIL,))
        for f in judged.findings
    )
    claims = tuple(
        dataclasses.replace(c, written=EVIL, location=Location(EVIL, 3)) for c in result.claims
    )
    return dataclasses.replace(
        result,
        target=TargetFact(EVIL, "local", EVIL),
        artifacts=tuple(
            dataclasses.replace(a, name=EVIL, revision=EVIL, holders=(EVIL,))
            for a in result.artifacts
        ),
        claims=claims,
        gaps=tuple(dataclasses.replace(g, detail=EVIL) for g in result.gaps),
        judgements=(dataclasses.replace(judged, findings=findings),),
    )


def at(target: str, kind: str = "local") -> AuditResult:
    """The sample as found under another target."""
    return dataclasses.replace(sample(), target=TargetFact(target, kind, "r"))
