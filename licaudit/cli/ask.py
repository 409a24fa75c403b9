"""`licaudit ask TARGET`: yes, no, only if, or cannot tell - in a few lines, with the reasons."""

from __future__ import annotations

from typing import Annotated

import typer

from licaudit.cli import options
from licaudit.cli.audit import CODES, carry_out

ANSWERS = {
    "yes": {"en": "Yes", "zh": "可以"},
    "no": {"en": "No", "zh": "不可以"},
    "only if": {"en": "Only if", "zh": "仅当满足条件时可以"},
    "cannot tell": {"en": "Cannot tell", "zh": "无法判断"},
}


def command(
    target: options.Target,
    use: options.Use = None,
    train: Annotated[bool, typer.Option("--train", help="Also: may it be trained on?")] = False,
    lang: options.Lang = "en",
    posture: options.Posture = None,
    as_of: options.AsOf = None,
    config: options.Config = None,
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """May I use it? Answers yes, no, only if, or cannot tell, and why."""
    from licaudit.policy.answer import answer

    options.check_lang(lang)
    request = options.request(target, use, None, posture, as_of, config, train)
    result = carry_out(request)
    reply = answer(result.judgements[0])
    if format == "json":
        import json

        from licaudit.facts.codec import to_plain

        typer.echo(
            json.dumps(
                {
                    "answer": reply.word,
                    "verdict": reply.outcome,
                    "reasons": to_plain(reply.reasons),
                },
                ensure_ascii=False,
                indent=1,
            )
        )
    else:
        use_said = result.judgements[0].intent.use
        typer.echo(f"{ANSWERS[reply.word][lang]}  ({use_said} use of {target})")
        claims = {c.id: c for c in result.claims}
        for reason in reply.reasons[:8]:
            clause = f"  [{reason.license} {reason.clause}]" if reason.clause else ""
            typer.echo(f"- {reason.message.say(lang)}{clause}")
            for claim_id in reason.claims[:2]:
                if claim_id in claims:
                    claim = claims[claim_id]
                    typer.echo(f"    {claim.location.label()}: {claim.written[:160]}")
        if len(reply.reasons) > 8:
            typer.echo(f"- … and {len(reply.reasons) - 8} more; run `licaudit audit {target}`")
    raise typer.Exit(CODES[reply.outcome])
