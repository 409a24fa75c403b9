"""An audit of a folder for commercial use, asked what it found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from licaudit.audit import Request, run_audit
from licaudit.facts import AuditResult, Intent
from licaudit.policy.project import Project

DAY = date(2026, 10, 9)
NC = "CC-BY-NC-4.0"
Text = Callable[[str], str]


@dataclass(frozen=True)
class Audited:
    """An audit for commercial use, asked what it found."""

    result: AuditResult

    @property
    def verdict(self) -> str:
        return self.result.verdict

    def outcomes(self) -> dict[str, str]:
        """The verdict of each part."""
        return {v.scope: v.outcome for v in self.result.judgements[0].verdicts}

    def expression(self, scope: str = "weights") -> str | None:
        (found,) = [v for v in self.result.judgements[0].verdicts if v.scope == scope]
        return found.expression

    def blocking(self) -> set[str]:
        return {g.reason for g in self.result.gaps if g.blocks}

    def evidence(self, outcome: str) -> set[str]:
        """Where the words stand on which findings of an outcome rest."""
        places = {c.id: c.location.label() for c in self.result.claims}
        findings = [f for f in self.result.judgements[0].findings if f.outcome == outcome]
        return {places[i] for f in findings for i in f.evidence if i in places}


Audit = Callable[..., Audited]


def judge(folder: Path) -> Audited:
    """A folder, audited for commercial use."""
    return Audited(run_audit(Request(str(folder), (Intent(),), Project(), as_of=DAY)))
