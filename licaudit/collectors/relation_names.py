"""Names of fields that tell a relation: data, from `rules/relations.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from licaudit.collectors.row_columns import plain_name
from licaudit.compiled import kept_yaml
from licaudit.documents import Document
from licaudit.errors import RuleError
from licaudit.facts import RELATIONS, Relation
from licaudit.settings import data_folder

FIELDS = frozenset(
    {"config", "data", "sections", "section_models", "inside_section", "torchtune"}
    | {"llama_factory", "rows"}
)


@dataclass(frozen=True)
class RelationNames:
    """The tables of `rules/relations.yaml`: keys of configs, names of frameworks, columns."""

    keys: Mapping[str, Relation]
    data: frozenset[str]
    sections: tuple[str, ...]
    section_models: Mapping[str, Relation]
    inside_section: tuple[str, ...]
    torchtune: Mapping[str, str]
    llama_factory: Mapping[str, str]
    columns: Mapping[str, Relation]
    plain_columns: Mapping[str, Relation]

    def column(self, name: str) -> tuple[Relation, bool] | None:
        """(relation, whether the value must be a known model's name) of a column, if it tells."""
        plain = plain_name(name)
        if plain in self.columns:
            return self.columns[plain], False
        return (self.plain_columns[plain], True) if plain in self.plain_columns else None


@cache
def load_relations(folder: Path | None = None) -> RelationNames:
    """The tables of `rules/relations.yaml`. Raises RuleError with the line that is wrong."""
    path = (folder or data_folder("rules")) / "relations.yaml"
    document = kept_yaml(path.read_text("utf-8"), f"rules/{path.name}")
    data = document.data
    if not isinstance(data, dict) or set(data) != FIELDS:
        raise RuleError(f"needs exactly {', '.join(sorted(FIELDS))}", where=document.where())
    rows = dict(_table(document, "rows"))
    plain = rows.pop("plain", {})
    return RelationNames(
        _by_name(document, _table(document, "config"), "config"),
        frozenset(map(str, data["data"])),
        tuple(map(str, data["sections"])),
        {k: _relation(document, v, "section_models", k) for k, v in data["section_models"].items()},
        tuple(map(str, data["inside_section"])),
        {k: str(v) for k, v in _table(document, "torchtune").items()},
        {k: str(v) for k, v in _table(document, "llama_factory").items()},
        _by_name(document, rows, "rows"),
        _by_name(document, plain if isinstance(plain, dict) else {}, "rows", "plain"),
    )


def _table(document: Document, key: str) -> dict[str, Any]:
    value = document.data[key]
    if not isinstance(value, dict) or not value:
        raise RuleError(f"`{key}` must be a mapping", where=document.where(key))
    return value


def _by_name(document: Document, table: dict[str, Any], *path: str) -> dict[str, Relation]:
    """`relation: [names]` turned round."""
    found: dict[str, Relation] = {}
    for relation, names in table.items():
        if not isinstance(names, list):
            raise RuleError("must be a list of names", where=document.where(*path, relation))
        for name in names:
            found[str(name)] = _relation(document, relation, *path, relation)
    return found


def _relation(document: Document, word: Any, *path: str) -> Relation:
    if word not in RELATIONS:
        raise RuleError(f"`{word}` is no relation", where=document.where(*path))
    return word  # type: ignore[no-any-return]
