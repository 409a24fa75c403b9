"""The typed facts that conditions see: protobuf messages in a pool of our own.

Plain maps would let a misspelt field pass and an absent number read as 0; here every field is
declared, closed vocabularies are enums whose 0 is UNKNOWN, and optional numbers are wrappers.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from licaudit.facts import (
    ARTIFACT_KINDS,
    CHANNELS,
    CHECKS,
    CONDITION_KINDS,
    OUTCOMES,
    PERMISSIONS,
    RELATIONS,
    USES,
)
from licaudit.policy.vocabulary import ACTORS, CONTRACTS, EVIDENCE, MODALITIES

PACKAGE = "licaudit"
# The codes of reasons, by which rules and their `about` lists name what they speak of.
CODES = (
    "act_prohibited",
    "act_silent",
    "act_unknown",
    "act_open",
    "eligibility_open",
    "eligibility_barred",
    "precondition_open",
    "duty_open",
    "duty_missing",
    "text_missing",
    "notice_missing",
    "duty_manual",
    "debated",
    "terms_unknown",
    "terms_low_confidence",
    "terms_by_category",
    "no_expression",
    "unstated",
    "ambiguous",
    "gap",
)
ENUMS: dict[str, tuple[str, ...]] = {
    "Use": USES,
    "Outcome": OUTCOMES,
    "Code": CODES,
    "Actor": ACTORS,
    "Duties": tuple(sorted(CONDITION_KINDS["duty"])),
    "Basis": ("text", "summary", "convention", "category", "none"),
    "Confidence": ("high", "medium", "low"),
    "Binds": ("license", "contract"),
    "Permission": PERMISSIONS,
    "Relation": RELATIONS,
    "Kind": ARTIFACT_KINDS,
    "Channel": CHANNELS,
    "Part": ("code", "weights", "data", "document"),
    "Check": CHECKS,
    "Status": ("met", "missing", "manual", "not_triggered"),
    "Form": ("code", "weights", "data", "service", "outputs"),
    "Modality": MODALITIES,
    "Evidence": EVIDENCE,
    "Contract": CONTRACTS,
    "Document": ("none", "shown", "differs"),
    "Fit": ("yes", "review", "no"),
    "Rung": (
        "curation",
        "exact_text",
        "exact_rule",
        "engine",
        "identifier",
        "near",
        "statement",
        "none",
    ),
}
# Field types: string, bool, int, int? (may be absent), an enum's or message's name; [] repeats.
MESSAGES: dict[str, dict[str, str]] = {
    "Intent": {
        "use": "Use",
        "actor": "Actor",
        "established_in": "string",
        "users_in": "string[]",
        "distribute": "Form[]",
        "distribution_known": "bool",
        "commercial": "bool",
        "release_as": "string",
        "annual_revenue_usd": "int?",
        "modify": "bool",
        "trained_in": "string[]",
        "deployed_in": "string[]",
        "monthly_users": "int?",
        "daily_users": "int?",
        "monthly_visits": "int?",
        "monthly_output_tokens": "int?",
        "train": "bool",
        "train_on_outputs": "bool",
        "release_name": "string",
        "modality": "Modality",
        "restricted_fields": "string[]",
        "fields_known": "bool",
        "scopes": "string[]",
    },
    "Record": {"path": "string", "shows": "Evidence", "present": "bool", "digest": "string"},
    "License": {
        "id": "string",
        "family": "string",
        "copyleft": "string",
        "osi_approved": "bool",
        "confidence": "Confidence",
        "basis": "Basis",
        "binds": "Binds",
    },
    "Question": {
        "code": "Code",
        "license": "string",
        "clause": "string",
        "condition": "string",
        "message": "string",
        "outcome": "Outcome",
    },
    "Duty": {
        "type": "Duties",
        "status": "Status",
        "license": "string",
        "clause": "string",
        "condition": "string",
        "check": "Check",
    },
    "Looser": {
        "upstream": "string",
        "code": "string",
        "license": "string",
        "clause": "string",
        "sure": "bool",
        "bites": "bool",
    },
    "Conflict": {
        "left": "string",
        "right": "string",
        "left_expression": "string",
        "right_expression": "string",
        "worse": "Outcome",
        "better": "Outcome",
        "hubs": "bool",
    },
    "Gap": {"reason": "string", "blocks": "bool"},
    "Subject": {
        "artifact": "string",
        "name": "string",
        "kind": "Kind",
        "channel": "Channel",
        "root": "bool",
        "in_tree": "bool",
        "part": "Part",
        "scope": "string",
        "relation": "Relation",
        "distance": "int",
        "expression": "string",
        "stated": "bool",
        "ambiguous": "bool",
        "rung": "Rung",
        "confidence": "int?",
        "permission": "Permission",
        "outcome": "Outcome",
        "license_outcome": "Outcome",
        "licenses": "License[]",
        "questions": "Question[]",
        "duties": "Duty[]",
        "restrictions": "string[]",
        "conflicts": "Conflict[]",
        "gaps": "Gap[]",
        "debated": "string[]",
        "looser_than": "string[]",
        "looser": "Looser[]",
        "looser_claims": "string[]",
        "shipped": "bool",
        "unnamed": "bool",
        "declared": "string",
        "claims": "string[]",
        "narrowing_claims": "string[]",
        "open_claims": "string[]",
        "third_party": "bool",
        "noted": "bool",
        "records": "Record[]",
        "reserved": "string[]",
        "contract": "Contract",
        "contract_id": "string",
        "document": "Document",
        "terms_version": "string",
        "generators": "string[]",
        "held": "bool",
        "fit": "Fit",
    },
}
_SCALARS = {"string": 9, "bool": 8, "int": 3}
_PLAIN: dict[str, type] = {"string": str, "bool": bool, "int": int}


def build_pool(parameters: Mapping[str, str]) -> Any:
    """A descriptor pool with the messages above, and `Params` with the type of each parameter."""
    from google.protobuf import descriptor_pb2, descriptor_pool, wrappers_pb2

    pool = descriptor_pool.DescriptorPool()
    wrappers = descriptor_pb2.FileDescriptorProto()
    wrappers_pb2.DESCRIPTOR.CopyToProto(wrappers)
    pool.Add(wrappers)
    file = descriptor_pb2.FileDescriptorProto(
        name="licaudit.proto",
        package=PACKAGE,
        syntax="proto3",
        dependency=["google/protobuf/wrappers.proto"],
    )
    for name, words in ENUMS.items():
        # Enum values share the scope around their enum: a message each keeps `code` apart.
        enum = file.message_type.add(name=f"{name}Words").enum_type.add(name=name)
        enum.value.add(name="unknown" if "unknown" in words else "UNKNOWN", number=0)
        for word, number in _numbers(name).items():
            if number:
                enum.value.add(name=word, number=number)
    messages = {**MESSAGES, "Params": dict(parameters)}
    for name, fields in messages.items():
        message = file.message_type.add(name=name)
        for number, (field, kind) in enumerate(fields.items(), 1):
            _field(message, field, kind, number)
    pool.Add(file)
    return pool


@cache
def _numbers(enum: str) -> dict[str, int]:
    """The number of each word; a vocabulary's own `unknown` is the 0 that stands for absence."""
    words = [w for w in ENUMS[enum] if w != "unknown"]
    return {"unknown": 0, **{w: i for i, w in enumerate(words, 1)}}


