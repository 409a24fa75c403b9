"""SARIF 2.1.0 as GitHub code scanning reads it; other readers get nothing less.

What GitHub ignores is not relied on: help stands in `help.markdown` (never `helpUri`), waived
findings are no results (GitHub shows suppressed ones as open alerts) but stand under the run's
`properties`, and severity is `problem.severity` (a license is no vulnerability: `security-severity`
would file it among those). What stands upstream is anchored at the line of this repository that
names it, with the way there as a code flow.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from licaudit.facts import AuditResult, Finding
from licaudit.i18n import name, say
from licaudit.reporting.index import Index
from licaudit.reporting.issues import Issue, details, headline, in_force, issues, line
from licaudit.reporting.places import Place, Places, place_of
from licaudit.reporting.sarif_rules import LEVELS, MORE, descriptors, rule_id

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# GitHub shows the first 5,000 results of a run, 100 locations of a result, 1,024 characters of a
# description; past 25,000 results it takes nothing at all.
MOST_RESULTS = 5000
MOST_PLACES = 20
MOST_STEPS = 100
MOST_NOTES = 200


LANGUAGES = {"en": "en-US", "zh": "zh-CN"}


def write(result: AuditResult, lang: str = "en") -> bytes:
    """The bytes of a SARIF log in one language."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(result, lang)]}
    return json.dumps(log, ensure_ascii=True, indent=1).encode("ascii") + b"\n"


def _run(result: AuditResult, lang: str) -> dict[str, Any]:
    index = Index(result)
    places = Places(index)
    live = in_force(result)
    shown, rest = live, live[:0]
    if len(live) > MOST_RESULTS:
        shown, rest = live[: MOST_RESULTS - 1], live[MOST_RESULTS - 1 :]
    rules = descriptors(result, shown, rest, lang)
    number = {rule["id"]: position for position, rule in enumerate(rules)}
    results = [_result(index, places, issue, number[rule_id(issue)], lang) for issue in shown]
    if rest:
        results.append(_more(places, rest, number[MORE], lang))
    waived = [i.finding for i in issues(result) if i.finding.waiver is not None]
    return {
        "tool": {"driver": _driver(result, rules)},
        "automationDetails": {"id": "licaudit/"},
        "language": LANGUAGES[lang],
        "originalUriBaseIds": {
            "%SRCROOT%": {"description": {"text": "The root of the repository."}}
        },
        "invocations": [_invocation(result, index, places, lang)],
        "results": results,
        "properties": {
            "verdict": result.verdict,
            **({"newVerdict": result.new_verdict} if result.baseline else {}),
            "target": line(result.target.input),
            "revision": line(result.target.revision),
            "asOf": result.as_of,
            "waived": [_waived(f) for f in waived[:MOST_RESULTS]],
        },
    }


def _driver(result: AuditResult, rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": "licaudit",
        "version": line(result.licaudit_version) or "0",
        "rules": rules,
        "notifications": [
            {"id": "gap", "shortDescription": {"text": "Something that could not be read."}},
            {"id": "waiver", "shortDescription": {"text": "A waiver that waives nothing."}},
        ],
    }


def _result(index: Index, places: Places, issue: Issue, rule: int, lang: str) -> dict[str, Any]:
    finding = issue.finding
    related = _related(index, places, issue)
    text = [escaped(headline(finding, lang))]
    text += [escaped(words) for words in details(index, issue, lang)]
    if related:
        links = (f"[{escaped(p.label())}]({n})" for n, p in enumerate(related, start=1))
        text.append(" ".join(links))
    found: dict[str, Any] = {
        "ruleId": rule_id(issue),
        "ruleIndex": rule,
        # No `kind`: SARIF allows a level with `fail`, the default, alone.
        "level": LEVELS[finding.outcome],
        "message": {"text": "\n".join(text)},
        "locations": [_location(issue.place)],
        "partialFingerprints": _fingerprints(finding.fingerprint),
        "properties": _properties(issue),
    }
    if finding.known is not None:
        found["baselineState"] = "unchanged" if finding.known else "new"
    if related:
        found["relatedLocations"] = [
            {"id": n, **_location(place)} for n, place in enumerate(related, start=1)
        ]
    if len(finding.path) > 1:
        found["codeFlows"] = [_flow(index, places, finding, lang)]
    return found


