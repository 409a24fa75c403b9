"""What the tables of names and terms are measured with: our knowledge, and files of others."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from licaudit.facts import AssetKind, License
from licaudit.licenses.catalog import Catalog, load_catalog
from licaudit.licenses.knowledge import Knowledge, load_knowledge
from licaudit.licenses.names import Named, resolve_name
from licaudit.licenses.terms import terms_lookup

FREE = ("permitted", "covered")
RECIPROCAL = ("share_alike", "source", "network_source", "share_back")


@dataclass(frozen=True)
class Ours:
    """Names and terms as the package knows them."""

    knowledge: Knowledge
    catalog: Catalog
    terms: Callable[[str], License | None]

    def named(self, value: str) -> Named | None:
        return resolve_name(value, self.knowledge, self.catalog)

    def of(self, value: str) -> License | None:
        """The terms behind a name that means one license, or None."""
        named = self.named(value)
        return self.terms(named.expression) if named and named.expression else None


@cache
def ours() -> Ours:
    knowledge, catalog = load_knowledge(), load_catalog()
    return Ours(knowledge, catalog, terms_lookup(knowledge, catalog))


def rows(shared: Path, name: str) -> list[dict[str, str]]:
    """One table of the ground truth."""
    with open(shared / "groundtruth" / name, encoding="utf-8", newline="") as file:
        return [
            {k: v or "" for k, v in row.items()} for row in csv.DictReader(file, delimiter="\t")
        ]


def kind_of(terms: License) -> AssetKind:
    return terms.kinds[0]


def duties(terms: License) -> set[str]:
    return {c.type for c in terms.conditions if c.kind == "duty"}


def reach(terms: License) -> set[str]:
    """How far its share-alike goes; empty without one."""
    return {c.reach or "?" for c in terms.conditions if c.type == "share_alike"}
