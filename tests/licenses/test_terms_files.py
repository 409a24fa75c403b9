"""Every file of rules/licenses: nothing empty, nothing twice, nothing pasted."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from licaudit.collectors.maker_names import _SERVICES
from licaudit.collectors.prose_platforms import _PLATFORMS
from licaudit.documents import Document
from licaudit.facts import License
from licaudit.licenses import vocabulary
from licaudit.licenses.catalog import license_folder, load_catalog, split_file
from licaudit.licenses.knowledge import Knowledge, load_knowledge, name_key
from licaudit.licenses.names import resolve_name
from licaudit.licenses.schema import read_files
from licaudit.licenses.texts import digest
from licaudit.licenses.upstreams import load_upstreams
from licaudit.settings import data_folder

SAME_WORDS = 9  # a run this long that stands in the license too was pasted
COPYLEFT = ("GPL-1.0", "GPL-2.0", "GPL-3.0", "LGPL-2.0", "LGPL-2.1", "LGPL-3.0", "AGPL-1.0")
COPYLEFT += ("AGPL-3.0", "GFDL-1.1", "GFDL-1.2", "GFDL-1.3")


@pytest.fixture(scope="module")
def files() -> dict[str, Document]:
    return read_files(data_folder("rules") / "licenses")


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="module")
def licenses(knowledge: Knowledge) -> list[License]:
    return [terms for i in knowledge.records if (terms := knowledge.get(i))]


def chain(stem: str, files: dict[str, Document]) -> list[dict[str, Any]]:
    """A file and those it extends."""
    found = [files[stem].data]
    while parent := found[-1].get("extends"):
        found.append(files[parent].data)
    return found


def test_there_are_at_least_two_hundred(licenses: list[License]) -> None:
    assert len(licenses) >= 200


def test_every_file_says_how_it_is_known(files: dict[str, Document]) -> None:
    for stem in files:
        parts = chain(stem, files)
        for key in ("basis", "confidence", "kinds"):
            assert any(p.get(key) for p in parts), f"{stem}: {key}"
        for key in ("id", "name"):
            assert parts[0].get(key), f"{stem}: a child has its own {key}"


def test_terms_read_from_a_text_name_the_text(files: dict[str, Document]) -> None:
    for stem, document in files.items():
        basis = next(p["basis"] for p in chain(stem, files) if p.get("basis"))
        texts = [t for p in chain(stem, files) for t in p.get("texts", ())]
        assert texts or basis != "text", f"{stem}: basis text without a digest"
        assert basis == "text" or not document.data.get("texts"), f"{stem}: texts but {basis}"


def test_a_text_that_is_at_hand_is_the_one_that_was_read(licenses: list[License]) -> None:
    for terms in licenses:
        for text in terms.texts:
            path = license_folder() / f"{text.source.removeprefix('scancode:')}.LICENSE"
            if text.source.startswith("scancode:"):
                assert digest(split_file(path.read_text("utf-8"))[1]) == text.sha256, terms.path


def test_no_digest_and_no_title_leads_to_two_licenses(licenses: list[License]) -> None:
    digests = Counter(t.sha256 for terms in licenses for t in terms.texts)
    assert [d for d, n in digests.items() if n > 1] == []
    titles: dict[str, set[str]] = {}
    for terms in licenses:
        for title in terms.titles:
            titles.setdefault(name_key(title), set()).add(terms.id)
    assert {t: ids for t, ids in titles.items() if len(ids) > 1} == {}


def test_ids_and_keys_are_those_of_spdx_and_scancode(licenses: list[License]) -> None:
    catalog = load_catalog()
    for terms in licenses:
        assert all(key in catalog.by_key for key in terms.scancode), terms.path
        if terms.id.startswith("LicenseRef-licaudit-"):
            assert re.fullmatch(r"[a-z0-9.-]+", terms.id.removeprefix("LicenseRef-licaudit-"))
        elif terms.id != "OpenMDW-1.0":  # younger than the installed ScanCode
            assert terms.id.lower() in catalog.by_id, terms.path


def test_children_are_named_after_themselves(files: dict[str, Document]) -> None:
    names = Counter(document.data["name"] for document in files.values())
    assert [n for n, count in names.items() if count > 1] == []
    for stem, document in files.items():
        parent = document.data.get("extends")
        assert parent is None or files[parent].data["id"] != document.data["id"], stem


def test_gnu_licenses_have_both_readings_and_a_version_is_read_strictly(
    knowledge: Knowledge,
) -> None:
    for name in COPYLEFT:
        for reading in ("only", "or-later"):
            assert f"{name}-{reading}" in knowledge.records
        for written, meant in ((name, f"{name}-only"), (f"{name}+", f"{name}-or-later")):
            named = resolve_name(written, knowledge, load_catalog())
            assert named is not None
            assert named.expression == meant
        if name.startswith("GFDL"):
            assert f"{name}-invariants-or-later" in knowledge.records


def test_low_confidence_grants_nothing_outright(licenses: list[License]) -> None:
    for terms in licenses:
        if terms.basis == "none":
            assert terms.confidence == "low", terms.path
            assert not any(g.verdict in ("permitted", "covered") for g in terms.grants), terms.path


def test_notes_speak_both_languages(licenses: list[License]) -> None:
    for terms in licenses:
        notes = [terms.note, *(grant.note for grant in terms.grants)]
        assert all(n.en.strip() and n.zh.strip() for n in notes if n), terms.path


def test_every_word_of_the_vocabulary_is_used_and_explained(
    licenses: list[License], root: Path
) -> None:
    used = {word for t in licenses for c in t.conditions for word in (*c.fields, c.metric, c.reach)}
    assert used >= vocabulary.FIELDS
    assert used - {None} <= vocabulary.FIELDS | vocabulary.METRICS | vocabulary.REACHES
    page = (root / "docs" / "terms.md").read_text("utf-8")
    words = set(re.findall(r"`([\w-]+)`", page))
    for group in ("METRICS", "EFFECTS", "SCOPES", "MEASURED", "MODALITIES", "ACTORS", "REACHES"):
        assert getattr(vocabulary, group) <= words, group
    assert words >= vocabulary.FIELDS | vocabulary.PURPOSE_WORDS


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + SAME_WORDS]) for i in range(len(words) - SAME_WORDS + 1)}


def own_words(terms: License) -> list[str]:
    """Everything we wrote about it, but for lines that the license orders to be shown."""
    said = [c.summary.en for c in terms.conditions]
    said += [n.en for n in (terms.note, *(g.note for g in terms.grants)) if n]
    return said


def test_no_license_sentence_is_pasted(licenses: list[License]) -> None:
    pasted = []
    for terms in licenses:
        sentences = [(s, runs(words_of(s))) for s in own_words(terms)]
        for key in terms.scancode:
            path = license_folder() / f"{key}.LICENSE"
            theirs = runs(words_of(split_file(path.read_text("utf-8"))[1]))
            pasted += [f"{terms.path}: {s}" for s, own in sentences if own & theirs]
    assert pasted == []


def characters(text: str) -> str:
    """The Chinese characters alone: spaces, punctuation and addresses prove nothing."""
    return "".join(re.findall("[\u4e00-\u9fff]", text))


def test_no_chinese_license_sentence_is_pasted(licenses: list[License]) -> None:
    length, pasted = 16, []  # characters: about as much as nine English words
    for terms in licenses:
        for key in terms.scancode:
            text = split_file((license_folder() / f"{key}.LICENSE").read_text("utf-8"))[1]
            theirs = characters(text)
            for condition in terms.conditions if theirs else ():
                own = characters(condition.summary.zh)
                windows = (own[i : i + length] for i in range(len(own) - length + 1))
                pasted += [f"{terms.path} {condition.id}: {w}" for w in windows if w in theirs]
    assert pasted == []


def test_terms_of_services_bind_as_contracts_and_are_reached(knowledge: Knowledge) -> None:
    """Each service that a card may name leads to a file that binds whoever agreed to it."""
    rows = {key: row[0] for key, row in load_upstreams().items() if key.startswith("service:")}
    assert {"service:openai", "service:anthropic", "service:zhihu"} <= set(rows)
    for key, expression in rows.items():
        terms = knowledge.get(expression)
        assert terms is not None, key
        assert terms.binds == "contract", key
    named = {f"service:{key}" for key, _, _ in (*_SERVICES, *_PLATFORMS)}
    without_terms = {"service:google-palm", "service:deepl", "service:google-translate"}
    assert named - without_terms == set(rows)


def test_terms_that_nobody_read_pass_nothing(licenses: list[License]) -> None:
    for terms in licenses:
        if terms.family in ("service-terms", "platform-terms") and not terms.texts:
            assert terms.confidence == "low", terms.path
