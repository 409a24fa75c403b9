"""REUSE: whose word counts for which file, and what is left open."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licaudit.collectors import collect_tree
from licaudit.collectors.globs import debian_glob, reuse_glob

ROOT = "local:."
Memory = Callable[..., Any]
HEADER = "# SPDX-License-Identifier: GPL-3.0-only\nx = 1\n"


def toml(*annotations: tuple[str, str, str]) -> str:
    rows = ["version = 1"]
    for path, license_, precedence in annotations:
        rows += ["[[annotations]]", f"path = {path}", f'precedence = "{precedence}"']
        rows += [f"SPDX-License-Identifier = {license_}"]
    return "\n".join(rows) + "\n"


def read(memory: Memory, files: dict[str, str | bytes]) -> Any:
    return collect_tree(memory(files))[1]


def said(found: Any) -> set[tuple[str, str, str]]:
    return {(p.scope, p.text, p.location.label()) for p in found.passages if p.form == "tag"}


def test_closest_speaks_only_where_a_file_is_silent(memory: Memory) -> None:
    files = {
        "REUSE.toml": toml(('"**"', '"MIT"', "closest")),
        "main.py": "x = 1",
        "own.py": HEADER,
        "style.css": "/* SPDX-License-Identifier: BSD-3-Clause */",
    }
    found = read(memory, files)
    assert said(found) == {
        ("code", "MIT", "REUSE.toml:5"),
        ("code", "GPL-3.0-only", "own.py:1"),
        ("code", "BSD-3-Clause", "style.css:1"),
    }
    assert not [g for g in found.gaps if g.blocks]


def test_closest_that_no_file_needs_says_nothing(memory: Memory) -> None:
    files = {"REUSE.toml": toml(('"own.py"', '"MIT"', "closest")), "own.py": HEADER}
    assert said(read(memory, files)) == {("code", "GPL-3.0-only", "own.py:1")}


def test_aggregate_adds_and_the_last_annotation_wins(memory: Memory) -> None:
    files = {
        "REUSE.toml": toml(
            ('"**"', '"MIT"', "aggregate"), ('["docs/*"]', '["CC0-1.0", "A OR B"]', "aggregate")
        ),
        "own.py": HEADER,
        "docs/page.txt": "words",
        "docs/deep/page.txt": "words",
    }
    assert said(read(memory, files)) == {
        ("code", "MIT", "REUSE.toml:5"),
        ("code", "GPL-3.0-only", "own.py:1"),
        ("folder:docs/*", "CC0-1.0 AND (A OR B)", "REUSE.toml:9"),
    }


def test_override_takes_the_place_of_a_header_and_asks_which_holds(memory: Memory) -> None:
    files = {"REUSE.toml": toml(('"**"', '"MIT"', "override")), "own.py": HEADER}
    found = read(memory, files)
    assert said(found) == {("code", "MIT", "REUSE.toml:5")}
    (gap,) = [g for g in found.gaps if g.blocks]
    assert gap.reason == "overridden"
    assert "own.py" in gap.detail
    assert "GPL-3.0-only" in gap.detail


def test_override_with_the_same_words_asks_nothing(memory: Memory) -> None:
    files = {"REUSE.toml": toml(('"**"', '"GPL-3.0-only"', "override")), "own.py": HEADER}
    assert not [g for g in read(memory, files).gaps if g.blocks]


def test_the_override_nearest_the_top_beats_all_below(memory: Memory) -> None:
    files = {
        "REUSE.toml": toml(('"lib/**"', '"MIT"', "override")),
        "lib/REUSE.toml": toml(('"**"', '"ISC"', "override")),
        "lib/a.py": "x = 1",
    }
    assert said(read(memory, files)) == {("folder:lib/**", "MIT", "REUSE.toml:5")}


def test_the_closest_of_two_files_is_the_deeper_one(memory: Memory) -> None:
    files = {
        "REUSE.toml": toml(('"**"', '"MIT"', "closest")),
        "lib/REUSE.toml": toml(('"**"', '"ISC"', "closest")),
        "lib/a.py": "x = 1",
        "b.py": "x = 1",
    }
    assert said(read(memory, files)) == {
        ("code", "MIT", "REUSE.toml:5"),
        ("folder:lib", "ISC", "lib/REUSE.toml:5"),
    }


def test_files_beside_files(memory: Memory) -> None:
    files = {
        "own.py": HEADER,
        "own.py.license": "SPDX-License-Identifier: MIT\n",
        "img/logo.png": b"\x89PNG",
        "img/logo.png.license": "SPDX-FileCopyrightText: A\nSPDX-License-Identifier: CC0-1.0\n",
        "gone.bin.license": "SPDX-License-Identifier: MIT\n",
        "mute.png": b"\x89PNG",
        "mute.png.license": "SPDX-FileCopyrightText: A\n",
    }
    found = read(memory, files)
    assert said(found) == {
        ("folder:own.py", "MIT", "own.py.license:1"),
        ("folder:img", "CC0-1.0", "img/logo.png.license:2"),
    }
    reasons = {(g.reason, g.blocks) for g in found.gaps if g.location}
    assert ("overridden", True) in reasons  # MIT beside GPL-3.0-only
    assert ("missing", False) in reasons
    assert ("says_nothing", False) in reasons


def test_weights_that_reuse_forgets_do_not_borrow_a_license(memory: Memory) -> None:
    files = {
        "a.safetensors": b"",
        "a.safetensors.license": "SPDX-License-Identifier: MIT\n",
        "b.safetensors": b"",
    }
    found = read(memory, files)
    assert ("weights", "MIT", "a.safetensors.license:1") in said(found)
    (gap,) = [g for g in found.gaps if g.reason == "unstated"]
    assert gap.blocks
    assert gap.scope == "weights"
    assert "b.safetensors" in gap.detail


def test_texts_in_licenses_are_no_claims_of_their_own(memory: Memory) -> None:
    files = {
        "REUSE.toml": toml(('"**"', '"MIT"', "closest")),
        "LICENSES/MIT.txt": "Permission is hereby granted, free of charge, to any person " * 5,
        "LICENSES/CC0-1.0.txt": "The person who associated a work with this deed has dedicated" * 5,
        "a.py": "x = 1",
    }
    found = read(memory, files)
    assert {p.scope for p in found.passages if p.location.path.startswith("LICENSES/")} == {
        "document"
    }


DEP5 = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: x

Files: *
Copyright: A
License: MIT

Files: docs/* *.svg
Copyright: A
License: CC-BY-4.0
"""


