"""License files, headers and their places: the shapes that real trees have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Read = Callable[..., Any]
Text = Callable[[str], str]
DEEPSEEK = "LicenseRef-scancode-deepseek-la-1.0"
SEGFORMER = "LicenseRef-licaudit-nvidia-source-code-nc"


def test_three_files_for_three_roles(reading: Read, text: Text) -> None:
    files = {
        "LICENSE": text("apache-2.0"),
        "LICENSE-MODEL": text("deepseek-la-1.0"),
        "DATA_LICENSE": text("cc-by-nc-4.0"),
    }
    found = reading("three-files-three-roles", **files)
    assert found.scopes() == {
        "code": "Apache-2.0",
        "weights": DEEPSEEK,
        "data:collection": "CC-BY-NC-4.0",
    }
    assert found.gaps == ()


@pytest.mark.parametrize(
    "name", ["MODEL_LICENSE", "LICENSE_weights", "WEIGHT_DIFF_LICENSE", "LICENSE.model.txt"]
)
def test_names_that_say_weights(reading: Read, text: Text, name: str) -> None:
    found = reading("three-files-three-roles", **{name: text("cc-by-nc-4.0")})
    assert found.expression("weights") == "CC-BY-NC-4.0"
    assert found.expression("code") is None


def test_a_nested_license_governs_its_folder(reading: Read, text: Text) -> None:
    files = {"LICENSE": text("apache-2.0"), "vendor__reeds__LICENSE": text("gpl-3.0")}
    assert reading("nested-license-folder", **files).scopes() == {
        "code": "Apache-2.0",
        "folder:vendor/reeds": "GPL-3.0-only",
    }


def test_notice_and_portion(reading: Read, text: Text) -> None:
    files = {"LICENSE": text("mit"), "LICENSE_Reeds.md": text("bsd-new")}
    assert reading("notice-and-portion", **files).scopes() == {
        "code": "MIT",
        "folder:Reeds": "BSD-3-Clause",
        "folder:notices": "Apache-2.0",
    }


@pytest.mark.parametrize("license_id", ["CC BY-NC 4.0", "CC-BY-NC-4.0"])
def test_a_license_named_in_passing_in_a_notice_is_open(
    reading: Read, text: Text, license_id: str
) -> None:
    notice = f"Heron\n\n{text('apache-2.0')[-560:]}\n\nThe songs come under {license_id}.\n"
    found = reading("notice-and-portion", LICENSE=text("apache-2.0"), NOTICE=notice)
    named = [g for g in found.gaps if "CC-BY-NC-4.0" in g.detail]
    assert [(g.reason, g.scope, g.blocks) for g in named] == [
        ("unexplained_text", "folder:notices", True)
    ]
    assert named[0].location.line == notice.count("\n")


def test_a_license_only_as_pdf_is_a_gap(reading: Read) -> None:
    found = reading("license-only-as-pdf")
    assert found.expression("code") is None
    assert found.blocking() == {"broken"}  # a stub without pages


@pytest.mark.parametrize(
    "situation",
    ["license-file-url", "license-file-known-url", "license-file-path", "license-file-placeholder"],
)
def test_a_license_file_that_says_nothing(reading: Read, situation: str) -> None:
    found = reading(situation)
    assert found.claims == []
    assert found.blocking() == {"says_nothing"}


@pytest.mark.parametrize(
    ("situation", "expression"),
    [("license-file-name-only", "MIT"), ("license-file-sentence-only", "Apache-2.0")],
)
def test_a_license_file_that_only_names_a_license(
    reading: Read, situation: str, expression: str
) -> None:
    found = reading(situation)
    assert found.expression("code") == expression
    assert {(c.rung, c.location.path) for c in found.claims} == {("identifier", "LICENSE")}
    assert [(g.reason, g.blocks) for g in found.gaps] == [("text_missing", False)]


@pytest.mark.parametrize(
    "line", ["Copyright (c) 2026 The Heron Authors", "© 2026 The Heron Authors", "版权所有 2026"]
)
def test_a_copyright_line_alone_is_no_license(reading: Read, line: str) -> None:
    found = reading(LICENSE=f"{line}\n", **{"birds.py": "1"})
    assert found.expression("code") is None
    assert found.named() == set()
    assert found.blocking()


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        ("Apache License 2.0", "Apache-2.0"),
        ("Apache License\nVersion 2.0", "Apache-2.0"),
        ("The MIT License (MIT)", "MIT"),
        ("SPDX-License-Identifier: MIT OR Apache-2.0", "MIT OR Apache-2.0"),
    ],
)
def test_a_title_with_nothing_below_it_is_a_name(reading: Read, name: str, expression: str) -> None:
    found = reading(LICENSE=f"{name}\n", **{"birds.py": "1"})
    assert found.expression("code") == expression
    assert {c.rung for c in found.claims} == {"identifier"}
    assert [(g.reason, g.blocks) for g in found.gaps] == [("text_missing", False)]


def test_a_license_file_that_only_names_a_family(reading: Read) -> None:
    found = reading("license-file-family-only")
    assert found.expression("code") is None
    assert found.blocking() == {"ambiguous_name"}


def test_spdx_headers(reading: Read) -> None:
    assert reading("spdx-headers").named() == {
        "MIT OR Apache-2.0",
        "GPL-2.0-only WITH Linux-syscall-note",
        "GPL-2.0-or-later",
    }


def test_an_agpl_header_in_a_code_file(reading: Read, text: Text) -> None:
    found = reading("agpl-header-in-code", LICENSE=text("mit"))
    assert found.expression("code") == "AGPL-3.0-or-later AND MIT"
    header = next(c for c in found.claims if c.location.path == "birds.py")
    assert (header.rung, header.location.line, header.location.end_line) == ("exact_rule", 1, 3)


def test_classifiers(reading: Read) -> None:
    found = reading("classifiers")
    assert "MIT" in found.named()
    assert any("GPL-3.0-only" in c.candidates for c in found.claims)


def test_own_files_are_no_evidence(reading: Read) -> None:
    report = b"<p>License: GPL-3.0. Built with Meta Llama 3</p>"
    found = reading("own-files", **{"licaudit-report__report.html": report})
    assert found.claims == []
    assert all(e.location is None or "licaudit" not in e.location.path for e in found.gaps)


def test_own_files_show_no_mandated_line(assets: Any) -> None:
    from licaudit.collectors.markers import find_markers
    from licaudit.sources.local import LocalTree

    tree = LocalTree(str(assets / "own-files"))
    assert find_markers(tree, ("built with meta llama 3",), "local:.") == ()


def test_limits_of_a_file_of_unsaid_role_reach_the_weights(reading: Read, text: Text) -> None:
    found = reading("restrictive-license-role-unsaid", LICENSE=text("cc-by-nc-4.0"))
    assert found.expression("code") == "CC-BY-NC-4.0"
    assert found.expression("weights") == "CC-BY-NC-4.0"
    claim = next(c for c in found.claims if c.scope == "weights")
    assert "does not say what it governs" in (claim.note or "")


@pytest.mark.parametrize("key", ["mit", "apache-2.0", "gpl-3.0", "cc-by-4.0"])
def test_permissions_of_a_file_of_unsaid_role_do_not(reading: Read, text: Text, key: str) -> None:
    found = reading("restrictive-license-role-unsaid", LICENSE=text(key))
    assert found.expression("code")
    assert found.expression("weights") is None


def test_limits_do_not_spread_where_the_weights_have_a_license(reading: Read, text: Text) -> None:
    files = {"LICENSE": text("cc-by-nc-4.0"), "LICENSE-MODEL": text("mit")}
    assert reading("restrictive-license-role-unsaid", **files).expression("weights") == "MIT"


def test_limits_do_not_spread_without_weights(reading: Read, text: Text) -> None:
    found = reading("nested-license-folder", LICENSE=text("cc-by-nc-4.0"))
    assert found.scopes() == {"code": "CC-BY-NC-4.0"}


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "NOTICE", "birds.py"])
@pytest.mark.parametrize(
    "filler", ["the license of this model is free to use under the terms ", "CC-BY-NC-4.0 under "]
)
def test_one_endless_line_of_a_megabyte_ends(reading: Read, name: str, filler: str) -> None:
    found = reading(**{name: (filler * 60_000)[:1_000_000]})
    if name in ("README.md", "LICENSE", "NOTICE"):
        assert "cut_short" in found.blocking()
