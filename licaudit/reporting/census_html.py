"""census.html: one page, no script, nothing from the network."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from licaudit.facts import OUTCOMES, Outcome
from licaudit.facts.census import Census
from licaudit.i18n import say
from licaudit.reporting.census_words import byte_words, number, percent
from licaudit.reporting.intent import sentence
from licaudit.reporting.pages import environment
from licaudit.settings import data_folder

if TYPE_CHECKING:
    from jinja2 import Environment


def write(census: Census, lang: str = "en") -> bytes:
    """The bytes of census.html in one language."""

    def words(key: str, **values: object) -> str:
        return say(key, lang, **values)

    page = (
        _environment()
        .get_template("census.html.j2")
        .render(
            lang=lang,
            t=words,
            census=census,
            intent=sentence(census.intent, lang),
            judged=[c for c in census.columns if c.judged],
            bars=_bars(census),
            style=_style(),
        )
    )
    return page.encode("utf-8", "backslashreplace")


def _bars(census: Census) -> list[dict[str, Any]]:
    """Each outcome with its share of rows and of bytes, in percent."""

    def width(part: int, whole: int) -> float:
        return round(100 * part / whole, 2) if whole else 0.0

    order: tuple[Outcome, ...] = OUTCOMES
    return [
        {
            "outcome": outcome,
            "size": census.share(outcome),
            "rows": width(census.share(outcome).rows, census.total.rows),
            "bytes": width(census.share(outcome).bytes, census.total.bytes),
        }
        for outcome in order
    ]


@cache
def _style() -> Markup:
    folder = data_folder("reports") / "templates"
    # Our own files: nothing of a dataset stands in them.
    return Markup("\n".join((folder / n).read_text("utf-8") for n in ("report.css", "census.css")))


@cache
def _environment() -> Environment:
    return environment(number=number, byte_words=byte_words, percent=percent)
