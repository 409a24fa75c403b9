"""The files among the shapes of `test_what_repositories_taught.py`, audited to a verdict."""

from __future__ import annotations

import pytest

from .judged import NC, Audit, Text

LLAMA_2 = "LicenseRef-scancode-llama-2-license-2023"
KIMI = "LicenseRef-scancode-moonshot-ai-modified-mit-2025"
DEEPSEEK = "LicenseRef-scancode-deepseek-la-1.0"


def test_an_error_page_saved_as_license(audited: Audit) -> None:
    found = audited("license-file-is-an-error-page")
    assert found.blocking() == {"error_page"}
    assert found.verdict == "review"
    for said in ("404: Not Found", "Entry not found"):
        files = {"README.md": "---\nlicense: mit\n---\n# Heron\n", "LICENSE": said}
        assert audited(**files, **{"config.json": "{}"}).verdict == "review"


@pytest.mark.parametrize(
    ("situation", "gap"),
    [
        ("placeholder-in-dataset-card", "placeholder_section"),
        ("license-file-placeholder", "says_nothing"),
    ],
)
def test_placeholder_text_licenses_nothing(audited: Audit, situation: str, gap: str) -> None:
    found = audited(situation)
    assert gap in found.blocking()
    assert found.verdict == "review"


def test_code_weights_and_data_are_judged_apart(audited: Audit, text: Text) -> None:
    files = {
        "LICENSE": text("apache-2.0"),
        "LICENSE-MODEL": text("deepseek-la-1.0"),
        "DATA_LICENSE": text("cc-by-nc-4.0"),
    }
    found = audited("three-files-three-roles", **files)
    assert found.outcomes() == {"code": "pass", "weights": "review", "data": "fail"}
    assert [found.expression(s) for s in ("code", "weights", "data")] == [
        "Apache-2.0",
        DEEPSEEK,
        NC,
    ]
    assert found.verdict == "fail"


def test_one_sentence_for_three_parts(audited: Audit) -> None:
    found = audited("one-sentence-three-parts")
    assert found.outcomes() == {"code": "pass", "weights": "fail", "data": "review"}


def test_each_checkpoint_of_a_table_has_its_verdict(audited: Audit) -> None:
    found = audited("license-per-checkpoint-table")
    outcomes = {k: v for k, v in found.outcomes().items() if k.startswith("checkpoint:")}
    assert outcomes == {
        "checkpoint:Heron-1B": "pass",
        "checkpoint:Heron-70B": "review",
        "checkpoint:Heron-Art": "fail",
    }
    assert found.expression("checkpoint:Heron-70B") == LLAMA_2
    assert found.verdict != "pass"
    assert "README.md:9" in found.evidence("fail")


def test_a_nested_license_binds_its_folder(audited: Audit, text: Text) -> None:
    files = {"LICENSE": text("apache-2.0"), "vendor__reeds__LICENSE": text("cc-by-nc-4.0")}
    found = audited("nested-license-folder", **files)
    assert found.verdict == "fail"
    assert any(p.startswith("vendor/reeds/LICENSE") for p in found.evidence("fail"))
    assert audited("nested-license-folder", LICENSE=text("apache-2.0")).verdict == "pass"


def test_a_license_only_as_a_linked_pdf(audited: Audit) -> None:
    found = audited("license-linked-as-pdf")
    assert found.expression() is None
    assert {"license_by_link"} <= found.blocking()
    assert any("https://example.org/heron-terms.pdf" in g.detail for g in found.result.gaps)
    assert found.verdict == "review"


def test_a_license_only_as_a_pdf_without_words(audited: Audit) -> None:
    found = audited("license-only-as-pdf")
    assert found.expression("code") is None
    assert found.blocking()
    assert {g.location.path for g in found.result.gaps if g.location} == {"LICENSE.pdf"}
    assert found.verdict == "review"


@pytest.mark.parametrize(
    "situation", ["license-file-url", "license-file-known-url", "license-file-path"]
)
def test_a_license_file_that_only_points_elsewhere(audited: Audit, situation: str) -> None:
    found = audited(situation)
    assert found.expression("code") is None
    assert found.blocking() == {"says_nothing"}
    assert found.verdict == "review"


def test_a_sibling_does_not_taint(audited: Audit) -> None:
    found = audited("sibling-in-a-sentence")
    assert (found.expression(), found.verdict) == ("MIT", "pass")
    assert found.result.gaps == ()


def test_a_freer_sibling_frees_nothing(audited: Audit) -> None:
    own = audited("sibling-freer-than-own")
    assert (own.expression(), own.verdict) == (NC, "fail")
    alone = audited("sibling-alone-has-a-license")
    assert (alone.expression(), alone.verdict) == (None, "review")


MILLION = "The Software must not be used in products with more than one million users."
CLAUSES = (
    "The Software shall not be used to train competing models.",
    "Commercial use requires a separate agreement with the authors.",
    "Products with more than one million users must not contain this.",
    MILLION,
    "<This software may not be used for commercial purposes>",
)


@pytest.mark.parametrize("tag", ["", "license: mit\n"])
@pytest.mark.parametrize("clause", CLAUSES)
def test_mit_with_a_clause_more_is_not_mit(
    audited: Audit, text: Text, clause: str, tag: str
) -> None:
    card = f"---\n{tag}pipeline_tag: text-generation\n---\n# Heron\n"
    plain = audited(**{"README.md": card, "LICENSE": text("mit")})
    assert (plain.expression(), plain.verdict) == ("MIT", "pass")
    found = audited(**{"README.md": card, "LICENSE": f"{text('mit')}\n{clause}\n"})
    assert found.verdict != "pass"
    assert found.expression() != "MIT"
    said = [c.note or "" for c in found.result.claims] + [g.detail for g in found.result.gaps]
    assert any(clause.strip("<>.") in words for words in said)


def test_modified_mit_is_what_its_text_says(audited: Audit, text: Text) -> None:
    alone = audited("modified-mit-by-name")
    assert (alone.expression(), alone.verdict) == (None, "review")
    plain = audited("modified-mit-by-name", LICENSE=text("mit"))
    assert "ambiguous_name" in plain.blocking()
    assert plain.verdict == "review"
    vendors = audited("modified-mit-by-name", LICENSE=text(KIMI.split("scancode-")[1]))
    assert vendors.expression() == KIMI
    other = audited("modified-mit-by-name", LICENSE=f"{text('mit')}\n{MILLION}\n")
    assert other.expression() != KIMI
    assert other.verdict != "pass"
