"""What SPDX's list adds to ScanCode's licenses: texts known by digest, new ids, retired ids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from licaudit.documents import read_yaml
from licaudit.licenses.catalog import PROBE, SPDX_FILE, Catalog, scancode_data, text_of
from licaudit.licenses.identify import Ladder
from licaudit.licenses.knowledge import Knowledge
from licaudit.licenses.names import resolve_name
from licaudit.licenses.terms import terms_lookup
from licaudit.licenses.texts import digest
from licaudit.settings import data_folder

ANEW = "write it again: python -m evaluate.spdx_known DIR"


@pytest.fixture(scope="module")
def listed() -> dict[str, Any]:
    path = data_folder("rules") / SPDX_FILE
    data: dict[str, Any] = read_yaml(path.read_text("utf-8"), SPDX_FILE).data
    return data


@pytest.fixture(scope="module")
def knowledge(ladder: Ladder) -> Knowledge:
    return ladder.knowledge


@pytest.fixture(scope="module")
def catalog(ladder: Ladder) -> Catalog:
    return ladder.catalog


def test_digests_are_of_todays_normalizing(listed: dict[str, Any]) -> None:
    assert listed["normalizing"] == digest(PROBE), ANEW
    theirs = scancode_data()["digests"]
    assert len(listed["texts"].keys() & theirs.keys()) > 200, ANEW


def test_scancodes_word_stands_where_both_know_a_text(
    listed: dict[str, Any], catalog: Catalog
) -> None:
    theirs = scancode_data()["digests"]
    for value in listed["texts"].keys() & theirs.keys():
        assert catalog.by_digest[value] == theirs[value]


def test_every_text_leads_to_an_id_with_terms(
    listed: dict[str, Any], knowledge: Knowledge, catalog: Catalog
) -> None:
    terms_of = terms_lookup(knowledge, catalog)
    ids = {catalog.by_digest[value] for value in listed["texts"]}
    without = sorted(i for i in ids if terms_of(i) is None)
    assert without == []


def test_ids_that_scancode_lacks_are_known_and_capped(
    knowledge: Knowledge, catalog: Catalog
) -> None:
    named = resolve_name("MIT-STK", knowledge, catalog)
    assert named is not None
    assert named.expression == "MIT-STK"
    terms = terms_lookup(knowledge, catalog)("MIT-STK")
    assert terms is not None
    assert (terms.basis, terms.osi_approved, terms.scancode) == ("category", False, ())
    assert terms.grant("use", "commercial", "code")[0] == "unknown"


def test_an_id_spelled_like_a_scancode_key_is_that_license(catalog: Catalog) -> None:
    assert catalog.by_key["wordnet"].id == "LicenseRef-scancode-wordnet"
    assert "" not in catalog.by_key


@pytest.mark.parametrize(
    ("written", "expression"),
    [
        ("GPL-2.0-with-classpath-exception", "GPL-2.0-only WITH Classpath-exception-2.0"),
        ("MIT OR gpl-2.0-with-gcc-exception", "MIT OR GPL-2.0-only WITH GCC-exception-2.0"),
        ("(MIT)", "MIT"),
        ("SPDX-License-Identifier: Apache-2.0", "Apache-2.0"),
        (
            "SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note",
            "GPL-2.0-only WITH Linux-syscall-note",
        ),
        ("(GPL-2.0-only  OR Linux-OpenIB)", "GPL-2.0-only OR Linux-OpenIB"),
    ],
)
def test_retired_ids_and_pasted_tags(
    knowledge: Knowledge, catalog: Catalog, written: str, expression: str
) -> None:
    named = resolve_name(written, knowledge, catalog)
    assert named is not None
    assert named.expression == expression


@pytest.mark.parametrize("written", ["SPDX-License-Identifier:", "()", "(none)"])
def test_a_tag_without_a_value_names_nothing(
    knowledge: Knowledge, catalog: Catalog, written: str
) -> None:
    named = resolve_name(written, knowledge, catalog)
    assert named is None or named.expression is None


def test_a_text_of_the_list_needs_no_engine(
    reading: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = text_of("postgresql")
    assert known is not None

    def refuse(_: str) -> None:
        raise AssertionError("the engine was asked for a text that is known word for word")

    monkeypatch.setattr("licaudit.licenses.engine.match", refuse)
    found = reading(LICENSE=known, **{"birds.py": "1"})
    assert found.expression("code") == "PostgreSQL"
