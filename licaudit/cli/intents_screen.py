"""Several intents on a terminal: their outcomes side by side, and the rules that did not apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from licaudit.i18n import name, say
from licaudit.reporting.intent import sentence
from licaudit.reporting.side import side_by_side

if TYPE_CHECKING:
    from licaudit.cli.screen import Screen
    from licaudit.facts import AuditResult, Judgement, Outcome

FIRST, OTHERS = 19, 10  # cells of a column


def show_side(screen: Screen, result: AuditResult, style: dict[Outcome, str], lang: str) -> None:
    """What each intent is, then a line for each scope with a column for each intent."""
    if len(result.judgements) < 2:
        return
    screen.line((say("side.title", lang), "bold"))
    heads = [say("side.intent", lang, n=n) for n in range(1, len(result.judgements) + 1)]
    for head, judgement in zip(heads, result.judgements, strict=True):
        about = f"{head}{say('colon', lang)}{sentence(judgement.intent, lang)}"
        screen.line((about, "dim"), indent=2, hang=2)
    screen.line((_padded(say("side.scope", lang), FIRST), "dim"), *_columns(heads), indent=2)
    for scope, outcomes in side_by_side(result.judgements):
        words = name("verdict_scope", scope, lang) if scope else say("side.all", lang)
        cells = [
            (_padded(name("outcome", o, lang) if o else say("none", lang), OTHERS), _of(style, o))
            for o in outcomes
        ]
        screen.line(_padded(words, FIRST), *cells, indent=2)
    screen.line()


def _columns(heads: list[str]) -> list[tuple[str, str]]:
    return [(_padded(head, OTHERS), "dim") for head in heads]


def _of(style: dict[Outcome, str], outcome: Outcome | None) -> str:
    return style[outcome] if outcome else "dim"


def _padded(words: str, width: int) -> str:
    """The words in a column of so many cells; a Chinese character takes two."""
    text = Text(words)
    return words + " " * max(1, width - text.cell_len)


def show_not_applied(screen: Screen, judgement: Judgement, lang: str) -> None:
    """The rules that had nothing to look at: they did not pass, they did not apply."""
    idle = judgement.not_applied or ()
    if idle:
        named = say("comma", lang).join(dict.fromkeys(r.rule for r in idle))
        title = say("not_applied.title", lang, n=len(idle))
        screen.line((f"{title}{say('colon', lang)}{named}", "dim"), hang=2)
