"""Which licenses a release may go out under, and what would have to be replaced for another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from licaudit.facts import Intent, Offer, Outcome, Release
from licaudit.policy.compat_rules import ANSWERS, Answer
from licaudit.policy.expressions import leaves
from licaudit.policy.fitting import fit
from licaudit.policy.packs import Pack
from licaudit.policy.subjects import Case, Subject
from licaudit.provenance.cuts import smallest_cut

CANDIDATES = "candidates"  # the parameter by which a pack asks for this
_OUTCOMES: dict[Answer, Outcome] = {"yes": "pass", "review": "review", "no": "fail"}
_Key = tuple[object, ...]


def release(
    case: Case, subjects: Sequence[Subject], intent: Intent, packs: Iterable[Pack]
) -> Release | None:
    """What a pack with candidates makes of a release; None where no pack asks."""
    lists = [p.params[CANDIDATES] for p in packs if CANDIDATES in p.params]
    named = [c for given in lists if isinstance(given, tuple) for c in given]
    if not named:
        return None
    # What the work itself is under needs no asking: the user may change that.
    brought = [s for s in subjects if not s.root and not s.agreed]
    own = [i for s in brought if s.answer for i in leaves(s.answer.expression or "")]
    wanted = dict.fromkeys(c for c in (intent.release_as, *named, *own) if c)
    groups = _groups(brought)
    offers = [_offer(i, case, groups) for i in wanted]
    offers.sort(key=lambda o: ("pass", "review", "fail").index(o.outcome))
    chosen = next((o for o in offers if o.license == intent.release_as), None)
    against = chosen.against if chosen else ()
    carried = {(r.artifact, r.relation) for r in case.reaches}
    ways = [x for x in case.links if (x.target, x.relation) in carried]
    return Release(intent.release_as, tuple(offers), smallest_cut(ways, case.root, against))


def _groups(subjects: Sequence[Subject]) -> list[tuple[Subject, list[str]]]:
    """Subjects that must get the same answer, each with the artifacts of all of its kind."""
    found: dict[_Key, tuple[Subject, list[str]]] = {}
    for subject in subjects:
        carried = tuple(sorted((t, q or "") for t, q in subject.carried.items()))
        expression = subject.answer.expression if subject.answer else None
        key = (expression, subject.restrictions, subject.part, subject.relation, carried)
        found.setdefault(key, (subject, []))[1].append(subject.artifact.id)
    return list(found.values())


def _offer(license_id: str, case: Case, groups: list[tuple[Subject, list[str]]]) -> Offer:
    said: dict[Answer, set[str]] = {answer: set() for answer in ANSWERS}
    for subject, artifacts in groups:
        said[_answer(subject, license_id, case)].update(artifacts)
    worst = next((a for a in ANSWERS if said[a]), ANSWERS[-1])
    terms = case.terms_of(license_id)
    return Offer(
        license_id,
        terms.name if terms else license_id,
        _OUTCOMES[worst],
        tuple(sorted(said["no"])),
        tuple(sorted(said["review"] - said["no"])),
    )


def _answer(subject: Subject, outbound: str, case: Case) -> Answer:
    return fit(
        subject.answer,
        subject.restrictions,
        subject.part,
        subject.relation,
        subject.carried,
        outbound,
        case.terms_of,
    ).answer
