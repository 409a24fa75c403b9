"""A graph of many nodes judged with all packs: does the work grow with its edges?

Usage: `python -m benchmarks.judge [--small 10000] [--large 100000]`. Each size runs in a process of
its own; times are CPU time, so that a busy machine does not decide. Exits with 1 when ten times the
edges cost more than fifteen times the work.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
MARK = 1.5  # of the ratio that straight growth would have
LICENSES = (
    "MIT",
    "Apache-2.0",
    "CC-BY-4.0",
    "CC-BY-SA-4.0",
    "CC-BY-NC-4.0",
    "GPL-3.0-only",
    "MIT OR Apache-2.0",
    "LicenseRef-scancode-llama-3.1-license-2024",
    None,
)
RELATIONS = (
    ("fine_tuned_from", "model"),
    ("trained_on", "dataset"),
    ("contains", "code"),
    ("depends_on", "package"),
    ("derived_from", "dataset"),
    ("adapter_of", "model"),
    ("distilled_from", "model"),
)


def main() -> int:
    """Print time, memory and the ratio of both sizes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--profile", action="store_true", help="of the small one, and no more")
    args = parser.parse_args()
    if args.one:
        print(json.dumps(measure(args.one)))
        return 0
    if args.profile:
        return _profile(args.small)
    found = []
    for nodes in (args.small, args.large):
        command = [sys.executable, "-m", "benchmarks.judge", "--one", str(nodes)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        one = json.loads(done.stdout)
        found.append(one)
        print(
            f"{one['nodes']:8} nodes {one['edges']:8} edges {one['subjects']:8} ways: walk"
            f" {one['walk']:6.1f} s, judge {one['judge']:7.1f} s CPU; {one['memory']:6.0f} MB;"
            f" {one['findings']} findings; {one['verdict']}"
        )
    small, large = found
    edges = large["edges"] / small["edges"]
    cost = (large["walk"] + large["judge"]) / (small["walk"] + small["judge"])
    print(f"{edges:.1f} times the edges: {cost:.1f} times the work")
    return 0 if cost <= MARK * edges else 1


def measure(nodes: int) -> dict[str, float | str]:
    """Seconds of CPU to walk and to judge, and the most memory held, in MB."""
    from licaudit.facts import Intent
    from licaudit.policy.judge import judge
    from licaudit.policy.packs import load_packs

    packs = load_packs(_packs())
    intent = Intent(distribute=("weights", "code"), modify=True)
    judge(case(50), intent, packs, "strict")  # warm: knowledge, packs, tables
    clock = time.process_time()
    made = case(nodes)
    walked = time.process_time()
    judged = judge(made, intent, packs, "strict")
    done = time.process_time()
    return {
        "nodes": nodes,
        "edges": len(made.links),
        "subjects": len({(r.artifact, r.relation) for r in made.reaches}),
        "walk": walked - clock,
        "judge": done - walked,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "findings": len(judged.findings),
        "verdict": judged.verdict,
    }


def _profile(nodes: int) -> int:
    import cProfile
    import pstats

    with cProfile.Profile() as profile:
        measure(nodes)
    pstats.Stats(profile).sort_stats("tottime").print_stats(25)
    return 0


def _packs() -> tuple[str, ...]:
    """Every pack that ships."""
    return tuple(sorted(p.parent.name for p in (ROOT / "rules" / "packs").glob("*/pack.yaml")))


def case(nodes: int):  # type: ignore[no-untyped-def]
    """A random graph in layers, wide and deep, with some steps back; two links a node."""
    from datetime import date

    from licaudit.facts import Artifact, LicenseAnswer, Link, Location
    from licaudit.facts.evidence import Claim
    from licaudit.judging import Facts, make_case
    from licaudit.licenses.catalog import load_catalog
    from licaudit.licenses.knowledge import load_knowledge
    from licaudit.licenses.terms import terms_lookup
    from licaudit.policy.project import Project

    draw = random.Random(nodes)
    names = ["local:."] + [f"pkg:generic/w{i}" for i in range(1, nodes)]
    artifacts, links, claims, answers = [Artifact("local:.", "model", "work")], [], [], []
    for number in range(1, nodes):
        relation, kind = draw.choice(RELATIONS)
        low = max(0, number // 3 - 20)
        links.append(Link(names[draw.randint(low, number - 1)], names[number], relation))
        artifacts.append(Artifact(names[number], kind, names[number]))
        relation, _ = draw.choice(RELATIONS)
        links.append(Link(names[draw.randint(1, number)], names[draw.randint(1, number)], relation))
    scopes = {"dataset": "data:collection", "model": "weights"}
    for number, artifact in enumerate(artifacts):
        expression = draw.choice(LICENSES)
        if expression is None:
            continue
        scope = scopes.get(artifact.kind, "code")
        place = Location("README.md", number)
        claims.append(
            Claim(
                f"c{number}", artifact.id, scope, expression, expression, location=place,
                basis="declared", authority="holder", rung="identifier", confidence=1.0,
            )
        )  # fmt: skip
        answers.append(
            LicenseAnswer(
                artifact.id, scope, expression, "declared", "identifier", 1.0, (f"c{number}",)
            )
        )
    lookup = terms_lookup(load_knowledge(), load_catalog())
    facts = Facts(
        "local:.", tuple(artifacts), tuple(links), tuple(claims), (), tuple(answers), (), (), lookup
    )
    return make_case(facts, Project(), date(2026, 6, 1), None)


if __name__ == "__main__":
    sys.exit(main())
