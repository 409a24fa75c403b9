"""License files that other scanners test themselves with: ScanCode's data-driven tests, licensee's.

ScanCode's expectations list every match of ScanCode at the time; its files are drawn by a printed
seed, so many from each set. licensee expects one choosealicense key a project, or `other`.
"""

from __future__ import annotations

import csv
import random
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from evaluate import askalono as third
from evaluate.knowledge import ours
from evaluate.material import Missing, git_files
from evaluate.side_by_side import STATES, Both, Ids, expected_ids, read_both, state
from licaudit.licenses.catalog import license_folder, split_file

SEED = 20261009
DRIVEN = "tests/licensedcode/data/datadriven"
# How many files of each set: an application's notices, one-liners, whole texts, other scanners'.
SETS: tuple[tuple[str, int], ...] = (
    ("lic1", 60),
    ("lic2", 60),
    ("lic3", 60),
    ("lic4", 60),
    ("external/fossology-tests", 40),
    ("external/fossology-licenses", 20),
    ("external/glc", 40),
    ("external/slic-tests", 30),
    ("external/spdx", 20),
    ("external/licensecheck", 20),
    ("external/atarashi", 20),
    ("external/license_tools", 10),
)
RULES = 60


@dataclass(frozen=True, slots=True)
class Case:
    """One file and the ids expected of it."""

    group: str
    name: str
    content: bytes
    expected: Ids


def evaluate(
    fixtures: Path, shared: Path, seed: int, verbose: bool, askalono: Path | None = None
) -> int:
    """Print both tables; always 0, since a difference is to be judged by a reader."""
    for part in (_scancode, _licensee):
        try:
            part(fixtures, shared, seed, verbose, askalono)
        except Missing as missing:
            print(f"\n{missing}")
    return 0


def _scancode(
    fixtures: Path, shared: Path, seed: int, verbose: bool, askalono: Path | None
) -> None:
    revision, files = git_files(fixtures, "aboutcode-org", "scancode-toolkit", DRIVEN)
    cases, dropped = _drawn(files, random.Random(seed))
    print(f"\nScanCode's fixtures at {revision}, seed {seed}: {len(cases)} files", end="")
    print(f" ({dropped} more name keys that are gone, or are expected to fail)")
    with tempfile.TemporaryDirectory() as scratch:
        paths = _written(cases, Path(scratch))
        found = read_both(paths)
        others = third.read(askalono, paths) if askalono else {}
    answers = list(zip(cases, found.values(), strict=True))
    named = [(c, both) for c, both in answers if c.expected]
    _table(named)
    if askalono:
        _askalono([(c, others[p]) for c, p in zip(cases, paths, strict=True)])
    unnamed = [(c, both) for c, both in answers if not c.expected]
    quiet = sum(not both.licaudit.ids for _, both in unnamed)
    theirs = sum(not both.scancode.ids for _, both in unnamed)
    print(f"  {len(unnamed)} files that name no license: none named here in {quiet}", end="")
    print(f", by ScanCode in {theirs}")
    shown = [a for a in answers if verbose or _worth_a_look(a)]
    for case, both in sorted(shown, key=lambda a: (state(a[1].licaudit, a[0].expected), a[0].name)):
        if both.licaudit.ids != case.expected:
            _line(case, both)


def _worth_a_look(answer: tuple[Case, Both]) -> bool:
    """Whether licaudit differs, and neither says so itself nor agrees with ScanCode of today."""
    case, both = answer
    return state(both.licaudit, case.expected) in ("fewer", "silent", "other")


def _drawn(files: dict[str, bytes], draw: random.Random) -> tuple[list[Case], int]:
    """The sample, and how many expectations cannot be used with the ScanCode installed here."""
    cases: list[Case] = []
    dropped = 0
    for group, count in SETS:
        usable = []
        for path in sorted(p for p in files if p.startswith(f"{DRIVEN}/{group}/")):
            content = files.get(path.removesuffix(".yml"))
            if not path.endswith(".yml") or content is None:
                continue
            expected = _expectation(files[path].decode("utf-8"))
            if expected is None:
                dropped += 1
            else:
                name = path.removesuffix(".yml").removeprefix(f"{DRIVEN}/")
                usable.append(Case(group, name, content, expected))
        cases += draw.sample(usable, min(count, len(usable)))
    return cases + _rules(draw), dropped


def _expectation(written: str) -> Ids | None:
    """The ids an expectation file asks for; None when it asks for a key that is gone."""
    data: dict[str, Any] = YAML(typ="safe").load(written) or {}
    if data.get("expected_failure"):
        return None
    ids = expected_ids(data.get("license_expressions") or ())
    return ids if all(i.lower() in ours().catalog.by_id for i in ids) else None


def _rules(draw: random.Random) -> list[Case]:
    """Texts and notices among the rules of the ScanCode installed here, each as a file."""
    paths = sorted((license_folder().parent / "rules").glob("*.RULE"))
    draw.shuffle(paths)
    cases: list[Case] = []
    for path in paths:
        head, text = split_file(path.read_text("utf-8"))
        data = YAML(typ="safe").load(head)
        if not (data.get("is_license_text") or data.get("is_license_notice")):
            continue
        ids = expected_ids([str(data["license_expression"])])
        if ids and not data.get("is_deprecated"):
            cases.append(Case("rules", f"{path.stem}.txt", text.encode(), ids))
        if len(cases) == RULES:
            break
    return cases


