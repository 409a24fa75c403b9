"""report.html: one page that holds everything, asks nothing of the network and runs no script."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from licaudit.facts import (
    ACTIONS,
    ARTIFACT_KINDS,
    OUTCOMES,
    PURPOSES,
    AuditResult,
    Condition,
    Finding,
)
from licaudit.i18n import name, say
from licaudit.licenses.duties import CheckRule, load_duties
from licaudit.reporting import answers, index, intent, picture
from licaudit.reporting.pages import environment
from licaudit.reporting.side import side_by_side
from licaudit.reporting.visible import visible
from licaudit.settings import data_folder

if TYPE_CHECKING:
    from jinja2 import Environment

LONG = 700  # characters of a quotation shown before the rest is folded away


def write(result: AuditResult, lang: str = "en") -> bytes:
    """The bytes of report.html in one language."""
    pages = _environment()
    lookup = index.Index(result)

    def words(key: str, **values: object) -> str:
        return say(key, lang, **values)

    def term(group: str, value: str | None) -> str:
        return name(group, value, lang)

    page = pages.get_template("report.html.j2").render(
        lang=lang,
        t=words,
        term=term,
        result=result,
        index=lookup,
        picture=picture.draw(lookup, lang),
        side_rows=side_by_side,
        intent_words=lambda i: intent.sentence(i, lang),
        intent_open=lambda i: intent.not_said(i, lang),
        style=Markup(_style()),
    )
    return page.encode("utf-8", "backslashreplace")


@cache
def _style() -> str:
    return (data_folder("reports") / "templates" / "report.css").read_text("utf-8")


@cache
def _environment() -> Environment:
    made = environment(
        ACTIONS=ACTIONS,
        KINDS=ARTIFACT_KINDS,
        OUTCOMES=OUTCOMES,
        PURPOSES=PURPOSES,
        because=index.because,
        ordered=index.ordered,
        fixes=index.fixes,
        terms_tables=answers.terms_tables,
        quotation=_quotation,
        check_of=_check_of,
        checked_by=load_duties().checks.get,
        anchor=_anchor,
    )
    made.filters["ticks"] = _ticks
    made.filters["percent"] = lambda value: f"{value:.0%}"
    return made


def _check_of(condition: Condition) -> CheckRule | None:
    """The check of a duty of a license; a word of another licaudit's tells nothing here."""
    if condition.kind != "duty" or condition.type not in load_duties().types:
        return None
    return load_duties().checks.get(load_duties().check_of(condition))


def _anchor(finding: Finding) -> str:
    """A name for links inside the page, made of harmless letters alone."""
    parts = (finding.rule, finding.artifact, finding.scope or "", finding.fingerprint)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:12]


def _ticks(words: str) -> Markup:
    """Words with what stands between backticks set as code."""
    parts = [escape(visible(part)) for part in words.split("`")]
    if len(parts) % 2 == 0:
        return Markup("`").join(parts)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else part
        for number, part in enumerate(parts)
    )


def _quotation(written: str) -> tuple[str, str]:
    """The words shown at once, and the rest of a long quotation."""
    if len(written) <= LONG:
        return written, ""
    end = written.rfind(" ", LONG // 2, LONG) + 1 or LONG
    return written[:end], written[end:]
