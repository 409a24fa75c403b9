"""`licaudit diff OLD NEW`: what changed upstream between two audits or locks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from licaudit.cli import options
from licaudit.errors import UsageError

if TYPE_CHECKING:
    from licaudit.cli.screen import Screen
    from licaudit.reporting.diff import Change

FORMATS = ("text", "json")
SAME, CHANGED = 0, 1
STYLES = {"matters": "red", "relaxed": "green", "better": "green"}
DIGEST = 19  # characters of a digest that are shown


def command(
    old: Annotated[
        str, typer.Argument(help="An audit.json or licaudit.lock, from before.", metavar="OLD")
    ],
    new: Annotated[
        str, typer.Argument(help="An audit.json or licaudit.lock, from now.", metavar="NEW")
    ],
    lang: options.Lang = "en",
    format: Annotated[str, typer.Option("--format", help="text or json.", metavar="NAME")] = "text",
) -> None:
    """Say what changed upstream: licenses, texts edited in place, nodes, verdicts, findings.

    Exit code: 0 nothing that matters, 1 a license became tighter or unclear, a text was edited, an
    upstream was added, a verdict got worse or a finding came; 2 for a file that cannot be read.
    """
    from licaudit.reporting.diff import compare, plain, read
    from licaudit.reporting.diff_terms import shift_of

    options.check_lang(lang)
    if format not in FORMATS:
        raise UsageError(f"`{format}` is no format of `diff`", todo="Use text or json.")
    before, after = read(Path(old)), read(Path(new))
    changes = compare(before, after, shift_of)
    from licaudit.cli.screen import Screen

    if format == "json":
        import json

        text = json.dumps(plain(before, after, changes), indent=1, sort_keys=True)
        Screen().out(text, highlight=False)
    else:
        _show(Screen(), changes, lang)
    raise typer.Exit(CHANGED if any(c.matters for c in changes) else SAME)


def _show(screen: Screen, changes: tuple[Change, ...], lang: str) -> None:
    from licaudit.i18n import say

    for matters, title in ((True, "diff.matters"), (False, "diff.others")):
        found = [c for c in changes if c.matters is matters]
        if found:
            screen.line((say(title, lang, n=len(found)), "bold"))
        for change in found:
            _change(screen, change, lang)
    if not changes:
        screen.line(say("diff.same", lang))


def _change(screen: Screen, change: Change, lang: str) -> None:
    from licaudit.i18n import name, say

    style = STYLES["matters"] if change.matters else STYLES.get(change.what, "")
    head = say(f"diff.{change.kind}.{change.what}", lang)
    scope = change.scope
    if scope and change.kind in ("verdict", "license"):
        scope = name("verdict_scope", scope, lang)
    subject = f"{change.subject}{say('colon', lang)}{scope}" if scope else change.subject
    screen.line((head, style), f"  {subject}", indent=2, hang=2)
    if change.kind in ("license", "text", "revision", "verdict", "finding"):
        old, new = (_value(change, v, lang) for v in (change.old, change.new))
        screen.line(f"{old} → {new}", indent=4, hang=2)
    elif change.old or change.new:
        screen.line(str(change.old or change.new), indent=4, hang=2)
    _acts(screen, change, lang)


def _value(change: Change, value: str | None, lang: str) -> str:
    from licaudit.i18n import name, say

    if value is None:
        return say("diff.not_known" if change.kind != "finding" else "none", lang)
    if value == "waived":
        return say("diff.waived", lang)
    if change.kind in ("verdict", "finding"):
        return name("outcome", value, lang)
    return value[:DIGEST] if change.kind == "text" else value


def _acts(screen: Screen, change: Change, lang: str) -> None:
    """Which acts lost or gained permission, and what is asked more or less."""
    from licaudit.i18n import name, say

    if change.shift is None:
        return
    for key, acts in (("lost", change.shift.lost), ("gained", change.shift.gained)):
        for action, purpose, was, now in acts:
            words = say(
                "diff.act",
                lang,
                act=name("action", action, lang),
                purpose=name("purpose", purpose, lang),
                old=say(f"explain.mark.{was}", lang),
                new=say(f"explain.mark.{now}", lang),
            )
            screen.line((say(f"diff.{key}", lang), "dim"), f" {words}", indent=4, hang=2)
    for key, types in (("more", change.shift.asks_more), ("less", change.shift.asks_less)):
        if types:
            words = say("comma", lang).join(name("condition_type", t, lang) for t in types)
            screen.line((say(f"diff.{key}", lang), "dim"), f" {words}", indent=4, hang=2)
