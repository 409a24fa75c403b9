"""Which strings a name may stand for in a Python file: constants, defaults, options, tables.

Everything is read off the syntax tree; where several values are possible, all of them are.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import product

from licaudit.collectors.code_options import default_of, option
from licaudit.collectors.code_targets import Function, assigned, imported, parameters
from licaudit.collectors.syntax import dotted_name

Names = dict[str, tuple[str, ...]]
_COMPREHENSION = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_DEPTH = 6  # `a or (b if c else d)`: deeper choices are not unfolded
_LONGEST = 500  # characters of a string put together
_MOST = 60  # strings that one expression may be; longer tables are cut
_READS = ("getenv", "environ.get", "environ.setdefault")
_KEEPS = ("str", "Path", "PurePath", "expanduser", "abspath", "cast")


@dataclass(frozen=True, slots=True)
class Scope:
    """Names visible at a place: of the functions around it, innermost first, then the module's.

    `lists` holds what the elements of a name may be, `entries` what stands under a key of any
    table of the file, `passed` what each function of the file is called with.
    """

    names: tuple[Names, ...]
    attributes: Names = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    lists: Names = field(default_factory=dict)
    entries: Names = field(default_factory=dict)
    passed: dict[str, Names] = field(default_factory=dict)

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
        return self._made(node, depth)

    def _made(self, node: ast.expr, depth: int) -> tuple[str, ...]:
        """Strings that are put together, looked up in a table or handed through a call."""
        if isinstance(node, ast.JoinedStr):
            return self._joined([*node.values], depth)
        if isinstance(node, ast.FormattedValue):
            return self.strings(node.value, depth + 1) if node.conversion < 0 else ()
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._joined([node.left, node.right], depth)
        if isinstance(node, ast.Subscript):
            return self._looked_up(node, depth)
        if isinstance(node, ast.NamedExpr):
            return self.strings(node.value, depth + 1)
        if isinstance(node, ast.Call):
            return self._called(node, depth)
        return ()

    def _joined(self, parts: list[ast.expr], depth: int) -> tuple[str, ...]:
        known = [self.strings(part, depth + 1)[:4] for part in parts]
        if not all(known) or len(known) > 12:
            return ()  # a part that only running tells: the whole is not known
        made = ("".join(p) for p, _ in zip(product(*known), range(8), strict=False))
        return tuple(text for text in made if len(text) <= _LONGEST)

    def _looked_up(self, node: ast.Subscript, depth: int) -> tuple[str, ...]:
        key = node.slice
        if isinstance(node.value, ast.Dict):
            return self.elements(node.value, depth)
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            return self.entries.get(key.value, ())
        return self.elements(node.value, depth)

    def _called(self, node: ast.Call, depth: int) -> tuple[str, ...]:
        name = dotted_name(node.func)
        if name.endswith(_READS) or (name.endswith((".get", ".pop")) and len(node.args) == 2):
            found = self.strings(node.args[1], depth + 1) if len(node.args) == 2 else ()
            return found + self._stored(node, depth)
        if name.endswith(".get") and node.args:
            return self._stored(node, depth)
        if name.rpartition(".")[2] in _KEEPS and node.args:
            return self.strings(node.args[-1], depth + 1)
        written = default_of(node)
        return self.strings(written, depth + 1) if written is not node else ()

    def _stored(self, node: ast.Call, depth: int) -> tuple[str, ...]:
        """What `TABLE.get(key)` may give: the entry of that key, or any when it is computed."""
        if not isinstance(node.func, ast.Attribute) or dotted_name(node.func).endswith(_READS):
            return ()
        key = node.args[0]
        if isinstance(key, ast.Constant):
            return self.entries.get(key.value, ()) if isinstance(key.value, str) else ()
        return self.elements(node.func.value, depth)

    def elements(self, node: ast.expr, depth: int = 0) -> tuple[str, ...]:
        """The strings that a literal list or table holds, directly or by a name."""
        if isinstance(node, ast.Name):
            return self.lists.get(node.id, ())
        if isinstance(node, ast.Attribute):
            return self.lists.get(node.attr, ())
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            held = [s for e in node.elts[:_MOST] for s in self.strings(e, depth + 1)]
        elif isinstance(node, ast.Dict):
            held = [s for e in node.values[:_MOST] for s in self.strings(e, depth + 1)]
        else:
            return ()
        return tuple(dict.fromkeys(held))[:_MOST]


def calls(module: ast.Module) -> Iterator[tuple[ast.Call, Scope]]:
    """Every call of a file with the names visible where it stands. Not recursive."""
    for node, scope in nodes(module):
        if isinstance(node, ast.Call):
            yield node, scope


def nodes(module: ast.Module) -> Iterator[tuple[ast.AST, Scope]]:
    """Every node of a file with the names visible where it stands. Not recursive."""
    every = list(ast.walk(module))
    plain = Scope((_names(module, Scope(())),))
    top = replace(
        plain,
        attributes=_attributes(every, plain),
        imports=imported(every),
        lists=_lists(every, plain),
        entries=_entries(every, plain),
        passed=_passed(every, plain),
    )
    top = replace(top, names=(_names(module, top),))
    pending: list[tuple[ast.AST, Scope]] = [(module, top)]
    while pending:
        node, scope = pending.pop()
        yield node, scope
        if isinstance(node, Function):
            given = _parameters(node, scope)
            around = replace(scope, names=(given, *scope.names))
            inside = _names(node, around)
            names = {n: given.get(n, ()) + inside.get(n, ()) for n in (*given, *inside)}
            scope = replace(scope, names=(names, *scope.names))
        elif isinstance(node, _COMPREHENSION):
            bound = {
                g.target.id: scope.elements(g.iter)
                for g in node.generators
                if isinstance(g.target, ast.Name)
            }
            scope = replace(scope, names=(bound, *scope.names))
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


def _names(owner: ast.AST, scope: Scope) -> Names:
    """Names that are set to strings: all of them, since which one counts is not known."""
    # What was set above is known below: `NAME = f"{ORG}/x"` after `ORG = "y"`.
    found: Names = {}
    seen = replace(scope, names=(found, *scope.names))
    for node in _statements(owner):
        for target, value in assigned(node):
            if isinstance(target, ast.Name):
                found[target.id] = _more(found.get(target.id, ()), seen, value)
        if isinstance(node, (ast.For, ast.AsyncFor)) and isinstance(node.target, ast.Name):
            held = found.get(node.target.id, ())
            if len(held) < _MOST:
                held = tuple(dict.fromkeys((*held, *seen.elements(node.iter))))[:_MOST]
            found[node.target.id] = held
    return found


def _more(held: tuple[str, ...], seen: Scope, value: ast.expr) -> tuple[str, ...]:
    """What a name may be besides, up to `_MOST` strings: a full name costs nothing more."""
    if len(held) >= _MOST:
        return held
    return tuple(dict.fromkeys((*held, *seen.strings(value))))[:_MOST]


def _parameters(function: Function, outside: Scope) -> Names:
    """Parameters with what they default to or are given; one without hides the module's name."""
    passed = outside.passed.get(function.name, {})
    found: Names = {}
    for argument, default in parameters(function):
        own = outside.strings(default)
        found[argument.arg] = tuple(dict.fromkeys(own + passed.get(argument.arg, ())))[:_MOST]
    for decorator in function.decorator_list:  # click says a parameter's default above it
        if isinstance(decorator, ast.Call):
            name, default = option(decorator)
            if name in found:
                found[name] += outside.strings(default)
    return found


