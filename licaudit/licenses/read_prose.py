"""Sentences of cards: license names with what they are said of, and usage statements."""

from __future__ import annotations

import re
from dataclasses import replace

from licaudit.facts import DOCUMENT, Claim, Gap, Passage
from licaudit.licenses import prose
from licaudit.licenses.catalog import Catalog
from licaudit.licenses.claims import at_line, claim, gap
from licaudit.licenses.knowledge import Knowledge
from licaudit.licenses.page_limits import doubts, limit_claims, said_by_name
from licaudit.licenses.page_links import BARE, only_linked
from licaudit.licenses.page_names import bare_name, cell
from licaudit.licenses.page_scopes import fitting, scopes_said, within
from licaudit.licenses.page_texts import take_texts
from licaudit.licenses.sentences import Sentence, split_sentences
from licaudit.licenses.set_aside import below, borrowed, standing
from licaudit.licenses.statements import Pattern, read_statements
from licaudit.licenses.weighed import load_scales
from licaudit.licenses.whose import Subjects

DOUBTFUL = 0.6  # how sure a claim is that may be about another work; see conflicts.SURE
PROSE_LIMIT = 400_000  # characters of a page searched for license names
_GRANTING = re.compile(
    r"licen[sc]ed? (is|are|under|by|with|as|:)|\blicen[sc]e\b.{0,40}\b(is|:)"
    r"|\b(is|are) [\w.+-]{2,20}[- ]licen[sc]ed\b"
    r"|\bwe (\w+ )?(release|publish|share|provide|license) (the|this|our|it|all)\b.{0,80}\bunder\b"
    r"|(released|available|distributed|provided|published|covered|governed|shared|open.?sourced)"
    r" (\w+ ){0,4}(under|with|by)\b|采用|遵循|依照|协议开源|许可",
    re.IGNORECASE,
)
# Who a sentence of the open page must be about before its license name counts for this artifact.
_OTHERS = re.compile(
    r"\b(based on|derived from|fine-?tuned (from|on)|built (up)?on|thanks to|borrow\w*|adapted from"
    r"|original(ly)?|inspired by|originat\w+|following|portions?|third.party|dependenc\w+|upstream"
    r"|respective|their own|paper|icons?|images?|figures?|photos?|badge|logo|fonts?)\b"
    r"|基于|参考|感谢",
    re.IGNORECASE,
)
# Things beside a release that have licenses of their own; a sentence on the release too counts.
_SIDE = re.compile(
    r"\b(?:demos?|videos?|web ?sites?|blogs?|slides?|posters?)\b[^.]{0,40}\blicen[sc]",
    re.IGNORECASE,
)
_RECORD = re.compile(r'"licen[sc]e\w{0,20}"\s*:\s*"')  # a row of the data, shown on its page
_OF_BASE = "is said of a work this may be made from"


def read_prose(
    passage: Passage,
    knowledge: Knowledge,
    catalog: Catalog,
    patterns: tuple[Pattern, ...],
    own_names: tuple[str, ...] = (),
) -> tuple[list[Claim], list[Gap]]:
    """Claims of a license section, a table cell, a labelled line or a whole page."""
    whole = bool(passage.hint("whole"))
    found: list[Claim] = []
    gaps: list[Gap] = []
    if not whole:
        found, gaps, passage = take_texts(passage, knowledge, catalog, patterns)
    about = Subjects(passage, own_names)
    if len(passage.text) > PROSE_LIMIT:
        detail = f"only the first {PROSE_LIMIT} characters were searched for license names"
        gaps.append(gap(passage, "cut_short", detail))
    for sentence in split_sentences(passage.text[:PROSE_LIMIT]):
        # The cell of a license column needs no further word; on a model's own card it does,
        # for there such tables compare it with others.
        column = passage.hint("table") and (not passage.hint("card") or own_row(passage))
        if not column and not prose.CLUE.search(sentence.text):
            claims, missing = bare_name(passage, sentence, knowledge, catalog)
            found += claims
            gaps += missing
            continue
        if whole and not _speaks(sentence.text):
            continue
        claims, missing = _sentence(passage, sentence, knowledge, catalog, about)
        found += claims
        gaps += missing
        if not claims and not missing and not whole:
            gaps += only_linked(passage, sentence, knowledge, catalog)
    statements = read_statements(passage.text, patterns, own_names, load_scales)
    unread = passage.hint("table") and not (found or gaps or any(s.share == 1 for s in statements))
    if unread and (not passage.hint("card") or own_row(passage)):
        found, gaps = cell(passage, knowledge, catalog)
        if own_row(passage) and not any(c.expression or c.candidates for c in found):
            found, gaps = [], []  # a tick or a dash beside others' says nothing of this one
    if any(c.expression for c in found):
        # A bare address beside a license that is named is a reference, not the license.
        gaps = [replace(g, blocks=False) if g.detail.startswith(BARE) else g for g in gaps]
    statements = [s for s in statements if not said_by_name(s, knowledge, catalog)]
    for statement in statements:
        found += limit_claims(passage, statement)
    gaps += doubts(passage, statements)
    return [_doubted(c, passage) for c in found], gaps


