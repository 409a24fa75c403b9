"""License fields, badges, classifiers and headers: short values that name a license."""

from __future__ import annotations

import re
from dataclasses import replace

from licaudit.facts import Claim, Gap, Location, Passage
from licaudit.licenses.alike import leaves, may_mean, within
from licaudit.licenses.catalog import Catalog
from licaudit.licenses.claims import claim, gap
from licaudit.licenses.knowledge import Knowledge
from licaudit.licenses.names import Named, links_to_own_file, resolve_name, resolve_url
from licaudit.licenses.statements import Pattern, read_statements

_NARROWING = frozenset(
    {
        "non_commercial",
        "research_only",
        "academic_only",
        "personal_only",
        "evaluation_only",
        "no_derivatives",
        "no_redistribution",
        "no_training",
    }
)


def read_tag(
    passage: Passage, knowledge: Knowledge, catalog: Catalog, patterns: tuple[Pattern, ...]
) -> tuple[list[Claim], list[Gap]]:
    """One claim for the value; several candidates, or none, are said so and left open."""
    value = _cleaned(passage)
    named = resolve_name(" ".join(passage.text.split()), knowledge, catalog)
    named = named or resolve_name(value, knowledge, catalog)
    if named is None and value.lower().startswith("other-"):
        named = resolve_name(value[6:], knowledge, catalog)  # the cards of 2021
    if named is None and passage.hint("badge"):
        return _badge(passage, value, patterns)
    if named is not None and named.expression:
        settled = _settled(passage, value, named)
        return [settled, *_against(settled, passage, knowledge, catalog)], _salvage_gap(passage)
    if named is not None and named.silent:
        note = "the field states nothing" if value.strip() else "the field is empty"
        empty = claim(passage, value or "(empty)", "none", 0.0, note=note)
        named = _by_hints(passage, knowledge, catalog)
        if named and named.expression:
            found = _from_hints(passage, named)
            return [empty, found, *_against(found, passage, knowledge, catalog)], []
        return [empty], [gap(passage, "no_license", note)]
    hinted = _by_hints(passage, knowledge, catalog)
    if hinted is not None and hinted.expression:
        found = _from_hints(passage, hinted)
        return [found, *_against(found, passage, knowledge, catalog)], []
    if hinted is not None and hinted.candidates and not (named and named.candidates):
        named = hinted
    found = _open(passage, value, named)
    narrowed = [
        claim(passage, value, "statement", 0.7, narrows=s.kind, rule=s.pattern_id)
        for s in read_statements(_words(passage, value), patterns)
        if s.kind in _NARROWING
    ]
    why = named.why if named else None
    reason = "ambiguous_name" if named else "unknown_name"
    detail = why or f"`{value}` names no license that is known"
    return [found, *narrowed], [gap(passage, reason, detail), *_by_link(passage)]


def _by_link(passage: Passage) -> list[Gap]:
    """A license that only a link stands for: the link is said, for whoever may follow it."""
    link = (passage.hint("license_link") or "").strip()
    if not link or links_to_own_file(link, passage.hint("files") or ""):
        return []
    if link.startswith(("http://", "https://")):
        detail = f"the license is only linked: {link}"
        return [gap(passage, "license_by_link", detail, link=link)]
    detail = f"license_link: {link} is no license file of this tree"
    return [gap(passage, "missing_file", detail, blocks=False)]


def _cleaned(passage: Passage) -> str:
    value = " ".join(passage.text.split())
    if passage.form == "classifier":
        value = value.split("::")[-1].strip()
    return value


def _words(passage: Passage, value: str) -> str:
    details = [passage.hint(h) or "" for h in ("license_name", "license_details")]
    return ". ".join(w for w in (value, *details) if w)


def _settled(passage: Passage, value: str, named: Named) -> Claim:
    listed = passage.hint("listed")
    note = "one of a list: every entry counts, a list is not a choice" if listed else None
    confidence = 0.5 if passage.hint("salvaged") else 0.95
    return claim(passage, value, "identifier", confidence, expression=named.expression, note=note)


def _salvage_gap(passage: Passage) -> list[Gap]:
    if not passage.hint("salvaged"):
        return []
    return [gap(passage, "salvaged", "read from a front matter that is not valid YAML")]


def _by_hints(passage: Passage, knowledge: Knowledge, catalog: Catalog) -> Named | None:
    """What `license_name` or `license_link` say where the license field itself does not."""
    link = passage.hint("license_link")
    by_link = resolve_url(link, knowledge, catalog) if link else None
    name = passage.hint("license_name")
    by_name = resolve_name(name, knowledge, catalog) if name else None
    if by_name and by_name.expression:
        return by_name  # a link that leads to another license is a claim of its own
    if by_link:
        return Named(by_link)
    return by_name if by_name and by_name.candidates else None


def _against(said: Claim, passage: Passage, knowledge: Knowledge, catalog: Catalog) -> list[Claim]:
    """`license_name` and `license_link` where they name another license than the one settled on.

    Both then hold until somebody decides: neither field is the other's correction.
    """
    link, name = passage.hint("license_link"), passage.hint("license_name")
    named = resolve_name(name, knowledge, catalog) if name else None
    url = resolve_url(link, knowledge, catalog) if link else None
    sides = [("license_name", name, named), ("license_link", link, Named(url) if url else None)]
    return [
        claim(
            passage,
            written,
            "identifier",
            0.9 if meant.expression else 0.3,
            expression=meant.expression,
            candidates=meant.candidates,
            location=_field(passage, field),
            note=f"from {field}",
        )
        for field, written, meant in sides
        if written and meant and not meant.silent and not _agree(said, meant)
    ]


def _agree(said: Claim, meant: Named) -> bool:
    own = leaves(said.expression or "")
    if meant.expression:
        return within(leaves(meant.expression), own) or within(own, leaves(meant.expression))
    return may_mean(frozenset(meant.candidates), own)


def _field(passage: Passage, field: str) -> Location:
    """The place of a neighboring field, as far as its line is known."""
    line = passage.hint(f"{field}_line")
    return replace(passage.location, line=int(line) if line else passage.location.line, key=field)


def _from_hints(passage: Passage, named: Named) -> Claim:
    name, link = passage.hint("license_name"), passage.hint("license_link")
    field = "license_name" if name else "license_link"
    return claim(
        passage,
        name or link or passage.text,
        "identifier",
        0.9,
        expression=named.expression,
        location=_field(passage, field) if name or link else None,
        note="from license_name or license_link",
    )


def _open(passage: Passage, value: str, named: Named | None) -> Claim:
    written = value
    name = passage.hint("license_name")
    if name:
        written = f"{value} (license_name: {name})"
    candidates = named.candidates if named else ()
    return claim(
        passage,
        written,
        "identifier" if named else "none",
        0.3,
        candidates=candidates,
        note=named.why if named else "no table knows this name",
    )


def _badge(
    passage: Passage, value: str, patterns: tuple[Pattern, ...]
) -> tuple[list[Claim], list[Gap]]:
    """A badge nobody can resolve is decoration: noted, and only its restriction counts."""
    found = [
        claim(passage, value, "statement", 0.7, narrows=s.kind, rule=s.pattern_id)
        for s in read_statements(value, patterns)
        if s.kind in _NARROWING
    ]
    if not re.search(r"\w", value):
        return found, []
    return found, [gap(passage, "unknown_badge", f"the badge says `{value}`", blocks=False)]
