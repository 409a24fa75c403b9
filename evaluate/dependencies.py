"""Dependencies of three real projects: share resolved, beside pip-licenses and npm in the same run.

`python -m evaluate.dependencies --work DIR [PROJECT...]`. Each project of `evaluate/projects` is
installed below DIR by the user's own pip or npm (wheels alone, scripts off; what is there already
is used again). Then the same installed packages are shown to licaudit and to the other tool.

Two counts. *Words*: the tool prints anything but UNKNOWN for a package; licaudit keeps the words
also where they name no one license. *License*: the words name one license (`BSD License` names a
family): theirs are put through the same reading of names that ours go through.

The exit code is the number of packages that the other tool has a license for and licaudit has not,
plus those that licaudit leaves open without a Gap or an open claim.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from packageurl import PackageURL
from packaging.utils import canonicalize_name

from licaudit.audit import Request, run_audit
from licaudit.facts import CODE, AuditResult, Intent, Location, Passage
from licaudit.licenses.identify import identify, open_ladder
from licaudit.licenses.knowledge import load_knowledge
from licaudit.policy.project import Project

PROJECTS = Path(__file__).parent / "projects"
TOOLS = ("pip-licenses", "prettytable", "wcwidth", "pip", "setuptools")
_SAYS_NOTHING = re.compile(r"^(unknown|noassertion|none|)$", re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """One project: every installed package, and what each tool makes of it (None: nothing)."""

    project: str
    other: str
    theirs: dict[str, str | None]
    ours: dict[str, str | None]
    told: frozenset[str]  # packages on which a Gap stands
    words: frozenset[str]  # packages of which licaudit keeps words on a license
    seconds: float


def main() -> int:
    """Print one table for all projects and the packages that differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("projects", nargs="*", default=sorted(p.name for p in PROJECTS.iterdir()))
    parser.add_argument("--work", type=Path, required=True, help="where projects are installed")
    args = parser.parse_args()
    bad = 0
    print(f"{'':33} {'words':>12} {'license':>14}")
    print(
        f"{'project':10} {'packages':>8} {'other tool':>13}"
        f" {'theirs':>6} {'ours':>5} {'theirs':>8} {'ours':>5} {'s':>6}"
    )
    for name in args.projects:
        row = measure(name, args.work / name)
        bad += report(row)
    return min(bad, 100)


def measure(name: str, work: Path) -> Row:
    """Install a project where it is not yet, and ask both tools."""
    if (PROJECTS / name / "package.json").is_file():
        environment, theirs, other = _npm(name, work)
    else:
        environment, theirs, other = _python(name, work)
    target = work / "target"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for file in (*(PROJECTS / name).iterdir(), work / "package-lock.json"):
        if file.is_file():
            shutil.copy(file, target)
    request = Request(
        str(target), (Intent(),), Project(), as_of=date.today(), environments=(environment,)
    )
    clock = time.monotonic()
    result = run_audit(request)
    ours, told, words = answers(result)
    return Row(name, other, theirs, ours, told, words, time.monotonic() - clock)


def answers(result: AuditResult) -> tuple[dict[str, str | None], frozenset[str], frozenset[str]]:
    """The license of each package; those on which a Gap stands; those with words kept."""
    named = {a.id for a in result.artifacts if a.kind == "package"}
    ours: dict[str, str | None] = dict.fromkeys(named)
    for answer in result.answers:
        if answer.artifact in named and answer.expression:
            ours[answer.artifact] = answer.expression
    open_ = {g.artifact for g in result.gaps}
    words = {c.artifact for c in result.claims}
    return ours, frozenset(open_), frozenset(words)


def _python(name: str, work: Path) -> tuple[Path, dict[str, str | None], str]:
    venv = work / "venv"
    pip = venv / "bin" / "pip"
    if not (venv / "bin" / "pip-licenses").is_file():
        work.mkdir(parents=True, exist_ok=True)
        _run([sys.executable, "-m", "venv", str(venv)], work)
        wanted = str(PROJECTS / name / "requirements.txt")
        options = ["install", "--quiet", "--only-binary=:all:"]
        _run([str(pip), *options, "-r", wanted, "pip-licenses"], work)
    command = [str(venv / "bin" / "pip-licenses"), "--format=json", "--from=mixed"]
    rows = json.loads(_run(command, work))
    theirs = {}
    for row in rows:
        plain = canonicalize_name(row["Name"])
        if plain not in TOOLS:
            id_ = PackageURL("pypi", None, plain, row["Version"]).to_string()
            theirs[id_] = _said(row["License"])
    return venv, theirs, "pip-licenses"


def _npm(name: str, work: Path) -> tuple[Path, dict[str, str | None], str]:
    if not (work / "node_modules").is_dir():
        work.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECTS / name / "package.json", work)
        _run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"], work)
    bill = json.loads(_run(["npm", "sbom", "--sbom-format=cyclonedx"], work))
    theirs = {}
    for item in bill["components"]:
        choices = item.get("licenses") or [{}]
        license_ = choices[0].get("license") or {}
        said = choices[0].get("expression") or license_.get("id") or license_.get("name")
        purl = PackageURL.from_string(item["purl"])
        id_ = PackageURL(purl.type, purl.namespace, purl.name, purl.version).to_string()
        theirs[id_] = _said(said or "")
    return work / "node_modules", theirs, "npm sbom"


def _said(text: str) -> str | None:
    return None if _SAYS_NOTHING.match(text.strip()) else text.strip()


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"dependencies: `{' '.join(command[:3])}` failed: {done.stderr[-800:]}")
    return done.stdout


def named(texts: Iterable[str]) -> frozenset[str]:
    """Of another tool's words those that name a license: read as ours are, `a; b` part by part."""
    parts = {text: [p.strip() for p in text.split(";") if p.strip()] for text in texts}
    passages = [
        Passage(part, Location(text), "tag", CODE, text)
        for text, ps in parts.items()
        for part in ps
    ]
    claims, _ = identify(passages, open_ladder(load_knowledge()))
    found = {c.artifact for c in claims if c.expression}
    return frozenset(found)


def report(row: Row) -> int:
    """Print one project; the number of packages that licaudit loses."""
    every = sorted(row.theirs)
    known = named({t for t in row.theirs.values() if t})
    words = [i for i in every if row.theirs[i]]
    theirs = [i for i in words if row.theirs[i] in known]
    ours = [i for i in every if row.ours.get(i)]
    kept = [i for i in every if i in row.words]
    print(
        f"{row.project:10} {len(every):8} {row.other:>13}"
        f" {len(words):6} {len(kept):5} {len(theirs):8} {len(ours):5} {row.seconds:6.1f}"
    )
    lost = [i for i in theirs if i not in ours]
    silent = [i for i in every if not row.ours.get(i) and i not in row.told]
    _list("license only by licaudit", (f"{i}: {row.ours[i]}" for i in ours if i not in theirs))
    _list(f"license only by {row.other}", (f"{i}: {row.theirs[i]}" for i in lost))
    open_ = (f"{i}: {row.theirs[i] or '-'}" for i in every if i not in ours and i not in theirs)
    _list("open in both", open_)
    _list("OPEN WITHOUT A GAP", silent)
    return len(set(lost) | set(silent))


def _list(what: str, items: Iterable[str]) -> None:
    for item in items:
        print(f"    {what}: {item[:150]}")


if __name__ == "__main__":
    sys.exit(main())
