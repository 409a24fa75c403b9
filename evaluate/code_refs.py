"""Models and datasets named in code: precision and recall on labeled files of real repositories.

`evaluate/labels/code_refs.tsv` holds what a reader found in files drawn at random, before a tool
was run on them: repository, commit, path, line, kind, id, part; a file without references has one
row without them. Comments, docstrings, printed words, pages to read and local paths are none.
The files come from bare copies (`--mirror DIR`, see evaluate/material.py); no code is kept here.

    python -m evaluate.code_refs [--mirror DIR] [--half dev|test|blind] [--peers DIR] [--verbose]

`--peers` is the `bin` folder of an environment with `aibom-cli` and `ai-bom`, run on the same
files.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from evaluate.material import default_folder
from licaudit.collectors import collect_tree
from licaudit.sources.local import LocalTree

LABELS = Path(__file__).parent / "labels" / "code_refs.tsv"
_SERVICE = re.compile(r"(?:gpt-[345]|o[134]-|claude|gemini|command-|text-(?:davinci|embedding))")
Found = dict[tuple[str, str], set[str]]  # (repository, path): ids named there


@dataclass(frozen=True, slots=True)
class Label:
    """One row: a file, and the reference in it, if it has one."""

    repository: str
    commit: str
    path: str
    line: int
    kind: str
    id: str
    half: str


def labels(half: str | None = None) -> list[Label]:
    """The rows of the table, or of one half of the repositories."""
    rows = []
    for text in LABELS.read_text(encoding="utf-8").splitlines():
        if not text.startswith("#"):
            repository, commit, path, line, kind, id_, side = text.split("\t")
            if half in (None, side):
                rows.append(Label(repository, commit, path, int(line or 0), kind, id_, side))
    return rows


def unpack(rows: Iterable[Label], mirror: Path, into: Path) -> list[str]:
    """Write each labeled file below `into/owner+name/`; the repositories that are not there."""
    missing: list[str] = []
    for repository, commit, path in sorted({(r.repository, r.commit, r.path) for r in rows}):
        if repository in missing:
            continue
        folder = mirror / repository.replace("/", "+") / "repo"
        done = subprocess.run(
            ["git", "-C", str(folder), "show", f"{commit}:{path}"], capture_output=True, check=False
        )
        if done.returncode:
            missing.append(repository)
            continue
        target = into / repository.replace("/", "+") / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(done.stdout)
    return missing


def plain(id_: str) -> str:
    """An id as it is compared: small letters, without the name of a library before it."""
    return re.sub(r"^(?:spacy|nltk|open_clip|timm|tfds|ollama|tfhub|keras):", "", id_).lower()


def same(one: str, other: str) -> bool:
    """Whether two ids mean the same; one without organization equals one with."""
    if one == other:
        return True
    return ("/" in one) != ("/" in other) and one.rpartition("/")[2] == other.rpartition("/")[2]


def ours(folder: Path) -> Found:
    """What licaudit names: every model and dataset, at the files of its links' evidence."""
    found: Found = {}
    for tree in sorted(p for p in folder.iterdir() if p.is_dir()):
        repository = tree.name.replace("+", "/", 1)
        _, collected = collect_tree(LocalTree(str(tree)))
        names = {
            a.id: a.name for a in collected.artifacts if a.kind in ("model", "dataset", "weights")
        }
        for link in collected.links:
            if link.target in names and link.relation != "contains":
                for where in link.evidence:
                    found.setdefault((repository, where.path), set()).add(plain(names[link.target]))
    return found


def aibom_cli(program: Path, folder: Path) -> Found:
    """aibom-cli: models and datasets at `path:line`. Frameworks and services are left out."""
    found: Found = {}
    for tree in sorted(p for p in folder.iterdir() if p.is_dir()):
        out = tree.parent / f"{tree.name}.aibom.json"
        _run([str(program), "scan", str(tree), "-o", str(out)])
        data = json.loads(out.read_text()) if out.is_file() else {}
        for item in [*data.get("models", ()), *data.get("datasets", ())]:
            hosted = "source" in item or item.get("provider") in ("huggingface", "hugging_face")
            if hosted:
                path = item["detected_in"].rpartition(":")[0]
                _keep(found, tree, path, item["name"])
    return found


