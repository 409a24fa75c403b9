"""`licaudit identify`: what it prints, and its exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas
from typer.testing import CliRunner

from licaudit.cli.app import app
from licaudit.errors import LicauditError
from licaudit.licenses.catalog import text_of

Identify = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def identify() -> Identify:
    """The parsed JSON for some paths."""

    def run(*paths: Path) -> list[dict[str, Any]]:
        done = CliRunner().invoke(app, ["identify", *map(str, paths), "--format", "json"])
        assert done.exit_code == 0, done.output
        found: list[dict[str, Any]] = json.loads(done.output)
        return found

    return run


def code(*arguments: str) -> int:
    """The exit code as `main` gives it."""
    done = CliRunner().invoke(app, ["identify", *arguments])
    if isinstance(done.exception, LicauditError):
        return done.exception.exit_code
    return done.exit_code


def test_one_entry_for_each_path_in_order(identify: Identify, tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text(text_of("mit") or "")
    (tmp_path / "pond.txt").write_text(text_of("mpl-2.0") or "")
    (tmp_path / "birds.py").write_text("A = 1\n" * 2000 + "# SPDX-License-Identifier: ISC\n")
    (tmp_path / "words.md").write_text("The heron stands still.\n")
    names = ("pond.txt", "LICENSE", "birds.py", "words.md")
    found = identify(*(tmp_path / name for name in names))
    assert [Path(item["path"]).name for item in found] == list(names)
    assert [item["expressions"] for item in found] == [["MPL-2.0"], ["MIT"], ["ISC"], []]
    claim = found[1]["claims"][0]
    assert claim["rung"] == "exact_text"
    assert claim["location"]["line"] == 1
    assert claim["location"]["length"] == (tmp_path / "LICENSE").stat().st_size


def test_a_folder_is_read_like_an_audit_reads_it(identify: Identify, assets: Path) -> None:
    (found,) = identify(assets / "one-sentence-three-parts")
    assert {c["scope"]: c["expression"] for c in found["claims"]} == {
        "code": "MIT",
        "weights": "CC-BY-NC-4.0",
        "data:collection": "ODbL-1.0",
    }


def test_a_card_by_itself(identify: Identify, assets: Path) -> None:
    (found,) = identify(assets / "license-other-named" / "README.md")
    assert found["expressions"] == ["LicenseRef-licaudit-llama-3-2024-04-18"]


def test_a_license_without_spdx_id_has_scancode_s_key(identify: Identify, tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text(text_of("gemma-tou-2024-04-01") or "")
    (found,) = identify(tmp_path / "LICENSE")
    assert found["expressions"] == ["LicenseRef-scancode-gemma-tou-2024-04-01"]


def test_what_cannot_be_read_is_said(identify: Identify, tmp_path: Path) -> None:
    (tmp_path / "rubbish").write_bytes(b"\0" * 100)
    (found,) = identify(tmp_path / "rubbish")
    assert found["expressions"] == []
    assert [g["reason"] for g in found["gaps"]] == ["binary"]


def test_a_text_of_more_than_a_megabyte_is_read_at_its_head(
    identify: Identify, tmp_path: Path
) -> None:
    words = "Now it stands in the reeds and waits for a fish to come by.\n"
    (tmp_path / "log.txt").write_text(f"{text_of('mit')}\n\n\n{words * 30_000}")
    assert (tmp_path / "log.txt").stat().st_size > 1_500_000
    (found,) = identify(tmp_path / "log.txt")
    assert "MIT" in found["expressions"]
    assert "cut_short" in {g["reason"] for g in found["gaps"] if g["blocks"]}


@pytest.mark.parametrize("name", ["log.txt", "LICENSE", "README.md"])
def test_a_gigabyte_of_text_is_read_in_part(identify: Identify, tmp_path: Path, name: str) -> None:
    with open(tmp_path / name, "wb") as file:
        file.write(b"Licensed under the MIT License.\n" * 40_000)
        file.truncate(1 << 30)
    (found,) = identify(tmp_path / name)
    assert {g["reason"] for g in found["gaps"] if g["blocks"]} & {"cut_short", "binary"}


@pytest.mark.parametrize("name", ["pond.txt", "LICENSE", "README.md", "birds.py"])
def test_one_endless_line_ends(identify: Identify, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("released under the license of the heron " * 3_200)
    assert (tmp_path / name).stat().st_size > 126_000
    (found,) = identify(tmp_path / name)
    assert found["expressions"] == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "latin-1"])
def test_a_license_in_another_encoding(identify: Identify, tmp_path: Path, encoding: str) -> None:
    known = f"Copyright (c) 2020 Jos\u00e9 Her\u00f3n\n\n{text_of('mit')}"
    (tmp_path / "LICENSE").write_bytes(known.encode(encoding))
    (found,) = identify(tmp_path / "LICENSE")
    assert found["expressions"] == ["MIT"]
    assert [g for g in found["gaps"] if g["blocks"]] == []


def test_for_a_person_s_eye(assets: Path) -> None:
    path = str(assets / "license-per-checkpoint-table")
    done = CliRunner().invoke(app, ["identify", path])
    assert done.exit_code == 0
    line = "  README.md:7  Apache-2.0  identifier  checkpoint:Heron-1B  85%  bytes 99-109"
    assert line in done.output.split("\n")


def test_names_of_hostile_trees_are_shown_harmless(tmp_path: Path) -> None:
    (tmp_path / "LICENSE\x1b[2J").write_text("MIT")
    done = CliRunner().invoke(app, ["identify", str(tmp_path)])
    assert "\x1b" not in done.output


def test_exit_codes(tmp_path: Path) -> None:
    assert code(str(tmp_path)) == 0
    assert code() == 2
    assert code(str(tmp_path), "--format", "xml") == 2
    assert code(str(tmp_path / "missing")) == 4


def test_a_near_text_explains_itself(identify: Identify, tmp_path: Path) -> None:
    known = text_of("mit") or ""
    changed = known.replace("without restriction", "for non-commercial purposes only")
    (tmp_path / "LICENSE").write_text("MIT License\n\n" + changed)
    (found,) = identify(tmp_path / "LICENSE")
    assert found["expressions"] == ["LicenseRef-licaudit-modified-MIT"]
    (claim,) = [c for c in found["claims"] if c["rung"] == "near"]
    line = ("MIT License\n\n" + changed).split("for non-commercial")[0].count("\n") + 1
    assert claim["change"]["base"] == "MIT"
    assert claim["change"]["added"] == [{"words": "for non-commercial purposes only", "line": line}]
    assert [e["words"] for e in claim["change"]["removed"]] == ["without restriction"]
    assert claim["change"]["restrictions"] == ["non_commercial"]
    done = CliRunner().invoke(app, ["identify", str(tmp_path)])
    shown = [row.strip() for row in done.output.split("\n")]
    assert f"+ line {line}: for non-commercial purposes only" in shown
    assert "restriction: non-commercial use only" in shown


def test_what_is_no_near_text_has_no_change(identify: Identify, tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text(text_of("mit") or "")
    (found,) = identify(tmp_path)
    assert ["change" in c for c in found["claims"]] == [False]


def test_the_page_of_a_pdf_stands_for_a_line(identify: Identify, tmp_path: Path) -> None:
    out = Canvas(str(tmp_path / "terms.pdf"))
    for words in ("Terms of the herons", "Released under the Apache License 2.0."):
        out.drawString(50, 700, words)
        out.showPage()
    out.save()
    (found,) = identify(tmp_path / "terms.pdf")
    assert found["expressions"] == ["Apache-2.0"]
    where = found["claims"][0]["location"]
    assert (where["key"], where["line"], where["start"]) == ("page 1", None, None)


def test_the_address_that_may_answer_is_told(identify: Identify, tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text("https://heron.example/license\n")
    (found,) = identify(tmp_path)
    assert [g["link"] for g in found["gaps"]] == ["https://heron.example/license"]
    done = CliRunner().invoke(app, ["identify", str(tmp_path)])
    assert "may be read at https://heron.example/license" in done.output


def _small_tree(folder: Path) -> Path:
    (folder / "lib").mkdir(parents=True)
    (folder / "LICENSE").write_text(text_of("mit") or "")
    (folder / "lib" / "reed.c").write_text(
        "int reed;\n/* Licensed under the BSD 3-Clause License */\n"
    )
    (folder / "lib" / "pond.py").write_text("POND = 1\n")
    return folder


def test_every_file_of_a_folder_is_told(identify: Identify, tmp_path: Path) -> None:
    (found,) = identify(_small_tree(tmp_path / "heron"))
    told = {f["path"]: f for f in found["files"]}
    assert {p: f["expression"] for p, f in told.items()} == {
        "LICENSE": "MIT",
        "lib/reed.c": "BSD-3-Clause",
    }
    (match,) = told["lib/reed.c"]["matches"]
    assert (match["line"], match["rung"], match["scope"]) == (2, "exact_rule", "code")
    assert (match["start"], match["length"]) == (10, 46)


def test_a_line_for_each_file(tmp_path: Path) -> None:
    folder = _small_tree(tmp_path / "heron")
    done = CliRunner().invoke(app, ["identify", str(folder), "--format", "jsonl"])
    head, *files = [json.loads(line) for line in done.output.splitlines()]
    assert head["expressions"] == ["MIT", "BSD-3-Clause"]
    assert [f["path"] for f in files] == ["LICENSE", "lib/reed.c"]
    text = CliRunner().invoke(app, ["identify", str(folder)]).output
    assert "      2  BSD-3-Clause  exact_rule  code  100%  bytes 10-56" in text
