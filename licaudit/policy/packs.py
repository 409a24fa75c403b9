"""Packs and rules: YAML files, one rule each, checked and compiled when they are loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from licaudit.documents import Document, DocumentError, read_yaml
from licaudit.errors import RuleError
from licaudit.facts import Severity, Text
from licaudit.policy.conditions import Condition, Environment, compile_condition, open_environment
from licaudit.settings import data_folder

DEFAULT_PACKS = ("ci-default", "commercial-use", "research-only-data")
SEVERITIES = ("info", "low", "medium", "high", "critical")
RULE_KEYS = (
    "id",
    "status",
    "severity",
    "for",
    "applies_when",
    "when",
    "fail",
    "review",
    "culprits",
    "why",
    "fix",
    "references",
    "examples",
    "group",
    "about",
)
PACK_KEYS = ("id", "name", "description", "extends", "params", "severity", "status")
FOR = ("subject",)


@dataclass(frozen=True)
class Rule:
    """One compiled rule. `fail` and `review` are conditions; the worse one that holds counts."""

    id: str
    pack: str
    severity: Severity
    why: Text
    fix: Text
    where: str
    references: tuple[str, ...]
    examples: Mapping[str, Any]
    environment: Environment
    applies_when: Condition | None = None
    when: Condition | None = None
    fail: Condition | None = None
    review: Condition | None = None
    culprits: Condition | None = None
    group: bool = False
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pack:
    """A named set of rules with its parameters."""

    id: str
    name: Text
    description: Text
    params: Mapping[str, tuple[str, ...]]
    rules: tuple[Rule, ...]


def load_packs(
    names: tuple[str, ...], overrides: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[Pack, ...]:
    """Packs by name or path, in order. Raises RuleError for unknown ones and broken rules."""
    packs: dict[str, Pack] = {}
    known: set[str] = set()
    for name in names:
        pack = _load(find_pack(name), overrides or {}, ())
        packs.setdefault(pack.id, pack)
        known |= set(pack.params)
    stray = set(overrides or {}) - known
    if stray:
        raise RuleError(
            f"no chosen pack has a parameter `{min(stray)}`",
            where="licaudit.yaml",
            todo=f"Known parameters: {', '.join(sorted(known)) or 'none'}.",
        )
    return tuple(packs.values())


def find_pack(name: str) -> Path:
    """The folder of a pack: a path the user gives, or a name below rules/packs."""
    given = Path(name)
    if (given / "pack.yaml").is_file():
        return given
    folder = data_folder("rules") / "packs"
    if "/" not in name and (folder / name / "pack.yaml").is_file():
        return folder / name
    known = ", ".join(sorted(p.parent.name for p in folder.glob("*/pack.yaml")))
    raise RuleError(
        f"there is no pack `{name}`", todo=f"Packs: {known}; or a folder with pack.yaml."
    )


def _read(path: Path) -> Document:
    label = f"{path.parent.name}/{path.name}"
    try:
        document = read_yaml(path.read_text("utf-8"), label)
    except DocumentError as error:
        raise RuleError(error.what, where=error.where) from error
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"cannot be read ({error})", where=label) from error
    if not isinstance(document.data, dict):
        raise RuleError("expected a mapping", where=document.where())
    return document


def _load(folder: Path, overrides: Mapping[str, tuple[str, ...]], trail: tuple[str, ...]) -> Pack:
    document = _read(folder / "pack.yaml")
    data = document.data
    _known(document, data, PACK_KEYS, ())
    name = str(data.get("id", folder.name))
    if name in trail:
        raise RuleError(
            f"packs extend each other in a circle: {' -> '.join((*trail, name))}",
            where=document.where("extends"),
        )
    params: dict[str, tuple[str, ...]] = {}
    rules: dict[str, Rule] = {}
    for parent in data.get("extends") or ():
        base = _load(find_pack(str(parent)), overrides, (*trail, name))
        params.update(base.params)
        rules.update({r.id: r for r in base.rules})
    params.update({k: tuple(map(str, v)) for k, v in (data.get("params") or {}).items()})
    params.update({k: v for k, v in overrides.items() if k in params})
    environment = open_environment(params)
    for path in sorted(folder.glob("*.yaml")):
        if path.name != "pack.yaml":
            rule = _rule(_read(path), name, environment, data.get("severity") or {})
            rules[rule.id] = rule
    stray = set(data.get("severity") or {}) - set(rules)
    if stray:
        raise RuleError(
            f"`severity` names no rule: {min(stray)}", where=document.where("severity", min(stray))
        )
    return Pack(
        name,
        _text(document, data, "name"),
        _text(document, data, "description"),
        params,
        tuple(rules.values()),
    )


def _known(
    document: Document, data: Mapping[str, Any], keys: tuple[str, ...], path: tuple[str, ...]
) -> None:
    for key in data:
        if key not in keys:
            raise RuleError(
                f"unknown key `{key}`",
                where=document.where(*path, key),
                todo=f"Known keys: {', '.join(keys)}.",
            )


def _text(document: Document, data: Mapping[str, Any], key: str) -> Text:
    value = data.get(key)
    if not isinstance(value, dict) or set(value) != {"en", "zh"}:
        raise RuleError(f"`{key}` needs its words in en and zh", where=document.where(key))
    return Text(str(value["en"]), str(value["zh"]))


def _rule(
    document: Document, pack: str, environment: Environment, severities: Mapping[str, str]
) -> Rule:
    data = document.data
    _known(document, data, RULE_KEYS, ())
    for key in ("id", "severity", "for", "why", "fix", "references", "examples"):
        if key not in data:
            raise RuleError(f"`{key}` is required", where=document.where())
    if data["for"] not in FOR:
        raise RuleError(
            f"`for: {data['for']}` is none of {', '.join(FOR)}", where=document.where("for")
        )
    if "fail" not in data and "review" not in data:
        raise RuleError("a rule needs `fail` or `review`", where=document.where())
    severity = severities.get(data["id"], data["severity"])
    if severity not in SEVERITIES:
        raise RuleError(f"`{severity}` is no severity", where=document.where("severity"))
    conditions = {
        key: compile_condition(
            environment,
            str(data[key]),
            document.where(key),
            document.line(key) or 0,
            "LIST<STRING>" if key == "culprits" else "BOOL",
        )
        for key in ("applies_when", "when", "fail", "review", "culprits")
        if key in data
    }
    return Rule(
        id=str(data["id"]),
        pack=pack,
        severity=severity,
        why=_text(document, data, "why"),
        fix=_text(document, data, "fix"),
        where=document.where(),
        references=tuple(map(str, data["references"])),
        examples=data["examples"],
        environment=environment,
        group=bool(data.get("group")),
        about=tuple(map(str, data.get("about") or ())),
        **conditions,
    )
