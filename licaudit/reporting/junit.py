"""JUnit XML: a suite per pack and one for the verdicts, a case per rule and artifact.

`fail` is a failure; `review` is an error, the word JUnit has for a test that could not be decided:
both are red in GitLab and Jenkins, and GitLab counts them apart. (Skipped would look green.) A
waived finding is skipped, with its waiver as the message, and so is one that a baseline knew; the
case of the whole then goes by what is new. The suite of verdicts is always there, so
that a clean audit has passed tests instead of none.
"""

from __future__ import annotations

from collections import Counter
from typing import Literal
from xml.etree import ElementTree as xml

from licaudit.facts import AuditResult, Outcome, Reason
from licaudit.i18n import name, say
from licaudit.reporting.index import Index, because
from licaudit.reporting.issues import VERDICT, Issue, details, headline, issues, known_since, line

Tag = Literal["failure", "error", "skipped"]
TAGS: dict[Outcome, Tag] = {"fail": "failure", "review": "error"}
COUNTS: tuple[tuple[str, Tag], ...] = (
    ("failures", "failure"),
    ("errors", "error"),
    ("skipped", "skipped"),
)


def write(result: AuditResult, lang: str = "en") -> bytes:
    """The bytes of a JUnit file in one language."""
    index = Index(result)
    root = xml.Element("testsuites", {"name": "licaudit", "time": "0"})
    root.append(_verdicts(result, lang))
    groups: dict[str, list[Issue]] = {}
    for issue in issues(result):
        # The suite of verdicts says already what stands behind no rule.
        if issue.finding.rule != VERDICT:
            groups.setdefault(line(issue.finding.pack, 200) or "-", []).append(issue)
    for pack, found in sorted(groups.items()):
        root.append(_suite(index, result, pack, found, lang))
    for key, tag in COUNTS:
        root.set(key, str(sum(1 for _ in root.iter(tag))))
    root.set("tests", str(sum(1 for _ in root.iter("testcase"))))
    xml.indent(root)
    body: bytes = xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def _suite(
    index: Index, result: AuditResult, pack: str, found: list[Issue], lang: str
) -> xml.Element:
    suite = xml.Element("testsuite", {"name": pack})
    names: Counter[str] = Counter()
    for issue in found:
        finding = issue.finding
        title = say("ci.case", lang, rule=finding.rule, name=index.name(finding.artifact))
        if finding.scope:
            title += f" ({name('scope', finding.scope, lang)})"
        title = line(title, 300)
        names[title] += 1
        if names[title] > 1:  # GitLab keeps one of two cases with the same name
            title += f" [{names[title]}]"
        case = _case(suite, f"licaudit.{pack}", title)
        case.set("file", line(issue.place.path, 1000))
        case.set("line", str(issue.place.line))
        text = "\n".join([line(issue.place.label()), *details(index, issue, lang)])
        head = headline(finding, lang)
        if finding.waiver is not None:
            _mark(case, "skipped", "waived", line(finding.waiver), f"{head}\n{text}")
        elif finding.known and finding.outcome in TAGS:
            _mark(case, "skipped", "known", known_since(result, lang), f"{head}\n{text}")
        elif finding.outcome in TAGS:
            _mark(case, TAGS[finding.outcome], finding.outcome, head, text)
    return _counted(suite)


def _verdicts(result: AuditResult, lang: str) -> xml.Element:
    """A case for the whole of every intent, and one for each scope: never an empty file."""
    suite = xml.Element("testsuite", {"name": VERDICT})
    several = len(result.judgements) > 1
    if not result.judgements:
        case = _case(suite, f"licaudit.{VERDICT}", say("ci.whole", lang))
        _mark(case, "error", "review", say("verdict.nothing", lang), "")
    for number, judgement in enumerate(result.judgements, start=1):
        use = name("intent.use", judgement.intent.use, lang)
        new = judgement.new_verdict if result.baseline else None
        reasons: dict[str, tuple[Outcome, Reason | None]] = {
            say("ci.whole", lang): (new or judgement.verdict, None)
        }
        for verdict in judgement.verdicts:
            words = line(name("verdict_scope", verdict.scope, lang), 300)
            reasons[words] = (verdict.outcome, because(verdict))
        for words, (outcome, reason) in reasons.items():
            title = say("ci.suite", lang, pack=words, n=number, use=use) if several else words
            case = _case(suite, f"licaudit.{VERDICT}", title)
            if outcome in TAGS and new == "pass":
                _mark(case, "skipped", "known", known_since(result, lang), "")
            elif outcome in TAGS:
                said = line(reason.message.say(lang)) if reason else ""
                said = said or say("ci.overall", lang, outcome=name("outcome", outcome, lang))
                _mark(case, TAGS[outcome], outcome, said, "")
    blocking = sum(gap.blocks for gap in result.gaps)
    if blocking:
        xml.SubElement(suite, "system-out").text = say("ci.blocking", lang, n=blocking)
    return _counted(suite)


def _case(suite: xml.Element, group: str, title: str) -> xml.Element:
    return xml.SubElement(suite, "testcase", {"classname": group, "name": title, "time": "0"})


def _mark(case: xml.Element, tag: Tag, kind: str, message: str, text: str) -> None:
    mark = xml.SubElement(case, tag, {"message": message, "type": kind})
    if text:
        mark.text = text


def _counted(suite: xml.Element) -> xml.Element:
    suite.set("tests", str(sum(1 for _ in suite.iter("testcase"))))
    for key, tag in COUNTS:
        suite.set(key, str(sum(1 for _ in suite.iter(tag))))
    suite.set("time", "0")
    return suite
