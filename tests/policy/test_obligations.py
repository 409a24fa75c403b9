"""Duties: triggered or not, shown by the tree or not, debated or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from licaudit.facts import Confirmation, Intent, Location, Probe
from licaudit.policy import propagation
from licaudit.policy.obligations import markers, obligations
from licaudit.policy.outbound import Outbound
from licaudit.policy.views import views

from .build import ROOT, Work, condition, license_, resolve, situation

SHIPPED = Intent(distribute=("weights",), modify=True, train_on_outputs=False)
INSIDE = Intent(distribute=(), modify=False, train_on_outputs=False)


def probe(kind: str, value: str, digest: str | None = None, placed: bool = True) -> Probe:
    return Probe(ROOT, kind, value, Location("README.md", 4) if placed else None, digest)


def status(duty, *probes: Probe, intent: Intent = SHIPPED, relation=None, **more) -> tuple:
    found = resolve("L", [license_("L", duty)], intent, relation, probes, **more)
    (obligation,) = found.obligations
    return obligation.status, obligation.evidence


def reasons(duty, *probes: Probe, intent: Intent = SHIPPED, relation=None, **more) -> list[str]:
    found = resolve("L", [license_("L", duty)], intent, relation, probes, **more)
    return [r.code for r in found.reasons]


TEXT = condition("duty", "license_text", trigger=("distribute",))


@pytest.mark.parametrize(
    ("file", "license_id", "wanted"),
    [
        ("L", "L", "met"),
        (None, "L", "missing"),
        ("M", "L", "missing"),
        ("M AND L", "L", "met"),
        ("LL", "L", "missing"),
        ("GPL-3.0-only", "GPL-3.0-or-later", "met"),
        ("GPL-2.0-only", "GPL-3.0-or-later", "missing"),
    ],
)
def test_a_license_text_is_met_by_a_file_that_holds_it(file, license_id, wanted: str) -> None:
    probes = (probe("license_file", "LICENSE", file),) if file else ()
    (found,) = resolve(license_id, [license_(license_id, TEXT)], SHIPPED, probes=probes).obligations
    assert found.status == wanted
    assert found.evidence == (("README.md:4",) if wanted == "met" else ())


def test_a_text_is_owed_when_the_thing_is_shipped() -> None:
    assert status(TEXT, intent=INSIDE) == ("not_triggered", ())
    assert status(TEXT, intent=Intent(distribute=("code",)))[0] == "not_triggered"
    assert status(TEXT, intent=Intent())[0] == "not_triggered"
    assert reasons(TEXT) == ["text_missing"]


def test_a_missing_duty_is_left_to_the_packs_that_count_it() -> None:
    found = resolve("L", [license_("L", TEXT)], SHIPPED)
    assert found.outcome == "pass"
    assert [r.outcome for r in found.reasons] == ["fail"]


PREFIX = condition("duty", "name_prefix", text="Llama 3 | Alpaca", trigger=("distribute_modified",))
INFIX = condition("duty", "name_contains", text="Llama", trigger=("distribute",))


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (("org/Llama-3-harbor",), "met"),
        (("org/LLAMA3",), "met"),
        (("alpaca_harbor",), "met"),
        (("harbor-llama-3",), "missing"),
        (("Llama-3-harbor", "harbor"), "missing"),
        (("Llama-2-harbor",), "missing"),
        ((), "manual"),
    ],
)
def test_every_name_a_model_goes_by_must_carry_the_prefix(names, wanted: str) -> None:
    assert status(PREFIX, *(probe("name", n) for n in names))[0] == wanted


def test_a_folders_name_counts_only_where_nothing_else_is_said() -> None:
    folder, card = probe("name", "checkout", placed=False), probe("name", "Llama-3-harbor")
    assert status(PREFIX, folder)[0] == "missing"
    assert status(PREFIX, folder, card)[0] == "met"


def test_a_name_may_have_to_hold_a_word_anywhere() -> None:
    assert status(INFIX, probe("name", "harbor-llama"))[0] == "met"
    assert status(INFIX, probe("name", "harbor"))[0] == "missing"


LINE = condition(
    "duty", "display", text="Built with Qwen |  Improved  using Qwen", trigger=("distribute",)
)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("built with qwen", "met"),
        ("improved using qwen", "met"),
        ("built with", "missing"),
        (None, "missing"),
    ],
)
def test_any_of_the_mandated_lines_will_do(line: str | None, wanted: str) -> None:
    probes = (probe("text_marker", line),) if line else ()
    assert status(LINE, *probes)[0] == wanted


def test_the_lines_to_look_for_are_those_of_the_duties() -> None:
    assert markers([license_("L", LINE, TEXT)]) == ("built with qwen", "improved using qwen")


def test_a_notice_without_words_is_owed_where_one_came_along() -> None:
    notice = condition("duty", "notice", trigger=("distribute",), check="notice_file")
    assert status(notice)[0] == "not_triggered"
    assert status(notice, probe("notice_file", "NOTICE")) == ("met", ("README.md:4",))
    assert status(notice, relation="fine_tuned_from")[0] == "manual"


def test_a_duty_that_no_probe_shows_is_for_a_person() -> None:
    changes = condition("duty", "state_changes", trigger=("distribute_modified",))
    assert status(changes)[0] == "manual"
    assert reasons(changes) == ["duty_manual"]
    said = Confirmation("L", "c", "me", date(2027, 1, 1))
    assert status(changes, confirmations=(said,)) == ("met", ("confirmation",))
    late = Confirmation("L", "c", "me", date(2026, 1, 1))
    assert status(changes, confirmations=(late,))[0] == "manual"


@pytest.mark.parametrize(
    ("users", "at_least", "wanted"),
    [
        (99, False, "not_triggered"),
        (100, False, "not_triggered"),
        (100, True, "missing"),
        (101, False, "missing"),
        (None, False, "missing"),
    ],
)
def test_a_duty_that_begins_at_a_size(users, at_least: bool, wanted: str) -> None:
    duty = condition(
        "duty",
        "display",
        text="Kimi",
        metric="daily_users",
        value=100,
        at_least=at_least,
        trigger=("distribute",),
    )
    intent = Intent(distribute=("weights",), daily_users=users)
    assert status(duty, intent=intent)[0] == wanted


SOURCE = condition("duty", "source", trigger=("distribute",))
NETWORK = condition("duty", "network_source", trigger=("serve_modified",))


def test_a_reciprocal_duty_is_open_while_the_intent_does_not_say() -> None:
    assert reasons(SOURCE, intent=Intent()) == ["duty_open"]
    assert resolve("L", [license_("L", SOURCE)]).outcome == "review"
    assert reasons(SOURCE, intent=INSIDE) == []
    assert reasons(SOURCE) == ["duty_manual"]


def test_a_reciprocal_duty_confirmed_is_no_question() -> None:
    said = Confirmation("L", "c", "me", date(2027, 1, 1))
    assert reasons(SOURCE, intent=Intent(), confirmations=(said,)) == []


@pytest.mark.parametrize(
    ("intent", "wanted"),
    [
        (Intent(), ["duty_open"]),
        (Intent(distribute=("service",)), ["duty_open"]),
        (Intent(modify=True), ["duty_open"]),
        (Intent(distribute=("service",), modify=True), ["duty_manual"]),
        (Intent(distribute=("service",), modify=False), []),
        (Intent(distribute=("weights",), modify=True), []),
        (Intent(distribute=()), []),
    ],
)
def test_source_over_a_network_needs_both_a_change_and_a_service(intent, wanted) -> None:
    assert reasons(NETWORK, intent=intent) == wanted


SHARE = condition("duty", "share_alike", trigger=("distribute",))
DEBATED = {"use_limits": None, "share_alike": "dataset-share-alike-into-weights"}


@pytest.mark.parametrize(
    ("intent", "wanted"),
    [
        (SHIPPED, ["debated:dataset-share-alike-into-weights"]),
        (Intent(), ["debated:dataset-share-alike-into-weights"]),
        (INSIDE, []),
    ],
)
def test_a_debated_duty_is_a_question_as_long_as_something_may_be_shipped(intent, wanted) -> None:
    found = resolve("L", [license_("L", SHARE)], intent, "trained_on", carried=DEBATED)
    assert [r.code for r in found.reasons] == wanted
    assert found.obligations == ()
    assert found.outcome == ("review" if wanted else "pass")


def test_a_debated_naming_duty_is_a_question_unless_the_name_meets_it() -> None:
    carried = {"use_limits": None, "naming": "distillation-is-derivation"}
    more = {"relation": "distilled_from", "carried": carried}
    assert reasons(INFIX, probe("name", "harbor"), **more) == ["debated:distillation-is-derivation"]
    assert reasons(INFIX, probe("name", "llama-harbor"), **more) == []


def test_a_term_that_does_not_reach_here_owes_nothing() -> None:
    found = resolve(
        "L", [license_("L", SHARE, TEXT)], SHIPPED, "trained_on", carried={"use_limits": None}
    )
    assert found.obligations == ()
    assert found.outcome == "pass"


def test_where_limits_do_not_reach_only_the_duties_that_do_are_judged() -> None:
    closed = license_("L", SHARE, verdict="prohibited")
    found = resolve("L", [closed], SHIPPED, "trained_on", carried={"share_alike": "q"})
    assert (found.outcome, [r.code for r in found.reasons]) == ("review", ["debated:q"])


def owed(item, where, probes):
    """Duties and reasons of one license in one situation, all terms reaching here."""
    seen = views(probes, where.artifact, ROOT)
    return obligations(item, where, where.relation, seen, dict.fromkeys(propagation.TERMS))


WEIGHTS = Outbound("L", ("README.md:3",), (), lambda inbound, relation: "review")


def out(answer: str, *offered, **more) -> Outbound:
    return replace(WEIGHTS, joins=lambda inbound, relation: answer, offered=offered, **more)


def under(duty, outbound: Outbound | None, *probes: Probe, relation="fine_tuned_from", **more):
    """Status and places of a duty of `L`, for a work that goes out under something."""
    item = license_("L", duty, **more)
    where = replace(situation(SHIPPED, "weights", relation), outbound=outbound)
    found, _ = owed(item, where, probes)
    return found[0].status, found[0].evidence


@pytest.mark.parametrize(
    ("answer", "reach", "wanted"),
    [
        ("yes", "adaptation", "met"),
        ("no", "adaptation", "missing"),
        ("review", "adaptation", "manual"),
        ("no", "file", "manual"),
        ("no", "library", "manual"),
        ("yes", "library", "met"),
    ],
)
def test_share_alike_is_met_by_what_the_work_goes_out_under(answer, reach, wanted: str) -> None:
    duty = condition("duty", "share_alike", trigger=("distribute",), reach=reach)
    assert under(duty, out(answer)) == (wanted, ("README.md:3",))


def test_a_work_whose_license_is_open_shows_no_share_alike() -> None:
    duty = condition("duty", "share_alike", trigger=("distribute",), reach="adaptation")
    assert under(duty, None) == ("manual", ())


FIELD = condition("eligibility", "field_of_use", "fields", fields=("weapons", "spam_fraud"))
DOWN = condition("duty", "flow_down", trigger=("distribute",), reach="use_restrictions")


def rail(name: str, *fields: str) -> object:
    own = condition("eligibility", "field_of_use", "own", fields=fields)
    return license_(name, own, DOWN)


@pytest.mark.parametrize(
    ("offered", "texts", "wanted"),
    [
        (license_("L"), None, "met"),
        (rail("R", "weapons", "spam_fraud", "military"), None, "met"),
        (rail("R", "weapons"), None, "missing"),
        (license_("MIT"), None, "missing"),
        (license_("MIT"), "L", "manual"),
        (license_("MIT"), "M", "missing"),
    ],
)
def test_use_limits_are_passed_on_by_a_license_that_carries_them(offered, texts, wanted) -> None:
    item = license_("L", DOWN, FIELD)
    probes = (probe("license_file", "LICENSE-L", texts),) if texts else ()
    where = replace(
        situation(SHIPPED, "weights", "fine_tuned_from"), outbound=out("review", offered)
    )
    found, _ = owed(item, where, probes)
    assert found[0].status == wanted
    assert found[0].evidence[0] == "README.md:3"


def test_the_same_license_keeps_terms_unless_sentences_add_limits() -> None:
    duty = condition("duty", "flow_down", trigger=("distribute",), reach="license_terms")
    assert under(duty, out("yes", license_("L")))[0] == "met"
    assert under(duty, out("yes", license_("L"), narrowed=True))[0] == "manual"
    assert under(duty, out("yes", license_("M")))[0] == "manual"
    assert under(duty, out("yes", license_("L"), release_as="MIT"))[0] == "manual"


def note(kind: str, about: str = ROOT) -> Probe:
    return Probe(ROOT, kind, "words", Location("README.md", 9), about=about)


@pytest.mark.parametrize(
    ("part", "probes", "wanted"),
    [
        ("weights", (note("change_note"),), "met"),
        ("weights", (note("change_note", "pkg:other"),), "manual"),
        ("weights", (), "manual"),
        ("code", (note("change_note"),), "manual"),
    ],
)
def test_a_change_is_stated_by_a_sentence_about_the_original(part, probes, wanted) -> None:
    duty = condition("duty", "state_changes", trigger=("distribute_modified",))
    intent = Intent(distribute=("weights", "code"), modify=True)
    found = resolve("L", [license_("L", duty)], intent, "fine_tuned_from", probes, part=part)
    assert found.obligations[0].status == wanted


def test_the_source_of_code_is_shown_by_a_place_and_that_of_weights_by_none() -> None:
    intent = Intent(distribute=("weights", "code"), modify=True)
    for part, wanted in (("code", "met"), ("weights", "manual")):
        found = resolve(
            "L", [license_("L", SOURCE)], intent, None, (note("source_link"),), part=part
        )
        assert found.obligations[0].status == wanted
        assert found.obligations[0].evidence == ("README.md:9",)
    whole = replace(SOURCE, reach="combined")
    for duty, relation, wanted in (
        (SOURCE, "contains", "met"),
        (SOURCE, "derived_from", "manual"),
        (whole, "contains", "manual"),
    ):
        seen = (note("source_link"),)
        found = resolve("L", [license_("L", duty)], intent, relation, seen, part="code")
        assert found.obligations[0].status == wanted


THEIRS = "pkg:base"


def upstream(duty, *probes: Probe) -> tuple:
    item = license_("L", duty)
    where = replace(situation(SHIPPED, "weights", "fine_tuned_from"), artifact=THEIRS)
    found, reasons_ = owed(item, where, probes)
    return found[0].status, found[0].evidence, [r.code for r in reasons_]


def theirs(kind: str, value: str) -> Probe:
    return Probe(THEIRS, kind, value, Location("NOTICE", 1))


NOTICE = condition("duty", "notice", trigger=("distribute",), check="notice_file")
KEEP = condition("duty", "attribution", trigger=("distribute",))


def test_a_notice_file_that_came_along_and_is_gone_is_missing() -> None:
    came = theirs("notice_file", "NOTICE")
    assert upstream(NOTICE, came) == ("missing", ("pkg:base NOTICE:1",), ["notice_missing"])
    assert upstream(NOTICE, came, probe("notice_file", "NOTICE"))[0] == "manual"
    assert upstream(NOTICE, theirs("copyright", "© A"))[0] == "manual"
    assert upstream(NOTICE)[0] == "manual"


@pytest.mark.parametrize(
    ("kept", "wanted"),
    [
        ((), "missing"),
        (("Copyright (c) 2024 Acme", "© 2023 Bolt"), "met"),
        (("Copyright (c) 2024 Acme",), "manual"),
        (("Copyright 2026 Us",), "missing"),
        (("Copyright (c) 2021-2026 Acme",), "manual"),
    ],
)
def test_copyright_lines_of_an_upstream_are_kept_or_dropped(kept, wanted: str) -> None:
    came = (theirs("copyright", "Copyright 2024 Acme"), theirs("copyright", "(c) 2023 Bolt"))
    ours = tuple(probe("copyright", line) for line in kept)
    assert upstream(KEEP, *came, *ours)[0] == wanted


def test_what_an_upstream_ships_meets_no_duty_of_ours() -> None:
    text = Probe(THEIRS, "license_file", "LICENSE", Location("LICENSE", 1), "L")
    line = Probe(THEIRS, "text_marker", "built with qwen", Location("README.md", 1))
    assert upstream(TEXT, text)[0] == "missing"
    assert upstream(LINE, line)[0] == "missing"


def test_a_duty_carries_its_check() -> None:
    found = resolve("L", [license_("L", TEXT, replace(KEEP, id="k"))], SHIPPED)
    assert [o.check for o in found.obligations] == ["license_file", "copyright_line"]


def test_a_debated_share_alike_is_settled_where_the_work_stays_under_it() -> None:
    work = Work().under("CC-BY-SA-4.0", "weights")
    work.came_from("pkg:d", "trained_on", "CC-BY-SA-4.0", "dataset")
    asked = Work().under("MIT").came_from("pkg:d", "trained_on", "CC-BY-SA-4.0", "dataset")

    def questions(judgement) -> set[str]:
        return {r.code for v in judgement.verdicts for r in v.because if r.code.startswith("deb")}

    assert questions(work.judged(SHIPPED)) == set()
    assert questions(asked.judged(SHIPPED)) == {"debated:dataset-share-alike-into-weights"}


def test_a_contradicted_license_of_the_work_shows_nothing() -> None:
    work = Work().under("CC-BY-SA-4.0", "weights")
    work.came_from("pkg:b", "fine_tuned_from", "CC-BY-SA-4.0")

    def status_of(judgement) -> str:
        return next(o.status for o in judgement.obligations if o.type == "share_alike")

    assert status_of(work.judged(SHIPPED)) == "met"
    work.open.add(work.claims[0].id)
    assert status_of(work.judged(SHIPPED)) == "manual"
    assert status_of(work.judged(replace(SHIPPED, release_as="MIT"))) == "manual"
    work.open.clear()
    assert status_of(work.judged(replace(SHIPPED, release_as="MIT"))) == "missing"
