"""Dataset and model cards: crashes, and verdicts beside what people who read the terms say."""

from __future__ import annotations

import csv
import re
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from evaluate.repos import audit
from licaudit.facts import AuditResult

NONCOMMERCIAL = ("non-commercial", "academic-only", "academic")


def evaluate(shared: Path, as_of: date) -> int:
    """Print the counts; the number of crashes."""
    crashes: list[str] = []
    truth = _dataset_truth(shared)
    counts: Counter[tuple[str, str]] = Counter()
    greens: list[str] = []
    states: Counter[str] = Counter()
    for name in ("dataset_cards", "dataset_cards_2021"):
        for folder, result in _audits(shared / "real" / name, as_of, crashes):
            states[f"{name}: {result.verdict}"] += 1
            for wanted in truth.get(folder.name.lower(), ()):
                counts[wanted, result.verdict] += 1
                if result.verdict == "pass" and wanted in NONCOMMERCIAL:
                    greens.append(folder.name)
    print("\nDataset cards (verdict for commercial use)")
    _counts(states)
    print("  beside datasets of the same name in the human-verified table (class, ours: count)")
    for (wanted, ours), count in sorted(counts.items()):
        print(f"    {wanted:16} {ours:7} {count}")
    print(f"  false greens: {', '.join(sorted(set(greens))) or 'none'}")
    _model_cards(shared, as_of, crashes)
    print(f"\ncrashes: {len(crashes)} {' '.join(crashes[:20])}")
    return len(crashes)


def _model_cards(shared: Path, as_of: date, crashes: list[str]) -> None:
    states: Counter[str] = Counter()
    agree: Counter[str] = Counter()
    greens: list[str] = []
    different: list[str] = []
    for folder, result in _audits(shared / "real" / "model_cards", as_of, crashes):
        states[result.verdict] += 1
        tag = _manifest_license(folder)
        found = next(
            (
                a.expression
                for a in result.answers
                if a.scope == "weights" and a.artifact == "local:."
            ),
            None,
        )
        if tag:
            same = _same(tag, found)
            agree["same" if same else "different"] += 1
            if not same:
                different.append(f"{folder.name}: manifest {tag}, card {found}")
            if result.verdict == "pass" and re.search(r"-nc|llama|research|other", tag):
                greens.append(f"{folder.name} ({tag})")
    print("\nModel cards (verdict for commercial use)")
    _counts(states)
    print(f"  license of the card beside the repack's manifest: {dict(agree)}")
    for line in different[:60]:
        print(f"    {line}")
    print(f"  pass although the manifest's license is restricted: {', '.join(greens) or 'none'}")


def _audits(folder: Path, as_of: date, crashes: list[str]) -> Iterator[tuple[Path, AuditResult]]:
    for path in sorted(folder.iterdir()):
        if not path.is_dir():
            continue
        try:
            yield path, audit(path, as_of)
        except Exception:  # noqa: BLE001 - counting crashes is what this is for
            crashes.append(path.name)
            traceback.print_exc()


def _counts(counts: Counter[str]) -> None:
    for key, count in sorted(counts.items()):
        print(f"  {key:32} {count}")


def _dataset_truth(shared: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    path = shared / "groundtruth" / "dpi_datasets.tsv"
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            match = re.search(r"huggingface\.co/datasets/([^?#]+)", row["hf_url"] or "")
            if match:
                name = match.group(1).split("/viewer")[0].rstrip("/").rsplit("/", 1)[-1].lower()
                found.setdefault(name, set()).add(row["dpi_class_ignoring_openai"])
    return found


def _manifest_license(folder: Path) -> str | None:
    path = folder / "manifest.yaml"
    if not path.is_file():
        return None
    match = re.search(r"^licen[cs]e: *(\S+)", path.read_text("utf-8"), re.MULTILINE)
    return match.group(1).strip("\"'") if match else None


def _same(tag: str, found: str | None) -> bool:
    """Loose on purpose: the same words once prefixes and dates are gone."""
    if tag in ("other", "unknown") and found is None:
        return True
    squeeze: Callable[[str], str] = lambda t: re.sub(r"[^a-z0-9]", "", t.lower())  # noqa: E731
    known = {
        "llama2": "llama2license2023",
        "llama3": "llama320240418",
        "creativemlopenrailm": "stablediffusion",
    }
    key = known.get(squeeze(tag), squeeze(tag))
    return found is not None and key in squeeze(found)
