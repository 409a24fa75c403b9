"""An AuditResult on a terminal: the verdict, what to do about it, and where the report is."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from licaudit.cli.intents_screen import show_not_applied, show_side
from licaudit.i18n import name, say
from licaudit.reporting.index import Index, because, ordered
from licaudit.reporting.intent import sentence
from licaudit.reporting.visible import visible

if TYPE_CHECKING:
    from licaudit.facts import AuditResult, Finding, Judgement, Outcome, ScopeVerdict
    from licaudit.policy.project import Project

MOST, PLACES, WRITTEN = 12, 3, 110  # findings, places of one finding, characters of a place
WIDEST = 110  # lines longer than this tire the eye, however wide the terminal
STYLE: dict[Outcome, str] = {"pass": "green", "review": "yellow", "fail": "red"}
GROUPS: tuple[tuple[Outcome, str], ...] = (("fail", "screen.solve"), ("review", "screen.decide"))


class Screen(Console):
    """Lines wrapped with their indent on a terminal, and left whole for programs that read them.

    Colours appear on a terminal only. Whoever stops reading (`| head`) stops nothing else.
    """

    def __init__(self) -> None:
        super().__init__(highlight=False, soft_wrap=True, markup=False, emoji=False)

    def line(  # type: ignore[override]  # rich's own only prints empty lines
        self, *parts: str | tuple[str, str], indent: int = 0, hang: int = 0
    ) -> None:
        """One paragraph, its further lines indented by `hang` more.

        What hostile trees chose in it is made visible.
        """
        safe = [tame(p) if isinstance(p, str) else (tame(p[0]), p[1]) for p in parts]
        text = Text.assemble(*safe)
        lines = [text]
        if self.is_terminal:
            lines = list(text.wrap(self, max(20, min(self.width, WIDEST) - indent - hang)))
        for number, item in enumerate(lines):
            item.rstrip()
            self.print(Text(" " * (indent + hang * (number > 0))) + item)

    def on_broken_pipe(self) -> None:
        """Say no more; the verdict's exit code still counts."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def tame(words: str) -> str:
    """Words on one line, with nothing in them that a terminal would obey."""
    return visible(words).replace("\n", " ").replace("\t", " ")


def show(result: AuditResult, lang: str, paths: list[Path], project: Project) -> None:
    """Print what a person at the terminal needs; all else stands in the report."""
    screen, index = Screen(), Index(result)
    show_side(screen, result, STYLE, lang)
    for number, judgement in enumerate(result.judgements, 1):
        if len(result.judgements) > 1:
            count = len(result.judgements)
            screen.line((say("judgement_of", lang, n=number, all=count), "bold"))
        _judgement(screen, index, judgement, lang)
    _baseline(screen, result, lang)
    _loose_ends(screen, result, lang, project)
    if result.tool:
        engine = result.tool.engine
        said = say("foot.engine", lang, name=engine.name, version=engine.version)
        screen.line((said, "dim"))
    screen.line()
    page = next(p for p in paths if p.suffix == ".html")
    others = say("comma", lang).join(str(p) for p in paths if p != page)
    screen.line((say("screen.report", lang, path=page), "bold"))
    screen.line((say("screen.written", lang, paths=others), "dim"))


def _judgement(screen: Screen, index: Index, judgement: Judgement, lang: str) -> None:
    verdict = judgement.verdict
    word = name("outcome", verdict, lang).upper()
    screen.line((word, f"bold {STYLE[verdict]}"), f"  {index.result.target.input}")
    screen.line((sentence(judgement.intent, lang), "dim"))
    screen.line()
    for item in judgement.verdicts:
        _verdict(screen, item, lang)
    live = [f for f in ordered(judgement.findings) if f.waiver is None and not f.known]
    shown = 0
    for outcome, heading in GROUPS:
        found = [f for f in live if f.outcome == outcome]
        if found:
            screen.line()
            screen.line((say(heading, lang, n=len(found)), f"bold {STYLE[outcome]}"))
        for finding in found[: MOST - shown]:
            _finding(screen, index, finding, lang)
        rest = len(found) - max(0, MOST - shown)
        if rest > 0:
            screen.line()
            screen.line(say("screen.more", lang, n=rest), indent=2)
        shown += len(found)
    _totals(screen, judgement, lang)
    show_not_applied(screen, judgement, lang)


def _verdict(screen: Screen, verdict: ScopeVerdict, lang: str) -> None:
    words = verdict.expression
    if words is None:
        reason = because(verdict)
        words = _cut(reason.message.say(lang)) if reason else say("screen.not_stated", lang)
    outcome = Text(name("outcome", verdict.outcome, lang), STYLE[verdict.outcome])
    scope = Text(name("verdict_scope", verdict.scope, lang))
    outcome.pad_right(max(0, 8 - outcome.cell_len))
    scope.pad_right(max(0, 10 - scope.cell_len))
    screen.line((outcome.plain, STYLE[verdict.outcome]), scope.plain, words, indent=2, hang=18)


def _cut(words: str) -> str:
    return words if len(words) <= WRITTEN else words[:WRITTEN].rstrip() + " …"


