"""Laws for graphs of several works under the licenses that ship with licaudit, drawn at random."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from licaudit.facts import (
    OUTCOMES,
    PERMISSION_ORDER,
    POSTURES,
    RELATIONS,
    Agreement,
    Artifact,
    Grant,
    Intent,
    Judgement,
    Location,
    Position,
    Probe,
)
from licaudit.licenses.knowledge import load_knowledge
from licaudit.policy.project import Project
from licaudit.policy.propagation import load_propagation

from .build import DAY, ROOT, Work, real_terms, resolve

FEW = settings(max_examples=20, deadline=None)
TOMORROW = DAY + timedelta(days=1)
KIND = {"trained_on": "dataset", "evaluated_on": "dataset", "depends_on": "package"}
IDS = sorted(load_knowledge().records)
# The licenses of the questions that the table debates come up often, the others now and then.
COMMON = (
    "MIT",
    "CC-BY-SA-4.0",
    "CC-BY-NC-4.0",
    "GPL-3.0-only",
    "LicenseRef-scancode-openai-tou-20241211",
    "LicenseRef-scancode-llama-3.1-license-2024",
)
REAL = st.one_of(st.sampled_from(COMMON), st.sampled_from(IDS))
EXPRESSIONS = st.one_of(
    st.none(), REAL, st.tuples(REAL, REAL).map(" OR ".join), st.tuples(REAL, REAL).map(" AND ".join)
)
EDGES = st.lists(
    st.tuples(st.integers(0, 5), st.integers(1, 6), st.sampled_from(RELATIONS), EXPRESSIONS),
    min_size=1,
    max_size=8,
)
PLACES = st.sampled_from((None, ("CN",), ("CN", "FR")))
INTENTS = st.builds(
    Intent,
    use=st.sampled_from(("commercial", "research")),
    actor=st.sampled_from((None, "company", "academic")),
    established_in=st.sampled_from((None, "CN", "FR")),
    trained_in=PLACES,
    deployed_in=PLACES,
    users_in=PLACES,
    distribute=st.sampled_from((None, (), ("weights",), ("weights", "code", "service"))),
    modify=st.sampled_from((None, True, False)),
    train_on_outputs=st.sampled_from((None, True, False)),
    restricted_fields=st.sampled_from((None, (), ("military", "competing_model"))),
    group_monthly_users=st.sampled_from((None, (("any_time", 5),), (("any_time", 10**9),))),
)


def name_of(number: int, prefix: str = "pkg:w") -> str:
    return ROOT if number == 0 else f"{prefix}{number}"


def work(own: str, edges, prefix: str = "pkg:w", without: str | None = None) -> Work:
    """The work and what it came from; `without` one upstream and all its links."""
    made, seen = Work().under(own), set[str]()
    licenses: dict[int, str | None] = {}
    for _, target, _, expression in edges:
        licenses.setdefault(target, expression)
    for source, target, relation, _ in edges:
        ends = name_of(source, prefix), name_of(target, prefix)
        if without in ends:
            continue
        known = None if ends[1] in seen else licenses[target]
        made.artifacts.setdefault(ends[0], Artifact(ends[0], "model", ends[0][4:]))
        made.came_from(ends[1], relation, known, KIND.get(relation, "model"), ends[0])
        seen.add(ends[1])
    return made


def worst_of(judged: Judgement) -> int:
    return OUTCOMES.index(judged.verdict)


def by_artifact(judged: Judgement) -> dict[str, int]:
    """The worst outcome of the findings about each artifact; of a group, about all it names."""
    found: dict[str, int] = {}
    for finding in judged.findings:
        worse = max(found.get(finding.artifact, 0), OUTCOMES.index(finding.outcome))
        found[finding.artifact] = worse
    return found


@FEW
@given(REAL, EDGES, EDGES, INTENTS)
def test_an_upstream_more_never_improves(own, edges, more, intent) -> None:
    known = {target for _, target, _, _ in edges}
    fresh = [(s, t, r, None if t in known else e) for s, t, r, e in more]
    before, after = work(own, edges).judged(intent), work(own, [*edges, *fresh]).judged(intent)
    assert worst_of(before) <= worst_of(after)


@FEW
@given(REAL, EDGES, INTENTS, st.sampled_from(["use", "distribute", "train", "train_on_outputs"]))
def test_a_license_that_forbids_one_act_more_never_improves(own, edges, intent, act) -> None:
    made, lookup = work(own, edges), real_terms()
    used = next((e for _, _, _, e in edges if e and " " not in e), own)

    def tighter(name: str):
        found = lookup(name)
        if found is None or name != used:
            return found
        return replace(found, grants=(*found.grants, Grant((act,), "prohibited", "9")))

    before, after = made.judged(intent), made.judged(intent, terms_of=tighter)
    assert worst_of(before) <= worst_of(after)


@FEW
@given(REAL, EDGES, INTENTS, st.data())
def test_without_its_culprit_a_finding_goes_and_none_comes(own, edges, intent, data) -> None:
    before = work(own, edges).judged(intent)
    culprits = sorted({f.artifact for f in before.findings if f.artifact != ROOT})
    if not culprits:
        return
    gone = data.draw(st.sampled_from(culprits))
    after = work(own, edges, without=gone).judged(intent)
    old, new = by_artifact(before), by_artifact(after)
    assert gone not in new
    assert worst_of(after) <= worst_of(before)
    together = {f.artifact for f in after.findings if f.rule == "dependency-license-unknown"}
    assert set(new) <= set(old) | together
    assert all(new[a] <= old.get(a, new[a]) for a in new)


@FEW
@given(REAL, EDGES, INTENTS)
def test_the_names_of_upstreams_decide_nothing(own, edges, intent) -> None:
    plain, renamed = work(own, edges).judged(intent), work(own, edges, "pkg:x").judged(intent)

    def seen(judged: Judgement, prefix: str):
        findings = {
            (f.rule, f.artifact.replace(prefix, ""), f.outcome, f.debated, f.clauses)
            for f in judged.findings
        }
        owed = {
            (o.artifact.replace(prefix, ""), o.license, o.condition, o.status)
            for o in judged.obligations
        }
        return findings, owed, [(v.scope, v.outcome) for v in judged.verdicts], judged.verdict

    assert seen(plain, "pkg:w") == seen(renamed, "pkg:x")


@settings(max_examples=60, deadline=None)
@given(st.lists(REAL, min_size=2, max_size=4, unique=True), INTENTS, st.sampled_from(POSTURES))
def test_real_licenses_or_is_the_best_branch_and_and_the_worst(names, intent, posture) -> None:
    known = [x for x in map(real_terms(), names) if x]
    each = [resolve(x.id, known, intent, posture=posture) for x in known]
    alone = [OUTCOMES.index(r.outcome) for r in each]
    ids = [x.id for x in known]
    either = resolve(" OR ".join(ids), known, intent, posture=posture)
    assert OUTCOMES.index(either.outcome) == min(alone)
    assert len(ids) == 1 or either.elected in ids
    together = resolve(" AND ".join(ids), known, intent, posture=posture)
    assert OUTCOMES.index(together.outcome) == max(alone)
    order = PERMISSION_ORDER.index
    assert order(together.permission) == min(order(r.permission) for r in each)
    assert set(together.obligations) == {o for r in each for o in r.obligations}


@FEW
@given(REAL, EDGES, INTENTS)
def test_no_posture_makes_a_pass_of_a_debated_question(own, edges, intent) -> None:
    made = work(own, edges)
    strict, balanced, text = (made.judged(intent, posture=p) for p in POSTURES)
    assert worst_of(strict) >= worst_of(balanced) >= worst_of(text)
    assert (balanced.verdict == "pass") == (text.verdict == "pass")
    for judged in (strict, balanced, text):
        resting = [f for f in judged.findings if f.debated]
        assert not resting or judged.verdict != "pass"


EVERYTHING = tuple(
    Position(question, "does-not-travel", "me", "memo", DAY)
    for question in load_propagation().questions
)


@FEW
@given(REAL, EDGES, INTENTS)
def test_what_holds_elsewhere_for_others_or_at_other_times_never_helps(own, edges, intent) -> None:
    made = work(own, edges)
    intent = replace(intent, licensee="us")
    made.probes.append(Probe(ROOT, "record", "c.pdf", Location("c.pdf"), "00"))
    before = made.judged(intent)
    names = tuple(IDS)
    always = (date(2020, 1, 1), date(2030, 1, 1))
    paper = {"document": "c.pdf", "document_sha256": "11"}
    useless = Project(
        positions=tuple(replace(p, jurisdiction="JP") for p in EVERYTHING)
        + tuple(replace(p, expires=DAY - timedelta(days=1)) for p in EVERYTHING),
        agreements=(
            Agreement("over", "us", ("*",), (date(2020, 1, 1), DAY - timedelta(days=1)), names),
            Agreement("soon", "us", ("*",), (TOMORROW, date(2030, 1, 1)), names),
            Agreement("theirs", "them", ("*",), always, names),
            Agreement("altered", "us", ("*",), always, names, **paper),
            Agreement("there", "us", ("*",), always, names, territory=("JP",)),
        ),
    )
    after = made.judged(intent, useless)
    assert replace(after, declared=None) == before
    assert {x.state for x in after.declared or ()} <= {
        "elsewhere",
        "expired",
        "not_begun",
        "stranger",
        "altered",
        "unused",
    }


def test_a_way_that_rests_on_two_questions_names_both() -> None:
    made = work("MIT", [(0, 2, "depends_on", None), (2, 1, "adapter_of", "CC-BY-NC-SA-1.0")])
    judged = made.judged(Intent(use="commercial"))
    named = {debate.question for debate in judged.debates or ()}
    assert named >= {"import-is-derivation", "adapter-outbound-license"}


@FEW
@given(REAL, EDGES, INTENTS, st.sampled_from(EVERYTHING))
def test_a_position_changes_nothing_but_what_rests_on_its_question(
    own, edges, intent, position
) -> None:
    made = work(own, edges)
    before = made.judged(intent)
    after = made.judged(intent, Project(positions=(position,)))
    assert position.question not in {f.debated for f in after.findings}
    assert worst_of(after) <= worst_of(before)
    if position.question not in {d.question for d in before.debates or ()}:
        assert replace(after, declared=None, positions=()) == before


@FEW
@given(REAL, EDGES, INTENTS, st.sampled_from(EVERYTHING))
def test_the_stricter_answer_to_a_question_is_never_better(own, edges, intent, position) -> None:
    made = work(own, edges)
    free = made.judged(intent, Project(positions=(position,)))
    bound = made.judged(intent, Project(positions=(replace(position, answer="travels"),)))
    assert worst_of(free) <= worst_of(bound)
