"""`licaudit identify PATH...`: which licenses are named or stand there, how sure, and where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from licaudit.errors import UsageError
from licaudit.i18n import name

if TYPE_CHECKING:
    from licaudit.facts import Claim, Gap
    from licaudit.licenses.identify import Ladder

FORMATS = ("text", "json")
SHOWN = 8  # runs of words that came or went, on the screen; JSON has all
Paths = Annotated[list[str], typer.Argument(help="Files or folders to read.", metavar="PATH...")]


def command(
    paths: Paths,
    format: Annotated[str, typer.Option("--format", help="text or json.", metavar="NAME")] = "text",
) -> None:
    """Name the licenses in files and folders, with rung, scope and place. Judges nothing.

    Exit code: 0 when everything was read, 2 for a wrong flag, 4 for a path that is not there.
    """
    from licaudit.licenses.identify import open_ladder
    from licaudit.licenses.knowledge import load_knowledge

    if format not in FORMATS:
        raise UsageError(
            f"`{format}` is no format of `identify`", todo=f"Use {' or '.join(FORMATS)}."
        )
    ladder = open_ladder(load_knowledge())
    found = [(path, *_identify(path, ladder)) for path in paths]
    if format == "json":
        import json

        typer.echo(json.dumps([_plain(*item) for item in found], indent=1))
        return
    for path, claims, gaps in found:
        _print(path, claims, gaps)


def _identify(path: str, ladder: Ladder) -> tuple[list[Claim], list[Gap]]:
    """Claims and gaps of one path. A single file nobody's reader takes is read as plain text."""
    from licaudit.collectors import ROOT, collect_tree, loose
    from licaudit.licenses.identify import identify
    from licaudit.licenses.settle import settle
    from licaudit.licenses.spans import with_spans
    from licaudit.sources.local import LocalTree
    from licaudit.sources.remembered import Remembered

    tree = Remembered(LocalTree(path))
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