def _passed(every: list[ast.AST], plain: Scope) -> dict[str, Names]:
    """What the functions of this file are called with, by function and parameter."""
    functions = {n.name: n for n in every if isinstance(n, Function)}
    found: dict[str, dict[str, list[str]]] = {}
    for node in every:
        if not isinstance(node, ast.Call) or not (node.args or node.keywords):
            continue
        first, _, name = dotted_name(node.func).rpartition(".")
        if name not in functions or first not in ("", "self", "cls"):
            continue
        names = [a.arg for a, _ in parameters(functions[name])]
        names = names[1:] if names[:1] in (["self"], ["cls"]) else names
        pairs = [*zip(names, node.args, strict=False)]
        pairs += [(k.arg, k.value) for k in node.keywords if k.arg]
        for parameter, value in pairs:
            into = found.setdefault(name, {}).setdefault(parameter, [])
            if len(into) < _MOST:
                into.extend(plain.strings(value))
    return {n: {p: tuple(dict.fromkeys(v)) for p, v in given.items()} for n, given in found.items()}


def _attributes(every: list[ast.AST], plain: Scope) -> Names:
    """`args.model` and `self.model`: argparse defaults, class fields and what is set on objects."""
    found: Names = {}
    for node in every:
        if isinstance(node, ast.Call):
            name, default = option(node)
            if name and default is not None:
                found[name] = _more(found.get(name, ()), plain, default)
        for target, value in assigned(node):
            if isinstance(target, ast.Attribute):
                found[target.attr] = _more(found.get(target.attr, ()), plain, value)
        if isinstance(node, ast.ClassDef):
            for statement in node.body:
                for target, value in assigned(statement):
                    if isinstance(target, ast.Name):
                        found[target.id] = _more(found.get(target.id, ()), plain, value)
    return found


def _lists(every: list[ast.AST], plain: Scope) -> Names:
    """Names and attributes that are set to a literal list or table, with the strings in it."""
    found: Names = {}
    for node in every:
        for target, value in assigned(node):
            name = target.id if isinstance(target, ast.Name) else ""
            name = target.attr if isinstance(target, ast.Attribute) else name
            if name and (held := plain.elements(value)):
                found[name] = (found.get(name, ()) + held)[:_MOST]
    return found


def _entries(every: list[ast.AST], plain: Scope) -> Names:
    """What stands under each key of the literal tables, `dict(key=...)` included."""
    found: dict[str, list[str]] = {}
    for node in every:
        pairs: list[tuple[object, ast.expr]] = []
        if isinstance(node, ast.Dict):
            keyed = zip(node.keys, node.values, strict=True)
            pairs = [(k.value, v) for k, v in keyed if isinstance(k, ast.Constant)]
        elif isinstance(node, ast.Call) and dotted_name(node.func) == "dict":
            pairs = [(k.arg, k.value) for k in node.keywords]
        for key, value in pairs:
            if isinstance(key, str) and len(found.setdefault(key, [])) < _MOST:
                found[key].extend(plain.strings(value))
    return {key: tuple(dict.fromkeys(values)) for key, values in found.items()}
