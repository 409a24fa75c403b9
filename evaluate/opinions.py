"""Second opinions per license: choosealicense, Blue Oak, Open Future, open-llms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from evaluate.knowledge import FREE, RECIPROCAL, duties, kind_of, ours, reach, rows
from licaudit.facts import ACTIONS, License

SCOPES = {
    "same-license": {"combined", "derivative", "adaptation", "network", "database"},
    "same-license--library": {"library"},
    "same-license--file": {"file"},
}


def evaluate(shared: Path) -> int:
    """Print the agreement of each table and its differences; never a failure of its own."""
    _choose(rows(shared, "choosealicense_conditions.tsv"))
    _blue_oak(rows(shared, "blueoak_ratings.tsv"))
    _open_future(rows(shared, "openfuture_hf_licence_categories.tsv"))
    _open_llms(rows(shared, "open_llms.tsv"))
    return 0


def _report(title: str, total: int, different: Iterable[str], unit: str = "licenses") -> None:
    lines = list(different)
    print(f"\n{title}: {total - len(lines)} of {total} {unit}")
    for line in lines:
        print(f"    {line}")


def _choose(table: list[dict[str, str]]) -> None:
    """Permissions, conditions and the patent limit, one cell each."""
    total, different = 0, []
    for row in table:
        terms = ours().of(row["spdx"])
        if terms is None:
            different.append(f"{row['spdx']}: not known")
            total += 1
            continue
        for word, theirs, mine in _cells(row, terms):
            total += 1
            if theirs != mine:
                different.append(f"{row['spdx']}, {word}: {theirs} there, {mine} here")
    _report("choosealicense", total, different, "cells")


def _cells(row: dict[str, str], terms: License) -> list[tuple[str, bool, bool]]:
    said = set(f"{row['permissions']} {row['conditions']}".split())
    kind, owed, far = kind_of(terms), duties(terms), reach(terms)
    patent = terms.patent.value if terms.patent else "silent"
    free = {a: terms.grant(a, "commercial", kind)[0] in FREE for a in ACTIONS}
    shared = any(s in said for s in SCOPES)
    cells = [
        ("commercial-use", "commercial-use" in said, free["use"]),
        ("modifications", "modifications" in said, free["modify"]),
        ("distribution", "distribution" in said, free["distribute"]),
        ("patent-use", "patent-use" in said, patent in ("granted", "limited")),
        ("no patents", "patent-use" in row["limitations"].split(), patent == "no"),
        (
            "include-copyright",
            any(s.startswith("include-copyright") for s in said),
            bool(owed & {"license_text", "attribution", "notice"}),
        ),
        ("document-changes", "document-changes" in said, "state_changes" in owed),
        ("disclose-source", "disclose-source" in said, bool(owed & {"source", "network_source"})),
        ("network-use-disclose", "network-use-disclose" in said, _network(terms)),
        ("same-license", shared, bool(far)),
    ]
    cells += [(s, True, bool(far & scope)) for s, scope in SCOPES.items() if s in said]
    return cells


def _network(terms: License) -> bool:
    served = any(
        set(c.trigger) & {"serve", "serve_modified"}
        for c in terms.conditions
        if c.type in RECIPROCAL
    )
    return served or bool(terms.copyleft and terms.copyleft.value == "network")


def _blue_oak(table: list[dict[str, str]]) -> None:
    """Every license on the list is permissive: free to use, change, pass on, nothing to open."""
    different = []
    for row in table:
        terms = ours().of(row["spdx"])
        if terms is None:
            different.append(f"{row['spdx']} ({row['rating']}): not known")
        elif not _permissive(terms):
            grants = {a: terms.grant(a, "commercial", kind_of(terms))[0] for a in ACTIONS[:3]}
            owed = ", ".join(sorted(duties(terms) & set(RECIPROCAL)))
            different.append(
                f"{row['spdx']} ({row['rating']}, basis {terms.basis}): {grants} {owed}"
            )
    _report("Blue Oak's permissive licenses", len(table), different)


def _permissive(terms: License) -> bool:
    free = all(terms.grant(a, "commercial", kind_of(terms))[0] in FREE for a in ACTIONS[:3])
    return free and not duties(terms) & set(RECIPROCAL)


def _open_future(table: list[dict[str, str]]) -> None:
    total, different = 0, []
    for row in table:
        theirs = row["category"]
        if theirs in ("unknown", "other", "Non categorizable"):
            continue
        named = ours().named(row["license_id"])
        members = (named.candidates or (named.expression or "",)) if named else ()
        found = [_category(t) for m in members if (t := ours().terms(m))]
        total += 1
        if not found or theirs not in found or (len(set(found)) > 1 and not named):
            mine = ", ".join(dict.fromkeys(found)) or "not known"
            different.append(f"{row['license_id']}: {theirs} there, {mine} here")
    _report("Open Future's categories", total, different)


def _category(terms: License) -> str:
    kind = kind_of(terms)
    use, change = (terms.grant(a, "commercial", kind)[0] for a in ("use", "modify"))
    alone = terms.grant("modify", "non_commercial", kind)[0]
    if use == "prohibited":
        return "NC use only" if alone in FREE else "Other use restrictions"
    limits = {c.type for c in terms.conditions if c.kind == "eligibility"}
    if "field_of_use" in limits and "model" in terms.kinds and change == "conditional":
        return "RAIL"
    if use not in FREE or change not in FREE:
        return "Other use restrictions"
    if duties(terms) & set(RECIPROCAL):
        return "Copyleft / SA"
    return "Permissive / BY" if duties(terms) else "No restrictions / PD"


def _open_llms(table: list[dict[str, str]]) -> None:
    """Their list is of models licensed for commercial use; numbers and output bans are in prose."""
    total, different, unread = 0, [], []
    for row in table:
        members = _licenses(row)
        if not members:
            unread.append(f"{row['name']}: {row['licence'][:70]}")
            continue
        total += 1
        for terms in members:
            if problem := _against(row["licence"], terms):
                different.append(f"{row['name']} ({terms.id}): {problem}")
    _report("open-llms, models whose license has a name", total, different, "models")
    print(f"    without a name that settles it: {len(unread)}")
    for line in unread:
        print(f"      {line}")


def _licenses(row: dict[str, str]) -> list[License]:
    written = re.split(r"\s*,\s*", row["licence"].split(" Free if ")[0].split(" Free with ")[0])
    if row["licence"].startswith("Custom"):
        written = [row["licence_url"], row["name"]]
        return [t for w in written if w and (t := ours().of(w))][:1]
    return [t for w in written if (t := ours().of(w))]


def _against(said: str, terms: License) -> str | None:
    use = terms.grant("use", "commercial", kind_of(terms))[0]
    if use in ("prohibited", "unknown", "silent"):
        return f"commercial use is {use} here"
    match = re.search(r"under (\d+)M users", said)
    if match and int(match.group(1)) * 1_000_000 not in {c.value for c in terms.conditions}:
        return f"{match.group(1)}M users there, another number here"
    if "cannot use" in said and terms.grant("train_on_outputs", "commercial", "model")[0] in FREE:
        return "training on outputs is barred there, free here"
    return None
