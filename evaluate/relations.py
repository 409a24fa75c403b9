"""Sentences that say which model made, labeled, filtered or rewarded data: precision and recall.

`evaluate/labels/relations.tsv` names places (repository, commit, path, line) and the digest of a
sentence, never the sentence: those of `shared` lie in ../shared/real, the others in bare copies of
public repositories (`--mirror`, see evaluate/material.py). `said` is `relation=who` (several with
`;`, relations that will do joined by `|`) or `none`: the sentences drawn are those with a word of
making and a name, so that a `none` is a look-alike. What a reader could not decide was left out.
The half `seen` served to mend the patterns; nobody looked at a miss of `blind`.

    python -m evaluate.relations [--shared DIR] [--mirror DIR] [--misses]
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from evaluate.material import default_folder
from licaudit.collectors import markdown, prose_makers
from licaudit.sources.tree import Entry

LABELS = Path(__file__).parent / "labels" / "relations.tsv"
SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|(?<=[。！？])")
Edge = tuple[str, str]  # relation, who


@dataclass(frozen=True, slots=True)
class Label:
    """One sentence, and the edges a reader found in it; no edges: a look-alike."""

    repo: str
    revision: str
    path: str
    line: int
    sha256: str
    said: tuple[tuple[frozenset[str], str], ...]
    language: str
    half: str


def main() -> int:
    """Print the tables; 1 when nothing could be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    home = Path(__file__).parents[1]
    parser.add_argument("--shared", type=Path, default=home.parent / "shared")
    parser.add_argument("--mirror", type=Path, default=default_folder(home))
    parser.add_argument("--misses", action="store_true", help="those of the half `seen`")
    args = parser.parse_args()
    return evaluate(args.shared, args.mirror, args.misses)


def evaluate(shared: Path, mirror: Path | None = None, misses: bool = False) -> int:
    """Print precision and recall by half and language; 1 when no sentence could be read again."""
    rows = labels()
    mirror = mirror or default_folder(Path(__file__).parents[1])
    read = {row: edges for row in rows if (edges := found(row, shared, mirror)) is not None}
    print(f"\nRelations said in sentences: {len(read)} of {len(rows)} labels read again")
    for part in sorted({(r.half, r.language) for r in read}):
        _table(" ".join(part), {r: e for r, e in read.items() if (r.half, r.language) == part})
    for half in sorted({r.half for r in read}):
        _table(f"{half}, all", {r: e for r, e in read.items() if r.half == half})
    if misses:
        for row, edges in read.items():
            _, wrong, missed = judge(row, edges)
            if row.half == "seen" and (wrong or missed):
                print(f"  {row.repo} {row.path}:{row.line} missed {missed or '-'}, wrong {wrong}")
    return 0 if read else 1


def labels() -> list[Label]:
    """The rows of the table."""
    with open(LABELS, encoding="utf-8", newline="") as file:
        return [_label(row) for row in csv.DictReader(file, delimiter="\t")]


def _label(row: dict[str, str]) -> Label:
    words = [] if row["said"] == "none" else row["said"].split(";")
    said = tuple((frozenset(w.partition("=")[0].split("|")), w.partition("=")[2]) for w in words)
    place = (row["repo"], row["revision"], row["path"], int(row["line"]), row["sha256"])
    return Label(*place, said, row["language"], row["half"])


def found(label: Label, shared: Path, mirror: Path) -> set[Edge] | None:
    """The edges read in the sentence where it stands; None when it is not there."""
    text = _page(label, shared, mirror)
    lines = text.split("\n") if text is not None else []
    if not 0 < label.line <= len(lines):
        return None
    sentence = next(
        (s for s in SENTENCE.split(lines[label.line - 1]) if _digest(s) == label.sha256), None
    )
    if sentence is None:
        return None
    # The page stays as it is but for its other sentences: headings and fences decide as well.
    fenced = markdown.fenced_lines(lines)
    heads = {n for n, x in enumerate(lines, 1) if x.lstrip().startswith("#")} - set(fenced)
    page = [x if n in heads else "" for n, x in enumerate(lines, 1)]
    page[label.line - 1] = "" if label.line in fenced else sentence
    kind = "dataset" if label.repo != "shared" or "dataset_cards" in label.path else "model"
    read = prose_makers.collect(
        page, Entry("README.md", 1), "local:.", kind, (Path(label.path).parent.name,)
    )
    return {(link.relation, _plain(link.target)) for link in read.links}


def judge(label: Label, edges: set[Edge]) -> tuple[list[Edge], list[Edge], list[str]]:
    """(right, wrong, missed). `derived_from` is another reader's word and is not counted."""
    edges = {e for e in edges if e[0] != "derived_from"}
    right = [
        e for e in edges if any(e[0] in rel and _plain(who) in e[1] for rel, who in label.said)
    ]
    wrong = [e for e in sorted(edges) if e not in right]
    missed = [
        f"{'|'.join(sorted(rel))}={who}"
        for rel, who in label.said
        if not any(e[0] in rel and _plain(who) in e[1] for e in edges)
    ]
    return right, wrong, missed


def _table(title: str, read: dict[Label, set[Edge]]) -> None:
    count: Counter[str] = Counter()
    for row, edges in read.items():
        right, wrong, missed = judge(row, edges)
        count["saying" if row.said else "look-alike"] += 1
        count["right"] += len(row.said) - len(missed)
        count["wrong"] += len(wrong)
        count["missed"] += len(missed)
        count["tainted"] += bool(wrong and not row.said)
    right, wrong, missed = count["right"], count["wrong"], count["missed"]
    print(
        f"  {title:12} {count['saying']:3} saying, {count['look-alike']:3} look-alikes:"
        f" precision {right}/{right + wrong}, recall {right}/{right + missed},"
        f" look-alikes tainted {count['tainted']}"
    )


def _digest(sentence: str) -> str:
    return hashlib.sha256(sentence.strip().encode()).hexdigest()


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _page(label: Label, shared: Path, mirror: Path) -> str | None:
    if label.repo == "shared":
        path = shared / "real" / label.path
        return path.read_text("utf-8") if path.is_file() else None
    folder = mirror / label.repo.replace("/", "+") / "repo"
    if not folder.is_dir():
        return None
    done = subprocess.run(
        ["git", "show", f"{label.revision}:{label.path}"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


if __name__ == "__main__":
    raise SystemExit(main())
