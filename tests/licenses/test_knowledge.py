"""The knowledge of terms: broken files named by line, names that clash, a cache never stale."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from licaudit.errors import KnowledgeError
from licaudit.licenses.knowledge import load_knowledge
from licaudit.settings import cache_folder

Edit = Callable[[str, str], None]
HERON = """\
id: LicenseRef-licaudit-heron
name: Heron License
kinds: [model]
basis: text
confidence: high
aliases: [heron terms]
grants:
  - {actions: [use], verdict: permitted, clause: "1"}
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A small rules folder of its own."""
    folder = tmp_path / "rules"
    (folder / "licenses").mkdir(parents=True)
    (folder / "licenses" / "heron.yaml").write_text(HERON, "utf-8")
    (folder / "aliases.yaml").write_text("names: {}\nambiguous: []\nsilent: [nothing]\n", "utf-8")
    return folder


def broken(rules: Path) -> str:
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(rules)
    return caught.value.sentence()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("basis: text\n", "basis: text\ncolour: grey\n", r"licenses/heron\.yaml:5:\d+.*colour"),
        (', clause: "1"}', "}", r"heron\.yaml:8:\d+.*clause"),
        ("verdict: permitted", "verdict: allowed", r"heron\.yaml:8:\d+.*verdict"),
        ("actions: [use]", "actions: [fly]", r"heron\.yaml:8:\d+.*actions"),
        ("kinds: [model]", "kinds: [bird]", r"heron\.yaml:3:\d+.*kinds"),
        ("verdict: permitted", "verdict: conditional", r"heron\.yaml:8:\d+.*conditional"),
        ("id: Lic", "extends: heron\nid: Lic", r"heron\.yaml:1:\d+.*circle"),
        ("id: Lic", "extends: grebe\nid: Lic", r"heron\.yaml:1:\d+.*names no file"),
        ("id: Lic", "drop: [a]\nid: Lic", r"heron\.yaml:1:\d+.*needs `extends`"),
        ("heron terms", "the license", r"licenses/heron\.yaml.*holds no word"),
    ],
)  # fmt: skip
def test_a_broken_file_is_named_with_its_line(rules: Path, old: str, new: str, said: str) -> None:
    path = rules / "licenses" / "heron.yaml"
    assert old in HERON
    path.write_text(HERON.replace(old, new), "utf-8")
    assert re.search(said, broken(rules)), broken(rules)


def test_extends_in_a_circle_of_two(rules: Path) -> None:
    (rules / "licenses" / "heron.yaml").write_text("extends: grebe\n" + HERON, "utf-8")
    (rules / "licenses" / "grebe.yaml").write_text("extends: heron\n", "utf-8")
    assert "goes in a circle" in broken(rules)


def test_text_that_is_no_yaml(rules: Path) -> None:
    (rules / "licenses" / "heron.yaml").write_text("id: [a\n", "utf-8")
    with pytest.raises(Exception, match=r"heron\.yaml:\d+"):
        load_knowledge(rules)


def test_two_licenses_with_one_name(rules: Path) -> None:
    other = HERON.replace("licaudit-heron", "licaudit-grebe").replace("Heron License", "Grebe")
    (rules / "licenses" / "grebe.yaml").write_text(other, "utf-8")
    assert re.search(r"heron\.yaml|grebe\.yaml", said := broken(rules))
    assert "heron terms" in said


@pytest.mark.parametrize(
    ("aliases", "said"),
    [
        ("birds: {}\n", r"aliases\.yaml:1:\d+.*unknown key `birds`"),
        ("names: {LicenseRef-a-gull: [gull]}\n", r"aliases\.yaml:1.*no license that is known"),
        ("names: {MIT: [heron terms]}\n", r"aliases\.yaml:1.*also means LicenseRef-licaudit-heron"),
        ("names: {MIT: [the license]}\n", r"aliases\.yaml:1.*holds no word"),
        (
            "ambiguous:\n- {name: heron terms, candidates: [MIT], why: {en: x}}\n",
            r"aliases\.yaml:2.*ambiguous here but means LicenseRef-licaudit-heron",
        ),
        (
            "ambiguous:\n- {name: gull, candidates: [LicenseRef-licaudit-gull], why: {en: x}}\n",
            r"aliases\.yaml:2.*candidate `LicenseRef-licaudit-gull`",
        ),
        ("ambiguous:\n- {name: gull, why: {en: x}}\n", r"aliases\.yaml:2"),
        (
            "ambiguous:\n- {name: gull, candidates: [MIT], why: {en: x}, colour: grey}\n",
            r"aliases\.yaml:2.*unknown key `colour`",
        ),
        (
            "ambiguous:\n- {name: gull, candidates: [MIT], why: {en: x}}\n"
            "- {name: tern, aliases: [gull], candidates: [ISC], why: {en: x}}\n",
            r"aliases\.yaml:3.*two lists",
        ),
        ("- names\n", r"aliases\.yaml"),
    ],
)  # fmt: skip
def test_a_broken_alias_table_is_named_with_its_line(rules: Path, aliases: str, said: str) -> None:
    (rules / "aliases.yaml").write_text(aliases, "utf-8")
    assert re.search(said, broken(rules)), broken(rules)


def test_an_edited_file_gives_a_new_answer(rules: Path) -> None:
    before = load_knowledge(rules)
    assert before.names["heron-terms"] == "LicenseRef-licaudit-heron"
    path = rules / "licenses" / "heron.yaml"
    path.write_text(HERON.replace("heron terms", "wader terms"), "utf-8")
    after = load_knowledge(rules)
    assert "heron-terms" not in after.names
    assert after.names["wader-terms"] == "LicenseRef-licaudit-heron"
    assert before.version != after.version
    path.write_text(HERON, "utf-8")
    assert load_knowledge(rules).version == before.version


@pytest.mark.parametrize(
    "name", ["statements/words.yaml", "statement-weights.json", "categories.yaml", "upstreams.yaml"]
)
def test_the_version_covers_what_changes_answers(rules: Path, name: str) -> None:
    before = load_knowledge(rules).version
    (rules / name).parent.mkdir(exist_ok=True)
    (rules / name).write_text("# a word\n", "utf-8")
    assert load_knowledge(rules).version != before


def test_a_removed_file_is_forgotten(rules: Path) -> None:
    load_knowledge(rules)
    (rules / "licenses" / "heron.yaml").unlink()
    assert load_knowledge(rules).records == {}


@pytest.mark.parametrize("rubbish", ["", "{", "[]", "{}", "null", '{"records": {}}', "\0"])
def test_a_broken_cache_file_is_built_again(rules: Path, rubbish: str) -> None:
    shutil.rmtree(cache_folder("knowledge"))
    load_knowledge(rules)
    (compiled,) = cache_folder("knowledge").glob("*.json")
    good = compiled.read_text("utf-8")
    compiled.write_text(rubbish, "utf-8")
    assert load_knowledge(rules).names["heron-terms"] == "LicenseRef-licaudit-heron"
    assert compiled.read_text("utf-8") == good
