"""Words that intents may use and that no other place defines."""

from __future__ import annotations

from functools import cache

from licaudit.licenses.knowledge import load_knowledge

ACTORS = ("individual", "academic", "nonprofit", "company", "government")
MODALITIES = ("text", "image", "audio", "video", "code", "multimodal")
# What an agreement may name besides the actions of licenses.
SHIPPED_ACTS = ("distribute_code", "distribute_weights", "distribute_data")
SURVIVES = ("trained_model", "nothing")
# What a record of a source may show.
EVIDENCE = (
    "collection_log",
    "robots",
    "reservations",
    "license_text",
    "consent",
    "terms",
    "contract",
    "generation_log",
    "other",
)
# What the contract of a source comes to under an intent; `outlived`: it ended, the model lives on.
CONTRACTS = (
    "none",
    "unlisted",
    "not_begun",
    "live",
    "outlived",
    "expired",
    "uncovered",
    "elsewhere",
)


@cache
def fields_of_use() -> frozenset[str]:
    """The fields of use that any license restricts."""
    knowledge = load_knowledge()
    found = (knowledge.get(license_id) for license_id in knowledge.records)
    return frozenset(f for item in found if item for c in item.conditions for f in c.fields)
