"""Usage statements of a page as claims: what each takes away, and from which part."""

from __future__ import annotations

import re

from licaudit.facts import EVERYTHING, Action, Claim, Gap, Passage
from licaudit.licenses import prose
from licaudit.licenses.catalog import Catalog
from licaudit.licenses.claims import at_line, claim, gap
from licaudit.licenses.knowledge import Knowledge
from licaudit.licenses.page_scopes import named_models, scopes_said, within
from licaudit.licenses.statements import Statement

# What a maker intends is no license term: it asks a question, it does not forbid.
_INTENDED = re.compile(
    r"\bintended (for|use|to be used|primarily)\b|\bintended only\b|旨在|用途为", re.IGNORECASE
)
QUOTED = 200  # characters of a doubtful sentence that are quoted
_IGNORED_KINDS = frozenset({"citation_asked"})
_LOOSENING = frozenset({"commercial_allowed"})


def said_by_name(statement: Statement, knowledge: Knowledge, catalog: Catalog) -> bool:
    """Whether the restriction is only what a license named in the sentence says itself."""
    if statement.kind not in ("non_commercial", "research_only", "no_derivatives"):
        return False
    for mention in prose.mentions(statement.sentence, knowledge, catalog):
        terms = knowledge.get(mention.named.expression or "")
        act: Action = "modify" if statement.kind == "no_derivatives" else "use"
        if terms and terms.grant(act, "commercial", terms.kinds[0])[0] == "prohibited":
            return True
        if any("-NC" in c for c in mention.named.candidates):
            return True
    return False


def limit_claims(passage: Passage, statement: Statement) -> list[Claim]:
    """Claims of one statement: for the parts it names, else for everything the page is about."""
    if statement.kind in _IGNORED_KINDS or statement.subject == "other" or statement.share < 1:
        return []
    place = at_line(passage, statement.line)
    sentence = statement.sentence
    scopes = scopes_said(sentence)
    if statement.kind in _LOOSENING:
        return [
            claim(
                passage,
                sentence,
                "statement",
                0.6,
                scope=passage.scope,
                location=place,
                rule=statement.pattern_id,
                note=statement.kind,
            )
        ]
    nested = ":" in passage.scope and not passage.scope.startswith("data:")
    if not nested:
        scopes = named_models(sentence) or scopes
    targets = [within(s, passage.scope, passage) for s in scopes]
    if not targets or passage.hint("table"):
        targets = [passage.scope] if nested or passage.hint("table") else [EVERYTHING]
    kind: str = statement.kind
    if kind in ("research_only", "academic_only", "non_commercial") and _INTENDED.search(sentence):
        kind = "intended_use"
    return [
        claim(
            passage,
            sentence,
            "statement",
            0.8,
            scope=scope,
            location=place,
            narrows=kind,
            rule=statement.pattern_id,
        )
        for scope in targets
    ]


def doubts(passage: Passage, statements: list[Statement]) -> list[Gap]:
    """What weighed sentences, and those that patterns probably misread, may take away: questions.

    A pattern's own word on the same page answers them, if it is said of everything: what is said
    of the data alone leaves the weights open.
    """
    plain = (s for s in statements if s.share == 1 and s.subject == "this")
    said = {s.kind for s in plain if not scopes_said(s.sentence)}
    return [
        gap(passage, "weighed", _doubt(statement), location=at_line(passage, statement.line))
        for statement in statements
        if statement.share < 1 and statement.subject == "this"
        if statement.kind not in said | _IGNORED_KINDS | _LOOSENING
    ]


def _doubt(statement: Statement) -> str:
    words = statement.sentence
    shown = words if len(words) <= QUOTED else words[: QUOTED - 3] + "..."
    kind = statement.kind.replace("_", " ")
    if statement.unlikely:
        return (
            f'"{shown}" may limit use ({kind}): pattern {statement.pattern_id} reads it so, but '
            f"few sentences of such words do ({max(statement.share, 0.001):.1%})"
        )
    weighty = ", ".join(f"`{w}`" for w in statement.weighty)
    return (
        f'"{shown}" may limit use ({kind}, {statement.share:.0%}); no pattern reads it, '
        f"these words weighed most: {weighty}"
    )
