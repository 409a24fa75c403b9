"""Rule files of licenses: what is wrong in one is said with file and line, and changes are seen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from licaudit.errors import KnowledgeError
from licaudit.licenses.knowledge import compile_knowledge, load_knowledge

GOOD = """\
id: LicenseRef-licaudit-sample
name: Sample License
kinds: [model]
basis: text
confidence: high
texts: [{sha256: abc, source: here}]
grants:
  - {actions: [use], verdict: conditional, clause: "1"}
conditions:
  - id: size
    kind: eligibility
    type: threshold
    metric: monthly_users
    value: 10
    at: any_time
    effect: ask
    clause: "2"
    summary: {en: Ask above ten users., zh: 超过十名用户须申请。}
copyleft: {value: none, clause: "1"}
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    (tmp_path / "licenses").mkdir()
    (tmp_path / "aliases.yaml").write_text("names: {}\n", "utf-8")
    (tmp_path / "licenses" / "sample.yaml").write_text(GOOD, "utf-8")
    return tmp_path


def write(rules: Path, text: str, name: str = "sample.yaml") -> None:
    (rules / "licenses" / name).write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("monthly_users", "montly_users", 10, "metric: montly_users"),
        ("effect: ask", "effect: aks", 10, "effect: aks"),
        ("at: any_time", "at: sometime", 10, "`at`"),
        ("    value: 10\n", "", 10, "threshold needs"),
        ('    clause: "2"', '    clause: ""', 10, "needs a clause"),
        ("zh: 超过十名用户须申请。", 'zh: ""', 10, "both languages"),
        ('verdict: conditional, clause: "1"', 'verdict: conditional, clause: ""', 8, "clause"),
        ("value: none, clause", "value: nonne, clause", 19, "nonne"),
        ("kinds: [model]", "kinds: [modell]", 3, "kinds"),
        ("name: Sample License", "name: Sample License\nnmae: x", 3, "nmae"),
        ("type: threshold", "type: attribution", 10, "is not a eligibility"),
        ("verdict: conditional", "verdict: perhaps", 8, "verdict"),
    ],
)
def test_a_wrong_word_is_an_error_with_its_line(
    rules: Path, old: str, new: str, line: int, says: str
) -> None:
    assert old in GOOD
    write(rules, GOOD.replace(old, new, 1))
    with pytest.raises(KnowledgeError) as caught:
        compile_knowledge(rules)
    assert says in str(caught.value)
    assert f"rules/licenses/sample.yaml:{line}" in str(caught.value)


def test_a_fault_that_a_parent_brings_is_shown_where_it_is_inherited(rules: Path) -> None:
    child = "extends: sample\nid: LicenseRef-licaudit-child\nname: Child\n"
    write(rules, child + "conditions: [{id: size, metric: people}]\n", "child.yaml")
    with pytest.raises(KnowledgeError, match=r"child\.yaml:4"):
        compile_knowledge(rules)


def test_a_circle_of_parents_is_an_error(rules: Path) -> None:
    write(rules, "extends: sample\n" + GOOD)
    with pytest.raises(KnowledgeError, match="circle"):
        compile_knowledge(rules)


def test_two_files_cannot_have_one_name(rules: Path) -> None:
    write(rules, GOOD.replace("-sample", "-other"), "other.yaml")
    with pytest.raises(KnowledgeError, match="Sample License"):
        compile_knowledge(rules)


def test_a_changed_file_is_never_answered_from_the_old_form(rules: Path) -> None:
    first = load_knowledge(rules)
    path = rules / "licenses" / "sample.yaml"
    before = path.stat()
    # Same size, same time: only the content tells.
    write(rules, GOOD.replace("value: 10", "value: 20"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    second = load_knowledge(rules)
    assert first.version != second.version
    terms = second.get("LicenseRef-licaudit-sample")
    assert terms is not None
    assert terms.conditions[0].value == 20


def test_a_file_that_is_gone_is_gone(rules: Path) -> None:
    write(rules, GOOD.replace("ample", "econd"), "second.yaml")
    assert load_knowledge(rules).get("LicenseRef-licaudit-second")
    (rules / "licenses" / "second.yaml").unlink()
    assert load_knowledge(rules).get("LicenseRef-licaudit-second") is None


def test_a_damaged_compiled_form_is_made_anew(rules: Path, cache_home: Path) -> None:
    load_knowledge(rules)
    for path in (cache_home / "licaudit" / "knowledge").glob("*.json"):
        path.write_text('{"records": {', "utf-8")
    assert load_knowledge(rules).get("LicenseRef-licaudit-sample")
