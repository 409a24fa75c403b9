"""The propagation table: refused when wrong, debated under every posture, and shown."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from licaudit.errors import KnowledgeError
from licaudit.facts import POSTURES, RELATIONS, Clause, Grant, Intent, Link
from licaudit.judging import Facts, make_case
from licaudit.policy.inheritance import inherited
from licaudit.policy.project import Project
from licaudit.policy.propagation import TERMS, load_propagation, traveller
from licaudit.policy.propagation_page import page
from licaudit.settings import data_folder

from .build import DAY, ROOT, Work, ask, condition, license_, real_terms, situation

SHIPPED = Intent(distribute=("weights",), modify=True, train_on_outputs=False, restricted_fields=())
OPENAI = "LicenseRef-scancode-openai-tou-20241211"
TABLE = data_folder("rules") / "propagation.yaml"


def crosses(relation: str, term: str, *licenses, posture="balanced", walked=0, source=ROOT):
    found = {"up": tuple(licenses)}
    travels = traveller(load_propagation(), found, (), DAY, ROOT, posture)
    return travels(Link(source, "up", relation), term, walked)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("strict: {debated: review", "strict: {debated: pass", "never a pass"),
        ("silent: review", "silent: fail", "`review` or `pass`"),
        ("  fine_tuned_from: &derived", "  tuned_from: &derived", "`tuned_from` is no relation"),
        ("answer: debated, question: import-is", "answer: maybe, question: import-is", "`maybe`"),
        (
            "answer: debated, question: import-is-derivation",
            "answer: debated",
            "names its question",
        ),
        ("question: import-is-derivation", "question: import-is", "`import-is`"),
        ("under: {strict:", "under: {brave:", "`brave` is no posture"),
        ("by_others: {question: training-by-others}", "by_other: {}", "unknown key `by_other`"),
        ("answer: travels, who: Free", "answer: does-not, who: Free", "either side"),
        ("{where: JP", "{where: Japan", "`Japan` is no region"),
        ('reference: "Copyright Act of Japan, Art. 30-4"', 'reference: ""', "its reference"),
        ("measured: [trained]", "measured: [moon]", "which places"),
        ("unreserved: [use_outputs", "unreserved: [dream", "`dream` is no act"),
        (
            "{answer: debated, question: adapter-outbound-license}",
            "{answer: debated, question: adapter-outbound-license,"
            " under: {strict: {question: import-is-derivation}}}",
            "debated for everybody",
        ),
    ],
)
def test_a_wrong_table_is_refused_with_its_place(tmp_path: Path, old, new, says) -> None:
    text = TABLE.read_text("utf-8")
    assert old in text
    (tmp_path / "propagation.yaml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(KnowledgeError, match=says) as caught:
        load_propagation(tmp_path)
    assert str(caught.value.where).startswith("rules/propagation.yaml:")


def test_a_posture_only_opens_what_is_settled() -> None:
    """No license known: whatever is debated in the table is debated under every posture."""
    opened = set()
    for relation in RELATIONS:
        for term in TERMS:
            plain = crosses(relation, term)
            for posture in POSTURES:
                found = crosses(relation, term, posture=posture)
                if found != plain:
                    assert (plain[1], found[0]) == (None, "debated")
                    opened.add((posture, relation, term, plain[0]))
    assert opened == {
        ("strict", "generated_by", "share_alike", "does-not"),
        ("license-text-only", "trained_on", "use_limits", "travels"),
    }


def test_both_sides_of_every_question_and_what_places_say_of_it_have_words() -> None:
    table = load_propagation()
    for name, debate in table.questions.items():
        assert {h.answer for h in debate.held} == {"travels", "does-not"}
        texts = [h.says for h in debate.held] + [n.says for n in debate.notes]
        assert all(t.en and t.zh and t.en != t.zh for t in texts), name
        assert all(n.reference for n in debate.notes)


DEBATED = [
    ("trained_on", "CC-BY-SA-4.0", "dataset", "dataset-share-alike-into-weights"),
    ("trained_on", "GPL-3.0-only", "code", "code-copyleft-into-weights"),
    ("trained_on", "GPL-3.0-only", "dataset", "code-copyleft-into-weights"),
    ("adapter_of", "GPL-3.0-only", "model", "adapter-outbound-license"),
    ("depends_on", "GPL-3.0-only", "package", "import-is-derivation"),
]


@pytest.mark.parametrize("posture", POSTURES)
@pytest.mark.parametrize(("relation", "license_id", "kind", "question"), DEBATED)
def test_a_debated_question_is_review_with_both_sides(
    posture, relation, license_id, kind, question
) -> None:
    judged = Work().under("MIT").came_from("pkg:up", relation, license_id, kind).judged(
        SHIPPED, posture=posture
    )  # fmt: skip
    mine = [f for f in judged.findings if f.debated == question]
    assert {f.outcome for f in mine} == {"review"}
    assert judged.debates is not None
    (debate,) = [d for d in judged.debates if d.question == question]
    assert {h.answer for h in debate.held} == {"travels", "does-not"}
    assert debate.notes


def outputs_of_a_service(posture: str, fields: tuple[str, ...] = ("competing_model",)):
    work = Work().under("MIT").came_from("pkg:d", "trained_on", "MIT", "dataset")
    work.came_from("service:openai", "generated_by", OPENAI, "service", "pkg:d")
    intent = Intent(distribute=(), modify=False, train_on_outputs=False, restricted_fields=fields)
    return work.judged(intent, posture=posture)


@pytest.mark.parametrize("posture", POSTURES)
def test_outputs_that_others_drew_from_a_service_are_debated(posture: str) -> None:
    judged = outputs_of_a_service(posture)
    assert judged.verdict == "review"
    assert "service-terms-bind-others" in {f.debated for f in judged.findings}
    assert outputs_of_a_service(posture, ()).verdict == "pass"


def test_outputs_that_we_drew_from_a_service_bind_us() -> None:
    work = Work().under("MIT").came_from("service:openai", "generated_by", OPENAI, "service")
    intent = Intent(
        distribute=(), modify=False, train_on_outputs=False, restricted_fields=("competing_model",)
    )
    assert work.judged(intent).verdict == "fail"


def test_data_that_others_learnt_from_is_debated_and_what_they_generated_by_license_is_not() -> (
    None
):
    other = {"walked": 1, "source": "pkg:other"}
    contract, bare = license_(binds="contract"), license_()
    assert crosses("trained_on", "use_limits", bare, **other) == ("debated", "training-by-others")
    assert crosses("trained_on", "use_limits", bare, walked=1) == ("travels", None)
    assert crosses("trained_on", "use_limits", bare, walked=1, source="local:x")[0] == "travels"
    assert crosses("trained_on", "use_limits", bare, walked=0, source="pkg:other")[0] == "travels"
    found = crosses("generated_by", "use_limits", contract, **other)
    assert found == ("debated", "service-terms-bind-others")
    assert crosses("generated_by", "use_limits", bare, **other)[0] == "travels"
    assert crosses("generated_by", "use_limits", contract, bare, **other)[0] == "travels"
    assert crosses("generated_by", "use_limits", **other)[0] == "travels"
    defined = license_(binds="contract", derivatives=Clause("x", "1", ("synthetic_output",)))
    assert crosses("generated_by", "use_limits", defined, **other)[0] == "debated"


@pytest.mark.parametrize(
    ("relation", "word"), [("adapter_of", "adapter"), ("distilled_from", "distill")]
)
def test_a_licenses_own_definition_of_derivatives_overrides_the_table(relation, word) -> None:
    defined = license_(derivatives=Clause("model_derivatives", "1", (word,)))
    assert crosses(relation, "share_alike", license_())[0] == "debated"
    assert crosses(relation, "share_alike", defined) == ("travels", None)
    assert crosses(relation, "share_alike", license_(), defined) == ("travels", None)
    assert crosses("trained_on", "share_alike", defined)[0] == "debated"


def test_a_limit_on_outputs_reaches_who_distills_and_no_claim_on_them_settles_the_doubt() -> None:
    closed = license_(outputs=Clause("no_competing_model", "2"))
    free = license_(outputs=Clause("none", "2"))
    assert crosses("distilled_from", "use_limits", closed) == ("travels", None)
    assert crosses("distilled_from", "share_alike", closed)[0] == "debated"
    assert crosses("generated_by", "share_alike", free, posture="strict") == ("does-not", None)
    assert crosses("generated_by", "share_alike", license_(), posture="strict")[0] == "debated"
    both = crosses("generated_by", "share_alike", free, license_(), posture="strict")
    assert both == ("debated", "outputs-are-covered-works")
    assert crosses("generated_by", "flow_down", free)[0] == "debated"


def test_what_only_serves_development_reaches_nothing() -> None:
    travels = traveller(load_propagation(), {}, (), date.max)
    for note, answer in (("dev", "does-not"), ("test:ci", "does-not"), ("runtime", "travels")):
        assert travels(Link(ROOT, "up", "depends_on", (), note), "use_limits", 0)[0] == answer


NC = "CC-BY-NC-4.0"


@pytest.mark.parametrize(
    ("posture", "own", "verdict"),
    [
        ("strict", NC, "fail"),
        ("balanced", NC, "fail"),
        ("license-text-only", NC, "review"),
        ("license-text-only", "LicenseRef-licaudit-github-tos-2026-04-27", "fail"),
        ("license-text-only", "CC-BY-4.0", "pass"),
    ],
)
def test_whether_training_needs_a_permission_is_a_question_to_who_reads_the_text_alone(
    posture: str, own: str, verdict: str
) -> None:
    work = Work().under("MIT").came_from("pkg:d", "trained_on", own, "dataset")
    quiet = Intent(distribute=(), modify=False, train_on_outputs=False)
    if own.startswith("LicenseRef"):
        contract = license_(own, binds="contract", verdict="prohibited", kinds=("dataset",))
        free = license_("MIT")
        found = work.judged(quiet, posture=posture, terms_of={own: contract, "MIT": free}.get)
    else:
        found = work.judged(quiet, posture=posture)
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("posture", "outcome"),
    [("strict", "review"), ("balanced", "pass"), ("license-text-only", "pass")],
)
def test_silence_on_what_nobody_reserves_is_judged_by_the_posture(posture, outcome) -> None:
    mute = license_(
        grants=(
            Grant(("use", "modify", "distribute", "serve"), "permitted", "1"),
            Grant(("use_outputs", "train_on_outputs"), "silent", "3"),
        )
    )
    intent = Intent(distribute=(), modify=False, train_on_outputs=True)
    found, codes = ask(mute, intent, posture=posture)
    assert (found, codes) == (outcome, ["act_silent" if outcome == "review" else "act_free"])


@pytest.mark.parametrize("posture", POSTURES)
@pytest.mark.parametrize("act", ["use", "modify", "distribute", "serve"])
def test_silence_on_a_reserved_act_is_review_under_every_posture(posture: str, act: str) -> None:
    mute = license_(condition("duty", "notice"), verdict="silent")
    intent = Intent(distribute=("weights", "service"), modify=True, train_on_outputs=False)
    assert act in situation(intent).actions
    assert ask(mute, intent, posture=posture)[0] == "review"


def test_the_page_is_generated_from_the_table() -> None:
    written = (Path(__file__).parents[2] / "docs" / "propagation.md").read_text("utf-8")
    assert written == page()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "how: full, by: the judgment}",
            "how: half, by: the judgment}",
            "`half` is not full or part",
        ),
        (
            'cited: "17 U.S.C. § 107"',
            'cited: "17 U.S.C. § 108"',
            "nobody has looked up `17 U.S.C. § 107`",
        ),
    ],
)
def test_a_reference_that_nobody_looked_up_is_refused(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    text = TABLE.read_text("utf-8")
    assert old in text
    (tmp_path / "propagation.yaml").write_text(text.replace(old, new), "utf-8")
    with pytest.raises(KnowledgeError, match=re.escape(says)) as refused:
        load_propagation(tmp_path)
    assert (refused.value.where or "").startswith("rules/propagation.yaml:")


@pytest.mark.parametrize(
    ("posture", "told"), [("strict", ("share_alike",)), ("balanced", ()), ("license-text-only", ())]
)
def test_what_is_inherited_is_told_as_the_posture_has_it(posture: str, told: tuple[str]) -> None:
    made = Work("dataset").came_from("pkg:generic/gen", "generated_by", "CC-BY-SA-4.0")
    facts = Facts(
        ROOT,
        tuple(made.artifacts.values()),
        tuple(made.links),
        tuple(made.claims),
        (),
        tuple(made.answers),
        (),
        (),
        real_terms(),
    )
    case = make_case(facts, Project(), DAY, None, posture)
    debated = {term for row in inherited(case) for term, _ in row.debated}
    assert debated & {"share_alike"} == set(told)
    assert case.posture == posture
