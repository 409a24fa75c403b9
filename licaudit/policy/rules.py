"""One rule: a YAML file, checked and compiled when it is loaded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from licaudit.compiled import kept_yaml
from licaudit.documents import Document, DocumentError
from licaudit.errors import RuleError
from licaudit.facts import SEVERITIES, Severity, Text
from licaudit.policy.conditions import Condition, Environment, compile_condition
from licaudit.policy.fields import CODES
from licaudit.policy.source import locate
from licaudit.policy.wording import PLACEHOLDER, PLACEHOLDERS

STATES = ("stable", "trial", "retired")
CONDITIONS = ("applies_when", "when", "fail", "review", "culprits")
NOT_APPLIED = "not_applied"  # what a rule says where its `applies_when` never holds
REQUIRED = ("id", "severity", "for", "why", "fix", "references", "examples")
KEYS = (
    "id",
    "status",
    "severity",
    "for",
    *CONDITIONS,
    *REQUIRED[3:],
    "group",
    "about",
    NOT_APPLIED,
)
FOR = ("subject",)


@dataclass(frozen=True)
class Rule:
    """One compiled rule. `fail` and `review` are conditions; the worse one that holds counts.

    `about` are beginnings of the codes of reasons the rule speaks of: they fill `{reasons}`, and
    a waiver of the rule's finding lifts them. `not_applied` is said where `applies_when` holds
    for nothing; `body` is the file as it is written.
    """

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
    not_applied: Text | None = None
    body: str = ""
    document: Document | None = None

    def at(self, *path: str | int) -> str:
        """`file:line:column` of something in the rule's file."""
        return self.document.where(*path) if self.document else self.where

    def reads(self, field: str) -> bool:
        """Whether a condition of the rule looks at a field of its subject."""
        return self._names(f"subject.{field}")

    def reads_param(self, name: str) -> bool:
        """Whether a condition of the rule looks at a parameter of its pack."""
        return self._names(f"params.{name}")

    def _names(self, path: str) -> bool:
        conditions = (self.applies_when, self.when, self.fail, self.review, self.culprits)
        return any(re.search(rf"\b{re.escape(path)}\b", c.source) for c in conditions if c)


@dataclass(frozen=True)
class RuleFile:
    """A rule as it is written, before a pack's parameters give it types."""

    document: Document
    raw: str
    pack: str

    @property
    def id(self) -> str:
        """The rule's id."""
        return str(self.document.data.get("id", ""))


def read_document(path: Path) -> tuple[Document, str]:
    """A YAML file of a pack and its raw text. Raises RuleError when it is not a mapping."""
    label = f"{path.parent.name}/{path.name}"
    try:
        raw = path.read_text("utf-8")
        document = kept_yaml(raw, label)
    except DocumentError as error:
        raise RuleError(error.what, where=error.where, todo=error.todo) from error
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"cannot be read ({error})", where=label) from error
    if not isinstance(document.data, dict):
        raise RuleError("expected a mapping", where=document.where())
    return document, raw


def read_rule(path: Path, pack: str) -> RuleFile:
    """A rule file with its keys and words checked."""
    document, raw = read_document(path)
    data = document.data
    known_keys(document, KEYS)
    for key in REQUIRED:
        if key not in data:
            raise RuleError(f"`{key}` is required", where=document.where())
    if data["id"] != path.stem:
        raise RuleError(
            f"the id must be the file's name, `{path.stem}`", where=document.where("id")
        )
    one_of(document, "for", FOR)  # what a rule looks at
    one_of(document, "severity", SEVERITIES)
    if "status" in data:
        one_of(document, "status", STATES)
    if "fail" not in data and "review" not in data:
        raise RuleError("a rule needs `fail` or `review`", where=document.where())
    for key in CONDITIONS:
        if key in data and not (isinstance(data[key], str) and data[key].strip()):
            raise RuleError(f"`{key}` must be a condition in text", where=document.where(key))
    if not isinstance(data.get("group", False), bool):
        raise RuleError("`group` is true or false", where=document.where("group"))
    _about(document, strings(document, "about"))
    _not_applied(document)
    strings(document, "references")
    for key in ("why", "fix"):
        _placeholders(document, key, bool(data.get("about")))
    return RuleFile(document, raw, pack)


