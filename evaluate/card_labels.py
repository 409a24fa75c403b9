"""150 cards drawn at random and read by hand before the audit: licenses, limits, conflicts.

The labels are `evaluate/labels/cards.tsv`: for each card its digest, what is licensed under what
(`data=MIT;code=Apache-2.0`; `none`, `unknown` and `ambiguous:<name>` name no license), the limits
it states, whether two of its places contradict each other and which, and the lines. The first
label stands beside the corrected one where the comparison showed that the reader had erred.
"""

from __future__ import annotations

import csv
import hashlib
import re
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from evaluate.repos import audit
from licaudit.facts import AuditResult

LABELS = Path(__file__).parent / "labels" / "cards.tsv"
SEED = 20261122  # random.Random(SEED): 75 of the sorted dataset cards, then 75 of the model cards
ROOT = "local:."
CONFLICTS = ("claims-conflict", "text-narrows-license")
NAMESAKES = "checkpoint:"  # a sibling's row in a table: the readers labeled the card's own work
SCOPES = {"data:collection": "data", "data:content": "data"}
# What a reader wrote -> the ids that mean it. A tag `gpl-3.0` leaves `-only` or `-or-later` open.
MEANS = {
    "GPL-3.0": r"GPL-3\.0(?:-only|-or-later)?",
    "AGPL-3.0": r"AGPL-3\.0(?:-only|-or-later)?",
    "CC-BY-2.5-ZA": r"LicenseRef-licaudit-cc-by-2\.5-za",
    "Llama-1": r"LicenseRef-scancode-llama-license-2023",
    "Llama-2": r"LicenseRef-scancode-llama-2-license-2023",
    "DeepSeek": r"LicenseRef-scancode-deepseek-la-1\.0",
    "LicenseRef-microsoft-research-data": r"LicenseRef-licaudit-microsoft-research-data-license",
    "LicenseRef-microsoft-research": r"LicenseRef-scancode-ms-research-license-terms",
    "LicenseRef-research-and-academic": r"LicenseRef-scancode-ccg-research-academic",
}
# Our kinds of statement -> the reader's classes. The rest is `other:<kind>`; a wish to be cited,
# a permission and a claim of fair use limit nothing.
LIMITS = {
    "non_commercial": "non_commercial", "research_only": "research_only",
    "academic_only": "academic", "apply_first": "apply_first",
    "no_redistribution": "no_redistribution", "threshold": "threshold", "region_limited": "region",
    "same_license_as": "other:original_terms",
}  # fmt: skip
NO_LIMIT = {"citation_asked", "commercial_allowed", "fair_use_claim"}
NAMED = ((r"-NC\b", "non_commercial"), (r"-ND\b", "other:no_derivatives"))


@dataclass(frozen=True)
class Reading:
    """What a card says: licenses as (scope, name), names of limits, and the conflict's lines."""

    licenses: frozenset[tuple[str, str]]
    limits: frozenset[str]
    conflict: tuple[int, ...] | None


@dataclass(frozen=True)
class Label:
    """One row: the card, its digest, the reader's first word and the corrected one."""

    card: str
    sha256: str
    first: Reading
    corrected: Reading
    doubt: str


def evaluate(shared: Path, as_of: date) -> int:
    """Print the figures and every disagreement; the number of crashes and unreadable cards."""
    bad: list[str] = []
    pairs: list[tuple[Label, Reading, str]] = []
    for label in read_labels(LABELS):
        path = shared / label.card
        if not path.is_file() or digest(path) != label.sha256:
            bad.append(f"{label.card}: missing or changed since it was labeled")
            continue
        try:
            result = audit(path.parent, as_of)
            pairs.append((label, reading(result), result.verdict))
        except Exception:  # noqa: BLE001 - counting crashes is what this is for
            bad.append(f"{label.card}: crash")
            traceback.print_exc()
    print(f"\nLabeled cards: {len(pairs)} compared (seed {SEED}, 75 dataset and 75 model cards)")
    sure = [(label.corrected, ours) for label, ours, _ in pairs if not label.doubt]
    _table("first labels", [(label.first, ours) for label, ours, _ in pairs])
    _table("corrected labels", [(label.corrected, ours) for label, ours, _ in pairs])
    _table(f"corrected labels without doubtful cards ({len(sure)})", sure)
    for label, ours, verdict in pairs:
        mark = ", doubtful" if label.doubt else ""
        for line in differences(label.corrected, ours):
            print(f"  {label.card.split('/')[-2]}: {line} [{verdict}{mark}]")
    print(f"  cards not compared: {len(bad)}", *bad, sep="\n    ")
    return len(bad)


def _table(title: str, pairs: list[tuple[Reading, Reading]]) -> None:
    print(f"  {title}", *figures(pairs), sep="\n    ")


def read_labels(path: Path) -> list[Label]:
    """The rows of the table; an empty `corrected_*` cell repeats the first label."""
    with open(path, encoding="utf-8", newline="") as file:
        return [_label(row) for row in csv.DictReader(file, delimiter="\t")]


