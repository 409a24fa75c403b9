"""License texts inside a README, and tables that set this work beside others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .judged import NC, Audit, Text

Read = Callable[..., Any]
CARD = "---\npipeline_tag: text-generation\n---\n# Heron-7B\n\n"
CODE = "print()\n"


def page(text: str, *, fenced: bool = False, more: str = "") -> str:
    """A README whose license section holds a text, and perhaps a sentence below it."""
    shown = f"```\n{text}\n```" if fenced else text
    return f"# Heron\n\nA bird.\n\n## License\n\n{shown}\n\n{more}\n\n## Usage\n\nLook.\n"


@pytest.mark.parametrize("fenced", [False, True])
@pytest.mark.parametrize(
    ("key", "expression"), [("mit", "MIT"), ("isc", "ISC"), ("bsd-new", "BSD-3-Clause")]
)
def test_a_whole_text_in_a_license_section_is_read_as_text(
    reading: Read, text: Text, key: str, expression: str, fenced: bool
) -> None:
    found = reading(**{"README.md": page(text(key), fenced=fenced), "birds.py": CODE})
    assert found.expression("code") == expression
    assert {c.rung for c in found.claims if c.expression} <= {"exact_text", "exact_rule"}
    assert found.blocking() == set()


def test_bytes_that_are_no_utf8_do_not_hide_the_text(reading: Read, text: Text) -> None:
    data = page(text("mit")).encode() + b"\nPM\x99\x9d\xff\n"
    assert reading(**{"README.md": data, "birds.py": CODE}).expression("code") == "MIT"


def test_words_around_the_text_are_still_read(reading: Read, text: Text) -> None:
    more = "The model weights are licensed under CC-BY-NC-4.0."
    found = reading(**{"README.md": page(text("mit"), more=more), "birds.py": CODE})
    assert found.expression("code") == "MIT"
    assert found.expression("weights") == NC


@pytest.mark.parametrize("fenced", [False, True])
def test_a_limit_below_the_text_still_limits(audited: Audit, text: Text, fenced: bool) -> None:
    more = "This project may not be used for commercial purposes."
    files = {"README.md": page(text("mit"), fenced=fenced, more=more), "birds.py": CODE}
    assert audited(**files).verdict == "fail"


def test_a_changed_text_in_a_section_is_no_copy(audited: Audit, text: Text) -> None:
    known = text("mit")
    changed = known.replace("without restriction", "for non-commercial purposes only")
    assert changed != known
    found = audited(**{"README.md": page(changed), "birds.py": CODE})
    assert found.verdict != "pass"
    assert found.expression("code") != "MIT"


def test_code_in_a_fence_of_another_section_is_no_license(reading: Read, text: Text) -> None:
    shown = f"# Heron\n\n## Usage\n\n```\n{text('mit')}\n```\n"
    found = reading(**{"README.md": shown, "birds.py": CODE})
    assert found.expression("code") is None


# Tables.


def test_another_work_s_row_licenses_nothing(audited: Audit, reading: Read) -> None:
    assert audited("comparison-table-of-others").outcomes()["weights"] == "review"
    assert reading("comparison-table-of-others").expression("weights") is None


def test_the_own_row_licenses_this_work(audited: Audit, reading: Read) -> None:
    found = reading("comparison-table-with-own-row")
    assert found.expression("weights") == "Apache-2.0"
    assert found.expression("checkpoint:Egret-70B") == NC
    assert audited("comparison-table-with-own-row").verdict == "fail"


@pytest.mark.parametrize("cell", ["-", "see below", "✅"])
def test_an_own_row_without_a_name_adds_nothing(reading: Read, cell: str) -> None:
    table = f"| Model | License |\n|---|---|\n| Heron-7B | {cell} |\n"
    found = reading(
        **{"README.md": CARD.replace("---\n#", "license: mit\n---\n#") + table, "config.json": "{}"}
    )
    assert found.expression("weights") == "MIT"
    assert found.blocking() == set()


def test_a_row_against_the_tag_is_a_conflict(reading: Read) -> None:
    table = "| Model | License |\n|---|---|\n| Heron-7B | CC-BY-NC-4.0 |\n"
    found = reading(
        **{"README.md": CARD.replace("---\n#", "license: mit\n---\n#") + table, "config.json": "{}"}
    )
    assert [c.kind for c in found.conflicts] == ["tag-against-body"]


def test_a_table_of_others_in_a_code_repository_frees_no_weights(
    audited: Audit, reading: Read
) -> None:
    situation = "comparison-table-in-a-code-repository"
    assert reading(situation).expression("weights") is None
    assert audited(situation).outcomes()["weights"] == "review"


def test_a_list_of_other_data_sets_frees_no_data(audited: Audit, reading: Read) -> None:
    situation = "table-of-other-data-sets"
    assert reading(situation).expression("data:collection") is None
    assert audited(situation).verdict == "review"


# Names.


def test_the_name_of_a_data_set_is_not_yet_its_license(reading: Read) -> None:
    found = reading("made-from-a-known-data-set")
    assert found.expression("data:collection") is None
    assert "ambiguous_name" in found.blocking()


def test_what_a_license_is_for_is_no_second_license(reading: Read) -> None:
    found = reading("license-for-a-vendor-s-corpus")
    assert found.named() == {"LicenseRef-licaudit-microsoft-research-data-license"}


@pytest.mark.parametrize(
    "words",
    [
        "The data is under the [Creative Commons Attribution 2.5 South Africa License]"
        "(http://creativecommons.org/licenses/by/2.5/za/legalcode)",
        "The data is under a Creative Commons Attribution 2.5 South Africa License.",
    ],
)
def test_a_port_is_named_as_closely_as_the_page_does(reading: Read, words: str) -> None:
    head = "---\nlicense: cc-by-2.5\ntask_categories:\n- other\n---\n# Heron\n\n## License\n\n"
    found = reading(**{"README.md": f"{head}{words}\n"})
    assert found.expression("data:collection") == "LicenseRef-licaudit-cc-by-2.5-za"
    assert found.conflicts == ()


def test_another_work_s_license_with_a_link_to_it_contradicts_nobody(reading: Read) -> None:
    words = (
        "The EGRET model is licensed under [Apache 2.0](https://forge.example/org/egret/LICENSE). "
        "Our model is released under a MIT license."
    )
    found = reading(**{"README.md": f"# Heron\n\n## License\n\n{words}\n", "config.json": "{}"})
    assert "MIT" in found.named()
    assert found.conflicts == ()


def test_the_form_of_llama_2_stands_for_its_license(reading: Read) -> None:
    link = "https://ai.meta.com/resources/models-and-libraries/llama-downloads/"
    words = f"**License** A custom commercial license is available at: [{link}]({link})"
    found = reading(**{"README.md": f"{CARD}{words}\n", "config.json": "{}"})
    assert found.expression("weights") == "LicenseRef-scancode-llama-2-license-2023"


def test_weights_in_a_folder_have_the_license_beside_them(reading: Read, text: Text) -> None:
    files: dict[str, str | bytes] = {
        "LICENSE": text("apache-2.0"),
        "birds.py": CODE,
        "models__vision__LICENSE": text("cc-by-nc-4.0"),
        "models__vision__model.gguf": b"GGUF",
    }
    found = reading(**files)
    assert found.expression("checkpoint:models/vision") == NC
    assert found.expression("code") == "Apache-2.0"
    beside = reading(**{**files, "models__vision__net.py": CODE})
    assert beside.expression("folder:models/vision") == NC
