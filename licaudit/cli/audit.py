"""`licaudit audit TARGET`: the audit, its reports, and the exit code a pipeline reads."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from licaudit.cli import intent_flags, options, requests
from licaudit.cli.written import write_all
from licaudit.errors import FAIL, PASS, REVIEW, UsageError

if TYPE_CHECKING:
    from licaudit.audit import Request
    from licaudit.facts import AuditResult
    from licaudit.policy.project import Project
    from licaudit.sources.session import Reading

CODES = {"pass": PASS, "review": REVIEW, "fail": FAIL}
PATIENCE = 1.0  # seconds of silence before a spinner appears


def command(
    target: options.Target,
    use: options.Use = None,
    pack: options.Packs = None,
    out: Annotated[
        str, typer.Option("--out", help="Where the reports go.", metavar="DIR")
    ] = options.OUT,
    format: options.Formats = "",
    lang: options.Lang = "en",
    offline: options.Offline = False,
    posture: options.Posture = None,
    as_of: options.AsOf = None,
    allow_review: options.AllowReview = False,
    config: options.Config = None,
    record: options.Record = None,
    replay: options.Replay = None,
    depth: options.Depth = None,
    locked: options.Locked = False,
    baseline: options.BaselineFile = None,
    allow_private: options.AllowPrivate = None,
    max_requests: options.MaxRequests = None,
    max_seconds: options.MaxSeconds = None,
    release_as: intent_flags.ReleaseAs = None,
    intent: intent_flags.Values = None,
    environment: options.Environments = None,
    matcher: options.Matcher = None,
) -> None:
    """Audit a folder, a repository on a hub or forge, or a package: verdict, reasons, report.

    What the target came from is read as well, on and on, unless --offline; what cannot be reached
    is a gap, and a gap that matters is a review.

    Exit code: 0 pass, 1 fail, 2 wrong flag, configuration or rule file, 3 review needed, 4 no audit
    was possible.
    """
    from licaudit.cli import many

    options.check_lang(lang)
    formats = chosen_formats(format)
    reading = requests.reading(offline, allow_private, max_requests, max_seconds)

    def asked(one: str, folder: Path) -> Request:
        return requests.request(
            one,
            use,
            pack,
            posture,
            as_of,
            config,
            out=str(folder),
            record=record,
            replay=replay,
            depth=depth,
            reading=reading,
            latest=locked,
            baseline=baseline,
            said=intent_flags.given(release_as, intent),
            environments=environment,
            matcher=matcher,
        )

    if target.strip() == many.CACHE and replay is None:
        many.check(record, locked, baseline)
        raise typer.Exit(many.audit_cache(asked, formats, Path(out), lang, allow_review))
    request = asked(target, Path(out))
    result = carry_out(request, lang)
    if request.record:
        _keep(request)
    if locked:
        check_lock(result, lock_of(target, request.reading))
    code = finish(result, formats, Path(out), lang, request.project, allow_review)
    if result.rows:
        from licaudit.cli.register import write_filled

        write_filled(result, target, Path(out), lang)
    raise typer.Exit(code)


def finish(
    result: AuditResult,
    formats: list[str],
    out: Path,
    lang: str,
    project: Project,
    allow_review: bool,
) -> int:
    """Write the reports, say what matters of them, and give the exit code."""
    from licaudit.cli.screen import show, show_allowed

    paths = write_reports(result, formats, out, lang)
    show(result, lang, paths, project)
    code = CODES[result.new_verdict]
    if code == REVIEW and allow_review:
        show_allowed(result, lang)
        code = PASS
    return code


def _keep(request: Request) -> None:
    """What the recording needs besides the target's bytes to give the same result again."""
    from licaudit.reporting.lock import text_of as dump_lock
    from licaudit.sources.session import keep_facts

    assert request.record is not None
    project = Path(request.project.name) if request.project.name else None
    keep_facts(
        request.record,
        {
            "as_of": request.as_of.isoformat(),
            "project": project.read_text("utf-8") if project else None,
            "project_name": str(project) if project else None,
            "lock": dump_lock(request.lock) if request.lock else None,
            "followed": request.reading is not None,
            "offline": request.reading is not None and request.reading.offline,
            "depth": request.depth,
            "at_lock": request.at_lock,
            "matcher": request.matcher,
        },
    )


def lock_of(target: str, reading: Reading | None = None) -> Path:
    """Where the lock of a target stands: beside its licaudit.yaml, here for what is no folder."""
    return requests.lock_path(requests.folder_of(target, reading))


def check_lock(result: AuditResult, lock: Path) -> None:
    """Refuse a result whose upstreams are not those of the lock. Raises ConfigError."""
    from licaudit.errors import ConfigError
    from licaudit.reporting.lock import drift

    if not lock.is_file():
        raise ConfigError(
            "there is no lock", where=str(lock), todo="Write it with `licaudit lock`."
        )
    said = drift(result, lock.read_bytes(), str(lock))
    if said:
        raise ConfigError(
            f"upstreams differ from the lock in {len(said)}: "
            + "; ".join(f"({n}) {words}" for n, words in enumerate(said, 1)),
            where=str(lock),
            todo="Look at what changed, then write the lock again with `licaudit lock`.",
        )


def carry_out(request: Request, lang: str) -> AuditResult:
    """Run an audit; on a terminal a spinner appears once it takes longer than a blink."""
    from licaudit.audit import run_audit
    from licaudit.cli.register import may_be
    from licaudit.licenses.matcher import using

    with using(request.matcher), _spinner(lang) as progress:
        if may_be(request.target):
            from licaudit.fleet.register import audit_register

            result = audit_register(request, progress)
            if result is not None:
                return result
        return run_audit(request, progress)


@contextmanager
def _spinner(lang: str) -> Iterator[options.Progress]:
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from threading import Timer

    from rich.console import Console

    from licaudit.i18n import say

    status = Console(stderr=True).status(say("screen.working", lang))
    later = Timer(PATIENCE, status.start)
    later.start()
    try:
        yield lambda step, *counts: status.update(_doing(step, counts, lang))
    finally:
        later.cancel()
        later.join()
        status.stop()


def _doing(step: str, counts: tuple[int, ...], lang: str) -> str:
    from licaudit.i18n import say

    count = f" {counts[0]}/{counts[1]}" if len(counts) == 2 else ""
    return f"{say(f'screen.step.{step}', lang)}{count} …"


def chosen_formats(wanted: str) -> list[str]:
    """The names of --format, json and html first. Raises UsageError for an unknown one."""
    from licaudit.reporting import FORMATS

    names = ["json", "html", *(f.strip() for f in wanted.split(",") if f.strip())]
    for name in names:
        if name not in FORMATS:
            raise UsageError(
                f"`{name}` is no report format", todo=f"Formats: {', '.join(FORMATS)}."
            )
    return list(dict.fromkeys(names))


def write_reports(result: AuditResult, formats: list[str], out: Path, lang: str) -> list[Path]:
    """All reports or none: each is complete before the first is put in its place."""
    from licaudit.reporting import FORMATS

    return write_all({FORMATS[n].filename: FORMATS[n](result, lang) for n in formats}, out)
