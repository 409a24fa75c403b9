"""What the inbound license lets be done, against what the outbound one would let recipients do."""

from __future__ import annotations

from licaudit.policy import compat_terms as seen
from licaudit.policy.compat_pair import ACTS, Ground, Pair
from licaudit.policy.compat_rules import Answer
from licaudit.policy.compat_words import say

# Verdicts by which a license lets an act be done.
GIVEN = ("permitted", "covered", "conditional")
# What a license may say of outputs without binding those who receive them.
FREE_OUTPUTS = frozenset({"own_content", "none", "free_results", "produced_work_notice"})


def acts(pair: Pair) -> list[Ground]:
    """Whether the inbound license lets changed copies go out, and the outbound no more than it."""
    found = []
    for action in ACTS.get(pair.relation, ("modify", "distribute")):
        verdict, clause = pair.terms.grant(action, "non_commercial", pair.kind)
        code, answer = _of_verdict(pair, verdict)
        if code:
            message = say(code, pair.inbound, what=action)
            found.append(Ground(answer, code, message, pair.inbound, clause))
    return [
        *found,
        *_bars(pair),
        *_grants_more(pair),
        *_grants_acts(pair),
        *_credit_lost(pair),
        *_outputs(pair),
    ]


def _bars(pair: Pair) -> list[Ground]:
    """No-derivatives and the like: changed copies may not go out, whatever they are called."""
    crosses = pair.crosses("share_alike")
    if crosses == "does-not" and pair.crosses("notices") == "does-not":
        return []  # nothing of the work goes out
    answer: Answer = "review" if crosses == "debated" else "no"
    verdict, clause = pair.terms.grant("modify", "non_commercial", pair.kind)
    if crosses == "debated" and verdict == "prohibited":
        message = say("act_prohibited", pair.inbound, what="modify")
        return [Ground(answer, "act_prohibited", message, pair.inbound, clause)]
    return [
        Ground(
            answer,
            "barred",
            say("barred", pair.inbound, why=bar.summary),
            pair.inbound,
            bar.clause,
            bar.id,
        )
        for bar in seen.bars(pair.terms)
    ]


def _grants_more(pair: Pair) -> list[Ground]:
    """A non-commercial work inside one that would be free for commerce."""
    verdict, clause = pair.terms.grant("distribute", "commercial", pair.kind)
    outward = pair.target.grant("distribute", "commercial", pair.kind)[0]
    crosses = pair.crosses("use_limits")
    if verdict != "prohibited" or outward == "prohibited" or crosses == "does-not":
        return []
    # Only outputs go out, and the license has no word on outputs: a question, not a bar.
    unsaid = pair.outputs and pair.terms.outputs is None
    open_ = crosses == "debated" or outward == "unknown" or unsaid
    message = say("grants_more", pair.inbound, pair.outbound)
    answer: Answer = "review" if open_ else "no"
    return [Ground(answer, "grants_more", message, pair.inbound, clause)]


def _outputs(pair: Pair) -> list[Ground]:
    """Limits on outputs that their recipients under another license would not know of."""
    said = pair.terms.outputs
    if not pair.outputs or pair.same or said is None:
        return []
    if {said.value, *said.values} <= FREE_OUTPUTS:
        return []
    message = say("outputs_bound", pair.inbound, pair.outbound)
    return [Ground("review", "outputs_bound", message, pair.inbound, said.clause)]


def _grants_acts(pair: Pair) -> list[Ground]:
    """Acts that the inbound license forbids and the outbound one would let recipients do."""
    crosses = pair.crosses("use_limits")
    if pair.same or pair.outputs or crosses == "does-not":
        return []
    found = []
    for action in ("train", "serve", "use_outputs", "train_on_outputs"):
        verdict, clause = pair.terms.grant(action, "non_commercial", pair.kind)
        outward = pair.target.grant(action, "non_commercial", pair.kind)[0]
        if verdict == "prohibited" and outward != "prohibited":
            answer: Answer = "no" if crosses == "travels" and outward in GIVEN else "review"
            message = say("grants_act", pair.inbound, pair.outbound, what=action)
            found.append(Ground(answer, "grants_act", message, pair.inbound, clause))
    return found


def _credit_lost(pair: Pair) -> list[Ground]:
    """Credit that a dedication does not pass on; in code the notice stands in the file itself."""
    if pair.kind == "code" or pair.same or pair.crosses("notices") == "does-not":
        return []
    owed = next((c for c in pair.terms.conditions if c.type in pair.rules.kinds.credit), None)
    if owed is None or any(c.type in pair.rules.kinds.credit for c in pair.target.conditions):
        return []
    message = say("credit_lost", pair.inbound, pair.outbound, owed.summary)
    return [Ground("review", "credit_lost", message, pair.inbound, owed.clause, owed.id)]


def _of_verdict(pair: Pair, verdict: str) -> tuple[str, Answer]:
    if verdict == "prohibited":
        return "act_prohibited", "no"
    if verdict in ("silent", "unknown"):
        return "act_unsaid", "review"
    if verdict == "conditional" and not pair.same:
        return "act_conditional", "review"
    return "", "yes"
