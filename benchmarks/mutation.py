"""Mutants of `licaudit/policy` and `licaudit/provenance`, and the share that the tests notice.

Usage: `python -m benchmarks.mutation [--count 250] [--seed 7] [--only FILE:LINE:WHAT ...]`, in a
copy of the checkout that nobody edits. A mutant is one small change of one line: a comparison
turned, a condition negated, a number moved, a word of a vocabulary spoilt. It is made in memory, in
a process of its own; nothing is written to the tree.

One run of `tests/policy`, `tests/provenance` and the tests of `licaudit rules` beforehand tells
which test passes which line, and how long it takes (coverage.py; kept in `--map FILE`). A mutant is
met by the tests that pass its line, its module's own first, then quick ones before slow ones; a
line that runs only while modules are loaded is met by all. `--enough` seconds of tests without a
complaint make a survivor, so a share can only be too low. Tests that fail without any mutant are
left out and named.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.mutants import ROOT, Loader, Mutant, places

if TYPE_CHECKING:
    import pytest

FOLDERS = ("licaudit/policy", "licaudit/provenance")
TESTS = ("tests/policy", "tests/provenance", "tests/cli/test_rules.py")


@dataclass(frozen=True)
class Map:
    """What one run without a mutant showed: which tests pass a line, how long each takes."""

    tests: dict[str, dict[str, list[str]]]  # file -> line -> ids of tests
    seconds: dict[str, float]
    failing: tuple[str, ...]

    def wanted(self, mutant: Mutant, enough: float) -> list[str]:
        """The tests to run for a mutant, in order: its module's own, then the quick ones."""
        passing = self.tests.get(mutant.file, {}).get(str(mutant.line)) or list(self.seconds)
        stem = Path(mutant.file).stem

        def rank(test: str) -> tuple[bool, float]:
            about = Path(test.split("::", maxsplit=1)[0]).stem.removeprefix("test_")
            return about not in (stem, stem + "s"), self.seconds[test]

        spent, found = 0.0, list[str]()
        for test in sorted((t for t in passing if t not in self.failing), key=rank):
            spent += self.seconds[test]
            if found and spent > enough:
                break
            found.append(test)
        return found


def survey(path: Path | None) -> Map:
    """The map, from a file where there is one; else made, and kept there."""
    if path is not None and path.is_file():
        return Map(**json.loads(path.read_text("utf-8")))
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        with os.fdopen(write, "w") as told:
            told.write(json.dumps(_surveyed()))
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as told:
        text = told.read()
    os.waitpid(child, 0)
    if path is not None:
        path.write_text(text, "utf-8")
    return Map(**json.loads(text))


def _surveyed() -> dict[str, object]:
    import coverage
    import pytest

    seen = coverage.Coverage(data_file=None, include=[f"{ROOT / f}/*" for f in FOLDERS])
    failing, seconds = set[str](), dict[str, float]()
    begun = 0.0

    class Watch:
        def pytest_runtest_logstart(self, nodeid: str) -> None:
            nonlocal begun
            begun = time.process_time()  # of CPU: a busy machine makes no test slow
            seen.switch_context(nodeid)

        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            if report.failed:
                failing.add(report.nodeid)

        def pytest_runtest_logfinish(self, nodeid: str) -> None:
            seen.switch_context("")
            seconds[nodeid] = time.process_time() - begun

    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    seen.start()
    pytest.main(["-q", "-p", "no:cacheprovider", "--tb=no", *TESTS], plugins=[Watch()])
    seen.stop()
    data = seen.get_data()
    found = {}
    for file in data.measured_files():
        lines = data.contexts_by_lineno(file)
        name = str(Path(file).relative_to(ROOT))
        found[name] = {str(n): [t for t in tests if t] for n, tests in lines.items()}
    return {"tests": found, "seconds": seconds, "failing": sorted(failing)}


class _Only:
    """Leaves of what pytest collects only some tests, in their order."""

    def __init__(self, wanted: list[str]) -> None:
        self.order = {name: number for number, name in enumerate(wanted)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (i for i in items if i.nodeid in self.order), key=lambda i: self.order[i.nodeid]
        )


def run(mutant: Mutant, wanted: list[str], seconds: int) -> int:
    """pytest's exit code for one mutant; negative where a signal ended it, as at its CPU limit."""
    child = os.fork()
    if child == 0:
        # CPU time, not the clock: on a busy machine a slow run must not count as a kill.
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        _tests(mutant, wanted)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _tests(mutant: Mutant, wanted: list[str]) -> None:
    import pytest

    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    sys.meta_path.insert(0, Loader(mutant))
    files = list(dict.fromkeys(t.split("::")[0] for t in wanted))
    code = 99
    with contextlib.suppress(BaseException):
        plain = ["-q", "-x", "-p", "no:cacheprovider", "--no-header", "--tb=no", *files]
        code = int(pytest.main(plain, plugins=[_Only(wanted)]))
    os._exit(code)


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
    parser.add_argument("--seconds", type=int, default=120, help="of CPU for one mutant")
    parser.add_argument("--enough", type=float, default=20.0, help="CPU seconds of tests for one")
    parser.add_argument("--budget", type=int, default=0, help="seconds for all; 0: no limit")
    parser.add_argument("--without", nargs="*", default=["__init__"], help="modules left out")
    parser.add_argument("--modules", nargs="*", help="these modules alone")
    parser.add_argument("--map", type=Path, help="a file that keeps what tests pass which line")
    parser.add_argument("--only", nargs="*", help="names of mutants, as printed")
    args = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    mutants = list(chosen(args))
    _preload()
    known = survey(args.map)
    for name in known.failing:
        print(f"left out, fails without a mutant: {name}")
    started, killed, survivors = time.monotonic(), 0, []
    for number, mutant in enumerate(mutants, start=1):
        code = run(mutant, known.wanted(mutant, args.enough), args.seconds)
        if code == 0:
            survivors.append(mutant)
            print(f"survived {mutant.name}", flush=True)
        else:
            killed += 1
        if number % 10 == 0:
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
