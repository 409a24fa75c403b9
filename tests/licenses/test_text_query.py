"""A text is seen as ScanCode sees it: the same words, lines, tags and runs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from licensedcode.query import Query

from licaudit.licenses.catalog import text_of
from licaudit.licenses.rule_index import RuleIndex, open_index
from licaudit.licenses.text_query import TextQuery


@pytest.fixture(scope="module")
def index() -> RuleIndex:
    """The index whose words count."""
    return open_index()


WORDS = st.sampled_from(
    (
        *("license", "heron", "MIT", "2.0", "12", "a", "&quot;", "quot", "lt", "granted", "zzyx"),
        *("SPDX-License-Identifier:", "GPL-2.0+", "licenses.nuget.org", "the", "der_Reiher"),
        *("Kranich's", "ÄÖÜ", "İ", "许可"),
    )
)
LINES = st.lists(st.lists(WORDS, max_size=7).map(" ".join), min_size=1, max_size=40)


def _seen(query: Any) -> dict[str, Any]:
    return {
        "tokens": list(query.tokens),
        "lines": list(query.line_by_pos),
        "unknown": query.unknowns_by_pos,
        "unknown span": set(query.unknowns_span),
        "stop": query.stopwords_by_pos,
        "short": query.shorts_and_digits_pos,
        "tags": query.spdx_lines,
        "runs": [(r.start, r.end, set(r.matchables)) for r in query.query_runs],
        "high": set(query.high_matchables),
        "low": set(query.low_matchables),
    }


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(LINES, st.sampled_from([4, 15]))
def test_any_text_is_parted_as_scancode_parts_it(
    index: RuleIndex, lines: list[str], breaks: int
) -> None:
    text = "\n".join(lines) or "-"
    wanted = Query(query_string=text, idx=index, line_threshold=breaks)
    found = TextQuery(list(enumerate(text.splitlines(), 1)), index, breaks)
    assert _seen(found) == _seen(wanted)


def test_a_long_text_with_breaks(index: RuleIndex) -> None:
    text = ("\n" * 20).join(text_of(key) or "" for key in ("mit", "gpl-2.0", "cc-by-4.0"))
    wanted = Query(query_string=text, idx=index, line_threshold=15)
    found = TextQuery(list(enumerate(text.splitlines(), 1)), index, 15)
    assert len(found.query_runs) == len(wanted.query_runs) > 2
    assert _seen(found) == _seen(wanted)


def test_time_that_ran_out_is_told(index: RuleIndex) -> None:
    text = (text_of("gpl-2.0") or "").replace("you", "we")
    query = TextQuery(list(enumerate(text.splitlines(), 1)), index, 15, seconds=0.0)
    index.match_query(query)
    assert query.late
    patient = TextQuery(list(enumerate(text.splitlines(), 1)), index, 15)
    assert "gpl-2.0" in {m.rule.license_expression for m in index.match_query(patient)}
    assert not patient.late
