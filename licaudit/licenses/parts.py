"""The known texts that stand in a file: by heading, by ScanCode's rules, and how they differ."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from licaudit.facts import Change, Rung
from licaudit.licenses import engine
from licaudit.licenses.catalog import Catalog, text_of
from licaudit.licenses.changes import Difference, change, difference, load_telling
from licaudit.licenses.knowledge import Knowledge
from licaudit.licenses.texts import digest, words
from licaudit.licenses.titles import headed
from licaudit.licenses.word_diff import read_words

MOST_TITLE_LINES = 5
TITLE_WORDS = ("the", "license", "licence", "version", "a", "of")
NEAR = 90.0  # percent of a known text that must be there to call it a copy of it
FAR = 50.0  # percent of a rule's words that must be there to look at the license's own text
LONG = 150  # words of such a match
SAME = 0.97  # the share of a text's words that must then be here, and how few more there may be
SAME_TAIL = 0.9  # the share of a known text that is left without its preamble
MOST_TRIMMED = 20  # lines left off at either end
SHORT = 6  # words that name a license without granting it
MENTIONED = re.compile(
    r"compatible (?:does ?n.t|doesn.t|does not) mean\b.{0,80}\bunder the \w*GPL"
    r"|\bunlike the \w*GPL|\bnot GPL-compatible|\bmakes? it possible to combine\b.{0,120}\bGPL",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One known text inside a file: its lines, what it is, and how it differs."""

    expression: str
    first: int
    last: int
    rung: Rung
    confidence: float
    whole: bool
    note: str | None = None
    rule: str | None = None
    changed: Difference | None = None


def exact_text(text: str, knowledge: Knowledge, catalog: Catalog) -> str | None:
    """The license whose text this is, word for word."""
    found = _known(text, knowledge, catalog)
    return found or _under_its_name(text, knowledge, catalog)


def _known(text: str, knowledge: Knowledge, catalog: Catalog) -> str | None:
    key = digest(text)
    return knowledge.digests.get(key) or catalog.by_digest.get(key)


def _under_its_name(text: str, knowledge: Knowledge, catalog: Catalog) -> str | None:
    """The same for a text under a title: the words above it may only be the license's own name."""
    lines = text.split("\n")
    heads = [n for n, line in enumerate(lines) if line.strip()][:MOST_TITLE_LINES]
    for last in heads:
        found = _known("\n".join(lines[last + 1 :]), knowledge, catalog)
        if found is None:
            continue
        terms = knowledge.get(found)
        if terms is None:
            return None
        names = " ".join((terms.id, terms.name, *terms.aliases, *terms.titles))
        if set(words("\n".join(lines[: last + 1]))) <= {*words(names), *TITLE_WORDS}:
            return found
    return None


def find_parts(
    matches: tuple[engine.Match, ...], lines: list[str], knowledge: Knowledge, catalog: Catalog
) -> list[Part]:
    """The known texts in a file. A heading outweighs a cousin that the engine finds under it."""
    strong = [m for m in strong_matches(matches) if not _only_mentioned(m, lines)]
    head = headed(lines, knowledge)
    license_id, first = head or ("", 0)
    terms = knowledge.get(license_id)
    keys = set(terms.scancode) if terms else set()
    if head is None or any(m.expression in keys for m in strong):
        copies = [p for m in matches if (p := _copy(m, strong, lines, catalog))]
        kept = [m for m in strong if not any(_inside(m, p) for p in copies)]
        parts = [*copies, *(_engine_part(m, lines, catalog) for m in kept)]
        return sorted(parts, key=lambda p: p.first)
    # Another whole text further down stands for itself; what starts at the heading is a cousin.
    later = [m for m in strong if m.kind == "text" and m.exact and m.start_line > first + 3]
    last = min((m.start_line for m in later), default=len(lines) + 1) - 1
    best = max((m.coverage for m in matches if m.expression in keys), default=0.0)
    note = f"the heading names it; the words are not a copy known here ({best:.0f} % are there)"
    part = Part(license_id, first, last, "near", 0.7, True, note)
    return [part, *(_engine_part(m, lines, catalog) for m in later)]


def _copy(
    match: engine.Match, strong: list[engine.Match], lines: list[str], catalog: Catalog
) -> Part | None:
    """A known text that the engine's rules hold in other words only, where its own words are here.

    CPython's license with the years of today matches a rule by four fifths, the text in full.
    """
    weak = match.kind == "text" and not match.generic and FAR <= match.coverage < NEAR
    if not weak or match.length < LONG or not re.fullmatch(r"[\w.+-]+", match.expression):
        return None
    if any(
        m.start_line <= match.end_line and match.start_line <= m.end_line and m.length > SHORT
        for m in strong
    ):
        return None
    known, text = text_of(match.expression), _between(lines, match)
    if known is None or difference(match.expression, text) is not None:
        return None
    if not _no_more_than_words(change(match.expression, text, known), known):
        return None
    return Part(
        catalog.id_of(match.expression),
        match.start_line,
        match.end_line,
        "engine",
        0.9,
        True,
        rule=match.rule,
    )


