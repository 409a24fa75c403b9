"""Mutants of `licaudit/policy` and `licaudit/provenance`, and the share that the tests notice.

Usage: `python -m benchmarks.mutation [--count 250] [--seed 7] [--only FILE:LINE:WHAT ...]`, in a
copy of the checkout that nobody edits. A mutant is one small change of one line: a comparison
turned, a condition negated, a number moved, a word of a vocabulary spoilt. It is made in memory, in
a process of its own that runs `tests/policy` and `tests/provenance`, the tests of its module first
(those of the compatibility of licenses for its own modules only); nothing is written to the tree.
Tests that fail without any mutant are left out and named.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib.abc
import importlib.util
import os
import random
import re
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path.cwd()
FOLDERS = ("licaudit/policy", "licaudit/provenance")
TESTS = ("tests/policy", "tests/provenance")
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
_CHOSEN: list[str] = []  # files of tests named on the command line
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
    """Every mutant there is, file by file."""
    found = []
    for file in files:
        change = _Change()
        change.visit(ast.parse((ROOT / file).read_text("utf-8")))
        found += [Mutant(file, i, line, what) for i, (line, what) in enumerate(change.places)]
    return found


class _Loader(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module as its mutant."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.module = mutant.file.removesuffix(".py").replace("/", ".")

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:
        if name != self.module:
            return None
        return importlib.util.spec_from_loader(name, self, origin=str(ROOT / self.mutant.file))

    def exec_module(self, module: object) -> None:
        file = ROOT / self.mutant.file
        tree = _Change(self.mutant.place).visit(ast.parse(file.read_text("utf-8")))
        module.__file__ = str(file)  # type: ignore[attr-defined]
        code = compile(ast.fix_missing_locations(tree), str(file), "exec")
        exec(code, module.__dict__)


def run(mutant: Mutant | None, left_out: list[str], seconds: int, stop: bool = True) -> int | None:
    """pytest's exit code for one mutant; None when it ran out of time."""
    child = os.fork()
    if child == 0:
        _tests(mutant, left_out, stop)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _tests(mutant: Mutant | None, left_out: list[str], stop: bool) -> None:
    import pytest

    quiet = os.open(os.devnull, os.O_WRONLY)
    if mutant is not None:
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        sys.meta_path.insert(0, _Loader(mutant))
    args = ["-q", "-p", "no:cacheprovider", "--no-header", "--tb=no", *_order(mutant)]
    args += ["-x"] if stop else []
    args += [a for name in left_out for a in ("--deselect", name)]
    code = 99
    with contextlib.suppress(BaseException):
        code = int(pytest.main(args))
    sys.stdout.flush()
    os._exit(code)


def _order(mutant: Mutant | None) -> list[str]:
    """The test files, those about the mutant's module first."""
    every = sorted(str(p) for folder in TESTS for p in Path(folder).glob("test_*.py"))
    files = _CHOSEN or every
    if mutant is None:
        return files
    stem = Path(mutant.file).stem
    own = [f for f in files if Path(f).stem.removeprefix("test_") in (stem, stem + "s")]
    far = [f for f in files if "compat" in f and "compat" not in stem]
    return [*own, *(f for f in files if f not in own and f not in far)]


def _preload() -> None:
    """What every child needs and no mutant changes: read once."""
    import cel_expr_python
    import hypothesis
    import license_expression
    import networkx
    import pydantic
    import pytest
    import ruamel.yaml

    from licaudit.licenses.catalog import load_catalog
    from licaudit.licenses.knowledge import load_knowledge

    load_knowledge()
    load_catalog()
    del cel_expr_python, hypothesis, license_expression, networkx, pydantic, pytest, ruamel


def _failing(seconds: int) -> list[str]:
    """Tests that fail as they are."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        import pytest

        class Names:
            def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
                if report.failed:
                    os.write(write, f"{report.nodeid}\n".encode())

        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        pytest.main(["-q", "-p", "no:cacheprovider", "--tb=no", *_order(None)], plugins=[Names()])
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as names:
        found = sorted(set(names.read().splitlines()))
    os.waitpid(child, 0)
    return found


def chosen(args: argparse.Namespace) -> Iterator[Mutant]:
    """The mutants to run: those named, else a sample by the seed."""
    files = sorted(
        str(p.relative_to(ROOT))
        for folder in FOLDERS
        for p in (ROOT / folder).glob("*.py")
        if p.stem not in args.without and (not args.modules or p.stem in args.modules)
    )
    every = places(files)
    if args.only:
        yield from (m for m in every if m.name in args.only)
        return
    print(f"{len(every)} mutants in {len(files)} files; {args.count} of them by seed {args.seed}")
    yield from random.Random(args.seed).sample(every, min(args.count, len(every)))


def main() -> int:
    """Print every survivor and the share killed; exit 1 below 85 in 100."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=250)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=180, help="for one mutant")
    parser.add_argument("--budget", type=int, default=0, help="seconds for all; 0: no limit")
    parser.add_argument("--without", nargs="*", default=["__init__"], help="modules left out")
    parser.add_argument("--modules", nargs="*", help="these modules alone")
    parser.add_argument("--tests", nargs="*", help="these files of tests alone")
    parser.add_argument("--only", nargs="*", help="names of mutants, as printed")
    args = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    _CHOSEN.extend(args.tests or ())
    mutants = list(chosen(args))
    _preload()
    left_out = _failing(args.seconds)
    for name in left_out:
        print(f"left out, fails without a mutant: {name}")
    started, killed, survivors = time.monotonic(), 0, []
    for number, mutant in enumerate(mutants, start=1):
        code = run(mutant, left_out, args.seconds)
        if code == 0:
            survivors.append(mutant)
            print(f"survived {mutant.name}", flush=True)
        else:
            killed += 1
        if number % 25 == 0:
            spent = time.monotonic() - started
            print(f"  {number}: {killed} killed, {spent:.0f} s", flush=True)
        if args.budget and time.monotonic() - started > args.budget:
            break
    total = killed + len(survivors)
    share = 100 * killed / max(total, 1)
    print(f"{killed} of {total} killed: {share:.1f} in 100")
    return 0 if share >= 85 else 1


if __name__ == "__main__":
    sys.exit(main())
