"""`licaudit compat`: names in, answer, clauses and exit code out."""

from __future__ import annotations

import json

import pytest

from .conftest import Run


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("mit --under apache-2.0", 0, "Yes"),
        ("apache-2.0 --under gpl-2.0", 1, "(Apache-2.0, 3)"),
        ("epl-2.0 --under gpl-3.0", 3, "Exhibit A"),
        ("mpl-2.0 --under mit --lang zh", 1, "不可以"),
        ("cc-by-sa-4.0 --under mit --as dataset", 1, "3(b)(1)"),
    ],
)
def test_the_answer_is_the_exit_code(cli: Run, words: str, code: int, said: str) -> None:
    done = cli("compat", *words.split())
    assert done.code == code, done.err
    assert said in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("gpl --under mit", "may mean"),
        ("no-such-license-x --under mit", "no license is known"),
        ("mit --under mit --as song", "no way of joining"),
        ("mit --under mit --format pdf", "no format"),
    ],
)
def test_what_means_nothing_is_exit_2(cli: Run, words: str, said: str) -> None:
    done = cli("compat", *words.split())
    assert done.code == 2
    assert said in done.err


def test_json_carries_license_and_clause_of_every_reason(cli: Run) -> None:
    plain = json.loads(cli("compat", "bsd-4-clause", "--under", "gpl-3.0", "--format", "json").out)
    assert plain["answer"] == "no"
    assert all(r["license"] and r["clause"] for r in plain["reasons"])
