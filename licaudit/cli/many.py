"""`licaudit audit hf-cache:`: every repository in this disk's cache, a report each, one summary."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from licaudit.errors import INCOMPLETE, LicauditError, TargetError, UsageError

if TYPE_CHECKING:
    from licaudit.audit import Request

CACHE = "hf-cache:"
SUMMARY = "summary.json"


def check(record: str | None, locked: bool, baseline: str | None) -> None:
    """Refuse flags that speak of one repository. Raises UsageError."""
    for flag, given in (("--record", record), ("--locked", locked), ("--baseline", baseline)):
        if given:
            raise UsageError(
                f"{flag} is of one repository", where=CACHE, todo="Name it: hf-cache:org/name."
            )


def audit_cache(
    request: Callable[[str, Path], Request],
    formats: list[str],
    out: Path,
    lang: str,
    allow_review: bool,
) -> int:
    """Audit each snapshot of the cache and print a line for each. The worst exit code of all.

    Raises TargetError when there is no cache, or an empty one.
    """
    from licaudit.sources.faults import SourceGap
    from licaudit.sources.hub_cache import cache_targets

    try:
        targets = cache_targets()
    except SourceGap as gap:
        raise gap.as_target_error() from gap
    if not targets:
        raise TargetError("the Hugging Face cache is empty", where=CACHE)
    rows = []
    for target in targets:
        rows.append(_one(request, target.key, formats, out / _folder(target.key), lang))
        _print(rows[-1], lang)
    path = out / SUMMARY
    path.write_text(json.dumps({"target": CACHE, "repositories": rows}, indent=1) + "\n", "utf-8")
    return _code(rows, path, lang, allow_review)


def _one(
    request: Callable[[str, Path], Request], target: str, formats: list[str], out: Path, lang: str
) -> dict[str, Any]:
    """One repository's row. What cannot be audited is a row as well, and stops no other."""
    from licaudit.cli.audit import carry_out, write_reports

    try:
        result = carry_out(request(target, out), lang)
        paths = write_reports(result, formats, out, lang)
    except TargetError as error:
        out.mkdir(parents=True, exist_ok=True)
        return {"target": target, "verdict": None, "error": LicauditError.sentence(error)}
    page = next(str(p) for p in paths if p.suffix == ".html")
    findings = sum(len(j.findings) for j in result.judgements)
    return {"target": target, "verdict": result.verdict, "findings": findings, "report": page}


def _folder(target: str) -> str:
    """`datasets--org--name--1a2b3c4d`: a folder's name for a key of the cache."""
    name, _, revision = target.removeprefix(CACHE).partition("@")
    return re.sub(r"[^\w.-]", "_", f"{name.replace('/', '--')}--{revision[:8]}")


def _print(row: dict[str, Any], lang: str) -> None:
    from licaudit.cli.screen import STYLE, Screen
    from licaudit.i18n import name

    screen = Screen()
    if row["verdict"] is None:
        screen.line(row["error"])
        return
    word = name("outcome", row["verdict"], lang)
    screen.line(
        (word.ljust(8), STYLE[row["verdict"]]), f"{row['target']}  ", (row["report"], "dim")
    )


def _code(rows: list[dict[str, Any]], path: Path, lang: str, allow_review: bool) -> int:
    from licaudit.cli.screen import Screen
    from licaudit.i18n import say

    verdicts = [row["verdict"] for row in rows]
    screen = Screen()
    counts = {v: verdicts.count(v) for v in ("fail", "review", "pass")}
    screen.line()
    screen.line((say("screen.many", lang, all=len(rows), path=path, **counts), "bold"))
    if counts["fail"]:
        return 1
    if None in verdicts:
        return INCOMPLETE
    return 3 if counts["review"] and not allow_review else 0
