"""One license as compatibility sees it: duties beyond notices, limits, what it asks of wholes."""

from __future__ import annotations

from dataclasses import dataclass

from licaudit.facts import Condition, License, Text
from licaudit.policy.compat_rules import ELSEWHERE, NOTICE, CompatRules
from licaudit.policy.compat_words import ACTS

_WHOLE = frozenset({None, "combined", "derivative", "adaptation", "network"})


@dataclass(frozen=True, slots=True)
class Extra:
    """A term that is more than a notice."""

    kind: str
    clause: str | None
    why: Text
    condition: str | None = None


def extras(terms: License, rules: CompatRules) -> tuple[Extra, ...]:
    """The terms of a license that another one's ban on further restrictions may hit."""
    found = []
    for item in terms.conditions:
        if item.kind != "duty":
            continue
        kind = _kind(terms, item, rules)
        if kind:
            found.append(Extra(kind, item.clause, item.summary, item.id))
    ends = terms.termination
    said = {ends.value, *ends.values} if ends else set()
    if ends and "patent_suit" in said:
        found.append(Extra("patent_termination", ends.clause, ACTS["patent"]))
    if ends and "ip_suit" in said:
        found.append(Extra("suit_termination", ends.clause, ACTS["suit"]))
    found += [Extra(m.kind, m.clause, m.why) for m in rules.more if m.license == terms.id]
    return tuple(found)


def _kind(terms: License, item: Condition, rules: CompatRules) -> str | None:
    found = rules.classes.get(f"{terms.id}/{item.id}") or rules.kinds.of(item.type, item.reach)
    return None if found in (NOTICE, ELSEWHERE) else found


def share_alikes(terms: License) -> tuple[Condition, ...]:
    """The conditions that keep works made from it under its own license."""
    return tuple(c for c in terms.conditions if c.type == "share_alike")


def whole_license(terms: License) -> Condition | None:
    """A duty to pass the work on under this very agreement, though no copyleft calls it so."""
    return next(
        (
            c
            for c in terms.conditions
            if c.type == "flow_down" and c.reach in ("whole_license", "same_license")
        ),
        None,
    )


def whole_source(terms: License) -> Condition | None:
    """A duty to give the source of everything that goes along, under whatever license."""
    return next((c for c in terms.conditions if c.type == "source" and c.reach == "combined"), None)


def asks_source(terms: License) -> bool:
    """Whether works under it as a whole come with their source."""
    return bool(share_alikes(terms)) and any(
        c.type == "source" and c.reach in _WHOLE for c in terms.conditions
    )


def strict(terms: License, rules: CompatRules) -> bool:
    """Whether it binds works that hold it, so that others' terms inside them matter to it."""
    if share_alikes(terms) or whole_source(terms) or whole_license(terms):
        return True
    return any(e.kind in ("no_relicensing", "source_form") for e in extras(terms, rules))


def limits(terms: License) -> tuple[Condition, ...]:
    """Who may use it, where, for what, after which agreement."""
    return tuple(c for c in terms.conditions if c.kind != "duty" and not c.trigger)


def bars(terms: License) -> tuple[Condition, ...]:
    """Eligibilities that bar passing on what was made from it."""
    acts = {"distribute", "distribute_modified", "distribute_derivative"}
    return tuple(c for c in terms.conditions if c.kind == "eligibility" and acts & set(c.trigger))


def binding(terms: License) -> bool:
    """Whether recipients of works made from it must be put under its own limits."""
    words = ("use_restrictions", "whole_license", "same_license", "license_copy")
    said = terms.flow_down is not None and terms.flow_down.value in words
    return said or any(
        c.type == "flow_down" and c.reach in ("use_restrictions", "whole_license", "same_license")
        for c in terms.conditions
    )


def carries(terms: License, limit: Condition) -> bool:
    """Whether an outbound license sets the same limit, or a narrower one of its kind."""
    for own in terms.conditions:
        if own.type != limit.type or own.kind != limit.kind:
            continue
        same_numbers = (own.metric, own.value, own.at) == (limit.metric, limit.value, limit.at)
        same_names = (own.only, own.exclude, own.measured) == (
            limit.only,
            limit.exclude,
            limit.measured,
        )
        if same_numbers and same_names and set(limit.fields) <= set(own.fields):
            return True
    return False
