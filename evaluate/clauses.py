"""Terms, clause by clause, beside what careful readers wrote down (terms_facts.tsv)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from evaluate.knowledge import ours, rows
from licaudit.facts import Action, AssetKind, Condition, License, Permission, Purpose

COLUMNS: dict[str, Action] = {
    "commercial": "use",
    "derivatives": "modify",
    "redistribution": "distribute",
    "train_on_asset": "train",
}
KINDS: dict[str, AssetKind] = {
    "code": "code",
    "model": "model",
    "data": "dataset",
    "content": "document",
    "database": "dataset",
    "any": "dataset",
    "output": "output",
}
# Rows whose title is no name that a card would write.
IDS = {
    "Llama-3": "LicenseRef-licaudit-llama-3-2024-04-18",
    "Mistral-Research-0.1": "LicenseRef-licaudit-mistral-research-0.1",
    "Mistral-MNPL-0.1": "LicenseRef-licaudit-mistral-non-production-0.1",
    "Qwen-Research (Tongyi)": "LicenseRef-licaudit-tongyi-qianwen-research",
    "FLUX.1-dev-NC": "LicenseRef-licaudit-flux-1-dev-nc-1.1.1",
    "DBRX (Databricks Open Model)": "LicenseRef-licaudit-databricks-open-model",
    "Tencent-Hunyuan-Community (Video)": "LicenseRef-licaudit-tencent-hunyuan-community",
    "ChatGLM2": "LicenseRef-licaudit-chatglm2-6b",
    "DataProv:Academic-only": "LicenseRef-licaudit-academic-only",
    "DataProv:Non-commercial": "LicenseRef-licaudit-non-commercial-statement",
    "no-licence / unspecified": "LicenseRef-licaudit-none",
}
# A cell that also speaks of a sister text, which has a file of its own here.
SIBLINGS = {
    "Tencent-Hunyuan-Community (Video)": ("LicenseRef-scancode-tencent-hunyuan-3d-2.0-cla",)
}
LIMITS = ("field_of_use", "region", "threshold", "actor", "purpose")
RAIL = "CreativeML-OpenRAIL-M"  # the row that "as above" and "as RAIL" point to


@dataclass(frozen=True)
class Cell:
    """One cell of their table beside ours."""

    row: str
    column: str
    theirs: str
    ours: Permission
    clause: str | None
    state: str  # same, finer, differs


def evaluate(shared: Path) -> int:
    """Print agreement and every difference; the number of differences in rows of high trust."""
    table = rows(shared, "terms_facts.tsv")
    rail = next(row for row in table if row["id"] == RAIL)
    cells: dict[str, list[Cell]] = {"high": [], "other": []}
    numbers: list[str] = []
    right = total = 0
    for row in table:
        terms = _terms(row)
        if terms is None:
            print(f"    no terms of ours for {row['id']}")
            continue
        trust = "high" if row["confidence"] == "high" else "other"
        cells[trust] += [c for column in COLUMNS if (c := _cell(row, column, terms, rail))]
        same, wrong = _numbers(row, terms)
        right, total = right + same, total + same + len(wrong)
        numbers += wrong
    bad = [_print(trust, found) for trust, found in cells.items()]
    print(f"  threshold numbers: {right} of {total}")
    for line in numbers:
        print(f"    {line}")
    return bad[0] + len(numbers)


def _terms(row: dict[str, str]) -> License | None:
    key = row["scancode_key"]
    if row["id"] in IDS:
        return ours().terms(IDS[row["id"]])
    return ours().of(row["id"] if key == "none" else key)


def _cell(row: dict[str, str], column: str, terms: License, rail: dict[str, str]) -> Cell | None:
    theirs = row[column]
    if theirs.startswith(("as above", "as RAIL")):
        theirs = rail[column]
    word = _word(theirs)
    if word is None:
        return None
    kind = KINDS[row["asset_kinds"].split()[0]]
    purpose = _purpose(column, theirs, row["commercial"])
    found, clause = terms.grant(COLUMNS[column], purpose, kind)
    state = _state(word, found, terms, COLUMNS[column])
    return Cell(row["id"], column, theirs, found, clause, state)


def _word(theirs: str) -> str | None:
    """The leading verdict word, as the table's own legend reads it."""
    text = theirs.lower()
    for start, word in (
        ("make: permitted", "permitted"),
        ("not granted", "silent"),
        ("nc only", "permitted"),
        ("research only", "permitted"),
        ("unlicensed", "silent"),
        ("per contract", "conditional"),
        ("usually prohibited", "conditional"),
    ):
        if text.startswith(start):
            return word
    match = re.match(r"permitted|prohibited|conditional|silent|unknown", text)
    return match.group(0) if match else None


def _purpose(column: str, theirs: str, commercial: str) -> Purpose:
    """For whom a cell speaks: where commercial use is barred, what is granted is the rest."""
    text = theirs.lower()
    if column == "commercial" or ("commercial" in text.split(";")[0] and "prohibited" in text):
        return "commercial"
    return "non_commercial" if commercial.lower().startswith("prohibited") else "commercial"


def _state(word: str, found: Permission, terms: License, action: Action) -> str:
    if word == found or (word, found) in (("silent", "covered"), ("permitted", "covered")):
        return "same"
    if (word, found) == ("permitted", "conditional"):
        # Their table keeps use restrictions, regions and numbers in columns of their own.
        deciding = {c.type for c in terms.conditions if _decides(c, action)}
        return "finer" if deciding and deciding <= set(LIMITS) else "differs"
    return "differs"


def _decides(condition: Condition, action: Action) -> bool:
    return condition.kind != "duty" and (not condition.actions or action in condition.actions)


def _numbers(row: dict[str, str], terms: License) -> tuple[int, list[str]]:
    """Every number of their threshold cell must be one of ours."""
    both = [terms, *(ours().terms(i) for i in SIBLINGS.get(row["id"], ()))]
    have = {c.value for t in both if t for c in t.conditions if c.metric}
    text = row["thresholds"]
    wanted = [int(n) * 1_000_000 for n in re.findall(r"\b(\d+)M\b", text)]
    wanted += [int(n.replace(",", "")) for n in re.findall(r"\b\d{1,3}(?:,\d{3})+\b", text)]
    wrong = [
        f"{row['id']}: {n:,} there, {sorted(v for v in have if v)} here"
        for n in wanted
        if n not in have
    ]
    return len(wanted) - len(wrong), wrong


def _print(trust: str, cells: list[Cell]) -> int:
    states = {s: [c for c in cells if c.state == s] for s in ("same", "finer", "differs")}
    print(
        f"\nTerms by clause, rows of {trust} trust: {len(cells)} cells; same {len(states['same'])},"
        f" same with the limit attached {len(states['finer'])}, different {len(states['differs'])}"
    )
    for cell in states["differs"]:
        print(
            f"    {cell.row}, {cell.column}: {cell.theirs[:70]} there;"
            f" {cell.ours} here ({cell.clause})"
        )
    return len(states["differs"])
