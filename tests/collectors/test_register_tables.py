"""Tables of registers: encodings, delimiters, headers that stand somewhere else, broken files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.collectors import register_tables
from licaudit.collectors.register_columns import channel_of, header_of, limits_of, role_of
from licaudit.collectors.register_tables import MOST_ROWS, TableError, read_csv, read_xlsx

CHINESE = "数据集名称,来源,许可证,备注\n新闻,某公司,MIT,无\n"


def book(fill: Callable[[Any], None]) -> bytes:
    made = openpyxl.Workbook()
    fill(made)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("codec", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("gb18030", b""),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
    ],
)
def test_encodings_people_save_in(codec: str, mark: bytes):
    form, sheet = read_csv(mark + CHINESE.encode(codec))
    assert sheet is not None
    assert (form.codec, form.mark) == (codec, mark)
    assert sheet.rows == ((2, ("新闻", "某公司", "MIT", "无")),)


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters(delimiter: str):
    text = delimiter.join(["name", "license"]) + "\n" + delimiter.join(["a", "MIT"])
    form, sheet = read_csv(text.encode())
    assert form.delimiter == delimiter
    assert sheet is not None
    assert sheet.rows == ((2, ("a", "MIT")),)


def test_the_header_may_stand_below_a_title_and_empty_rows():
    text = "Corpora of 2026,,\n,,\nname,license,channel\n\nA,MIT,public\n"
    _, sheet = read_csv(text.encode())
    assert sheet is not None
    assert (sheet.top, sheet.rows) == (3, ((5, ("A", "MIT", "public")),))


def test_lines_are_those_of_the_file_where_cells_hold_line_ends():
    _, sheet = read_csv(b'name,license\n"two\nlines",MIT\nB,MIT\n')
    assert sheet is not None
    assert [line for line, _ in sheet.rows] == [2, 4]


def test_a_table_of_data_is_no_register():
    assert read_csv(b"text,label\nhello,1\n")[1] is None
    assert read_csv(b"name,age\nAnn,1\n")[1] is None


def test_two_columns_of_one_role_are_said_and_strange_ones_too():
    header = header_of(["name", "license", "许可证", "colour"])
    assert header.twice == ("license",)
    assert header.strange == (3,)


def test_rows_past_the_limit_are_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(register_tables, "MOST_ROWS", 3)
    _, sheet = read_csv(b"name,license\n" + b"a,MIT\n" * 5)
    assert sheet is not None
    assert (len(sheet.rows), sheet.cut) == (3, True)
    assert MOST_ROWS > 1000


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("数据集名称", "name"),
        ("数据来源（链接）", "source"),
        ("LICENCE", "license"),
        ("许可证 / License", "license"),
        ("合同编号", "contract"),
        ("占比(%)", "weight"),
        ("获取方式/渠道", "channel"),
        ("心情", None),
        ("名称 / License", None),
    ],
)
def test_headings(heading: str, role: str | None):
    assert role_of(heading) == role


@pytest.mark.parametrize(
    ("cell", "channel"),
    [
        ("公开", "public"),
        ("自有数据", "own"),
        ("采购（合同）", "commercial"),
        ("Crawled", "self_collected"),
        ("用户输入", "user_input"),
        ("公开 / 采购", None),
        ("non commercial", None),
        ("不清楚", None),
    ],
)
def test_channels(cell: str, channel: str | None):
    assert channel_of(cell) == channel


def test_short_words_that_limit():
    assert limits_of("研究用途") == ("for research purposes only",)
    assert limits_of("CC BY 4.0（非商用）") == ("non-commercial use only",)
    assert limits_of("MIT") == ()


def test_a_workbook_with_a_title_merged_headings_and_other_sheets():
    def fill(made: Any) -> None:
        page = made.active
        page.title = "语料"
        page.append(["训练语料", None, None])
        page.merge_cells("A1:C1")
        page.append(["名称", "许可", None])
        page.merge_cells("A2:A3")
        page.append([None, "许可证", "许可证链接"])
        page.append(["甲", "MIT", "https://licenses.example/mit"])
        made.create_sheet("Notes")["A1"] = "name of nothing"

    (sheet,) = read_xlsx(book(fill))
    assert sheet.name == "语料"
    assert sheet.headings == ("名称", "许可证", "许可证链接")
    assert sheet.rows == ((4, ("甲", "MIT", "https://licenses.example/mit")),)


def test_formulas_are_not_computed():
    def fill(made: Any) -> None:
        made.active.append(["name", "license"])
        made.active.append(["A", '=CONCATENATE("M","IT")'])

    (sheet,) = read_xlsx(book(fill))
    assert sheet.rows == ((2, ("A",)),)  # no program has saved a value for it


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "encrypted"),
        (b"PK\x03\x04 cut off", "broken"),
        (b"hello", "broken"),
        (b"", "broken"),
    ],
)
def test_files_that_are_no_workbook(data: bytes, reason: str):
    with pytest.raises(TableError) as said:
        read_xlsx(data)
    assert said.value.reason == reason


def test_a_zip_without_a_workbook_and_a_zip_that_swells(monkeypatch: pytest.MonkeyPatch):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 2_000_000)
    with pytest.raises(TableError) as said:
        read_xlsx(stream.getvalue())
    assert said.value.reason == "broken"
    monkeypatch.setattr(register_tables, "MOST_UNZIPPED", 1_000_000)
    with pytest.raises(TableError) as said:
        read_xlsx(stream.getvalue())
    assert said.value.reason == "cut_short"


def test_a_workbook_whose_sheet_is_torn():
    whole = book(lambda made: made.active.append(["name", "license"]))
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(stream, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            new.writestr(item, data[:200] if "sheet1.xml" in item.filename else data)
    with pytest.raises(TableError) as said:
        read_xlsx(stream.getvalue())
    assert said.value.reason == "broken"


@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_a_reason(data: bytes):
    for read in (read_csv, read_xlsx):
        reason = ""
        try:
            read(data)
        except TableError as error:
            reason = error.reason
        assert reason in ("", "binary", "broken", "encrypted", "cut_short")


@given(
    st.lists(
        st.tuples(st.text(min_size=1, max_size=12), st.text(max_size=12)), min_size=1, max_size=6
    )
)
def test_every_row_that_says_something_is_kept(rows: list[tuple[str, str]]):
    import csv

    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([("name", "license"), *rows])
    try:
        data = stream.getvalue().encode()
    except UnicodeEncodeError:
        return
    if "\0" in stream.getvalue():
        return
    found = read_csv(data)[1]
    assert found is not None
    kept = [r for r in rows if any(c.strip() for c in r)]
    texts = [(a.replace("\r\n", "\n"), b.replace("\r\n", "\n")) for a, b in kept]
    assert [tuple(c.replace("\r\n", "\n") for c in cells) for _, cells in found.rows] == texts
