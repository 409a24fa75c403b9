"""Packs: folders of rules with parameters, which may extend each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from licaudit.documents import Document
from licaudit.errors import RuleError
from licaudit.facts import Severity, Text
from licaudit.policy.conditions import open_environment
from licaudit.policy.rules import (
    SEVERITIES,
    STATES,
    Rule,
    RuleFile,
    bilingual,
    compile_rule,
    known_keys,
    one_of,
    read_document,
    read_rule,
    strings,
)
from licaudit.settings import data_folder

__all__ = ["DEFAULT_PACKS", "Pack", "Rule", "find_pack", "load_packs"]
DEFAULT_PACKS = ("ci-default", "commercial-use", "research-only-data")
PACK_KEYS = ("id", "name", "description", "extends", "params", "severity", "status")
Params = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Pack:
    """A named set of rules with its parameters."""

    id: str
    name: Text
    description: Text
    params: Params
    rules: tuple[Rule, ...]


@dataclass
class _Parts:
    """What a pack and those it extends hold, before the parameters give the rules types."""

    params: dict[str, tuple[str, ...]] = field(default_factory=dict)
    files: dict[str, RuleFile] = field(default_factory=dict)
    severities: dict[str, Severity] = field(default_factory=dict)


def load_packs(names: tuple[str, ...], overrides: Params | None = None) -> tuple[Pack, ...]:
    """Packs by name or path, in order. Raises RuleError for unknown ones and broken rules."""
    packs: dict[str, Pack] = {}
    for name in names:
        pack = _load(find_pack(name), overrides or {})
        packs.setdefault(pack.id, pack)
    known = {param for pack in packs.values() for param in pack.params}
    stray = set(overrides or {}) - known
    if stray:
        raise RuleError(
            f"no chosen pack has a parameter `{min(stray)}`",
            where="licaudit.yaml",
            todo=f"Known parameters: {', '.join(sorted(known)) or 'none'}.",
        )
    _agree(packs.values())
    return tuple(packs.values())


def find_pack(name: str, beside: Path | None = None) -> Path:
    """The folder of a pack: a name below rules/packs, or a path to a folder with pack.yaml.

    A bare name means our pack even where a folder of that name lies in the way: a repository that
    is audited in its own folder must not replace the rules it is judged by.
    """
    folder = data_folder("rules") / "packs"
    if "/" not in name and (folder / name / "pack.yaml").is_file():
        return folder / name
    for given in ((beside / name,) if beside else ()) + (Path(name),):
        if (given / "pack.yaml").is_file():
            return given
    known = ", ".join(sorted(p.parent.name for p in folder.glob("*/pack.yaml")))
    raise RuleError(
        f"there is no pack `{name}`", todo=f"Packs: {known}; or a folder with pack.yaml."
    )


def _load(folder: Path, overrides: Params) -> Pack:
    document, parts = _collect(folder, ())
    params = {**parts.params, **{k: v for k, v in overrides.items() if k in parts.params}}
    environment = open_environment(params)
    rules = tuple(
        compile_rule(file, environment, parts.severities.get(file.id))
        for file in parts.files.values()
    )
    return Pack(
        _id(document, folder),
        bilingual(document, "name"),
        bilingual(document, "description"),
        params,
        rules,
    )


def _id(document: Document, folder: Path) -> str:
    return str(document.data.get("id", folder.name))


def _collect(folder: Path, trail: tuple[str, ...]) -> tuple[Document, _Parts]:
    """A pack's document, and its own and inherited parts, its own last and therefore counting."""
    document, _ = read_document(folder / "pack.yaml")
    known_keys(document, PACK_KEYS)
    if "status" in document.data:
        one_of(document, "status", STATES)
    name = _id(document, folder)
    if name in trail:
        raise RuleError(
            f"packs extend each other in a circle: {' -> '.join((*trail, name))}",
            where=document.where("extends"),
        )
    parts = _Parts()
    for parent in strings(document, "extends"):
        try:
            base = find_pack(parent, folder)
        except RuleError as error:
            raise RuleError(error.what, where=document.where("extends"), todo=error.todo) from error
        _, inherited = _collect(base, (*trail, name))
        parts.params.update(inherited.params)
        parts.files.update(inherited.files)
        parts.severities.update(inherited.severities)
    parts.params.update(_params(document))
    for path in sorted(folder.glob("*.yaml")):
        if path.name != "pack.yaml":
            file = read_rule(path, name)
            parts.files[file.id] = file
    parts.severities.update(_severities(document, parts.files))
    return document, parts


def _mapping(document: Document, key: str) -> dict[str, object]:
    value = document.data.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RuleError(f"`{key}` must be a mapping", where=document.where(key))
    return value


def _params(document: Document) -> dict[str, tuple[str, ...]]:
    names = _mapping(document, "params")
    strange = [n for n in names if not n.isidentifier()]
    if strange:
        raise RuleError(
            f"`{strange[0]}` is no name of a parameter",
            where=document.where("params", strange[0]),
            todo="Use letters, digits and `_`.",
        )
    return {name: tuple(strings(document, "params", name)) for name in names}


def _severities(document: Document, rules: Mapping[str, RuleFile]) -> dict[str, Severity]:
    found: dict[str, Severity] = {}
    for rule, severity in _mapping(document, "severity").items():
        where = document.where("severity", rule)
        if rule not in rules:
            raise RuleError(f"`severity` names no rule: {rule}", where=where)
        if severity not in SEVERITIES:
            raise RuleError(
                f"`{severity}` is no severity", where=where, todo=f"Use {', '.join(SEVERITIES)}."
            )
        found[rule] = cast(Severity, severity)
    return found


def _agree(packs: Iterable[Pack]) -> None:
    """Refuses packs that say different things of one rule: neither may win in silence."""
    seen: dict[str, tuple[Pack, Rule]] = {}
    for pack in packs:
        for rule in pack.rules:
            other, first = seen.setdefault(rule.id, (pack, rule))
            same = (first.severity, first.where, first.pack) == (
                rule.severity,
                rule.where,
                rule.pack,
            )
            used = [p for p in pack.params if rule.reads_param(p)]
            if not same or any(pack.params[p] != other.params.get(p) for p in used):
                raise RuleError(
                    f"the packs `{other.id}` and `{pack.id}` contradict each other about the rule"
                    f" `{rule.id}`",
                    where=rule.where,
                    todo="Choose one of them, or give their rules different ids.",
                )
