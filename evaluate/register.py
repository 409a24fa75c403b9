"""Registers: the corpora of a public provenance study as a data lead's table, judged row by row.

Two tables of the same datasets: one whose license column holds what the study's readers found, one
where it is left empty. The hub's own page stands in a cache of the hub either way: nothing
is fetched. A false green is a row that passes and that the readers found restricted.
"""

from __future__ import annotations

import csv
import json
import os
import re
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path

from evaluate.knowledge import rows
from licaudit.audit import Request
from licaudit.facts import AuditResult, Intent
from licaudit.fleet.register import audit_register
from licaudit.policy.project import Project
from licaudit.sources.session import Reading

HEAD = ("dataset name", "url", "channel", "license")
COMMIT = "1" * 40
_REPOSITORY = re.compile(r"datasets/([^/?#]+/[^/?#]+)")
NAMES = {  # the study's words for what hubs write as one id
    "apache license 2.0": "apache-2.0",
    "mit license": "mit",
}
Case = dict[str, str]


def evaluate(shared: Path, as_of: date) -> int:
    """Print both tables; the number of false greens in the first."""
    found = _cases(shared)
    print(f"\nRegister of {len(found)} datasets of the study, judged for commercial training")
    with tempfile.TemporaryDirectory() as home:
        cached = sum(_publish(Path(home), case) for case in found)
        print(f"  {cached} of them have a page in the cache; the others cannot be read")
        before = os.environ.get("HF_HUB_CACHE")
        os.environ["HF_HUB_CACHE"] = home
        try:
            written = _judged(Path(home), found, as_of, "as the readers found")
            _judged(Path(home), found, as_of, "left empty", blank=True)
        finally:
            os.environ.pop("HF_HUB_CACHE")
            if before is not None:
                os.environ["HF_HUB_CACHE"] = before
    return written


def _cases(shared: Path) -> list[Case]:
    """One row for each repository and what was found of it."""
    table: dict[tuple[str, str], Case] = {}
    for row in rows(shared, "dpi_datasets.tsv"):
        match = _REPOSITORY.search(row["hf_url"])
        row["repository"] = match[1] if match else ""
        table.setdefault((row["repository"] or row["dataset"], row["licences"]), row)
    return list(table.values())


def _publish(home: Path, case: Case) -> bool:
    """The card that the hub shows, as the study saw its license field."""
    told = case["hf_licence"]
    if not case["repository"] or not told:
        return False
    root = home / f"datasets--{case['repository'].replace('/', '--')}"
    if root.exists():
        return True
    snapshot = root / "snapshots" / COMMIT
    for folder in (snapshot, root / "refs", root / "blobs", root / "trees"):
        folder.mkdir(parents=True)
    value = json.dumps(NAMES.get(told.lower(), told))
    card = f"---\nlicense: {value}\nlanguage: [en]\n---\n# {case['repository']}\n"
    (root / "refs" / "main").write_text(COMMIT)
    (root / "blobs" / "card").write_text(card)
    (snapshot / "README.md").symlink_to("../../blobs/card")
    files = {"README.md": {"size": len(card.encode()), "blob_id": "0"}}
    listing = {"format_version": 1, "files": files}
    (root / "trees" / f"{COMMIT}.json").write_text(json.dumps(listing))
    return True


def _judged(home: Path, found: list[Case], as_of: date, label: str, *, blank: bool = False) -> int:
    path = home / "register.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        for case in found:
            license = "" if blank else case["licences"]
            writer.writerow([case["dataset"], case["hf_url"], "public", license])
    started = time.monotonic()
    request = Request(str(path), (Intent(),), Project(), as_of=as_of, reading=Reading(offline=True))
    result = audit_register(request)
    assert result is not None
    seconds = time.monotonic() - started
    return _table(result, found, label, seconds)


def _table(result: AuditResult, found: list[Case], label: str, seconds: float) -> int:
    counts: Counter[tuple[str, str]] = Counter()
    green = []
    for answer, case in zip(result.rows, found, strict=True):
        counts[case["dpi_class"], answer.verdict] += 1
        if answer.verdict == "pass" and case["dpi_class"] != "commercial":
            green.append(
                f"{case['dataset']}: {case['licences']}; its page says {case['hf_licence']}"
            )
    each = 1000 * seconds / max(1, len(found))
    print(f"\n  License column {label}: {seconds:.0f} s, {each:.0f} ms a row")
    for name in ("commercial", "unspecified", "non-commercial", "academic-only"):
        said = ", ".join(f"{v} {counts[name, v]}" for v in ("pass", "review", "fail"))
        print(f"    readers: {name:15} {said}")
    print(f"    passes that the readers do not confirm: {len(green)}")
    for line in green[:8]:
        print(f"      {line}")
    return len(green)
