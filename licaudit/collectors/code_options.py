"""Command line options and fields in Python code: the name they set and what they default to."""

from __future__ import annotations

import ast

_OPTIONS = ("add_argument", "option", "argument", "DEFINE_string")
_FIELDS = ("field", "Field", "Option", "Argument", "Form", "Input", "Parameter")


def option(call: ast.Call) -> tuple[str, ast.expr | None]:
    """(attribute, default) of argparse's, click's or absl's option; ("", None) for other calls."""
    if not (isinstance(call.func, ast.Attribute) and call.func.attr in _OPTIONS):
        return "", None
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    flags = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if call.func.attr == "DEFINE_string":
        return (flags[0], call.args[1]) if len(call.args) > 1 and flags else ("", None)
    name = next((f for f in flags if f.startswith("--")), flags[0] if flags else "")
    written = given.get("dest")
    if isinstance(written, ast.Constant) and isinstance(written.value, str):
        name = written.value
    return name.lstrip("-").replace("-", "_"), given.get("default")


def default_of(value: ast.expr) -> ast.expr:
    """`"x"` of `field(default="x")`, of pydantic's `Field("x")` and of typer's `Option("x")`."""
    if not isinstance(value, ast.Call):
        return value
    function = value.func
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    if name not in _FIELDS:
        return value
    default = next((k.value for k in value.keywords if k.arg == "default"), None)
    return default or (value.args[0] if value.args else value)
