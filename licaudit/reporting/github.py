"""GitHub's workflow commands: printed by a step, they stand beside the lines of a merge request.

A step shows ten errors, ten warnings and ten notices and drops the rest without a word, so the
worst come first and the last notice counts what is left out. What a baseline knew is a notice.
"""

from __future__ import annotations

from licaudit.facts import AuditResult, Outcome
from licaudit.i18n import name, say
from licaudit.reporting.index import Index
from licaudit.reporting.issues import Issue, details, headline, in_force, line, new_verdict
from licaudit.reporting.places import Places
from licaudit.reporting.visible import visible

COMMANDS: dict[Outcome, str] = {"fail": "error", "review": "warning", "pass": "notice"}
MOST = 10
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def write(result: AuditResult, lang: str = "en") -> bytes:
    """The bytes of the commands, one a line, in one language."""
    index = Index(result)
    room = {"error": MOST, "warning": MOST, "notice": MOST - 2}
    lines = []
    left = 0
    for issue in in_force(result):
        command = "notice" if issue.finding.known else COMMANDS[issue.finding.outcome]
        if room[command] > 0:
            room[command] -= 1
            lines.append(_annotation(index, issue, command, lang))
        else:
            left += 1
    lines += _closing(result, Places(index), left, lang)
    return ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")


def _annotation(index: Index, issue: Issue, command: str, lang: str) -> str:
    place = issue.place
    values = {"file": place.path, "line": str(place.line)}
    outcome = name("outcome", issue.finding.outcome, lang)
    values["title"] = f"licaudit {outcome}: {line(issue.finding.rule, 200)}"
    text = "\n".join([headline(issue.finding, lang), *details(index, issue, lang)])
    return f"::{command} {_joined(values)}::{_escaped(text, _DATA)}"


def _closing(result: AuditResult, places: Places, left: int, lang: str) -> list[str]:
    """What is left out, and what could not be read; a clean result says its verdict."""
    where = {"file": places.fallback.path, "line": "1", "title": "licaudit"}
    verdict = say("ci.overall", lang, outcome=name("outcome", result.verdict, lang))
    said = [verdict]
    if result.baseline:
        said.append(new_verdict(result, result.new_verdict, lang))
    blocking = sum(gap.blocks for gap in result.gaps)
    if blocking:
        said.append(say("ci.blocking", lang, n=blocking))
    if left:
        said.append(say("ci.more", lang, n=left))
    return [f"::notice {_joined(where)}::{_escaped(chr(10).join(said), _DATA)}"]


def _joined(values: dict[str, str]) -> str:
    return ",".join(f"{key}={_escaped(value, _PROPERTY)}" for key, value in values.items())


def _escaped(text: str, table: dict[str, str]) -> str:
    return "".join(table.get(sign, sign) for sign in visible(text))