def _fingerprints(fingerprint: str) -> dict[str, str]:
    # GitHub knows an alert again by its rule, file and `primaryLocationLineHash` alone. Left to
    # itself it hashes the line, and two datasets named in one line would be one alert.
    value = line(fingerprint, 200) or "0"
    return {"primaryLocationLineHash": f"{value}:1", "licaudit/v1": value}


def _properties(issue: Issue) -> dict[str, Any]:
    finding = issue.finding
    values = {
        "outcome": finding.outcome,
        "severity": finding.severity,
        "artifact": line(finding.artifact),
        "scope": line(finding.scope or "") or None,
        "license": line(finding.license or "") or None,
        "debated": line(finding.debated or "") or None,
        "intents": list(issue.intents),
    }
    return {key: value for key, value in values.items() if value is not None}


def _related(index: Index, places: Places, issue: Issue) -> list[Place]:
    """The other lines of this repository that the finding rests on."""
    claims = [index.claims[i] for i in issue.finding.evidence if i in index.claims]
    found = dict.fromkeys(p for p in (places.of_claim(c) for c in claims) if p)
    return [place for place in found if place != issue.place][:MOST_PLACES]


def _flow(index: Index, places: Places, finding: Finding, lang: str) -> dict[str, Any]:
    """The way from the root to the culprit, each step at the line that names it."""
    steps = []
    before = ""
    for number, step in enumerate(index.steps(finding.path[:MOST_STEPS])):
        relation = ", ".join(name("relation", r, lang) for r in step.relations)
        words = line(index.name(step.artifact))
        if before:
            words = say(
                "ci.named",
                lang,
                source=before,
                relation=relation or name("relation", "unknown", lang),
                target=words,
            )
        before = line(index.name(step.artifact))
        place = places.named(step.artifact, finding.path[: number + 1])
        message = {"message": {"text": escaped(words) or "-"}}
        steps.append({"location": {**_location(place), **message}})
    return {"threadFlows": [{"locations": steps}]}


def _more(places: Places, rest: list[Issue], rule: int, lang: str) -> dict[str, Any]:
    return {
        "ruleId": MORE,
        "ruleIndex": rule,
        "level": LEVELS[rest[0].finding.outcome],
        "message": {"text": say("ci.more", lang, n=len(rest))},
        "locations": [_location(places.fallback)],
        "partialFingerprints": _fingerprints(MORE),
    }


def _location(place: Place) -> dict[str, Any]:
    region = {"startLine": place.line}
    if place.end_line:
        region["endLine"] = place.end_line
    where = {"uri": place.uri, "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": where, "region": region}}


def _waived(finding: Finding) -> dict[str, str]:
    return {
        "rule": line(finding.rule),
        "artifact": line(finding.artifact),
        "fingerprint": line(finding.fingerprint),
        "waiver": line(finding.waiver or ""),
    }


def _invocation(result: AuditResult, index: Index, places: Places, lang: str) -> dict[str, Any]:
    return {
        "executionSuccessful": True,
        "toolExecutionNotifications": list(_gaps(result, index, places, lang)),
        "toolConfigurationNotifications": list(_idle(result, lang)),
    }


def _gaps(result: AuditResult, index: Index, places: Places, lang: str) -> Iterable[dict[str, Any]]:
    for gap in sorted(result.gaps, key=lambda g: not g.blocks)[:MOST_NOTES]:
        words = say(
            "ci.gap",
            lang,
            name=index.name(gap.artifact),
            reason=name("gap", gap.reason, lang),
            detail=gap.detail,
        )
        note: dict[str, Any] = {
            "descriptor": {"id": "gap"},
            "level": "warning" if gap.blocks else "note",
            "message": {"text": escaped(line(words))},
        }
        place = place_of(gap.location, places.prefix) if gap.artifact in places.home else None
        if place:
            note["locations"] = [_location(place)]
        yield note


def _idle(result: AuditResult, lang: str) -> Iterable[dict[str, Any]]:
    listed = [("ci.expired", w) for w in result.waivers.expired]
    listed += [("ci.unused", w) for w in result.waivers.unused]
    for key, waiver in listed[:MOST_NOTES]:
        words = say(key, lang, rule=waiver.rule, artifact=waiver.artifact, day=waiver.expires)
        yield {
            "descriptor": {"id": "waiver"},
            "level": "warning",
            "message": {"text": escaped(line(words))},
        }


def escaped(text: str) -> str:
    """Words in which SARIF sees neither a link nor a placeholder."""
    for sign in "\\[]":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("{", "{{").replace("}", "}}")
