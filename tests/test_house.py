"""The house itself: import contracts, the hold on pluggy, the wheel's content, the docs' words."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_args

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from licaudit.facts import terms
from licaudit.settings import data_folder


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=root)
    (built,) = folder.glob("*.whl")
    return built


def run(*command: str, cwd: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def lint_imports(cwd: Path) -> subprocess.CompletedProcess[str]:
    # The configuration and the package are those of the working folder.
    program = (
        "import sys; sys.path.insert(0, '.');"
        "from importlinter.cli import lint_imports;"
        "sys.exit(lint_imports(cache_dir=None))"
    )
    command = (sys.executable, "-c", program)
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_the_layers_hold(root: Path) -> None:
    done = lint_imports(root)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("licenses/__init__.py", "from licaudit import policy", "layers"),
        ("collectors/__init__.py", "from licaudit import licenses", "layers"),
        ("stranger.py", "", "layers"),
        ("policy/__init__.py", "import networkx", "networkx only in provenance"),
        ("policy/__init__.py", "import licensedcode", "ScanCode's text engine only in licenses"),
        ("audit.py", "import spdx_tools", "SPDX documents only in reporting"),
        ("settings.py", "import ruamel.yaml", "YAML only in documents"),
    ],
)
def test_a_breach_of_the_layers_is_noticed(
    root: Path, tmp_path: Path, module: str, line: str, contract: str
) -> None:
    ignore = shutil.ignore_patterns("__pycache__", "_data")
    shutil.copytree(root / "licaudit", tmp_path / "licaudit", ignore=ignore)
    shutil.copy(root / "pyproject.toml", tmp_path)
    with open(tmp_path / "licaudit" / module, "a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    done = lint_imports(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(rf"^{re.escape(contract)} BROKEN", done.stdout, re.MULTILINE), done.stdout


def test_pluggy_is_held_below_the_version_that_breaks_scancode(project: dict[str, Any]) -> None:
    requirements = map(Requirement, project["project"]["dependencies"])
    hold = next(r for r in requirements if r.name == "pluggy")
    assert not hold.specifier.contains("1.7.0")
    assert hold.specifier.contains(version("pluggy"))


def test_scancode_finds_its_plugins(root: Path) -> None:
    # Under pluggy 1.7 this import says "did not find any hooks".
    run(sys.executable, "-c", "import licensedcode.cache", cwd=root)


def test_every_dependency_has_a_lower_bound_and_a_word_in_the_docs(
    root: Path, project: dict[str, Any]
) -> None:
    documented = (root / "docs" / "dependencies.md").read_text("utf-8")
    for line in project["project"]["dependencies"]:
        requirement = Requirement(line)
        assert any(s.operator == ">=" for s in requirement.specifier), line
        assert f"| {requirement.name} |" in documented, requirement.name


def test_the_wheel_carries_all_data_and_nothing_else(root: Path, wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("rules", "reports"):
        on_disk = {
            f"licaudit/_data/{path.relative_to(root).as_posix()}"
            for path in (root / folder).rglob("*")
            if path.is_file()
        }
        carried = {n for n in names if n.startswith(f"licaudit/_data/{folder}/")}
        assert carried == on_disk
    assert {n.split("/")[0].split("-")[0] for n in names} == {"licaudit", "licaudit_ai"}
    assert {n.rsplit("/", 1)[-1] for n in names} >= {"LICENSE", "NOTICE", "py.typed"}


def test_an_installed_wheel_finds_its_data_far_from_the_checkout(
    wheel: Path, tmp_path: Path
) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    program = (
        "from licaudit.settings import data_folder;"
        "from licaudit.licenses.knowledge import load_knowledge;"
        "load_knowledge(); print(data_folder('rules')); print(data_folder('reports'))"
    )
    environment = {
        "PYTHONPATH": str(tmp_path / "site"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "PATH": "/usr/bin:/bin",
    }
    done = run(sys.executable, "-c", program, cwd=tmp_path, env=environment)
    data = tmp_path / "site" / "licaudit" / "_data"
    assert done.stdout.split() == [str(data / "rules"), str(data / "reports")]


def test_an_editable_install_reads_the_checkout(root: Path) -> None:
    assert data_folder("rules") == root / "rules"
    assert data_folder("reports") == root / "reports"


def test_the_version_is_one(project: dict[str, Any]) -> None:
    import licaudit

    assert Version(version("licaudit-ai")) == Version(licaudit.__version__)
    assert project["project"]["requires-python"] == ">=3.11"


def test_the_page_of_terms_explains_every_word(root: Path) -> None:
    page = (root / "docs" / "terms.md").read_text("utf-8")
    explained = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    vocabulary: set[str] = set()
    for words in (
        terms.Action,
        terms.Purpose,
        terms.AssetKind,
        terms.Permission,
        terms.ConditionKind,
        terms.ConditionType,
        terms.Trigger,
        terms.Check,
    ):
        vocabulary |= set(get_args(words))
    clauses = {
        name for name, hint in terms.License.__annotations__.items() if hint == "Clause | None"
    }
    assert explained == vocabulary | clauses
