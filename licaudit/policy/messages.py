"""The typed facts that conditions see: protobuf messages in a pool of our own.

Plain maps would let a misspelt field pass and an absent number read as 0; here every field is
declared (`fields.py`), closed vocabularies are enums whose 0 is UNKNOWN, and optional numbers are
wrappers.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from licaudit.policy.fields import ENUMS, MESSAGES

PACKAGE = "licaudit"
_SCALARS = {"string": 9, "bool": 8, "int": 3}
_PLAIN: dict[str, type] = {"string": str, "bool": bool, "int": int}


def build_pool(parameters: Mapping[str, str]) -> Any:
    """A descriptor pool: the messages of `fields.py`, and `Params` with each parameter's type."""
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


def copied(pool: Any, name: str, data: bytes) -> Any:
    """A message of one type from the bytes of one like it that another pool made."""
    return _class(pool, name).FromString(data)


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
