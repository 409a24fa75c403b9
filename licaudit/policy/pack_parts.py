"""What a pack holds before it is compiled: its own rules and those of the packs it extends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from licaudit.documents import Document
from licaudit.errors import RuleError
from licaudit.facts import SEVERITIES, Severity
from licaudit.policy.param_words import NAMES, check_words
from licaudit.policy.parameters import Param, Params, parameter
from licaudit.policy.rules import (
    STATES,
    RuleFile,
    known_keys,
    one_of,
    read_document,
    read_rule,
    strings,
)
from licaudit.settings import data_folder

NAME = re.compile(r"[a-z][a-z0-9_]*")
# Words that CEL keeps for itself.
WORDS = frozenset(
    re.findall(
        r"\w+",
        "as break const continue else false for function if import in let loop namespace null"
        " package return true var void while",
    )
)
PACK_KEYS = (
    "id",
    "status",
    "name",
    "description",
    "extends",
    "only",
    "remove",
    "params",
    "words",
    "severity",
)


@dataclass
class Parts:
    """What a pack and those it extends hold, before the parameters give the rules types."""

    params: dict[str, Param] = field(default_factory=dict)
    files: dict[str, RuleFile] = field(default_factory=dict)
    severities: dict[str, Severity] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)  # the vocabulary of a list, by its name


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


def id_of(document: Document, folder: Path) -> str:
    """The id that a pack gives itself, else the name of its folder."""
    return str(document.data.get("id", folder.name))


def collect(folder: Path, trail: tuple[str, ...]) -> tuple[Document, Parts]:
    """A pack's document, and its own and inherited parts, its own last and therefore counting."""
    document, _ = read_document(folder / "pack.yaml")
    known_keys(document, PACK_KEYS)
    if "status" in document.data:
        one_of(document, "status", STATES)
    name = id_of(document, folder)
    if name in trail:
        raise RuleError(
            f"packs extend each other in a circle: {' -> '.join((*trail, name))}",
            where=document.where("extends"),
        )
    parts = Parts()
    for parent in strings(document, "extends"):
        try:
            base = find_pack(parent, folder)
        except RuleError as error:
            raise RuleError(error.what, where=document.where("extends"), todo=error.todo) from error
        _, inherited = collect(base, (*trail, name))
        _join(document, parts, inherited)
    _select(document, parts)
    parts.params.update(_params(document, parts.params))
    _check_words(document, parts)
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


def _join(document: Document, parts: Parts, inherited: Parts) -> None:
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
    parts.words.update(inherited.words)
    parts.files.update(inherited.files)
    parts.severities.update(inherited.severities)


def _select(document: Document, parts: Parts) -> None:
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


def _check_words(document: Document, parts: Parts) -> None:
    """Refuses a list that holds a word which its vocabulary lacks, and a vocabulary of nothing."""
    for name, vocabulary in _mapping(document, "words").items():
        where = document.where("words", name)
        if not isinstance(parts.params.get(name), tuple):
            raise RuleError(f"`words` names no list of the pack: {name}", where=where)
        if vocabulary not in NAMES:
            raise RuleError(
                f"`{vocabulary}` is no vocabulary", where=where, todo=f"Use {', '.join(NAMES)}."
            )
        parts.words[name] = str(vocabulary)
    for name in _mapping(document, "params"):
        if name in parts.words:
            check_words(
                name,
                parts.params[name],
                parts.words[name],
                lambda index, name=name: document.where("params", name, index),  # type: ignore[misc]
            )


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
