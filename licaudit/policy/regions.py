"""`rules/regions.yaml`: countries and the groups that stand for several of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from licaudit.compiled import kept_yaml
from licaudit.errors import KnowledgeError
from licaudit.settings import data_folder

WORLD = "WORLD"


@dataclass(frozen=True, slots=True)
class Regions:
    """The countries behind every code, and what is often written in place of a code."""

    members: Mapping[str, frozenset[str]]
    often_meant: Mapping[str, str]

    def known(self, code: str) -> bool:
        """Whether a code is a country, a group, or the world."""
        return code in self.members

    def expand(self, codes: tuple[str, ...]) -> frozenset[str]:
        """All countries behind some codes; a code nobody knows stands for itself."""
        return frozenset[str]().union(*(self.members.get(c, frozenset({c})) for c in codes))


@cache
def load_regions(folder: Path | None = None) -> Regions:
    """The table, checked. Raises KnowledgeError when a group names no country."""
    path = (folder or data_folder("rules")) / "regions.yaml"
    document = kept_yaml(path.read_text("utf-8"), f"rules/{path.name}")
    countries = frozenset(map(str, document.data["countries"]))
    members = {code: frozenset({code}) for code in countries}
    for group, codes in document.data["groups"].items():
        strange = set(map(str, codes)) - countries
        if strange:
            raise KnowledgeError(
                f"`{min(strange)}` is no country", where=document.where("groups", group)
            )
        members[group] = frozenset(map(str, codes))
    return Regions({**members, WORLD: countries}, document.data["often_meant"])


def inside(region: str, group: tuple[str, ...]) -> bool:
    """Whether all of a region lies in a group; members of the EU count as EU."""
    regions = load_regions()
    return regions.expand((region,)) <= regions.expand(group)


def overlaps(region: str, group: tuple[str, ...]) -> bool:
    """Whether any of a region lies in a group."""
    regions = load_regions()
    return bool(regions.expand((region,)) & regions.expand(group))
