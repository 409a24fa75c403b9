"""Compatibility of licenses beside OSADL's matrix, licenserec's table and ModelGo's workflows.

Row = outbound, column = inbound; `Unknown` and `Check dependency` count as review. Every difference
is printed with its reason; a difference that nothing below argues for counts as bad, as does a
"yes" where the matrix says "no", and any difference on pairs where both sources agree.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from evaluate import modelgo
from licaudit.facts import License
from licaudit.licenses.catalog import load_catalog
from licaudit.licenses.knowledge import load_knowledge
from licaudit.licenses.terms import terms_lookup
from licaudit.policy.compatibility import Compatibility, compatibility

TermsOf = Callable[[str], License | None]
OSADL = {"Yes": "yes", "Same": "yes", "No": "no", "Unknown": "review", "Check dependency": "review"}
WANTED = 0.97
# Why an answer differs: `id matrix>ours`. Argued at length, with the clauses, in
# docs/compatibility.md under the same headings.
ARGUED: dict[str, tuple[str, ...]] = {
    "Nothing but notices is asked; the matrix has not rated the pair": (
        "PostgreSQL review>yes",
        "W3C review>yes",
        "W3C-19980720 review>yes",
        "W3C-20150513 review>yes",
        "bzip2-1.0.5 review>yes",
        "bzip2-1.0.6 review>yes",
        "ZPL-2.0 review>yes",
        "LicenseRef-scancode-ppp review>yes",
    ),
    "A notice file passes where that of Apache-2.0 does": (
        "ImageMagick review>yes",
        "ECL-2.0 review>yes",
    ),
    "Ending grants on patent suits": (
        "AFL-2.0 review>no",
        "AFL-2.1 review>no",
        "AFL-3.0 review>no",
        "MS-PL review>no",
        "Apache-2.0 no>review",
    ),
    "A required acknowledgement": (
        "Minpack review>no",
        "PHP-3.01 review>no",
        "RSA-MD review>no",
        "BSD-4-Clause yes>review",
        "BSD-4-Clause-UC no>review",
        "BSD-4-Clause-UC yes>review",
    ),
    "A ban on names": ("Saxpath yes>review", "LicenseRef-scancode-info-zip-2003-05 yes>review"),
    "Source of the whole, under any license": ("Sleepycat no>review",),
    "The license's own clause may open a way that the matrix closes": (
        "CDDL-1.0 no>review",
        "EUPL-1.1 no>review",
        "EUPL-1.2 no>review",
        "LGPL-2.0-only no>review",
        "LGPL-2.0-or-later no>review",
    ),
    "The license's own clause does not open the way, or not by itself": (
        "AGPL-3.0-only review>no",
        "AGPL-3.0-or-later review>no",
        "CPL-1.0 yes>no",
        "EPL-1.0 yes>no",
        "EPL-2.0 review>no",
        "EUPL-1.1 review>no",
        "EUPL-1.1 yes>no",
        "IPL-1.0 yes>review",
        "LGPL-2.0-only review>no",
        "LGPL-2.0-or-later review>no",
        "LGPL-2.1-only review>no",
        "LGPL-2.1-or-later review>no",
        "MPL-2.0 review>no",
        "MPL-2.0 yes>no",
        "MPL-2.0 yes>review",
    ),
}


def evaluate(shared: Path) -> int:
    """Print all tables; the number of results that must not be."""
    terms_of = terms_lookup(load_knowledge(), load_catalog())
    truth = shared / "groundtruth"
    bad = _matrix(truth / "osadl_matrix.csv", terms_of)
    bad += _agreed(truth / "compat_crosscheck_osadl_licenserec.tsv", terms_of)
    return bad + modelgo.evaluate(truth, terms_of)


def read_matrix(path: Path) -> list[tuple[str, str, str]]:
    """(inbound, outbound, answer) of every cell."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return [
        (inbound, row[0], OSADL[value])
        for row in rows[1:]
        for inbound, value in zip(rows[0][1:], row[1:], strict=True)
    ]


Groups = dict[str, dict[str, list[str]]]


def _matrix(path: Path, terms_of: TermsOf) -> int:
    counts: Counter[tuple[str, str]] = Counter()
    for _, _, wanted, result in answers(path, terms_of):
        counts[wanted, result.answer] += 1
    total = counts.total()
    same = sum(n for (wanted, ours), n in counts.items() if wanted == ours)
    found = differences(path, terms_of)
    unargued = sum(len(outs) for outs in found.get("", {}).values())
    false_yes = counts["no", "yes"]
    print(f"\nOSADL matrix: {same} of {total} the same ({same / total:.2%}; wanted {WANTED:.0%})")
    for (wanted, ours), count in sorted(counts.items()):
        print(f"  matrix {wanted:6} ours {ours:6} {count}")
    print(f"  yes where the matrix says no: {false_yes}; differences without argument: {unargued}")
    for heading, lines in sorted(found.items()):
        print(f"\n  {heading or 'NOT ARGUED'}")
        for line, outs in sorted(lines.items()):
            print(f"    {line}: {', '.join(outs)}")
    return false_yes + unargued + (same / total < WANTED)


def answers(path: Path, terms_of: TermsOf) -> list[tuple[str, str, str, Compatibility]]:
    """(inbound, outbound, the matrix's answer, ours) of every cell."""
    return [
        (inbound, outbound, wanted, compatibility(inbound, outbound, "code", terms_of))
        for inbound, outbound, wanted in read_matrix(path)
    ]


def differences(path: Path, terms_of: TermsOf) -> Groups:
    """Heading -> `inbound matrix>ours (grounds)` -> outbound licenses; "" holds the unargued."""
    found: Groups = {}
    for inbound, outbound, wanted, result in answers(path, terms_of):
        if result.answer == wanted:
            continue
        change = f"{inbound} {wanted}>{result.answer}"
        heading = next((h for h, lines in ARGUED.items() if change in lines), "")
        clauses = sorted(
            {str(g.clause) for g in result.reasons if g.license == result.inbound and g.clause}
        )
        line = f"{change} ({'; '.join(clauses)})" if clauses else change
        found.setdefault(heading, {}).setdefault(line, []).append(outbound)
    return found


def _spdx(name: str) -> str:
    if "GPL" not in name:
        return name
    return f"{name[:-1]}-or-later" if name.endswith("+") else f"{name}-only"


def _agreed(path: Path, terms_of: TermsOf) -> int:
    wrong = []
    total = 0
    verdicts: Counter[tuple[str, str]] = Counter()
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            inbound, outbound = _spdx(row["inbound"]), _spdx(row["outbound"])
            answer = compatibility(inbound, outbound, "code", terms_of).answer
            verdicts[row["verdict"], answer] += 1
            if row["verdict"] == "agree":
                total += 1
                if answer != OSADL[row["osadl"]]:
                    wrong.append(f"{inbound} under {outbound}: {row['osadl']}, ours {answer}")
    print(f"\nPairs on which OSADL and licenserec agree: {total - len(wrong)} of {total} the same")
    for line in wrong:
        print(f"  {line}")
    for (verdict, answer), count in sorted(verdicts.items()):
        print(f"  {verdict}: ours {answer} {count}")
    return len(wrong)
