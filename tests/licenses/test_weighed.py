"""Sentences that no pattern reads, weighed: the arithmetic, the doubts they raise, broken files."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.errors import KnowledgeError
from licaudit.facts import Gap, Location, Passage
from licaudit.licenses.identify import Ladder, identify_one
from licaudit.licenses.statements import KINDS, load_patterns, read_statements
from licaudit.licenses.weighed import FILE, FORMAT, grams_of, load_scales, scale, weigh

SCALES = load_scales()
DOUBTFUL = "The archive opens upon consent to the signed form mailed by its curator."
PLAIN = {
    "kinds": ["apply_first", "non_commercial"],
    "bias": [-2.0, -3.0, 0.0],
    "floor": 0.4,
    "least": 0.0,
    "shortest": 8,
    "gate": "letter|nothing",
    "longest": 2,
    "grams": {"letter": [0, 300], "signed letter": [0, 500, 1, -100], "the": []},
    "unlikely": {},
}
CITING = {
    **PLAIN,
    "kinds": ["citation_asked", "research_only"],
    "bias": [-1.0, -9.0, 0.0],
    "gate": "引用",
    "longest": 3,
    "grams": {"引 用": [0, 200], "图 集": [0, 100], "变 量 名": [0, -900]},
    "unlikely": {"citation_asked": [["citation_asked", 0.1, "引用"]]},
}
ASKING = {
    **PLAIN,
    "kinds": ["apply_first", "research_only"],
    "bias": [-4.0, -9.0, 0.0],
    "gate": "申请",
    "longest": 3,
    "grams": {"申 请": [0, 50], "图 集": [0, 900]},
    "unlikely": {"apply_first": [["apply_first", 0.1, "^(?!.*权重)"]]},
}
SAYING = {
    **PLAIN,
    "kinds": ["research_only"],
    "bias": [-1.0, -1.0],
    "gate": "研究",
    "longest": 3,
    "grams": {"图 集": [0, 400, 1, 400], "话 题": [1, -600]},
    "unlikely": {
        "research_only": [["anything", 0.05, "^(?!.*仅供)"]],
        "no_redistribution": [["anything", 0.05, ""]],
    },
}


def gaps(text: str, ladder: Ladder) -> list[Gap]:
    passage = Passage(text, Location("README.md", 1), "prose", "weights", "local:.")
    return [g for g in identify_one(passage, ladder)[1] if g.reason == "weighed"]


def test_the_share_is_a_logistic_sum_over_the_known_runs_of_words() -> None:
    (found,) = weigh("Mail the signed letter.", {"en": scale(PLAIN)})
    total = -2.0 + (3.0 + 5.0) / math.sqrt(3)  # three known runs: every sentence weighs the same
    assert found.kind == "apply_first"
    assert found.share == pytest.approx(1 / (1 + math.exp(-total)))
    assert found.words == ("signed letter", "letter")
    assert found.start == len("Mail the ")


def test_no_share_is_as_sure_as_a_pattern() -> None:
    heavy = scale({**PLAIN, "grams": {"letter": [0, 999_999]}})
    assert [w.share for w in weigh("A signed letter.", {"en": heavy})] == [0.99]


@pytest.mark.parametrize(
    "text",
    ["The letter.", "A word of nothing known.", "letter", "的" * 20, "letter " * 200],
    ids=["below the floor", "unknown", "too short", "no Chinese weights", "too long"],
)
def test_what_weighs_too_little_says_nothing(text: str) -> None:
    assert weigh(text, {"en": scale({**PLAIN, "floor": 0.65})}) == []


@given(st.text(max_size=300), st.integers(1, 4))
def test_runs_are_short_and_stand_where_they_are_said_to(text: str, longest: int) -> None:
    for gram, start in grams_of(text, longest).items():
        assert 1 <= len(gram.split(" ")) <= longest
        assert 0 <= start <= len(text.lower())


def test_numbers_and_case_do_not_tell_sentences_apart() -> None:
    assert set(grams_of("Version 12 of 2024", 2)) == set(grams_of("version 3 of 7", 2))


@given(st.text(max_size=1500))
def test_any_text_is_weighed(text: str) -> None:
    for found in weigh(text, SCALES):
        assert found.kind in KINDS
        assert 0 < found.share <= 1


def test_the_weights_fit_their_kinds() -> None:
    assert set(SCALES) == {"en", "zh"}
    for weights in SCALES.values():
        for gram, flat in weights.grams.items():
            assert len(flat) % 2 == 0, gram
            assert all(0 <= index < len(weights.bias) for index in flat[::2]), gram
            assert len(gram.split(" ")) <= weights.longest, gram


def test_a_wording_that_no_pattern_reads_is_a_doubt() -> None:
    assert read_statements(DOUBTFUL, load_patterns()) == []
    (found,) = read_statements(DOUBTFUL, load_patterns(), (), load_scales)
    assert (found.kind, found.pattern_id) == ("apply_first", "weighed.apply_first")
    assert found.share < 1
    assert "signed" in found.weighty


def test_a_chinese_wording_without_any_word_that_labels_were_drawn_by_is_a_doubt() -> None:
    text = "密码不外放，请在信里留下机构邮箱，保管人逐个发送。"
    assert read_statements(text, load_patterns()) == []
    (found,) = read_statements(text, load_patterns(), (), load_scales)
    assert (found.kind, found.pattern_id) == ("apply_first", "weighed.apply_first")


@pytest.mark.parametrize(
    "text",
    [
        "The archive needs no registration: no consent, no signed form mailed by its curator.",
        "Does the archive open upon consent to the signed form mailed by its curator?",
        "The archive holds forms that its curators signed with the consent of their owners.",
    ],
    ids=["taken back", "asked", "told"],
)
def test_what_is_denied_asked_or_told_raises_no_doubt(text: str) -> None:
    assert read_statements(text, load_patterns(), (), load_scales) == []


def test_what_a_pattern_reads_is_not_weighed() -> None:
    text = "For research use only."
    assert read_statements(text, load_patterns(), (), load_scales) == read_statements(
        text, load_patterns()
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("请引用本图集。", ["citation_asked"]),
        ("请引用本变量名。", []),
        ("请注明出处为变量名。", ["citation_asked"]),
    ],
    ids=["likely", "unlikely", "on another word"],
)
def test_a_wish_to_be_cited_is_not_believed_where_its_words_refer_to_things(
    text: str, expected: list[str]
) -> None:
    scales = {"zh": scale(CITING)}
    assert [s.kind for s in read_statements(text, load_patterns(), (), lambda: scales)] == expected


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("使用者须先申请图集。", True),
        ("使用者须先申请权重。", True),
        ("使用者须先申请门禁卡。", False),
    ],
    ids=["likely", "what is handed out", "unlikely"],
)
def test_leave_that_is_unlikely_to_be_asked_is_a_doubt(text: str, sure: bool) -> None:
    scales = {"zh": scale(ASKING)}
    (found,) = read_statements(text, load_patterns(), (), lambda: scales)
    assert found.kind == "apply_first"
    assert found.pattern_id.startswith("apply-zh")
    assert (found.share == 1, found.unlikely) == (sure, not sure)


@pytest.mark.parametrize(
    ("text", "kind", "sure"),
    [
        ("图集限定为研究用途。", "research_only", True),
        ("话题限定为研究用途。", "research_only", False),
        ("话题仅供研究用途。", "research_only", True),
        ("请勿传播研究话题。", "no_redistribution", False),
    ],
    ids=["likely", "unlikely", "plain words", "a kind that was not learned"],
)
def test_a_limit_in_a_sentence_that_hardly_states_anything_is_a_doubt(
    text: str, kind: str, sure: bool
) -> None:
    scales = {"zh": scale(SAYING)}
    found = read_statements(text, load_patterns(), (), lambda: scales)
    (limit,) = (s for s in found if s.kind == kind)
    assert (limit.share == 1, limit.unlikely) == (sure, not sure)


def test_nothing_is_probable_in_a_sentence_that_hardly_states_anything() -> None:
    heavy = {**PLAIN, "bias": [2.0, -9.0, -3.0]}
    assert weigh("A signed letter.", {"en": scale({**heavy, "least": 0.5})}) == []
    assert weigh("A signed letter.", {"en": scale(heavy)}) != []


def test_a_doubt_about_leave_blocks_and_names_its_pattern(ladder: Ladder) -> None:
    (gap,) = gaps("入住前须申请门禁卡。", ladder)
    assert gap.blocks
    assert "apply first" in gap.detail
    assert "apply-zh" in gap.detail


def test_weights_take_no_limit_from_a_pattern() -> None:
    with pytest.raises(ValueError, match="use_restricted"):
        scale({**CITING, "unlikely": {"use_restricted": [["research_only", 0.1, "引用"]]}})


@pytest.mark.parametrize(
    ("bias", "expected"),
    [(-3.0, ["non_commercial"]), (-2.0, ["non_commercial", "apply_first"])],
    ids=["probably", "surely"],
)
def test_beside_what_a_pattern_reads_only_a_sure_doubt_counts(
    bias: float, expected: list[str]
) -> None:
    scales = {"en": scale({**PLAIN, "bias": [bias, -9.0, 0.0], "floor": 0.1})}
    text = "Not for commercial use: a letter of ours goes with it."
    found = read_statements(text, load_patterns(), (), lambda: scales)
    assert [s.kind for s in found] == expected


def test_beside_what_answers_another_question_a_doubt_counts() -> None:
    scales = {"en": scale({**PLAIN, "bias": [-3.0, -9.0, 0.0], "floor": 0.1})}
    text = "We do not own the pictures: a letter tells more."
    found = read_statements(text, load_patterns(), (), lambda: scales)
    assert [s.kind for s in found] == ["no_ownership", "apply_first"]


def test_a_doubt_blocks_a_pass_and_quotes_its_place_and_words(ladder: Ladder) -> None:
    (doubt,) = gaps(f"# Foonet\n\nBirds of the harbor.\n\n{DOUBTFUL}\n", ladder)
    assert doubt.blocks
    assert doubt.location is not None
    assert doubt.location.label() == "README.md:5"
    assert DOUBTFUL in doubt.detail
    assert "`signed`" in doubt.detail


def test_a_doubt_is_settled_by_a_plain_word_on_the_same_page(ladder: Ladder) -> None:
    plain = "Access to the archive is granted on request only."
    assert gaps(f"{DOUBTFUL}\n\n{plain}\n", ladder) == []


def test_a_plain_word_on_the_data_leaves_a_doubt_about_the_rest(ladder: Ladder) -> None:
    plain = "Access to the dataset is granted on request only."
    (doubt,) = gaps(f"{DOUBTFUL}\n\n{plain}\n", ladder)
    assert DOUBTFUL in doubt.detail


def test_weights_never_permit_and_a_wish_to_be_cited_is_no_doubt(ladder: Ladder) -> None:
    cited = "A note to cite, when you use it, is below: Foo et al."
    assert [s.kind for s in read_statements(cited, load_patterns(), (), load_scales)] == [
        "citation_asked"
    ]
    assert gaps(cited, ladder) == []


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        json.dumps({"format": FORMAT + 1, "languages": {}}),
        json.dumps({"format": FORMAT, "languages": {"en": {}}}),
        json.dumps({"format": FORMAT, "languages": {"en": {**PLAIN, "kinds": ["rent"]}}}),
        json.dumps({"format": FORMAT, "languages": {"en": {**PLAIN, "gate": "("}}}),
        json.dumps({"format": FORMAT, "languages": {"en": {**PLAIN, "unlikely": {"purchase": 1}}}}),
        json.dumps({"format": FORMAT, "languages": {"en": {**PLAIN, "bias": [-2.0, -3.0]}}}),
    ],
    ids=[
        "empty",
        "list",
        "another format",
        "no kinds",
        "unknown kind",
        "broken gate",
        "broken cases",
        "no bias of anything",
    ],
)
def test_broken_weights_are_told_with_the_way_out(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, "utf-8")
    with pytest.raises(KnowledgeError, match="train_statements") as caught:
        load_scales(tmp_path)
    assert caught.value.where == str(tmp_path / FILE)


def test_missing_weights_are_told(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="cannot be read"):
        load_scales(tmp_path)
