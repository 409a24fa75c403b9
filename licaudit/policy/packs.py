"""Packs: folders of rules with parameters, which may extend each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from licaudit.documents import Document
from licaudit.errors import RuleError
from licaudit.facts import SEVERITIES, Severity, Text
from licaudit.policy.conditions import open_environment
from licaudit.policy.parameters import Override, Param, Params, parameter
from licaudit.policy.rules import (
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
NAME = re.compile(r"[a-z][a-z0-9_]*")
# Words that CEL keeps for itself.
WORDS = frozenset(
    re.findall(
        r"\w+",
        "as break const continue else false for function if import in let loop namespace null"
        " package return true var void while",
    )
)
DEFAULT_PACKS = ("ci-default", "commercial-use", "research-only-data")
PACK_KEYS = (
    "id",
    "status",
    "name",
    "description",
    "extends",
    "only",
    "remove",
    "params",
    "severity",
)


@dataclass(frozen=True)
class Pack:
    """A named set of rules with its parameters."""

    id: str
    name: Text
    description: Text
    params: Params
    rules: tuple[Rule, ...]
    folder: Path = Path()


@dataclass
class _Parts:
    """What a pack and those it extends hold, before the parameters give the rules types."""

    params: dict[str, Param] = field(default_factory=dict)
    files: dict[str, RuleFile] = field(default_factory=dict)
    severities: dict[str, Severity] = field(default_factory=dict)


def load_packs(names: tuple[str, ...], overrides: Iterable[Override] = ()) -> tuple[Pack, ...]:
    """Packs by name or path, in order, under what a project file sets.

    Raises RuleError for unknown packs, broken rules, packs that contradict each other, and
    settings that no chosen pack knows.
    """
    packs: dict[str, Pack] = {}
    wanted = tuple(overrides)
    for name in names:
        pack = _load(find_pack(name), wanted)
        first = packs.setdefault(pack.id, pack)
        if first.folder.resolve() != pack.folder.resolve():
            raise RuleError(
                f"two packs are called `{pack.id}`: {first.folder} and {pack.folder}",
                where=f"{pack.folder}/pack.yaml",
                todo="Give one of them another id.",
            )
    _known(wanted, packs.values())
    _agree(packs.values())
    return tuple(packs.values())


def _known(overrides: Iterable[Override], packs: Iterable[Pack]) -> None:
    """Refuses a setting that meets nothing: a misspelt name must not leave the default in force."""
    known = {
        "params": sorted({param for pack in packs for param in pack.params}),
        "severity": sorted({rule.id for pack in packs for rule in pack.rules}),
    }
    things = {"params": ("parameter", "parameters"), "severity": ("rule", "rules")}
    for override in overrides:
        names = known[override.key]
        if override.name not in names:
            one, many = things[override.key]
            near = get_close_matches(override.name, names, 1)
            raise RuleError(
                f"no chosen pack has a {one} `{override.name}`",
                where=override.where,
                todo=f"Did you mean {near[0]}?"
                if near
                else f"Known {many}: {', '.join(names) or 'none'}.",
            )


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


def _load(folder: Path, overrides: tuple[Override, ...]) -> Pack:
    document, parts = _collect(folder, ())
    for item in overrides:
        if item.key == "params" and item.name in parts.params:
            like = parts.params[item.name]
            parts.params[item.name] = parameter(item.name, _plain(item.value), item.where, like)
        elif item.key == "severity" and item.name in parts.files:
            parts.severities[item.name] = item.value
    environment = open_environment(parts.params)
    rules = tuple(
        compile_rule(file, environment, parts.severities.get(file.id))
        for file in parts.files.values()
    )
    return Pack(
        _id(document, folder),
        bilingual(document, "name"),
        bilingual(document, "description"),
        parts.params,
        rules,
        folder,
    )


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


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
        _join(document, parts, inherited)
    _select(document, parts)
    parts.params.update(_params(document, parts.params))
    for path in sorted(folder.glob("*.yaml")):
        if path.name != "pack.yaml":
            file = read_rule(path, name)
            if file.id in parts.files:
                raise RuleError(
                    f"the pack already has a rule `{file.id}` from one that it extends",
                    where=file.document.where("id"),
                    todo="Give yours another id, or list theirs under `remove`.",
                )
            parts.files[file.id] = file
    parts.severities.update(_severities(document, parts.files))
    return document, parts


def _join(document: Document, parts: _Parts, inherited: _Parts) -> None:
    """Takes over another pack; two that say different things of one name are refused."""
    for rule, file in inherited.files.items():
        known = parts.files.get(rule, file)
        here, there = parts.severities.get(rule), inherited.severities.get(rule)
        if known.raw != file.raw or (rule in parts.files and here != there):
            raise RuleError(
                f"the packs it extends contradict each other about the rule `{rule}`",
                where=document.where("extends"),
            )
    for param, value in inherited.params.items():
        if parts.params.get(param, value) != value and param not in _mapping(document, "params"):
            raise RuleError(
                f"the packs it extends contradict each other about the parameter `{param}`",
                where=document.where("extends"),
                todo="Set it under `params`.",
            )
    parts.params.update(inherited.params)
    parts.files.update(inherited.files)
    parts.severities.update(inherited.severities)


def _select(document: Document, parts: _Parts) -> None:
    """Keeps of the inherited rules those under `only`, and drops those under `remove`."""
    if "only" in document.data and "remove" in document.data:
        raise RuleError("write `only` or `remove`, not both", where=document.where("remove"))
    for key in ("only", "remove"):
        for index, rule in enumerate(strings(document, key)):
            if rule not in parts.files:
                raise RuleError(
                    f"`{key}` names no inherited rule: {rule}",
                    where=document.where(key, index),
                    todo=f"Inherited: {', '.join(sorted(parts.files)) or 'none'}.",
                )
    only, removed = strings(document, "only"), strings(document, "remove")
    both = sorted(set(removed) & set(_mapping(document, "severity")))
    if both:
        raise RuleError(
            f"the rule `{both[0]}` is removed and given a severity",
            where=document.where("severity", both[0]),
        )
    for rule in [*parts.files]:
        if rule in removed or ("only" in document.data and rule not in only):
            del parts.files[rule]
            parts.severities.pop(rule, None)


def _mapping(document: Document, key: str) -> dict[str, object]:
    value = document.data.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RuleError(f"`{key}` must be a mapping", where=document.where(key))
    return value


def _params(document: Document, inherited: Params) -> dict[str, Param]:
    found: dict[str, Param] = {}
    for name, value in _mapping(document, "params").items():
        where = document.where("params", name)
        if not NAME.fullmatch(name) or name in WORDS:
            raise RuleError(
                f"`{name}` is no name of a parameter",
                where=where,
                todo="Use small letters, digits and `_`, and no word that CEL keeps for itself.",
            )
        found[name] = parameter(name, value, where, inherited.get(name))
    return found


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
        found[rule] = severity
    return found


def _agree(packs: Iterable[Pack]) -> None:
    """Refuses packs that say different things of one rule: neither may win in silence."""
    seen: dict[str, tuple[Pack, Rule]] = {}
    for pack in packs:
        for rule in pack.rules:
            other, first = seen.setdefault(rule.id, (pack, rule))
            same = (first.severity, first.body) == (rule.severity, rule.body)
            used = [p for p in pack.params if rule.reads_param(p)]
            if not same or any(pack.params[p] != other.params.get(p) for p in used):
                raise RuleError(
                    f"the packs `{other.id}` and `{pack.id}` contradict each other about the rule"
                    f" `{rule.id}`",
                    where=rule.where,
                    todo="Choose one of them, or give their rules different ids.",
                )
