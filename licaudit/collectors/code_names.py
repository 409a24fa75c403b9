"""Which strings a name may stand for in a Python file: constants, defaults, argparse options."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

Names = dict[str, tuple[str, ...]]
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_DEPTH = 6  # `a or (b if c else d)`: deeper choices are not unfolded


@dataclass(frozen=True, slots=True)
class Scope:
    """Names visible at a place: of the functions around it, innermost first, then the module's."""

    names: tuple[Names, ...]
    attributes: Names = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)

    def strings(self, node: ast.expr | None, depth: int = 0) -> tuple[str, ...]:
        """Every literal string that an expression may be; empty when only running would tell."""
        if node is None or depth > _DEPTH:
            return ()
        if isinstance(node, ast.Constant):
            return (node.value,) if isinstance(node.value, str) else ()
        if isinstance(node, ast.Name):
            return next((n[node.id] for n in self.names if node.id in n), ())
        if isinstance(node, ast.Attribute):
            return self.attributes.get(node.attr, ())
        if isinstance(node, ast.IfExp):
            return self.strings(node.body, depth + 1) + self.strings(node.orelse, depth + 1)
        if isinstance(node, ast.BoolOp):
            return tuple(s for v in node.values for s in self.strings(v, depth + 1))
        return ()


def calls(module: ast.Module) -> Iterator[tuple[ast.Call, Scope]]:
    """Every call of a file with the names visible where it stands. Not recursive."""
    top = Scope((_names(module),), _attributes(module), _imports(module))
    pending: list[tuple[ast.AST, Scope]] = [(module, top)]
    while pending:
        node, scope = pending.pop()
        if isinstance(node, ast.Call):
            yield node, scope
        if isinstance(node, _Function):
            inside, given = _names(node), _parameters(node, scope)
            names = {n: given.get(n, ()) + inside.get(n, ()) for n in (*given, *inside)}
            scope = Scope((names, *scope.names), scope.attributes, scope.imports)
        pending.extend((child, scope) for child in reversed(list(ast.iter_child_nodes(node))))


def _statements(owner: ast.AST) -> Iterator[ast.AST]:
    """The statements of a module or function, those of inner functions and classes left out."""
    pending = list(reversed(list(ast.iter_child_nodes(owner))))
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, (ast.stmt, ast.excepthandler, ast.match_case)) and not isinstance(
            node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        ):
            pending.extend(reversed(list(ast.iter_child_nodes(node))))


def _names(owner: ast.AST) -> Names:
    """Names that are set to strings: all of them, since which one counts is not known."""
    found: dict[str, list[str]] = {}
    for node in _statements(owner):
        for target, value in _assigned(node):
            if isinstance(target, ast.Name):
                found.setdefault(target.id, []).extend(Scope(()).strings(value))
    return {name: tuple(dict.fromkeys(values)) for name, values in found.items()}


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        yield node.target, node.value


def _parameters(function: _Function, outside: Scope) -> Names:
    """Parameters with the strings they default to; one without hides the module's name."""
    arguments = function.args
    plain = [*arguments.posonlyargs, *arguments.args]
    padded = [None] * (len(plain) - len(arguments.defaults)) + list(arguments.defaults)
    pairs = [
        *zip(plain, padded, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return {argument.arg: outside.strings(default) for argument, default in pairs}


def _attributes(module: ast.Module) -> Names:
    """`args.model` and `self.model`: argparse defaults, class fields and what is set on objects."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            name, default = _option(node)
            if name:
                found.setdefault(name, []).extend(Scope(()).strings(default))
        for target, value in _assigned(node):
            if isinstance(target, ast.Attribute):
                found.setdefault(target.attr, []).extend(Scope(()).strings(value))
        if isinstance(node, ast.ClassDef):
            for statement in node.body:
                for target, value in _assigned(statement):
                    if isinstance(target, ast.Name):
                        strings = Scope(()).strings(_field_default(value))
                        found.setdefault(target.id, []).extend(strings)
    return {name: tuple(dict.fromkeys(values)) for name, values in found.items()}


def _option(call: ast.Call) -> tuple[str, ast.expr | None]:
    """(attribute, default) of an argparse `add_argument`; ("", None) for any other call."""
    if not (isinstance(call.func, ast.Attribute) and call.func.attr == "add_argument"):
        return "", None
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    flags = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    name = next((f for f in flags if f.startswith("--")), flags[0] if flags else "")
    written = given.get("dest")
    if isinstance(written, ast.Constant) and isinstance(written.value, str):
        name = written.value
    return name.lstrip("-").replace("-", "_"), given.get("default")


def _field_default(value: ast.expr) -> ast.expr:
    """`"x"` of `field(default="x")` or pydantic's `Field("x")`."""
    if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Name)):
        return value
    if value.func.id not in ("field", "Field"):
        return value
    default = next((k.value for k in value.keywords if k.arg == "default"), None)
    return default or (value.args[0] if value.args else value)


def _imports(module: ast.Module) -> dict[str, str]:
    """What a local name was imported as: `{"ld": "datasets.load_dataset"}`."""
    found: dict[str, str] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            for alias in node.names:
                local = alias.asname or alias.name.split(".")[0]
                found[local] = alias.name if alias.asname else local
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return found
