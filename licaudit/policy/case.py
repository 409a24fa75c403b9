"""All facts of one audit that judging reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from licaudit.facts import Artifact, Claim, Gap, LicenseAnswer, Link, Posture, Probe
from licaudit.licenses.conflicts import Conflict
from licaudit.policy.expressions import TermsOf
from licaudit.policy.project import Project
from licaudit.provenance.graph import Reach


@dataclass(frozen=True)
class Case:
    """All facts of one audit that judging reads; the same for every intent."""

    root: str
    artifacts: Mapping[str, Artifact]
    answers: tuple[LicenseAnswer, ...]
    claims: Mapping[str, Claim]
    open_claims: frozenset[str]
    conflicts: tuple[Conflict, ...]
    gaps: tuple[Gap, ...]
    probes: tuple[Probe, ...]
    reaches: tuple[Reach, ...]
    terms_of: TermsOf
    project: Project
    as_of: date
    links: tuple[Link, ...] = ()
    posture: Posture = "strict"  # what `reaches` were walked with, and silence is judged by
    depth: int | None = None  # the most links a way may have
