"""A baseline: what an earlier audit told, so that a pipeline stops for what is new alone.

A thing is known when the earlier judgement of the same use told it at least as bad and nobody had
waived it: a waiver ends on its day, and a baseline must not go on where it ended.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from licaudit.facts import OUTCOMES, Claim, Intent, Judgement, Outcome


@dataclass(frozen=True)
class Known:
    """The digests of what one judgement told, each made of an outcome and a thing."""

    told: frozenset[str] = frozenset()

    def has(self, outcome: Outcome, thing: str) -> bool:
        """Whether a thing was told already, this bad or worse."""
        return any(digest(o, thing) in self.told for o in OUTCOMES[OUTCOMES.index(outcome) :])


def known(earlier: Iterable[Judgement], intents: Iterable[Intent]) -> tuple[Known, ...]:
    """For each intent what the earlier judgement of its use told; nothing where there is none.

    Several intents of one use are told apart by their order.
    """
    kept: dict[tuple[str, int], Known] = {}
    count: Counter[str] = Counter()
    for judgement in earlier:
        use = judgement.intent.use
        kept[use, count[use]] = Known(frozenset(_told(judgement)))
        count[use] += 1
    count.clear()
    found = []
    for intent in intents:
        found.append(kept.get((intent.use, count[intent.use]), Known()))
        count[intent.use] += 1
    return tuple(found)


def _told(judgement: Judgement) -> Iterable[str]:
    for finding in judgement.findings:
        if finding.waiver is None:
            yield finding.fingerprint
            yield from finding.members or ()
    yield from judgement.floor or ()


def said(claim: Claim) -> str:
    """What a claim says and in which file, without the line: words that move stay the same."""
    place = claim.location
    parts = (claim.artifact, claim.scope, place.path, place.key, claim.written, claim.expression)
    return digest(*map(str, parts), str(claim.narrows), *claim.candidates)


def digest(*parts: str) -> str:
    """Sixteen hexadecimal digits that stand for some words in their order."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
