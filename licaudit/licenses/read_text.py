"""Whole license texts and notices: exact digest, heading, then ScanCode; what is left is a Gap."""

from __future__ import annotations

import re
from dataclasses import replace

from licaudit.facts import CODE, WEIGHTS, Change, Claim, Edit, Gap, Passage, Rung, Scope
from licaudit.licenses import beside, engine, prose, read_changes
from licaudit.licenses.catalog import Catalog
from licaudit.licenses.changes import clauses_change, modified, said_change, said_limits
from licaudit.licenses.claims import at_line, claim, gap
from licaudit.licenses.knowledge import Knowledge
from licaudit.licenses.names import resolve_name, urls_in
from licaudit.licenses.parts import Part, exact_text, find_parts, outside, permissive
from licaudit.licenses.sentences import Sentence, split_sentences
from licaudit.licenses.statements import Pattern
from licaudit.licenses.texts import NOTICE, words

TEXT_LIMIT = 200_000  # characters compared; every license that is known is shorter
_CHINESE = re.compile(r"[\u4e00-\u9fff]{4}")
NAME_WORDS = 40  # a file this short may hold a name instead of a text


def read_text(
    passage: Passage, knowledge: Knowledge, catalog: Catalog, patterns: tuple[Pattern, ...]
) -> tuple[list[Claim], list[Gap]]:
    """Claims of one license file and Gaps for what no known text explains."""
    if len(passage.text) > TEXT_LIMIT:
        found, missing = read_text(
            replace(passage, text=passage.text[:TEXT_LIMIT]), knowledge, catalog, patterns
        )
        detail = f"only the first {TEXT_LIMIT} characters of this text were read"
        return found, [*missing, gap(passage, "cut_short", detail)]
    lines = passage.text.split("\n")
    title = next((" ".join(line.split()) for line in lines if line.strip()), "")
    exact = exact_text(passage.text, knowledge, catalog)
    if exact:
        parts, unread = [Part(exact, 1, len(lines), "exact_text", 1.0, True)], None
    else:
        matched = engine.match(passage.text)
        parts, unread = find_parts(matched.matches, lines, knowledge, catalog), matched.unread
    hidden = read_changes.smuggled(passage.text, read_changes.known_texts(parts, catalog))
    if exact and not hidden:
        found = _claims(passage, title, exact, "exact_text", 1.0, knowledge)
        return found, read_changes.unfilled(passage, _with_notices(lines, ""))
    if not any(p.whole for p in parts) and len(words(passage.text)) <= NAME_WORDS:
        named = _name_only(passage, title, knowledge, catalog, patterns)
        if named:
            return named
    rest = "" if exact else outside(lines, parts, knowledge)
    rest = read_changes.without_own_words(rest, parts, catalog)
    said = beside.read_beside(passage, rest, knowledge, catalog, patterns)
    said_hidden = beside.narrowing(passage, read_changes.only_lines(passage.text, hidden), patterns)
    # Around a text in a license file stand clauses; around one in a card, the card's own words.
    clauses = [*hidden, *(_clauses(passage, said, rest) if passage.form == "text" else [])]
    clauses = read_changes.not_own_words(clauses, parts, said.claims, catalog)
    parts, changes, gaps = _with_clauses(passage, parts, lines, clauses, catalog)
    if unread:
        gaps.append(gap(passage, "cut_short", unread))
    found = [
        c
        for p, changed in zip(parts, changes, strict=True)
        for c in _part_claims(passage, p, changed, lines, knowledge)
    ]
    found += said.claims + [c for c in said_hidden if c.id not in {s.id for s in said.claims}]
    if passage.form == "text":
        gaps += read_changes.unfilled(passage, _with_notices(lines, rest))
    if not any(c.expression or c.candidates for c in found):
        return _unknown(passage, title, found, gaps, knowledge, catalog)
    return found, gaps or said.gaps


def _only_link(passage: Passage) -> str | None:
    """The one address in a few words that are no license: the terms may be found there."""
    urls = {url for url, _ in urls_in(passage.text)} if len(passage.text) < 2_000 else set()
    return urls.pop() if len(urls) == 1 else None


def _clauses(passage: Passage, said: beside.Beside, rest: str) -> list[Sentence]:
    """Sentences that change the deal; a Chinese one by what it states, having no words to count."""
    stated = {c.written for c in said.claims if c.narrows and c.scope == passage.scope}
    chinese = [s for s in split_sentences(rest) if s.text in stated and _CHINESE.search(s.text)]
    return [*said.clauses, *(s for s in chinese if s not in said.clauses)]


def _with_notices(lines: list[str], rest: str) -> str:
    """The words outside known texts, and the copyright lines wherever they stand."""
    kept = rest.split("\n")
    return "\n".join(
        (kept[n] if n < len(kept) else "") or (line if NOTICE.match(line) else "")
        for n, line in enumerate(lines)
    )


