"""Human-verified datasets: their class beside the one that follows from our own terms.

Their rule joins the licenses of a dataset: one nobody could read makes it academic, then the worst
of academic-only, non-commercial, unspecified, commercial counts. `No License` is usable in their
code and nothing of the kind here, so those rows are counted apart. Their class table is the answer
key: it is not read.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from evaluate.knowledge import FREE, ours, rows
from licaudit.facts import License

ORDER = ("academic-only", "non-commercial", "unspecified", "commercial")
RIVALS = {"competing_model", "competing_product"}


def evaluate(shared: Path) -> int:
    """Print agreement; the rows called commercial here that they call narrower."""
    apart: Counter[tuple[str, str]] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    different: Counter[tuple[str, str, str]] = Counter()
    unsure = 0
    for row in rows(shared, "dpi_datasets.tsv"):
        names = [n.strip() for n in row["licences"].split("|")]
        wanted, found = row["dpi_class"], join(names)
        (apart if "No License" in names else pairs)[wanted, found] += 1
        unsure += wanted == found == "commercial" and any(map(_unsure, names))
        if wanted != found:
            different[" | ".join(sorted(set(names))), wanted, found] += 1
    total = sum(pairs.values())
    same = sum(n for (wanted, found), n in pairs.items() if wanted == found)
    green = _green(pairs)
    print(
        f"\nData Provenance, their join rule: {same} of {total} rows the same class"
        f" ({same / total:.1%}); commercial here and narrower there: {green}"
    )
    print(f"    rows with `No License`, apart (theirs, ours): {dict(apart)}")
    print(f"    of them known in part only (low confidence), so no audit passes on them: {unsure}")
    for (name, wanted, found), count in different.most_common():
        print(f"    {count:4} {name}: {wanted} there, {found} here")
    return green + _green(apart)


def _green(pairs: Counter[tuple[str, str]]) -> int:
    return sum(
        n for (wanted, found), n in pairs.items() if found == "commercial" and wanted in ORDER[:2]
    )


def _unsure(name: str) -> bool:
    terms = ours().of(name)
    return terms is not None and terms.confidence == "low"


def join(names: list[str]) -> str:
    """The class of a dataset under several licenses."""
    return min((class_of(name) for name in names), key=ORDER.index, default="unspecified")


def class_of(name: str) -> str:
    """The class of one license name; a name that states nothing is unspecified."""
    named = ours().named(name)
    if named is not None and named.silent:
        return "unspecified"
    if named is None or not (named.expression or named.candidates):
        return "academic-only"  # `?` of their rule: a license nobody could read
    members = named.candidates or (named.expression or "",)
    found = [_class(terms) for m in members if (terms := ours().terms(m))]
    return min(found, key=ORDER.index, default="academic-only")


def _class(terms: License) -> str:
    """Training a model that will be sold, and what is left where that is not allowed."""
    kind = "output" if terms.kinds == ("output",) else "dataset"
    verdict, _ = terms.grant("train", "commercial", kind)
    asked = [c for c in terms.conditions if not c.actions or "train" in c.actions]
    if verdict in FREE:
        return "commercial"
    if verdict == "conditional" and any(c.kind == "precondition" for c in asked):
        return "academic-only"  # nobody at all may before the holder has said yes
    if verdict == "conditional" and not any(RIVALS & set(c.fields) for c in asked):
        return "commercial"
    if verdict in ("prohibited", "conditional"):
        only = [c for c in terms.conditions if c.type == "actor" and c.only == ("academic",)]
        return "academic-only" if only else "non-commercial"
    return "unspecified"
