"""CEL conditions: compiled against declared types, refused where they could lie."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from licaudit.errors import RuleError
from licaudit.policy import checks
from licaudit.policy.fields import ENUMS
from licaudit.policy.messages import PACKAGE, build_pool, copied, fill
from licaudit.policy.parameters import Params, cel_type
from licaudit.policy.source import Source

MAX_LENGTH = 2_000
MAX_PAIRED = 2_000
_POSITION = re.compile(r"<input>:(\d+):(\d+): (.*)")


@dataclass(frozen=True)
class Environment:
    """The variables a condition may name: `subject`, `intent` and `params`."""

    cel: Any
    pool: Any


@dataclass(frozen=True)
class Condition:
    """One compiled expression and where it stands, for errors."""

    source: str
    program: Any
    where: str
    pairs: bool = False  # whether it holds each thing of a list against each of another


def open_environment(parameters: Params) -> Environment:
    """An environment for a pack's parameters."""
    from cel_expr_python import cel

    pool = build_pool({name: cel_type(value) for name, value in parameters.items()})
    aliases = {name: f"{PACKAGE}.{name}Words.{name}" for name in ENUMS}
    return Environment(
        cel.NewEnv(
            pool,
            variables={
                name: cel.Type(f"{PACKAGE}.{kind}")
                for name, kind in (
                    ("subject", "Subject"),
                    ("intent", "Intent"),
                    ("params", "Params"),
                )
            },
            container=cel.ExpressionContainer(name=PACKAGE, aliases=aliases),
        ),
        pool,
    )


def compile_condition(environment: Environment, source: Source, result: str = "BOOL") -> Condition:
    """A checked expression. Raises RuleError with file, line and column on anything doubtful."""
    if len(source.text) > MAX_LENGTH:
        raise RuleError("the condition is too long to be read by a person", where=source.where())
    _refuse(source, checks.way_around(source.text))
    try:
        program = environment.cel.compile(source.text)
    except RuntimeError as error:
        raise _problem(str(error), source) from error
    _refuse(source, checks.problem(source.text))
    kind = str(program.return_type().name())
    if kind != result:
        raise RuleError(f"the condition yields {kind}, not {result}", where=source.where())
    return Condition(source.text, program, source.where(), checks.nested(source.text))


def _refuse(source: Source, found: checks.Problem | None) -> None:
    if found:
        raise RuleError(found.what, where=source.where(found.offset))


def _problem(message: str, source: Source) -> RuleError:
    match = _POSITION.search(message)
    if not match:
        what = message.splitlines()[0]
        return RuleError(f"this is not a CEL expression: {what}", where=source.where())
    row, column, what = int(match.group(1)), int(match.group(2)), match.group(3)
    return RuleError(what.split("(in")[0].strip(), where=source.at(row, column))


def holds(condition: Condition, values: Mapping[str, Any]) -> bool:
    """Whether a condition is true. An evaluation error is a RuleError, never a truth."""
    return bool(_evaluate(condition, values, "BOOL"))


def listed(condition: Condition, values: Mapping[str, Any]) -> list[str]:
    """The strings a list expression yields."""
    return [str(v) for v in _evaluate(condition, values, "LIST")]


def _evaluate(condition: Condition, values: Mapping[str, Any], kind: str) -> Any:
    if condition.pairs:
        _bounded(condition, values)
    try:
        value = condition.program.eval(data=dict(values))
    except (RuntimeError, ValueError, TypeError) as error:
        raise RuleError(f"the condition fails: {error}", where=condition.where) from error
    found = str(value.type().name())
    if not found.upper().startswith(kind):
        # An ERROR value is truthy in Python: its type must be looked at.
        raise RuleError(f"the condition fails: {value.value()}", where=condition.where)
    return value.plain_value()


def _bounded(condition: Condition, values: Mapping[str, Any]) -> None:
    """Refuses pairs of very long lists: the work would grow with their square."""
    for message in values.values():
        for field, value in message.ListFields():
            if field.is_repeated and len(value) > MAX_PAIRED:
                raise RuleError(
                    f"`{field.name}` holds {len(value)} things here, too many to compare each"
                    " with each",
                    where=condition.where,
                    todo="Write the condition with one list macro.",
                )


def subject_message(environment: Environment, values: Mapping[str, Any]) -> Any:
    """A `Subject` message."""
    return fill(environment.pool, "Subject", values)


def same_subject(environment: Environment, message: bytes) -> Any:
    """A `Subject` message as `subject_message` made it for another environment: far cheaper."""
    return copied(environment.pool, "Subject", message)


def intent_message(environment: Environment, values: Mapping[str, Any]) -> Any:
    """An `Intent` message."""
    return fill(environment.pool, "Intent", values)


def params_message(environment: Environment, values: Params) -> Any:
    """A `Params` message."""
    types = {name: cel_type(value) for name, value in values.items()}
    return fill(environment.pool, "Params", values, types)
