"""`licaudit rules`: which packs and rules there are, what each asks, and their page in docs/."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from licaudit.cli import options
from licaudit.errors import UsageError

if TYPE_CHECKING:
    from licaudit.policy.packs import Pack, Rule

app = typer.Typer(
    help="List the rule packs, show one rule, or print the page of all rules.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
CONDITIONS = ("applies_when", "when", "fail", "review", "culprits")


@app.command("list")
def list_rules(pack: options.Packs = None, lang: options.Lang = "en") -> None:
    """List the rules of the packs that ship with licaudit, or of those given."""
    from licaudit.cli.screen import Screen

    options.check_lang(lang)
    screen = Screen()
    for item in _packs(pack):
        screen.line((item.id, "bold"), f"  {item.description.say(lang)}")
        for rule in item.rules:
            screen.line(f"{rule.id:32} {rule.severity:9} {_outcomes(rule)}", indent=2)


@app.command("show")
def show_rule(
    rule: Annotated[str, typer.Argument(help="The id of a rule.", metavar="RULE")],
    pack: options.Packs = None,
    lang: options.Lang = "en",
) -> None:
    """Show one rule: why it fires, what to do then, and its condition."""
    from licaudit.cli.screen import Screen

    options.check_lang(lang)
    packs = _packs(pack)
    found = next((r for p in packs for r in p.rules if r.id == rule), None)
    if found is None:
        known = ", ".join(sorted({r.id for p in packs for r in p.rules}))
        raise UsageError(f"there is no rule `{rule}`", todo=f"Rules: {known}.")
    screen = Screen()
    screen.line((found.id, "bold"), f"  {found.pack}, {found.severity}, {_outcomes(found)}")
    screen.line(found.why.say(lang), indent=2)
    screen.line(found.fix.say(lang), indent=2)
    for name, source in _conditions(found):
        screen.line((f"{name}: ", "bold"), source, indent=2)
    screen.line((found.where, "dim"), indent=2)


@app.command("docs")
def print_docs(pack: options.Packs = None) -> None:
    """Print the page of all rules, as in docs/rules.md."""
    from licaudit.cli.screen import Screen

    Screen().out(page(_packs(pack)), highlight=False, end="")


def page(packs: tuple[Pack, ...]) -> str:
    """docs/rules.md: every pack, every rule, from the very files that are evaluated."""
    lines = [
        "# Rules",
        "",
        "Made by `licaudit rules docs > docs/rules.md` from `rules/packs/`; do not edit it here.",
        "",
        "A rule looks at one subject at a time: a license of the audited work, or of something it",
        "came from. `fail` and `review` are its conditions, and the worse one that holds counts;",
        "`when` says which subjects it concerns. Words in braces are filled in from the case.",
        "",
    ]
    for pack in packs:
        lines += [f"## {pack.id}", "", f"{pack.description.en}", "", f"{pack.description.zh}", ""]
        for name, values in sorted(pack.params.items()):
            lines += [f"Parameter `{name}`: {', '.join(f'`{v}`' for v in values)}", ""]
        for rule in pack.rules:
            lines += _section(rule)
    return "\n".join(lines).rstrip("\n") + "\n"


def _section(rule: Rule) -> list[str]:
    lines = [f"### {rule.id}", "", f"Severity {rule.severity}; outcome {_outcomes(rule)}.", ""]
    lines += [rule.why.en, "", rule.why.zh, ""]
    lines += [f"**What to do:** {rule.fix.en}", "", f"**处理办法：** {rule.fix.zh}", ""]
    lines += ["```", *(f"{name}: {source}" for name, source in _conditions(rule)), "```", ""]
    links = [r for r in rule.references if r.startswith("http")]
    return lines + [line for link in links for line in (f"<{link}>", "")]


def _conditions(rule: Rule) -> list[tuple[str, str]]:
    found = [(name, getattr(rule, name)) for name in CONDITIONS]
    return [(name, " ".join(c.source.split())) for name, c in found if c is not None]


def _outcomes(rule: Rule) -> str:
    return " or ".join(name for name in ("fail", "review") if getattr(rule, name) is not None)


def _packs(wanted: list[str] | None) -> tuple[Pack, ...]:
    from licaudit.policy.packs import load_packs
    from licaudit.settings import data_folder

    shipped = (data_folder("rules") / "packs").glob("*/pack.yaml")
    return load_packs(tuple(wanted or sorted(p.parent.name for p in shipped)))
