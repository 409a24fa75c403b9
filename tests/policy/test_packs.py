"""Packs: found, extended, overridden, and refused when they cannot be followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from licaudit.errors import RuleError
from licaudit.policy.judge import apply_rule
from licaudit.policy.packs import load_packs

from .test_rules import write_pack

LISTED = "params: {words: [a, b]}"
IN_LIST = "fail: subject.name in params.words"


def refused(*names: str, **overrides: tuple[str, ...]) -> RuleError:
    with pytest.raises(RuleError) as caught:
        load_packs(names, overrides)
    return caught.value


def test_an_unknown_pack_is_named_with_those_there_are() -> None:
    error = refused("comercial-use")
    assert error.what == "there is no pack `comercial-use`"
    assert "commercial-use" in (error.todo or "")


def test_a_folder_without_a_pack_file_is_no_pack(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("id: x\n", "utf-8")
    assert refused(str(tmp_path)).what == f"there is no pack `{tmp_path}`"


def test_packs_that_extend_each_other_in_a_circle(tmp_path: Path) -> None:
    write_pack(tmp_path / "one", "extends: [../two]")
    write_pack(tmp_path / "two", "extends: [../one]")
    error = refused(str(tmp_path / "one"))
    assert error.what == "packs extend each other in a circle: one -> two -> one"
    assert error.where == "one/pack.yaml:4:1"


def test_a_folder_in_the_way_does_not_replace_a_shipped_pack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pack(tmp_path / "ci-default")
    monkeypatch.chdir(tmp_path)
    (named,) = load_packs(("ci-default",))
    (given,) = load_packs(("./ci-default",))
    assert named.rules
    assert not given.rules


def test_a_pack_extends_another_beside_it(tmp_path: Path) -> None:
    write_pack(tmp_path / "base", LISTED, listed=IN_LIST)
    (pack,) = load_packs(
        (write_pack(tmp_path / "child", "extends: [../base]", own="fail: 'true'"),)
    )
    assert [r.id for r in pack.rules] == ["listed", "own"]


def test_a_pack_remaps_the_severity_of_an_inherited_rule(tmp_path: Path) -> None:
    write_pack(tmp_path / "base", LISTED, listed=IN_LIST)
    more = "extends: [../base]\nseverity: {listed: low}"
    (pack,) = load_packs((write_pack(tmp_path / "child", more),))
    assert [r.severity for r in pack.rules] == ["low"]


@pytest.mark.parametrize(
    ("more", "says", "place"),
    [
        ("severity: {nope: low}", "`severity` names no rule: nope", "4:12"),
        ("severity: {listed: lowest}", "`lowest` is no severity", "4:12"),
        ("params: {words: a}", "`params.words` must be a list of strings", "4:10"),
        ("params: [a]", "`params` must be a mapping", "4:1"),
        ("params: {wo-rds: [a]}", "`wo-rds` is no name of a parameter", "4:10"),
        ("extends: ci-default", "`extends` must be a list of strings", "4:1"),
        ("extends: [nowhere]", "there is no pack `nowhere`", "4:1"),
        ("extend: [ci-default]", "unknown key `extend`", "4:1"),
    ],
)
def test_a_broken_pack_file_is_refused(tmp_path: Path, more: str, says: str, place: str) -> None:
    error = refused(write_pack(tmp_path / "mine", more, listed="fail: subject.root"))
    assert error.what == says
    assert error.where == f"mine/pack.yaml:{place}"


def fires(pack, name: str) -> bool:
    return apply_rule(pack.rules[0], {"name": name}, {}, pack.params)[0] == "fail"


def test_a_parameter_is_overridden_without_writing_a_condition(tmp_path: Path) -> None:
    path = write_pack(tmp_path / "base", LISTED, listed=IN_LIST)
    (plain,) = load_packs((path,))
    (changed,) = load_packs((path,), {"words": ("c",)})
    assert [fires(plain, n) for n in "abc"] == [True, True, False]
    assert [fires(changed, n) for n in "abc"] == [False, False, True]


def test_a_child_overrides_the_parameter_of_its_parents_rule(tmp_path: Path) -> None:
    write_pack(tmp_path / "base", LISTED, listed=IN_LIST)
    child = write_pack(tmp_path / "child", "extends: [../base]\nparams: {words: [c], more: [d]}")
    (pack,) = load_packs((child,))
    assert [fires(pack, n) for n in "abc"] == [False, False, True]


def test_an_unknown_parameter_is_refused() -> None:
    error = refused("ci-default", strong_copylefts=("x",))
    assert error.what == "no chosen pack has a parameter `strong_copylefts`"
    assert "strong_copyleft" in (error.todo or "")


def test_packs_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    base = write_pack(tmp_path / "base", LISTED, listed=IN_LIST)
    child = write_pack(tmp_path / "child", "extends: [../base]\nseverity: {listed: low}")
    assert (
        "`base` and `child` contradict each other about the rule `listed`"
        in refused(base, child).what
    )


def test_the_same_rule_in_two_packs_is_no_contradiction(tmp_path: Path) -> None:
    base = write_pack(tmp_path / "base", LISTED, listed=IN_LIST)
    child = write_pack(tmp_path / "child", "extends: [../base]", own="fail: 'true'")
    assert [p.id for p in load_packs((base, child))] == ["base", "child"]
