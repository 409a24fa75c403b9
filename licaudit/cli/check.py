"""`licaudit check AUDIT.JSON`: judge again what an audit has kept, and read nothing anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from licaudit.cli import intent_flags, options, requests
from licaudit.cli.audit import chosen_formats, finish
from licaudit.errors import ResultError, UsageError

if TYPE_CHECKING:
    from licaudit.facts import AuditResult, Intent
    from licaudit.policy.packs import Pack
    from licaudit.policy.project import Project


def command(
    file: Annotated[
        str,
        typer.Argument(help="The audit.json that `licaudit audit` wrote.", metavar="AUDIT.JSON"),
    ],
    use: Annotated[
        str | None,
        typer.Option(
            "--use", help="commercial, research or internal. Default: as judged.", metavar="USE"
        ),
    ] = None,
    pack: options.Packs = None,
    out: Annotated[
        str, typer.Option("--out", help="Where the reports go.", metavar="DIR")
    ] = options.CHECKED,
    format: options.Formats = "",
    lang: options.Lang = "en",
    posture: options.Posture = None,
    as_of: options.AsOf = None,
    allow_review: options.AllowReview = False,
    config: Annotated[
        str | None,
        typer.Option(
            "--config",
            help="Another project file. Default: the one that was judged with.",
            metavar="FILE",
        ),
    ] = None,
    baseline: options.BaselineFile = None,
    release_as: intent_flags.ReleaseAs = None,
    intent: intent_flags.Values = None,
) -> None:
    """Judge an audit.json again: other packs, another use, another day. Nothing is read anew.

    What no flag says stays as it was, but for the day: waivers and contracts end. With --config
    another project file is judged with.

    Exit code: as for `licaudit audit`; 2 as well for a file that is no audit.json.
    """
    options.check_lang(lang)
    formats = chosen_formats(format)
    kept = _kept(file)
    _keeps(Path(out), Path(file))
    project = _project(kept, config)
    own = project if config is not None else None
    meant = _intents(kept, own, use)
    result = _judged(
        file,
        kept,
        project,
        intent_flags.with_values(meant, intent_flags.given(release_as, intent)),
        _packs(kept, project, pack, own is not None),
        options.posture_of(posture, own) or kept.judgements[0].posture,
        options.parse_date(as_of),
        requests.earlier(baseline),
    )
    raise typer.Exit(finish(result, formats, Path(out), lang, project, allow_review))


def _kept(file: str) -> AuditResult:
    from licaudit.reporting.json import read_file

    kept = read_file(Path(file))
    if not kept.judgements:
        raise ResultError("it holds no judgement", where=file, todo="Audit again.")
    return kept


def _judged(file: str, kept: AuditResult, *how: Any) -> AuditResult:
    """What `judging.again` makes of it; its errors name the file."""
    from licaudit.judging import again

    try:
        return again(kept, *how)
    except ResultError as error:
        raise ResultError(error.what, where=error.where or file, todo=error.todo) from error


def _keeps(out: Path, file: Path) -> None:
    """Refuse to write over what is read: the judgement an audit came to would be lost."""
    from licaudit.reporting.json import NAME

    if (out / NAME).resolve() == file.resolve():
        raise UsageError(
            "the reports would stand in place of the file that is judged",
            where=str(file),
            todo="Choose another folder with --out.",
        )


def _project(kept: AuditResult, config: str | None) -> Project:
    from licaudit.judging import check_same_reading, kept_project

    own = kept_project(kept)
    if config is None:
        return own
    project = options.load_project(None, config)
    check_same_reading(own, project)
    return project


def _intents(kept: AuditResult, given: Project | None, use: str | None) -> tuple[Intent, ...]:
    """Those of a project file that was given, else those that were judged."""
    intents = given.intents if given else ()
    return options.intents(intents or tuple(j.intent for j in kept.judgements), use, False)


def _packs(
    kept: AuditResult, project: Project, named: list[str] | None, given: bool
) -> tuple[Pack, ...]:
    """Those named, those of a project file that was given, else those that were judged by."""
    from licaudit.policy.packs import load_packs

    chosen = named or (project.packs if given else ())
    if not chosen and kept.own_packs:
        raise UsageError(
            f"the audit was judged by packs of its own: {', '.join(kept.own_packs)}",
            todo="Name all packs with --pack, these by their folders.",
        )
    return load_packs(tuple(chosen or kept.judgements[0].packs), project.overrides)
