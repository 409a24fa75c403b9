"""NOTICE files, use policies and program heads: what they name counts, silence is no Gap."""

from __future__ import annotations

from licaudit.facts import Claim, Gap, Passage
from licaudit.licenses import engine
from licaudit.licenses.alike import leaves, within
from licaudit.licenses.catalog import Catalog
from licaudit.licenses.claims import at_line, claim, gap
from licaudit.licenses.knowledge import Knowledge
from licaudit.licenses.parts import exact_text, spdx, strong_matches

NOTICE_LIMIT = 300_000  # characters of a notice file given to the engine


def read_notice(
    passage: Passage, knowledge: Knowledge, catalog: Catalog
) -> tuple[list[Claim], list[Gap]]:
    """Claims of a NOTICE file, a use policy or a program file's head. Silence is no Gap here."""
    if passage.hint("policy"):
        exact = exact_text(passage.text, knowledge, catalog)
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
    matched = engine.match(text)
    for match in strong_matches(matched.matches):
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
    open_ = _named_in_passing(passage, matched.matches, found, catalog)
    if len(passage.text) > NOTICE_LIMIT or matched.unread:
        detail = matched.trouble or "this notice is too long to be read whole"
        return found, [gap(passage, "cut_short", detail), *open_]
    return found, open_


def _named_in_passing(
    passage: Passage, matches: tuple[engine.Match, ...], found: list[Claim], catalog: Catalog
) -> list[Gap]:
    """A Gap for each license that is named, but too briefly to tell what comes under it."""
    claimed = frozenset(i for c in found if c.expression for i in leaves(c.expression))
    first: dict[str, engine.Match] = {}
    for match in matches:
        if match.exact and match.coverage == 100 and not match.generic and match.kind != "clue":
            named = spdx(match.expression, catalog)
            if not within(leaves(named), claimed):
                first.setdefault(named, match)
    return [
        gap(
            passage,
            "unexplained_text",
            f"{named} is named here without a word on what comes under it",
            location=at_line(passage, match.start_line, match.end_line),
        )
        for named, match in first.items()
    ]
