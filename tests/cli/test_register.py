"""`licaudit audit` on a register: a table goes in, the same table comes out, filled in."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from .conftest import Run

Make = Callable[..., Path]
TABLE = "数据集名称,来源,获取方式,许可证\n甲,acme/set,公开,CC BY-NC 4.0\n乙,,公开,\n"


def test_a_csv_is_filled_in_beside_the_reports(cli: Run, tree: Make):
    path = tree(**{"语料.csv": TABLE.encode("gb18030")}) / "语料.csv"
    said = cli("audit", path, "--lang", "zh")
    assert said.code == 1
    assert "2 行：不通过 1，待审 1，通过 0" in said.out
    out = said.folder / "licaudit-report" / "语料.audited.csv"
    rows = list(csv.reader(io.StringIO(out.read_bytes().decode("gb18030"))))
    assert [row[:4] for row in rows] == list(csv.reader(io.StringIO(TABLE)))
    assert [row[4] for row in rows] == ["licaudit 结论", "不通过", "待审"]
    assert path.read_bytes() == TABLE.encode("gb18030")
    assert [row["verdict"] for row in said.audit["rows"]] == ["fail", "review"]
    assert said.audit["rows"][0]["number"] == 2
    assert (said.folder / "licaudit-report" / "report.html").is_file()


def test_a_workbook_is_filled_in(cli: Run, tree: Make):
    path = tree() / "register.xlsx"
    book = openpyxl.Workbook()
    for line in csv.reader(io.StringIO(TABLE)):
        book.active.append(line)
    book.save(path)
    said = cli("audit", path, "--out", "elsewhere")
    assert said.code == 1
    page = openpyxl.load_workbook(said.folder / "elsewhere" / "register.audited.xlsx").active
    assert [cell.value for cell in page["E"]] == ["licaudit verdict", "fail", "review"]


def test_a_mixture_is_filled_in(cli: Run, tree: Make):
    path = tree(**{"mix.yaml": "datasets:\n  - path: acme/set\n    weight: 1.0\n"}) / "mix.yaml"
    said = cli("audit", path)
    assert said.code == 3
    filled = said.folder / "licaudit-report" / "mix.audited.yaml"
    assert "verdict: review" in filled.read_text("utf-8")


def test_the_project_file_beside_a_register_counts(cli: Run, tree: Make):
    project = (
        "agreements:\n  - {id: C-1, licensee: us, acts: ['*'], term: [2025-01-01, 2035-01-01]}\n"
    )
    table = "name,channel,license,contract\nA,bought,see contract,C-1\n"
    folder = tree(**{"r.csv": table, "licaudit.yaml": project})
    assert cli("audit", folder / "r.csv", "--as-of", "2026-01-01").code == 0
    assert cli("audit", folder / "r.csv", "--as-of", "2036-01-01").code == 3


def test_ask_answers_for_the_whole_register(cli: Run, tree: Make):
    path = tree(**{"r.csv": TABLE}) / "r.csv"
    said = cli("ask", path)
    assert (said.code, said.out.split()[0]) == (1, "No")


def test_use_decides(cli: Run, tree: Make):
    path = tree(**{"r.csv": TABLE.splitlines()[0] + "\n甲,acme/set,公开,CC BY-NC 4.0\n"}) / "r.csv"
    assert cli("audit", path, "--use", "research").code == 3


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("old.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600),
        ("torn.xlsx", b"PK\x03\x04"),
        ("no.xlsx", b""),
    ],
)
def test_a_workbook_nobody_can_read_is_a_review_that_says_why(
    cli: Run, tree: Make, name: str, data: bytes
):
    said = cli("audit", tree(**{name: data}) / name)
    assert said.code == 3
    assert [g["blocks"] for g in said.audit["gaps"]] == [True]
    assert "rows" not in said.audit


def test_a_recording_gives_the_same_verdicts(cli: Run, tree: Make):
    path = tree(**{"r.csv": TABLE}) / "r.csv"
    first = cli("audit", path, "--record", "kept", "--as-of", "2026-01-01")
    again = cli("audit", path, "--replay", "kept", folder=first.folder)
    assert again.code == first.code
    assert again.audit["rows"] == first.audit["rows"]


def test_check_refuses_a_register(cli: Run, tree: Make):
    path = tree(**{"r.csv": TABLE}) / "r.csv"
    first = cli("audit", path)
    said = cli("check", "licaudit-report/audit.json", folder=first.folder, debug=False)
    assert said.code == 2
    assert said.sentence().startswith("licaudit-report/audit.json: it is of a register: ")
    assert said.sentence().endswith("Audit again: `licaudit audit`.")
