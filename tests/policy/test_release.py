"""The pack open-release: may it go out under X, under what else, and what to replace."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from licaudit.facts import Intent, Judgement, Link
from licaudit.provenance.cuts import smallest_cut

from .build import Work

PACK = ("open-release",)


def asked(work: Work, license_id: str | None = "Apache-2.0") -> Judgement:
    return work.judged(
        Intent(use="commercial", distribute=("weights",), release_as=license_id), packs=PACK
    )


def rules(judgement: Judgement) -> dict[str, str]:
    kept = ("release-", "upstream-")
    return {f.rule: f.outcome for f in judgement.findings if f.rule.startswith(kept)}


def offers(judgement: Judgement) -> dict[str, str]:
    assert judgement.release
    return {o.license: o.outcome for o in judgement.release.outbound}


def test_permissive_sources_let_it_go_out() -> None:
    judgement = asked(Work().under("Apache-2.0").came_from("base", "fine_tuned_from", "MIT"))
    assert not rules(judgement)
    assert offers(judgement)["Apache-2.0"] == "pass"
    assert judgement.release
    assert judgement.release.replace == ()


def test_a_source_that_keeps_to_itself_bars_it_and_is_named() -> None:
    made = Work().under("Apache-2.0").came_from("base", "fine_tuned_from", "CC-BY-NC-4.0")
    judgement = asked(made)
    assert rules(judgement) == {"upstream-bars-release": "fail"}
    assert judgement.release
    assert judgement.release.replace == ("base",)
    assert offers(judgement)["Apache-2.0"] == "fail"
    assert offers(judgement)["CC-BY-NC-4.0"] == "pass"


def test_without_a_license_named_nobody_is_asked_and_that_is_said() -> None:
    judgement = asked(Work().under("Apache-2.0").came_from("base", "fine_tuned_from", "MIT"), None)
    assert rules(judgement) == {"release-license-open": "review"}
    assert "upstream-bars-release" in {n.rule for n in judgement.not_applied or ()}
    assert offers(judgement)["MIT"] == "pass"


def test_a_source_of_unknown_terms_is_never_a_yes() -> None:
    judgement = asked(Work().under("Apache-2.0").came_from("base", "fine_tuned_from"))
    assert rules(judgement) == {"release-part-unknown": "review"}
    assert set(offers(judgement).values()) == {"review"}


def test_a_name_nobody_knows_is_never_a_yes() -> None:
    made = Work().under("MIT").came_from("base", "fine_tuned_from", "MIT")
    judgement = asked(made, "Nobody-1.0")
    assert set(rules(judgement).values()) == {"review"}
    assert offers(judgement)["Nobody-1.0"] == "review"


def test_what_the_card_says_otherwise_is_a_question() -> None:
    judgement = asked(Work().under("CC-BY-NC-4.0").came_from("base", "fine_tuned_from", "MIT"))
    assert rules(judgement) == {"release-differs-from-declared": "review"}


def test_one_base_stands_for_all_it_brought_along() -> None:
    made = Work().under("Apache-2.0").came_from("base", "fine_tuned_from", "CC-BY-NC-4.0")
    for number in range(3):
        made.came_from(f"older{number}", "fine_tuned_from", "CC-BY-NC-4.0", source="base")
    judgement = asked(made)
    assert judgement.release
    assert judgement.release.replace == ("base",)


def test_a_pack_without_candidates_says_nothing_of_it() -> None:
    assert Work().under("MIT").judged(Intent()).release is None


def links(*pairs: tuple[str, str]) -> list[Link]:
    return [Link(a, b, "fine_tuned_from") for a, b in pairs]


def test_the_smallest_cut_takes_what_all_ways_meet() -> None:
    ways = links(("r", "a"), ("a", "b"), ("a", "c"), ("r", "d"), ("d", "c"))
    assert smallest_cut(ways, "r", ["b"]) in (("a",), ("b",))
    assert smallest_cut(ways, "r", ["b", "c"]) in (("a", "c"), ("a", "d"), ("b", "c"))
    assert smallest_cut(ways, "r", ["nowhere"]) == ()
    assert smallest_cut(ways, "r", ["r"]) == ()


NODES = st.integers(0, 7)


@given(st.lists(st.tuples(NODES, NODES), max_size=20), st.sets(NODES, max_size=4))
@settings(max_examples=150, deadline=None)
def test_after_the_cut_no_bad_one_is_left_and_it_is_no_larger_than_they(pairs, bad) -> None:
    ways = links(*((str(a), str(b)) for a, b in pairs))
    wrong = {str(b) for b in bad} - {"0"}
    cut = set(smallest_cut(ways, "0", wrong))
    assert "0" not in cut
    assert len(cut) <= len(wrong)
    seen, new = set(), {"0"}
    while new:
        seen |= new
        new = {x.target for x in ways if x.source in seen} - seen - cut
    assert not seen & wrong
