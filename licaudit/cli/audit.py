"""`licaudit audit TARGET`: the audit, its reports, and the exit code a pipeline reads."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from licaudit.cli import options
from licaudit.errors import FAIL, PASS, REVIEW, UsageError

if TYPE_CHECKING:
    from licaudit.audit import Request
    from licaudit.facts import AuditResult, Finding

CODES = {"pass": PASS, "review": REVIEW, "fail": FAIL}
SHOWN = 12


def command(
    target: options.Target,
    use: options.Use = None,
    pack: options.Packs = None,
    out: Annotated[
        str, typer.Option("--out", help="Where the reports go.", metavar="DIR")
    ] = "licaudit-report",
    format: Annotated[
        str,
        typer.Option(
            "--format", help="Besides json and html: markdown, spdx. Separate several by commas."
        ),
    ] = "",
    lang: options.Lang = "en",
    offline: Annotated[
        bool, typer.Option("--offline", help="Reach no network. (Local audits never do.)")
    ] = False,
    posture: options.Posture = None,
    as_of: options.AsOf = None,
    allow_review: Annotated[
        bool, typer.Option("--allow-review", help="Exit with 0 when a review is needed.")
    ] = False,
    config: options.Config = None,
) -> None:
    """Audit a folder. Exit: 0 pass, 1 fail, 2 usage, 3 review needed, 4 no audit possible."""
    from licaudit.reporting import FORMATS

    options.check_lang(lang)
    formats = ["json", "html", *(f.strip() for f in format.split(",") if f.strip())]
    unknown = [f for f in formats if f not in FORMATS]
    if unknown:
        raise UsageError(
            f"`{unknown[0]}` is no report format", todo=f"Formats: {', '.join(FORMATS)}."
        )
    result = carry_out(options.request(target, use, pack, posture, as_of, config))
    paths = _write(result, dict.fromkeys(formats), Path(out), lang)
    _print(result, lang, paths)
    code = CODES[result.verdict]
    if code == REVIEW and allow_review:
        _print_allowed(result, lang)
        code = PASS
    raise typer.Exit(code)


def carry_out(request: Request) -> AuditResult:
    """Run an audit, with a spinner on a terminal once it takes longer than a blink."""
    from licaudit.audit import run_audit

    if not sys.stderr.isatty():
        return run_audit(request)
    from rich.console import Console

    with Console(stderr=True).status("starting") as status:
        return run_audit(request, lambda step: status.update(f"{step} …"))


def _write(result: AuditResult, formats: dict[str, None], out: Path, lang: str) -> list[Path]:
    from licaudit.reporting import FORMATS

    paths = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in formats:
            path = out / FORMATS[name].filename
            path.write_bytes(FORMATS[name](result, lang))
            paths.append(path)
    except OSError as error:
        raise UsageError(
            f"the reports cannot be written ({error.strerror})",
            where=str(out),
            todo="Choose another folder with --out.",
        ) from error
    return paths


def _print(result: AuditResult, lang: str, paths: list[Path]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    style = {"pass": "bold green", "review": "bold yellow", "fail": "bold red"}
    for judgement in result.judgements:
        line = Text.assemble(
            (judgement.verdict.upper(), style[judgement.verdict]),
            f"  {result.target.input}  ({judgement.intent.use} use)",
        )
        console.print(line)
        for verdict in judgement.verdicts:
            console.print(
                Text.assemble(
                    "  ",
                    (f"{verdict.outcome:7}", style[verdict.outcome]),
                    f"{verdict.scope:22} {verdict.expression or 'not stated'}",
                )
            )
        live = [f for f in judgement.findings if not f.waiver]
        for finding in live[:SHOWN]:
            _print_finding(console, result, finding, lang)
        if len(live) > SHOWN:
            console.print(f"  … and {len(live) - SHOWN} more in the report")
        waived = len(judgement.findings) - len(live)
        if waived:
            console.print(f"  {waived} waived; they stay in the report")
    for waiver in result.waivers.expired:
        console.print(f"  expired waiver: {waiver.rule} on {waiver.artifact} ({waiver.expires})")
    for waiver in result.waivers.unused:
        console.print(f"  unused waiver: {waiver.rule} on {waiver.artifact}")
    for path in paths:
        console.print(f"report: {path}")


def _print_finding(console: object, result: AuditResult, finding: Finding, lang: str) -> None:
    from rich.console import Console
    from rich.text import Text

    assert isinstance(console, Console)
    color = {"fail": "red", "review": "yellow", "pass": "green"}[finding.outcome]
    console.print(
        Text.assemble(
            "\n", (finding.outcome, color), f" {finding.rule}: ", finding.message.say(lang)
        )
    )
    claims = {c.id: c for c in result.claims}
    for claim_id in finding.evidence[:3]:
        claim = claims.get(claim_id)
        if claim:
            console.print(Text(f"    {claim.location.label()}: {claim.written[:160]}", "dim"))
    console.print(Text(f"    -> {finding.fix.say(lang)}"))


def _print_allowed(result: AuditResult, lang: str) -> None:
    for judgement in result.judgements:
        for finding in judgement.findings:
            if finding.outcome == "review" and not finding.waiver:
                typer.echo(f"let through by --allow-review: {finding.rule} on {finding.artifact}")
