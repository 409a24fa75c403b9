"""Words that intents may use and that no other place defines."""

from __future__ import annotations

from functools import cache

from licaudit.licenses.knowledge import load_knowledge

ACTORS = ("individual", "academic", "nonprofit", "company", "government")
MODALITIES = ("text", "image", "audio", "video", "code", "multimodal")
# What an agreement may name besides the actions of licenses.
SHIPPED_ACTS = ("distribute_code", "distribute_weights", "distribute_data")
SURVIVES = ("trained_model", "nothing")


@cache
def fields_of_use() -> frozenset[str]:
    """The fields of use that any license restricts."""
    knowledge = load_knowledge()
    found = (knowledge.get(license_id) for license_id in knowledge.records)
    return frozenset(f for item in found if item for c in item.conditions for f in c.fields)
