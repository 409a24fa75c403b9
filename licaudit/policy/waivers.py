"""Waivers: a finding somebody accepted until a day. Nothing is hidden, nothing expired counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from licaudit.facts import Finding, Waiver, WaiverReport
from licaudit.policy.dates import live


def apply_waivers(
    findings: tuple[Finding, ...], waivers: tuple[Waiver, ...], as_of: date
) -> tuple[Finding, ...]:
    """Findings with `waiver` set to who accepted them, where a live waiver matches exactly."""
    alive = [w for w in waivers if live(w.expires, as_of)]
    return tuple(
        replace(f, waiver=f"{w.approver}: {w.reason} (until {w.expires})")
        if (w := next((w for w in alive if _matches(w, f)), None))
        else f
        for f in findings
    )


def report(findings: Iterable[Finding], waivers: tuple[Waiver, ...], as_of: date) -> WaiverReport:
    """Which waivers are too old, which match nothing, which did their work."""
    found = list(findings)
    expired = tuple(w for w in waivers if not live(w.expires, as_of))
    used = tuple(w for w in waivers if w not in expired and any(_matches(w, f) for f in found))
    unused = tuple(w for w in waivers if w not in expired and w not in used)
    return WaiverReport(expired, unused, used)


def _matches(waiver: Waiver, finding: Finding) -> bool:
    return (
        waiver.rule == finding.rule
        and waiver.artifact == finding.artifact
        and waiver.fingerprint == finding.fingerprint
    )
