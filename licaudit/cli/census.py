"""`licaudit census FILES|FOLDER`: rows and bytes by license, and what an intent may keep."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from licaudit.cli import options, requests
from licaudit.cli.audit import CODES
from licaudit.cli.written import write_all
from licaudit.errors import UsageError

if TYPE_CHECKING:
    from licaudit.collectors.rows import Desk
    from licaudit.facts.census import Census, Ledger
    from licaudit.fleet.census import CensusRequest, Counting, Watch

MOST = 12  # values shown on the screen
WRITTEN = 60
PAUSE = 0.2  # seconds between two looks at how far the counting is
Targets = Annotated[
    list[str],
    typer.Argument(
        help="Files or folders of rows: parquet, jsonl, csv, arrow; jsonl and csv also .gz, .zst.",
        metavar="FILES|FOLDER",
    ),
]

Out = Annotated[str, typer.Option("--out", help="Where the reports go.", metavar="DIR")]
Formats = Annotated[
    str,
    typer.Option(
        "--format", help="Reports, with commas between: json, html, markdown.", metavar="NAMES"
    ),
]
Column = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        help="Judge rows by this license column alone, named as in the report; repeatable.",
        metavar="NAME",
    ),
]
Apply = Annotated[
    str | None,
    typer.Option(
        "--apply",
        help="Write the rows that may stay into this folder, with a ledger.",
        metavar="DIR",
    ),
]


def command(
    targets: Targets,
    use: options.Use = None,
    out: Out = options.OUT,
    format: Formats = "json,html",
    lang: options.Lang = "en",
    column: Column = None,
    apply: Apply = None,
    pack: options.Packs = None,
    posture: options.Posture = None,
    as_of: options.AsOf = None,
    config: options.Config = None,
) -> None:
    """Count rows and bytes by what license columns say, and judge them for what you mean to do.

    Exit code: 0 every row may stay (with --apply: every row written), 1 rows must go, 3 a decision
    is needed, 2 wrong flag or project file, 4 nothing could be opened.
    """
    from licaudit.fleet.census import run_census
    from licaudit.fleet.census_clean import check_out, clean

    options.check_lang(lang)
    formats = _formats(format)
    request = _request(targets, use, column, pack, posture, as_of, config)
    if apply is not None:
        check_out(Path(apply), request)
    with _progress(lang) as watch:
        counting = run_census(request, watch)
    paths = _write(counting.census, formats, Path(out), lang)
    _show(counting.census, paths, lang)
    code = CODES[counting.census.verdict]
    if apply is not None:
        ledger, _ = clean(request, counting, Path(apply))
        _show_ledger(ledger, Path(apply), counting, lang)
        code = CODES[ledger.verdict_again]
    raise typer.Exit(code)


def _request(
    targets: list[str],
    use: str | None,
    column: list[str] | None,
    pack: list[str] | None,
    posture: str | None,
    as_of: str | None,
    config: str | None,
) -> CensusRequest:
    """What to count, from flags and the project file of the first folder."""
    from licaudit.errors import TargetError
    from licaudit.fleet.census import CensusRequest

    for target in targets:
        if not Path(target).exists():
            raise TargetError(
                "there is no such file or folder",
                where=target,
                todo="A census reads rows on this disk: check the path, or download the files.",
            )
    first = Path(targets[0])
    folder = first if first.is_dir() else first.parent
    asked = requests.request(str(folder), use, pack, posture, as_of, config)
    return CensusRequest(
        targets=tuple(targets),
        intent=asked.intents[0],
        project=asked.project,
        as_of=asked.as_of,
        posture=asked.posture,
        packs=asked.packs,
        columns=tuple(column or ()),
    )


def _formats(wanted: str) -> list[str]:
    from licaudit.reporting.census import FORMATS

    names = [n.strip() for n in wanted.split(",") if n.strip()]
    for name in names:
        if name not in FORMATS:
            raise UsageError(
                f"`{name}` is no format of `census`", todo=f"Use {', '.join(FORMATS)}."
            )
    return list(dict.fromkeys(names))


def _write(census: Census, formats: list[str], out: Path, lang: str) -> list[Path]:
    from licaudit.reporting.census import FORMATS

    reports = {FORMATS[n][0]: FORMATS[n][1](census, lang) for n in formats}
    return write_all(reports, out)


def _show(census: Census, paths: list[Path], lang: str) -> None:
    from licaudit.cli.screen import STYLE, Screen
    from licaudit.facts import OUTCOMES
    from licaudit.i18n import say
    from licaudit.reporting.census import gap_words, head, notes, share, shown
    from licaudit.reporting.census_words import byte_words, number

    screen = Screen()
    screen.line((say("census.title", lang), f"bold {STYLE[census.verdict]}"), f"  {census.target}")
    screen.line(head(census, lang))
    for outcome in OUTCOMES:
        screen.line((share(census, outcome, lang), STYLE[outcome]), indent=2)
    biggest = sorted(census.values, key=lambda v: (-v.size.rows, v.column, v.written or ""))
    for value in biggest[:MOST]:
        written = shown(value, lang) or " ".join((value.written or "").split())[:WRITTEN]
        named = f" = {value.expression}" if value.expression else ""
        screen.line(
            (say(f"census.outcome.{value.outcome}", lang), STYLE[value.outcome]),
            f"  {value.column}: {written}{named}",
            (f"  {number(value.size.rows)}, {byte_words(value.size.bytes)}", "dim"),
            indent=2,
            hang=4,
        )
    if len(biggest) > MOST:
        screen.line((say("census.more", lang, n=len(biggest) - MOST), "dim"), indent=2)
    for note in notes(census, lang):
        screen.line(note)
    for gap in census.gaps[:MOST]:
        screen.line((gap_words(gap), "yellow"), hang=2)
    if paths:
        screen.line(say("census.reports", lang, paths=", ".join(map(str, paths))))


def _show_ledger(ledger: Ledger, out: Path, counting: Counting, lang: str) -> None:
    from licaudit.cli.screen import STYLE, Screen
    from licaudit.fleet.census_clean import LEDGER
    from licaudit.i18n import say
    from licaudit.reporting.census import gap_words
    from licaudit.reporting.census_words import byte_words, number

    screen = Screen()
    place = str(out / LEDGER)
    for gap in ledger.gaps[len(counting.census.gaps) :]:
        screen.line((gap_words(gap), "yellow"), hang=2)
    if not ledger.after.rows:
        screen.line((say("census.none_kept", lang, ledger=place), "yellow"))
        return
    kept, before = ledger.after, ledger.before
    sizes = {"rows": number(kept.rows), "of": number(before.rows)}
    sizes |= {"bytes": byte_words(kept.bytes), "of_bytes": byte_words(before.bytes)}
    screen.line(say("census.written", lang, out=str(out), **sizes))
    verdict = say(f"census.outcome.{ledger.verdict_again}", lang)
    screen.line((say("census.again", lang, outcome=verdict), STYLE[ledger.verdict_again]))
    screen.line(say("census.ledger", lang, ledger=place))


@contextmanager
def _progress(lang: str) -> Iterator[Watch]:
    """On a terminal a bar that asks DuckDB how far it is; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from threading import Event, Thread

    from rich.console import Console
    from rich.progress import Progress

    from licaudit.i18n import say

    over, now = Event(), dict[str, Any]()
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(say("census.counting", lang), total=100.0)

        def look() -> None:
            while not over.wait(PAUSE):
                if now:
                    share = max(0.0, now["desk"].progress()) / 100
                    bar.update(task, completed=100 * (now["done"] + share) / now["all"])

        def watch(desk: Desk, done: int, groups: int) -> None:
            now.update(desk=desk, done=done, all=max(1, groups))

        thread = Thread(target=look, daemon=True)
        thread.start()
        try:
            yield watch
        finally:
            over.set()
            thread.join()
