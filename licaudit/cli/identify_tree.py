"""The second half of `licaudit identify FOLDER`: what each file of the whole tree says.

Answers are written as they come, so a tree of any size passes through in little memory.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from licaudit.licenses.scan import FileAnswer
    from licaudit.sources.tree import Entry

Progress = Callable[[int, int], None]


def answers(folder: str, entries: Sequence[Entry]) -> Iterator[dict[str, Any]]:
    """One record for each file that names a license or could not be read, in the files' order."""
    from licaudit.licenses.scan import scan

    with _progress() as progress:
        found = scan((os.path.join(folder, e.path) for e in entries), progress=progress)
        for entry, answer in zip(entries, found, strict=True):
            if answer.expression or answer.matches or answer.gap:
                yield _record(entry, folder, answer)


def _record(entry: Entry, folder: str, answer: FileAnswer) -> dict[str, Any]:
    from licaudit.collectors.context import is_code_file
    from licaudit.facts import CODE, EVERYTHING

    scope = CODE if is_code_file(entry) else EVERYTHING
    found = [{**match._asdict(), "scope": scope} for match in answer.matches]
    gap = answer.gap and answer.gap.replace(os.path.join(folder, entry.path), entry.path, 1)
    return {"path": entry.path, "expression": answer.expression, "gap": gap, "matches": found}


def write_json(head: dict[str, Any], records: Iterator[dict[str, Any]] | None) -> None:
    """One object: what `head` holds, and `files` with a record on each line."""
    if records is None:
        typer.echo(json.dumps(head, indent=1), nl=False)
        return
    typer.echo(json.dumps(head, indent=1)[:-2] + ',\n "files": [', nl=False)
    before = "\n  "
    for record in records:
        typer.echo(before + json.dumps(record), nl=False)
        before = ",\n  "
    typer.echo("\n ]\n}", nl=False)


def write_lines(head: dict[str, Any], records: Iterator[dict[str, Any]] | None) -> None:
    """JSON Lines: `head`, then a record a line."""
    typer.echo(json.dumps(head))
    for record in records or ():
        typer.echo(json.dumps(record))


def write_text(records: Iterator[dict[str, Any]] | None) -> None:
    """A line a file, and below it where each license stands."""
    from licaudit.reporting.visible import visible

    for number, record in enumerate(records or ()):
        if not number:
            typer.echo("  every file:")
        said = record["expression"] or ("not known" if record["gap"] else "no license named")
        typer.echo(visible(f"  {record['path']}  {said}"))
        if record["gap"]:
            typer.echo(visible(f"      not known: {record['gap']}"))
        for match in record["matches"]:
            typer.echo(visible("      " + _place(match)))


def _place(match: dict[str, Any]) -> str:
    """`1-21  MIT  exact_rule  code  100%  bytes 0-1068`."""
    lines = str(match["line"])
    if match["end_line"] != match["line"]:
        lines += f"-{match['end_line']}"
    span = ""
    if match["start"] is not None:
        span = f"  bytes {match['start']}-{match['start'] + match['length']}"
    sure = f"{match['confidence']:.0%}"
    return f"{lines}  {match['expression']}  {match['rung']}  {match['scope']}  {sure}{span}"


@contextmanager
def _progress() -> Iterator[Progress]:
    """On a terminal a bar with the time that is left; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), "files", TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
