"""Names of columns, and values that stand for several."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licaudit.collectors.row_columns import load_names, plain_name
from licaudit.collectors.row_values import entries
from licaudit.collectors.rows import format_of, literal
from licaudit.errors import RuleError


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("license", "license"),
        ("Licence", "license"),
        ("max_stars_repo_licenses", "license"),
        ("ghaLicenseId", "license"),
        ("license_1", "license"),
        ("spdx", "license"),
        ("许可证", "license"),
        ("license_count", None),
        ("driverLicense", None),
        ("source", "source"),
        ("image_url", "source"),
        ("repo_name", "source"),
        ("license_url", "license"),
        ("text", None),
        ("resources", None),
    ],
)
def test_a_name_tells_the_role(name: str, role: str | None) -> None:
    assert load_names().role(name) == role


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("MIT", ("MIT",)),
        ('["MIT", "ISC"]', ("MIT", "ISC")),
        ("['MIT', 'ISC']", ("MIT", "ISC")),
        ("['MIT' 'ISC']", ("MIT", "ISC")),
        ('["MIT", null]', ("MIT", None)),
        ('[["MIT"], []]', ("MIT", None)),
        ("[]", (None,)),
        ("[MIT]", ("[MIT]",)),
        ("[1]", ("[1]",)),
        ("['MIT', foo]", ("['MIT', foo]",)),
    ],
)
def test_a_list_written_as_text_is_a_list(text: str, found: tuple[str | None, ...]) -> None:
    assert entries(text) == found


@given(st.text())
def test_every_text_stands_for_something(text: str) -> None:
    assert entries(text)
    assert plain_name(text) == plain_name(text).lower()


@settings(deadline=None)  # DuckDB starts inside the first example
@given(st.text(alphabet=st.characters(exclude_characters="\0")))
def test_a_literal_ends_where_it_ends(text: str) -> None:
    import duckdb

    safe = text.encode("utf-8", "ignore").decode()
    assert duckdb.connect().execute(f"SELECT {literal(safe)}").fetchone() == (safe,)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a.parquet", ("parquet", "")),
        ("A.JSONL.GZ", ("jsonl", ".gz")),
        ("a.csv.zst", ("csv", ".zst")),
        ("a.feather", ("arrow", "")),
        ("a.parquet.gz", None),
        ("a.txt", None),
    ],
)
def test_the_ending_tells_the_format(name: str, found: tuple[str, str] | None) -> None:
    assert format_of(name) == found


def test_a_broken_pattern_names_its_line(tmp_path: Path, root: Path) -> None:
    text = (root / "rules" / "columns.yaml").read_text("utf-8").replace("  - spdx\n", "  - '('\n")
    (tmp_path / "columns.yaml").write_text(text, "utf-8")
    with pytest.raises(RuleError, match=r"columns\.yaml:\d+:"):
        load_names(tmp_path)
