"""Rung 6: every pattern's own examples, sentences, subjects, hostile input, broken rule files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licaudit.errors import KnowledgeError
from licaudit.licenses.sentences import MAX_SENTENCE, plain
from licaudit.licenses.statements import (
    KINDS,
    Pattern,
    Statement,
    load_patterns,
    read_statements,
    split_sentences,
)

PATTERNS = load_patterns()
FIRES = [(p, text) for p in PATTERNS for text in p.fires]
SILENT = [(p, text) for p in PATTERNS for text in p.silent]
LONG = 200_000


def kinds(text: str, *own_names: str) -> set[str]:
    """The kinds stated in a text about the artifact itself."""
    return {s.kind for s in read_statements(text, PATTERNS, own_names) if s.subject == "this"}


def subjects(text: str, *own_names: str) -> list[str]:
    return [s.subject for s in read_statements(text, PATTERNS, own_names)]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [(p, t, True) for p, t in FIRES] + [(p, t, False) for p, t in SILENT],
    ids=lambda value: value.id if isinstance(value, Pattern) else None,
)
def test_examples_of_every_pattern(pattern: Pattern, text: str, expected: bool) -> None:
    assert bool(read_statements(text, (pattern,))) is expected
    if expected:
        assert pattern.kind in {s.kind for s in read_statements(text, PATTERNS)}


def test_every_kind_has_a_pattern_in_some_language() -> None:
    assert {p.kind for p in PATTERNS} == set(KINDS)
    assert {p.lang for p in PATTERNS} == {"en", "zh"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The atlas is not restricted to research.", set()),
        ("You can use it not only for research but also commercially.", {"commercial_allowed"}),
        ("Free for both academic and commercial projects.", {"commercial_allowed"}),
        ("No one may use the clips commercially.", {"non_commercial"}),
        ("License: CC BY-NC 4.0", {"non_commercial"}),
        ("Creative Commons Attribution-NonCommercial 4.0 International", {"non_commercial"}),
        ("本模型可免费商用。", {"commercial_allowed"}),
        ("模型不得用于商业用途。", {"non_commercial"}),
        ("仅供研究使用。", {"research_only"}),
        ("仅限学术研究。", {"academic_only", "research_only"}),
        ("使用范围不限于研究。", set()),
        ("商业使用需申请。", {"apply_first"}),
        ("An academic paper describes the corpus.", set()),
        ("It narrows the gap between academia and industry.", set()),
        ("See gpt_academic for a writing tool.", set()),
        ("Our research team grew last year.", set()),
        ("It is comparable with commercial models.", set()),
        ("We queried OpenAI's commercial API.", set()),
        ("Many commercial LLM APIs do not show their weights.", set()),
        ("僅供學術研究使用，請勿轉載。", {"academic_only", "research_only", "no_redistribution"}),
        ("如需語料請聯繫我們，可獲取錄音。", {"apply_first"}),
        ("圖集可商用;權重須先登記,方可下載。", {"apply_first"}),
        ("图集可免费商用,无需申请。", {"commercial_allowed"}),
        ("You do not need to cite us.", set()),
        ("This is a non-commercial project run by volunteers.", set()),
        ("Every tool call requires explicit user permission.", set()),
        ("Deleting a row requires permission_delete.", set()),
        ("回复消息时引用该图片即可。", set()),
        ("如有侵权请联系我删除。", set()),
        ("使用者请引用头文件。", set()),
        ("许可不禁止商用图集。", set()),
        ("严禁未经授权的访问。", set()),
    ],
)
def test_look_alikes_and_negations(text: str, expected: set[str]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    ("text", "own", "expected"),
    [
        ("LLaMA is licensed for non-commercial use only.", "FooChat", ["other"]),
        ("LLaMA is licensed for non-commercial use only.", "", ["this"]),
        ("It builds on LLaMA, so our weights are non-commercial.", "FooChat", ["this"]),
        ("Unlike Alpaca, which is limited to research, FooChat is open.", "FooChat", ["other"]),
        ("Compared with GPT-4, FooChat is not for commercial use.", "FooChat", ["this"]),
        ("# FooChat-7B\n\nFooChat-13B is for research use only.", "org/FooChat-7B", ["other"]),
        ("# FooChat\n\nFooChat is for research use only.", "clone-of-it", ["this"]),
        ("| Vicuna-13B | Non-commercial |", "FooChat", ["other"]),
        ("| FooChat-7B | Non-commercial |", "FooChat", ["this"]),
        ("LLaMA 仅供研究使用。", "FooChat", ["other"]),
        ("LLaMA-zh 仅供研究使用。", "FooChat", ["this"]),
        ("本模型仅供研究使用。", "FooChat", ["this"]),
        ("FooChat uses Bar-9B, which is free for commercial use.", "FooChat", ["other"]),
        ("Non-commercial use only.", "FooChat", ["this"]),
    ],
)
def test_whom_a_sentence_is_about(text: str, own: str, expected: list[str]) -> None:
    assert subjects(text, *([own] if own else [])) == expected


def test_sentences_survive_bullets_wraps_tables_and_abbreviations() -> None:
    text = (
        "# Terms\n\nThe scans may be used\nfor research, e.g. on maps,\n> only. See v2.1 of it.\n"
        "- first item\n- second item\n1. numbered\n\n| a | b |\n|---|---|\n| c | d |\n"
        "不得转载。可以引用！<p>In HTML.<br>Next one. https://foo.invalid/a.b?c=d. End"
    )
    assert [s.text for s in split_sentences(text)] == [
        "Terms",
        "The scans may be used for research, e.g. on maps, only.",
        "See v2.1 of it.",
        "first item",
        "second item",
        "numbered",
        "| a | b |",
        "|---|---|",
        "| c | d |",
        "不得转载。",
        "可以引用！",
        "<p>",
        "In HTML.",
        "<br>",
        "Next one.",
        "https://foo.invalid/a.b?c=d.",
        "End",
    ]


def test_lines_and_spans_point_into_the_original() -> None:
    text = "Intro.\n\nFree to read.\n* It is meant for\n  **non-commercial** use only.\n"
    (found,) = read_statements(text, PATTERNS)
    assert found.line == 4
    assert text[found.start : found.end] == "It is meant for\n  **non-commercial** use only."
    assert found.sentence == "It is meant for **non-commercial** use only."


def test_a_license_badge_is_read_where_it_stands_alone() -> None:
    badges = (
        '<img src="nc.svg" alt="License: CC BY-NC 4.0">',
        "<p><img src='a.png' alt='logo'> <img alt='许可证: CC BY-NC 4.0' src='b.svg' /></p>",
    )
    for text in badges:
        assert {s.kind for s in read_statements(text, load_patterns())} == {"non_commercial"}
    for text in (
        '<img src="by-nc.svg" alt="logo">',
        '<img src="a.svg" alt="commercial use allowed: no">',
        '<img data-alt="License: free for commercial use" alt="not free">',
    ):
        assert read_statements(text, load_patterns()) == []
    beside = 'For research purposes only <img src="help.svg" alt="License: questions?">'
    assert {s.kind for s in read_statements(beside, load_patterns())} == {"research_only"}


def test_markup_and_link_targets_are_not_read() -> None:
    assert plain("Use [*only* here](https://x.invalid/non-commercial) <b>now</b>") == (
        "Use only here now"
    )
    assert kinds("See [the page](https://x.invalid/research-only/non-commercial.html).") == set()
    assert kinds("For research\npurposes **only**.") == {"research_only"}


@pytest.mark.parametrize(
    "unit",
    ["x", "commercial ", "must not use ", "[a](", "<p ", "<", "may not use a, ", ". ", ".", "不得",
     "<img alt='", "<img alt=x ",
     "仅供研究", "-", "\n", "> ", "_a", " ", "LLaMA-7B ", "original respective ", "research and ",
     "must not be used:\n- x\n", "用户：\n",
     "please register and ", "| how? ", "'a': 'b', ", "请联系", "subject to the license of "],
)  # fmt: skip
def test_hostile_lines_end(unit: str) -> None:
    text = (unit * LONG)[:LONG] + " For non-commercial use only."
    sentences = split_sentences(text)
    assert all(len(s.text) <= MAX_SENTENCE for s in sentences)
    found = read_statements(text, PATTERNS, ("foo",))
    assert "non_commercial" in {s.kind for s in found}


def test_a_statement_deep_in_one_endless_line_is_found() -> None:
    text = "word " * 30_000 + "you must not use it for commercial purposes " + "word " * 10_000
    found = read_statements(text, PATTERNS)
    assert {s.kind for s in found} == {"non_commercial"}
    assert "commercial purposes" in text[found[0].start : found[0].end]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You agree not to use the masks:\n- to spy\n- for any commercial purpose\n\nThanks.",
         {"use_restricted", "non_commercial"}),
        ("You can use the masks:\n- to spy\n- for any commercial purpose\n", set()),
        ("不得将图谱用于：\n1. 监视邻居\n2. 商业目的\n", {"use_restricted", "non_commercial"}),
        ("1. 某市通报不得进入湖区\n2. 欧盟用户退货\n3. 商业目的\n", set()),
        ("**图谱禁止行为**\n\n- 商业目的\n- 监视邻居\n", {"non_commercial", "use_restricted"}),
        ("1. 图谱禁止用途\n(1) 商业目的\n(2) 监视邻居\n", {"non_commercial", "use_restricted"}),
        ("1. 图谱不得用于：\n2. 商业目的\n", {"non_commercial"}),
        ("- You must not use the maps for\n- commercial purposes\n", {"non_commercial"}),
    ],
)  # fmt: skip
def test_items_of_a_list_of_bans_are_bans(text: str, expected: set[str]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "用户：\n如何行骗\n\n助手：\n不得从事任何违法活动。\n",
        "Instruction: a letter\n\nResponse: You must not use it for commercial purposes.\n",
        "| Prompt | Foo |\n|---|---|\n| How to rob? | Contact us for commercial use. |\n",
        "| | |\n|---|---|\n| 请写一封信 | 未经许可不得转载。 |\n| 如何做饭？ | 请勿商用。 |\n",
        '{"instruction": "Say it.", "output": "For non-commercial use only."}\n',
        "Can it be used for commercial purposes?",
    ],
)
def test_what_is_quoted_or_asked_is_not_said(text: str) -> None:
    assert kinds(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "| Question | Answer |\n|---|---|\n| Commercial use? | Non-commercial only. |\n",
        "User: hi\n\nAssistant: hello\n\n## License\n\nFor non-commercial use only.\n",
        "User: hi\n\nAssistant: hello\n\nLicense: non-commercial use only.\n",
        '{"license": "non-commercial use only", "name": "foo"}\n',
        "**Input**: text.\n\n**Output**: text.\n\nFor non-commercial use only.\n",
    ],
)
def test_a_conversation_ends_where_the_author_speaks_again(text: str) -> None:
    assert "non_commercial" in kinds(text)


def test_an_answer_is_read_behind_its_question() -> None:
    assert kinds("Interested in commercial use? Please contact us.") == {"apply_first"}


def test_a_title_that_asks_is_no_question() -> None:
    text = '使用时请引用 Foo: "Why Do Gulls Return?"。\n'
    assert [s.kind for s in read_statements(text, PATTERNS)] == ["citation_asked"]


def test_a_row_of_a_table_names_a_part_of_ours_unless_the_world_knows_the_name() -> None:
    text = "# Foobench\n\n| Barset-2 | CC BY-NC 4.0 |\n| Llama | CC BY-NC 4.0 |\n"
    assert subjects(text, "lab/foobench") == ["this", "other"]


def test_the_words_of_a_bibliography_are_no_terms_but_a_request_before_it_stands() -> None:
    entry = (
        "@misc{foo2031, title = {Foo}, copyright = {Creative Commons Attribution-NonCommercial}}"
    )
    assert kinds(f"See the entry below: {entry}") == set()
    assert kinds(f"Please cite our note: {entry}") == {"citation_asked"}


def test_a_row_of_data_with_numbers_is_quoted() -> None:
    assert kinds('{"text": "You may not use it commercially.", "target": 0}') == set()


def test_terms_of_data_that_ours_was_made_from_bind_ours() -> None:
    assert kinds("The original dataset has a non-commercial clause.", "lab/foo") == {
        "non_commercial"
    }


def test_a_remark_on_a_linked_source_is_about_the_source() -> None:
    source = "- [foo](https://hub.example/datasets/foo)\n  - For academic use only.\n"
    assert subjects(source) == ["other"]
    assert subjects("- For academic use only.\n") == ["this"]


WORDS = st.sampled_from(
    [
        "this", "model", "LLaMA", "is", "for", "non-commercial", "research", "only", ".", "。",
        "\n", "|", "-", "#", ">", "**", "[a](b)", "<p>", "not", "不得", "商用", "仅供", "研究",
        "unlike", ",", "license", "commercial", "use", "contact", "us", "must", "train", "models",
        "\u3000", "\r\n", "\u2028", "```", "e.g.", "<br>",
    ]
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.one_of(st.text(), st.lists(WORDS, max_size=60).map(" ".join)), st.text(max_size=8))
def test_any_text_is_read_and_spans_lie_inside(text: str, own: str) -> None:
    previous = 0
    for sentence in split_sentences(text):
        assert 0 <= sentence.start < sentence.end <= len(text)
        assert sentence.line == text.count("\n", 0, sentence.start) + 1
        assert sentence.start >= previous
        previous = sentence.start
    for found in read_statements(text, PATTERNS, (own,)):
        assert isinstance(found, Statement)
        assert 0 <= found.start < found.end <= len(text)
        assert found.sentence


WORDS_OF_ALL = """\
parts: {use: us(?:e|age)}
cancels: {no: [never]}
voices: {self: [a], origin: [a], derived: [a], contrast: [a], cited: [a], known: [a],
         ignored: [a], generic: [a], banned: [a]}
