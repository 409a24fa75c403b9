"""A census as JSON and Markdown, and the words its other renderings share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TypeVar

from licaudit.facts import OUTCOMES, Gap, Outcome
from licaudit.facts.census import Census, Origin, Size, Value
from licaudit.facts.codec import to_plain
from licaudit.i18n import say
from licaudit.reporting import census_html
from licaudit.reporting.census_words import byte_words, number, percent
from licaudit.reporting.intent import sentence
from licaudit.reporting.markdown import MARKS, plain, quoted

Counted = TypeVar("Counted", Value, Origin)
Writer = Callable[[Census, str], bytes]
MOST = 25  # values of one column in a summary


def write_json(census: Census, lang: str = "en") -> bytes:
    """The bytes of census.json: everything, the same in all languages."""
    record = {**to_plain(census), "verdict": census.verdict}
    text = json.dumps(record, indent=1, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace") + b"\n"


def write_markdown(census: Census, lang: str = "en") -> bytes:
    """The bytes of a Markdown summary."""
    lines = [
        f"## {MARKS[census.verdict]} {say('census.title', lang)} · {quoted(census.target)}",
        "",
        head(census, lang),
        "",
        *(f"- {share(census, o, lang)}" for o in OUTCOMES),
        "",
        *(f"> {plain(n)}\n" for n in notes(census, lang)),
    ]
    lines += _table("census.values", _value_rows(census, lang), lang)
    lines += _table("census.origins", _origin_rows(census, lang), lang)
    if census.gaps:
        lines += [f"### {say('census.gaps', lang)}", ""]
        lines += [f"- {plain(gap_words(g))}" for g in census.gaps[:MOST]]
        lines += [""]
    lines += [say("census.advice", lang)]
    return ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")


def head(census: Census, lang: str) -> str:
    """How much there is, and for what it was judged."""
    total = census.total
    sizes = {"rows": number(total.rows), "bytes": byte_words(total.bytes)}
    counted = say("census.head", lang, files=len(census.files), **sizes)
    return f"{counted} · {say('census.meant', lang, use=sentence(census.intent, lang))}"


def share(census: Census, outcome: Outcome, lang: str) -> str:
    """`may stay: 12 rows (40%), 3.1 MB (35%)`."""
    size = census.share(outcome)
    return say(
        "census.share",
        lang,
        outcome=say(f"census.outcome.{outcome}", lang),
        rows=number(size.rows),
        row_share=percent(size.rows, census.total.rows),
        bytes=byte_words(size.bytes),
        byte_share=percent(size.bytes, census.total.bytes),
    )


def notes(census: Census, lang: str) -> list[str]:
    """What the figures cannot say by themselves."""
    judged = [c for c in census.columns if c.judged]
    found = [] if judged else [say("census.no_license", lang)]
    if len(judged) > 1:
        found.append(say("census.several", lang, n=len(judged)))
    if census.channel == "self_collected":
        found.append(say("census.links", lang))
    return found


def gap_words(gap: Gap) -> str:
    """`file: what`, without the file where the words name it themselves."""
    path = gap.location.path if gap.location else ""
    return gap.detail if not path or path in gap.detail else f"{path}: {gap.detail}"


def shown(item: Value | Origin, lang: str) -> str | None:
    """Our words for a value that is none; None for one that stands there itself."""
    return None if item.kind == "named" else say(f"census.{item.kind}", lang)


def _value_rows(census: Census, lang: str) -> Iterable[list[str]]:
    columns = ("column", "value", "license", "verdict", "rows", "bytes", "reason")
    yield [say(f"census.{c}", lang) for c in columns]
    for v in _few(census.values):
        yield [
            quoted(v.column),
            shown(v, lang) or quoted(v.written or ""),
            plain(v.expression or ""),
            say(f"census.outcome.{v.outcome}", lang),
            *_size(v.size),
            plain(v.why[0].say(lang)) if v.why else "",
        ]


def _origin_rows(census: Census, lang: str) -> Iterable[list[str]]:
    yield [say(f"census.{c}", lang) for c in ("column", "value", "rows", "bytes")]
    for o in _few(census.origins):
        yield [quoted(o.column), shown(o, lang) or quoted(o.name or ""), *_size(o.size)]


def _few(items: Iterable[Counted]) -> list[Counted]:
    counts: dict[str, int] = {}
    found = []
    for item in items:
        counts[item.column] = counts.get(item.column, 0) + 1
        if counts[item.column] <= MOST or item.kind == "rest":
            found.append(item)
    return found


def _size(size: Size) -> list[str]:
    return [number(size.rows), byte_words(size.bytes)]


def _table(title: str, rows: Iterable[list[str]], lang: str) -> list[str]:
    first, *rest = rows
    if not rest:
        return []
    # A bar inside a code span would end the cell all the same.
    lines = [f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in rest]
    return [
        f"### {say(title, lang)}",
        "",
        f"| {' | '.join(first)} |",
        f"|{'---|' * len(first)}",
        *lines,
        "",
    ]


FORMATS: dict[str, tuple[str, Writer]] = {
    "json": ("census.json", write_json),
    "html": ("census.html", census_html.write),
    "markdown": ("census.md", write_markdown),
}