def _field(message: Any, name: str, kind: str, number: int) -> None:
    repeated = kind.endswith("[]")
    base = kind.removesuffix("[]").removesuffix("?")
    entry = message.field.add(name=name, number=number, label=3 if repeated else 1)
    if kind.endswith("?"):
        entry.type, entry.type_name = 11, ".google.protobuf.Int64Value"
    elif base in _SCALARS:
        entry.type = _SCALARS[base]
    elif base in ENUMS:
        entry.type, entry.type_name = 14, f".{PACKAGE}.{base}Words.{base}"
    else:
        entry.type, entry.type_name = 11, f".{PACKAGE}.{base}"


@cache
def _class(pool: Any, name: str) -> Any:
    from google.protobuf import message_factory

    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.{name}"))


def misfit(name: str, values: Mapping[str, Any]) -> str | None:
    """What in some values no message of this type can hold: an unknown field or word."""
    for field, value in values.items():
        kind = MESSAGES[name].get(field, "")
        base = kind.removesuffix("[]").removesuffix("?")
        items = value if isinstance(value, (list, tuple)) else [value]
        if not kind:
            return f"`{field}` is no field of {name}"
        if kind.endswith("[]") != isinstance(value, (list, tuple)):
            return f"`{field}` is {'a list' if kind.endswith('[]') else 'no list'}"
        for item in items:
            if base in ENUMS and item not in ENUMS[base]:
                return f"`{item}` is no {base}"
            if base in MESSAGES and (problem := misfit(base, item)):
                return f"{field}: {problem}"
            if base in _PLAIN and type(item) is not _PLAIN[base]:
                return f"`{field}` takes a {base}, not `{item}`"
    return None


def fill(
    pool: Any, name: str, values: Mapping[str, Any], types: Mapping[str, str] | None = None
) -> Any:
    """A message of one type from plain values; words outside a vocabulary become UNKNOWN."""
    message = _class(pool, name)()
    for field, kind in (types if types is not None else MESSAGES[name]).items():
        value = values.get(field)
        if value is None:
            continue
        _set(pool, message, field, kind, value)
    return message


def _set(pool: Any, message: Any, field: str, kind: str, value: Any) -> None:
    repeated = kind.endswith("[]")
    base = kind.removesuffix("[]").removesuffix("?")
    if kind.endswith("?"):
        getattr(message, field).value = int(value)
    elif base in ENUMS:
        numbers = _numbers(base)
        if repeated:
            getattr(message, field).extend(numbers.get(v, 0) for v in value)
        else:
            setattr(message, field, numbers.get(value, 0))
    elif base in _SCALARS:
        if repeated:
            getattr(message, field).extend(value)
        else:
            setattr(message, field, value)
    else:
        getattr(message, field).extend(fill(pool, base, item) for item in value)
