"""`licaudit explain NAME`: what a license lets you do, what it asks, and where it says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from licaudit.cli import options
from licaudit.errors import UsageError

if TYPE_CHECKING:
    from licaudit.facts import Condition, License, Purpose
    from licaudit.licenses.explain import Explained

FORMATS = ("text", "json")
# What a record carries over from a license's file as it stands there.
KEPT: tuple[str, ...] = ("name", "kinds", "basis", "confidence", "grants", "family", "path", "note")
KEPT += ("jurisdiction", "binds", "osi_approved", "scancode", "links")
KEPT += ("derivatives", "outputs", "flow_down", "copyleft", "patent")
KEPT += ("termination", "revocable", "text_may_change")
Name = Annotated[
    str, typer.Argument(help="A license's id, name, hub id, address or expression.", metavar="NAME")
]


def command(
    name: Name,
    use: options.Use = None,
    lang: options.Lang = "en",
    format: Annotated[str, typer.Option("--format", help="text or json.", metavar="NAME")] = "text",
) -> None:
    """Say what a license allows, on which conditions, and by which clause.

    Exit code: 0, also for a name that several licenses share; 2 for a name nobody knows.
    """
    from licaudit.facts import USES
    from licaudit.licenses.explain import explain

    options.check_lang(lang)
    if format not in FORMATS:
        raise UsageError(
            f"`{format}` is no format of `explain`", todo=f"Use {' or '.join(FORMATS)}."
        )
    if use is not None and use not in USES:
        raise UsageError(f"`{use}` is no use", todo=f"Use one of {', '.join(USES)}.")
    found = explain(name)
    if format == "json":
        import json

        from licaudit.cli.screen import Screen

        # Escaped: a terminal or an encoding may not take every name.
        Screen().out(json.dumps(record(found, use), indent=1), highlight=False)
        return
    from licaudit.cli.terms_screen import show

    show(found, use, lang)


def purpose_of(use: str | None) -> Purpose | None:
    """Research is the user's word for non-commercial; internal use is taken for a company's."""
    if use is None:
        return None
    return "non_commercial" if use == "research" else "commercial"


def concerns(condition: Condition, purpose: Purpose | None) -> bool:
    """Whether a condition speaks of a purpose; all do when none is given."""
    return purpose is None or not condition.purposes or purpose in condition.purposes


def record(found: Explained, use: str | None) -> dict[str, Any]:
    """The terms record of the design: everything known, every value with its clause and check."""
    from licaudit.facts import ACTIONS, PURPOSES
    from licaudit.facts.codec import to_plain

    purpose = purpose_of(use)
    plain: dict[str, Any] = {
        "asked": found.asked,
        "id": found.id,
        "kind": found.kind,
        "names": list(found.names),
        "candidates": list(found.candidates),
        "why": to_plain(found.why),
        "terms": {a: {p: found.cells[a, p][0] for p in PURPOSES} for a in ACTIONS},
        "clauses": {a: {p: found.cells[a, p][1] for p in PURPOSES} for a in ACTIONS},
        "capped_at": "review" if found.capped else None,
        "category": found.category,
        "texts": to_plain(found.texts),
        "parts": [_part(terms, purpose) for terms in found.parts],
        **_terms(found.terms, purpose),
    }
    if purpose is not None:
        plain |= {"use": use, "purpose": purpose}
        plain["answer"] = {a: found.cells[a, purpose][0] for a in ACTIONS}
    return plain


def _part(terms: License, purpose: Purpose | None) -> dict[str, Any]:
    from licaudit.facts import ACTIONS, PURPOSES
    from licaudit.licenses.explain import cells_of

    cells = cells_of(terms)
    return {
        "id": terms.id,
        **_terms(terms, purpose),
        "terms": {a: {p: cells[a, p][0] for p in PURPOSES} for a in ACTIONS},
        "clauses": {a: {p: cells[a, p][1] for p in PURPOSES} for a in ACTIONS},
    }


def _terms(terms: License | None, purpose: Purpose | None) -> dict[str, Any]:
    from licaudit.facts.codec import to_plain
    from licaudit.licenses.duties import load_duties

    if terms is None:
        return {"conditions": [], "basis": "none", "confidence": "low"}
    plain = to_plain(terms)
    checks = {c.id: load_duties().check_of(c) for c in terms.conditions if c.kind == "duty"}
    conditions = [to_plain(c) for c in terms.conditions if concerns(c, purpose)]
    for condition in conditions:
        if condition["kind"] == "duty":
            condition["check"] = checks[condition["id"]]
        for key in [k for k, v in condition.items() if v in (None, [], False)]:
            del condition[key]
    return {**{key: plain[key] for key in KEPT}, "conditions": conditions}
