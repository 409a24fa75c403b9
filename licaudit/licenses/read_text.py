"""Whole license texts and notices: exact digest, heading, then ScanCode; what is left is a Gap."""

from __future__ import annotations

import re
from collections import Counter

from licaudit.facts import CODE, WEIGHTS, Claim, Gap, Passage, Rung, Scope
from licaudit.licenses import engine
from licaudit.licenses.catalog import Catalog, text_of
from licaudit.licenses.claims import at_line, claim, gap
from licaudit.licenses.knowledge import Knowledge, name_key
from licaudit.licenses.statements import Pattern, read_statements
from licaudit.licenses.texts import digest, words

NOTICE_LIMIT = 300_000  # characters of a notice file given to the engine
NEAR = 90.0  # percent of a known text that must be there to call it a copy of it
# Words whose arrival or departure can turn a permission around.
_TELLING = frozenset(
    [
        "non",
        "noncommercial",
        "not",
        "no",
        "only",
        "solely",
        "research",
        "academic",
        "commercial",
        "commercially",
        "prohibited",
        "prohibit",
        "forbidden",
        "except",
        "unless",
        "personal",
        "evaluation",
        "must",
        "restricted",
        "restrict",
        "nonproduction",
        "educational",
        "royalty",
        "fee",
        "military",
        "without",
    ]
)
_HARMLESS = re.compile(
    r"as is|warrant|liab|damages|copyright|all rights reserved|disclaim|appendix|how to apply"
    r"|boilerplate|法律责任|不提供任何",
    re.IGNORECASE,
)
LEFTOVER_WORDS = 25


def read_text(
    passage: Passage, knowledge: Knowledge, catalog: Catalog, patterns: tuple[Pattern, ...]
) -> tuple[list[Claim], list[Gap]]:
    """Claims of one license file and Gaps for what no known text explains."""
    lines = passage.text.split("\n")
    title = next((" ".join(line.split()) for line in lines if line.strip()), "")
    exact = _exact(passage.text, knowledge, catalog)
    if exact:
        return _claims(passage, title, exact, "exact_text", 1.0, knowledge), []
    headed = _headed(lines, knowledge)
    matches = engine.match(passage.text)
    found: list[Claim] = []
    gaps: list[Gap] = []
    if headed:
        found += _headed_claims(passage, title, headed, matches, knowledge, catalog)
        explained: set[int] = set(range(1, len(lines) + 1))
    else:
        explained = set()
        for match in _strong(matches):
            explained |= set(range(match.start_line, match.end_line + 1))
            found += _engine_claims(passage, match, lines, knowledge, catalog, gaps)
    rest = "\n".join("" if n in explained else line for n, line in enumerate(lines, 1))
    found += _narrowing(passage, rest, patterns)
    if not found or all(c.narrows for c in found):
        detail = "the words match no license text that is known"
        found.append(claim(passage, title, "none", 0.0, note=detail))
        gaps.append(gap(passage, "unidentified_text", detail))
    elif not headed:
        gaps += _leftover(passage, rest)
    return found, gaps


def _exact(text: str, knowledge: Knowledge, catalog: Catalog) -> str | None:
    key = digest(text)
    return knowledge.digests.get(key) or catalog.by_digest.get(key)


def _headed(lines: list[str], knowledge: Knowledge) -> str | None:
    """The license whose own heading opens the text."""
    head = name_key(" ".join(line for line in lines[:40] if line.strip())[:600])
    padded = f"-{head}-"
    for title, license_id in knowledge.titles:
        if title and f"-{title}-" in padded:
            return license_id
    return None


def _scopes(passage: Passage, license_id: str, knowledge: Knowledge) -> list[Scope]:
    """A model license in a file whose name does not say what it governs speaks of weights too."""
    terms = knowledge.get(license_id)
    scope = passage.scope
    if passage.hint("role") != "unsaid" or terms is None or "code" in terms.kinds:
        return [scope]
    if "model" in terms.kinds and scope == CODE:
        return [CODE, WEIGHTS]
    if "model" in terms.kinds and scope.startswith("folder:"):
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


def _headed_claims(
    passage: Passage,
    title: str,
    license_id: str,
    matches: tuple[engine.Match, ...],
    knowledge: Knowledge,
    catalog: Catalog,
) -> list[Claim]:
    terms = knowledge.get(license_id)
    keys = set(terms.scancode) if terms else set()
    best = max((m.coverage for m in matches if m.expression in keys), default=0.0)
    sure = best >= NEAR
    note = (
        f"the heading names it; {best:.0f} % of the known text is there"
        if sure
        else "the heading names it; the words are not a copy that is known here"
    )
    return _claims(
        passage,
        title,
        license_id,
        "engine" if sure else "near",
        0.9 if sure else 0.7,
        knowledge,
        note,
    )