def own_row(passage: Passage) -> bool:
    """Whether a table's row is about the work itself."""
    return passage.hint("row") == "own"


def _doubted(item: Claim, passage: Passage) -> Claim:
    """A row that may be about another work binds its checkpoint; it speaks for no other part."""
    if passage.hint("row") != "other" or not item.expression:
        return item
    return replace(item, confidence=min(item.confidence, DOUBTFUL))


def _speaks(text: str) -> bool:
    """Whether a sentence of the open page gives a license to this work."""
    if text.lstrip().startswith("|"):
        return False  # a row of somebody's table; tables of licenses have passages of their own
    if not _GRANTING.search(text) or _OTHERS.search(text):
        return False
    return not _SIDE.search(text) or bool(scopes_said(text))


def _sentence(
    passage: Passage, sentence: Sentence, knowledge: Knowledge, catalog: Catalog, about: Subjects
) -> tuple[list[Claim], list[Gap]]:
    """One claim per name and scope; a link behind a name that says the same adds nothing."""
    found: list[Claim] = []
    gaps: list[Gap] = []
    last_end, last_scopes = 0, [passage.scope]
    place = at_line(passage, sentence.line)
    other = bool(_OTHERS.search(sentence.text) or _RECORD.search(sentence.text))
    other = other or about.named(sentence.text)
    named = standing(sentence.text, prose.mentions(sentence.text, knowledge, catalog))
    bound = [] if named else borrowed(sentence.text, knowledge, catalog)
    for mention in bound or prose.choices(sentence.text, named):
        said = prose.scopes_for(sentence.text, mention, last_end)
        scopes = said or last_scopes
        last_end, last_scopes = mention.end, scopes
        if mention.linked and any(c.expression == mention.named.expression for c in found):
            continue
        under = below(sentence.text, mention)
        if not bound and (under or about.other(sentence.text, mention)):
            if not under and not about.base(sentence.text, mention):
                continue
            found.append(_of_base(passage, sentence, mention))
            if _binds_below(mention, knowledge):
                detail = f"{mention.named.expression or mention.words} {_OF_BASE}"
                gaps.append(gap(passage, "base_license", detail, location=place))
            continue
        for scope in fitting(scopes, mention, sentence.text, passage, knowledge):
            target = within(scope, passage.scope, passage)
            found.append(
                claim(
                    passage,
                    sentence.text,
                    "identifier",
                    (DOUBTFUL if other else 0.85) if mention.named.expression else 0.3,
                    expression=mention.named.expression,
                    scope=target,
                    location=place,
                    candidates=mention.named.candidates,
                    note=mention.words,
                )
            )
    return found, gaps


def _of_base(passage: Passage, sentence: Sentence, mention: prose.Mention) -> Claim:
    """What the page says of the work this one may be made from: noted, and no license of this."""
    return claim(
        passage,
        sentence.text,
        "identifier",
        DOUBTFUL if mention.named.expression else 0.3,
        expression=mention.named.expression,
        scope=DOCUMENT,
        location=at_line(passage, sentence.line),
        candidates=mention.named.candidates,
        note=f"said of what the work was made from: {mention.words}",
    )


def _binds_below(mention: prose.Mention, knowledge: Knowledge) -> bool:
    """Whether a base's license may bind what is made from it; a name left open may."""
    terms = knowledge.get(mention.named.expression or "")
    if terms is None:
        return True
    return bool(terms.flow_down and terms.flow_down.value != "none") or any(
        terms.grant("use", "commercial", kind)[0] == "prohibited" for kind in terms.kinds
    )
