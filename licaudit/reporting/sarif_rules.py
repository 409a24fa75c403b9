"""The rules of a SARIF log: one descriptor for each that fired, with what to do about it."""

from __future__ import annotations

import re
from typing import Any

from licaudit.facts import AuditResult, Finding, Fired, Outcome, Text
from licaudit.i18n import say
from licaudit.reporting.issues import VERDICT, Issue, line
from licaudit.reporting.markdown import ours

SHORT = 1000
LEVELS: dict[Outcome, str] = {"fail": "error", "review": "warning", "pass": "note"}
PROBLEMS: dict[Outcome, str] = {"fail": "error", "review": "warning", "pass": "recommendation"}
MORE = "more-issues"
_PLACEHOLDER = re.compile(r"\{\w+\}")


def rule_id(issue: Issue) -> str:
    """The rule behind an issue; one of its own for a verdict that no rule speaks of."""
    return line(issue.finding.rule, 200) or VERDICT


def descriptors(
    result: AuditResult, shown: list[Issue], rest: list[Issue], lang: str
) -> list[dict[str, Any]]:
    """One descriptor per rule that fired; the result knows no others."""
    groups: dict[str, list[Finding]] = {}
    for issue in shown:
        groups.setdefault(rule_id(issue), []).append(issue.finding)
    files = {line(f.rule, 200): f for f in result.fired}
    rules = [_rule(rule, found, files.get(rule), lang) for rule, found in sorted(groups.items())]
    if rest and MORE not in groups:
        words = {"text": say("ci.more", lang, n=len(rest))}
        rules.append({"id": MORE, "shortDescription": words, "help": words})
    return rules


def _rule(rule: str, found: list[Finding], file: Fired | None, lang: str) -> dict[str, Any]:
    worst = found[0].outcome  # issues come the most serious first
    packs = list(dict.fromkeys(line(f.pack, 100) for f in found))
    title = rule.replace("-", " ").replace("_", " ")
    full = (
        say("ci.verdict_rule", lang)
        if rule == VERDICT
        else say("ci.rule", lang, rule=rule, pack=", ".join(packs))
    )
    why = _open(file.why, lang) if file else ""
    fixes = list(dict.fromkeys(f.fix.say(lang) for f in found if f.fix.say(lang)))[:5]
    return {
        "id": rule,
        "shortDescription": {"text": (title[:1].upper() + title[1:])[:SHORT]},
        "fullDescription": {"text": (why or full)[:SHORT]},
        "help": _help(why, full, [line(f) for f in fixes], file, lang),
        "defaultConfiguration": {"level": LEVELS[worst]},
        "properties": {
            "tags": ["license", *packs[:8]],
            "precision": "high",
            "problem.severity": PROBLEMS[worst],
        },
    }


def _help(why: str, full: str, fixes: list[str], file: Fired | None, lang: str) -> dict[str, str]:
    """Why the rule is there, what to do, and where to read on: the words of its file."""
    said = [words for words in (why, full) if words]
    text, markdown = list(said), [ours(words) for words in said]
    references = [line(r) for r in file.references] if file else []
    todo = fixes or ([_open(file.fix, lang)] if file else [])
    for head, items in ((say("ci.todo", lang), todo), (say("ci.read", lang), references)):
        if items:
            text += ["", head, *(f"- {item}" for item in items)]
            markdown += ["", f"**{head}**", "", *(f"- {ours(item)}" for item in items)]
    return {"text": "\n".join(text), "markdown": "\n".join(markdown)}


def _open(words: Text, lang: str) -> str:
    """A rule's words with what each finding fills in left open."""
    return line(_PLACEHOLDER.sub("…", words.say(lang)))
