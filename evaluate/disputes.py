"""Threads in which careful people dispute: each as a small graph, judged; the expected questions.

Every case is argued in one line. `debated` names the question that must come out as review with
both sides; `owed` the duties that must be among the obligations. The texts of the work's own
licenses are in its tree, so that what is missing is about the dispute. A fail where a review is
expected is an invented certainty and counts, as does a pass.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from evaluate import modelgo
from licaudit.facts import (
    Artifact,
    Claim,
    Intent,
    Judgement,
    License,
    LicenseAnswer,
    Link,
    Location,
    Probe,
)
from licaudit.judging import Facts, make_case
from licaudit.licenses.catalog import load_catalog
from licaudit.licenses.knowledge import load_knowledge
from licaudit.licenses.terms import terms_lookup
from licaudit.policy.judge import judge
from licaudit.policy.packs import DEFAULT_PACKS, load_packs
from licaudit.policy.project import Project

ROOT = "local:."
LLAMA2 = "LicenseRef-scancode-llama-2-license-2023"
LLAMA32 = "LicenseRef-scancode-llama-3.2-license-2024"
RAIL = "LicenseRef-scancode-bigscience-open-rail-m"
OPENAI = "LicenseRef-scancode-openai-tou-20241211"
SHIPPED = Intent(
    distribute=("weights", "code"), modify=True, train_on_outputs=False, restricted_fields=()
)
Row = tuple[str, str, str, str, str | None]  # source, relation, target, kind, license


@dataclass(frozen=True)
class Thread:
    """One dispute: where it is led, what the graph is, and what must come out of it."""

    at: str
    own: tuple[tuple[str, str | None], ...]
    links: tuple[Row, ...]
    argued: str
    debated: str | None = None
    owed: frozenset[str] = frozenset()
    fails: bool = False
    intent: Intent = field(default=SHIPPED)


THREADS = (
    Thread(
        "common-pile/issues/117",
        (("weights", "Apache-2.0"),),
        ((ROOT, "trained_on", "pkg:wiki", "dataset", "CC-BY-SA-4.0"),),
        "share-alike of data into weights",
        "dataset-share-alike-into-weights",
    ),
    Thread(
        "StableLM/issues/33",
        (("weights", "CC-BY-NC-SA-4.0"),),
        (
            (ROOT, "fine_tuned_from", "pkg:base", "model", "CC-BY-SA-4.0"),
            (ROOT, "trained_on", "pkg:alpaca", "dataset", "CC-BY-NC-4.0"),
            ("pkg:base", "trained_on", "pkg:books3", "dataset", None),
        ),
        "our training on non-commercial data bars the sale; what others trained on is a question",
        "training-by-others",
        fails=True,
    ),
    Thread(
        "llama/issues/907",
        (("weights", "Apache-2.0"),),
        ((ROOT, "fine_tuned_from", "pkg:llama", "model", LLAMA2),),
        "the text itself binds derivatives: no debate, declared looser",
        owed=frozenset({"license_text"}),
        fails=True,
    ),
    Thread(
        "llama/issues/161",
        (("code", "GPL-3.0-only"), ("weights", LLAMA2)),
        (),
        "code and weights stand side by side, each under its own; the weights' duties are missing",
        owed=frozenset({"license_text"}),
        fails=True,
    ),
    Thread(
        "llama/issues/781",
        (("weights", "Apache-2.0"),),
        ((ROOT, "distilled_from", "pkg:teacher", "model", "CC-BY-NC-4.0"),),
        "whether weights are protected decides distillation: a question",
        "distillation-is-derivation",
    ),
    Thread(
        "open-llms/issues/4",
        (("weights", "CC-BY-SA-4.0"),),
        ((ROOT, "adapter_of", "pkg:llama", "model", "CC-BY-NC-SA-4.0"),),
        "a delta cannot run without its base: its limits bind, its share-alike is debated",
        "adapter-outbound-license",
        fails=True,
    ),
    Thread(
        "openstream/issues/25",
        (("code", "MIT"),),
        ((ROOT, "contains", "pkg:llama", "model", LLAMA32),),
        "an installer that holds the weights owes the copy, the notice and the display line",
        owed=frozenset({"license_text", "notice"}),
        fails=True,
    ),
    Thread(
        "wandb/issues/9848",
        (("code", "MIT"),),
        ((ROOT, "contains", "pkg:sd", "model", RAIL),),
        "the bundled model's text is missing, and its use restrictions must be passed on",
        owed=frozenset({"flow_down", "license_text"}),
        fails=True,
    ),
    Thread(
        "trained on GPL code",
        (("weights", "MIT"),),
        ((ROOT, "trained_on", "pkg:repos", "code", "GPL-3.0-only"),),
        "copyleft of code into weights",
        "code-copyleft-into-weights",
    ),
    Thread(
        "outputs of a service",
        (("weights", "MIT"),),
        (
            (ROOT, "trained_on", "pkg:alpaca", "dataset", "CC-BY-4.0"),
            ("pkg:alpaca", "generated_by", "service:openai", "service", OPENAI),
        ),
        "terms of a service and who never agreed to them",
        "service-terms-bind-others",
        intent=Intent(
            distribute=(),
            modify=False,
            train_on_outputs=False,
            restricted_fields=("competing_model",),
        ),
    ),
)


def evaluate(shared: Path) -> int:
    """Print every thread with what came out, then ModelGo's workflows; the number gone wrong."""
    terms_of = terms_lookup(load_knowledge(), load_catalog())
    truth = shared / "groundtruth"
    return _threads(truth, terms_of) + modelgo.evaluate(truth, terms_of)


