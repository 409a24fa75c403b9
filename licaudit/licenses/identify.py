"""The ladder: each passage goes to the rungs that can read it; what none explains becomes a Gap."""

from __future__ import annotations

from dataclasses import dataclass

from licaudit.facts import Claim, Gap, Passage
from licaudit.licenses.catalog import Catalog, load_catalog
from licaudit.licenses.knowledge import Knowledge
from licaudit.licenses.read_notice import read_notice
from licaudit.licenses.read_prose import read_prose
from licaudit.licenses.read_tag import read_tag
from licaudit.licenses.read_text import read_text
from licaudit.licenses.statements import Pattern, load_patterns
from licaudit.licenses.unsaid import spread


@dataclass(frozen=True)
class Ladder:
    """Everything identification needs, loaded once per run."""

    knowledge: Knowledge
    catalog: Catalog
    patterns: tuple[Pattern, ...]


def open_ladder(knowledge: Knowledge) -> Ladder:
    """The ladder over a body of knowledge. Raises ToolError when ScanCode is missing."""
    return Ladder(knowledge, load_catalog(), load_patterns())


def identify(passages: tuple[Passage, ...], ladder: Ladder) -> tuple[list[Claim], list[Gap]]:
    """Claims and gaps of all passages, without duplicates, in the passages' order."""
    claims: dict[str, Claim] = {}
    gaps: list[Gap] = []
    own = names_of(passages)
    for passage in passages:
        found, missing = identify_one(passage, ladder, own.get(passage.artifact, ()))
        for item in found:
            claims.setdefault(item.id, item)
        gaps += missing
    known = list(claims.values())
    return known + spread(known, passages, ladder.knowledge), gaps


def identify_one(
    passage: Passage, ladder: Ladder, own_names: tuple[str, ...] = ()
) -> tuple[list[Claim], list[Gap]]:
    """Claims and gaps of one passage."""
    knowledge, catalog, patterns = ladder.knowledge, ladder.catalog, ladder.patterns
    if passage.form in ("tag", "classifier", "header"):
        return read_tag(passage, knowledge, catalog, patterns)
    if passage.form == "text":
        return read_text(passage, knowledge, catalog, patterns)
    if passage.form == "notice":
        return read_notice(passage, knowledge, catalog)
    return read_prose(passage, knowledge, catalog, patterns, own_names)


def names_of(passages: tuple[Passage, ...]) -> dict[str, tuple[str, ...]]:
    """The names each artifact goes by on its own pages."""
    names: dict[str, list[str]] = {}
    for passage in passages:
        name = passage.hint("own_name")
        if name and name not in names.setdefault(passage.artifact, []):
            names[passage.artifact].append(name)
    return {artifact: tuple(found) for artifact, found in names.items()}
