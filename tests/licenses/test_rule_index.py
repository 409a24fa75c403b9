"""The compact rule index answers as ScanCode's own does, and survives damage and rivals."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from licaudit.licenses.catalog import text_of
from licaudit.licenses.rule_index import Exact, RuleIndex, index_folder, open_index

KEYS = ("mit", "apache-2.0", "gpl-2.0", "bsd-new", "cc-by-nc-4.0", "mpl-2.0", "zlib", "isc")
NOTICES = (
    "Licensed under the Apache License, Version 2.0 (the License).",
    "SPDX-License-Identifier: GPL-2.0-or-later WITH Classpath-exception-2.0",
    "This file may be used under the terms of the GNU LGPL, version 2.1 or later.",
    "This work is licensed under CC BY-NC-SA 4.0.",
    "int main(void) { return license_of(mit); }",
)


@pytest.fixture(scope="module")
def index() -> RuleIndex:
    """The index as every audit opens it."""
    return open_index()


@pytest.fixture(scope="module")
def scancode() -> Any:
    """ScanCode's own index, which takes seconds and a gigabyte."""
    from licensedcode import cache

    ours, cache._LICENSE_CACHE = cache._LICENSE_CACHE, None
    try:
        yield cache.get_index()
    finally:
        cache._LICENSE_CACHE = ours


def _answers(index: Any, text: str) -> list[tuple[Any, ...]]:
    return [
        (
            str(m.rule.license_expression),
            str(m.matcher),
            m.start_line,
            m.end_line,
            round(m.score(), 2),
        )
        for m in index.match(query_string=text)
    ]


def _texts() -> list[str]:
    whole = [text_of(key) or "" for key in KEYS]
    halves = ["\n".join(t.split("\n")[::2]) for t in whole[:4]]
    changed = [t.replace("without", "with").replace("any", "some") for t in whole[:4]]
    return [*whole, *halves, *changed, *NOTICES, "\n\n".join(NOTICES)]


@pytest.mark.parametrize("number", range(len(_texts())))
def test_it_matches_as_scancode_does(index: RuleIndex, scancode: Any, number: int) -> None:
    text = _texts()[number]
    ours = _answers(index, text)
    assert ours == _answers(scancode, text)


def test_what_is_likely_is_what_scancode_ranks_first(index: RuleIndex, scancode: Any) -> None:
    from licensedcode.match_set import compute_candidates
    from licensedcode.query import Query

    for text in _texts()[8:]:
        run = Query(query_string=text, idx=scancode).whole_query_run()
        wanted = compute_candidates(run, scancode, scancode.approx_matchable_rids, top=70)
        found = index.likely.find(run.matchable_tokens(), 70)
        assert [rule for rule, _ in found] == [rule for _, rule, _, _ in wanted]
        assert [set(shared) for _, shared in found] == [set(s) for *_, s in wanted]


class _Flat:
    """Rules for the automaton alone, a byte to a token."""

    def __init__(self, rules: list[list[int]]) -> None:
        from array import array

        flat, places = array("h"), [0]
        for rule in rules:
            flat.extend(rule)
            places.append(len(flat))
        self.offsets = places
        self.numbers = type("Numbers", (), {"view": flat, "part": lambda _, a, b: flat[a:b]})()


RULES = st.lists(st.integers(0, 3), min_size=1, max_size=5)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(RULES, min_size=1, max_size=40, unique_by=tuple),
    st.lists(st.integers(0, 3), max_size=30),
)
def test_every_exact_rule_is_found_wherever_it_stands(
    rules: list[list[int]], text: list[int]
) -> None:
    from licaudit.licenses.index_build import starts_of

    order = sorted(range(len(rules)), key=rules.__getitem__)
    exact = Exact(_Flat(rules), order, starts_of(rules, order))  # type: ignore[arg-type]
    found = {(end, rule) for end, hits in exact.iter(text) for rule, _, _ in hits}
    wanted = {
        (start + len(rule) - 1, number)
        for number, rule in enumerate(rules)
        for start in range(len(text))
        if text[start : start + len(rule)] == rule
    }
    assert found == wanted


def test_a_damaged_index_is_made_anew(index: RuleIndex) -> None:
    folder = index_folder()
    (folder / "words.bin").write_bytes(b"no index at all")
    (folder / "order.bin").unlink()
    again = open_index()
    assert _answers(again, NOTICES[0]) == _answers(index, NOTICES[0])
    assert (folder / "order.bin").stat().st_size == 4 * len(again.tids_by_rid)


def test_a_cache_that_cannot_be_written_costs_time_alone(tmp_path: Path) -> None:
    blocked = tmp_path / "cache"
    blocked.write_text("a file where a folder belongs")
    code = (
        "from licaudit.licenses.engine import match;"
        "print(match('Licensed under the Apache License, Version 2.0').matches[0].expression)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "XDG_CACHE_HOME": str(blocked)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.strip() == "apache-2.0", run.stderr


def test_matching_never_loads_scancodes_own_index(index: RuleIndex) -> None:
    code = (
        "from licaudit.licenses.engine import match\n"
        "match(open(0).read())\n"
        "status = open('/proc/self/status').read()\n"
        "print(int(status.split('VmHWM:')[1].split()[0]) // 1024)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        input="\n".join(NOTICES),
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(run.stdout) < 400  # megabytes; ScanCode's takes 1,400
