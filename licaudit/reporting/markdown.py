"""A short summary for a merge request or a terminal: verdicts, findings, duties, gaps."""

from __future__ import annotations

import re

from licaudit.facts import AuditResult, Finding, Judgement
from licaudit.i18n import name, say
from licaudit.reporting.index import Index, because, fixes, ordered
from licaudit.reporting.intent import sentence
from licaudit.reporting.issues import new_verdict
from licaudit.reporting.side import side_by_side
from licaudit.reporting.visible import visible

MARKS = {"pass": "✅", "review": "⚠️", "fail": "❌"}
MOST = 10  # findings shown; the rest are counted
MOST_PLACES = 5
_SPECIAL = re.compile(r"([\\`*_{}\[\]#|<>~&$]|:(?=//)|(?<=www)\.)", re.IGNORECASE)
_FENCE = re.compile(r"`+")


def write(result: AuditResult, lang: str = "en") -> bytes:
    """The bytes of a Markdown summary in one language."""
    index = Index(result)
    lines = [
        f"## {MARKS[result.verdict]} licaudit: {name('outcome', result.verdict, lang)}"
        f" · {quoted(result.target.input)}",
        "",
    ]
    if result.baseline:
        words = new_verdict(result, result.new_verdict, lang)
        lines += [f"**{MARKS[result.new_verdict]} {plain(words)}**", ""]
    lines += _side(result, lang)
    for judgement in result.judgements:
        lines += _judgement(index, judgement, lang)
    if not result.judgements:
        lines += [say("verdict.nothing", lang), ""]
    lines += _loose_ends(result, lang)
    if result.tool:
        engine = result.tool.engine
        words = say("foot.engine", lang, name=engine.name, version=engine.version)
        lines += [plain(words), ""]
    lines += [f"{say('foot.advice', lang)}"]
    return ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")