def _unknown(
    passage: Passage,
    title: str,
    found: list[Claim],
    gaps: list[Gap],
    knowledge: Knowledge,
    catalog: Catalog,
) -> tuple[list[Claim], list[Gap]]:
    """A text that is no known license: the one it was made from, changed, or nothing known."""
    near = read_changes.near_miss(passage.text) if passage.form == "text" else None
    if near is None:
        detail = "the words match no license text that is known"
        found.append(claim(passage, title, "none", 0.0, note=detail))
        return found, [*gaps, gap(passage, "unidentified_text", detail, link=_only_link(passage))]
    near = replace(near, base=catalog.id_of(near.base))
    note = (
        f"{near.alike * 100:.0f} % of the words of {near.base} are here, others came or went"
        f"{said_limits(near.restrictions)}"
    )
    changed = read_changes.in_file(near, passage)
    found += [
        replace(
            claim(passage, title, "near", 0.4, expression=modified(near.base), scope=s, note=note),
            change=changed,
        )
        for s in _scopes(passage, near.base, knowledge)
    ]
    return found, [*gaps, gap(passage, "changed_text", note)]


def _with_clauses(
    passage: Passage, parts: list[Part], lines: list[str], clauses: list[Sentence], catalog: Catalog
) -> tuple[list[Part], list[Change | None], list[Gap]]:
    """Parts with the clauses that stand beside them, how each differs from the known text, and a
    Gap for every part that is no copy."""
    whole = [p for p in parts if p.whole]
    result: list[Part] = []
    changes: list[Change | None] = []
    gaps: list[Gap] = []
    for part in parts:
        own = [c for c in clauses if whole and _owner(c.line, whole) is part]
        changed = read_changes.part_change(part, lines, catalog)
        note = part.note
        if own:
            inside = {s.text for s in part.changed.sentences} if part.changed else set()
            edits = [Edit(c.text[:400], c.line) for c in own if c.text not in inside]
            changed = clauses_change(part.expression, edits, changed)
        if part.rung != "near" and changed and (own or changed.restrictions):
            clause = " ".join(c.text for c in own)[:240]
            limits = said_limits(changed.restrictions)
            note = f"{part.expression}, plus this clause{limits}: “{clause}”"
            note = note if own else said_change(changed, part.expression)
            result.append(replace(part, rung="near", confidence=0.5, note=note))
        else:
            result.append(part)
        changes.append(read_changes.in_file(changed, passage))
        if result[-1].rung == "near":
            place = at_line(passage, own[0].line if own else part.first)
            gaps.append(gap(passage, "changed_text", note or "", location=place))
    return result, changes, gaps


def _owner(line: int, parts: list[Part]) -> Part:
    """The text a clause belongs to: the last that begins above it, else the first."""
    above = [p for p in parts if p.first <= line]
    return max(above, key=lambda p: p.first) if above else min(parts, key=lambda p: p.first)


def _part_claims(
    passage: Passage, part: Part, changed: Change | None, lines: list[str], knowledge: Knowledge
) -> list[Claim]:
    title = lines[part.first - 1].strip() if part.first <= len(lines) else ""
    expression = part.expression
    if part.rung == "near" and permissive(expression, knowledge):
        expression = modified(expression)  # MIT with a clause more is not MIT
    return [
        replace(
            claim(
                passage,
                title,
                part.rung,
                part.confidence,
                expression=expression,
                scope=scope,
                location=at_line(passage, part.first, part.last),
                note=part.note,
                rule=part.rule,
            ),
            change=changed,
        )
        for scope in _scopes(passage, part.expression, knowledge)
    ]


def _name_only(
    passage: Passage,
    title: str,
    knowledge: Knowledge,
    catalog: Catalog,
    patterns: tuple[Pattern, ...],
) -> tuple[list[Claim], list[Gap]] | None:
    """A file that names a license instead of holding its text; None when it names none."""
    text = " ".join(passage.text.split())
    named = resolve_name(text, knowledge, catalog)
    if named is not None and named.silent:
        return [claim(passage, text, "none", 0.0, note="the file states nothing")], [
            gap(passage, "no_license", "the file states nothing")
        ]
    said = [named] if named else [m.named for m in prose.mentions(text, knowledge, catalog)]
    if not said:
        return None
    found = [
        claim(
            passage,
            title,
            "identifier",
            0.8 if n.expression else 0.3,
            expression=n.expression,
            candidates=n.candidates,
            scope=scope,
            note=n.why or "named only: its text is not in the file",
        )
        for n in said
        for scope in _scopes(passage, n.expression or "", knowledge)
    ]
    if named is None:
        found += beside.narrowing(passage, passage.text, patterns)
    gaps = [
        gap(passage, "text_missing", "the file names a license and holds no text", blocks=False)
    ]
    gaps += [
        gap(passage, "ambiguous_name", n.why or f"`{title}` may mean several licenses")
        for n in said
        if not n.expression
    ]
    return found, gaps


def _scopes(passage: Passage, license_id: str, knowledge: Knowledge) -> list[Scope]:
    """A model license in a file whose name does not say what it governs speaks of weights too."""
    terms = knowledge.get(license_id)
    scope = passage.scope
    if passage.hint("role") != "unsaid" or terms is None:
        return [scope]
    if "model" not in terms.kinds or {"code", "dataset"} & set(terms.kinds):
        return [scope]
    if scope == CODE:
        return [CODE, WEIGHTS]
    if scope.startswith("folder:"):
        return ["checkpoint:" + scope.removeprefix("folder:")]
    return [scope]


def _claims(
    passage: Passage,
    title: str,
    expression: str,
    rung: Rung,
    confidence: float,
    knowledge: Knowledge,
    note: str | None = None,
) -> list[Claim]:
    return [
        claim(passage, title, rung, confidence, expression=expression, scope=scope, note=note)
        for scope in _scopes(passage, expression, knowledge)
    ]
