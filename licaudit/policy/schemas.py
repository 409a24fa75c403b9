"""JSON Schemas of rule files, pack files and licaudit.yaml, for editors; made from the vocabulary.

The loaders stay the judges: a schema cannot read conditions. What it refuses, they refuse too.
"""

from __future__ import annotations

from typing import Any

from licaudit.facts import (
    ACTIONS,
    POSTURES,
    SEVERITIES,
    USES,
    Agreement,
    Confirmation,
    Curation,
    Intent,
    Position,
    Waiver,
)
from licaudit.policy.fields import CODES, ENUMS, MESSAGES
from licaudit.policy.pack_parts import NAME, PACK_KEYS
from licaudit.policy.param_words import NAMES
from licaudit.policy.project import KEYS as PROJECT_KEYS
from licaudit.policy.project import SourceNote
from licaudit.policy.project_checks import NUMBERS, SCOPES
from licaudit.policy.rules import CONDITIONS, FOR, KEYS, NOT_APPLIED, REQUIRED, STATES
from licaudit.policy.vocabulary import (
    ACTORS,
    EVIDENCE,
    MODALITIES,
    SHIPPED_ACTS,
    SURVIVES,
    fields_of_use,
)

DRAFT = "https://json-schema.org/draft/2020-12/schema"
Plain = dict[str, Any]
TEXT: Plain = {
    "type": "object",
    "properties": {"en": {"type": "string", "minLength": 1}, "zh": {"type": "string"}},
    "required": ["en", "zh"],
    "additionalProperties": False,
}
STRINGS: Plain = {"type": "array", "items": {"type": "string"}}
_CONDITION: Plain = {"type": "string", "minLength": 1}
_JSON = {"string": "string", "bool": "boolean", "int": "integer"}
_SAID: dict[str, str] = {
    "id": "The name of the file without .yaml.",
    "status": "Whether the rule is stable, on trial or retired.",
    "severity": "How much it weighs in lists; it changes no verdict.",
    "for": "What the rule looks at, one at a time.",
    "applies_when": "CEL: whether the rule has anything to look at. Otherwise it says so.",
    "not_applied": "What to say where it has nothing to look at.",
    "when": "CEL: which subjects it concerns.",
    "fail": "CEL: when it is a fail.",
    "review": "CEL: when it is a review.",
    "culprits": "CEL: the claims it points at.",
    "why": "Why it fires; words in braces are filled in.",
    "fix": "What to do then.",
    "references": "Where it is written: pages, laws, standards.",
    "examples": "What makes it fire and what does not, run by `licaudit rules test`.",
    "group": "Whether all subjects it fires on make one finding.",
    "about": "Beginnings of codes of reasons that it speaks of.",
    "name": "What people call the pack.",
    "description": "What the pack is for.",
    "extends": "Packs whose rules and parameters it takes over.",
    "only": "Of the inherited rules, those it keeps.",
    "remove": "Of the inherited rules, those it drops.",
    "params": "Lists, numbers, switches and days that licaudit.yaml may set.",
    "words": "The vocabulary that a list takes its words from, by the name of the list.",
}


def rule_schema() -> Plain:
    """The schema of a rule file."""
    about = {"type": "string", "pattern": "^(" + "|".join(_beginnings()) + ")"}
    kinds: Plain = {
        "id": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
        "status": {"enum": list(STATES)},
        "severity": {"enum": list(SEVERITIES)},
        "for": {"enum": list(FOR)},
        "references": {**STRINGS, "minItems": 1},
        "examples": _examples(),
        "group": {"type": "boolean"},
        "about": {"type": "array", "items": about},
        **{key: dict(_CONDITION) for key in CONDITIONS},
        "why": TEXT,
        "fix": TEXT,
        NOT_APPLIED: TEXT,
    }
    return _schema(
        "A rule of licaudit",
        {key: _told(key, kinds[key]) for key in KEYS},
        required=list(REQUIRED),
        anyOf=[{"required": ["fail"]}, {"required": ["review"]}],
        dependentRequired={"applies_when": [NOT_APPLIED], NOT_APPLIED: ["applies_when"]},
        **{"$defs": {name: _message(fields) for name, fields in MESSAGES.items()}},
    )


def pack_schema() -> Plain:
    """The schema of a pack.yaml."""
    kinds: Plain = {
        "id": {"type": "string"},
        "status": {"enum": list(STATES)},
        "name": TEXT,
        "description": TEXT,
        "extends": STRINGS,
        "only": STRINGS,
        "remove": STRINGS,
        "params": _params(),
        "words": {"type": "object", "additionalProperties": {"enum": list(NAMES)}},
        "severity": _severities(),
    }
    return _schema(
        "A rule pack of licaudit",
        {key: _told(key, kinds[key]) for key in PACK_KEYS},
        required=["name", "description"],
        **{"not": {"required": ["only", "remove"]}},
    )