def test_dep5_adds_to_what_files_say(memory: Memory) -> None:
    files = {".reuse/dep5": DEP5, "own.py": HEADER, "docs/a/b.txt": "words", "x.svg": "<svg/>"}
    assert said(read(memory, files)) == {
        ("code", "MIT", ".reuse/dep5:6"),
        ("code", "GPL-3.0-only", "own.py:1"),
        ("folder:docs/* *.svg", "CC-BY-4.0", ".reuse/dep5:10"),
    }


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"REUSE.toml": "version = "}, "broken"),
        ({"REUSE.toml": toml(("7", '"MIT"', "closest"))}, "broken"),
        ({"REUSE.toml": toml(('"**"', "7", "closest"))}, "broken"),
        ({"REUSE.toml": toml(('"**"', '"MIT"', "nearest"))}, "broken"),
        ({"REUSE.toml": toml((f'"{"*a" * 200}"', '"MIT"', "closest"))}, "cut_short"),
        ({".reuse/dep5": "nothing here"}, "broken"),
        ({".reuse/dep5": "Files: *\nCopyright: A\n"}, "broken"),
        ({".reuse/dep5": DEP5, "REUSE.toml": "version = 1\n"}, "ambiguous"),
    ],
)
def test_what_cannot_be_read_blocks(
    memory: Memory, files: dict[str, str | bytes], reason: str
) -> None:
    found = read(memory, {"a.py": "x = 1", **files})
    assert reason in {g.reason for g in found.gaps if g.blocks and g.location}


@pytest.mark.parametrize(
    ("glob", "fitting", "not_fitting"),
    [
        ("*.py", ["a.py"], ["b/a.py", "a.pyc"]),
        ("**/*.py", ["a.py", "b/a.py", "b/c/a.py"], ["xa.pyc"]),
        ("a/**/b", ["a/b", "a/x/y/b"], ["a/xb", "ab"]),
        ("src/**", ["src/a", "src/b/c"], ["srcs/a"]),
        (r"\*.py", ["*.py"], ["a.py"]),
        ("a?c", ["a?c"], ["abc"]),
        ("**a" * 60 + "b", [], ["a" * 4_000]),
    ],
)
def test_globs_of_reuse(glob: str, fitting: list[str], not_fitting: list[str]) -> None:
    assert [p for p in fitting + not_fitting if reuse_glob(glob).fits(p)] == fitting


def test_globs_of_debian() -> None:
    assert [p for p in ("a/b.py", "b.py", "a.pyc") if debian_glob("*.py").fits(p)] == [
        "a/b.py",
        "b.py",
    ]
    assert debian_glob("a?c").fits("a/c")


@settings(deadline=None)
@given(st.text(alphabet="ab/", max_size=12), st.text(alphabet="ab/*", max_size=8))
def test_debian_globs_agree_with_regular_expressions(path: str, glob: str) -> None:
    pattern = "".join(".*" if mark == "*" else re.escape(mark) for mark in glob)
    assert debian_glob(glob).fits(path) == bool(re.fullmatch(pattern, path))


@settings(deadline=None)
@given(glob=st.text(alphabet="a*/\\.?[", max_size=12), path=st.text(alphabet="ab/", min_size=1))
def test_no_glob_crashes_or_reaches_another_folder(memory: Memory, glob: str, path: str) -> None:
    text = f"""version = 1
[[annotations]]
path = '{glob or "a"}'
SPDX-License-Identifier = "MIT"
"""
    found = read(memory, {"in/REUSE.toml": text, f"out/{path}".rstrip("/") + "x": "words"})
    assert not [p for p in found.passages if p.text == "MIT"]