def _threads(truth: Path, terms_of: Callable[[str], License | None]) -> int:
    packs = load_packs(DEFAULT_PACKS)
    print("\nDisputed threads (each judged for a commercial release under the strict posture)")
    wrong = 0
    for thread in THREADS:
        judged = judge(
            make_case(_facts(thread, terms_of), Project(), date(2026, 6, 1), None),
            thread.intent,
            packs,
            "strict",
        )
        bad = _wrong(thread, judged)
        wrong += bool(bad)
        asked = sorted({f.debated for f in judged.findings if f.debated})
        print(f"  {thread.at:26} {judged.verdict:7} debated: {', '.join(asked) or 'nothing'}")
        print(f"  {'':26} {thread.argued}{'; WRONG: ' + '; '.join(bad) if bad else ''}")
    with open(truth / "disputed_cases_threads.tsv", encoding="utf-8", newline="") as file:
        named = [row["thread"] for row in csv.DictReader(file, delimiter="\t")]
    missed = [url for url in named if not any(url.endswith(t.at) for t in THREADS)]
    print(f"  threads of the list not covered: {', '.join(missed) or 'none'}")
    return wrong + len(missed)


def _wrong(thread: Thread, judged: Judgement) -> list[str]:
    bad = []
    wanted = "fail" if thread.fails else "review"
    if judged.verdict != wanted:
        bad.append(f"{judged.verdict}, not {wanted}")
    if thread.debated:
        known = [d for d in judged.debates or () if d.question == thread.debated]
        if not known or {h.answer for h in known[0].held} != {"travels", "does-not"}:
            bad.append(f"{thread.debated} does not come up with both sides")
        rests = [f for f in judged.findings if f.debated == thread.debated]
        sure = [f.rule for f in rests if f.outcome == "fail"]
        if sure:
            bad.append(f"sure of what is debated: {', '.join(sure)}")
    owed = {o.type for o in judged.obligations if o.status in ("missing", "manual", "met")}
    if thread.owed - owed:
        bad.append(f"not owed: {', '.join(sorted(thread.owed - owed))}")
    return bad


def _facts(thread: Thread, terms_of: Callable[[str], License | None]) -> Facts:
    artifacts = {ROOT: Artifact(ROOT, "model", "work")}
    said: list[tuple[str, str, str | None]] = [(ROOT, scope, x) for scope, x in thread.own]
    links = []
    for source, relation, target, kind, license_id in thread.links:
        artifacts[target] = Artifact(target, kind, target.partition(":")[2])  # type: ignore[arg-type]
        links.append(Link(source, target, relation))  # type: ignore[arg-type]
        scopes = {"dataset": "data:collection", "model": "weights", "service": "document"}
        if license_id:
            said.append((target, scopes.get(kind, "code"), license_id))
    claims = tuple(
        Claim(
            f"c{i}",
            artifact,
            scope,
            x,
            x,
            location=Location("README.md", i + 1),
            basis="declared",
            authority="holder",
            rung="identifier",
            confidence=1.0,
        )
        for i, (artifact, scope, x) in enumerate(said)
        if x
    )
    answers = tuple(
        LicenseAnswer(c.artifact, c.scope, c.expression, "declared", "identifier", 1.0, (c.id,))
        for c in claims
    )
    texts = tuple(
        Probe(ROOT, "license_file", f"LICENSES/{x}", Location(f"LICENSES/{x}"), x)
        for _, x in thread.own
        if x
    )
    everything = tuple(artifacts.values())
    return Facts(ROOT, everything, tuple(links), claims, (), answers, (), texts, terms_of)
