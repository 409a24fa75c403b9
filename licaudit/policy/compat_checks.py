"""The questions that decide one pair of licenses; each answers with grounds, not a verdict."""

from __future__ import annotations

from licaudit.facts import Clause, Condition
from licaudit.policy import compat_terms as seen
from licaudit.policy.compat_acts import acts
from licaudit.policy.compat_pair import Ground, Pair
from licaudit.policy.compat_rules import ANSWERS, Answer, CompatRules, WayOut
from licaudit.policy.compat_words import say

# Duties of which propagation speaks apart from notices.


def check(pair: Pair) -> list[Ground]:
    """All grounds of one pair; what holds nothing against it ends with the ground of its yes."""
    grounds = [*_known(pair), *acts(pair), *_limits(pair)]
    permit = _permit(pair)
    if permit is not None:
        grounds.append(permit)
    else:
        grounds += [*_copyleft(pair), *_additional(pair)]
    if all(g.answer == "yes" for g in grounds) and permit is None:
        message = say("only_notices", pair.inbound, pair.outbound)
        grounds.append(Ground("yes", "only_notices", message, pair.inbound))
    return grounds


def _known(pair: Pair) -> list[Ground]:
    found = []
    for name, terms in ((pair.inbound, pair.terms), (pair.outbound, pair.target)):
        derived = terms.basis == "category" and not terms.osi_approved
        if terms.confidence == "low" or derived or terms.basis == "none":
            found.append(Ground("review", "terms_in_part", say("terms_in_part", name), name))
    return list(dict.fromkeys(found))


def _limits(pair: Pair) -> list[Ground]:
    """Limits that the outbound license would silently take away."""
    if pair.same:
        return []
    found = []
    bound = seen.binding(pair.terms)
    stances = [pair.rules.stance(x) for x in _versions(pair)]
    stance = next((s for s in stances if s and s.terms.get("use_limits") == "no"), None)
    forbids = stance is not None
    crosses = pair.crosses("flow_down" if bound else "use_limits")
    if crosses == "does-not":
        return []
    for limit in seen.limits(pair.terms):
        if seen.carries(pair.target, limit):
            if limit.type == "field_of_use":
                message = say("limit_alike", pair.inbound, pair.outbound, limit.summary)
                found.append(
                    Ground("review", "limit_alike", message, pair.inbound, limit.clause, limit.id)
                )
            continue
        # Outputs are the user's own; what limits their making does not forbid a license on them.
        firm = (bound or forbids) and crosses == "travels" and not pair.outputs
        answer: Answer = "no" if firm else "review"
        code = "limit_lost" if bound else "limit_open"
        message = say(code, pair.inbound, pair.outbound, limit.summary)
        found.append(Ground(answer, code, message, pair.inbound, _clause(pair, limit), limit.id))
        if stance is not None:
            message = say("limit_forbidden", pair.inbound, pair.outbound, limit.summary)
            found.append(
                Ground(answer, "limit_forbidden", message, pair.outbound, stance.clause, limit.id)
            )
    return found


def _clause(pair: Pair, limit: Condition) -> str:
    passed_on: Clause | None = pair.terms.flow_down
    return f"{limit.clause}; {passed_on.clause}" if passed_on else limit.clause


def _permit(pair: Pair) -> Ground | None:
    """The inbound license's own leave: same license, a later version, a named way out."""
    if pair.same:
        return Ground("yes", "same_license", say("same_license", pair.inbound), pair.inbound)
    options = _options(pair.inbound, pair.rules)
    target = pair.rules.later(pair.outbound)
    if pair.outbound in options or (target and set(target) <= set(options[1:])):
        message = say("takes_in", pair.inbound, pair.outbound)
        return Ground("yes", "takes_in", message, pair.inbound)
    ways = [w for o in options if (w := pair.rules.way_out(o, pair.outbound))]
    best: WayOut | None = max(ways, key=lambda w: ANSWERS.index(w.answer), default=None)
    if best is None:
        return None
    code = "way_out" if best.answer == "yes" else "way_out_open"
    message = say(code, pair.inbound, pair.outbound, best.why)
    return Ground(best.answer, code, message, pair.inbound, best.clause)


def _options(license_id: str, rules: CompatRules) -> tuple[str, ...]:
    """The license, what it is without its exception, and the versions `-or-later` takes in."""
    plain = _plain(license_id)
    own = (license_id,) if plain == license_id else (license_id, plain)
    return (*own, *rules.later(plain))


def _versions(pair: Pair) -> tuple[str, ...]:
    """What recipients of the outbound license may choose; each of them must take the terms in."""
    plain = _plain(pair.outbound)
    return pair.rules.later(plain) or (plain,)


def _plain(license_id: str) -> str:
    return license_id.split(" WITH ", 1)[0]


def _copyleft(pair: Pair) -> list[Ground]:
    """Duties to stay under the inbound license, or to give the whole work's source."""
    found = []
    crosses = pair.crosses("share_alike")
    kept = seen.share_alikes(pair.terms)
    agreement = seen.whole_license(pair.terms)
    for duty in (*kept, *((agreement,) if agreement and not kept else ())):
        if crosses == "travels":
            message = say("must_stay", pair.inbound, pair.outbound, duty.summary)
            found.append(Ground("no", "must_stay", message, pair.inbound, duty.clause, duty.id))
        elif crosses == "debated":
            message = say("debated", pair.inbound, pair.outbound, duty.summary)
            found.append(Ground("review", "debated", message, pair.inbound, duty.clause, duty.id))
    source = seen.whole_source(pair.terms)
    if source and crosses != "does-not":
        open_ = crosses == "debated" or seen.asks_source(pair.target)
        message = say("whole_source", pair.inbound, pair.outbound, source.summary)
        answer: Answer = "review" if open_ else "no"
        found.append(
            Ground(answer, "whole_source", message, pair.inbound, source.clause, source.id)
        )
    return found


def _additional(pair: Pair) -> list[Ground]:
    """Terms beyond notices, against what the outbound license says to terms it did not write."""
    targets = _versions(pair)
    strict = seen.strict(pair.target, pair.rules)
    found = []
    for extra in seen.extras(pair.terms, pair.rules):
        term = "naming" if extra.kind in pair.rules.kinds.naming else "notices"
        if pair.crosses(term) == "does-not":
            continue
        if not strict and extra.kind in pair.rules.kinds.free:
            continue
        if seen.share_alikes(pair.terms) and extra.kind in ("source", "terms_kept"):
            continue  # part of the copyleft, which has answered already
        stances = [pair.rules.stance(t) for t in targets]
        said: list[Answer] = [s.terms.get(extra.kind, "review") if s else "review" for s in stances]
        answer = min(said, key=ANSWERS.index)
        if answer == "yes":
            continue
        code = "extra_forbidden" if answer == "no" else "extra_open"
        message = say(code, pair.inbound, pair.outbound, extra.why)
        found.append(Ground(answer, code, message, pair.inbound, extra.clause, extra.condition))
        stance = stances[said.index(answer)]
        if stance is not None and answer == "no":
            message = say(code, pair.inbound, pair.outbound, stance.why)
            found.append(Ground(answer, code, message, pair.outbound, stance.clause))
    return found