def _finding(screen: Screen, index: Index, finding: Finding, lang: str) -> None:
    style = STYLE[finding.outcome]
    screen.line()
    screen.line(
        (finding.rule, f"bold {style}"),
        f"  {name('severity', finding.severity, lang)}",
        (f"  {finding.artifact} [{finding.fingerprint}]", "dim"),
        indent=2,
    )
    screen.line(finding.message.say(lang), indent=4)
    claims = [index.claims[c] for c in finding.evidence if c in index.claims]
    places = dict.fromkeys((c.location.label(), " ".join(c.written.split())) for c in claims)
    for label, written in list(places)[:PLACES]:
        screen.line((f"{label}  {_cut(written)}", "dim"), indent=6, hang=2)
    if len(places) > PLACES:
        screen.line((say("screen.places", lang, n=len(places) - PLACES), "dim"), indent=6)
    if finding.fresh:
        named = say("comma", lang).join(index.name(a) for a in finding.fresh)
        screen.line((say("screen.fresh", lang), "bold"), " ", named, indent=4, hang=4)
    if len(finding.path) > 1:
        way = " → ".join(index.name(step) for step in finding.path)
        screen.line((say("screen.via", lang), "bold"), way, indent=4, hang=4)
    screen.line((say("screen.fix", lang), "bold"), finding.fix.say(lang), indent=4, hang=4)


def _totals(screen: Screen, judgement: Judgement, lang: str) -> None:
    waived = [f for f in judgement.findings if f.waiver]
    counts = Counter(o.status for o in judgement.obligations)
    owed = [
        f"{counts[status]} {name('duty_status', status, lang)}"
        for status in ("missing", "manual", "met")
        if counts[status]
    ]
    if waived or owed:
        screen.line()
    for finding in waived:
        screen.line(
            say(
                "screen.waived",
                lang,
                rule=finding.rule,
                artifact=finding.artifact,
                waiver=finding.waiver,
            )
        )
    if owed:
        screen.line(say("screen.duties", lang, counts=say("comma", lang).join(owed)))
    elif not judgement.findings:
        screen.line()
        screen.line(say("screen.nothing", lang))


def _baseline(screen: Screen, result: AuditResult, lang: str) -> None:
    """What a baseline knew, by name, and what the rest comes to."""
    if result.baseline is None:
        return
    told = [f for j in result.judgements for f in j.findings if f.waiver is None]
    new = sum(not f.known for f in told)
    screen.line()
    for finding in told:
        if finding.known:
            words = say(
                "screen.known",
                lang,
                rule=finding.rule,
                artifact=finding.artifact,
                fingerprint=finding.fingerprint,
            )
            screen.line((words, "dim"))
    words = say(
        "screen.baseline",
        lang,
        day=result.baseline.as_of,
        was=name("outcome", result.baseline.verdict, lang),
        new=new,
        known=len(told) - new,
        outcome=name("outcome", result.new_verdict, lang),
    )
    screen.line((words, f"bold {STYLE[result.new_verdict]}"))


def _loose_ends(screen: Screen, result: AuditResult, lang: str, project: Project) -> None:
    if result.gaps:
        blocking = sum(g.blocks for g in result.gaps)
        harmless = len(result.gaps) - blocking
        screen.line(say("screen.gaps", lang, blocking=blocking, harmless=harmless))
    for kind, waivers in (("expired", result.waivers.expired), ("unused", result.waivers.unused)):
        for waiver in waivers:
            words = say(
                f"screen.{kind}",
                lang,
                rule=waiver.rule,
                artifact=waiver.artifact,
                day=waiver.expires,
            )
            screen.line((words, "yellow"))
    if project.name:
        kinds = ("agreements", "positions", "confirmations", "curations", "waivers")
        counts = [say("screen.counts.intent", lang)] if project.intents else []
        counts += [
            say(f"screen.counts.{kind}", lang, n=len(items))
            for kind in kinds
            if (items := getattr(project, kind))
        ]
        listed = say("comma", lang).join(counts) or say("none", lang)
        screen.line(say("screen.project", lang, path=project.name, counts=listed))
    for item in dict.fromkeys(d for j in result.judgements for d in j.declared or ()):
        if item.state != "used":
            kind = name("declared_kind", item.kind, lang)
            state = name("declared_state", item.state, lang)
            screen.line(f"  {kind} {item.name} ({state}): {item.why.say(lang)}")


def show_allowed(result: AuditResult, lang: str) -> None:
    """Name everything that `--allow-review` lets through; a scope no finding speaks of as well."""
    screen = Screen()
    for judgement in result.judgements:
        rules = set()
        for finding in judgement.findings:
            if finding.outcome == "review" and not finding.waiver:
                rules.add(finding.rule)
                if finding.known:
                    continue  # the baseline let it through, and it is named there
                words = say(
                    "screen.let_through", lang, rule=finding.rule, artifact=finding.artifact
                )
                # A finding about many names them in its own words.
                told = say("colon", lang) + finding.message.say(lang) if finding.members else ""
                screen.line(words, told)
        for verdict in judgement.verdicts:
            if verdict.outcome == "review" and not any(r.code in rules for r in verdict.because):
                reason = because(verdict)
                screen.line(
                    say(
                        "screen.let_through_scope",
                        lang,
                        scope=name("verdict_scope", verdict.scope, lang),
                        reason=reason.message.say(lang) if reason else say("none", lang),
                    )
                )