def compile_rule(
    file: RuleFile, environment: Environment, severity: Severity | None = None
) -> Rule:
    """The rule under a pack's parameters. Raises RuleError where a condition is doubtful."""
    document, data = file.document, file.document.data
    conditions = {
        key: compile_condition(
            environment,
            locate(document, file.raw, key),
            "LIST<STRING>" if key == "culprits" else "BOOL",
        )
        for key in CONDITIONS
        if key in data
    }
    return Rule(
        id=file.id,
        pack=file.pack,
        severity=severity or data["severity"],
        why=bilingual(document, "why"),
        fix=bilingual(document, "fix"),
        where=document.where(),
        references=tuple(strings(document, "references")),
        examples=data["examples"],
        environment=environment,
        group=bool(data.get("group")),
        about=tuple(strings(document, "about")),
        not_applied=bilingual(document, NOT_APPLIED) if NOT_APPLIED in data else None,
        body=file.raw,
        document=document,
        **conditions,
    )


def known_keys(document: Document, keys: tuple[str, ...]) -> None:
    """Refuses a key that is none of those known."""
    for key in document.data:
        if key not in keys:
            raise RuleError(
                f"unknown key `{key}`",
                where=document.where(key),
                todo=f"Known keys: {', '.join(keys)}.",
            )


def one_of(document: Document, key: str, words: tuple[str, ...]) -> None:
    """Refuses a value that is none of some words."""
    if document.data[key] not in words:
        raise RuleError(
            f"`{document.data[key]}` is no {key}",
            where=document.where(key),
            todo=f"Use one of {', '.join(words)}.",
        )


def strings(document: Document, *path: str) -> list[str]:
    """A list of strings under a key; nothing there is an empty list."""
    value: Any = document.data
    for step in path:
        value = (value or {}).get(step)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise RuleError(
            f"`{'.'.join(path)}` must be a list of strings", where=document.where(*path)
        )
    return value


def bilingual(document: Document, key: str) -> Text:
    """Words that must be there in English and Chinese."""
    value = document.data.get(key)
    both = isinstance(value, dict) and set(value) == {"en", "zh"}
    if not both or not all(isinstance(v, str) and v.strip() for v in value.values()):
        raise RuleError(f"`{key}` needs its words in en and zh", where=document.where(key))
    return Text(value["en"], value["zh"])


def _about(document: Document, prefixes: list[str]) -> None:
    for index, prefix in enumerate(prefixes):
        if not prefix or not any(code.startswith(prefix.rstrip(":")) for code in CODES):
            raise RuleError(
                f"`{prefix}` begins no code of a reason",
                where=document.where("about", index),
                todo=f"Codes: {', '.join(CODES)}.",
            )


def _not_applied(document: Document) -> None:
    """A rule that may not apply says so in words, and only such a rule does."""
    if ("applies_when" in document.data) != (NOT_APPLIED in document.data):
        here = "applies_when" if "applies_when" in document.data else NOT_APPLIED
        raise RuleError(
            f"`applies_when` and `{NOT_APPLIED}` belong together: when, and what to say otherwise",
            where=document.where(here),
        )
    if NOT_APPLIED in document.data:
        text = bilingual(document, NOT_APPLIED)
        for lang, words in (("en", text.en), ("zh", text.zh)):
            if "{" in words:
                raise RuleError(
                    f"`{NOT_APPLIED}` is about no subject: it takes no placeholders",
                    where=document.where(NOT_APPLIED, lang),
                )


def _placeholders(document: Document, key: str, about: bool) -> None:
    text = bilingual(document, key)
    for lang, words in (("en", text.en), ("zh", text.zh)):
        used = set(PLACEHOLDER.findall(words))
        strange = used - PLACEHOLDERS
        if strange:
            raise RuleError(
                f"`{{{min(strange)}}}` is no placeholder",
                where=document.where(key, lang),
                todo=f"Placeholders: {', '.join(sorted(PLACEHOLDERS))}.",
            )
        if "reasons" in used and not about:
            raise RuleError(
                "`{reasons}` needs `about`: which reasons are meant",
                where=document.where(key, lang),
            )
