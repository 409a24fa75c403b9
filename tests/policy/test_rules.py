"""Every rule's own examples, and what the loader refuses, with the place in the file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from licaudit.documents import read_yaml
from licaudit.errors import RuleError
from licaudit.policy.examples import try_examples
from licaudit.policy.hits import apply_rule
from licaudit.policy.packs import DEFAULT_PACKS, Pack, Rule, load_packs
from licaudit.policy.rules import CONDITIONS, RuleFile, compile_rule
from licaudit.policy.wording import PLACEHOLDER, PLACEHOLDERS
from licaudit.settings import data_folder

SHIPPED = tuple(sorted(p.parent.name for p in (data_folder("rules") / "packs").glob("*/pack.yaml")))
RULES = [pytest.param(p, r, id=f"{p.id}/{r.id}") for p in load_packs(SHIPPED) for r in p.rules]
RULE = """\
id: planted
severity: high
for: subject
{condition}
why: {{en: Why., zh: 为何。}}
fix: {{en: Do it., zh: 处理。}}
references: [docs/rules.md]
examples: {{fires: [{{subject: {{root: true}}, outcome: fail}}], silent: [{{subject: {{}}}}]}}
"""
PACK = """\
id: {name}
name: {{en: Mine, zh: 我的}}
description: {{en: Mine., zh: 我的。}}
{more}
"""


def write_pack(folder: Path, more: str = "", **rules: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text(PACK.format(name=folder.name, more=more), "utf-8")
    for name, condition in rules.items():
        text = RULE.format(condition=condition).replace("id: planted", f"id: {name}")
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return str(folder)


def test_the_default_packs_are_all_shipped() -> None:
    assert set(DEFAULT_PACKS) <= set(SHIPPED)


@pytest.mark.parametrize(("pack", "rule"), RULES)
def test_a_rule_does_what_its_examples_say(pack: Pack, rule: Rule) -> None:
    tried = list(try_examples(rule, pack.params))
    assert [(t.name, t.found) for t in tried] == [(t.name, t.wanted) for t in tried]
    assert {t.wanted is None for t in tried} == {True, False}


@pytest.mark.parametrize(("pack", "rule"), RULES)
def test_a_rule_speaks_both_languages_and_says_where_it_is_from(pack: Pack, rule: Rule) -> None:
    assert rule.references
    for text in (rule.why, rule.fix):
        assert re.search(r"[一-鿿]", text.zh)
        assert not re.search(r"[一-鿿]", text.en)
        assert text.en.rstrip().endswith((".", "}"))
        assert set(PLACEHOLDER.findall(text.en)) == set(PLACEHOLDER.findall(text.zh))
        assert set(PLACEHOLDER.findall(text.en)) <= PLACEHOLDERS


TYPOS = {
    "misspelt field": ("fail: subject.roott", "4:14", "roott"),
    "misspelt field in a list macro": (
        "fail: subject.licenses.exists(l, l.idd == 'x')",
        "4:35",
        "idd",
    ),
    "misspelt variable": ("fail: subjekt.root", "4:14", "subjekt"),
    "wrong enum member": ("fail: subject.kind == Kind.modell", "4:27", ""),
    "wrong type": ("fail: subject.name == 3", "4:20", "overload"),
    "a field against another enum": (
        "fail: subject.kind == Relation.depends_on",
        "4:7",
        "`subject.kind` is a Kind: `==` cannot meet a Relation",
    ),
    "another enum against a field": (
        "fail: Relation.depends_on != subject.kind",
        "4:7",
        "cannot meet a Kind",
    ),
    "a list of another enum": (
        "fail: subject.kind in [Relation.depends_on]",
        "4:7",
        "cannot meet a Relation",
    ),
    "a list of mixed enums": (
        "fail: subject.kind in [Kind.model, Relation.depends_on]",
        "4:7",
        "cannot meet",
    ),
    "an enum against a number": ("fail: subject.kind == 3", "4:7", "anything else"),
    "an enum in a macro": (
        "fail: subject.duties.exists(d, d.status == Outcome.fail)",
        "4:32",
        "`d.status` is a Status",
    ),
    "a word nobody compares": ("fail: Kind.model > 0", "4:7", "compare `Kind.model`"),
    "dyn": ("fail: dyn(subject).nope == 1", "4:7", "misspelt field"),
    "type": ("fail: type(subject) == type(intent)", "4:7", "misspelt field"),
    "a map literal": ("fail: '{''a'': 1}[''a''] == 1'", "4:8", "literals"),
    "a message literal": ("fail: 'Subject{root: true}.root'", "4:15", "literals"),
    "a list of unlike things": ("fail: '[subject, 1][0].nope == 1'", "4:9", "list"),
    "no BOOL": ("fail: subject.name", "4:7", "STRING, not BOOL"),
    "no list of strings": ("fail: subject.root\nculprits: subject.root", "5:11", "BOOL, not LIST"),
    "not CEL": ("fail: subject.root &&", "4:21", "mismatched input"),
    "an unknown parameter": ("fail: subject.name in params.nope", "4:29", "nope"),
    "macros inside macros": (
        "fail: subject.claims.exists(a, subject.claims.exists(b,"
        " subject.claims.exists(c, a == b)))",
        "4:78",
        "list macros",
    ),
}


@pytest.mark.parametrize(("condition", "place", "says"), TYPOS.values(), ids=TYPOS)
def test_a_typo_is_refused_with_its_place(
    tmp_path: Path, condition: str, place: str, says: str
) -> None:
    with pytest.raises(RuleError) as caught:
        load_packs((write_pack(tmp_path / "mine", planted=condition),))
    assert caught.value.where == f"mine/planted.yaml:{place}"
    assert says in caught.value.what


FOLDED = {
    "folded": ("fail: >-\n  subject.root\n  && subject.nope", "6:13"),
    "folded, first line": ("fail: >-\n  subject.nope\n  && subject.root", "5:10"),
    "folded deeply": ("fail: >\n      subject.root &&\n      subject.nope", "6:14"),
    "literal": ("fail: |\n  subject.root\n  && subject.nope", "6:13"),
    "plain over two lines": ("fail: subject.root\n  && subject.nope", "5:13"),
    "double-quoted": ('fail: "subject.name == \\"x\\" && subject.nope"', "4:40"),
    "folded, our own check": ("fail: >-\n  subject.root\n  && subject.kind == Part.code", "6:6"),
    "folded, Chinese before it": ("fail: >-\n  subject.name == '模型'\n  && subject.nope", "6:13"),
}


@pytest.mark.parametrize(("condition", "place"), FOLDED.values(), ids=FOLDED)
def test_the_line_is_that_of_the_file_in_a_block_too(
    tmp_path: Path, condition: str, place: str
) -> None:
    with pytest.raises(RuleError) as caught:
        load_packs((write_pack(tmp_path / "mine", planted=condition),))
    assert caught.value.where == f"mine/planted.yaml:{place}"


WAYS_AROUND = (
    "subject.duties.filter(d, d.type == Duties.source).exists(x, x.status == Duties.source)",
    "subject.licenses[0].confidence == Basis.text",
    "(subject.root ? subject.kind : subject.kind) == Part.code",
    "Part.code == (subject.kind)",
    "3 == subject.kind",
    "subject.duties.map(d, d.type)[0] == Status.met",
    "[subject.kind].exists(k, k == Part.code)",
    "int(subject.kind) == 3",
    "string(subject.kind) == 'model'",
    "subject.contract >= Contract.live",
    "has(subject.confidenc)",
    "params.words == 3",
    "params.many == 'x'",
)


@pytest.mark.parametrize("condition", WAYS_AROUND)
def test_no_way_around_a_vocabulary_or_a_type(tmp_path: Path, condition: str) -> None:
    pack = write_pack(
        tmp_path / "mine", "params: {words: [a], many: 3}", planted=f'fail: "{condition}"'
    )
    with pytest.raises(RuleError) as caught:
        load_packs((pack,))
    assert (caught.value.where or "").startswith("mine/planted.yaml:4:")


FINE = (
    "fail: subject.kind in [Kind.model, Kind.dataset] && Form.code in intent.distribute",
    "fail: subject.duties.exists(d, d.type == Duties.source && d.status != Status.met)",
    "fail: subject.licenses.map(l, l.id).exists(i, i == '{dyn(}')",
    "fail: intent.distribute.exists(f, f == Form.weights)",
    "fail: size(intent.distribute) > 0 && intent.actor == Actor.company",
    "fail: intent.annual_revenue_usd != null && intent.annual_revenue_usd > 5",
)


@pytest.mark.parametrize("condition", FINE)
def test_what_is_sound_is_not_refused(tmp_path: Path, condition: str) -> None:
    (pack,) = load_packs((write_pack(tmp_path / "mine", planted=condition),))
    assert [r.id for r in pack.rules] == ["planted"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("severity: high", "severity: hgih", "`hgih` is no severity"),
        ("severity: high", "severity: high\nsevrity: low", "unknown key `sevrity`"),
        ("for: subject", "for: graph", "`graph` is no for"),
        ("fail: subject.root", "status: stable", "needs `fail` or `review`"),
        ("why: {en: Why., zh: 为何。}", "why: {en: Why.}", "words in en and zh"),
        (
            "why: {en: Why., zh: 为何。}",
            "why: {en: '{nmae}', zh: 名}",
            "`{nmae}` is no placeholder",
        ),
        ("why: {en: Why., zh: 为何。}", "why: {en: '{reasons}', zh: 名}", "needs `about`"),
        ("for: subject", "for: subject\nabout: [akt_]", "begins no code"),
        ("references: [docs/rules.md]", "references: docs/rules.md", "list of strings"),
        ("id: planted", "id: other", "the file's name, `planted`"),
        ("references: [docs/rules.md]\n", "", "`references` is required"),
    ],
)
def test_a_broken_rule_file_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    pack = write_pack(tmp_path / "mine", planted="fail: subject.root")
    file = Path(pack, "planted.yaml")
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(RuleError) as caught:
        load_packs((pack,))
    assert says in caught.value.what
    assert re.fullmatch(r"mine/planted\.yaml:\d+:\d+", caught.value.where or "")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("root: true", "rooot: true", "`rooot` is no field of Subject"),
        ("root: true", "kind: modell", "`modell` is no Kind"),
        ("root: true", "duties: [{status: mett}]", "`mett` is no Status"),
        ("root: true", "root: 'yes'", "takes a bool"),
        ("outcome: fail", "outcome: pass", "needs an `outcome`"),
    ],
)
def test_an_example_that_cannot_occur_is_refused(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    pack = write_pack(tmp_path / "mine", planted="fail: subject.root")
    file = Path(pack, "planted.yaml")
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    (loaded,) = load_packs((pack,))
    with pytest.raises(RuleError, match=re.escape(says)):
        list(try_examples(loaded.rules[0], loaded.params))


@pytest.mark.parametrize(
    "condition", ["fail: 1 / size(subject.claims) > 0", "fail: subject.claims[3] == ''"]
)
def test_a_condition_that_fails_when_asked_is_an_error_and_no_truth(
    tmp_path: Path, condition: str
) -> None:
    (pack,) = load_packs((write_pack(tmp_path / "mine", planted=condition),))
    with pytest.raises(RuleError, match="the condition fails"):
        list(try_examples(pack.rules[0], pack.params))


WORD = re.compile(r"'[^']*'|\"[^\"]*\"|[A-Za-z_]\w*")
SIGNS = {"true", "false", "in", "null"}


@pytest.mark.parametrize(("pack", "rule"), RULES)
def test_a_typo_planted_in_any_word_of_any_condition_is_refused(pack: Pack, rule: Rule) -> None:
    """Each identifier of each shipped rule in turn: fields, variables, enums, their members."""
    planted = 0
    for key in CONDITIONS:
        condition = getattr(rule, key)
        for match in WORD.finditer(condition.source if condition else ""):
            word = match[0]
            if word in SIGNS or word[0] in "'\"":
                continue
            for typo in (word[:-1],) if planted % 2 else (word[:1] + "q" + word[1:],):
                raw, lines = misspelt(rule, key, match.start(), word, typo)
                document = read_yaml(raw, "x/planted.yaml")
                with pytest.raises(RuleError) as caught:
                    compile_rule(RuleFile(document, raw, pack.id), rule.environment)
                place = re.fullmatch(r"x/planted\.yaml:(\d+):\d+", caught.value.where or "")
                assert place, caught.value.where
                assert int(place[1]) in lines, (typo, caught.value)
                planted += 1
    assert planted


def misspelt(rule: Rule, key: str, offset: int, word: str, typo: str) -> tuple[str, range]:
    """The file with one word of one condition misspelt, and the lines of that condition."""
    source = getattr(rule, key).source
    raw = rule.body
    start = raw.index(f"\n{key}:") + 1
    at, count = start + len(key) + 1, source[:offset].count(word)
    head = raw[at : raw.index("\n", at)]
    at += len(head) if head.strip() == ">-" else 0
    for _ in range(count + 1):
        at = raw.index(word, at) + len(word)
    line = raw[:start].count("\n") + 1
    end = raw[:at].count("\n") + source.count("\n") + 2
    return raw[: at - len(word)] + typo + raw[at:], range(line, end + 1)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("fail: subject.root", "fail: true", "must be a condition in text"),
        ("fail: subject.root", "fail: subject.root\ngroup: perhaps", "`group` is true or false"),
        (
            "fail: subject.root",
            "fail: subject.root\napplies_when: intent.commercial",
            "belong together",
        ),
        ("fail: subject.root", "fail: subject.root\nnot_applied: {en: No., zh: 否。}", "together"),
        (
            "fail: subject.root",
            "fail: subject.root\napplies_when: 'true'\nnot_applied: {en: '{name}', zh: 名}",
            "takes no placeholders",
        ),
    ],
)
def test_a_rule_of_the_wrong_shape_is_refused(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    pack = write_pack(tmp_path / "mine", planted="fail: subject.root")
    file = Path(pack, "planted.yaml")
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(RuleError) as caught:
        load_packs((pack,))
    assert says in caught.value.what
    assert re.fullmatch(r"mine/planted\.yaml:\d+:\d+", caught.value.where or "")


RUNAWAY = {
    "too long": "fail: " + " && ".join(["subject.root"] * 200),
    "too many macros": "fail: "
    + " && ".join(f"subject.claims.exists(a{n}, a{n} == '')" for n in range(5)),
    "macros three deep": "fail: subject.claims.exists(a, subject.claims.exists(b,"
    " subject.claims.exists(c, a == b)))",
    "deep brackets": "fail: " + "(" * 600 + "subject.root" + ")" * 600,
    "a chain of not": "fail: " + "!" * 1500 + "subject.root",
}


@pytest.mark.parametrize("condition", RUNAWAY.values(), ids=RUNAWAY)
def test_a_condition_that_would_run_away_is_refused_when_loaded(
    tmp_path: Path, condition: str
) -> None:
    with pytest.raises(RuleError) as caught:
        load_packs((write_pack(tmp_path / "mine", planted=condition),))
    assert (caught.value.where or "").startswith("mine/planted.yaml:4:")


def test_pairs_of_very_many_things_are_refused_when_asked(tmp_path: Path) -> None:
    pairs = "fail: subject.claims.exists(a, subject.open_claims.exists(b, a == b))"
    (pack,) = load_packs((write_pack(tmp_path / "mine", planted=pairs),))
    few, many = [f"c{n}" for n in range(20)], [f"c{n}" for n in range(40_000)]
    assert apply_rule(pack.rules[0], {"claims": few, "open_claims": few}, {}, {})[0] == "fail"
    with pytest.raises(RuleError, match="too many to compare each with each"):
        apply_rule(pack.rules[0], {"claims": many, "open_claims": ["none"]}, {}, {})
