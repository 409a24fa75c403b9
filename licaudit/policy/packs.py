"""Packs: folders of rules with parameters, which may extend each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from licaudit.errors import RuleError
from licaudit.facts import Text
from licaudit.policy.conditions import open_environment
from licaudit.policy.pack_parts import collect, find_pack, id_of
from licaudit.policy.param_words import check_words
from licaudit.policy.parameters import Override, Params, parameter
from licaudit.policy.rules import Rule, bilingual, compile_rule

__all__ = ["DEFAULT_PACKS", "Pack", "Rule", "find_pack", "load_packs"]
DEFAULT_PACKS = ("ci-default", "commercial-use", "research-only-data")


@dataclass(frozen=True)
class Pack:
    """A named set of rules with its parameters."""

    id: str
    name: Text
    description: Text
    params: Params
    rules: tuple[Rule, ...]
    folder: Path = Path()


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


def _load(folder: Path, overrides: tuple[Override, ...]) -> Pack:
    document, parts = collect(folder, ())
    for item in overrides:
        if item.key == "params" and item.name in parts.params:
            like = parts.params[item.name]
            value = parameter(item.name, _plain(item.value), item.where, like)
            if item.name in parts.words:
                check_words(item.name, value, parts.words[item.name], item.place)
            parts.params[item.name] = value
        elif item.key == "severity" and item.name in parts.files:
            parts.severities[item.name] = item.value
    environment = open_environment(parts.params)
    rules = tuple(
        compile_rule(file, environment, parts.severities.get(file.id))
        for file in parts.files.values()
    )
    return Pack(
        id_of(document, folder),
        bilingual(document, "name"),
        bilingual(document, "description"),
        parts.params,
        rules,
        folder,
    )


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


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
