from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.collectors import pyproject, setup_cfg, setup_py
from licaudit.facts import CODE, Collected
from licaudit.sources.local import LocalTree
from licaudit.sources.tree import Entry

ROOT = "local:."
READERS = {"pyproject.toml": pyproject, "setup.cfg": setup_cfg, "setup.py": setup_py}


def collect(memory: Callable[..., Any], name: str, text: str | bytes) -> Collected:
    tree = memory({name: text, "LICENSE": "terms"})
    return READERS[name].collect(tree, tree.entry(name), ROOT)


def said(found: Collected) -> list[tuple[str, str, int | None]]:
    assert all(p.scope == CODE for p in found.passages)
    return [(p.form, p.text, p.location.line) for p in found.passages]


def needs(found: Collected) -> dict[str, tuple[int | None, str | None]]:
    return {x.target: (x.evidence[0].line, x.note) for x in found.links}


def test_pyproject(situation: Callable[[str], LocalTree]) -> None:
    found = pyproject.collect(situation("python-package"), Entry("pyproject.toml", 900), ROOT)
    assert said(found) == [
        ("tag", "Apache-2.0 OR MIT", 9),
        ("classifier", "License :: OSI Approved :: Apache Software License", 13),
    ]
    flash = (
        "pkg:generic/flash_attn?download_url="
        "git%2Bhttps://github.com/Dao-AILab/flash-attention%40v2.5"
    )
    assert needs(found) == {
        "pkg:pypi/torch": (16, None),
        "pkg:pypi/transformers@4.41.2": (17, None),
        flash: (18, None),
        "pkg:pypi/bitsandbytes": (22, "optional:quant"),
        "pkg:pypi/pytest": (23, "dev"),
        "pkg:pypi/ruff": (26, "dev"),
        "pkg:pypi/hatchling": (2, "build"),
        "pkg:pypi/peft@0.11.1": (30, None),
        "pkg:generic/trl?download_url=https://github.com/huggingface/trl": (31, None),
        "pkg:pypi/black": (34, "dev"),
    }
    assert [p.value for p in found.probes] == ["LICENSE"]
    assert "secret" not in repr(found)
    assert [(g.reason, g.blocks) for g in found.gaps] == [
        ("unresolved", False),
        ("unresolved", True),
        ("unresolved", True),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[project]\nlicense = {text = "MIT"}', [("tag", "MIT", 2)]),
        ('[project]\n\n[project.license]\ntext = "MIT"', [("tag", "MIT", 3)]),
        ('[project]\nlicense.text = "MIT"', [("tag", "MIT", 2)]),
        ('[project]\nlicense = {text = """line\none"""}', [("text", "line\none", 2)]),
        ('[project]\nlicense = {file = "LICENSE"}', []),
        ('[project]\nlicense = ""', []),
        ('[project]\ndynamic = ["license"]', []),
        ('[tool.poetry]\nname = "x"\nlicense = "GPL-3.0"', [("tag", "GPL-3.0", 3)]),
        ('[tool.other]\nlicense = "GPL-3.0"', []),
        ('project.license = "MIT"', [("tag", "MIT", 1)]),
    ],
)
def test_shapes_of_the_license_field(
    memory: Callable[..., Any], text: str, expected: list[tuple[str, str, int | None]]
) -> None:
    found = collect(memory, "pyproject.toml", text)
    assert said(found) == expected
    assert found.gaps == ()


@pytest.mark.parametrize(
    "text",
    [
        "[project]\nlicense = 3",
        '[project]\nlicense = ["MIT"]',
        '[project]\ndependencies = "a"',
        "[project]\ndependencies = [1]",
        '[project]\ndependencies = ["a b c"]',
        "not toml",
        "a = " + "[" * 5_000,
        "[tool.poetry.dependencies]\na = 3",
        "[project]\nlicense = {}",
    ],
)
def test_wrong_types_are_gaps(memory: Callable[..., Any], text: str) -> None:
    found = collect(memory, "pyproject.toml", text)
    assert found.passages == ()
    assert [(g.reason, g.blocks) for g in found.gaps] == [("broken", True)]


