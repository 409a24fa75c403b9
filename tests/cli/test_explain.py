"""`licaudit explain`: every duty says how it can be checked."""

from __future__ import annotations

import json

from .conftest import Run


def test_each_duty_says_how_it_is_checked(cli: Run) -> None:
    said = cli("explain", "Apache-2.0")
    assert said.code == 0, said.err
    flat = " ".join(said.out.split())
    assert "check: A NOTICE file, and whether what it came from had one." in flat
    assert "check: A file that holds the text of this license." in flat
    chinese = cli("explain", "Apache-2.0", "--lang", "zh").out
    assert "核查：目录树中载有该许可证全文的文件。" in chinese


def test_the_record_names_the_check_of_every_duty_and_of_nothing_else(cli: Run) -> None:
    record = json.loads(cli("explain", "llama3.1", "--format", "json").out)
    checks = {c["id"]: c.get("check") for c in record["conditions"]}
    duties = {c["id"] for c in record["conditions"] if c["kind"] == "duty"}
    assert {name for name, check in checks.items() if check} == duties
    assert checks["name-prefix"] == "name_prefix"
    assert checks["built-with"] == "text_line"
