"""Laws for any case: what is added, tightened or expired never improves a verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from licaudit.facts import (
    ACTIONS,
    OUTCOMES,
    RELATIONS,
    Agreement,
    Confirmation,
    Gap,
    Grant,
    Intent,
    License,
    Position,
    Waiver,
)
from licaudit.policy.project import Project

from .build import DAY, ROOT, Work, condition, license_, resolve

FEW = settings(max_examples=60, deadline=None)
IDS = ("A", "B", "C", "D")
KINDS = ("model", "dataset", "package")
LOOSER = ("permitted", "covered", "conditional", "silent", "unknown", "prohibited")
YESTERDAY = DAY - timedelta(days=1)
OPEN = (
    condition("eligibility", "threshold", "size", metric="daily_users", value=10),
    condition("eligibility", "field_of_use", "field", fields=("military",)),
    condition("precondition", "sign", "sign"),
    condition("duty", "license_text", "text", trigger=("distribute",)),
    condition("duty", "share_alike", "share", trigger=("distribute",)),
    condition("duty", "name_prefix", "name", text="Llama", trigger=("distribute_derivative",)),
)
INTENTS = st.builds(
    Intent,
    use=st.sampled_from(("commercial", "research", "internal")),
    actor=st.sampled_from((None, "company", "academic")),
    daily_users=st.sampled_from((None, 5, 50)),
    distribute=st.sampled_from((None, (), ("weights",), ("weights", "code", "service"))),
    modify=st.sampled_from((None, True, False)),
    train_on_outputs=st.sampled_from((None, True, False)),
    restricted_fields=st.sampled_from((None, (), ("military",))),
)
GRANTS = st.builds(
    Grant,
    actions=st.lists(st.sampled_from(ACTIONS), min_size=1, unique=True).map(tuple),
    verdict=st.sampled_from(LOOSER),
    clause=st.just("1"),
)


def licenses(name: str) -> st.SearchStrategy[License]:
    return st.builds(
        lambda grants, conditions: license_(name, *conditions, grants=tuple(grants)),
        st.lists(GRANTS, min_size=1, max_size=3),
        st.lists(st.sampled_from(OPEN), unique_by=lambda c: c.id, max_size=3),
    )


LICENSES = st.tuples(*(licenses(name) for name in IDS))
EDGES = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.integers(1, 4),
        st.sampled_from(RELATIONS),
        st.sampled_from((*IDS, None)),
        st.sampled_from(KINDS),
    ),
    max_size=5,
)


def work(own: str | None, edges) -> Work:
    made = Work().under(own)
    seen: set[str] = set()
    for source, target, relation, expression, kind in edges:
        name = f"pkg:{target}"
        known = name in seen
        begin = ROOT if source == 0 else f"pkg:{source}"
        if begin != ROOT and begin not in seen:
            begin = ROOT
        made.came_from(name, relation, None if known else expression, kind, begin)
        seen.add(name)
    return made


def verdict(made: Work, terms, intent: Intent, project: Project | None = None) -> int:
    """The verdict as a number, higher being worse."""
    known = {item.id: item for item in terms}
    return OUTCOMES.index(made.judged(intent, project, terms_of=known.get).verdict)


@FEW
@given(LICENSES, st.sampled_from(IDS), EDGES, EDGES, INTENTS)
def test_an_upstream_more_never_improves(terms, own, edges, more, intent) -> None:
    assert verdict(work(own, edges), terms, intent) <= verdict(
        work(own, [*edges, *more]), terms, intent
    )


@FEW
@given(LICENSES, st.sampled_from(IDS), EDGES, INTENTS, st.data())
def test_a_tighter_grant_never_improves(terms, own, edges, intent, data) -> None:
    item = data.draw(st.sampled_from(terms))
    action = data.draw(st.sampled_from(ACTIONS))
    tighter = replace(item, grants=(*item.grants, Grant((action,), "prohibited", "9")))
    after = tuple(tighter if x.id == item.id else x for x in terms)
    assert verdict(work(own, edges), terms, intent) <= verdict(work(own, edges), after, intent)


@FEW
@given(LICENSES, st.sampled_from(IDS), EDGES, INTENTS, st.data())
def test_a_condition_more_never_improves(terms, own, edges, intent, data) -> None:
    item = data.draw(st.sampled_from(terms))
    extra = replace(data.draw(st.sampled_from(OPEN)), id="extra")
    if any(g.verdict == "conditional" for g in item.grants):
        return  # there an "if" may be what makes an "only if" readable
    tighter = replace(item, conditions=(*item.conditions, extra))
    after = tuple(tighter if x.id == item.id else x for x in terms)
    assert verdict(work(own, edges), terms, intent) <= verdict(work(own, edges), after, intent)


@FEW
@given(
    LICENSES, st.sampled_from(IDS), EDGES, INTENTS, st.sampled_from(("weights", "code", None, "*"))
)
def test_a_gap_never_improves_and_never_passes(terms, own, edges, intent, scope) -> None:
    made = work(own, edges)
    before = verdict(made, terms, intent)
    made.gaps.append(Gap(ROOT, "unreadable", "unread", scope=scope))
    assert max(before, OUTCOMES.index("review")) == verdict(made, terms, intent)


def outcome(expression: str, terms, intent: Intent) -> int:
    return OUTCOMES.index(resolve(expression, terms, intent).outcome)


@settings(max_examples=200, deadline=None)
@given(LICENSES, INTENTS, st.permutations(IDS), st.integers(2, 4))
def test_or_is_its_best_branch_and_and_its_worst(terms, intent, order, count) -> None:
    names = order[:count]
    alone = [outcome(n, terms, intent) for n in names]
    assert outcome(" OR ".join(names), terms, intent) == min(alone)
    assert outcome(" AND ".join(names), terms, intent) == max(alone)
    assert outcome(f"{names[0]} AND ({' OR '.join(names)})", terms, intent) == alone[0]


@settings(max_examples=200, deadline=None)
@given(LICENSES, INTENTS, st.permutations(IDS))
def test_a_list_without_order_owes_what_each_of_it_owes(terms, intent, names) -> None:
    together = resolve(" AND ".join(names), terms, intent)
    each = [resolve(n, terms, intent) for n in names]
    assert set(together.obligations) == {o for r in each for o in r.obligations}
    assert set(together.reasons) == {x for r in each for x in r.reasons}


EVIDENCE = Project(
    agreements=(
        Agreement("all", "us", ("*",), (date(2020, 1, 1), YESTERDAY), IDS),
        Agreement("later", "us", ("*",), (DAY + timedelta(days=1), date(2030, 1, 1)), IDS),
    ),
    confirmations=tuple(Confirmation(i, c.id, "me", YESTERDAY) for i in IDS for c in OPEN),
    positions=tuple(
        Position(question, "does-not-travel", "me", "memo", YESTERDAY)
        for question in (
            "training-by-others",
            "distillation-is-derivation",
            "dataset-share-alike-into-weights",
            "import-is-derivation",
            "adapter-outbound-license",
            "output-restrictions-travel",
        )
    ),
)


@FEW
@given(LICENSES, st.sampled_from(IDS), EDGES, INTENTS)
def test_what_has_expired_never_helps(terms, own, edges, intent) -> None:
    made, known = work(own, edges), {item.id: item for item in terms}
    before = made.judged(intent, terms_of=known.get)
    late = tuple(
        Waiver(f.rule, f.artifact, f.fingerprint, "was known", "me", YESTERDAY)
        for f in before.findings
    )
    after = made.judged(intent, replace(EVIDENCE, waivers=late), terms_of=known.get)
    assert after.declared is not None
    assert {x.state for x in after.declared} <= {"expired", "not_begun"}
    assert replace(after, declared=None) == before


@FEW
@given(LICENSES, st.sampled_from(IDS), EDGES, INTENTS)
def test_what_is_live_never_hurts_and_waives_no_finding_away(terms, own, edges, intent) -> None:
    made, known = work(own, edges), {item.id: item for item in terms}
    before = made.judged(intent, terms_of=known.get)
    accepted = tuple(
        Waiver(f.rule, f.artifact, f.fingerprint, "known", "me", DAY) for f in before.findings
    )
    after = made.judged(intent, Project(waivers=accepted), terms_of=known.get)
    assert OUTCOMES.index(after.verdict) <= OUTCOMES.index(before.verdict)
    assert [replace(f, waiver=None) for f in after.findings] == list(before.findings)
    assert all(f.waiver for f in after.findings)


@FEW
@given(LICENSES, st.sampled_from(IDS), EDGES, INTENTS, st.randoms())
def test_the_order_of_facts_changes_nothing(terms, own, edges, intent, random) -> None:
    made, known = work(own, edges), {item.id: item for item in terms}
    before = made.judged(intent, terms_of=known.get)
    random.shuffle(made.links)
    random.shuffle(made.answers)
    made.artifacts = dict(random.sample(sorted(made.artifacts.items()), len(made.artifacts)))
    assert made.judged(intent, terms_of=known.get).findings == before.findings
