"""`licaudit ask TARGET`: yes, no, only if, or cannot tell - in a few lines, with the reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from licaudit.cli import intent_flags, options, requests
from licaudit.cli.audit import CODES, carry_out
from licaudit.errors import UsageError

if TYPE_CHECKING:
    from licaudit.facts import AuditResult
    from licaudit.policy.answer import Reply

FORMATS = ("text", "json")
MOST, PLACES, WRITTEN = 8, 2, 110


def command(
    target: options.Target,
    use: options.Use = None,
    train: Annotated[
        bool, typer.Option("--train", help="Ask whether a model may be trained on it as well.")
    ] = False,
    lang: options.Lang = "en",
    posture: options.Posture = None,
    as_of: options.AsOf = None,
    config: options.Config = None,
    format: Annotated[str, typer.Option("--format", help="text or json.", metavar="NAME")] = "text",
    offline: options.Offline = False,
    depth: options.Depth = None,
    allow_private: options.AllowPrivate = None,
    release_as: intent_flags.ReleaseAs = None,
    intent: intent_flags.Values = None,
) -> None:
    """May I use it? Answers yes, no, only if, or cannot tell, and why.

    Exit code: 0 yes, 1 no, 3 only if or cannot tell; 2 and 4 as for `licaudit audit`.
    """
    from licaudit.policy.answer import answer

    options.check_lang(lang)
    if format not in FORMATS:
        raise UsageError(f"`{format}` is no format of `ask`", todo=f"Use {' or '.join(FORMATS)}.")
    request = requests.request(
        target,
        use,
        None,
        posture,
        as_of,
        config,
        train=train,
        depth=depth,
        reading=requests.reading(offline, allow_private),
        said=intent_flags.given(release_as, intent),
    )
    result = carry_out(request, lang)
    # Several intents stand side by side: the answer is the one to the worst of them.
    judgement = next(j for j in result.judgements if j.verdict == result.verdict)
    reply = answer(judgement)
    if format == "json":
        _print_json(result, reply)
    else:
        from licaudit.reporting.intent import sentence

        _print(result, reply, sentence(judgement.intent, lang), lang)
    raise typer.Exit(CODES[reply.outcome])


def _print_json(result: AuditResult, reply: Reply) -> None:
    import json

    from licaudit.cli.screen import Screen
    from licaudit.facts.codec import to_plain

    plain = {
        "answer": reply.word,
        "verdict": reply.outcome,
        "target": result.target.input,
        "reasons": to_plain(reply.reasons),
    }
    # Escaped: a name of the tree may hold what a terminal or an encoding cannot take.
    Screen().out(json.dumps(plain, indent=1), highlight=False)


def _print(result: AuditResult, reply: Reply, meant: str, lang: str) -> None:
    from licaudit.cli.screen import STYLE, Screen
    from licaudit.i18n import say
    from licaudit.policy.answer import brief

    screen = Screen()
    word = say(f"answer.{reply.word.replace(' ', '_')}", lang)
    about = say("answer.about", lang, use=meant, target=result.target.input)
    screen.line((word, f"bold {STYLE[reply.outcome]}"), f"  {about}")
    claims = {c.id: c for c in result.claims}
    reasons = brief(reply.reasons)
    for reason in reasons[:MOST]:
        words = reason.message.say(lang)
        known = reason.clause is None or reason.clause in words
        screen.line(
            "- ", words, ("" if known else f"  [{reason.license} {reason.clause}]", "dim"), hang=2
        )
        for claim in [claims[c] for c in reason.claims if c in claims][:PLACES]:
            written = " ".join(claim.written.split())[:WRITTEN]
            screen.line((f"{claim.location.label()}  {written}", "dim"), indent=4, hang=2)
    rest = len(reasons) - MOST
    if rest > 0:
        screen.line("- ", say("answer.more", lang, n=rest, target=result.target.input))