def project_schema() -> Plain:
    """The schema of licaudit.yaml."""
    lists = {
        "sources": SourceNote,
        "agreements": Agreement,
        "positions": Position,
        "confirmations": Confirmation,
        "curations": Curation,
        "waivers": Waiver,
    }
    found: dict[str, Plain] = {}
    kinds: Plain = {
        "intent": _record(Intent, found),
        "intents": {"type": "array", "items": _record(Intent, found)},
        "packs": {"anyOf": [{"type": "string"}, STRINGS]},
        "params": _params(),
        "severity": _severities(),
        "posture": {"enum": list(POSTURES)},
        **{key: {"type": "array", "items": _record(cls, found)} for key, cls in lists.items()},
    }
    _words(found)
    return _schema(
        "licaudit.yaml",
        {key: {"anyOf": [kinds.get(key, {}), {"type": "null"}]} for key in PROJECT_KEYS},
        **{"not": {"required": ["intent", "intents"]}, "$defs": dict(sorted(found.items()))},
    )


def _schema(title: str, properties: Plain, **more: Any) -> Plain:
    return {
        "$schema": DRAFT,
        "title": title,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        **more,
    }


def _told(key: str, kind: Plain) -> Plain:
    return {"description": _SAID[key], **kind} if key in _SAID else kind


def _beginnings() -> list[str]:
    return sorted({code.split("_")[0] for code in CODES})


def _params() -> Plain:
    value = {"anyOf": [STRINGS, *({"type": t} for t in ("integer", "boolean", "string"))]}
    return {
        "type": "object",
        "propertyNames": {"pattern": f"^{NAME.pattern}$"},
        "additionalProperties": value,
    }


def _severities() -> Plain:
    return {"type": "object", "additionalProperties": {"enum": list(SEVERITIES)}}


def _examples() -> Plain:
    parts: Plain = {"subject": {"$ref": "#/$defs/Subject"}, "intent": {"$ref": "#/$defs/Intent"}}

    def some(required: list[str], more: Plain) -> Plain:
        one = {
            "type": "object",
            "properties": {**parts, **more},
            "required": required,
            "additionalProperties": False,
        }
        return {"type": "array", "items": one, "minItems": 1}

    outcome = {"outcome": {"enum": ["review", "fail"]}}
    return {
        "type": "object",
        "properties": {
            "fires": some(["subject", "outcome"], outcome),
            "silent": some(["subject"], {}),
        },
        "required": ["fires", "silent"],
        "additionalProperties": False,
    }


def _message(fields: dict[str, str]) -> Plain:
    return {
        "type": "object",
        "properties": {name: _field(kind) for name, kind in fields.items()},
        "additionalProperties": False,
    }


def _field(kind: str) -> Plain:
    base = kind.removesuffix("[]").removesuffix("?")
    one: Plain = {"$ref": f"#/$defs/{base}"}
    if base in _JSON:
        one = {"type": _JSON[base]}
    elif base in ENUMS:
        one = {"enum": list(ENUMS[base])}
    return {"type": "array", "items": one} if kind.endswith("[]") else one


def _record(cls: type, found: dict[str, Plain]) -> Plain:
    """A reference to one record of licaudit.yaml as the reader checks it; it goes to `found`."""
    from pydantic import TypeAdapter

    plain = TypeAdapter(cls).json_schema(ref_template="#/$defs/{model}")
    found.update(plain.pop("$defs", {}))
    found[cls.__name__] = plain
    return {"$ref": f"#/$defs/{cls.__name__}"}


def _words(found: dict[str, Plain]) -> None:
    """The closed vocabularies that the types alone do not carry."""
    for record in found.values():
        record.pop("description", None)
    intent = found["Intent"]["properties"]
    count: Plain = {"type": "integer", "minimum": 0}
    intent["group_monthly_users"] = {
        "anyOf": [count, {"type": "object", "additionalProperties": count}]
    }
    for name in NUMBERS[1:]:
        intent[name] = count
    intent["use"] = {"enum": list(USES)}
    intent["actor"] = {"enum": list(ACTORS)}
    intent["modality"] = {"enum": list(MODALITIES)}
    scope = {"anyOf": [{"enum": list(SCOPES)}, {"pattern": "^(checkpoint|subset):"}]}
    intent["scopes"] = {"type": "array", "items": {"type": "string", **scope}}
    intent["restricted_fields"] = _list_of(sorted(fields_of_use()))
    agreement = found["Agreement"]["properties"]
    agreement["acts"] = _list_of([*ACTIONS, *SHIPPED_ACTS, "*"])
    agreement["survives"] = {"enum": list(SURVIVES)}
    agreement["term"] = {
        "type": "array",
        "items": {"type": "string", "format": "date"},
        "minItems": 2,
        "maxItems": 2,
    }
    found["Evidence"]["properties"]["shows"] = {"enum": list(EVIDENCE)}
    found["Waiver"]["properties"].pop("line", None)


def _list_of(words: list[str]) -> Plain:
    return {"type": "array", "items": {"enum": words}}


SCHEMAS = {"rule": rule_schema, "pack": pack_schema, "project": project_schema}