def _label(row: dict[str, str]) -> Label:
    parts = ("licenses", "restrictions", "conflict")
    first = _reading(*(row[p] for p in parts))
    corrected = _reading(*(row[f"corrected_{p}"] or row[p] for p in parts))
    return Label(row["card"], row["sha256"], first, corrected, row["doubt"])


def _reading(licenses: str, limits: str, conflict: str) -> Reading:
    scoped = (part.partition("=") for part in licenses.split(";"))
    lines = [int(n) for n in conflict.partition(":")[2].split(",") if n]
    return Reading(
        frozenset((scope, name) for scope, _, name in scoped),
        frozenset(limits.split()) - {"none"},
        tuple(lines) if conflict.startswith("yes") else None,
    )


def digest(path: Path) -> str:
    """SHA-256 of a file, as hex digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def reading(result: AuditResult) -> Reading:
    """What the audit read from the card itself; upstream artifacts and manifests do not count."""
    claims = {c.id: c for c in result.claims if c.location.path == "README.md"}
    licenses: set[tuple[str, str]] = set()
    limits: set[str] = set()
    for answer in result.answers:
        if answer.artifact != ROOT or answer.scope.startswith(NAMESAKES):
            continue
        scope = SCOPES.get(answer.scope, answer.scope.partition(":")[0])
        for name in re.findall(r"[\w.+-]+", answer.expression or ""):
            if name not in ("AND", "OR", "WITH"):
                licenses.add((scope, name))
                limits.update(limit for pattern, limit in NAMED if re.search(pattern, name))
    for claim in claims.values():
        if claim.artifact == ROOT and claim.narrows and claim.narrows not in NO_LIMIT:
            limits.add(LIMITS.get(claim.narrows, f"other:{claim.narrows}"))
    return Reading(frozenset(licenses), frozenset(limits), _conflict(result))


def _conflict(result: AuditResult) -> tuple[int, ...] | None:
    lines = {c.id: c.location.line for c in result.claims}
    found = [f for f in result.judgements[0].findings if f.rule in CONFLICTS and f.artifact == ROOT]
    if not found:
        return None
    return tuple(sorted({lines[e] or 0 for f in found for e in f.evidence if e in lines}))


def _same(wanted: str, found: str) -> bool:
    return re.fullmatch(MEANS.get(wanted, re.escape(wanted)), found) is not None


def _named(reading: Reading) -> Iterator[tuple[str, str]]:
    for scope, name in sorted(reading.licenses):
        if name not in ("none", "unknown") and not name.startswith("ambiguous:"):
            yield scope, name


def figures(pairs: list[tuple[Reading, Reading]]) -> list[str]:
    """Precision, recall and abstention of licenses per scope, of limits per class, of conflicts."""
    right: Counter[str] = Counter()
    said: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    silent: Counter[str] = Counter()
    for theirs, ours in pairs:
        spoke = {scope for scope, _ in ours.licenses}
        for scope, name in _named(theirs):
            key = f"license, {scope}"
            wanted[key] += 1
            right[key] += any(s == scope and _same(name, n) for s, n in ours.licenses)
            silent[key] += scope not in spoke
        said.update(f"license, {scope}" for scope, _ in ours.licenses)
        for limit in theirs.limits | ours.limits:
            key = f"limit, {limit}"
            wanted[key] += limit in theirs.limits
            said[key] += limit in ours.limits
            right[key] += limit in theirs.limits & ours.limits
        wanted["conflict"] += theirs.conflict is not None
        said["conflict"] += ours.conflict is not None
        right["conflict"] += theirs.conflict is not None and ours.conflict is not None
    for part in ("license", "limit"):
        for counter in (right, said, wanted, silent):
            counter[f"{part}s, all"] = sum(
                n for k, n in counter.items() if k.startswith(f"{part},")
            )
    return [
        f"{key:28} precision {_share(right[key], said[key])}  recall"
        f" {_share(right[key], wanted[key])}"
        + (f"  no answer {silent[key]}" if silent[key] else "")
        for key in sorted(set(said) | set(wanted))
    ]


def _share(part: int, whole: int) -> str:
    return f"{part:3} of {whole:3} {f'{part / whole:7.1%}' if whole else '      -'}"


def differences(theirs: Reading, ours: Reading) -> Iterator[str]:
    """One line for everything the audit lacks or has too much."""
    names = list(_named(theirs))
    for scope, name in names:
        if not any(s == scope and _same(name, n) for s, n in ours.licenses):
            yield f"license missing: {scope} {name}"
    for scope, name in sorted(ours.licenses):
        if not any(s == scope and _same(n, name) for s, n in names):
            yield f"license too much: {scope} {name}"
    yield from (f"limit missing: {limit}" for limit in sorted(theirs.limits - ours.limits))
    yield from (f"limit too much: {limit}" for limit in sorted(ours.limits - theirs.limits))
    if (theirs.conflict is None) != (ours.conflict is None):
        yield f"conflict: reader {theirs.conflict}, audit {ours.conflict}"
    elif theirs.conflict and ours.conflict and not set(theirs.conflict) <= set(ours.conflict):
        yield f"conflict elsewhere: reader {theirs.conflict}, audit {ours.conflict}"