def quoted(text: str) -> str:
    """Words of the audited tree as a code span: no link, mention or markup comes alive in them."""
    line = " ".join(visible(text).split())
    longest = max((len(run) for run in _FENCE.findall(line)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {line} {fence}" if longest else f"{fence}{line}{fence}"


def plain(text: str) -> str:
    """Words on one line, with no meaning to Markdown, HTML or a forge."""
    line = _SPECIAL.sub(r"\\\1", " ".join(visible(text).split()))
    return line.replace("@", "@<!-- -->")  # or it would call a person


def ours(text: str) -> str:
    """Words of a rule: code spans stay, everything else is plain."""
    parts = " ".join(visible(text).split()).split("`")
    if len(parts) % 2 == 0 or "" in parts[1::2]:
        return plain(text)
    return "`".join(part if number % 2 else _kept(part) for number, part in enumerate(parts))


def _kept(part: str) -> str:
    """`plain`, with the spaces at its ends."""
    head, tail = " " * part.startswith(" "), " " * part.endswith(" ")
    return f"{head}{plain(part)}{tail}" if part.strip() else part


def _judgement(index: Index, judgement: Judgement, lang: str) -> list[str]:
    head = [say(f"summary.{key}", lang) for key in ("scope", "outcome", "because")]
    lines = [plain(sentence(judgement.intent, lang)) + say("stop", lang), ""]
    lines += [f"| {' | '.join(head)} |", "|---|---|---|"]
    for verdict in judgement.verdicts:
        reason = because(verdict)
        words = _cell(ours(reason.message.say(lang))) if reason else ""
        outcome = f"{MARKS[verdict.outcome]} {name('outcome', verdict.outcome, lang)}"
        scope = plain(name("verdict_scope", verdict.scope, lang))
        lines.append(f"| {scope} | {outcome} | {words} |")
    lines.append("")
    if fixes(judgement):
        lines += [f"### {say('todo.title', lang)}", ""]
    shown = [f for f in ordered(judgement.findings) if f.waiver is None]
    if index.result.baseline:
        shown.sort(key=lambda f: bool(f.known))  # what is new first
    for number, finding in enumerate(shown[:MOST], start=1):
        lines += _finding(index, finding, number, lang)
    if len(shown) > MOST:
        lines += ["", say("summary.more", lang, n=len(shown) - MOST)]
    lines += _debates(judgement, lang) + _declared(judgement, lang)
    waived = len(judgement.findings) - len(shown)
    if waived:
        lines += ["", say("summary.waived", lang, n=waived)]
    return [*lines, "", *_duties(index, judgement, lang), *_release(index, judgement, lang)]


def _side(result: AuditResult, lang: str) -> list[str]:
    """Several intents side by side: a row for each scope."""
    if len(result.judgements) < 2:
        return []
    numbers = range(1, len(result.judgements) + 1)
    heads = [say("side.scope", lang), *(say("side.intent", lang, n=n) for n in numbers)]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for scope, outcomes in side_by_side(result.judgements):
        words = plain(name("verdict_scope", scope, lang)) if scope else say("side.all", lang)
        marks = [f"{MARKS[o]} {name('outcome', o, lang)}" if o else "" for o in outcomes]
        lines.append(f"| {' | '.join((words, *marks))} |")
    return [*lines, ""]


def _release(index: Index, judgement: Judgement, lang: str) -> list[str]:
    """Which licenses a release may go out under, and what would have to be replaced."""
    lines: list[str] = []
    if judgement.release:
        lines += [f"### {say('release.title', lang)}", ""]
        for offer in judgement.release.outbound[:MOST]:
            asked = (
                f" ({say('release.asked', lang)})"
                if offer.license == judgement.release.asked
                else ""
            )
            against = ", ".join(quoted(index.name(a)) for a in offer.against[:MOST_PLACES])
            tail = f"{say('colon', lang)}{against}" if against else ""
            lines.append(f"- {MARKS[offer.outcome]} {quoted(offer.license)}{asked}{tail}")
        if judgement.release.replace and judgement.release.asked:
            named = ", ".join(quoted(index.name(a)) for a in judgement.release.replace)
            words = say("release.replace", lang, license=judgement.release.asked)
            lines += ["", f"{plain(words)} {named}"]
        lines.append("")
    if judgement.not_applied:
        listed = ", ".join(f"`{r.rule}`" for r in judgement.not_applied)
        title = say("not_applied.title", lang, n=len(judgement.not_applied))
        lines += [f"{title}{say('colon', lang)}{listed}", ""]
    return lines


def _cell(words: str) -> str:
    """Words for a table: a bar inside a code span would end the cell."""
    return re.sub(r"(?<!\\)\|", r"\\|", words)


def _finding(index: Index, finding: Finding, number: int, lang: str) -> list[str]:
    places = [
        f"{quoted(index.name(claim.artifact))} {quoted(claim.location.label())}"
        for claim in (index.claims.get(i) for i in finding.evidence[:MOST_PLACES])
        if claim
    ]
    path = " → ".join(quoted(index.name(step)) for step in finding.path)
    severity = name("severity", finding.severity, lang)
    old = index.result.baseline is not None and finding.known
    known = say("comma", lang) + say("summary.known", lang) if old else ""
    lines = [
        f"{number}. {MARKS[finding.outcome]} **{ours(finding.message.say(lang))}** "
        f"({severity}, `{finding.rule}`{known})",
        f"   - {say('summary.fix', lang)} {ours(finding.fix.say(lang))}",
    ]
    if path:
        lines.append(f"   - {path}")
    if places:
        label = say("findings.evidence", lang) + say("colon", lang)
        lines.append(f"   - {label}{'; '.join(places)}")
    return lines


def _debates(judgement: Judgement, lang: str) -> list[str]:
    """Both sides of each debated question that comes up."""
    lines: list[str] = []
    for debate in judgement.debates or ():
        lines += ["", f"**{plain(say('debate.title', lang))}** {quoted(debate.question)}"]
        for held in debate.held:
            side = say("debate.travels" if held.answer == "travels" else "debate.stays", lang)
            who = plain(say("debate.holds", lang, who=held.who))
            lines.append(f"- {plain(side)}{say('colon', lang)}{plain(held.says.say(lang))} {who}")
    return lines


def _declared(judgement: Judgement, lang: str) -> list[str]:
    """What the user declared and what became of it."""
    if not judgement.declared:
        return []
    lines = ["", f"### {say('declared.title', lang)}", ""]
    for item in judgement.declared:
        state = name("declared_state", item.state, lang)
        kind = name("declared_kind", item.kind, lang)
        lines.append(f"- {kind} {quoted(item.name)} ({state}): {plain(item.why.say(lang))}")
    return lines


def _duties(index: Index, judgement: Judgement, lang: str) -> list[str]:
    owed = [o for o in judgement.obligations if o.status != "not_triggered"]
    if not owed:
        return []
    order = ("missing", "manual", "met")
    lines = [f"### {say('obligations.title', lang)}", ""]
    for duty in sorted(owed, key=lambda o: order.index(o.status)):
        box = "x" if duty.status == "met" else " "
        lines.append(
            f"- [{box}] {ours(duty.message.say(lang))} "
            f"({name('duty_status', duty.status, lang)}; {quoted(duty.license)} § "
            f"{plain(duty.clause)}; {quoted(index.name(duty.artifact))})"
        )
    return [*lines, ""]


def _loose_ends(result: AuditResult, lang: str) -> list[str]:
    lines = []
    blocking = sum(gap.blocks for gap in result.gaps)
    if blocking:
        lines.append(f"- {say('summary.gaps', lang, n=blocking)}")
    idle = len(result.waivers.expired) + len(result.waivers.unused)
    if idle:
        lines.append(f"- {say('summary.waivers', lang, n=idle)}")
    return [*lines, ""] if lines else []
