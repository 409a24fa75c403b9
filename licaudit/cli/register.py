"""A register as a target: which files may be one, and the filled-in copy beside the reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from licaudit.errors import UsageError

if TYPE_CHECKING:
    from licaudit.facts import AuditResult

ENDINGS = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".yaml", ".yml", ".json")


def may_be(target: str) -> bool:
    """Whether a target's name is one that registers go by; its content decides."""
    return target.strip().lower().endswith(ENDINGS)


def write_filled(result: AuditResult, target: str, out: Path, lang: str) -> None:
    """The register filled in, in the folder of the reports, and a line that says so."""
    from licaudit.cli.screen import Screen
    from licaudit.i18n import say
    from licaudit.reporting.register import fill_in, filled_name
    from licaudit.settings import write_whole

    verdicts = [row.verdict for row in result.rows]
    counts = {"fail": verdicts.count("fail"), "review": verdicts.count("review")}
    screen = Screen()
    n = len(verdicts)
    screen.line((say("register.screen", lang, n=n, pass_=verdicts.count("pass"), **counts), "bold"))
    source = Path(target)
    if not source.is_file():
        return  # a replay: there is no file to fill in
    path = out / filled_name(target)
    try:
        data = fill_in(source.read_bytes(), result, target, lang)
        if data is not None:
            write_whole(path, data)
            screen.line((say("register.filled", lang, path=path), "bold"))
    except OSError as error:
        raise UsageError(
            f"the filled-in register cannot be written ({error.strerror})",
            where=str(path),
            todo="Choose another folder with --out.",
        ) from error
