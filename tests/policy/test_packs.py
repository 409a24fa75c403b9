"""Packs: found, extended, overridden, and refused when they cannot be followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from licaudit.errors import RuleError
from licaudit.policy.hits import apply_rule
from licaudit.policy.packs import load_packs
from licaudit.policy.parameters import Override

from .test_rules import write_pack

VALUES = "a list of strings, a whole number, true or false or a day such as 2026-01-31"
LISTED = "params: {words: [a, b]}"
IN_LIST = "fail: subject.name in params.words"


def setting(**params: object) -> list[Override]:
    return [
        Override("params", n, v, f"licaudit.yaml:{at}:3")
        for at, (n, v) in enumerate(params.items(), 7)
    ]


def refused(*names: str, **overrides: object) -> RuleError:
    with pytest.raises(RuleError) as caught:
        load_packs(names, setting(**overrides))
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
        ("params: {words: a}", f"`params.words` must be {VALUES}", "4:10"),
        ("params: {words: 2026-1}", f"`params.words` must be {VALUES}", "4:10"),
        ("params: {words: 1.5}", f"`params.words` must be {VALUES}", "4:10"),
        ("params: {in: [a]}", "`in` is no name of a parameter", "4:10"),
        ("only: [listed]", "`only` names no inherited rule: listed", "4:8"),
        ("remove: [nope]", "`remove` names no inherited rule: nope", "4:10"),
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
    (changed,) = load_packs((path,), setting(words=("c",)))
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


THRESHOLDS = "params: {most: 5, since: 2025-01-01, on: true}"
OVER = "fail: params.on && subject.distance > params.most && subject.name > params.since"


def over(pack, distance: int, day: str) -> bool:
    subject = {"name": day, "distance": distance}
    return apply_rule(pack.rules[0], subject, {}, pack.params)[0] == "fail"


def test_numbers_days_and_switches_are_parameters_too(tmp_path: Path) -> None:
    path = write_pack(tmp_path / "mine", THRESHOLDS, over=OVER)
    (plain,) = load_packs((path,))
    (more,) = load_packs((path,), setting(most=9, since="2020-01-01"))
    (off,) = load_packs((path,), setting(on=False))
    assert over(plain, 6, "2025-06-01")
    assert not over(plain, 5, "2025-06-01")
    assert not over(plain, 6, "2024-06-01")
    assert over(more, 10, "2024-06-01")
    assert not over(more, 9, "2024-06-01")
    assert not over(off, 6, "2025-06-01")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("most", True, "`params.most` must be a whole number"),
        ("most", ("a",), "`params.most` must be a whole number"),
        ("most", "5", "`params.most` must be a whole number"),
        ("since", 2025, "`params.since` must be a day such as 2026-01-31"),
        ("on", 1, "`params.on` must be true or false"),
        ("moost", 6, "no chosen pack has a parameter `moost`"),
    ],
)
def test_an_override_of_another_kind_or_name_is_refused_with_its_place(
    tmp_path: Path, name: str, value: object, says: str
) -> None:
    path = write_pack(tmp_path / "mine", THRESHOLDS, over=OVER)
    error = refused(path, **{name: value})
    assert error.what == says
    assert error.where == "licaudit.yaml:7:3"


def test_a_child_may_not_change_the_kind_of_a_parameter(tmp_path: Path) -> None:
    write_pack(tmp_path / "base", THRESHOLDS, over=OVER)
    error = refused(write_pack(tmp_path / "child", "extends: [../base]\nparams: {most: [a]}"))
    assert error.what == "`params.most` must be a whole number"
    assert error.where == "child/pack.yaml:5:10"


def test_a_project_weighs_a_rule_otherwise(tmp_path: Path) -> None:
    path = write_pack(tmp_path / "base", LISTED, listed=IN_LIST)
    (pack,) = load_packs((path,), [Override("severity", "listed", "low", "licaudit.yaml:3:4")])
    assert [r.severity for r in pack.rules] == ["low"]
    with pytest.raises(RuleError) as caught:
        load_packs((path,), [Override("severity", "listd", "low", "licaudit.yaml:3:4")])
    assert caught.value.what == "no chosen pack has a rule `listd`"
    assert caught.value.where == "licaudit.yaml:3:4"
    assert caught.value.todo == "Did you mean listed?"


def test_a_pack_keeps_or_drops_rules_it_takes_over(tmp_path: Path) -> None:
    write_pack(tmp_path / "base", LISTED, one=IN_LIST, two=IN_LIST)
    (kept,) = load_packs((write_pack(tmp_path / "k", "extends: [../base]\nonly: [two]"),))
    (dropped,) = load_packs((write_pack(tmp_path / "d", "extends: [../base]\nremove: [two]"),))
    assert [r.id for r in kept.rules] == ["two"]
    assert [r.id for r in dropped.rules] == ["one"]


@pytest.mark.parametrize(
    ("more", "says", "place"),
    [
        (
            "remove: [one]\nseverity: {one: low}",
            "the rule `one` is removed and given a severity",
            "6:12",
        ),
        ("remove: [one]\nonly: [two]", "write `only` or `remove`, not both", "5:1"),
    ],
)
def test_a_pack_that_contradicts_itself_is_refused(
    tmp_path: Path, more: str, says: str, place: str
) -> None:
    write_pack(tmp_path / "base", LISTED, one=IN_LIST, two=IN_LIST)
    error = refused(write_pack(tmp_path / "mine", f"extends: [../base]\n{more}"))
    assert error.what == says
    assert error.where == f"mine/pack.yaml:{place}"


def test_a_rule_that_hides_an_inherited_one_is_refused(tmp_path: Path) -> None:
    write_pack(tmp_path / "base", LISTED, one=IN_LIST)
    error = refused(write_pack(tmp_path / "mine", "extends: [../base]", one="fail: 'false'"))
    assert error.what == "the pack already has a rule `one` from one that it extends"
    (pack,) = load_packs(
        (
            write_pack(
                tmp_path / "said", "extends: [../base]\nremove: [one]", one="fail: subject.root"
            ),
        )
    )
    assert [r.pack for r in pack.rules] == ["said"]


def test_two_parents_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    write_pack(tmp_path / "a", LISTED, one=IN_LIST)
    write_pack(tmp_path / "b", LISTED, one="fail: subject.root")
    error = refused(write_pack(tmp_path / "mine", "extends: [../a, ../b]"))
    assert error.what == "the packs it extends contradict each other about the rule `one`"
    assert error.where == "mine/pack.yaml:4:1"


def test_two_parents_with_other_values_of_one_parameter_need_a_word(tmp_path: Path) -> None:
    write_pack(tmp_path / "a", "params: {most: 5}")
    write_pack(tmp_path / "b", "params: {most: 6}")
    both = "extends: [../a, ../b]"
    assert "about the parameter `most`" in refused(write_pack(tmp_path / "mine", both)).what
    (pack,) = load_packs((write_pack(tmp_path / "said", f"{both}\nparams: {{most: 7}}"),))
    assert pack.params["most"] == 7


def test_two_packs_of_one_name_are_refused(tmp_path: Path) -> None:
    one = write_pack(tmp_path / "x" / "mine", one="fail: subject.root")
    two = write_pack(tmp_path / "y" / "mine", one="fail: 'false'")
    assert refused(one, two).what.startswith("two packs are called `mine`: ")
    assert [p.id for p in load_packs((one, one))] == ["mine"]
