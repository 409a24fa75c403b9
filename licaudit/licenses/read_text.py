"""Whole license texts and notices: exact digest, heading, then ScanCode; what is left is a Gap."""

from __future__ import annotations

from dataclasses import replace

from licaudit.facts import CODE, WEIGHTS, Claim, Gap, Passage, Rung, Scope
from licaudit.licenses import beside, engine, prose
from licaudit.licenses.catalog import Catalog
from licaudit.licenses.changes import modified
from licaudit.licenses.claims import at_line, claim, gap
from licaudit.licenses.knowledge import Knowledge
from licaudit.licenses.names import resolve_name
from licaudit.licenses.parts import Part, exact_text, find_parts, outside, permissive
from licaudit.licenses.sentences import Sentence
from licaudit.licenses.statements import Pattern
from licaudit.licenses.texts import words

TEXT_LIMIT = 200_000  # characters compared; every license that is known is shorter
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
        return _claims(passage, title, exact, "exact_text", 1.0, knowledge), []
    matched = engine.match(passage.text)
    parts = find_parts(matched.matches, lines, knowledge, catalog)
    if not any(p.whole for p in parts) and len(words(passage.text)) <= NAME_WORDS:
        named = _name_only(passage, title, knowledge, catalog, patterns)
        if named:
            return named
    rest = outside(lines, parts, knowledge)
    said = beside.read_beside(passage, rest, knowledge, catalog, patterns)
    # Around a text in a license file stand clauses; around one in a card, the card's own words.
    parts, gaps = _with_clauses(passage, parts, said.clauses if passage.form == "text" else [])
    if not matched.complete:
        detail = "too much of this text resembles licenses; it was not compared to the end"
        gaps.append(gap(passage, "cut_short", detail))
    found = [c for p in parts for c in _part_claims(passage, p, lines, knowledge)]
    found += said.claims
    if not any(c.expression or c.candidates for c in found):
        detail = "the words match no license text that is known"
        found.append(claim(passage, title, "none", 0.0, note=detail))
        return found, [*gaps, gap(passage, "unidentified_text", detail)]
    return found, gaps or said.gaps


def _with_clauses(
    passage: Passage, parts: list[Part], clauses: list[Sentence]
) -> tuple[list[Part], list[Gap]]:
    """Parts with the clauses that stand beside them, and a Gap for every part that is no copy."""
    whole = [p for p in parts if p.whole]
    result: list[Part] = []
    gaps: list[Gap] = []
    for part in parts:
        own = [c for c in clauses if whole and _owner(c.line, whole) is part]
        note = part.note
        if part.rung != "near" and own:
            clause = " ".join(c.text for c in own)[:240]
            note = f"{part.expression}, plus this clause: “{clause}”"
            result.append(replace(part, rung="near", confidence=0.5, note=note))
        else:
            result.append(part)
        if result[-1].rung == "near":
            place = at_line(passage, own[0].line if own else part.first)
            gaps.append(gap(passage, "changed_text", note or "", location=place))
    return result, gaps


def _owner(line: int, parts: list[Part]) -> Part:
    """The text a clause belongs to: the last that begins above it, else the first."""
    above = [p for p in parts if p.first <= line]
    return max(above, key=lambda p: p.first) if above else min(parts, key=lambda p: p.first)


def _part_claims(
    passage: Passage, part: Part, lines: list[str], knowledge: Knowledge
) -> list[Claim]:
    title = lines[part.first - 1].strip() if part.first <= len(lines) else ""
    expression = part.expression
    if part.rung == "near" and permissive(expression, knowledge):
        expression = modified(expression)  # MIT with a clause more is not MIT
    return [
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
