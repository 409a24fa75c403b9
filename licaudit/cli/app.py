"""The commands, one file each, put together. Imports typer and nothing heavier."""

from __future__ import annotations

from typing import Annotated

import typer

from licaudit.cli import ask, audit, census, check, compat, diff, explain, identify, lock, rules

app = typer.Typer(
    name="licaudit",
    help="Audit the licenses of AI models, datasets and code, and say what you may do with them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        from licaudit import __version__

        typer.echo(f"licaudit {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Audit the licenses of AI models, datasets and code, and say what you may do with them."""


app.command("audit")(audit.command)
app.command("check")(check.command)
app.command("ask")(ask.command)
app.command("identify")(identify.command)
app.command("explain")(explain.command)
app.command("compat")(compat.command)
app.command("lock")(lock.command)
app.command("diff")(diff.command)
app.command("census")(census.command)
app.add_typer(rules.app, name="rules")
