"""Which columns speak of licensing or origin: names as data, from `rules/columns.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from licaudit.compiled import kept_yaml
from licaudit.documents import Document
from licaudit.errors import RuleError
from licaudit.settings import data_folder

Role = Literal["license", "source"]
LISTS = ("license", "not_license", "inside_license", "source", "not_source", "containers")


@dataclass(frozen=True)
class Names:
    """The patterns of `rules/columns.yaml`, ready to match a column's name."""

    patterns: Mapping[str, re.Pattern[str]]
    inside: frozenset[str]
    containers: frozenset[str]
    least_share: float
    most_other_bytes: int
    content: frozenset[str]

    def role(self, name: str, inside_license: bool = False) -> Role | None:
        """What a column or field of this name tells, if anything."""
        plain = plain_name(name)
        hit = {key: bool(p.search(plain)) for key, p in self.patterns.items()}
        if hit["license"] and not hit["not_license"]:
            return "license"
        if inside_license and plain in self.inside:
            return "license"
        return "source" if hit["source"] and not hit["not_source"] else None

    def is_container(self, name: str) -> bool:
        """Whether a text column of this name may hold a JSON object."""
        return plain_name(name) in self.containers


def plain_name(name: str) -> str:
    """`maxStarsRepo-Licenses` and `max_stars_repo_licenses_1` are one name."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return re.sub(r"_\d+$", "", re.sub(r"[^\w]+", "_", split).strip("_"))


@cache
def load_names(folder: Path | None = None) -> Names:
    """The names of `rules/columns.yaml`. Raises RuleError with the line that is wrong."""
    path = (folder or data_folder("rules")) / "columns.yaml"
    document = kept_yaml(path.read_text("utf-8"), f"rules/{path.name}")
    data = document.data
    if not isinstance(data, dict) or set(data) != {*LISTS, "links"}:
        raise RuleError(f"needs exactly {', '.join(LISTS)} and links", where=document.where())
    patterns = {
        k: _pattern(document, k) for k in LISTS if k not in ("inside_license", "containers")
    }
    links = data["links"]
    if not isinstance(links, dict) or set(links) != {"least_share", "most_other_bytes", "content"}:
        raise RuleError(
            "needs least_share, most_other_bytes and content", where=document.where("links")
        )
    return Names(
        patterns,
        frozenset(map(str, data["inside_license"])),
        frozenset(map(str, data["containers"])),
        float(links["least_share"]),
        int(links["most_other_bytes"]),
        frozenset(map(str, links["content"])),
    )


def _pattern(document: Document, key: str) -> re.Pattern[str]:
    items: Any = document.data[key]
    for index, item in enumerate(items if isinstance(items, list) else []):
        try:
            re.compile(str(item))
        except re.error as error:
            where = document.where(key, index)
            raise RuleError(f"`{item}` is no pattern ({error})", where=where) from error
    if not isinstance(items, list) or not items:
        raise RuleError(f"`{key}` must be a list of patterns", where=document.where(key))
    return re.compile("|".join(f"(?:{item})" for item in items))
