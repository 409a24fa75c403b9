"""May what a subject brings go out under the license that the intent names?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from licaudit.facts import LicenseAnswer, Relation
from licaudit.policy.compat_pair import Ground
from licaudit.policy.compat_words import say
from licaudit.policy.compatibility import Compatibility, compatibility
from licaudit.policy.expressions import TermsOf
from licaudit.policy.release import way_of
from licaudit.policy.terms import statement_id

Crosses = Callable[[str], str]


def fit(
    answer: LicenseAnswer | None,
    restrictions: tuple[str, ...],
    part: str,
    relation: Relation | None,
    carried: Mapping[str, str | None],
    outbound: str,
    terms_of: TermsOf,
) -> Compatibility:
    """The answer for one subject: its license, and what sentences beside it take away.

    `carried` are the kinds of terms that reach the work along the whole way, with the question
    where that is debated; of the work itself all do.
    """
    parts = [f"({answer.expression})"] if answer and answer.expression else []
    parts += [statement_id(kind) for kind in restrictions]
    if not answer or not answer.expression:
        ground = Ground("review", "unknown_terms", say("unknown_terms", "?"), "")
        return Compatibility("", outbound, way_of(part), "review", (ground,))
    found = compatibility(
        " AND ".join(parts),
        outbound,
        way_of(part),
        terms_of,
        relation or "contains",
        _crosses(carried) if relation else None,
    )
    # What the work is made from tells its license; a part that is contained goes out as it is.
    return replace(found, inbound=answer.expression)


def _crosses(carried: Mapping[str, str | None]) -> Crosses:
    def crosses(term: str) -> str:
        if term not in carried:
            return "does-not"
        return "debated" if carried[term] else "travels"

    return crosses