def test_setup_cfg(situation: Callable[[str], LocalTree]) -> None:
    found = setup_cfg.collect(situation("legacy-setup"), Entry("setup.cfg", 500), ROOT)
    assert said(found) == [
        ("tag", "BSD 3-Clause", 3),
        ("classifier", "License :: OSI Approved :: BSD License", 8),
    ]
    assert needs(found) == {
        "pkg:pypi/torch": (13, None),
        "pkg:pypi/sentencepiece@0.1.99": (14, None),
        "pkg:pypi/pytest": (17, "dev"),
        "pkg:pypi/black": (17, "dev"),
        "pkg:pypi/torchaudio": (18, "optional:speech"),
    }
    assert [(g.reason, g.blocks) for g in found.gaps] == [("unresolved", False)]


def test_setup_py_is_read_and_not_run(situation: Callable[[str], LocalTree]) -> None:
    trace = Path("/tmp/licaudit-was-here")
    found = setup_py.collect(situation("legacy-setup"), Entry("setup.py", 800), ROOT)
    assert not trace.exists()
    assert said(found) == [
        ("tag", "GPLv3", 13),
        ("classifier", "License :: OSI Approved :: GNU General Public License v3 (GPLv3)", 20),
    ]
    assert needs(found) == {
        "pkg:pypi/tqdm": (7, None),
        "pkg:pypi/requests@2.31.0": (8, None),
        "pkg:pypi/librosa": (16, "optional:audio"),
    }
    assert [(g.reason, g.location.line) for g in found.gaps if g.location] == [
        ("unresolved", 16),
        ("unresolved", 17),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "from setuptools import setup\nsetup(license=read())",
        "setup(**config)",
        "setup(install_requires=[x for x in y])",
        "setup(license=f'{x}')",
    ],
)
def test_what_only_running_would_tell_is_a_gap(memory: Callable[..., Any], text: str) -> None:
    found = collect(memory, "setup.py", text)
    assert (found.passages, found.links) == ((), ())
    assert [(g.reason, g.blocks) for g in found.gaps] == [("unresolved", False)]


def test_a_license_set_twice_is_not_guessed(memory: Callable[..., Any]) -> None:
    found = collect(memory, "setup.py", "L = 'MIT'\nL = 'GPL'\nsetup(license=L)")
    assert found.passages == ()
    assert found.gaps


@pytest.mark.parametrize(
    ("name", "reason"),
    [("pyproject.toml", "broken"), ("setup.cfg", "broken"), ("setup.py", "unparsable")],
)
def test_broken_files_block(situation: Callable[[str], LocalTree], name: str, reason: str) -> None:
    found = READERS[name].collect(situation("broken-metadata"), Entry(name, 30), ROOT)
    assert [(g.reason, g.blocks) for g in found.gaps] == [(reason, True)]


HOSTILE = [
    "(" * 50_000,
    "-" * 200_000 + "1",
    "a" + ".b" * 100_000,
    "1" + "+1" * 100_000,
    "setup(license=" + "[" * 150 + "]" * 150 + ")",
    "x = '\\d'",
    "\0",
    "lambda: " * 5_000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_python(memory: Callable[..., Any], text: str) -> None:
    collect(memory, "setup.py", text)


@pytest.mark.parametrize("name", sorted(READERS))
@given(text=st.text() | st.text("[]=\"'{}\n abclicense.#;:,()"))
def test_any_text(memory: Callable[..., Any], name: str, text: str) -> None:
    for head in ("", "[project]\n", "[metadata]\n", "[options]\ninstall_requires="):
        found = collect(memory, name, head + text)
        assert len(found.gaps) < 100


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_a_license_is_kept_verbatim(memory: Callable[..., Any], text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    found = collect(memory, "pyproject.toml", f'[project]\nlicense = "{quoted}"')
    assert [p.text for p in found.passages] == ([text] if text.strip() else [])
