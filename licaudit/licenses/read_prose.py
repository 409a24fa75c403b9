"""Sentences of cards: license names with what they are said of, and usage statements."""

from __future__ import annotations

import re
from dataclasses import replace

from licaudit.facts import DOCUMENT, EVERYTHING, WEIGHTS, Action, Claim, Gap, Passage, Rung, Scope
from licaudit.licenses import prose
from licaudit.licenses.catalog import Catalog
from licaudit.licenses.claims import at_line, claim, gap
from licaudit.licenses.knowledge import Knowledge
from licaudit.licenses.names import links_to_own_file, resolve_name, resolve_url, urls_in
from licaudit.licenses.read_text import read_text
from licaudit.licenses.sentences import plain
from licaudit.licenses.set_aside import below, borrowed, standing
from licaudit.licenses.statements import (
    Pattern,
    Sentence,
    Statement,
    read_statements,
    split_sentences,
)
from licaudit.licenses.whose import Subjects

PROSE_LIMIT = 400_000  # characters of a page searched for license names
NAME_WORDS = 6  # words of a line that may be a license's bare name
EMBEDDED_WORDS = 400  # a license section this long may hold a license's whole text
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
_LINK = re.compile(r"\[([^\]]{1,200})\]\(([^)\s]{1,500})[^)]{0,100}\)")
# Things beside a release that have licenses of their own; a sentence on the release too counts.
_SIDE = re.compile(
    r"\b(?:demos?|videos?|web ?sites?|blogs?|slides?|posters?)\b[^.]{0,40}\blicen[sc]",
    re.IGNORECASE,
)
_RECORD = re.compile(r'"licen[sc]e\w{0,20}"\s*:\s*"')  # a row of the data, shown on its page
_BARE = "a license is only linked:"
_OF_BASE = "is said of a work this may be made from"
_LICENSE_LINK = re.compile(r"licen[sc]e|terms|agreement|协议|许可", re.IGNORECASE)
_WORK = re.compile(r"\b(?:data ?sets?|corpus|corpora|database|benchmark)\b", re.IGNORECASE)
# What a maker intends is no license term: it asks a question, it does not forbid.
_INTENDED = re.compile(
    r"\bintended (for|use|to be used|primarily)\b|\bintended only\b|旨在|用途为", re.IGNORECASE
)
_IGNORED_KINDS = frozenset({"citation_asked"})
_LOOSENING = frozenset({"commercial_allowed"})


def read_prose(
    passage: Passage,
    knowledge: Knowledge,
    catalog: Catalog,
    patterns: tuple[Pattern, ...],
    own_names: tuple[str, ...] = (),
) -> tuple[list[Claim], list[Gap]]:
    """Claims of a license section, a table cell, a labelled line or a whole page."""
    whole = bool(passage.hint("whole"))
    if not whole and len(passage.text.split()) > EMBEDDED_WORDS:
        embedded, missing = read_text(passage, knowledge, catalog, patterns)
        if any(c.rung in ("exact_rule", "engine", "near") for c in embedded):
            return embedded, [g for g in missing if g.reason == "changed_text"]
    found: list[Claim] = []
    gaps: list[Gap] = []
    about = Subjects(passage, own_names)
    if len(passage.text) > PROSE_LIMIT:
        detail = f"only the first {PROSE_LIMIT} characters were searched for license names"
        gaps.append(gap(passage, "cut_short", detail))
    for sentence in split_sentences(passage.text[:PROSE_LIMIT]):
        # The cell of a license column needs no further word; on a model's own card it does,
        # for there such tables compare it with others.
        cell = passage.hint("table") and not passage.hint("card")
        if not cell and not prose.CLUE.search(sentence.text):
            found += _bare_name(passage, sentence, knowledge, catalog)
            continue
        if whole and not _speaks(sentence.text):
            continue
        claims, missing = _sentence(passage, sentence, knowledge, catalog, about)
        found += claims
        gaps += missing
        if not claims and not missing and not whole:
            gaps += _unresolved(passage, sentence, knowledge, catalog)
    statements = read_statements(passage.text, patterns, own_names)
    if passage.hint("table") and not (passage.hint("card") or found or gaps or statements):
        found, gaps = _cell(passage, knowledge, catalog)
    if any(c.expression for c in found):
        # A bare address beside a license that is named is a reference, not the license.
        gaps = [replace(g, blocks=False) if g.detail.startswith(_BARE) else g for g in gaps]
    for statement in statements:
        if not _said_by_name(statement, knowledge, catalog):
            found += _statement(passage, statement)
    return found, gaps


def _speaks(text: str) -> bool:
    """Whether a sentence of the open page gives a license to this work."""
    if text.lstrip().startswith("|"):
        return False  # a row of somebody's table; tables of licenses have passages of their own
    if not _GRANTING.search(text) or _OTHERS.search(text):
        return False
    return not _SIDE.search(text) or bool(_scopes_said(text))


