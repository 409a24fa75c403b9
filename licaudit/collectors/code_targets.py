"""What statements of a Python file set: assignments, parameters, imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef


def assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """(target, value) of each plain assignment that a statement makes."""
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        yield node.target, node.value


def parameters(function: Function) -> list[tuple[ast.arg, ast.expr | None]]:
    """Each parameter with its default."""
    arguments = function.args
    plain = [*arguments.posonlyargs, *arguments.args]
    padded = [None] * (len(plain) - len(arguments.defaults)) + list(arguments.defaults)
    return [
        *zip(plain, padded, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]


def imported(every: list[ast.AST]) -> dict[str, str]:
    """What a local name was imported as: `{"ld": "datasets.load_dataset"}`."""
    found: dict[str, str] = {}
    for node in every:
        if isinstance(node, ast.Import):
            for alias in node.names:
                local = alias.asname or alias.name.split(".")[0]
                found[local] = alias.name if alias.asname else local
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return found
