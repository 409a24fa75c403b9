"""What the documents promise is what the program does."""

from __future__ import annotations

import dataclasses
import re
import shlex
import shutil
from pathlib import Path

import pytest

from licaudit.facts import Agreement, Confirmation, Curation, Intent, Position, Waiver
from licaudit.policy.project import KEYS, SourceNote, read_project
from licaudit.sources.local import INSTALLED

from .conftest import Run

PAGES = ("README.md", "README.zh.md")


def commands(page: str) -> list[list[str]]:
    lines = re.findall(r"^    (licaudit .+?)(?:\s+#.*)?$", page, re.MULTILINE)
    return [shlex.split(line)[1:] for line in lines]


@pytest.mark.parametrize("page", [*PAGES, "examples/README.md"])
def test_every_command_of_the_page_works_as_written(
    cli: Run, root: Path, examples: Path, tmp_path: Path, page: str
) -> None:
    copy = tmp_path / "folder"  # some commands write beside what they read
    shutil.copytree(examples / "clean-classifier-passes", copy)
    found = commands((root / page).read_text("utf-8"))
    assert found
    for words in found:
        line = [str(copy) if w in ("FOLDER", "目录") else w for w in words]
        line = [str(root / w) if w.startswith("examples/") else w for w in line]
        said = cli(*line)
        wanted = 1 if line[-1].endswith("fails") else 0
        assert said.code == wanted, (words, said.err)
        assert said.out


@pytest.mark.parametrize("page", [*PAGES, "docs/project-file.md"])
def test_every_project_file_shown_is_one_that_can_be_read(
    root: Path, tmp_path: Path, page: str
) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", (root / page).read_text("utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        (tmp_path / "licaudit.yaml").write_text(block, "utf-8")
        project = read_project(tmp_path / "licaudit.yaml")
        assert project.intents


def test_the_page_of_the_project_file_explains_every_key(root: Path) -> None:
    page = (root / "docs" / "project-file.md").read_text("utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    for key in KEYS:
        assert re.search(rf"^{key}:|`{key}:`", block, re.MULTILINE), key
    for record in (Intent, SourceNote, Agreement, Position, Confirmation, Curation, Waiver):
        for field in dataclasses.fields(record):
            place = (record, field.name) in ((Waiver, "line"), (Curation, "line"))
            known = place or f"{field.name}:" in block
            assert known, f"{record.__name__}.{field.name}"


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_name_what_is_left_out(root: Path, page: str) -> None:
    text = (root / page).read_text("utf-8")
    for name in INSTALLED:
        assert f"`{name}`" in text


@pytest.mark.parametrize(
    "page", [*PAGES, "CONTRIBUTING.md", "examples/README.md", "docs/project-file.md"]
)
def test_links_to_files_lead_somewhere(root: Path, page: str) -> None:
    file = root / page
    for link in re.findall(r"\]\(([^)#]+)\)", file.read_text("utf-8")):
        if "://" not in link:
            assert (file.parent / link).exists(), link