def _written(cases: list[Case], folder: Path) -> list[Path]:
    """Each case as a file of its own name in a folder of its own."""
    paths = []
    for number, case in enumerate(cases):
        path = folder / str(number) / Path(case.name).name
        path.parent.mkdir()
        path.write_bytes(case.content)
        paths.append(path)
    return paths


def _table(answers: list[tuple[Case, Both]]) -> None:
    groups = [*dict.fromkeys(c.group for c, _ in answers), "all"]
    print(f"  {'':28} files " + " ".join(f"{s:>6}" for s in STATES) + "   ScanCode: right")
    for group in groups:
        rows = [(c, b) for c, b in answers if group in (c.group, "all")]
        mine = Counter(state(b.licaudit, c.expected) for c, b in rows)
        theirs = sum(state(b.scancode, c.expected) == "right" for c, b in rows)
        print(f"  {group:28} {len(rows):5} " + " ".join(f"{mine[s]:6}" for s in STATES), end="")
        print(f"   {theirs:15}")
        if group == "all":
            print(f"  {'share exactly right':28}       {mine['right'] / len(rows):6.1%}", end="")
            print(f"{'':32}{theirs / len(rows):14.1%}")


def _askalono(answers: list[tuple[Case, third.Names]]) -> None:
    """Its share of right answers, per set; naming nothing where nothing is named is apart."""
    named = [(c, third.ids(found, c.expected) == c.expected) for c, found in answers if c.expected]
    for group in [*dict.fromkeys(c.group for c, _ in named), "all"]:
        right = [ok for c, ok in named if group in (c.group, "all")]
        share = f"{sum(right):4} of {len(right):4} ({sum(right) / len(right):.1%})"
        print(f"  askalono: {group:28} {share}")
    quiet = [not found for c, found in answers if not c.expected]
    print(f"  askalono: none named in {sum(quiet)} of {len(quiet)} files that name no license")


def _line(case: Case, both: Both) -> None:
    said = state(both.licaudit, case.expected)
    why = f" ({', '.join(both.licaudit.gaps)})" if both.licaudit.gaps else ""
    print(f"    {said:6} {case.name}: {_list(both.licaudit.ids)}{why}", end="")
    other = both.scancode.ids
    scancode = "as expected" if other == case.expected else _list(other)
    print(f" | expected {_list(case.expected)} | ScanCode {scancode}")


def _list(ids: Ids) -> str:
    return ", ".join(sorted(i.removeprefix("LicenseRef-") for i in ids)) or "none"


def _licensee(
    fixtures: Path, shared: Path, _seed: int, _verbose: bool, askalono: Path | None
) -> None:
    table = shared / "groundtruth" / "licensee_fixtures_expected.tsv"
    with open(table, encoding="utf-8", newline="") as file:
        wanted = {row["fixture"]: row["key"] for row in csv.DictReader(file, delimiter="\t")}
    revision, files = git_files(fixtures, "licensee", "licensee", "spec/fixtures")
    with tempfile.TemporaryDirectory() as scratch:
        for name, content in files.items():
            path = Path(scratch) / name.removeprefix("spec/fixtures/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        names = [n for n in wanted if (Path(scratch) / n).is_dir()]
        found = read_both([Path(scratch) / n for n in names])
        others = third.read(askalono, list(found)) if askalono else {}
    known = set(wanted.values()) - {"other", "no-license", ""}
    right = theirs = 0
    differing = []
    for name, both in zip(names, found.values(), strict=True):
        agrees = _as_licensee(both.licaudit.ids, wanted[name], known)
        right += agrees
        theirs += _as_licensee(both.scancode.ids, wanted[name], known)
        if not agrees:
            why = f" ({', '.join(both.licaudit.gaps)})" if both.licaudit.gaps else ""
            says = f"{_list(both.licaudit.ids)}{why} | ScanCode {_list(both.scancode.ids)}"
            differing.append(f"{name}: {says} | licensee {wanted[name] or 'nothing'}")
    print(f"\nlicensee's fixtures at {revision}: {right} of {len(names)}; ScanCode {theirs}")
    if askalono:
        said = zip(names, others.values(), strict=True)
        agree = sum(_as_licensee(third.ids(o, frozenset()), wanted[n], known) for n, o in said)
        print(f"  askalono: {agree} of {len(names)}")
    for line in differing:
        print(f"    {line}")


def _as_licensee(ids: Ids, key: str, known: set[str]) -> bool:
    """Whether ids agree with licensee's key: one license a project, out of a short list."""
    keys = {i.lower().removesuffix("-only").removesuffix("-or-later") for i in ids}
    if key in known:
        return keys == {key}
    if key == "other":
        return not (len(keys) == 1 and keys <= known)
    return not keys
