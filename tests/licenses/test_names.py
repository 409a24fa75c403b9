"""Rung 2: identifiers, expressions, ranges, addresses; what is ambiguous stays so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.licenses.identify import Ladder
from licaudit.licenses.knowledge import name_key
from licaudit.licenses.names import Named, resolve_name, resolve_url
from licaudit.licenses.prose import choices, mentions


@pytest.fixture(scope="module")
def named(ladder: Ladder):  # type: ignore[no-untyped-def]
    return lambda value: resolve_name(value, ladder.knowledge, ladder.catalog)


@pytest.mark.parametrize(
    ("value", "expression"),
    [
        ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
        ("mit and gpl-3.0", "MIT AND GPL-3.0-only"),
        ("(MIT OR Apache-2.0) AND BSD-3-Clause", "(MIT OR Apache-2.0) AND BSD-3-Clause"),
        ("Apache-2.0 WITH LLVM-exception", "Apache-2.0 WITH LLVM-exception"),
        ("GPL-2.0+", "GPL-2.0-or-later"),
        ("GPL-3.0+ AND MIT", "GPL-3.0-or-later AND MIT"),
        ("mit, apache-2.0", "MIT AND Apache-2.0"),
        ("GPL v3 or later", "GPL-3.0-or-later"),
        ("Apache License 2.0", "Apache-2.0"),
        ("https://opensource.org/licenses/MIT", "MIT"),
        ("LicenseRef-scancode-public-domain", "LicenseRef-scancode-public-domain"),
    ],
)
def test_names_and_expressions(named, value: str, expression: str) -> None:  # type: ignore[no-untyped-def]
    assert named(value) == Named(expression)


@pytest.mark.parametrize(
    ("value", "expression"),
    [
        ("GPL (>= 2)", "GPL-2.0-or-later"),
        ("GPL (>=3)", "GPL-3.0-or-later"),
        ("GPL>=2", "GPL-2.0-or-later"),
        ("LGPL (>= 2.1)", "LGPL-2.1-or-later"),
        ("AGPL (>= 3)", "AGPL-3.0-or-later"),
        ("GPL (== 3)", "GPL-3.0-only"),
        ("Apache License (== 2.0)", "Apache-2.0"),
    ],
)
def test_ranges_as_r_packages_write_them(named, value: str, expression: str) -> None:  # type: ignore[no-untyped-def]
    assert named(value) == Named(expression)


@pytest.mark.parametrize(
    "value", ["Apache License (>= 2)", "GPL (> 2)", "GPL (<= 2)", "EUPL (>= 1.1)"]
)
def test_ranges_no_id_expresses_stay_open(named, value: str) -> None:  # type: ignore[no-untyped-def]
    found = named(value)
    assert found.expression is None
    assert found.candidates
    assert "range" in found.why


@pytest.mark.parametrize(
    "value",
    [
        "MIT AND", "AND MIT", "MIT OR OR GPL-3.0-only", "MIT OR (", "(MIT AND GPL-3.0-only",
        "MIT) AND (GPL-3.0-only", "GPL-2.0 WITH nothing-known", "mit, pond-rules", "GPL (>= two)",
        "MIT/Apache-2.0", "pond rules", "LicenseRef-nobody",
    ],
)  # fmt: skip
def test_what_no_table_settles_is_unknown(named, value: str) -> None:  # type: ignore[no-untyped-def]
    assert named(value) is None


@pytest.mark.parametrize("value", ["", "license", "The License", "unknown", "n/a", "()", "TBD"])
def test_words_that_state_nothing(named, value: str) -> None:  # type: ignore[no-untyped-def]
    assert named(value).silent


@pytest.mark.parametrize("value", ["gpl", "cc", "bsd", "lgpl", "cc-by-nc", "openrail", "llama"])
def test_families_keep_their_members(named, value: str) -> None:  # type: ignore[no-untyped-def]
    found = named(value)
    assert found.expression is None
    assert len(found.candidates) > 1


@given(st.text(max_size=80) | st.from_regex(r"[A-Za-z0-9 ()<>=+,.\-]{0,60}", fullmatch=True))
def test_no_value_breaks_the_reader(ladder: Ladder, value: str) -> None:
    found = resolve_name(value, ladder.knowledge, ladder.catalog)
    if found is not None and found.expression is not None:
        assert found.expression.count("(") == found.expression.count(")")


@given(st.text(max_size=60))
def test_one_key_per_spelling(value: str) -> None:
    assert name_key(name_key(value)) == name_key(value)


@pytest.mark.parametrize(
    ("url", "expression"),
    [
        ("http://creativecommons.org/licenses/by-nc-sa/3.0/deed.en", "CC-BY-NC-SA-3.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://spdx.org/licenses/BSL-1.0.html", "BSL-1.0"),
        ("https://example.org/licenses/MIT", None),
    ],
)
def test_addresses(ladder: Ladder, url: str, expression: str | None) -> None:
    assert resolve_url(url, ladder.knowledge, ladder.catalog) == expression


def said(ladder: Ladder, sentence: str) -> list[str | None]:
    found = choices(sentence, mentions(sentence, ladder.knowledge, ladder.catalog))
    return [m.named.expression for m in found]


def test_the_start_of_a_models_name_is_no_license(ladder: Ladder) -> None:
    assert said(ladder, "Licensed like Llama-2-7b.") == []


def test_or_is_a_choice_only_where_the_sentence_offers_one(ladder: Ladder) -> None:
    assert said(ladder, "Licensed under either MIT or Apache-2.0.") == ["MIT OR Apache-2.0"]
    assert said(ladder, "Files are MIT or Apache-2.0 licensed.") == ["MIT", "Apache-2.0"]
    assert said(ladder, "Licensed under either MIT and Apache-2.0.") == ["MIT", "Apache-2.0"]


def test_a_range_in_a_sentence(ladder: Ladder) -> None:
    assert said(ladder, "Released under the license GPL (>= 2).") == ["GPL-2.0-or-later"]
