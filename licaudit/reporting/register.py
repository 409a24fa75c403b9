"""A register written back filled in: its own bytes and columns as they were, the answers beside.

A csv keeps encoding, delimiter and line ends; a workbook its sheets, styles and formulas; a mixture
its comments. No cell of ours can be taken for a formula.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from licaudit.collectors.register_mixture import OURS
from licaudit.collectors.register_tables import (
    MOST_COLUMNS,
    CsvForm,
    Sheet,
    open_workbook,
    read_csv,
    read_xlsx,
    records,
)
from licaudit.documents import annotate, annotated
from licaudit.facts import AuditResult, RowAnswer
from licaudit.i18n import name, say

COLUMNS = ("verdict", "reason", "missing", "license", "evidence")
_LONGEST = 2_000  # characters of a cell of ours
_FILLS = {"pass": "E2F0D9", "review": "FFF2CC", "fail": "F8CBAD"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def filled_name(target: str) -> str:
    """`register.audited.xlsx` for `register.xlsx`."""
    path = PurePath(target)
    return f"{path.stem}.audited{path.suffix}"


def fill_in(data: bytes, result: AuditResult, target: str, lang: str) -> bytes | None:
    """The register with the answers of `result`; None for a file that could not be read."""
    if not result.rows:
        return None
    ending = PurePath(target).suffix.lower()
    answers = {(a.sheet, a.number): a for a in result.rows}
    if ending in (".csv", ".tsv"):
        return _csv(data, answers, lang)
    if ending in (".xlsx", ".xlsm"):
        return _xlsx(data, answers, lang, macros=ending == ".xlsm")
    return _mixture(data, result.rows, lang, ending)


def values_of(answer: RowAnswer, lang: str) -> dict[str, str]:
    """The cells of one row, by column."""
    comma = say("comma", lang)
    found = {
        "verdict": name("outcome", answer.verdict, lang),
        "reason": " ".join(r.say(lang) for r in answer.reasons),
        "missing": " ".join(m.say(lang) for m in answer.missing),
        "license": answer.license or "",
        "evidence": comma.join(answer.evidence),
    }
    return {key: tame(text) for key, text in found.items()}


def tame(text: str) -> str:
    """Words that no spreadsheet runs: a first `=`, `+`, `-` or `@` gets an apostrophe before it."""
    text = _CONTROL.sub("", " ".join(text.split()))[:_LONGEST]
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "|", "%")) else text


def headings(taken: set[str], lang: str) -> list[str]:
    """The headings of our columns, numbered where the register has such columns already."""
    found = []
    for column in COLUMNS:
        plain = say(f"register.column.{column}", lang)
        text, count = plain, 2
        while text in taken:
            text, count = f"{plain} {count}", count + 1
        found.append(text)
    return found


def _csv(data: bytes, answers: Mapping[tuple[str, int], RowAnswer], lang: str) -> bytes | None:
    form, sheet = read_csv(data)
    if sheet is None:
        return None
    ours = headings({h.strip() for h in sheet.headings}, lang)
    found = list(records(form.text, form.delimiter))
    physical = _physical(form.text)
    starts = [line for line, _ in found] + [len(physical) + 1]
    width = max((len(cells) for line, cells in found if line >= sheet.top), default=0)
    out: list[str] = []
    for index, (line, cells) in enumerate(found):
        original = "".join(physical[line - 1 : starts[index + 1] - 1])
        if line < sheet.top or not any(c.strip() for c in cells):
            out.append(original)
            continue
        body, end = _without_end(original)
        extra = ours if line == sheet.top else _answers(answers.get(("", line)), lang)
        pad = form.delimiter * (width - len(cells))
        out.append(f"{body}{pad}{form.delimiter}{_joined(extra, form)}{end or form.newline}")
    text = "".join(out)
    return form.mark + _encoded(text, form)


def _physical(text: str) -> list[str]:
    """Lines as the csv reader counts them."""
    return list(io.StringIO(text, newline=""))


def _without_end(text: str) -> tuple[str, str]:
    body = text.rstrip("\r\n")
    return body, text[len(body) :]


def _answers(answer: RowAnswer | None, lang: str) -> list[str]:
    if answer is None:
        return [say("register.not_audited", lang), "", "", "", ""]
    found = values_of(answer, lang)
    return [found[c] for c in COLUMNS]


def _joined(cells: list[str], form: CsvForm) -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=form.delimiter, lineterminator="").writerow(cells)
    return stream.getvalue()


def _encoded(text: str, form: CsvForm) -> bytes:
    """In the register's own encoding; what it cannot write is spelled by number."""
    return text.encode(form.codec, "backslashreplace")


def _xlsx(
    data: bytes, answers: Mapping[tuple[str, int], RowAnswer], lang: str, *, macros: bool
) -> bytes | None:
    from openpyxl.styles import Alignment, Font, PatternFill

    sheets = {s.name: s for s in read_xlsx(data)}
    book = open_workbook(data, values=False, macros=macros)
    wrap = Alignment(wrap_text=True, vertical="top")
    for page in book.worksheets:
        sheet = sheets.get(page.title)
        if sheet is None:
            continue
        first = _last_column(page, sheet) + 1
        for offset, text in enumerate(headings({h.strip() for h in sheet.headings}, lang)):
            cell = page.cell(sheet.top, first + offset, text)
            cell.font = Font(bold=True)
            width = page.column_dimensions[cell.column_letter]
            width.width = 14 if offset == 0 else 40
        for number, cells in sheet.rows:
            if not any(cells[i].strip() for i in sheet.header.roles if i < len(cells)):
                continue
            answer = answers.get((sheet.name, number))
            for offset, text in enumerate(_answers(answer, lang)):
                cell = page.cell(number, first + offset)
                cell.value, cell.data_type = text or None, "s" if text else "n"
                cell.alignment = wrap
                if offset == 0 and answer is not None:
                    cell.fill = PatternFill("solid", start_color=_FILLS[answer.verdict])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _last_column(page: Any, sheet: Sheet) -> int:
    """The last column in use; the last that says something where styles reach past all bounds."""
    said = max(len(sheet.headings), *(len(cells) for _, cells in sheet.rows), 0)
    return int(page.max_column) if page.max_column <= MOST_COLUMNS else said


def _mixture(data: bytes, rows: tuple[RowAnswer, ...], lang: str, ending: str) -> bytes | None:
    """Each entry's answers under the key `licaudit` of its mapping; of bare names, at the end."""
    text = data.decode("utf-8-sig")
    said = {a.key: values_of(a, lang) for a in rows}
    if ending != ".json":
        return annotated(text, said, OURS).encode()
    document = json.loads(text)
    annotate(document, said, OURS)
    indent = 4 if re.match(r"[\[{]\n {4}\S", text) else 2
    return (json.dumps(document, ensure_ascii=False, indent=indent) + "\n").encode()
