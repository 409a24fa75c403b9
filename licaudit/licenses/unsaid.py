"""A license file that does not say what it governs, in a code repository that speaks of weights.

Its limits count for the weights too when nothing else licenses them: reading a restriction wide is
safe. Its permissions never do: a license on code gives nobody rights in weights.
"""

from __future__ import annotations

from licaudit.facts import CODE, WEIGHTS, Claim, Passage
from licaudit.licenses.claims import again
from licaudit.licenses.conclude import base_scope
from licaudit.licenses.knowledge import Knowledge


def spread(claims: list[Claim], passages: tuple[Passage, ...], knowledge: Knowledge) -> list[Claim]:
    """Claims on weights that follow from restrictive license files of unsaid role."""
    files = {
        (p.artifact, p.location.path)
        for p in passages
        if p.form == "text" and p.hint("role") == "unsaid" and p.hint("weights") and p.scope == CODE
    }
    licensed = {
        c.artifact
        for c in claims
        if base_scope(c.scope) == WEIGHTS and (c.expression or c.candidates)
    }
    note = "the file does not say what it governs; its limits are read for the weights too"
    return [
        again(c, WEIGHTS, note)
        for c in claims
        if (c.artifact, c.location.path) in files
        and c.artifact not in licensed
        and c.scope == CODE
        and c.expression
        and _prohibits(c.expression, knowledge)
    ]


def _prohibits(expression: str, knowledge: Knowledge) -> bool:
    terms = knowledge.get(expression)
    return terms is not None and any(
        terms.grant("use", "commercial", kind)[0] == "prohibited" for kind in terms.kinds
    )
