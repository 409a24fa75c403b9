"""`licaudit identify PATH...`: which licenses are named or stand there, how sure, and where."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from licaudit.cli import identify_tree, options
from licaudit.errors import UsageError
from licaudit.i18n import name

if TYPE_CHECKING:
    from licaudit.facts import Claim, Gap
    from licaudit.licenses.identify import Ladder
    from licaudit.sources.local import LocalTree

FORMATS = ("text", "json", "jsonl")
SHOWN = 8  # runs of words that came or went, on the screen; JSON has all
Paths = Annotated[list[str], typer.Argument(help="Files or folders to read.", metavar="PATH...")]


def command(
    paths: Paths,
    format: Annotated[
        str, typer.Option("--format", help="text, json or jsonl.", metavar="NAME")
    ] = "text",
    matcher: options.Matcher = None,
) -> None:
    """Name the licenses in files and folders, with rung, scope and place. Judges nothing.

    Of a folder first what its cards, license files and manifests declare, then what every file of
    the whole tree says. jsonl prints a line a path and a line a file, as they are read.

    Exit code: 0 when everything was read, 2 for a wrong flag, 4 for a path that is not there.
    """
    from licaudit.licenses.identify import open_ladder
    from licaudit.licenses.knowledge import load_knowledge
    from licaudit.licenses.matcher import using, wanted
    from licaudit.sources.local import find

    if format not in FORMATS:
        raise UsageError(
            f"`{format}` is no format of `identify`", todo=f"Use {' or '.join(FORMATS)}."
        )
    ladder = open_ladder(load_knowledge())
    for path in paths:
        find(path)  # one that is not there stops before anything is printed
    with using(wanted(matcher)):
        if format == "json":
            typer.echo("[")
        for number, path in enumerate(paths):
            if format == "json" and number:
                typer.echo(",")
            _one(path, ladder, format)
        if format == "json":
            typer.echo("\n]")


def _one(path: str, ladder: Ladder, format: str) -> None:
    """Prints what one path says; of a folder also what every file below it says."""
    from licaudit.sources.local import LocalTree

    tree = LocalTree(path)
    claims, gaps = _identify(tree, ladder)
    files = identify_tree.answers(path, tree.entries()) if Path(path).is_dir() else None
    if format == "text":
        _print(path, claims, gaps)
        identify_tree.write_text(files)
    elif format == "json":
        identify_tree.write_json(_plain(path, claims, gaps), files)
    else:
        identify_tree.write_lines(_plain(path, claims, gaps), files)


def _identify(local: LocalTree, ladder: Ladder) -> tuple[list[Claim], list[Gap]]:
    """Claims and gaps of one path. A single file nobody's reader takes is read as plain text."""
    from licaudit.collectors import ROOT, collect_tree, loose
    from licaudit.licenses.identify import identify
    from licaudit.licenses.settle import settle
    from licaudit.licenses.spans import with_spans
    from licaudit.sources.remembered import Remembered

    tree = Remembered(local)
    _, collected = collect_tree(tree)
    single = len(tree.entries()) == 1 and tree.entries()[0].name == tree.name
    if single and not collected.passages and not any(g.blocks for g in collected.gaps):
        collected = loose.collect(tree, ROOT)
    claims, missing = identify(collected.passages, ladder)
    gaps = settle(claims, (*collected.gaps, *missing))
    claims = with_spans(claims, tree.beginning)
    ordered = sorted(claims, key=lambda c: (c.location.path, c.location.line or 0, c.scope, c.id))
    return ordered, list(gaps)


def expressions(claims: list[Claim]) -> list[str]:
    """The distinct expressions of some claims, in the claims' order."""
    return list(dict.fromkeys(c.expression for c in claims if c.expression))


def _plain(path: str, claims: list[Claim], gaps: list[Gap]) -> dict[str, Any]:
    from licaudit.facts.codec import to_plain

    return {
        "path": path,
        "expressions": expressions(claims),
        "claims": to_plain(claims),
        "gaps": to_plain(gaps),
    }


def _print(path: str, claims: list[Claim], gaps: list[Gap]) -> None:
    from licaudit.reporting.visible import visible

    typer.echo(visible(f"{path}: {' | '.join(expressions(claims)) or 'no license identified'}"))
    for claim in claims:
        for line in _claim_lines(claim):
            typer.echo(visible(line))
    for gap in gaps:
        place = gap.location.label() if gap.location else ""
        more = f" (may be read at {gap.link})" if gap.link and gap.link not in gap.detail else ""
        typer.echo(visible(f"  {place}  not known: {gap.detail}{more}"))


def _claim_lines(claim: Claim) -> Iterator[str]:
    """`LICENSE:1-21  MIT  exact_text  code  100 %  bytes 0-1068`, and how a near text differs."""
    where = claim.location
    place = where.label()
    if where.end_line and where.end_line != where.line:
        place += f"-{where.end_line}"
    if where.key and not where.line:
        place += f" ({where.key})"
    said = claim.expression or claim.narrows or ", ".join(claim.candidates) or "?"
    span = ""
    if where.start is not None and where.length is not None:
        span = f"  bytes {where.start}-{where.start + where.length}"
    yield f"  {place}  {said}  {claim.rung}  {claim.scope}  {claim.confidence:.0%}{span}"
    if claim.rung != "near" or claim.change is None:
        return
    for kind in claim.change.restrictions:
        yield f"      restriction: {name('narrows', kind, 'en')}"
    for sign, edits in (("+", claim.change.added), ("-", claim.change.removed)):
        for edit in edits[:SHOWN]:
            words = edit.words if len(edit.words) <= 100 else edit.words[:100] + "..."
            yield f"      {sign} {f'line {edit.line}: ' if edit.line else ''}{words}"
        if len(edits) > SHOWN:
            yield f"      {sign} and {len(edits) - SHOWN} more"