def _bare_name(
    passage: Passage, sentence: Sentence, knowledge: Knowledge, catalog: Catalog
) -> list[Claim]:
    """`Apache 2.0` alone in a license section: a name that needs no sentence around it."""
    words = plain(sentence.text).strip(" .:;*-")
    if not passage.hint("section") or not 0 < len(words.split()) <= NAME_WORDS:
        return []
    label, _, value = words.rpartition(": ")  # `Weights: Apache-2.0`
    named = resolve_name(value, knowledge, catalog)
    if named is None or not named.expression:
        return []
    place = at_line(passage, sentence.line)
    return [
        claim(
            passage,
            words,
            "identifier",
            0.85,
            expression=named.expression,
            scope=_within(scope, passage.scope, passage),
            location=place,
            note=value,
        )
        for scope in _scopes_said(label) or [passage.scope]
    ]


def _scopes_said(text: str) -> list[Scope]:
    return [scope for scope, words in prose.SCOPE_WORDS if words.search(text)]


def _cell(
    passage: Passage, knowledge: Knowledge, catalog: Catalog
) -> tuple[list[Claim], list[Gap]]:
    """What a license column says in a word or two; a cell that nobody can read stays open."""
    value = plain(passage.text)
    files = passage.hint("files") or ""
    if any(links_to_own_file(url, files) for _, url in _LINK.findall(passage.text)):
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
        for scope in _fitting(scopes, mention, sentence.text, passage, knowledge):
            target = _within(scope, passage.scope, passage)
            found.append(
                claim(
                    passage,
                    sentence.text,
                    "identifier",
                    (0.6 if other else 0.85) if mention.named.expression else 0.3,
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
        0.6 if mention.named.expression else 0.3,
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


_MODEL_NAME = r"[A-Z][A-Za-z0-9_.]*-?\d[A-Za-z0-9_.-]*"
_NAMED_MODELS = re.compile(
    rf"^\W{{0,6}}({_MODEL_NAME}(?:(?:\s*[,/、和与]\s*|,?\s+(?:and|y|et|und|e|と)\s+)(?:the )?"
    rf"{_MODEL_NAME}){{0,8}})(?![A-Za-z0-9_-])"
)


def named_models(sentence: str) -> list[Scope]:
    """`checkpoint:Foo-7B` and so on, where a sentence licenses checkpoints by their names."""
    match = _NAMED_MODELS.match(sentence)
    if match is None:
        return []
    return [f"checkpoint:{name}" for name in re.findall(_MODEL_NAME, match.group(1))]


def _fitting(
    scopes: list[Scope],
    mention: prose.Mention,
    sentence: str,
    passage: Passage,
    knowledge: Knowledge,
) -> list[Scope]:
    """A license written for models alone is not said of code unless the sentence says code."""
    terms = knowledge.get(mention.named.expression or "")
    if scopes != [passage.scope] or terms is None or "code" in terms.kinds:
        return scopes
    if "model" not in terms.kinds or "dataset" in terms.kinds or passage.scope.startswith("data"):
        return scopes
    return (named_models(sentence) if ":" not in passage.scope else []) or [WEIGHTS]


def _within(scope: Scope, page: Scope, passage: Passage) -> Scope:
    """A scope word on a page about one folder or checkpoint speaks of that one."""
    if passage.hint("table") or ":" not in page or page.startswith("data:"):
        return page if passage.hint("table") else scope
    folder = page.split(":", 1)[1]
    if ":" in scope and not scope.startswith("data:"):
        return scope
    prefix = {"code": "folder", "weights": "checkpoint"}.get(scope, "subset")
    return f"{prefix}:{folder}"


def _said_by_name(statement: Statement, knowledge: Knowledge, catalog: Catalog) -> bool:
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


def _statement(passage: Passage, statement: Statement) -> list[Claim]:
    if statement.kind in _IGNORED_KINDS or statement.subject == "other":
        return []
    place = at_line(passage, statement.line)
    sentence = statement.sentence
    scopes: list[Scope] = [s for s, words in prose.SCOPE_WORDS if words.search(sentence)]
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
    targets = [_within(s, passage.scope, passage) for s in scopes]
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


def _unresolved(
    passage: Passage, sentence: Sentence, knowledge: Knowledge, catalog: Catalog
) -> list[Gap]:
    """A license named only by a link: outside the tree, or to a file that is not here."""
    found = []
    place = at_line(passage, sentence.line)
    links = [(words, url) for words, url in _LINK.findall(sentence.text)]
    linked = {url for _, url in links}
    links += [(url, url) for url, _ in urls_in(sentence.text) if url not in linked]
    for words, url in links:
        if not _LICENSE_LINK.search(words + " " + url) or resolve_url(url, knowledge, catalog):
            continue
        if links_to_own_file(url, passage.hint("files") or ""):
            continue
        if url.startswith("http"):
            said = _BARE if words == url else f"`{words}` is only linked:"
            detail = f"{said} {url}"
            found.append(gap(passage, "license_by_link", detail, location=place, link=url))
        elif not url.startswith(("#", "mailto:")):
            detail = f"`{words}` leads to {url}, which is no license file of this tree"
            found.append(gap(passage, "missing_file", detail, blocks=False, location=place))
    return found
