"""Declared looser than upstream: a license that gives away what the terms behind the work keep.

Computed from the terms of both licenses and from how they reach the work (`provenance.reach`):
acts that the upstream forbids, limits it sets, copyleft it asks for, and that the declared license
drops. The audited work is held against all it was made from; what lies between, against what stands
next to it on the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from licaudit.facts import OUTCOMES, Relation
from licaudit.policy import acts
from licaudit.policy.compat_pair import Ground
from licaudit.policy.compatibility import compatibility
from licaudit.policy.expressions import TermsOf
from licaudit.policy.release import way_of
from licaudit.provenance.graph import Reach

if TYPE_CHECKING:
    from licaudit.policy.subjects import Subject

# Grounds by which an outbound license would let recipients do more than the inbound one does.
MORE = frozenset(
    {"grants_more", "grants_act", "limit_lost", "limit_open", "must_stay", "barred"}
    | {"act_prohibited"}
)
# Terms that are only half known prove nothing.
_DOUBT = frozenset({"terms_in_part", "unknown_terms", "no_expression"})
_WAY: frozenset[Relation] = acts.DERIVING | {"contains"}


@dataclass(frozen=True, slots=True)
class Looser:
    """One upstream whose terms a declared license falls short of.

    `sure`: the terms reach here without debate and are known. `bites`: under this intent the
    upstream alone is judged worse. `claims` are the words on both sides, `called` the names of ids.
    """

    upstream: str
    name: str
    license: str
    grounds: tuple[Ground, ...]
    sure: bool
    bites: bool
    claims: tuple[str, ...]
    called: tuple[tuple[str, str], ...] = ()


def compare(own: list[Subject], reached: list[Subject], terms_of: TermsOf) -> list[Subject]:
    """All subjects, each with the upstreams that it is declared looser than."""
    made = _Made()
    stated = [s for s in reached if s.answer and s.answer.expression]
    derived = [u for u in stated if u.reach and u.relation in acts.DERIVING]
    pairs: dict[int, list[Subject]] = {}
    nearer: dict[int, list[Subject]] = {}
    by_artifact: dict[str, list[Subject]] = {}
    for subject in stated:
        by_artifact.setdefault(subject.artifact.id, []).append(subject)
    for upstream in derived:
        if made.from_root(upstream.reach):
            for subject in own:
                pairs.setdefault(id(subject), []).append(upstream)
        for subject in _next(upstream.reach, by_artifact, nearer):
            pairs.setdefault(id(subject), []).append(upstream)
    known: dict[object, tuple[Ground, ...]] = {}
    return [
        replace(s, looser=_all(s, pairs[id(s)], terms_of, known)) if id(s) in pairs else s
        for s in own + reached
    ]


class _Made:
    """Whether a way leads from the work through what it holds or was made from alone."""

    def __init__(self) -> None:
        self._known: dict[int, bool] = {}

    def from_root(self, reach: Reach | None) -> bool:
        way: list[Reach] = []
        step = reach
        while step is not None and id(step) not in self._known and step.before is not None:
            way.append(step)
            step = step.before
        good = True if step is None or step.before is None else self._known[id(step)]
        for one in reversed(way):
            good = good and one.relation in _WAY
            self._known[id(one)] = good
        return good


def _next(
    reach: Reach | None, by_artifact: dict[str, list[Subject]], known: dict[int, list[Subject]]
) -> list[Subject]:
    """What lies between the work and an upstream, nearest to it, and states a license.

    `known` keeps it for every step that was passed: many upstreams share their way.
    """
    passed: list[Reach] = []
    found: list[Subject] = []
    step = reach
    while step is not None and step.relation in acts.DERIVING and step.before is not None:
        if id(step) in known:
            found = known[id(step)]
            break
        passed.append(step)
        step = step.before
        said = by_artifact.get(step.artifact, []) if step.before is not None else []
        found = [s for s in said if s.reach is not None and s.relation == step.relation]
        if found:
            break
    known.update((id(one), found) for one in passed)
    return found


def _all(
    subject: Subject,
    upstreams: list[Subject],
    terms_of: TermsOf,
    known: dict[object, tuple[Ground, ...]],
) -> tuple[Looser, ...]:
    found = []
    for upstream in upstreams:
        if upstream.part != subject.part or not subject.answer or not subject.answer.expression:
            continue
        grounds = _grounds(subject, upstream, terms_of, known)
        if grounds:
            found.append(_looser(subject, upstream, grounds))
    return tuple(found)


def _looser(subject: Subject, upstream: Subject, grounds: tuple[Ground, ...]) -> Looser:
    more = tuple(g for g in grounds if g.code in MORE)
    doubt = any(g.code in _DOUBT for g in grounds)
    travels = upstream.carried.get("use_limits", "absent") is None
    sure = any(g.answer == "no" or (g.code == "limit_open" and travels) for g in more)
    worse = OUTCOMES.index(upstream.bare) > OUTCOMES.index(subject.bare)
    sides = [c.id for s in (subject, upstream) for c in s.claims if c.expression]
    expression = upstream.answer.expression if upstream.answer else None
    return Looser(
        upstream.artifact.id,
        upstream.artifact.name,
        expression or "",
        more,
        sure and not doubt,
        worse,
        tuple(dict.fromkeys(sides)),
        tuple((x.id, x.name) for s in (subject, upstream) for x in s.licenses),
    )


def _grounds(
    subject: Subject, upstream: Subject, terms_of: TermsOf, known: dict[object, tuple[Ground, ...]]
) -> tuple[Ground, ...]:
    """Why the upstream's terms are not kept; nothing where they are, or where none reach here."""
    inbound = upstream.answer.expression if upstream.answer else None
    outbound = subject.answer.expression if subject.answer else None
    if not inbound or not outbound or inbound == outbound:
        return ()
    carried = upstream.carried
    key = (
        inbound,
        outbound,
        upstream.part,
        upstream.relation,
        tuple(sorted(carried.items(), key=str)),
    )
    if key not in known:
        found = compatibility(
            inbound,
            outbound,
            way_of(upstream.part),
            terms_of,
            upstream.relation,
            lambda term: _crosses(carried, term),
        )
        open_ = [g for g in found.reasons if g.answer != "yes"]
        known[key] = tuple(open_) if any(g.code in MORE for g in open_) else ()
    return known[key]


def _crosses(carried: Mapping[str, str | None], term: str) -> str:
    """How a term reaches the work over the whole way, in the words of the propagation table."""
    if term not in carried:
        return "does-not"
    return "travels" if carried[term] is None else "debated"
