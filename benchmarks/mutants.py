"""Mutants: every small change of a line that can be made, and modules imported with one made."""

from __future__ import annotations

import ast
import importlib.abc
import importlib.util
import re
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

ROOT = Path.cwd()
_TURNED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
}
# Changes that no behavior can tell, each with the reason: (file, line, what) -> why.
EQUIVALENT = {
    (
        "licaudit/provenance/graph.py",
        'if known and (known.answer == "travels" or step.answer == "debated"):',
        "spoil debated",
    ): "it only saves a question whose answer is thrown away three lines below",
    (
        "licaudit/provenance/walk.py",
        'with ThreadPoolExecutor(max(1, workers), thread_name_prefix="upstream") as pool:',
        "spoil upstream",
    ): "the name of a thread",
}
_WORD = re.compile(r"[A-Za-z0-9_-]+")
_SWAPPED = {"any": "all", "all": "any", "min": "max", "max": "min"}


@dataclass(frozen=True)
class Mutant:
    """One change: the file, the number of its place among all places there, and what it is."""

    file: str
    place: int
    line: int
    what: str

    @property
    def name(self) -> str:
        """`file:line:what`, as it is printed."""
        return f"{self.file}:{self.line}:{self.what}"


class _Change(ast.NodeTransformer):
    """Visits every place that can be changed, and changes the one asked for."""

    def __init__(self, wanted: int = -1) -> None:
        self.wanted, self.places = wanted, list[tuple[int, str]]()

    def _here(self, node: ast.AST, what: str) -> bool:
        self.places.append((getattr(node, "lineno", 0), what))
        return len(self.places) - 1 == self.wanted

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        for index, op in enumerate(node.ops):
            if self._here(node, f"turn {type(op).__name__}"):
                node.ops[index] = _TURNED[type(op)]()  # type: ignore[call-overload]
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        if self._here(node, f"turn {type(node.op).__name__}"):
            node.op = _TURNED[type(node.op)]()  # type: ignore[assignment]
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        number = isinstance(node.op, (ast.Add, ast.Sub)) and not _texts(node)
        if number and self._here(node, f"turn {type(node.op).__name__}"):
            node.op = _TURNED[type(node.op)]()  # type: ignore[assignment]
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Not) and self._here(node, "drop not"):
            return node.operand
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        self.generic_visit(node)
        if self._here(node, "negate if"):
            node.test = ast.UnaryOp(ast.Not(), node.test)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        if self._here(node, "negate if"):
            node.test = ast.UnaryOp(ast.Not(), node.test)
        return node

    def visit_Return(self, node: ast.Return) -> ast.AST:
        self.generic_visit(node)
        says = node.value is not None and not isinstance(node.value, ast.Constant)
        if says and self._here(node, "return None"):
            node.value = ast.Constant(None)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in _SWAPPED and self._here(node, f"swap {name}"):
            node.func = ast.Name(_SWAPPED[name], ast.Load())
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        value = node.value
        if isinstance(value, bool):
            if self._here(node, f"not {value}"):
                return ast.Constant(not value)
        elif isinstance(value, int):
            if self._here(node, f"{value} + 1"):
                return ast.Constant(value + 1)
        elif (
            isinstance(value, str) and _WORD.fullmatch(value) and self._here(node, f"spoil {value}")
        ):
            return ast.Constant(value + "_")
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is not None:  # a type is no behavior
            node.value = self.visit(node.value)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == "Literal":
            return node  # a type is no behavior
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.args.defaults = [self.visit(d) for d in node.args.defaults]
        node.body = [self.visit(s) for s in node.body]
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.body = [self.visit(s) for s in node.body]  # `frozen=True` above it is no behavior
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        if isinstance(node.value, ast.Constant):
            return node  # a docstring
        return self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        return node  # the words of an error


def _texts(node: ast.BinOp) -> bool:
    return any(isinstance(x, (ast.JoinedStr, ast.List, ast.Tuple)) for x in ast.walk(node))


def places(files: list[str]) -> list[Mutant]:
    """Every mutant there is, file by file, but for those that are known to change nothing."""
    found = []
    for file in files:
        text = (ROOT / file).read_text("utf-8")
        lines = text.splitlines()
        change = _Change()
        change.visit(ast.parse(text))
        found += [
            Mutant(file, i, line, what)
            for i, (line, what) in enumerate(change.places)
            if (file, lines[line - 1].strip(), what) not in EQUIVALENT
        ]
    return found


class Loader(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module as its mutant."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.module = mutant.file.removesuffix(".py").replace("/", ".")

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """The mutant in place of its module; nothing for all others."""
        if name != self.module:
            return None
        return importlib.util.spec_from_loader(name, self, origin=str(ROOT / self.mutant.file))

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's text with the one change made."""
        file = ROOT / self.mutant.file
        tree = _Change(self.mutant.place).visit(ast.parse(file.read_text("utf-8")))
        module.__file__ = str(file)
        code = compile(ast.fix_missing_locations(tree), str(file), "exec")
        exec(code, module.__dict__)
