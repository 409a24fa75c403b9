"""`licaudit compat INBOUND --under OUTBOUND`: may a work that contains A be released under B?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from licaudit.cli import options
from licaudit.errors import UsageError

if TYPE_CHECKING:
    from licaudit.policy.compatibility import Compatibility

FORMATS = ("text", "json")
CODES = {"yes": 0, "no": 1, "review": 3}
STYLES = {"yes": "green", "no": "red", "review": "yellow"}
HEADS = {
    "en": {"yes": "Yes", "no": "No", "review": "A person must decide"},
    "zh": {"yes": "可以", "no": "不可以", "review": "须由人判断"},
}


def command(
    inbound: Annotated[
        str, typer.Argument(help="License (or expression) of the part you use.", metavar="INBOUND")
    ],
    under: Annotated[
        str,
        typer.Option("--under", help="License you want to release the work under.", metavar="ID"),
    ],
    way: Annotated[
        str, typer.Option("--as", help="How it is joined: code, dataset or model.", metavar="WAY")
    ] = "code",
    lang: options.Lang = "en",
    format: Annotated[str, typer.Option("--format", help="text or json.", metavar="NAME")] = "text",
) -> None:
    """May a work that contains INBOUND be released under OUTBOUND? With clauses and ways out.

    Exit code: 0 yes, 1 no, 3 a person must decide; 2 for a name nobody knows.
    """
    from licaudit.licenses.catalog import load_catalog
    from licaudit.licenses.knowledge import load_knowledge
    from licaudit.licenses.terms import terms_lookup
    from licaudit.policy.compatibility import WAYS, compatibility

    options.check_lang(lang)
    if format not in FORMATS:
        raise UsageError(f"`{format}` is no format of `compat`", todo="Use text or json.")
    chosen = next((w for w in WAYS if w == way), None)
    if chosen is None:
        raise UsageError(f"`{way}` is no way of joining works", todo=f"Use {', '.join(WAYS)}.")
    terms_of = terms_lookup(load_knowledge(), load_catalog())
    result = compatibility(_meant(inbound), _meant(under), chosen, terms_of)
    if format == "json":
        _print_json(result)
    else:
        _print(result, lang)
    raise typer.Exit(CODES[result.answer])


def _meant(name: str) -> str:
    """The expression a name stands for; one that means several things must be said exactly."""
    from licaudit.licenses.catalog import load_catalog
    from licaudit.licenses.knowledge import load_knowledge
    from licaudit.licenses.names import resolve_name

    named = resolve_name(name, load_knowledge(), load_catalog())
    if named is None or (named.expression is None and not named.candidates):
        raise UsageError(f"no license is known by the name `{name}`", todo="Give an SPDX id.")
    if named.expression is None:
        raise UsageError(
            f"`{name}` may mean {', '.join(named.candidates)}", todo="Name one of them."
        )
    return named.expression


def _print_json(result: Compatibility) -> None:
    import json
    from dataclasses import asdict

    from licaudit.cli.screen import Screen

    Screen().out(json.dumps(asdict(result), indent=1), highlight=False)


def _print(result: Compatibility, lang: str) -> None:
    from licaudit.cli.screen import Screen
    from licaudit.policy.compat_rules import ANSWERS

    screen = Screen()
    head = HEADS[lang][result.answer]
    screen.line((head, f"bold {STYLES[result.answer]}"), f"  {result.inbound} -> {result.outbound}")
    # What decides comes first.
    for ground in sorted(result.reasons, key=lambda g: ANSWERS.index(g.answer)):
        place = f" ({ground.license}, {ground.clause})" if ground.clause else ""
        screen.line(f"{ground.message.say(lang)}{place}", indent=2)
    for way_out in result.ways_out:
        screen.line(("-> ", "bold"), way_out.say(lang), indent=2)