def _no_more_than_words(found: Change, known: str) -> bool:
    """Whether a text is the known one but for a few words that limit nothing, such as years."""
    more = sum(len(words(e.words)) for e in found.added)
    return found.alike >= SAME and not found.restrictions and more <= (1 - SAME) * len(words(known))


def _inside(match: engine.Match, part: Part) -> bool:
    return part.first <= match.start_line and match.end_line <= part.last


def _only_mentioned(match: engine.Match, lines: list[str]) -> bool:
    """Whether a few words name a license only to say that it is not this one, or fits it."""
    if match.length > SHORT or match.kind == "text":
        return False
    start, end = max(0, match.start_line - 2), match.end_line + 1
    near = " ".join(" ".join(lines[start:end]).split())
    return bool(MENTIONED.search(near))


def _between(lines: list[str], match: engine.Match) -> str:
    return "\n".join(lines[match.start_line - 1 : match.end_line])


def _engine_part(match: engine.Match, lines: list[str], catalog: Catalog) -> Part:
    expression = spdx(match.expression, catalog)
    rung: Rung = "exact_rule" if match.exact else "engine"
    whole = match.kind == "text" or match.length > 40
    first, last = _trimmed(match, lines)
    part = Part(expression, first, last, rung, 1.0 if match.exact else 0.95, whole, rule=match.rule)
    if match.exact or match.kind != "text":
        return part
    text = "\n".join(lines[first - 1 : last])
    differs = difference(match.expression, text)
    if differs is None or _tail_of(match.expression, text):
        return part
    base = catalog.id_of(differs.base)
    known = text_of(differs.base) or ""
    if not differs.telling and _no_more_than_words(differs.change, known):
        return replace(part, expression=base, confidence=0.9)  # a copy of a cousin, years apart
    return replace(
        part, expression=base, rung="near", confidence=0.5, note=differs.note(base), changed=differs
    )


def _trimmed(match: engine.Match, lines: list[str]) -> tuple[int, int]:
    """The lines of a likeness without those at its ends that the known text does not have.

    A likeness may begin at a word above the text. What is left off is read as words beside it.
    """
    known = None if match.exact or match.kind != "text" else text_of(match.expression)
    first, last = match.start_line, match.end_line
    if known is None:
        return first, last
    said = read_words(known).words
    single, pairs = set(said), set(pairwise(said))

    def foreign(line: str) -> bool:
        words_ = read_words(line).words
        if len(words_) < 2:
            return not words_ or not single.issuperset(words_)
        return sum(p in pairs for p in pairwise(words_)) * 2 < len(words_) - 1

    last = min(last, len(lines))  # the engine also counts what a form feed parts
    for _ in range(MOST_TRIMMED):
        if first < last and foreign(lines[first - 1]):
            first += 1
        if last > first and foreign(lines[last - 1]):
            last -= 1
    return first, last


def _tail_of(key: str, text: str) -> bool:
    """Whether a text is the known one word for word but for a preamble that is left out.

    No grant may stand in it; what limits it held is counted all the same.
    """
    here, there = read_words(text).words, read_words(text_of(key) or "").words
    left = there[: len(there) - len(here)]
    if not here or len(here) < SAME_TAIL * len(there) or there[len(left) :] != here:
        return False
    return not load_telling().granting & set(left)


def permissive(expression: str, knowledge: Knowledge) -> bool:
    """Whether commercial use is free, as far as curated terms say; unknown counts as free."""
    terms = knowledge.get(expression)
    if terms is None:
        return True
    return any(
        terms.grant("use", "commercial", kind)[0] in ("permitted", "covered")
        for kind in terms.kinds
    )


def outside(lines: list[str], parts: list[Part], knowledge: Knowledge) -> str:
    """The text without what is known; changed sentences inside a near copy stay in."""
    kept = list(lines)
    for part in parts:
        # What a heading alone vouches for is explained by restrictive terms, not by free ones.
        if part.rung == "near" and part.changed is None and permissive(part.expression, knowledge):
            continue
        for number in range(part.first, min(part.last, len(lines)) + 1):
            kept[number - 1] = ""
    for part in parts:
        for sentence in part.changed.sentences if part.changed else ():
            kept[part.first + sentence.line - 2] += " " + sentence.text
    return "\n".join(kept)


def strong_matches(matches: tuple[engine.Match, ...]) -> list[engine.Match]:
    """Matches that name a license, those inside a longer one dropped."""
    named = [
        m
        for m in matches
        if not m.generic
        and (m.exact or m.coverage >= NEAR)
        and m.kind != "clue"
        and (m.kind in ("text", "notice") or m.score >= 80)
    ]
    whole = [m for m in named if m.kind in ("text", "notice") and m.length > 40]
    if whole:
        return [
            m
            for m in named
            if m in whole
            or (m.expression not in {w.expression for w in whole} and m.kind != "reference")
        ]
    return named


def spdx(expression: str, catalog: Catalog) -> str:
    """A ScanCode expression with its keys turned into SPDX ids."""
    return re.sub(
        r"[A-Za-z0-9][\w.+-]*",
        lambda m: m.group(0) if m.group(0) in ("AND", "OR", "WITH") else catalog.id_of(m.group(0)),
        expression,
    )
