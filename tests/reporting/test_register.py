"""A register written back: what was there stays as it was, what is new cannot run."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font

from licaudit.documents import read_yaml
from licaudit.facts import AuditResult, RowAnswer, Text
from licaudit.reporting import html
from licaudit.reporting import json as audit_json
from licaudit.reporting.register import COLUMNS, fill_in, filled_name, headings, tame

from .sample import sample

EVIL = '=HYPERLINK("https://evil.example","open")'


def answer(number: int, sheet: str = "", key: str = "", name: str = "A") -> RowAnswer:
    return RowAnswer(
        number, sheet, key, "name:dataset/A", name, "fail",
        (Text(f"{EVIL} of {name}.", f"{name}不得使用。"),), (Text("A contract.", "合同。"),),
        "MIT AND CC-BY-NC-4.0", ("r.csv:2 (license)", "hf:datasets/a/b/README.md:2 (license)"),
    )  # fmt: skip


@pytest.fixture
def result() -> AuditResult:
    return sample()


def filled(data: bytes, result: AuditResult, name: str, lang: str = "en") -> bytes:
    found = fill_in(data, result, name, lang)
    assert found is not None
    return found


def with_rows(result: AuditResult, *rows: RowAnswer) -> AuditResult:
    from dataclasses import replace

    return replace(result, rows=rows)


def test_the_name_of_the_copy():
    assert filled_name("some/where/corpora.xlsx") == "corpora.audited.xlsx"


def test_rows_survive_audit_json(result: AuditResult):
    told = with_rows(result, answer(2))
    assert audit_json.read(audit_json.write(told)).rows == told.rows
    assert b'"rows"' not in audit_json.write(result)


@pytest.mark.parametrize(
    ("codec", "mark", "delimiter", "end"),
    [
        ("utf-8", b"\xef\xbb\xbf", ",", "\r\n"),
        ("gb18030", b"", ",", "\r\n"),
        ("utf-8", b"", "\t", "\n"),
        ("utf-16-le", b"\xff\xfe", ";", "\n"),
    ],
)
def test_a_csv_keeps_its_form(
    result: AuditResult, codec: str, mark: bytes, delimiter: str, end: str
):
    lines = [
        ["登记表", "", ""],
        ["名称", "许可证", "备注"],
        ["甲", "MIT", '"quoted, as is"'],
        [],
        ["乙", "MIT", ""],
    ]
    text = end.join(delimiter.join(line) for line in lines)  # no line end at the end
    data = mark + text.encode(codec)
    out = filled(data, with_rows(result, answer(3), answer(5, name="乙")), "r.csv", "zh")
    assert out.startswith(mark)
    words = out[len(mark):].decode(codec).split(end)  # fmt: skip
    for old, new in zip(text.split(end), words, strict=False):
        assert new.startswith(old)
    assert words[0] == delimiter.join(lines[0])
    assert words[3] == ""
    written = io.StringIO(out.removeprefix(mark).decode(codec))
    rows = list(csv.reader(written, delimiter=delimiter))
    assert rows[1][3:] == [f"licaudit {w}" for w in ("结论", "理由", "尚缺", "查得许可证", "依据")]
    assert rows[4][3] == "不通过"
    assert rows[4][4] == "乙不得使用。"


def test_rows_that_were_not_audited_say_so(result: AuditResult):
    out = filled(b"name,license\nA,MIT\nB,MIT\n", with_rows(result, answer(2)), "r.csv")
    rows = list(csv.reader(io.StringIO(out.decode())))
    assert [row[2] for row in rows[1:]] == ["fail", "not audited"]


def test_cells_with_line_ends_and_short_rows_stay_in_line(result: AuditResult):
    data = b'name,license,note\n"two\nlines",MIT,x\nB,MIT\n'
    out = filled(data, with_rows(result, answer(2), answer(4, name="B")), "r.csv")
    assert out.startswith(b"name,license,note,licaudit verdict")
    rows = list(csv.reader(io.StringIO(out.decode(), newline="")))
    assert [len(row) for row in rows] == [8, 8, 8]
    assert rows[1][0] == "two\nlines"
    assert rows[2][:4] == ["B", "MIT", "", "fail"]


def test_no_cell_of_ours_runs(result: AuditResult):
    out = filled(b"name,license\nA,MIT\n", with_rows(result, answer(2)), "r.csv")
    cells = list(csv.reader(io.StringIO(out.decode())))[1]
    assert cells[3].startswith("'=HYPERLINK")


@given(st.text(max_size=40))
def test_nothing_tame_starts_like_a_formula(text: str):
    assert not tame(text).startswith(("=", "+", "-", "@", "\t", "\r", "|", "%"))


def test_a_register_that_was_filled_in_before_keeps_those_columns():
    assert headings({"licaudit verdict"}, "en")[0] == "licaudit verdict 2"


def test_a_workbook_keeps_styles_formulas_and_other_sheets(result: AuditResult):
    made = openpyxl.Workbook()
    page = made.active
    page.title = "语料"
    page.append(["Corpora", None])
    page.append(["name", "license", "size"])
    page["A2"].font = Font(bold=True, color="FF112233")
    page.append(["A", "MIT", "=1+1"])
    page.append([EVIL, "MIT", 3])
    made.create_sheet("Notes")["B2"] = "=SUM(1,2)"
    stream = io.BytesIO()
    made.save(stream)
    told = with_rows(result, answer(3, "语料"), answer(4, "语料", name="B"))
    out = openpyxl.load_workbook(io.BytesIO(filled(stream.getvalue(), told, "r.xlsx")))
    page = out["语料"]
    assert [c.value for c in page[2]][3:] == [f"licaudit {w}" for w in (
        "verdict", "reason", "missing", "license found", "evidence")]  # fmt: skip
    assert page["A2"].font.color.rgb == "FF112233"
    assert (page["C3"].value, out["Notes"]["B2"].value) == ("=1+1", "=SUM(1,2)")
    assert (page["D3"].value, page["D3"].fill.start_color.rgb[-6:]) == ("fail", "F8CBAD")
    assert (page["E3"].data_type, page["E3"].value[:2]) == ("s", "'=")
    assert page["D1"].value is None


def test_yaml_keeps_its_comments(result: AuditResult):
    text = "# ours\ndatasets:\n  - path: a/b  # best\n    weight: 0.5\n  - c/d\n"
    told = with_rows(result, answer(1, key="datasets[0]"), answer(2, key="datasets[1]"))
    out = filled(text.encode(), told, "mix.yaml").decode()
    assert out.startswith(
        "# ours\ndatasets:\n  - path: a/b  # best\n    weight: 0.5\n    licaudit:\n"
    )
    data = read_yaml(out, "mix.yaml").data
    assert data["datasets"][0]["licaudit"]["verdict"] == "fail"
    assert data["licaudit"]["datasets[1]"]["license"] == "MIT AND CC-BY-NC-4.0"
    assert set(data["datasets"][0]["licaudit"]) == set(COLUMNS)


def test_json_entries_are_annotated_in_place(result: AuditResult):
    text = json.dumps({"甲": {"hf_hub_url": "a/b"}}, ensure_ascii=False)
    out = json.loads(filled(text.encode(), with_rows(result, answer(1, key="甲")), "d.json", "zh"))
    assert out["甲"]["hf_hub_url"] == "a/b"
    assert out["甲"]["licaudit"]["verdict"] == "不通过"


@pytest.mark.parametrize(
    ("lang", "title", "why", "missing"),
    [
        ("en", "The rows of the register", "of A&lt;script&gt;.", "A contract."),
        ("zh", "登记表逐行结果", "A&lt;script&gt;不得使用。", "合同。"),
    ],
)
def test_the_page_has_the_register_as_a_table(
    result: AuditResult, lang: str, title: str, why: str, missing: str
):
    row = answer(7, "Sheet <1>", name="A<script>")
    page = html.write(with_rows(result, row), lang).decode()
    table = page[page.index('<section id="register"') :].partition("</section>")[0]
    for said in (title, "Sheet &lt;1&gt;", "7", "A&lt;script&gt;", "is-fail", why, missing):
        assert said in table
    assert "MIT AND CC-BY-NC-4.0" in table
    assert "r.csv:2 (license)" in table
    assert '<section id="register"' not in html.write(result, lang).decode()


def test_nothing_is_written_where_nothing_was_read(result: AuditResult, tmp_path: Path):
    assert fill_in(b"\xd0\xcf\x11\xe0", result, "r.xls", "en") is None
