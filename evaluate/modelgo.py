"""ModelGo's eight worked workflows: the conflicts its authors expect, and those found.

A workflow is data: which licensed part goes into which product, by which relation, and the license
the authors end with. `combine` is read as `contains` (the parts stay apart), `amalgamate` and
mixtures of experts as `merged_from`, `embed` (a translation) as `derived_from`.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from licaudit.facts import License, Relation
from licaudit.licenses.catalog import load_catalog
from licaudit.licenses.knowledge import load_knowledge
from licaudit.licenses.names import resolve_name
from licaudit.policy.compatibility import Way, compatibility

TermsOf = Callable[[str], License | None]
RAIL = "LicenseRef-scancode-bigscience-rail-1.0"
SD = "LicenseRef-scancode-stable-diffusion-2022-08-22"
INSIDE = ("contains", "merged_from", "derived_from", "fine_tuned_from")
LLAMA2 = "LicenseRef-scancode-llama-2-license-2023"


@dataclass(frozen=True)
class Part:
    """One licensed work, how it enters the product, and the license of that product."""

    name: str
    license: str
    relation: Relation
    outbound: str
    way: Way = "dataset"


@dataclass(frozen=True)
class Case:
    """A workflow; `conflicts` are the parts its authors reject, by what is wrong with them."""

    id: str
    sells: bool
    parts: tuple[Part, ...]
    conflicts: frozenset[tuple[str, str]]
    argued: frozenset[tuple[str, str]] = frozenset()


Row = tuple[str, str, Relation, str, Way]


def _case(id_: str, sells: bool, parts: list[Row], *conflicts: str, **kw: str) -> Case:
    pairs = frozenset(tuple(c.split(": ")) for c in conflicts)
    argued = frozenset({tuple(kw["argued"].split(": "))} if "argued" in kw else ())
    return Case(id_, sells, tuple(Part(*p) for p in parts), pairs, argued)  # type: ignore[arg-type]


CASES = (
    _case(
        "MG1-1a",
        True,
        [
            ("arXiv", "CC-BY-NC-SA-4.0", "derived_from", "CC-BY-NC-SA-4.0", "dataset"),
            ("StackExchange", "CC-BY-SA-4.0", "derived_from", "CC-BY-SA-4.0", "dataset"),
            ("BigTranslate", "GPL-3.0-only", "generated_by", "CC-BY-NC-SA-4.0", "dataset"),
            ("BigTranslate", "GPL-3.0-only", "generated_by", "CC-BY-SA-4.0", "dataset"),
            ("arXiv", "CC-BY-NC-SA-4.0", "contains", "LGPLLR", "dataset"),
            ("StackExchange", "CC-BY-SA-4.0", "contains", "LGPLLR", "dataset"),
            ("Deep-sequoia", "LGPLLR", "contains", "LGPLLR", "dataset"),
            ("FreeLaw", "CC-BY-ND-4.0", "contains", "LGPLLR", "dataset"),
        ],
        "arXiv: commerce",
        "FreeLaw: sharing",
    ),
    _case(
        "MG1-1b",
        True,
        [
            ("PubMed", "CC-BY-NC-ND-4.0", "derived_from", "CC-BY-NC-ND-4.0", "dataset"),
            ("Deep-sequoia", "LGPLLR", "derived_from", "LGPLLR", "dataset"),
            ("BigTranslate", "GPL-3.0-only", "generated_by", "LGPLLR", "dataset"),
            ("PubMed", "CC-BY-NC-ND-4.0", "contains", "GPL-3.0-only", "dataset"),
            ("Deep-sequoia", "LGPLLR", "contains", "GPL-3.0-only", "dataset"),
            ("BigTranslate", "GPL-3.0-only", "contains", "GPL-3.0-only", "dataset"),
        ],
        "PubMed: commerce",
        "PubMed: sharing",
    ),
    _case(
        "MG1-2a",
        False,
        [
            ("Wikipedia", "CC-BY-SA-4.0", "trained_on", "Apache-2.0", "model"),
            ("BERT", "Apache-2.0", "merged_from", "GPL-3.0-only", "model"),
            ("Baize", "GPL-3.0-only", "merged_from", "GPL-3.0-only", "model"),
            ("BLOOM", RAIL, "merged_from", "GPL-3.0-only", "model"),
        ],
        "BLOOM: limits",
    ),
    _case(
        "MG1-2b",
        False,
        [
            ("Flickr", "CC-BY-NC-SA-4.0", "trained_on", "CC-BY-NC-4.0", "model"),
            ("MaskFormer", "CC-BY-NC-4.0", "merged_from", "CC-BY-NC-4.0", "model"),
            ("DETR", "Apache-2.0", "merged_from", "CC-BY-NC-4.0", "model"),
            ("I2VGen-XL", "CC-BY-NC-ND-4.0", "merged_from", "CC-BY-NC-4.0", "model"),
            ("I2VGen-XL", "CC-BY-NC-ND-4.0", "merged_from", "CC-BY-NC-ND-4.0", "model"),
        ],
        "I2VGen-XL: sharing",
    ),
    _case(
        "MG1-3",
        True,
        [
            ("Jamendo", "CC-BY-NC-ND-4.0", "generated_by", "CC-BY-4.0", "dataset"),
            ("Whisper", "MIT", "generated_by", "CC-BY-4.0", "dataset"),
            ("Baize", "GPL-3.0-only", "generated_by", "CC-BY-4.0", "dataset"),
            ("StableDiffusion", SD, "generated_by", "CC-BY-4.0", "dataset"),
            ("I2VGen-XL", "CC-BY-NC-ND-4.0", "generated_by", "CC-BY-4.0", "dataset"),
        ],
    ),
    _case(
        "MG1-4a",
        True,
        [
            ("I2VGen-XL", "CC-BY-NC-ND-4.0", "distilled_from", "MIT", "model"),
            ("Wikimedia", "CC-BY-SA-4.0", "trained_on", "MIT", "model"),
            ("X-CLIP", "MIT", "merged_from", "CC-BY-NC-4.0", "model"),
            ("MaskFormer", "CC-BY-NC-4.0", "merged_from", "CC-BY-NC-4.0", "model"),
            ("Whisper", "MIT", "merged_from", "CC-BY-NC-4.0", "model"),
        ],
        "MaskFormer: commerce",
    ),
    _case(
        "MG1-4b",
        True,
        [
            ("BLOOM", RAIL, "distilled_from", "GPL-3.0-only", "model"),
            ("Wikipedia", "CC-BY-SA-4.0", "trained_on", "GPL-3.0-only", "model"),
            ("BERT", "Apache-2.0", "merged_from", "GPL-3.0-only", "model"),
            ("Llama2", LLAMA2, "merged_from", "GPL-3.0-only", "model"),
            ("BigTranslate", "GPL-3.0-only", "merged_from", "GPL-3.0-only", "model"),
        ],
        "Llama2: limits",
        argued="BLOOM: limits",
    ),
    _case(
        "MG1-5",
        False,
        [
            ("StockSnap", "CC0-1.0", "derived_from", "CC-BY-NC-SA-4.0", "dataset"),
            ("Midjourney", "CC-BY-NC-4.0", "derived_from", "CC-BY-NC-SA-4.0", "dataset"),
            ("Thingverse", "CC-BY-NC-SA-4.0", "derived_from", "CC-BY-NC-SA-4.0", "dataset"),
            ("Vimeo", "CC-BY-NC-ND-4.0", "derived_from", "CC-BY-NC-4.0", "dataset"),
            ("ccMixter", "CC-BY-NC-4.0", "derived_from", "CC-BY-NC-4.0", "dataset"),
        ],
        "Vimeo: sharing",
    ),
    _case(
        "MG1-5 with Wikimedia",
        False,
        [("Wikimedia", "CC-BY-SA-4.0", "derived_from", "CC-BY-NC-SA-4.0", "dataset")],
        "Wikimedia: copyleft",
    ),
)
# What a ground says is wrong, in the words of the cases.
KINDS = {
    "grants_more": "commerce",
    "grants_act": "limits",
    "barred": "sharing",
    "act_prohibited": "sharing",
    "limit_lost": "limits",
    "limit_forbidden": "limits",
    "limit_open": "limits",
    "must_stay": "copyleft",
    "extra_forbidden": "copyleft",
}


def evaluate(truth: Path, terms_of: TermsOf) -> int:
    """Print expected and found conflicts; the number missed or found without argument."""
    missing, invented, argued = [], [], []
    print("\nModelGo's workflows (conflicts expected / found; questions for a person)")
    for case in CASES:
        found, questions = conflicts(case, terms_of)
        missing += [f"{case.id} {' '.join(x)}" for x in sorted(case.conflicts - found)]
        extra = found - case.conflicts
        invented += [f"{case.id} {' '.join(x)}" for x in sorted(extra - case.argued)]
        argued += [f"{case.id} {' '.join(x)}" for x in sorted(extra & case.argued)]
        print(f"  {case.id:22} {len(case.conflicts & found)} / {len(case.conflicts)}", end="")
        print(f"; questions: {', '.join(sorted(questions)) or 'none'}")
    print(f"  missed: {missing or 'none'}; found beyond theirs, argued: {argued or 'none'}")
    print(f"  invented: {invented or 'none'}")
    _projects(truth / "modelgo_table5_real_projects.tsv", terms_of)
    return len(missing) + len(invented)


def conflicts(case: Case, terms_of: TermsOf) -> tuple[set[tuple[str, str]], set[str]]:
    """(part, what is wrong) for every no; the parts that are left as a question."""
    found: set[tuple[str, str]] = set()
    questions: set[str] = set()
    for part in case.parts:
        result = compatibility(part.license, part.outbound, part.way, terms_of, part.relation)
        found |= {(part.name, KINDS[g.code]) for g in result.reasons if g.answer == "no"}
        if result.answer == "review":
            questions.add(part.name)
        if case.sells and _not_for_sale(part, terms_of):
            found.add((part.name, "commerce"))
    return found, questions


def _not_for_sale(part: Part, terms_of: TermsOf) -> bool:
    """A part inside the sold product whose license forbids commerce, whatever the outbound says."""
    terms = terms_of(part.license)
    if terms is None or part.relation not in INSIDE:
        return False
    return terms.grant("distribute", "commercial", part.way)[0] == "prohibited"


def _projects(path: Path, terms_of: TermsOf) -> None:
    """Their table of real projects: may the model's license stand, given the data's?"""
    knowledge, catalog = load_knowledge(), load_catalog()
    print("  Real projects of their table 5 (data's license under the model's)")
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            names = [
                resolve_name(row[k], knowledge, catalog) for k in ("data_licence", "model_licence")
            ]
            data, model = (n.expression if n else None for n in names)
            if data and model:
                answer = compatibility(data, model, "model", terms_of, "trained_on").answer
                print(f"    {row['project']}: {data} under {model}: {answer}")
