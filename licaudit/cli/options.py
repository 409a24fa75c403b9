"""Flags that several commands share, and what they become."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from licaudit.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from licaudit.facts import Intent
    from licaudit.facts import Posture as Posture_
    from licaudit.policy.project import Project

LOCK = "licaudit.lock"
OUT, CHECKED = "licaudit-report", "licaudit-check"
Progress = Callable[..., None]
Target = Annotated[
    str,
    typer.Argument(
        help="A folder, the address of a repository's page, hf:org/name, hf:datasets/org/name, "
        "ms:org/name, git+https://host/path, pypi:name, npm:name, a purl, or hf-cache:.",
        metavar="TARGET",
    ),
]
Offline = Annotated[
    bool,
    typer.Option(
        "--offline",
        envvar="LICAUDIT_OFFLINE",
        show_envvar=False,
        help="Reach no network: upstreams are read from the hub's cache on this disk, or only "
        "named. LICAUDIT_OFFLINE=1 does the same.",
    ),
]
AllowPrivate = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-private",
        help="A private host (`host` or `host:port`) that may be asked; may be repeated.",
        metavar="HOST",
    ),
]
MaxRequests = Annotated[
    int | None,
    typer.Option("--max-requests", min=0, help="Requests for all upstreams together.", metavar="N"),
]
MaxSeconds = Annotated[
    int | None,
    typer.Option("--max-seconds", min=1, help="Time for all requests together.", metavar="N"),
]
Use = Annotated[
    str | None,
    typer.Option(
        "--use",
        help="commercial, research or internal. Default: licaudit.yaml, else commercial.",
        metavar="USE",
    ),
]
Packs = Annotated[
    list[str] | None,
    typer.Option(
        "--pack", help="A rule pack by name or folder; may be given several times.", metavar="PACK"
    ),
]
Posture = Annotated[
    str | None,
    typer.Option(
        "--posture",
        help="How debated questions are judged: strict, balanced or license-text-only.",
        metavar="POSTURE",
    ),
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
Record = Annotated[
    str | None,
    typer.Option(
        "--record",
        help="Keep every answer read, of the target and its upstreams, in this folder.",
        metavar="DIR",
    ),
]
Replay = Annotated[
    str | None,
    typer.Option(
        "--replay",
        help="Read a folder that --record wrote in place of the target, with the same result.",
        metavar="DIR",
    ),
]
Environments = Annotated[
    list[str] | None,
    typer.Option(
        "--environment",
        help="A virtual environment, site-packages or node_modules folder that the target uses: "
        "what is installed there tells versions and licenses. May be repeated.",
        metavar="DIR",
    ),
]
Depth = Annotated[
    int | None,
    typer.Option(
        "--depth", min=0, help="Follow at most N links; what lies deeper is a gap.", metavar="N"
    ),
]
Locked = Annotated[
    bool,
    typer.Option(
        "--locked", help="Refuse when an upstream differs from licaudit.lock (see `licaudit lock`)."
    ),
]
Matcher = Annotated[
    str | None,
    typer.Option(
        "--matcher",
        help="What matches texts that are no exact copy: scancode (the default), or provenant "
        "where that program is installed. LICAUDIT_MATCHER does the same.",
        metavar="NAME",
    ),
]
Formats = Annotated[
    str,
    typer.Option(
        "--format",
        help="Reports besides json and html, with commas between: markdown, sarif, junit, "
        "codequality, annotations, spdx, cyclonedx, notice, prov, graphml, mermaid.",
        metavar="NAMES",
    ),
]
AllowReview = Annotated[
    bool,
    typer.Option(
        "--allow-review", help="Exit with 0 when a review is needed, and say what that lets by."
    ),
]
BaselineFile = Annotated[
    str | None,
    typer.Option(
        "--baseline",
        help="An earlier audit.json of the target: only what is new since then decides the exit "
        "code. Nothing is hidden.",
        metavar="AUDIT.JSON",
    ),
]
Lang = Annotated[
    str, typer.Option("--lang", help="Language of reports and output: en or zh.", metavar="LANG")
]


def posture_of(given: str | None, project: Project | None) -> Posture_ | None:
    """The posture of a flag or else of a project file, checked. Raises UsageError."""
    from licaudit.facts import POSTURES

    chosen = given or (project.posture if project else None)
    if chosen is not None and chosen not in POSTURES:
        raise UsageError(
            f"`{chosen}` is no posture",
            where=None if given or project is None else project.name,
            todo=f"Use one of {', '.join(POSTURES)}.",
        )
    return chosen


def load_project(target: Path | None, config: str | None) -> Project:
    """The project file that was named, the target's own, or an empty one."""
    from licaudit.policy.project import Project, read_project
    from licaudit.settings import PROJECT_FILE

    if config is not None and not Path(config).is_file():
        raise UsageError(
            "there is no such project file",
            where=config,
            todo="Check the path given with --config.",
        )
    if target is None and config is None:
        return Project()
    folder = target or Path()
    if folder.is_file():  # one file: its project file stands beside it
        folder = folder.parent
    path = Path(config) if config is not None else folder / PROJECT_FILE
    if config is None and not path.is_file():
        return Project()
    project = read_project(path)
    packs = tuple(_beside(path, name) for name in project.packs)
    _check_packs(path, packs, project)
    return replace(project, packs=packs, name=str(path))


def _check_packs(path: Path, packs: tuple[str, ...], project: Project) -> None:
    """Refuse a pack that nobody finds, at the line that names it."""
    from licaudit.errors import RuleError
    from licaudit.policy.packs import find_pack

    for pack, place in zip(packs, project.pack_places, strict=True):
        try:
            find_pack(pack)
        except RuleError as error:
            where = str(path) + place.removeprefix(path.name)
            raise ConfigError(error.what, where=where, todo=error.todo) from error


def _beside(project: Path, pack: str) -> str:
    """A pack that a project file names by path stands beside that file."""
    return str(project.parent / pack) if "/" in pack else pack


def intents(said: tuple[Intent, ...], use: str | None, train: bool) -> tuple[Intent, ...]:
    """The intents that were said; a use on the command line replaces theirs and the rest stays."""
    from licaudit.facts import USES, Intent

    if use is not None and use not in USES:
        raise UsageError(f"`{use}` is no use", todo=f"Use one of {', '.join(USES)}.")
    meant = said or (Intent(),)
    if use is not None:
        meant = (replace(meant[0], use=use),)
    if train:
        meant = tuple(replace(i, train=True) for i in meant)
    return meant


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
