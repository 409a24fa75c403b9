"""License names that stand alone: a line of a license section, a cell of a license column."""

from __future__ import annotations

import re

from licaudit.facts import Claim, Gap, Passage, Rung
from licaudit.licenses.catalog import Catalog
from licaudit.licenses.claims import at_line, claim, gap
from licaudit.licenses.knowledge import Knowledge
from licaudit.licenses.names import links_to_own_file, resolve_name
from licaudit.licenses.page_links import LINK
from licaudit.licenses.page_scopes import scopes_said, within
from licaudit.licenses.sentences import Sentence, plain

NAME_WORDS = 6  # words of a line that may be a license's bare name
_WORK = re.compile(r"\b(?:data ?sets?|corpus|corpora)$", re.IGNORECASE)


def bare_name(
    passage: Passage, sentence: Sentence, knowledge: Knowledge, catalog: Catalog
) -> tuple[list[Claim], list[Gap]]:
    """`Apache 2.0` alone in a license section: a name that needs no sentence around it."""
    words = plain(sentence.text).strip(" .:;*-")
    if not passage.hint("section") or not 0 < len(words.split()) <= NAME_WORDS:
        return [], []
    label, _, value = words.rpartition(": ")  # `Weights: Apache-2.0`
    named = resolve_name(value, knowledge, catalog)
    if named is None or not named.expression:
        return [], []
    place = at_line(passage, sentence.line)
    terms = knowledge.get(named.expression)
    if terms and terms.family == "data-agreement" and _WORK.search(value):
        # "The Yelp Dataset": what the work is made from; its terms may or may not hold here.
        note = f"`{value}` names a work, and does not say that its terms ({terms.id}) hold here"
        open_ = claim(
            passage, words, "identifier", 0.3, location=place, candidates=(terms.id,), note=note
        )
        return [open_], [gap(passage, "ambiguous_name", note, location=place)]
    found = [
        claim(
            passage,
            words,
            "identifier",
            0.85,
            expression=named.expression,
            scope=within(scope, passage.scope, passage),
            location=place,
            note=value,
        )
        for scope in scopes_said(label) or [passage.scope]
    ]
    return found, []


def cell(passage: Passage, knowledge: Knowledge, catalog: Catalog) -> tuple[list[Claim], list[Gap]]:
    """What a license column says in a word or two; a cell that nobody can read stays open."""
    value = plain(passage.text)
    files = passage.hint("files") or ""
    if any(links_to_own_file(url, files) for _, url in LINK.findall(passage.text)):
        return [], []  # that file is read where it stands
    named = resolve_name(value, knowledge, catalog)
    if named is not None and named.expression:
        return [claim(passage, value, "identifier", 0.85, expression=named.expression)], []
    if named is not None and named.silent and not re.search(r"\w", value):
        return [], []
    note = "no table knows this name" if named is None else named.why or "the cell states nothing"
    candidates = named.candidates if named else ()
    rung: Rung = "identifier" if candidates else "none"
    found = claim(passage, value, rung, 0.3, candidates=candidates, note=note)
    reason = "ambiguous_name" if candidates else "unknown_name"
    return [found], [gap(passage, reason, f"`{value[:80]}`: {note}")]