"""
PATTERN = """\
- id: one
  lang: en
  clues: [home]
  pattern: 'home {use}'
  unless: [$no]
  examples: {fires: [home use, home usage], silent: [never home use, homes]}
"""


def rules_of(folder: Path, pattern: str, words: str = WORDS_OF_ALL, kind: str = "purchase") -> Path:
    (folder / "statements").mkdir()
    (folder / "statements" / "words.yaml").write_text(words, "utf-8")
    (folder / "statements" / f"{kind}.yaml").write_text(pattern, "utf-8")
    return folder


def test_a_rules_folder_of_ones_own(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, PATTERN)
    (pattern,) = load_patterns(rules)
    assert pattern.kind == "purchase"
    assert [s.pattern_id for s in read_statements("For home use.", (pattern,))] == ["one"]
    assert read_statements("Never home use.", (pattern,)) == []
    assert load_patterns(rules) is load_patterns(rules)


def test_the_cancels_of_a_kind_hold_for_each_of_its_patterns(tmp_path: Path) -> None:
    words = WORDS_OF_ALL.replace("{no: [never]}", "{no: [never], purchase: [seldom]}")
    (pattern,) = load_patterns(rules_of(tmp_path, PATTERN, words))
    assert [s.pattern_id for s in read_statements("For home use.", (pattern,))] == ["one"]
    assert read_statements("Seldom for home use.", (pattern,)) == []


def test_a_file_added_to_a_rules_folder_is_read(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, PATTERN)
    assert len(load_patterns(rules)) == 1
    (rules / "statements" / "threshold.yaml").write_text(PATTERN.replace("one", "two"), "utf-8")
    assert [(p.id, p.kind) for p in load_patterns(rules)] == [
        ("two", "threshold"),
        ("one", "purchase"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("lang: en", "lang: fr", "purchase.yaml:2:3: `lang` is"),
        ("'home {use}'", "'home {usage}'", "purchase.yaml:4:3: there is no part `usage`"),
        ("'home {use}'", "'home ('", "purchase.yaml:4:3: not a regular expression"),
        ("'home {use}'", "'home .*'", "purchase.yaml:4:3: `.*` has no bound"),
        ("'home {use}'", "'(?:home)?'", "purchase.yaml:4:3: this matches the empty text"),
        ("[$no]", "[$none]", "purchase.yaml:5:3: there are no cancels named `none`"),
        ("clues: [home]", "clues: []", "purchase.yaml:3:3: `clues` needs 1 or more"),
        (", homes]", "]", "`silent` needs 2 or more"),
        ("  clues: [home]\n", "", "purchase.yaml:1:3: this pattern has no `clues`"),
        ("  lang: en", "  lang: en\n  hue: red", "unknown key `hue`"),
        ("- id: one", "id: one", "not valid YAML"),
        ("  lang: en", "  lang: [", "not valid YAML"),
    ],
)
def test_mistakes_are_named_with_their_place(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(KnowledgeError) as caught:
        load_patterns(rules_of(tmp_path, PATTERN.replace(old, new, 1)))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("parts: {use", "ports: {use", "words.yaml:1:1: the file must hold `parts`"),
        ("generic: [a]", "general: [a]", "`voices` must hold"),
        ("cancels: {no: [never]}", "cancels: [never]", "`cancels` must be a mapping"),
    ],
)
def test_mistakes_in_the_shared_words_are_named(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(KnowledgeError) as caught:
        load_patterns(rules_of(tmp_path, PATTERN, WORDS_OF_ALL.replace(old, new, 1)))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "pattern", "message"),
    [
        ("nonsense", PATTERN, "nonsense.yaml:1:1: unknown kind `nonsense`"),
        ("purchase", "one: two\n", "the file must hold a list of patterns"),
        ("purchase", "- one\n", "a pattern must be a mapping"),
        ("purchase", PATTERN + PATTERN, "purchase.yaml:7:3: the id `one` is taken"),
    ],
)
def test_files_that_are_no_list_of_a_kinds_patterns(
    tmp_path: Path, kind: str, pattern: str, message: str
) -> None:
    with pytest.raises(KnowledgeError) as caught:
        load_patterns(rules_of(tmp_path, pattern, kind=kind))
    assert message in str(caught.value)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="cannot be read"):
        load_patterns(tmp_path)


@pytest.mark.parametrize(
    "text", ["Outputs must not be used to train other models.", "不得用于训练其他模型。"]
)
def test_the_models_that_must_not_be_trained_are_not_whom_the_ban_is_about(text: str) -> None:
    page = f"# Foonet\n\nFoonet paints maps.\n\n{text}\n"
    assert kinds(page, "acme/foonet") == {"no_training"}


def test_a_limit_beside_the_ban_on_training_is_ours_too() -> None:
    page = "# Foonet\n\n生成的对话不得用于训练其他模型或商业用途。\n"
    assert kinds(page, "acme/foonet") == {"no_training", "non_commercial"}


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("图集不得用于商业用途，下载即视为同意。", "non_commercial"),
        ("开源不等于可商用，图集禁止商用。", "non_commercial"),
        ("图集不得用于商业目的，争议由人民法院管辖。", "non_commercial"),
        ("能否商用？不能，图集禁止商用。", "non_commercial"),
        ("仅限非营利组织使用，禁止商用。", "non_commercial"),
        ("禁止商用，商业模型另售。", "non_commercial"),
        ("授予非排他、不可转让的许可，不得用于商业用途。", "non_commercial"),
        ("图版归委托人所有，禁止商用。", "non_commercial"),
        ("社团没有盈利，图集禁止商用。", "non_commercial"),
        ("未经委托人同意不得使用本图版。", "apply_first"),
        ("录音涉及用户隐私，需签署协议方可下载数据。", "apply_first"),
        ("图集仅供学术研究，欢迎进一步研究。", "research_only"),
        ("输出可能带有误导性的内容，不得用于训练其他模型。", "no_training"),
        ("许可不可撤销，图集不得转售。", "no_redistribution"),
        ("不得用于可视化、可交互展示、商业用途。", "non_commercial"),
        ("不得用于展示、应用于商业用途。", "non_commercial"),
        ("除非得到作者允许，否则不得使用图集。", "apply_first"),
        ("提交后等待管理员批准，之后发下载链接。", "apply_first"),
        ("图集请勿扩散。", "no_redistribution"),
        ("请勿把图集传给同学。", "no_redistribution"),
        ("图集不得分享或保存。", "no_redistribution"),
        ("承诺不随意转发图集。", "no_redistribution"),
        ("病毒传播图集，禁止转发。", "no_redistribution"),
        ("逐像素标注的图集请勿外传。", "no_redistribution"),
        ("音色不能随意转发。", "no_redistribution"),
        ("用于实盘交易须先征得作者授权。", "apply_first"),
        ("商用请申请购买授权，谨防诈骗。", "purchase"),
        ("不限制学术使用，禁止商用。", "non_commercial"),
        ("请勿将图集用于商业用途，也不要提交商业秘密。", "non_commercial"),
        ("使用前请仔细阅读协议，同意后方可下载图集。", "apply_first"),
        ("土地覆盖数据集，请勿传播。", "no_redistribution"),
        ("仅限本地使用，不得再分发。", "no_redistribution"),
        ("异常检测数据不得用于训练其他模型。", "no_training"),
        ("患者数据需申请后使用。", "apply_first"),
        ("评测数据需申请下载。", "apply_first"),
        ("未经授权访问图集数据集者须先申请。", "apply_first"),
        ("端侧模型仅供研究。", "research_only"),
        ("版权归原作者所有，仅供个人学习。", "personal_only"),
    ],
)
def test_words_that_hide_a_look_alike_hide_no_limit_beside_them(text: str, limit: str) -> None:
    assert limit in kinds(text)


def test_a_list_of_others_works_lends_its_permissions_to_nobody_but_keeps_its_limits() -> None:
    rows = "| Barmap | commercial use is allowed |\n| Bazmap | non-commercial |\n"
    listed = f"# Awesome maps\n\n| name | terms |\n|---|---|\n{rows}"
    assert kinds(listed, "acme/awesome-maps") == {"non_commercial"}
    own = f"# Maps\n\n| name | terms |\n|---|---|\n{rows}"
    assert kinds(own, "acme/maps") == {"non_commercial", "commercial_allowed"}


def test_the_name_of_a_file_format_is_nobody_elses_work() -> None:
    page = "# Foonet\n\nFoonet paints maps.\n\nLoRA files: 请勿用于商业用途。\n"
    assert kinds(page, "acme/foonet") == {"non_commercial"}
