"""Compatibility: well-known pairs, and what must hold of every pair whatever the licenses say."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licaudit.errors import KnowledgeError
from licaudit.facts import Grant, License
from licaudit.licenses.catalog import load_catalog
from licaudit.licenses.knowledge import load_knowledge
from licaudit.licenses.terms import terms_lookup
from licaudit.policy import compat_terms as seen
from licaudit.policy.compat_rules import ANSWERS, load_compatibility
from licaudit.policy.compatibility import WAYS, Compatibility, Way, compatibility
from licaudit.settings import data_folder

IDS = sorted(load_knowledge().records)
SD = "LicenseRef-scancode-stable-diffusion-2022-08-22"
LLAMA2 = "LicenseRef-scancode-llama-2-license-2023"


@cache
def _lookup():
    return terms_lookup(load_knowledge(), load_catalog())


def ask(inbound: str, outbound: str, way: Way = "code", relation=None) -> Compatibility:
    return compatibility(inbound, outbound, way, _lookup(), relation)


def with_terms(changed: License):
    """The real knowledge, with one license replaced."""
    return lambda name: changed if name == changed.id else _lookup()(name)


KNOWN = [
    # permissive into anything
    ("MIT", "Apache-2.0", "yes"),
    ("BSD-3-Clause", "GPL-2.0-only", "yes"),
    ("ISC", "MPL-2.0", "yes"),
    ("PostgreSQL", "MPL-2.0", "yes"),
    # patents, advertising and acknowledgements as further restrictions
    ("Apache-2.0", "GPL-2.0-only", "no"),
    ("Apache-2.0", "GPL-2.0-or-later", "no"),
    ("Apache-2.0", "GPL-3.0-only", "yes"),
    ("Apache-2.0", "AGPL-3.0-only", "yes"),
    ("BSD-4-Clause", "GPL-3.0-only", "no"),
    ("BSD-4-Clause-UC", "GPL-3.0-only", "review"),
    ("OpenSSL", "GPL-2.0-only", "no"),
    ("OpenSSL", "MIT", "review"),
    ("XFree86-1.1", "GPL-2.0-only", "no"),
    ("XFree86-1.1", "GPL-3.0-only", "yes"),
    ("Python-2.0", "GPL-3.0-only", "no"),
    # copyleft outwards
    ("GPL-3.0-only", "MIT", "no"),
    ("MPL-2.0", "MIT", "no"),
    ("LGPL-2.1-only", "Apache-2.0", "no"),
    ("OSL-3.0", "GPL-3.0-only", "no"),
    ("MS-RL", "EPL-2.0", "no"),
    # versions
    ("GPL-2.0-only", "GPL-3.0-only", "no"),
    ("GPL-2.0-only", "GPL-2.0-or-later", "no"),
    ("GPL-2.0-or-later", "GPL-3.0-only", "yes"),
    ("GPL-2.0-or-later", "GPL-2.0-only", "yes"),
    ("GPL-3.0-only", "GPL-3.0-or-later", "no"),
    ("GPL-3.0-or-later", "GPL-2.0-or-later", "no"),
    # named ways out, in their direction only
    ("LGPL-2.1-only", "GPL-2.0-only", "yes"),
    ("LGPL-2.1-only", "GPL-3.0-or-later", "yes"),
    ("LGPL-3.0-only", "GPL-2.0-only", "no"),
    ("LGPL-3.0-only", "GPL-3.0-only", "yes"),
    ("GPL-3.0-only", "LGPL-3.0-only", "no"),
    ("GPL-3.0-only", "AGPL-3.0-only", "review"),
    ("AGPL-3.0-only", "GPL-3.0-only", "review"),
    ("AGPL-3.0-only", "GPL-2.0-only", "no"),
    ("MPL-2.0", "GPL-2.0-only", "yes"),
    ("MPL-2.0", "AGPL-3.0-only", "yes"),
    ("GPL-2.0-only", "MPL-2.0", "no"),
    ("MPL-2.0-no-copyleft-exception", "GPL-3.0-only", "no"),
    ("MPL-1.1", "MPL-2.0", "yes"),
    ("MPL-1.1", "GPL-3.0-only", "no"),
    ("EPL-1.0", "GPL-3.0-only", "no"),
    ("EPL-2.0", "GPL-3.0-only", "review"),
    ("EUPL-1.2", "GPL-3.0-only", "yes"),
    ("EUPL-1.1", "GPL-3.0-only", "no"),
    ("CECILL-2.1", "GPL-2.0-only", "yes"),
    ("CC-BY-SA-4.0", "GPL-3.0-only", "yes"),
    ("GPL-3.0-only", "CC-BY-SA-4.0", "no"),
    ("Artistic-2.0", "GPL-3.0-only", "yes"),
    ("Artistic-1.0", "GPL-3.0-only", "review"),
    # exceptions
    ("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only", "yes"),
    ("GPL-2.0-only", "GPL-2.0-only WITH Classpath-exception-2.0", "no"),
    ("Apache-2.0 WITH LLVM-exception", "GPL-2.0-only", "review"),
    # expressions
    ("MIT OR GPL-3.0-only", "Apache-2.0", "yes"),
    ("MIT AND GPL-3.0-only", "Apache-2.0", "no"),
    ("GPL-3.0-only", "MIT OR GPL-3.0-only", "no"),
    ("MPL-2.0", "MIT AND MPL-2.0", "review"),
]


@pytest.mark.parametrize(("inbound", "outbound", "answer"), KNOWN)
def test_well_known_pairs_of_code(inbound: str, outbound: str, answer: str) -> None:
    assert ask(inbound, outbound).answer == answer


@pytest.mark.parametrize(
    ("inbound", "outbound", "answer"),
    [
        ("CC-BY-4.0", "CC-BY-SA-4.0", "yes"),
        ("CC-BY-4.0", "CC-BY-NC-4.0", "yes"),
        ("CC-BY-4.0", "CC0-1.0", "review"),
        ("CC-BY-4.0", "ODbL-1.0", "review"),
        ("CC-BY-SA-3.0", "CC-BY-SA-4.0", "yes"),
        ("CC-BY-SA-4.0", "CC-BY-SA-3.0", "no"),
        ("CC-BY-SA-1.0", "CC-BY-SA-4.0", "no"),
        ("CC-BY-SA-4.0", "CC-BY-NC-SA-4.0", "no"),
        ("CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "yes"),
        ("CC-BY-NC-4.0", "CC-BY-4.0", "no"),
        ("CC-BY-ND-4.0", "CC-BY-ND-4.0", "no"),
        ("ODbL-1.0", "ODC-By-1.0", "no"),
        ("ODbL-1.0", "ODbL-1.0", "yes"),
        ("CDLA-Sharing-1.0", "CDLA-Permissive-2.0", "no"),
        ("CDLA-Permissive-2.0", "CDLA-Sharing-1.0", "yes"),
        ("CC0-1.0", "ODbL-1.0", "yes"),
    ],
)
def test_well_known_pairs_of_data(inbound: str, outbound: str, answer: str) -> None:
    assert ask(inbound, outbound, "dataset").answer == answer


@pytest.mark.parametrize(
    ("inbound", "outbound", "relation", "answer"),
    [
        ("Apache-2.0", "MIT", None, "yes"),
        ("MIT", SD, None, "yes"),
        (SD, "Apache-2.0", None, "no"),
        (SD, "GPL-3.0-only", None, "no"),
        ("JSON", "GPL-3.0-or-later", None, "no"),
        (SD, SD, None, "yes"),
        (SD, "Apache-2.0", "adapter_of", "no"),
        (LLAMA2, "Apache-2.0", None, "no"),
        (LLAMA2, LLAMA2, None, "yes"),
        ("CC-BY-NC-4.0", "MIT", None, "no"),
        ("CC-BY-SA-4.0", "MIT", None, "no"),
        ("CC-BY-SA-4.0", "MIT", "adapter_of", "review"),
        ("CC-BY-SA-4.0", "MIT", "trained_on", "review"),
        ("GPL-3.0-only", "MIT", "generated_by", "yes"),
        ("GPL-3.0-only", "MIT", "evaluated_on", "yes"),
        (SD, "MIT", "generated_by", "review"),
        ("CC-BY-ND-4.0", "MIT", "trained_on", "review"),
        ("CC-BY-ND-3.0", "MIT", "distilled_from", "review"),
        ("LicenseRef-licaudit-statement-no-training", "MIT", None, "no"),
    ],
)
def test_models(inbound: str, outbound: str, relation, answer: str) -> None:
    assert ask(inbound, outbound, "model", relation).answer == answer


def test_a_no_names_license_and_clause_on_both_sides() -> None:
    result = ask("BSD-4-Clause", "GPL-3.0-only")
    assert {(g.license, g.clause) for g in result.reasons} == {
        ("BSD-4-Clause", "3"),
        ("GPL-3.0-only", "GPL-3.0 7, 10"),
    }
    assert all(g.message.en and g.message.zh for g in result.reasons)


def test_a_weak_copyleft_part_may_keep_its_license() -> None:
    ways_out = ask("MPL-2.0", "MIT").ways_out
    assert any("MIT AND MPL-2.0" in w.en and "MIT AND MPL-2.0" in w.zh for w in ways_out)
    assert not any("AND" in w.en for w in ask("GPL-3.0-only", "MIT").ways_out)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("pair", [("No-Such-1.0", "MIT"), ("MIT", "No-Such-1.0"), ("(", "MIT")])
def test_unknown_is_review(way: Way, pair: tuple[str, str]) -> None:
    assert ask(*pair, way).answer == "review"


ids = st.sampled_from(IDS)
ways = st.sampled_from(WAYS)


@given(ids, ids, ways)
@settings(max_examples=300, deadline=None)
def test_whatever_is_not_known_well_is_never_yes(inbound: str, outbound: str, way: Way) -> None:
    result = ask(inbound, outbound, way)
    weak = [x for x in (inbound, outbound) if _lookup()(x).confidence == "low"]
    assert not weak or result.answer != "yes"
    assert result.reasons
    assert result.answer == min((g.answer for g in result.reasons), key=ANSWERS.index)


@given(ids, ways)
@settings(max_examples=200, deadline=None)
def test_a_license_goes_under_itself_when_it_lets_changed_copies_out(name: str, way: Way) -> None:
    terms = _lookup()(name)
    free = all(
        terms.grant(action, "non_commercial", way)[0] in ("permitted", "covered", "conditional")
        for action in ("modify", "distribute")
    )
    answer = ask(name, name, way).answer
    if free and terms.confidence != "low" and terms.basis != "none" and not seen.bars(terms):
        assert answer == "yes"
    if terms.grant("distribute", "non_commercial", way)[0] == "prohibited":
        assert answer == "no"


@given(ids, ids, ways)
@settings(max_examples=200, deadline=None)
def test_what_may_not_be_passed_on_goes_under_nothing(name: str, outbound: str, way: Way) -> None:
    terms = _lookup()(name)
    bar = Grant(("distribute",), "prohibited", "test")
    shut = replace(terms, grants=(bar, *terms.grants))
    assert compatibility(name, outbound, way, with_terms(shut)).answer == "no"


@given(ids, ids, ways, st.data())
@settings(max_examples=300, deadline=None)
def test_fewer_conditions_are_never_harder(name: str, outbound: str, way: Way, data) -> None:
    if name == outbound:
        return
    terms = _lookup()(name)
    kept = data.draw(
        st.sets(st.integers(0, max(0, len(terms.conditions) - 1))), label="conditions kept"
    )
    fewer = replace(terms, conditions=tuple(c for i, c in enumerate(terms.conditions) if i in kept))
    before = ask(name, outbound, way).answer
    after = compatibility(name, outbound, way, with_terms(fewer)).answer
    assert ANSWERS.index(after) >= ANSWERS.index(before)


@given(ids, ids)
@settings(max_examples=300, deadline=None)
def test_two_copylefts_without_a_way_out_refuse_each_other(left: str, right: str) -> None:
    rules = load_compatibility()
    both = [_lookup()(x) for x in (left, right)]
    if left == right or not all(seen.share_alikes(t) for t in both):
        return
    answers = {ask(left, right).answer, ask(right, left).answer}
    opened = any(w.sources for w in rules.ways_out if _names(w, left, right))
    versions = rules.later(left) + rules.later(right)
    if not opened and not versions:
        assert answers == {"no"}


def _names(way_out, left: str, right: str) -> bool:
    rules = load_compatibility()
    return rules.way_out(left, right) is not None or rules.way_out(right, left) is not None


@given(ids, ids)
@settings(max_examples=200, deadline=None)
def test_an_or_is_its_best_branch_and_an_and_its_worst(left: str, right: str) -> None:
    target = "GPL-3.0-only"
    one, two = (ANSWERS.index(ask(x, target).answer) for x in (left, right))
    assert ANSWERS.index(ask(f"{left} OR {right}", target).answer) == max(one, two)
    assert ANSWERS.index(ask(f"{left} AND {right}", target).answer) == min(one, two)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    answer: review", "    answer: perhaps", "`perhaps` is no answer"),
        ("  acknowledge_executables: [", "  applause: [", "no class of terms"),
        ("\nmore:", "\nmuch:", "unknown key `much`"),
        ("    class: governing_law\n", "", "`class` is missing"),
        ("  attribution: notice", "  attributoin: notice", "`attributoin` is no duty"),
        ("  display: display", "  display: dispaly", "`dispaly` is no class of terms"),
        ("  naming: [name_duty", "  naming: [nmae_duty", "`nmae_duty` is no class of terms"),
        ("keep_filters, no_relicensing", "keep_filters, relicensing", "no class of terms"),
        ("use_limits, other_duty]", "use_limits]", "`other_duty` is no class of terms"),
        ("credit: [license_text", "credit: [license_texts", "`license_texts` is no duty"),
        ("  asked: [", "  asekd: [", "`asekd` is unknown"),
    ],
)
def test_a_broken_rule_file_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    text = (data_folder("rules") / "compatibility.yaml").read_text("utf-8")
    assert old in text
    (tmp_path / "compatibility.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeError) as error:
        load_compatibility(tmp_path)
    assert said in str(error.value)
    assert "rules/compatibility.yaml:" in str(error.value)


def test_every_name_in_the_rules_is_a_known_license() -> None:
    rules = load_compatibility()
    named = {x for w in rules.ways_out for x in (*w.sources, *w.targets)}
    named |= {x for line in rules.lines for x in line} | {m.license for m in rules.more}
    named |= {x for s in rules.stances for x in s.licenses}
    plain = {n.split(" WITH ")[0] for n in named if "*" not in n}
    assert not {n for n in plain if _lookup()(n) is None}
    for name in rules.classes:
        license_id, _, condition = name.partition("/")
        assert condition in {c.id for c in _lookup()(license_id).conditions}, name
