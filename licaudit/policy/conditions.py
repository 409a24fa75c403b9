"""CEL conditions: compiled against declared types, refused where they could lie."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from licaudit.errors import RuleError
from licaudit.policy.messages import ENUMS, MESSAGES, PACKAGE, build_pool, fill

MAX_LENGTH = 2_000
# Comprehensions nest multiplicatively; no honest rule needs a third one inside the other.
MAX_MACROS = 4
_POSITION = re.compile(r"<input>:(\d+):(\d+): (.*)")
_ENUM_OF_FIELD = {
    (field): kind.removesuffix("[]")
    for fields in MESSAGES.values()
    for field, kind in fields.items()
    if kind.removesuffix("[]") in ENUMS
}
_COMPARED = re.compile(
    r"\.(\w+)\s*(?:==|!=)\s*([A-Z]\w*)\.(\w+)|([A-Z]\w*)\.(\w+)\s+in\s+[\w.]+\.(\w+)"
)


@dataclass(frozen=True)
class Environment:
    """The variables a condition may name: `subject`, `intent` and `params`."""

    cel: Any
    pool: Any


def open_environment(parameters: Mapping[str, tuple[str, ...]]) -> Environment:
    """An environment for a pack's parameters."""
    from cel_expr_python import cel

    pool = build_pool(parameters)
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


@dataclass(frozen=True)
class Condition:
    """One compiled expression and where it stands, for errors."""

    source: str
    program: Any
    where: str


def compile_condition(
    environment: Environment, source: str, where: str, line: int = 0, result: str = "BOOL"
) -> Condition:
    """A checked expression. Raises RuleError with file, line and column on anything doubtful."""
    _refuse(source, where)
    try:
        program = environment.cel.compile(source)
    except RuntimeError as error:
        raise RuleError(*_problem(str(error), where, line)) from error
    kind = str(program.return_type().name())
    if kind != result:
        raise RuleError(f"the condition yields {kind}, not {result}: `{source}`", where=where)
    return Condition(source, program, where)


def _problem(message: str, where: str, line: int) -> tuple[str]:
    match = _POSITION.search(message)
    if not match:
        return (f"{where}: not a CEL expression: {message.splitlines()[0]}",)
    row, column, what = int(match.group(1)), int(match.group(2)), match.group(3)
    place = f"{where.rsplit(':', 2)[0]}:{line + row - 1}:{column}" if line else where
    return (f"{place}: {what.split('(in')[0].strip()}",)


def _refuse(source: str, where: str) -> None:
    """Constructs that switch the type checker off or run away."""
    if len(source) > MAX_LENGTH:
        raise RuleError("the condition is too long to be read by a person", where=where)
    if re.search(r"\bdyn\s*\(", source):
        raise RuleError("`dyn(` would let a misspelt field pass", where=where)
    if re.search(r"\{", re.sub(r"'[^']*'|\"[^\"]*\"", "", source)):
        raise RuleError("map and message literals are not allowed in conditions", where=where)
    if len(re.findall(r"\.(all|exists|exists_one|filter|map)\s*\(", source)) > MAX_MACROS:
        raise RuleError(f"more than {MAX_MACROS} list macros in one condition", where=where)
    for match in _COMPARED.finditer(source):
        field, enum = match.group(1) or match.group(6), match.group(2) or match.group(4)
        wanted = _ENUM_OF_FIELD.get(field)
        if enum in ENUMS and wanted is not None and wanted != enum:
            raise RuleError(
                f"`{field}` is a {wanted}, not a {enum}: `{match.group(0)}`", where=where
            )


def holds(condition: Condition, environment: Environment, values: Mapping[str, Any]) -> bool:
    """Whether a condition is true. An evaluation error is a RuleError, never a truth."""
    return bool(_evaluate(condition, values, "BOOL"))


def listed(condition: Condition, environment: Environment, values: Mapping[str, Any]) -> list[str]:
    """The strings a list expression yields."""
    return [str(v) for v in _evaluate(condition, values, "LIST")]


def _evaluate(condition: Condition, values: Mapping[str, Any], kind: str) -> Any:
    try:
        value = condition.program.eval(data=dict(values))
    except (RuntimeError, ValueError, TypeError) as error:
        raise RuleError(f"the condition fails: {error}", where=condition.where) from error
    found = str(value.type().name())
    if not found.upper().startswith(kind):
        # An ERROR value is truthy in Python: its type must be looked at.
        raise RuleError(f"the condition fails: {value.value()}", where=condition.where)
    return value.plain_value()


def subject_message(environment: Environment, values: Mapping[str, Any]) -> Any:
    """A `Subject` message."""
    return fill(environment.pool, "Subject", values)


def intent_message(environment: Environment, values: Mapping[str, Any]) -> Any:
    """An `Intent` message."""
    return fill(environment.pool, "Intent", values)


def params_message(environment: Environment, values: Mapping[str, tuple[str, ...]]) -> Any:
    """A `Params` message."""
    return fill(environment.pool, "Params", values)
