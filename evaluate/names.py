"""Names: the hub's ids, the names seen under `other`, ModelScope's values."""

from __future__ import annotations

from pathlib import Path

from evaluate.knowledge import ours, rows

LEGACY = ("(legacy",)


def evaluate(shared: Path) -> int:
    """Print the three tables; the number of names that lead to a wrong license."""
    return _hub(shared) + _under_other(shared) + _modelscope(shared)


def _answer(name: str) -> str:
    named = ours().named(name)
    if named is None:
        return "not known"
    if named.expression:
        return named.expression
    return "states nothing" if named.silent else f"ambiguous, {len(named.candidates)} candidates"


def _hub(shared: Path) -> int:
    right, legacy, wrong = 0, 0, []
    table = rows(shared, "hf_licence_ids.tsv")
    for row in table:
        wanted, found = row["spdx_id_or_LicenseRef"], _answer(row["hf_id"])
        if wanted.endswith("-family") or row["hf_id"] == "other":
            same = found.startswith("ambiguous")
        elif row["hf_id"] == "unknown":
            same = found == "states nothing"
        else:
            same = found.lower() == wanted.lower()
        old = row["name"].startswith(LEGACY)
        right += same and not old
        legacy += same and old
        if not same:
            wrong.append(f"{row['hf_id']}: {wanted} there, {found} here")
    olds = sum(r["name"].startswith(LEGACY) for r in table)
    print(f"\nHub ids: {right} of {len(table) - olds} as the table says; legacy {legacy} of {olds}")
    _list(wrong)
    return len(wrong)


def _under_other(shared: Path) -> int:
    """A row names a ScanCode key, or says that ScanCode has none: then one of ours must answer."""
    one, several, wrong, open_ = 0, [], [], []
    table = [
        r for r in rows(shared, "hf_license_name_aliases.tsv") if r["license_name"] != "(none)"
    ]
    for row in table:
        key, found = row["scancode_key"], _answer(row["license_name"])
        named = ours().named(row["license_name"])
        wanted = None if key == "none" else ours().catalog.id_of(key)
        if named and named.expression and wanted in (None, named.expression):
            one += 1
        elif named and named.candidates and (wanted is None or wanted in named.candidates):
            several.append(f"{row['license_name']}: {found} ({row['note']})")
        elif named and named.expression:
            wrong.append(f"{row['license_name']}: {wanted} there, {found} here ({row['note']})")
        else:
            open_.append(f"{row['license_name']}: {found} ({row['note']})")
    print(
        f"Names under `other`: {one} of {len(table)} to one license, {len(several)} kept ambiguous"
        f" with the right candidate, {len(open_)} not known, {len(wrong)} elsewhere"
    )
    _list(several + open_ + wrong)
    return len(wrong)


def _modelscope(shared: Path) -> int:
    table = rows(shared, "modelscope_licences.tsv")
    wrong = [
        f"{row[column]}: {row['spdx']} there, {_answer(row[column])} here"
        for row in table
        for column in ("modelscope_value", "constant")
        if _answer(row[column]) != row["spdx"]
    ]
    print(f"ModelScope's values: {2 * len(table) - len(wrong)} of {2 * len(table)}")
    _list(wrong)
    return len(wrong)


def _list(lines: list[str]) -> None:
    for line in lines:
        print(f"    {line}")
