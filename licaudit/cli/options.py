"""Flags that several commands share, and what they become."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from licaudit.errors import UsageError

if TYPE_CHECKING:
    from licaudit.audit import Request
    from licaudit.facts import Intent
    from licaudit.policy.project import Project

Target = Annotated[str, typer.Argument(help="The folder to audit.", metavar="TARGET")]
Use = Annotated[
    str | None,
    typer.Option(
        "--use", help="commercial, research or internal. Default: licaudit.yaml, else commercial."
    ),
]
Packs = Annotated[
    list[str] | None,
    typer.Option("--pack", help="A rule pack by name or folder; may be given several times."),
]
Posture = Annotated[
    str | None, typer.Option("--posture", help="strict, balanced or license-text-only.")
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", help="Judge as of this day (YYYY-MM-DD). Default: today.", metavar="DATE"
    ),
]
Config = Annotated[
    str | None,
    typer.Option(
        "--config", help="The project file. Default: licaudit.yaml in the target.", metavar="FILE"
    ),
]
Lang = Annotated[str, typer.Option("--lang", help="Language of reports and output: en or zh.")]


def request(
    target: str,
    use: str | None,
    packs: list[str] | None,
    posture: str | None,
    as_of: str | None,
    config: str | None,
    train: bool = False,
) -> Request:
    """What to audit, from flags and the project file. Raises UsageError and ConfigError."""
    from licaudit.audit import Request
    from licaudit.facts import POSTURES
    from licaudit.policy.packs import DEFAULT_PACKS

    project = load_project(target, config)
    chosen = posture or project.posture or "strict"
    if chosen not in POSTURES:
        raise UsageError(f"`{chosen}` is no posture", todo=f"Use one of {', '.join(POSTURES)}.")
    return Request(
        target=target,
        intents=_intents(project, use, train),
        project=project,
        packs=tuple(packs or project.packs or DEFAULT_PACKS),
        posture=chosen,
        as_of=parse_date(as_of),
    )


def load_project(target: str, config: str | None) -> Project:
    """The project file that was named, the target's own, or an empty one."""
    from licaudit.policy.project import Project, read_project
    from licaudit.settings import PROJECT_FILE

    if config is not None:
        if not Path(config).is_file():
            raise UsageError(
                "there is no such project file",
                where=config,
                todo="Check the path given with --config.",
            )
        return read_project(Path(config))
    own = Path(target) / PROJECT_FILE
    return read_project(own) if own.is_file() else Project()


def _intents(project: Project, use: str | None, train: bool) -> tuple[Intent, ...]:
    from dataclasses import replace

    from licaudit.facts import USES, Intent

    if use is not None and use not in USES:
        raise UsageError(f"`{use}` is no use", todo=f"Use one of {', '.join(USES)}.")
    intents = project.intents or (Intent(),)
    if use is not None:
        intents = (replace(intents[0], use=use),)
    if train:
        intents = tuple(replace(i, train=True) for i in intents)
    return intents


def parse_date(value: str | None) -> date:
    """A day from the command line, today when none is given."""
    if value is None:
        return date.today()
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise UsageError(f"`{value}` is no date", todo="Write it as 2026-01-31.") from None


def check_lang(lang: str) -> str:
    """`en` or `zh`."""
    if lang not in ("en", "zh"):
        raise UsageError(f"`{lang}` is no language of the reports", todo="Use en or zh.")
    return lang
