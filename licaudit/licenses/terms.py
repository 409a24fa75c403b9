"""Terms for any license id: curated where there is a file, else derived from its category."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from licaudit.compiled import kept_yaml
from licaudit.facts import License
from licaudit.facts.codec import record
from licaudit.licenses.catalog import Catalog, Known
from licaudit.licenses.knowledge import Knowledge, name_key
from licaudit.settings import data_folder


def terms_lookup(knowledge: Knowledge, catalog: Catalog) -> Callable[[str], License | None]:
    """A function from ids (`X WITH exception` included) to terms; None for ids nobody knows."""

    @cache
    def terms_of(license_id: str) -> License | None:
        curated = knowledge.get(license_id)
        if curated is not None:
            return curated
        if " WITH " in license_id:
            # Exceptions only loosen what a copyleft asks of neighbours; the base stays the measure.
            return terms_of(license_id.split(" WITH ", 1)[0])
        known = catalog.by_id.get(license_id.lower())
        if known is None:
            return None
        # The catalog may know a license by another id than its file (SPDX was later to name it).
        by_key = knowledge.names.get(name_key(known.key), "")
        return knowledge.get(known.id) or knowledge.get(by_key) or _derived(known)

    return terms_of


@cache
def _categories() -> dict[str, Any]:
    path = data_folder("rules") / "categories.yaml"
    data: dict[str, Any] = kept_yaml(path.read_text("utf-8"), f"rules/{path.name}").data
    return data


def _derived(known: Known) -> License:
    """Terms from the category alone; capped at review by their basis unless OSI-approved."""
    plain = _categories().get(known.category) or _categories()["Unstated License"]
    return record(
        License,
        {
            **plain,
            "id": known.id,
            "name": known.name,
            "kinds": ["code"],
            "basis": "category",
            "confidence": "medium",
            "scancode": [known.key] if known.key else [],
            "osi_approved": known.osi,
            "path": "rules/categories.yaml",
        },
    )