def _strong(matches: tuple[engine.Match, ...]) -> list[engine.Match]:
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


def _engine_claims(
    passage: Passage,
    match: engine.Match,
    lines: list[str],
    knowledge: Knowledge,
    catalog: Catalog,
    gaps: list[Gap],
) -> list[Claim]:
    expression = spdx(match.expression, catalog)
    title = lines[match.start_line - 1].strip() if match.start_line <= len(lines) else ""
    place = at_line(passage, match.start_line, match.end_line)
    changed = [] if match.exact else _telling_changes(match, lines)
    rung: Rung = "exact_rule" if match.exact else "engine"
    note = None
    if changed:
        rung, note = "near", f"differs from the known text in: {', '.join(changed)}"
        gaps.append(
            gap(
                passage,
                "changed_text",
                f"nearly {expression}, but the words differ: {', '.join(changed)}",
                location=place,
            )
        )
    confidence = 1.0 if match.exact else (0.5 if changed else 0.95)
    return [
        claim(
            passage,
            title,
            rung,
            confidence,
            expression=expression,
            scope=scope,
            location=place,
            note=note,
            rule=match.rule,
        )
        for scope in _scopes(passage, expression, knowledge)
    ]


def _telling_changes(match: engine.Match, lines: list[str]) -> list[str]:
    """Words that can turn a permission around and are more, or fewer, here than in the text."""
    known = text_of(match.expression)
    if known is None or match.kind != "text":
        return []
    here = Counter(words("\n".join(lines[match.start_line - 1 : match.end_line])))
    there = Counter(words(known))
    more = [f"+{w}" for w in sorted(_TELLING) if here[w] > there[w]]
    fewer = [f"-{w}" for w in sorted(_TELLING) if here[w] < there[w]]
    return more + fewer


def spdx(expression: str, catalog: Catalog) -> str:
    """A ScanCode expression with its keys turned into SPDX ids."""
    return re.sub(
        r"[A-Za-z0-9][\w.+-]*",
        lambda m: m.group(0) if m.group(0) in ("AND", "OR", "WITH") else catalog.id_of(m.group(0)),
        expression,
    )


def _narrowing(passage: Passage, rest: str, patterns: tuple[Pattern, ...]) -> list[Claim]:
    if not rest.strip():
        return []
    return [
        claim(
            passage,
            s.sentence,
            "statement",
            0.8,
            narrows=s.kind,
            rule=s.pattern_id,
            location=at_line(passage, s.line),
        )
        for s in read_statements(rest, patterns)
        if s.kind not in ("commercial_allowed", "citation_asked", "all_rights_reserved")
    ]


def _leftover(passage: Passage, rest: str) -> list[Gap]:
    """Words next to a known text that nobody explains: an added clause may be among them."""
    kept = [
        p for p in re.split(r"\n\s*\n|(?<=[.;。])\s", rest) if p.strip() and not _HARMLESS.search(p)
    ]
    count = sum(len(words(p)) for p in kept)
    if count < LEFTOVER_WORDS:
        return []
    line = next(
        (
            n
            for n, text in enumerate(rest.split("\n"), 1)
            if text.strip() in kept[0] and text.strip()
        ),
        1,
    )
    return [
        gap(
            passage,
            "unexplained_text",
            f"{count} words beside the known license text are not part of it",
            location=at_line(passage, line),
        )
    ]


def read_notice(
    passage: Passage, knowledge: Knowledge, catalog: Catalog
) -> tuple[list[Claim], list[Gap]]:
    """Claims of a NOTICE file, a use policy or a program file's head. Silence is no Gap here."""
    if passage.hint("policy"):
        exact = _exact(passage.text, knowledge, catalog)
        note = "a use policy that another license incorporates"
        title = passage.text.strip().split("\n")[0]
        return [
            claim(
                passage,
                title,
                "exact_text" if exact else "none",
                1.0 if exact else 0.0,
                scope="document",
                note=note,
            )
        ], []
    text = passage.text[:NOTICE_LIMIT]
    lines = text.split("\n")
    found: list[Claim] = []
    for match in _strong(engine.match(text)):
        place = at_line(passage, match.start_line, match.end_line)
        title = " ".join(lines[match.start_line - 1 : match.start_line + 1])
        found.append(
            claim(
                passage,
                title,
                "exact_rule" if match.exact else "engine",
                1.0 if match.exact else 0.9,
                expression=spdx(match.expression, catalog),
                location=place,
                rule=match.rule,
            )
        )
    if len(passage.text) > NOTICE_LIMIT:
        return found, [gap(passage, "cut_short", "the rest of this long notice file is unread")]
    return found, []
