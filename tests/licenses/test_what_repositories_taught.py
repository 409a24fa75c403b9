"""Every shape of the design's "What real repositories taught": a folder in, a verdict out.

a hub's list is not a choice                       test_a_hub_list_binds_by_every_entry
a list of free licenses is no obstacle             test_a_hub_list_of_free_licenses_passes
words that say "or" are a choice                   test_a_choice_in_words_passes_by_its_best_branch
`license:` empty, missing, `unknown`, placeholder  test_a_license_field_without_a_license
`other` alone, by name, by link, by own file       test_other_is_only_as_good_as_what_explains_it
`other` explained by the text beside it            test_other_takes_the_verdict_of_its_own_text
the key of 2021                                    test_the_key_of_2021_counts
the key of 2021 with a value nobody knows          test_a_value_of_2021_that_nobody_knows
front matter after blank lines, at the end         test_front_matter_in_odd_places_is_read
front matter broken                                test_broken_front_matter_never_passes
front matter with diff marks                       test_front_matter_with_diff_marks_is_read
a diff that shows two licenses                     test_a_diff_of_two_licenses_is_no_permission
a card whose body is an error page                 test_an_error_page_under_a_good_tag
an error page saved as LICENSE                     test_an_error_page_saved_as_license
placeholder text that is no license                test_placeholder_text_licenses_nothing
separate licenses for code, weights, data          test_code_weights_and_data_are_judged_apart
the same, in one sentence                          test_one_sentence_for_three_parts
a license per checkpoint in a table                test_each_checkpoint_of_a_table_has_its_verdict
a nested LICENSE per folder                        test_a_nested_license_binds_its_folder
a license only as a linked PDF                     test_a_license_only_as_a_linked_pdf
a license only as a PDF without words              test_a_license_only_as_a_pdf_without_words
a LICENSE that holds a URL, a path                 test_a_license_file_that_only_points_elsewhere
a sentence about a sibling                         test_a_sibling_does_not_taint
a sibling that is freer                            test_a_freer_sibling_frees_nothing
"MIT" with an extra clause                         test_mit_with_a_clause_more_is_not_mit
the same name for different texts                  test_modified_mit_is_what_its_text_says
a license that changed between revisions           test_a_license_that_changed_between_revisions
the same, in an upstream that was locked           test_a_lock_notices_a_changed_license

Cards are here, files in `test_what_files_taught.py`, revisions in `test_changed_licenses.py`; how
each is read, before anybody judges, in `test_shapes_of_cards.py` and `test_shapes_of_files.py`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .judged import NC, Audit, Text

LLAMA_3 = "LicenseRef-licaudit-llama-3-2024-04-18"


def test_every_shape_of_the_table_has_its_test() -> None:
    here = Path(__file__)
    others = ("test_what_files_taught.py", "test_changed_licenses.py")
    sources = [here, *map(here.with_name, others)]
    written = set(re.findall(r"^def (test_\w+)", "\n".join(s.read_text() for s in sources), re.M))
    named = set(re.findall(r" (test_\w+)$", __doc__ or "", re.M))
    assert named == written - {"test_every_shape_of_the_table_has_its_test"}


def test_a_hub_list_binds_by_every_entry(audited: Audit) -> None:
    found = audited("hub-list-with-a-limit")
    assert found.expression() == f"Apache-2.0 AND {NC}"
    assert found.verdict == "fail"
    assert "README.md:4" in found.evidence("fail")
    copyleft = audited("hub-list-of-licenses")
    assert copyleft.expression() == "GPL-3.0-only AND MIT"
    assert copyleft.verdict == "review"


def test_a_hub_list_of_free_licenses_passes(audited: Audit) -> None:
    card = "---\nlicense: [mit, apache-2.0]\npipeline_tag: text-generation\n---\n# Heron\n"
    found = audited(**{"README.md": card})
    assert (found.expression(), found.verdict) == ("Apache-2.0 AND MIT", "pass")


def test_a_choice_in_words_passes_by_its_best_branch(audited: Audit) -> None:
    assert audited("choice-in-words").verdict == "pass"
    words = "# Heron\n\n## License\n\n{} under {} or CC-BY-NC-4.0{}.\n"
    choice = audited(
        **{"README.md": words.format("Dual-licensed", "MIT", ", at your option"), "birds.py": "1"}
    )
    assert choice.expression("code") == f"MIT OR {NC}"
    assert choice.verdict == "pass"
    unsure = audited(**{"README.md": words.format("Parts are", "MIT", ""), "birds.py": "1"})
    assert unsure.verdict != "pass"


@pytest.mark.parametrize(
    ("situation", "gaps"),
    [
        ("license-empty", {"no_license"}),
        ("license-missing", set()),
        ("license-unknown", {"no_license"}),
        ("license-tag-placeholder", {"no_license"}),
    ],
)
def test_a_license_field_without_a_license(
    audited: Audit, situation: str, gaps: set[str], text: Text
) -> None:
    found = audited(situation)
    assert found.expression() is None
    assert found.blocking() == gaps
    assert found.outcomes() == {"weights": "review"}
    assert [f for f in found.result.judgements[0].findings if f.scope == "weights"]
    # Text of a license beside it: the file speaks, a field that says nothing takes nothing back.
    assert audited(situation, LICENSE=text("cc-by-nc-4.0")).verdict == "fail"


@pytest.mark.parametrize(
    ("situation", "expression", "gaps"),
    [
        ("license-other-bare", None, {"ambiguous_name"}),
        ("license-other-named", LLAMA_3, set()),
        ("license-other-linked", None, {"ambiguous_name", "license_by_link"}),
        ("license-other-own-file", None, {"ambiguous_name"}),
    ],
)
def test_other_is_only_as_good_as_what_explains_it(
    audited: Audit, situation: str, expression: str | None, gaps: set[str]
) -> None:
    found = audited(situation)
    assert found.expression() == expression
    assert found.blocking() == gaps
    assert found.verdict == "review"
    assert any(place.startswith("README.md:") for place in found.evidence("review"))


@pytest.mark.parametrize(("key", "verdict"), [("mit", "pass"), ("cc-by-nc-4.0", "fail")])
def test_other_takes_the_verdict_of_its_own_text(
    audited: Audit, text: Text, key: str, verdict: str
) -> None:
    assert audited("license-other-own-file", LICENSE=text(key)).verdict == verdict


def test_the_key_of_2021_counts(audited: Audit) -> None:
    found = audited("licenses-of-2021-with-a-limit")
    assert (found.expression("data"), found.verdict) == (NC, "fail")
    assert "README.md:3" in found.evidence("fail")


def test_a_value_of_2021_that_nobody_knows(audited: Audit) -> None:
    found = audited("licenses-of-2021")
    assert found.blocking() == {"unknown_name"}
    assert found.verdict == "review"


@pytest.mark.parametrize("situation", ["front-matter-after-blank-lines", "front-matter-at-the-end"])
def test_front_matter_in_odd_places_is_read(audited: Audit, assets: Path, situation: str) -> None:
    assert audited(situation).verdict == "pass"
    card = (assets / situation / "README.md").read_text("utf-8").replace("mit", "cc-by-nc-4.0")
    limited = audited(**{"README.md": card})
    assert (limited.expression(), limited.verdict) == (NC, "fail")


@pytest.mark.parametrize(
    "situation",
    [
        "front-matter-broken",
        "front-matter-never-closed",
        "front-matter-fence-lost",
        "front-matter-merge-conflict",
        "front-matter-twice-the-key",
    ],
)
def test_broken_front_matter_never_passes(
    audited: Audit, assets: Path, situation: str, text: Text
) -> None:
    found = audited(situation)
    assert "broken_front_matter" in found.blocking()
    assert found.verdict != "pass"
    card = re.sub(r"cc-by-nc-4\.0|gpl-3\.0", "mit", (assets / situation / "README.md").read_text())
    assert audited(**{"README.md": card, "LICENSE": text("mit")}).verdict == "review"


def test_front_matter_with_diff_marks_is_read(audited: Audit) -> None:
    found = audited("front-matter-with-diff-marks")
    assert (found.expression(), found.verdict) == (NC, "fail")
    assert "README.md:2" in found.evidence("fail")


def test_a_diff_of_two_licenses_is_no_permission(audited: Audit) -> None:
    found = audited("front-matter-diff-of-two-licenses")
    assert found.expression() == f"{NC} AND MIT"
    assert found.verdict == "fail"


def test_an_error_page_under_a_good_tag(audited: Audit) -> None:
    found = audited("card-is-an-error-page")
    assert found.blocking() == {"error_page"}
    assert (found.expression(), found.verdict) == ("MIT", "review")
