"""Counting rows by license, judging them, and writing those that may stay."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import nanoarrow
import pytest
from nanoarrow.ipc import StreamWriter

from licaudit.errors import TargetError, UsageError
from licaudit.facts import Intent
from licaudit.facts.census import Census, Size
from licaudit.fleet.census import CensusRequest, run_census
from licaudit.fleet.census_clean import LEDGER, clean
from licaudit.policy.project import Project

DAY = date(2026, 1, 1)


def request(
    *targets: Path, use: str = "commercial", columns: tuple[str, ...] = ()
) -> CensusRequest:
    intent = Intent(use=use)  # type: ignore[arg-type]
    return CensusRequest(tuple(map(str, targets)), intent, Project(), DAY, columns=columns)


def census(*targets: Path, use: str = "commercial", columns: tuple[str, ...] = ()) -> Census:
    return run_census(request(*targets, use=use, columns=columns)).census


def rows_of(found: Census) -> dict[str, int]:
    return {o: s.rows for o, s in found.shares}


def values_of(found: Census, column: str) -> dict[str | None, int]:
    return {v.written: v.size.rows for v in found.values if v.column == column}


def reasons(found: Census) -> list[str]:
    return [g.reason for g in found.gaps]


def jsonl(path: Path, rows: list[Any]) -> Path:
    text = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows)
    data = text.encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    return path


def parquet(path: Path, query: str) -> Path:
    name = str(path).replace("'", "''")
    duckdb.connect().execute(f"COPY ({query}) TO '{name}' (FORMAT parquet)")
    return path


LICENSES = ["MIT", "mit", "cc-by-nc-4.0", None, "", "who knows", "cc-by-sa-4.0"]
# MIT may stay; NC must go; nothing, the empty, the unknown and share-alike need a person.
EXPECTED = {"pass": 2, "review": 4, "fail": 1}


def as_jsonl(folder: Path) -> Path:
    return jsonl(folder / "a.jsonl", [{"license": x, "text": "x"} for x in LICENSES])


def as_gz(folder: Path) -> Path:
    return jsonl(folder / "a.jsonl.gz", [{"license": x, "text": "x"} for x in LICENSES])


def as_zst(folder: Path) -> Path:
    base = duckdb.connect()
    plain = jsonl(folder / "plain.tmp", [{"license": x, "text": "x"} for x in LICENSES])
    base.execute(
        f"COPY (SELECT json FROM read_ndjson_objects('{plain}')) TO '{folder}/a.jsonl.zst' "
        "(FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x02', COMPRESSION zstd)"
    )
    plain.unlink()
    return folder / "a.jsonl.zst"


def as_csv(folder: Path) -> Path:
    lines = ["license,text", *(f'{x or ""},"x, ""y"""' for x in LICENSES)]
    (folder / "a.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder / "a.csv"


def as_csv_gz(folder: Path) -> Path:
    plain = as_csv(folder)
    packed = folder / "a.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes(), mtime=0))
    plain.unlink()
    return packed


def as_tsv(folder: Path) -> Path:
    lines = ["license\ttext", *(f"{x or ''}\tx" for x in LICENSES)]
    (folder / "a.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder / "a.tsv"


def as_parquet(folder: Path) -> Path:
    listed = ", ".join("NULL" if x is None else f"'{x}'" for x in LICENSES)
    return parquet(folder / "a.parquet", f"SELECT unnest([{listed}]) AS license, 'x' AS text")


def as_arrow(folder: Path) -> Path:
    """As Hugging Face's datasets writes them: a stream."""
    array = nanoarrow.c_array(LICENSES, nanoarrow.string())
    struct = nanoarrow.c_array_from_buffers(
        nanoarrow.struct({"license": nanoarrow.string()}), len(LICENSES), [None], children=[array]
    )
    with StreamWriter.from_path(str(folder / "a.arrow")) as writer:
        writer.write_array(struct)
    return folder / "a.arrow"


FORMATS = (as_jsonl, as_gz, as_zst, as_csv, as_csv_gz, as_tsv, as_parquet)


@pytest.mark.parametrize("make", [*FORMATS, as_arrow])
def test_rows_are_counted_and_judged_alike_in_every_format(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    found = census(make(tmp_path))
    assert rows_of(found) == EXPECTED
    assert found.total.rows == len(LICENSES)
    assert found.verdict == "fail"
    assert not found.gaps


@pytest.mark.parametrize("make", FORMATS)
def test_cleaning_writes_the_kept_rows_in_the_same_format_and_accounts_for_them(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    file = make(tmp_path / "in" / "deep")
    asked = request(tmp_path / "in")
    texts = []
    for out in (tmp_path / "one", tmp_path / "two"):
        ledger, again = clean(asked, run_census(asked), out)
        assert again is not None
        assert rows_of(again) == {"pass": 2, "review": 0, "fail": 0}
        assert (ledger.before.rows, ledger.after.rows) == (7, 2)
        assert ledger.verdict_again == "pass"
        texts.append(((out / "deep" / file.name).read_bytes(), (out / LEDGER).read_bytes()))
    assert texts[0] == texts[1]
    record = json.loads(texts[0][1])
    assert record["files"][0]["output_sha256"] is not None
    assert {v["written"]: v["outcome"] for v in record["values"]}["cc-by-nc-4.0"] == "fail"
    # A second run over the same folder replaces it with the same bytes.
    clean(asked, run_census(asked), tmp_path / "one")
    assert (tmp_path / "one" / LEDGER).read_bytes() == texts[0][1]


def test_bytes_of_json_lines_are_those_of_their_values(tmp_path: Path) -> None:
    rows = [{"license": "MIT", "text": "é"}, {"license": "ISC", "n": 12, "l": [1, 2], "z": None}]
    found = census(jsonl(tmp_path / "a.jsonl", rows))
    assert found.total == Size(2, 3 + 2 + 3 + 2 + 5)


def test_bytes_of_parquet_are_the_text_in_utf8_and_the_width_of_numbers(tmp_path: Path) -> None:
    query = "SELECT 'MIT' AS license, 'é' AS t, 7::BIGINT AS n, [1, 2]::INTEGER[] AS l, "
    query += "{'a': 'xy', 'b': NULL::VARCHAR} AS s, 'ab'::BLOB AS d, ['p', 'qq'] AS w"
    assert census(parquet(tmp_path / "a.parquet", query)).total == Size(
        1, 3 + 2 + 8 + 8 + 2 + 2 + 3
    )


def test_a_purpose_without_profit_keeps_what_commerce_must_not(tmp_path: Path) -> None:
    file = jsonl(tmp_path / "a.jsonl", [{"license": "cc-by-nc-4.0"}])
    assert rows_of(census(file))["fail"] == 1
    assert rows_of(census(file, use="research"))["fail"] == 0


@pytest.mark.parametrize(
    ("query", "column", "kept"),
    [
        ("SELECT {'license': 'MIT', 'url': 'u'} AS meta", "meta.license", 1),
        ("SELECT {'a': {'b': {'licence': 'MIT'}}} AS meta", "meta.a.b.licence", 1),
        ("SELECT {'name': 'MIT'} AS license", "license.name", 1),
        ("SELECT ['MIT', 'ISC'] AS licenses", "licenses[]", 1),
        ("SELECT ['MIT', NULL] AS licenses", "licenses[]", 0),
        ("SELECT []::VARCHAR[] AS licenses", "licenses[]", 0),
        ("SELECT ['MIT', 'cc-by-nc-4.0'] AS licenses", "licenses[]", 0),
        ("SELECT [{'license': 'MIT'}, {'license': 'ISC'}] AS files", "files[].license", 1),
        ("SELECT [{'license': 'MIT'}, {'license': NULL}] AS files", "files[].license", 0),
        ("SELECT [[{'license': 'MIT'}]] AS files", "files[][].license", 1),
        ("SELECT [[{'license': 'MIT'}], []] AS files", "files[][].license", 0),
        ("SELECT map{'license': 'MIT', 'x': 'y'} AS m", "m.license", 1),
        ('SELECT \'{"license": "MIT"}\' AS meta', "meta.license", 1),
        ("SELECT '[''MIT'', ''ISC'']' AS license", "license", 1),
        ("SELECT 'MIT' AS maxStarsLicense", "maxStarsLicense", 1),
        ("SELECT 'MIT' AS 许可证", "许可证", 1),
        ("SELECT 'MIT' AS license, NULL::VARCHAR AS image_license", "image_license", 0),
    ],
)
def test_licenses_are_found_wherever_they_stand(
    tmp_path: Path, query: str, column: str, kept: int
) -> None:
    found = census(parquet(tmp_path / "a.parquet", query))
    assert column in [c.path for c in found.columns if c.judged]
    assert rows_of(found)["pass"] == kept


@pytest.mark.parametrize(
    ("row", "column", "kept"),
    [
        ({"meta": {"license": "MIT"}}, "meta.license", 1),
        ({"licenses": ["MIT", "ISC"]}, "licenses", 1),
        ({"licenses": ["MIT", None]}, "licenses", 0),
        ({"licenses": []}, "licenses", 0),
        ({"files": [{"license": "MIT"}, {"license": "ISC"}]}, "files[].license", 1),
        ({"files": [{"license": "MIT"}, {"name": "x"}]}, "files[].license", 0),
        ({"files": [{"license": "MIT"}, {"license": None}]}, "files[].license", 0),
        ({"a": [{"b": [{"license": "MIT"}]}]}, "a[].b[].license", 0),
        ({"meta": '{"license": "MIT"}'}, "meta.license", 1),
        ({"a/b~c'\"": {"license": "MIT"}}, "a/b~c'\".license", 1),
        ({"license": {"name": "MIT", "since": "x"}}, "license.name", 1),
        ({"license": True}, None, 0),
        ({"license_count": "MIT", "driver_license": "MIT"}, None, 0),
    ],
)
def test_licenses_are_found_in_json(
    tmp_path: Path, row: Any, column: str | None, kept: int
) -> None:
    found = census(jsonl(tmp_path / "a.jsonl", [row]))
    judged = [c.path for c in found.columns if c.judged]
    assert judged == ([column] if column else [])
    assert rows_of(found)["pass"] == kept


def test_only_the_named_column_judges(tmp_path: Path) -> None:
    file = jsonl(tmp_path / "a.jsonl", [{"license": "MIT", "image_license": None}])
    assert rows_of(census(file)) == {"pass": 0, "review": 1, "fail": 0}
    assert rows_of(census(file, columns=("license",))) == {"pass": 1, "review": 0, "fail": 0}
    missing = census(file, columns=("nothing",))
    assert missing.verdict == "review"
    assert "no_such_column" in reasons(missing)


def test_sources_are_counted_by_their_hosts(tmp_path: Path) -> None:
    rows = [{"url": f"https://News.example/{i}?q", "license": "MIT"} for i in range(3)]
    rows.append({"url": "somewhere", "license": "MIT"})
    found = census(jsonl(tmp_path / "a.jsonl", rows))
    assert {o.name: o.size.rows for o in found.origins} == {"news.example": 3, "somewhere": 1}


def test_addresses_with_next_to_nothing_else_are_self_collected(tmp_path: Path) -> None:
    rows = [{"url": f"https://pics.example/{i}.jpg", "caption": "a cat"} for i in range(20)]
    links = census(jsonl(tmp_path / "links.jsonl", rows))
    assert links.channel == "self_collected"
    assert links.verdict == "review"
    texts = [{"url": r["url"], "text": "word " * 200} for r in rows]
    assert census(jsonl(tmp_path / "texts.jsonl", texts)).channel is None


def test_a_column_of_many_values_is_bounded_and_the_rest_never_kept(tmp_path: Path) -> None:
    query = "SELECT 'nobody knows ' || i AS license, 'https://h' || i || '.example/' AS url"
    file = parquet(tmp_path / "a.parquet", f"{query} FROM range(1_000_000) t(i)")
    found = census(file)
    assert rows_of(found) == {"pass": 0, "review": 1_000_000, "fail": 0}
    assert len(found.values) <= 201
    gap = next(g for g in found.gaps if g.reason == "too_many_values")
    assert "license: 1000000 values" in gap.detail
    assert sum(v.size.rows for v in found.values) == 1_000_000
    assert sum(o.size.rows for o in found.origins) == 1_000_000
    assert {c.path: c.distinct for c in found.columns} == {"license": 1_000_000, "url": 1_000_000}


def test_a_license_text_too_long_for_a_name_is_review(tmp_path: Path) -> None:
    rows = [{"license": "MIT " + "x" * 5000}, {"license": "MIT " + "x" * 5001}]
    found = census(jsonl(tmp_path / "a.jsonl", rows))
    assert rows_of(found) == {"pass": 0, "review": 2, "fail": 0}
    assert len(found.values) == 2


def test_broken_lines_are_counted_and_never_kept(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"license": "MIT"}\n{"license": "MIT"\n\n<html>\n[1]\n{"license": "MIT"}\n')
    found = census(file)
    assert rows_of(found) == {"pass": 2, "review": 3, "fail": 0}
    assert found.files[0].broken == 3
    assert reasons(found) == ["broken_lines"]
    asked = request(file)
    clean(asked, run_census(asked), tmp_path / "out")
    assert (tmp_path / "out" / "a.jsonl").read_text() == '{"license": "MIT"}\n' * 2


def _cut_gz(folder: Path) -> Path:
    import random

    noise = random.Random(1)
    rows = [{"license": "MIT", "text": f"{noise.random()}"} for _ in range(20_000)]
    whole = jsonl(folder / "whole.jsonl.gz", rows).read_bytes()
    (folder / "whole.jsonl.gz").unlink()
    (folder / "b.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    return folder / "b.jsonl.gz"


def _no_footer(folder: Path) -> Path:
    whole = parquet(folder / "b.parquet", "SELECT 'MIT' AS license FROM range(100000)")
    whole.write_bytes(whole.read_bytes()[:-9])
    return whole


def _lying_footer(folder: Path) -> Path:
    whole = parquet(folder / "b.parquet", "SELECT 'MIT' AS license FROM range(1000)")
    data = whole.read_bytes()
    whole.write_bytes(data[:-8] + b"\xff\xff\xff\x7f" + data[-4:])
    return whole


def _torn_page(folder: Path) -> Path:
    query = "SELECT md5(i::VARCHAR) AS t, 'MIT' AS license FROM range(300000) r(i)"
    whole = parquet(folder / "b.parquet", query)
    data = bytearray(whole.read_bytes())
    data[4 : len(data) // 2] = b"\xff" * (len(data) // 2 - 4)
    whole.write_bytes(bytes(data))
    return whole


def _no_parquet(folder: Path) -> Path:
    (folder / "b.parquet").write_bytes(b"<html>not found</html>")
    return folder / "b.parquet"


def _deep(folder: Path) -> Path:
    nested = "[" * 17_000_000 + "]" * 17_000_000
    (folder / "b.jsonl").write_text('{"license": "MIT", "x": ' + nested + "}\n")
    return folder / "b.jsonl"


@pytest.mark.parametrize(
    "make", [_cut_gz, _no_footer, _lying_footer, _torn_page, _no_parquet, _deep]
)
def test_a_file_that_cannot_be_read_is_named_and_the_others_are_counted(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    bad = make(tmp_path)
    jsonl(tmp_path / "good.jsonl", [{"license": "MIT"}] * 3)
    parquet(tmp_path / "good.parquet", "SELECT 'MIT' AS license, 'x' AS t")
    found = census(tmp_path)
    gap = next(g for g in found.gaps if g.blocks)
    assert gap.location is not None
    assert gap.location.path == bad.name
    assert bad.name in gap.detail or gap.reason == "broken_lines"
    assert "licaudit-rows" not in gap.detail
    assert found.verdict == "review"
    assert rows_of(found)["pass"] == 4


def test_files_of_different_columns_are_each_judged_by_their_own(tmp_path: Path) -> None:
    parquet(tmp_path / "a.parquet", "SELECT 'MIT' AS license")
    parquet(tmp_path / "b.parquet", "SELECT 1 AS n, 'MIT' AS licence")
    parquet(tmp_path / "c.parquet", "SELECT 'x' AS text")
    found = census(tmp_path)
    assert rows_of(found) == {"pass": 2, "review": 1, "fail": 0}
    assert sorted(reasons(found)) == ["mixed_columns", "no_license_column"]


@pytest.mark.parametrize("text", ["license,license\nMIT,cc-by-nc-4.0\n", "license,License\nMIT,\n"])
def test_a_column_that_is_there_twice_counts_twice(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    found = census(tmp_path / "a.csv")
    assert len([c for c in found.columns if c.judged]) == 2
    assert rows_of(found)["pass"] == 0


def test_a_key_that_is_there_twice_in_json_says_nothing(tmp_path: Path) -> None:
    good = '{"license": "MIT"}\n'
    bad = '{"license": "MIT", "lic\\u0065nse": "cc-by-nc-4.0"}\n'
    (tmp_path / "a.jsonl").write_text(bad + good)
    (tmp_path / "b.jsonl").write_text(good)
    asked = request(tmp_path)
    counting = run_census(asked)
    found = counting.census
    assert rows_of(found) == {"pass": 2, "review": 1, "fail": 0}
    gap = next(g for g in found.gaps if g.blocks)
    assert (gap.reason, gap.location and gap.location.path) == ("duplicate_keys", "a.jsonl")
    assert "1 of its rows" in gap.detail
    clean(asked, counting, tmp_path.parent / f"{tmp_path.name}-out")
    assert (tmp_path.parent / f"{tmp_path.name}-out" / "a.jsonl").read_text() == good


@pytest.mark.parametrize(
    "text",
    [
        '{"meta": {"license": "MIT", "license": "cc-by-nc-4.0"}}',
        '{"meta": {"a": {"license": "MIT"}, "a": {"license": "cc-by-nc-4.0"}}}',
        '{"files": [{"license": "MIT", "license": "cc-by-nc-4.0"}]}',
        '{"files": [{"license": "MIT"}], "files": [{"license": "cc-by-nc-4.0"}]}',
        '{"meta": "{\\"license\\": \\"MIT\\", \\"license\\": \\"cc-by-nc-4.0\\"}"}',
    ],
)
def test_a_key_that_is_there_twice_anywhere_on_the_way_says_nothing(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / "a.jsonl").write_text(text + "\n")
    found = census(tmp_path / "a.jsonl")
    assert rows_of(found) == {"pass": 0, "review": 1, "fail": 0}
    assert "duplicate_keys" in reasons(found)


def test_json_in_a_column_that_names_a_key_twice_says_nothing(tmp_path: Path) -> None:
    texts = '\'{"license": "MIT"}\', \'{"license": "MIT", "license": "gpl-3.0"}\''
    file = parquet(tmp_path / "a.parquet", f"SELECT unnest([{texts}]) AS meta")
    found = census(file)
    assert rows_of(found) == {"pass": 1, "review": 1, "fail": 0}
    assert "duplicate_keys" in reasons(found)


def test_keys_that_differ_in_their_case_are_two(tmp_path: Path) -> None:
    row = {"license": "MIT", "License": "cc-by-nc-4.0"}
    found = census(jsonl(tmp_path / "a.jsonl", [row]))
    assert rows_of(found) == {"pass": 0, "review": 0, "fail": 1}


@pytest.mark.parametrize(
    "name", ["a'b.jsonl", "a[1]*?.jsonl", 'a";DROP.jsonl', "a\nb.jsonl", "许.jsonl"]
)
def test_a_file_name_is_no_sql_and_no_pattern(tmp_path: Path, name: str) -> None:
    jsonl(tmp_path / name, [{"license": "MIT"}])
    jsonl(tmp_path / "a1x.jsonl", [{"license": "MIT"}] * 5)
    found = census(tmp_path / name)
    assert found.total.rows == 1
    assert found.files[0].path == name


def test_no_rows_and_no_files(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_bytes(b"")
    parquet(tmp_path / "none.parquet", "SELECT 'MIT' AS license WHERE false")
    found = census(tmp_path)
    assert found.total == Size()
    assert found.verdict == "review"
    (tmp_path / "bare").mkdir()
    assert reasons(census(tmp_path / "bare")) == ["no_rows"]
    with pytest.raises(TargetError):
        census(tmp_path / "missing")


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    jsonl(tmp_path / "out.jsonl", [{"license": "MIT"}])
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl").symlink_to(tmp_path / "out.jsonl")
    assert census(tmp_path / "in").total.rows == 0


def test_cleaning_touches_no_folder_of_others(tmp_path: Path) -> None:
    jsonl(tmp_path / "a.jsonl", [{"license": "MIT"}])
    asked = request(tmp_path / "a.jsonl")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("x")
    with pytest.raises(UsageError):
        clean(asked, run_census(asked), tmp_path / "full")
    inside = request(tmp_path)
    with pytest.raises(UsageError):
        clean(inside, run_census(inside), tmp_path / "clean")
    assert (tmp_path / "full" / "mine").read_text() == "x"


def test_parquet_keeps_its_metadata_and_codec(tmp_path: Path) -> None:
    file = str(tmp_path / "a.parquet")
    duckdb.connect().execute(
        f"COPY (SELECT 'MIT' AS license) TO '{file}' "
        "(FORMAT parquet, COMPRESSION zstd, KV_METADATA {huggingface: '{\"a\": \"it''s\"}'})"
    )
    asked = request(tmp_path / "a.parquet")
    clean(asked, run_census(asked), tmp_path / "out")
    base, made = duckdb.connect(), str(tmp_path / "out" / "a.parquet")
    kept = base.execute(f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{made}')")
    assert kept.fetchall() == [("huggingface", '{"a": "it\'s"}')]
    codec = base.execute(f"SELECT compression FROM parquet_metadata('{made}')").fetchall()
    assert codec == [("ZSTD",)]


def test_the_shares_do_not_depend_on_threads(tmp_path: Path) -> None:
    query = "SELECT ['MIT', 'gpl', NULL][1 + i % 3] AS license, md5(i::VARCHAR) AS t"
    file = parquet(tmp_path / "a.parquet", f"{query} FROM range(500000) r(i)")
    from dataclasses import replace

    one, two = (run_census(replace(request(file), threads=n)).census for n in (1, 4))
    assert one == two
