"""Sentences of cards: license names with what they are said of, and usage statements."""

from __future__ import annotations

import re
from urllib.parse import unquote

from licaudit.facts import EVERYTHING, WEIGHTS, Action, Claim, Gap, Passage, Scope
from licaudit.licenses import prose
from licaudit.licenses.catalog import Catalog
from licaudit.licenses.claims import at_line, claim, gap
from licaudit.licenses.knowledge import Knowledge
from licaudit.licenses.names import resolve_url
from licaudit.licenses.read_text import read_text
from licaudit.licenses.statements import (
    Pattern,
    Sentence,
    Statement,
    read_statements,
    split_sentences,
)

EMBEDDED_WORDS = 400  # a license section this long may hold a license's whole text
_GRANTING = re.compile(
    r"licen[sc]ed? (is|are|under|by|with|as|:)|\blicen[sc]e\b.{0,40}\b(is|:)"
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
        embedded, _ = read_text(passage, knowledge, catalog, ())
        settled = [c for c in embedded if c.expression and c.rung in ("exact_rule", "engine")]
        if settled:
            return settled, []
    found: list[Claim] = []
    gaps: list[Gap] = []
    for sentence in split_sentences(passage.text):
        if not prose.CLUE.search(sentence.text):
            continue
        if whole and sentence.text.lstrip().startswith("|"):
            continue  # a row of somebody's table; tables of licenses have passages of their own
        if whole and not (_GRANTING.search(sentence.text) and not _OTHERS.search(sentence.text)):
            continue
        claims = _sentence(passage, sentence, knowledge, catalog)
        found += claims
        if not claims and not whole:
            gaps += _unresolved(passage, sentence, knowledge, catalog)
    for statement in read_statements(passage.text, patterns, own_names):
        if not _said_by_name(statement, knowledge, catalog):
            found += _statement(passage, statement)
    return found, gaps


def _sentence(
    passage: Passage, sentence: Sentence, knowledge: Knowledge, catalog: Catalog
) -> list[Claim]:
    """One claim per name and scope; a link behind a name that says the same adds nothing."""
    found: list[Claim] = []
    last_end, last_scopes = 0, [passage.scope]
    place = at_line(passage, sentence.line)
    other = bool(_OTHERS.search(sentence.text))
    for mention in prose.mentions(sentence.text, knowledge, catalog):
        said = prose.scopes_for(sentence.text, mention, last_end)
        scopes = said or last_scopes
        last_end, last_scopes = mention.end, scopes
        if mention.linked and any(c.expression == mention.named.expression for c in found):
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
    return found


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


def _own_file(passage: Passage, url: str) -> bool:
    """Whether a link leads to a license file that stands in this tree and is read there."""
    files = (passage.hint("files") or "").split("\n")
    path = re.split(r"[#?]", url, maxsplit=1)[0]
    name = unquote(path).rstrip("/").rsplit("/", 1)[-1]
    return bool(name) and name in files


def _unresolved(
    passage: Passage, sentence: Sentence, knowledge: Knowledge, catalog: Catalog
) -> list[Gap]:
    """A license named only by a link to somewhere outside the tree."""
    found = []
    for words, url in _LINK.findall(sentence.text):
        if not url.startswith("http") or not re.search(
            r"licen[sc]e|terms|agreement|协议|许可", words + url, re.IGNORECASE
        ):
            continue
        if resolve_url(url, knowledge, catalog) or _own_file(passage, url):
            continue
        found.append(
            gap(
                passage,
                "license_by_link",
                f"`{words}` is only linked: {url}",
                location=at_line(passage, sentence.line),
            )
        )
    return found
