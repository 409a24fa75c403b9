"""Trees read to the end: what collectors, the ladder and conclude make of a situation."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from licaudit.collectors import collect_tree
from licaudit.facts import Claim, Collected, Gap, LicenseAnswer
from licaudit.licenses.authority import attribute
from licaudit.licenses.catalog import text_of
from licaudit.licenses.conclude import conclude
from licaudit.licenses.conflicts import Conflict, conflicts
from licaudit.licenses.identify import Ladder, identify, open_ladder
from licaudit.licenses.knowledge import load_knowledge
from licaudit.licenses.settle import settle
from licaudit.sources.local import LocalTree

from .judged import Audited, judge


@dataclass(frozen=True)
class Reading:
    """Everything a tree says, before anybody judges it."""

    collected: Collected
    claims: list[Claim]
    gaps: tuple[Gap, ...]
    answers: tuple[LicenseAnswer, ...]
    conflicts: tuple[Conflict, ...]

    def expression(self, scope: str, artifact: str = "local:.") -> str | None:
        (answer,) = [a for a in self.answers if (a.artifact, a.scope) == (artifact, scope)]
        return answer.expression

    def scopes(self) -> dict[str, str | None]:
        return {a.scope: a.expression for a in self.answers}

    def blocking(self) -> set[str]:
        return {g.reason for g in self.gaps if g.blocks}

    def reasons(self) -> set[str]:
        return {g.reason for g in self.gaps}

    def narrows(self) -> set[str]:
        return {c.narrows for c in self.claims if c.narrows}

    def named(self) -> set[str]:
        return {c.expression for c in self.claims if c.expression}


@pytest.fixture(scope="session")
def ladder(cache_home: Path) -> Ladder:
    return open_ladder(load_knowledge())


@pytest.fixture(scope="session")
def read_tree(ladder: Ladder) -> Callable[[Path], Reading]:
    """A folder, read."""

    def read(folder: Path) -> Reading:
        _, collected = collect_tree(LocalTree(str(folder)))
        claims, missing = identify(collected.passages, ladder)
        said = attribute(claims, collected)
        claims, collected = said.claims, said.collected
        gaps = settle(claims, (*collected.gaps, *missing, *said.gaps))
        answers = conclude(claims, collected.scopes)
        return Reading(collected, claims, gaps, answers, conflicts(claims))

    return read


@pytest.fixture
def reading(
    tmp_path: Path, assets: Path, read_tree: Callable[[Path], Reading]
) -> Callable[..., Reading]:
    """A situation of tests/assets, with files added whose text is written now."""

    def read(situation: str | None = None, **files: str | bytes) -> Reading:
        folder = tmp_path / "tree"
        if situation:
            shutil.copytree(assets / situation, folder)
        for name, content in files.items():
            path = folder / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_tree(folder)

    return read


@pytest.fixture(scope="session")
def text() -> Callable[[str], str]:
    """The text of a license, from the ScanCode package."""

    def load(key: str) -> str:
        found = text_of(key)
        assert found, key
        return found

    return load


@pytest.fixture
def audited(tmp_path: Path, assets: Path, cache_home: Path) -> Callable[..., Audited]:
    """A situation of tests/assets, with files added whose text is written now, judged."""

    def run(situation: str | None = None, **files: str) -> Audited:
        folder = tmp_path / f"tree-{len(list(tmp_path.iterdir()))}"
        if situation:
            shutil.copytree(assets / situation, folder)
        for name, content in files.items():
            path = folder / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return judge(folder)

    return run
