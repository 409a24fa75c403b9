"""Flags that several commands share, and what they become."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from licaudit.errors import UsageError

if TYPE_CHECKING:
    from licaudit.audit import Request
    from licaudit.facts import Intent
    from licaudit.policy.project import Project

OUT = "licaudit-report"
Progress = Callable[[str], None]
Target = Annotated[str, typer.Argument(help="The folder to audit.", metavar="TARGET")]
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
    typer.Option("--record", help="Keep every answer read in this folder.", metavar="DIR"),
]
Replay = Annotated[
    str | None,
    typer.Option(
        "--replay",
        help="Read a folder that --record wrote in place of the target, with the same result.",
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
Lang = Annotated[
    str, typer.Option("--lang", help="Language of reports and output: en or zh.", metavar="LANG")
]


def request(
    target: str,
    use: str | None,
    packs: list[str] | None,
    posture: str | None,
    as_of: str | None,
    config: str | None,
    *,
    train: bool = False,
    out: str = OUT,
    record: str | None = None,
    replay: str | None = None,
    depth: int | None = None,
) -> Request:
    """What to audit, from flags and the project file. Raises UsageError and ConfigError."""
    from licaudit.audit import Request
    from licaudit.facts import POSTURES
    from licaudit.policy.packs import DEFAULT_PACKS
    from licaudit.sources.local import find

    if record and replay:
        raise UsageError("--record and --replay exclude each other", todo="Give one of them.")
    kept = _kept(replay)
    path = find(target) if kept is None else Path(target)
    project = load_project(path, config) if kept is None or config else _kept_project(kept)
    chosen = posture or project.posture or "strict"
    if chosen not in POSTURES:
        raise UsageError(
            f"`{chosen}` is no posture",
            where=None if posture else project.name,
            todo=f"Use one of {', '.join(POSTURES)}.",
        )
    return Request(
        target=target,
        intents=_intents(project, use, train),
        project=project,
        packs=tuple(packs or project.packs or DEFAULT_PACKS),
        posture=chosen,
        as_of=parse_date(as_of or (kept["as_of"] if kept else None)),
        own_files=own_files(path, Path(out)),
        record=Path(record) if record else None,
        replay=Path(replay) if replay else None,
        depth=depth,
    )


def _kept(replay: str | None) -> dict[str, str | None] | None:
    """What a recording says of its audit, or None when nothing is replayed."""
    if replay is None:
        return None
    from licaudit.sources.session import read_facts

    return read_facts(Path(replay))


def _kept_project(kept: dict[str, str | None]) -> Project:
    from licaudit.policy.project import Project, parse_project

    text, name = kept["project"], kept["project_name"]
    return parse_project(text, name or "licaudit.yaml") if text is not None else Project()


def own_files(target: Path, out: Path) -> frozenset[Path]:
    """Where reports of ours stand or will stand: an audit must not read what another one wrote."""
    from licaudit.reporting import FORMATS

    names = [writer.filename for writer in FORMATS.values()]
    return frozenset(folder / name for folder in (out, target / OUT) for name in names)


def load_project(target: Path, config: str | None) -> Project:
    """The project file that was named, the target's own, or an empty one."""
    from licaudit.policy.project import Project, read_project
    from licaudit.settings import PROJECT_FILE

    if config is not None and not Path(config).is_file():
        raise UsageError(
            "there is no such project file",
            where=config,
            todo="Check the path given with --config.",
        )
    path = Path(config) if config is not None else target / PROJECT_FILE
    if config is None and not path.is_file():
        return Project()
    project = read_project(path)
    packs = tuple(_beside(path, name) for name in project.packs)
    return replace(project, packs=packs, name=str(path))


def _beside(project: Path, pack: str) -> str:
    """A pack that a project file names by path stands beside that file."""
    return str(project.parent / pack) if "/" in pack else pack


def _intents(project: Project, use: str | None, train: bool) -> tuple[Intent, ...]:
    """The project's intents; a use on the command line replaces theirs and the rest stays."""
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
