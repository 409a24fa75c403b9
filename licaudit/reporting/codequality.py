"""GitLab's code quality report: a JSON list that a merge request compares with its target branch.

GitLab shows it and never gates on it. Waived findings stay out: there is no field for them.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from licaudit.facts import AuditResult, Severity
from licaudit.i18n import say
from licaudit.reporting.index import Index
from licaudit.reporting.issues import Issue, headline, in_force, known_since, line
from licaudit.reporting.visible import visible

SEVERITIES: dict[Severity, str] = {
    "info": "info",
    "low": "minor",
    "medium": "major",
    "high": "critical",
    "critical": "blocker",
}
LIMIT = 1000  # characters of a description: it is shown in one row


def write(result: AuditResult, lang: str = "en") -> bytes:
    """The bytes of a code quality report in one language."""
    index = Index(result)
    listed = [_entry(index, issue, lang) for issue in in_force(result)]
    return json.dumps(listed, ensure_ascii=True, indent=1).encode("ascii") + b"\n"


def _entry(index: Index, issue: Issue, lang: str) -> dict[str, Any]:
    finding = issue.finding
    culprit = finding.path[-1] if finding.path else finding.artifact
    named = line(index.name(culprit), 100)
    text = headline(finding, lang)
    if named and named not in text:
        text = f"{named}{say('colon', lang)}{text}"
    if finding.known:
        text = f"({known_since(index.result, lang)}) {text}"
    return {
        "description": line(text, LIMIT),
        "check_name": line(finding.rule, 200) or "-",
        "fingerprint": _fingerprint(issue),
        "severity": SEVERITIES[finding.severity],
        "location": {"path": visible(issue.place.path), "lines": {"begin": issue.place.line}},
    }


def _fingerprint(issue: Issue) -> str:
    """GitLab knows an entry by this alone, so what tells findings apart goes into it."""
    finding = issue.finding
    parts = (finding.rule, finding.artifact, finding.scope or "", finding.fingerprint)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]
