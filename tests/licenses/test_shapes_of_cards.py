"""The shapes of cards in the design's "What real repositories taught", one test each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Read = Callable[..., Any]
MODIFIED_MIT = "LicenseRef-scancode-moonshot-ai-modified-mit-2025"
LLAMA_2 = "LicenseRef-scancode-llama-2-license-2023"
LLAMA_3 = "LicenseRef-licaudit-llama-3-2024-04-18"


def test_a_hub_list_of_licenses_is_no_choice(reading: Read) -> None:
    found = reading("hub-list-of-licenses")
    assert found.expression("weights") == "GPL-3.0-only AND MIT"
    assert [c.location.line for c in found.claims] == [3, 4]
    assert not found.conflicts


@pytest.mark.parametrize(
    ("situation", "gap"),
    [
        ("license-empty", "no_license"),
        ("license-unknown", "no_license"),
        ("license-other-bare", "ambiguous_name"),
        ("license-other-linked", "ambiguous_name"),
        ("license-other-own-file", "ambiguous_name"),
        ("gpl-without-version", "ambiguous_name"),
        ("modified-mit-by-name", "ambiguous_name"),
    ],
)
def test_a_field_that_settles_nothing_blocks(reading: Read, situation: str, gap: str) -> None:
    found = reading(situation)
    assert found.expression("weights") is None
    assert gap in found.blocking()


def test_a_missing_field_states_nothing(reading: Read) -> None:
    found = reading("license-missing")
    assert found.expression("weights") is None
    assert found.reasons() == {"no_license_field"}


def test_other_is_explained_by_license_name(reading: Read) -> None:
    found = reading("license-other-named")
    assert found.expression("weights") == LLAMA_3
    assert found.claims[0].written == "llama3"


def test_other_with_a_link_alone_names_the_link(reading: Read) -> None:
    found = reading("license-other-linked")
    assert "license_by_link" in found.blocking()
    assert any("https://example.org/heron-terms" in g.detail for g in found.gaps)


def test_other_is_settled_by_the_text_beside_it(reading: Read, text: Callable[[str], str]) -> None:
    found = reading("license-other-own-file", LICENSE=text("mit"))
    assert found.expression("weights") == "MIT"
    assert found.blocking() == set()
    assert reading_reasons(found) == {"ambiguous_name"}


def reading_reasons(found: Any) -> set[str]:
    return {g.reason for g in found.gaps}


def test_other_whose_own_file_is_missing(reading: Read) -> None:
    assert "missing_file" in reading("license-other-own-file").reasons()


def test_the_key_of_2021(reading: Read) -> None:
    found = reading("licenses-of-2021")
    assert found.expression("data:collection") == "CC-BY-4.0"
    assert found.blocking() == {"unknown_name"}


def test_other_dash_values_of_2021(reading: Read) -> None:
    found = reading("license-other-dash")
    assert found.expression("data:collection") == "LicenseRef-scancode-public-domain"


@pytest.mark.parametrize(
    ("situation", "line"),
    [
        ("front-matter-after-blank-lines", 4),
        ("front-matter-after-comment", 3),
        ("front-matter-at-the-end", 6),
    ],
)
def test_front_matter_in_odd_places(reading: Read, situation: str, line: int) -> None:
    found = reading(situation)
    assert found.expression("weights") == "MIT"
    assert [c.location.line for c in found.claims] == [line]
    assert found.gaps == ()


def test_front_matter_with_diff_marks(reading: Read) -> None:
    assert reading("front-matter-with-diff-marks").expression("weights") == "CC-BY-NC-4.0"


@pytest.mark.parametrize(
    ("situation", "expression"),
    [
        ("front-matter-broken", "CC-BY-NC-4.0"),
        ("front-matter-never-closed", "MIT"),
        ("front-matter-fence-lost", "MIT"),
        ("front-matter-merge-conflict", "CC-BY-NC-4.0 AND MIT"),
        ("front-matter-twice-the-key", "GPL-3.0-only AND MIT"),
    ],
)
def test_broken_front_matter_is_salvaged_and_blocks(
    reading: Read, situation: str, expression: str
) -> None:
    found = reading(situation)
    assert found.expression("weights") == expression
    assert "broken_front_matter" in found.blocking()


def test_both_sides_of_a_merge_conflict_contradict(reading: Read) -> None:
    (conflict,) = reading("front-matter-merge-conflict").conflicts
    assert {conflict.left.expression, conflict.right.expression} == {"MIT", "CC-BY-NC-4.0"}


def test_huge_front_matter_is_cut_and_blocks(reading: Read) -> None:
    head = "---\nlicense: mit\ntags:\n" + "- a tag of many\n" * 650_000 + "---\n# Heron\n"
    assert len(head) > 10_000_000
    found = reading(**{"README.md": head})
    assert found.expression("weights") == "MIT"
    assert {"cut_short", "broken_front_matter"} <= found.blocking()


def test_a_license_beyond_the_limit_is_no_license(reading: Read) -> None:
    head = "---\ntags:\n" + "- a tag of many\n" * 650_000 + "license: mit\n---\n# Heron\n"
    found = reading(**{"README.md": head})
    assert found.expression("weights") is None
    assert "cut_short" in found.blocking()


def test_a_card_whose_body_is_an_error_page(reading: Read) -> None:
    found = reading("card-is-an-error-page")
    assert found.expression("weights") == "MIT"
    assert found.blocking() == {"error_page"}


def test_a_page_that_is_an_error(reading: Read) -> None:
    found = reading("page-is-an-error")
    assert found.claims == []
    assert found.blocking() == {"error_page"}


def test_a_placeholder_in_a_dataset_card_blocks(reading: Read) -> None:
    found = reading("placeholder-in-dataset-card")
    assert found.blocking() == {"placeholder_section"}


def test_a_placeholder_in_a_model_card_is_said(reading: Read) -> None:
    found = reading("placeholder-in-model-card")
    assert found.blocking() == set()
    assert found.reasons() == {"placeholder_section"}


def test_three_parts_in_one_sentence(reading: Read) -> None:
    assert reading("one-sentence-three-parts").scopes() == {
        "code": "MIT",
        "weights": "CC-BY-NC-4.0",
        "data:collection": "ODbL-1.0",
    }


def test_a_table_gives_each_checkpoint_its_license(reading: Read) -> None:
    found = reading("license-per-checkpoint-table")
    assert found.scopes() == {
        "checkpoint:Heron-1B": "Apache-2.0",
        "checkpoint:Heron-70B": LLAMA_2,
        "checkpoint:Heron-Art": "CC-BY-NC-4.0",
        "code": None,
    }


def test_a_sibling_does_not_taint(reading: Read) -> None:
    found = reading("sibling-in-a-sentence")
    assert found.expression("weights") == "MIT"
    assert found.gaps == ()


def test_a_base_model_does_not_taint_but_asks(reading: Read) -> None:
    found = reading("base-in-a-sentence")
    assert found.expression("weights") == "MIT"
    assert found.expression("weights", "name:model/Llama-2-7b") == LLAMA_2
    assert found.blocking() == {"hearsay"}


def test_the_license_line_of_the_base_is_settled_by_the_own_tag(reading: Read) -> None:
    found = reading("base-license-line")
    assert found.expression("weights") == LLAMA_2
    assert found.blocking() == set()


def test_modified_mit_stays_open(reading: Read) -> None:
    (claim,) = reading("modified-mit-by-name").claims
    assert claim.expression is None
    assert claim.candidates == (MODIFIED_MIT,)


def test_modified_mit_is_not_settled_by_plain_mit(
    reading: Read, text: Callable[[str], str]
) -> None:
    found = reading("modified-mit-by-name", LICENSE=text("mit"))
    assert "ambiguous_name" in found.blocking()


def test_gpl_hub_id_without_version_keeps_its_candidates(reading: Read) -> None:
    (claim,) = reading("gpl-without-version").claims
    assert {"GPL-2.0-only", "GPL-3.0-or-later"} <= set(claim.candidates)


def test_gpl_hub_id_is_settled_by_the_text(reading: Read, text: Callable[[str], str]) -> None:
    found = reading("gpl-without-version", LICENSE=text("gpl-3.0"))
    assert found.expression("weights") == "GPL-3.0-only"
    assert found.blocking() == set()


def test_badges_speak_of_their_part(reading: Read) -> None:
    assert reading("badges-for-three-parts").scopes() == {
        "code": "Apache-2.0",
        "data:collection": "CC-BY-NC-4.0",
        "weights": LLAMA_2,
    }


def test_a_badge_nobody_knows_is_said(reading: Read) -> None:
    found = reading("badge-nobody-knows")
    assert found.expression("code") is None
    assert found.reasons() == {"unknown_badge"}


@pytest.mark.parametrize("situation", ["license-by-link", "license-by-bare-link"])
def test_a_license_by_link_alone_is_a_gap(reading: Read, situation: str) -> None:
    found = reading(situation)
    assert found.expression("code") is None
    (gap,) = found.gaps
    assert (gap.reason, gap.blocks) == ("license_by_link", True)
    assert "https://example.org/heron-license" in gap.detail


def test_a_link_to_the_own_license_is_no_gap(reading: Read, text: Callable[[str], str]) -> None:
    found = reading("link-to-own-license", LICENSE=text("mit"))
    assert found.expression("code") == "MIT"
    assert found.gaps == ()


def test_a_link_to_a_missing_license_is_said(reading: Read) -> None:
    found = reading("link-to-missing-license")
    assert found.expression("code") is None
    assert found.reasons() == {"missing_file"}


def test_a_label_against_its_url_is_a_conflict(reading: Read) -> None:
    (conflict,) = reading("label-against-url").conflicts
    assert {conflict.left.expression, conflict.right.expression} == {
        "CC-BY-NC-SA-4.0",
        "CC-BY-SA-4.0",
    }


def test_a_choice_in_words_is_a_choice(reading: Read) -> None:
    assert reading("choice-in-words").expression("code") == "MIT OR Apache-2.0"


def test_a_tag_against_the_page_narrows(reading: Read) -> None:
    found = reading("tag-against-text")
    assert found.expression("weights") == "Apache-2.0"
    assert found.narrows() == {"non_commercial"}


def test_changelog_and_contributing_say_nothing_of_the_license(reading: Read) -> None:
    found = reading("changelog-and-contributing")
    assert found.claims == []
    assert found.scopes() == {"code": None}
