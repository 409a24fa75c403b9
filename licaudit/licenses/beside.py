"""Words that stand beside a known license text: clauses added to it, and what is said of others."""

from __future__ import annotations

import re
from dataclasses import dataclass

from licaudit.facts import CODE, Claim, Gap, Passage, Scope
from licaudit.licenses import prose
from licaudit.licenses.catalog import Catalog
from licaudit.licenses.changes import BINDING
from licaudit.licenses.claims import at_line, claim, gap
from licaudit.licenses.knowledge import Knowledge
from licaudit.licenses.parts import MENTIONED
from licaudit.licenses.sentences import Sentence, split_sentences
from licaudit.licenses.statements import Pattern, read_statements
from licaudit.licenses.texts import words

LEFTOVER_WORDS = 25
_CLAUSE_WORDS = 6
_SILENT_KINDS = frozenset({"commercial_allowed", "citation_asked", "all_rights_reserved"})
_HARMLESS = re.compile(
    r"as is|warrant|liab|damages|copyright|all rights reserved|disclaim|appendix|how to apply"
    r"|boilerplate|法律责任|不提供任何",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(portions of (this|the) \w+ (is|are|was|were)|third.part(y|ies)|dependenc\w+|bundled"
    r"|includes|contains|borrow\w*|adapted from|following licen[sc]es?|terms of each"
    r"|respective)\b|第三方",
    re.IGNORECASE,
)
# What a license calls the thing it governs, whatever that is: no word for code alone.
_DEFINED = re.compile(
    r"\b(?:the|this) (?:software|program|work|materials?)\b|本?(?:软件|程序|作品)", re.IGNORECASE
)
_GRANTING = re.compile(
    r"licen[sc]ed? (is|are|under|by|with|as|:)|\blicen[sc]e\b.{0,40}\b(is|:)"
    r"|\b(are|is|released|available|distributed|provided|published|covered|governed)"
    r" (\w+ ){0,4}under\b"
    r"|采用|遵循|依照|许可",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Beside:
    """Claims and gaps of the words beside, and the sentences that change the license's own deal."""

    claims: list[Claim]
    gaps: list[Gap]
    clauses: list[Sentence]


def read_beside(
    passage: Passage,
    rest: str,
    knowledge: Knowledge,
    catalog: Catalog,
    patterns: tuple[Pattern, ...],
) -> Beside:
    """What the words outside all known texts say. `rest` has the known lines blanked out."""
    if not rest.strip():
        return Beside([], [], [])
    found = narrowing(passage, rest, patterns)
    clauses: list[Sentence] = []
    for sentence in split_sentences(rest):
        named = _named(passage, sentence, knowledge, catalog)
        found += named
        if not named and _changes(sentence, passage.scope):
            clauses.append(sentence)
    return Beside(found, _leftover(passage, rest), clauses)


def narrowing(passage: Passage, text: str, patterns: tuple[Pattern, ...]) -> list[Claim]:
    """Usage statements, each for the part it names, else for what the passage governs."""
    return [
        claim(
            passage,
            s.sentence,
            "statement",
            0.8,
            scope=scope,
            narrows=s.kind,
            rule=s.pattern_id,
            location=at_line(passage, s.line),
        )
        for s in read_statements(text, patterns)
        if s.kind not in _SILENT_KINDS
        for scope in _parts(passage, s.sentence) or [passage.scope]
    ]


def _parts(passage: Passage, sentence: str) -> list[Scope]:
    """The parts a sentence names, where the file's own name does not already say its part."""
    if passage.hint("role") != "unsaid" or passage.scope != CODE:
        return []
    return [scope for scope, pattern in prose.SCOPE_WORDS if pattern.search(sentence)]


def _named(
    passage: Passage, sentence: Sentence, knowledge: Knowledge, catalog: Catalog
) -> list[Claim]:
    """Licenses a sentence beside the text gives to a part that it names itself."""
    if not _GRANTING.search(sentence.text) or not prose.CLUE.search(sentence.text):
        return []
    if MENTIONED.search(sentence.text):
        return []
    found: list[Claim] = []
    last = 0
    for mention in prose.mentions(sentence.text, knowledge, catalog):
        scopes = prose.scopes_for(sentence.text, mention, last)
        last = mention.end
        found += [
            claim(
                passage,
                sentence.text,
                "identifier",
                0.8 if mention.named.expression else 0.3,
                expression=mention.named.expression,
                scope=scope,
                location=at_line(passage, sentence.line),
                candidates=mention.named.candidates,
                note=mention.words,
            )
            for scope in scopes or [passage.scope]
        ]
    return found


def _changes(sentence: Sentence, scope: Scope) -> bool:
    """Whether a sentence binds whoever relies on the known text beside it."""
    text = sentence.text
    if len(words(text)) < _CLAUSE_WORDS or not BINDING.search(text):
        return False
    if _HARMLESS.search(text) or _OTHERS.search(text) or text.rstrip("*_ ").endswith((":", "：")):
        return False  # a colon announces what follows: that is read by itself
    named = _DEFINED.sub(" ", text)
    parts = [part for part, pattern in prose.SCOPE_WORDS if pattern.search(named)]
    return not parts or scope in parts or ":" in scope


def _leftover(passage: Passage, rest: str) -> list[Gap]:
    """Words next to a known text that nobody explains: an added clause may be among them."""
    kept = [
        p for p in re.split(r"\n\s*\n|(?<=[.;。])\s", rest) if p.strip() and not _HARMLESS.search(p)
    ]
    count = sum(len(words(p)) for p in kept)
    if count < LEFTOVER_WORDS:
        return []
    longest = max(kept, key=len).strip()
    line = rest.count("\n", 0, rest.find(longest)) + 1
    return [
        gap(
            passage,
            "unexplained_text",
            f"{count} words beside the known license text are not part of it",
            location=at_line(passage, line),
        )
    ]
