"""Positions, agreements and confirmations: where each holds, until when, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from licaudit.errors import ConfigError
from licaudit.facts import Agreement, Confirmation, Intent, Location, Position, Probe
from licaudit.policy.positions import holds, in_force, places
from licaudit.policy.project import Project, parse_project
from licaudit.policy.propagation import load_propagation

from .build import DAY, ROOT, Work, ask, condition, license_

YESTERDAY = DAY - timedelta(days=1)
CHINA = Intent(
    distribute=("weights",),
    modify=True,
    train_on_outputs=False,
    restricted_fields=(),
    established_in="CN",
    trained_in=("CN",),
    deployed_in=("CN",),
    users_in=("CN",),
)
SHARE = "dataset-share-alike-into-weights"
NO = Position(SHARE, "does-not-travel", "legal", "memo-12", DAY)


def work() -> Work:
    made = Work().under("MIT").shows("license_file", "LICENSE", "MIT")
    return made.came_from("pkg:d", "trained_on", "CC-BY-SA-4.0", "dataset")


def judged(*positions: Position, intent: Intent = CHINA, made: Work | None = None):
    return (made or work()).judged(intent, Project(positions=positions))


def states(found) -> list[tuple[str, str]]:
    return [(x.kind, x.state) for x in found.declared or ()]


def questions(found) -> set[str]:
    return {f.debated for f in found.findings if f.debated}


def test_a_signed_position_decides_its_question() -> None:
    assert questions(judged()) == {SHARE}
    assert (judged().declared, judged().positions) == (None, ())
    decided = judged(NO)
    assert questions(decided) == set()
    assert decided.verdict != "fail"
    assert (states(decided), decided.positions) == ([("position", "used")], (NO,))
    strict = judged(replace(NO, answer="travels"))
    assert questions(strict) == set()
    assert "share-alike" in {o.condition for o in strict.obligations}


def test_a_position_decides_nothing_else() -> None:
    made = work().came_from("pkg:lib", "depends_on", "GPL-3.0-only", "package")
    found = judged(NO, made=made)
    assert questions(found) == {"import-is-derivation"}
    plain = work().judged(CHINA, Project(positions=(NO,)))
    nc = work().came_from("pkg:nc", "trained_on", "CC-BY-NC-SA-4.0", "dataset")
    assert plain.verdict != "fail"
    assert judged(NO, made=nc).verdict == "fail"


@pytest.mark.parametrize(
    ("jurisdiction", "intent", "state"),
    [
        (None, Intent(distribute=("weights",)), "used"),
        ("CN", CHINA, "used"),
        ("WORLD", CHINA, "used"),
        ("EU", CHINA, "elsewhere"),
        ("CN", replace(CHINA, trained_in=("CN", "US")), "elsewhere"),
        ("CN", replace(CHINA, deployed_in=("FR",)), "elsewhere"),
        ("CN", replace(CHINA, trained_in=None), "elsewhere"),
        ("CN", replace(CHINA, deployed_in=None), "elsewhere"),
        ("CN", replace(CHINA, deployed_in=()), "elsewhere"),
        ("CN", replace(CHINA, established_in=None), "used"),
        ("EU", replace(CHINA, trained_in=("FR",), deployed_in=("DE", "FR")), "used"),
        ("FR", replace(CHINA, trained_in=("EU",), deployed_in=("FR",)), "elsewhere"),
    ],
)
def test_a_position_holds_where_all_that_bears_on_it_is_said_and_inside(
    jurisdiction, intent, state
) -> None:
    found = judged(replace(NO, jurisdiction=jurisdiction), intent=intent)
    assert states(found) == [("position", state)]
    assert questions(found) == (set() if state == "used" else {SHARE})
    assert len(found.positions) == (state == "used")


def test_what_is_missing_for_a_position_is_named() -> None:
    found = judged(replace(NO, jurisdiction="CN"), intent=replace(CHINA, trained_in=None))
    assert found.declared is not None
    assert "does not say where it is trained" in found.declared[0].why.en
    assert "训练地" in found.declared[0].why.zh
    beyond = judged(replace(NO, jurisdiction="EU"))
    assert beyond.declared is not None
    assert "reaches beyond" in beyond.declared[0].why.en


def test_every_question_says_which_places_bear_on_it() -> None:
    for question in load_propagation().questions:
        assert set(places(question, CHINA)) <= {"established", "trained", "deployed"}
        here = replace(NO, question=question, jurisdiction="CN")
        assert holds(here, CHINA)
        assert not holds(here, Intent())
        assert not holds(replace(here, jurisdiction="US"), CHINA)
    assert set(places("import-is-derivation", CHINA)) == {"established", "deployed"}
    assert set(places(SHARE, CHINA)) == {"trained", "deployed"}


def test_the_last_day_of_a_position_counts_and_the_next_does_not() -> None:
    assert states(judged(NO)) == [("position", "used")]
    late = judged(replace(NO, expires=YESTERDAY))
    assert states(late) == [("position", "expired")]
    assert (questions(late), late.positions) == ({SHARE}, ())
    assert in_force((NO,), CHINA, DAY) == (NO,)
    assert in_force((NO,), CHINA, DAY + timedelta(days=1)) == ()


@pytest.mark.parametrize(
    "license_id", ["MIT", "CC-BY-4.0"], ids=["no share-alike", "nor with attribution"]
)
def test_a_position_on_a_question_that_does_not_come_up_is_unused(license_id: str) -> None:
    made = Work().under("MIT").came_from("pkg:d", "trained_on", license_id, "dataset")
    assert states(judged(NO, made=made)) == [("position", "unused")]


def test_of_two_positions_the_stricter_counts_wherever_both_hold() -> None:
    yes = replace(NO, answer="travels", jurisdiction="CN")
    for both in ((NO, yes), (yes, NO)):
        found = judged(*both)
        assert "share-alike" in {o.condition for o in found.obligations}
    abroad = judged(NO, yes, intent=replace(CHINA, deployed_in=("US",)))
    assert "share-alike" not in {o.condition for o in abroad.obligations}


def test_intents_judged_together_each_get_the_positions_that_hold_for_them() -> None:
    made, here = work(), replace(NO, jurisdiction="CN")
    project = Project(positions=(here,))
    found = [made.judged(i, project) for i in (CHINA, replace(CHINA, trained_in=("US",)), CHINA)]
    assert [questions(f) for f in found] == [set(), {SHARE}, set()]


def test_a_position_on_training_by_others_names_the_way_it_closed() -> None:
    made = Work().under("MIT").came_from("pkg:m", "fine_tuned_from", "MIT")
    made.came_from("pkg:d", "trained_on", "CC-BY-NC-4.0", "dataset", source="pkg:m")
    closed = Position("training-by-others", "does-not-travel", "me", "memo", DAY)
    inside = replace(CHINA, distribute=(), modify=False)
    assert judged(made=made, intent=inside).verdict == "review"
    decided = judged(closed, made=made, intent=inside)
    assert decided.verdict == "pass"
    assert states(decided) == [("position", "used")]
    assert "pkg:d" not in {f.artifact for f in decided.findings}


OURS = Agreement("v-17", "Us Ltd.", ("*",), (date(2024, 1, 1), DAY), licenses=("L",), conditions=())
SIGN = license_("L", condition("precondition", "sign"), verdict="conditional")


@pytest.mark.parametrize(
    ("licensee", "outcome"),
    [
        (None, "pass"),
        ("Us Ltd.", "pass"),
        ("us ltd", "pass"),
        ("ＵＳ　Ｌｔｄ", "pass"),
        ("Them Ltd", "review"),
        ("Us Ltd Holding", "review"),
        ("", "review"),
    ],
)
def test_an_agreement_is_with_whom_it_names(licensee, outcome: str) -> None:
    assert ask(SIGN, Intent(licensee=licensee), agreements=(OURS,))[0] == outcome


def bought(agreement: Agreement, intent: Intent, digest: str | None = None):
    made = Work().under("L")
    if digest is not None:
        made.probes.append(Probe(ROOT, "record", "contract.pdf", Location("contract.pdf"), digest))
    return made.judged(intent, Project(agreements=(agreement,)), terms_of={"L": SIGN}.get)


QUIET = Intent(distribute=(), modify=False, train_on_outputs=False, licensee="Us Ltd")


@pytest.mark.parametrize(
    ("agreement", "intent", "state", "verdict"),
    [
        (OURS, QUIET, "used", "pass"),
        (OURS, replace(QUIET, licensee=None), "unproved", "pass"),
        (OURS, replace(QUIET, licensee="Them"), "stranger", "review"),
        (replace(OURS, term=(date(2024, 1, 1), YESTERDAY)), QUIET, "expired", "review"),
        (
            replace(OURS, term=(DAY + timedelta(1), DAY + timedelta(9))),
            QUIET,
            "not_begun",
            "review",
        ),
        (replace(OURS, licenses=("M",)), QUIET, "unused", "review"),
        (replace(OURS, licenses=(), artifacts=(ROOT,)), QUIET, "used", "pass"),
        (replace(OURS, acts=("train",)), QUIET, "unused", "review"),
        (replace(OURS, territory=("CN",)), QUIET, "elsewhere", "review"),
        (
            replace(OURS, territory=("CN",)),
            replace(QUIET, deployed_in=("CN",), users_in=("CN",)),
            "used",
            "pass",
        ),
    ],
)
def test_what_became_of_an_agreement_is_told(agreement, intent, state, verdict) -> None:
    found = bought(agreement, intent)
    assert states(found) == [("agreement", state)]
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("signed", "seen", "state"),
    [
        ("ab12", "ab12", "used"),
        ("AB12", "ab12", "used"),
        ("ab12", "ffff", "altered"),
        ("ab12", None, "used"),
        (None, "ffff", "used"),
    ],
)
def test_a_contract_counts_only_as_the_document_that_was_signed(signed, seen, state) -> None:
    item = replace(OURS, document="contract.pdf", document_sha256=signed)
    found = bought(item, QUIET, seen)
    assert states(found) == [("agreement", state)]
    assert found.verdict == ("pass" if state == "used" else "review")


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (Confirmation("L", "c", "me", DAY), "used"),
        (Confirmation("L", "c", "me", YESTERDAY), "expired"),
        (Confirmation("L", "d", "me", DAY), "unused"),
        (Confirmation("M", "c", "me", DAY), "unused"),
        (Confirmation("L", "c", "me", DAY, artifact=ROOT), "used"),
        (Confirmation("L", "c", "me", DAY, artifact="pkg:other"), "unused"),
    ],
)
def test_what_became_of_a_confirmation_is_told(said: Confirmation, state: str) -> None:
    found = Work().under("L").judged(
        QUIET, Project(confirmations=(said,)), terms_of={"L": SIGN}.get
    )  # fmt: skip
    assert states(found) == [("confirmation", state)]
    assert found.verdict == ("pass" if state == "used" else "review")


@pytest.mark.parametrize(
    ("text", "says", "place"),
    [
        ("jurisdiction: UK", "`UK` is no region", "3:"),
        ("jurisdiction: Mars", "`Mars` is no region", "3:"),
        ("question: outputs", "`outputs` is unknown under `question`", "2:"),
    ],
)
def test_a_position_with_a_word_nobody_knows_is_refused(text, says, place) -> None:
    question = f"question: {SHARE}"
    more, question = ("", text) if text.startswith("question") else (text, question)
    yaml = f"positions:\n  - {question}\n    {more}\n    answer: travels\n    by: me\n"
    yaml += "    basis: memo\n    expires: 2027-01-01\n"
    with pytest.raises(ConfigError, match=says) as caught:
        parse_project(yaml, "licaudit.yaml")
    assert str(caught.value.where).startswith(f"licaudit.yaml:{place}")


@pytest.mark.parametrize("path", ["/etc/contract.pdf", "../contract.pdf", "s3://b/contract.pdf"])
def test_a_contract_outside_the_folder_is_refused(path: str) -> None:
    yaml = "agreements:\n  - {id: a, licensee: us, acts: [use], term: [2024-01-01, 2025-01-01], "
    with pytest.raises(ConfigError, match="no path inside"):
        parse_project(f'{yaml}document: "{path}"}}\n', "licaudit.yaml")