def ai_bom(program: Path, folder: Path) -> Found:
    """ai-bom --deep: components with a model's name, at their source location; no services."""
    found: Found = {}
    for tree in sorted(p for p in folder.iterdir() if p.is_dir()):
        out = tree.parent / f"{tree.name}.ai-bom.json"
        _run([str(program), "scan", str(tree), "-f", "json", "--deep", "-q", "-o", str(out)])
        data = json.loads(out.read_text()) if out.is_file() else {}
        for item in data.get("components", ()):
            told = {p["name"]: str(p["value"]) for p in item.get("properties", ())}
            path = re.sub(r":\d+$", "", told.get("trusera:source_location", ""))
            name = told.get("trusera:model_name", "")
            if name and not _SERVICE.match(name):
                path = path.removeprefix(f"{tree.resolve()}/").removeprefix(f"{tree}/")
                _keep(found, tree, path, name)
    return found


def _keep(found: Found, tree: Path, path: str, name: str) -> None:
    found.setdefault((tree.name.replace("+", "/", 1), path), set()).add(plain(name))


def _run(command: list[str]) -> None:
    subprocess.run(command, capture_output=True, check=False, timeout=300)


def measure(rows: list[Label], found: Found) -> tuple[int, int, int, list[str]]:
    """(right, missed, wrong, lines about what went amiss). One reference is one id in one file."""
    right = wrong = missed = 0
    amiss: list[str] = []
    files: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        wanted = files.setdefault((row.repository, row.path), set())
        if row.id:
            wanted.add(plain(row.id))
    for place, wanted in sorted(files.items()):
        named = found.get(place, set())
        hit = {w for w in wanted if any(same(w, n) for n in named)}
        extra = {n for n in named if not any(same(w, n) for w in wanted)}
        right, missed, wrong = right + len(hit), missed + len(wanted - hit), wrong + len(extra)
        amiss += [f"missed  {'/'.join(place)}: {x}" for x in sorted(wanted - hit)]
        amiss += [f"wrong   {'/'.join(place)}: {x}" for x in sorted(extra)]
    return right, missed, wrong, amiss


def evaluate(mirror: Path, half: str | None, peers: Path | None, verbose: bool) -> int:
    """Print one line a tool; 1 when nothing could be measured."""
    rows = labels(half)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        missing = unpack(rows, mirror, folder)
        rows = [r for r in rows if r.repository not in missing]
        if missing:
            print(f"code-refs: not measured, no copy of {', '.join(missing)}")
        files = {(r.repository, r.path) for r in rows}
        references = {(r.repository, r.path, r.id.lower()) for r in rows if r.id}
        if not references:
            return 1
        repositories = {r.repository for r in rows}
        print(
            f"code-refs: {len(references)} references in {len(files)} files"
            f" of {len(repositories)} repositories"
        )
        tools: dict[str, Callable[[], Found]] = {"licaudit": lambda: ours(folder)}
        for label, program, run in (
            ("aibom-cli", "aibom", aibom_cli),
            ("ai-bom", "ai-bom", ai_bom),
        ):
            if peers and (peers / program).is_file():
                tools[label] = lambda p=peers / program, r=run: r(p, folder)  # type: ignore[misc]
        for label, run_tool in tools.items():
            _report(label, rows, run_tool, verbose and label == "licaudit")
    return 0


def _report(label: str, rows: list[Label], run: Callable[[], Found], verbose: bool) -> None:
    started = time.monotonic()
    found = run()
    seconds = time.monotonic() - started
    right, missed, wrong, amiss = measure(rows, found)
    precision = right / (right + wrong) if right + wrong else 0.0
    recall = right / (right + missed)
    print(
        f"  {label:10} right {right:4}  missed {missed:4}  wrong {wrong:4}"
        f"  precision {precision:.3f}  recall {recall:.3f}  {seconds:.1f} s"
    )
    for line in amiss if verbose else ():
        print("   ", line)


def main() -> int:
    """The command line of this part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mirror", type=Path, default=default_folder(Path(__file__).parents[1]))
    parser.add_argument("--half", choices=("dev", "test", "blind"))
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    return evaluate(args.mirror, args.half, args.peers, args.verbose)


if __name__ == "__main__":
    sys.exit(main())
