"""Python source to a syntax tree, never to a running program."""

from __future__ import annotations

import ast
import warnings


def parse(text: str) -> ast.Module | str:
    """The tree, or one sentence on why there is none. Nothing of the text is executed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the author's odd escapes are not our user's business
            return ast.parse(text)
    except SyntaxError as error:
        return f"not Python 3: {error.msg} (line {error.lineno})"
    except ValueError as error:  # null bytes
        return f"not Python: {error}"
    except (RecursionError, MemoryError):
        return "nested too deeply to be parsed"


def literal(node: ast.expr | None) -> object:
    """The plain value of a literal, or None for anything that would have to be run."""
    if node is None:
        return None
    try:
        value: object = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
    return value


def dotted_name(node: ast.expr) -> str:
    """`a.b.c` for a chain of names; "" when something else stands in it."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])
