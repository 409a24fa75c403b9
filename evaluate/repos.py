"""The model repositories: license per role, verdict on commercial use of the weights."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

from licaudit.audit import Request, run_audit
from licaudit.facts import AuditResult, Intent
from licaudit.policy.project import Project

# What the readers wrote -> what must occur in our expression for that role.
NAMES: tuple[tuple[str, str], ...] = (
    (r"Apache-2\.0", r"Apache-2\.0"),
    (r"\bMIT\b(?!.*added clause)", r"\bMIT\b"),
    (r"ChatGLM-6B License", r"chatglm-6b"),
    (r"Tongyi Qianwen LICENSE", r"tongyi-qianwen-2023"),
    (r"Tongyi Qianwen RESEARCH", r"qwen-research|qianwen-research"),
    (r"DeepSeek License", r"deepseek-la"),
    (r"Llama 2/3", r"llama-2.*llama-3|llama-3.*llama-2"),
    (r"OPT-175B", r"opt-175b"),
    (r"CreativeML-OpenRAIL-M", r"stable-diffusion-2022"),
    (r"CreativeML Open RAIL\+\+", r"open-rail-m2"),
    (r"DeepFloyd IF License", r"deepfloyd-if"),
    (r"custom \(modified MIT", r"deepfloyd"),
    (r"WizardLM diff: CC-BY-NC-4\.0", r"CC-BY-NC-4\.0"),
    (r"BigCode OpenRAIL", r"bigcode-open-rail"),
    (r"WizardMath: Llama 2", r"llama-2"),
    (r"AGPL-3\.0", r"AGPL-3\.0"),
    (r"BSD-3-Clause", r"BSD-3-Clause"),
    (r"NVIDIA Source Code", r"nvidia-s"),
    (r"CC-BY-NC-4\.0", r"CC-BY-NC-4\.0"),
    (r"BAAI Aquila", r"aquila"),
)
UNSTATED = re.compile(r"n/a|not stated|not licensed|no usable|base LLM|licensed music|OpenAI Terms")
ROLES = (("code", "code_licence"), ("weights", "weights_licence"), ("data", "data_licence"))


def evaluate(shared: Path, as_of: date, verbose: bool) -> int:
    """Print the table; the number of crashes and false greens."""
    with open(shared / "real" / "model_repos.tsv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    right = total = agreed = bad = 0
    greens: list[str] = []
    print(f"{'repository':32} {'code':5} {'weights':8} {'data':5} {'weights verdict':16} truth")
    for row in rows:
        folder = shared / "real" / "model_repos" / row["repo"].replace("/", "__")
        result = audit(folder, as_of)
        marks = [_role(result, role, row[column]) for role, column in ROLES]
        right += sum(m == "ok" for m in marks)
        total += sum(m != "-" for m in marks)
        verdict = _verdict(result)
        wanted = _wanted(row["commercial_ok_weights"])
        agreed += verdict == wanted
        if wanted != "pass" and (verdict == "pass" or result.verdict == "pass"):
            greens.append(row["repo"])
        flag = "" if verdict == wanted else "  <-- differs"
        print(
            f"{row['repo']:32} {marks[0]:5} {marks[1]:8} {marks[2]:5} {verdict:7}"
            f" all:{result.verdict:7} {wanted}{flag}"
        )
        if verbose:
            _details(result)
    bad = len(greens)
    print(f"\nlicense per role: {right} of {total}; verdict on weights: {agreed} of {len(rows)}")
    print(f"false greens: {', '.join(greens) or 'none'}")
    return bad


def audit(folder: Path, as_of: date) -> AuditResult:
    """One audit for commercial use, with nothing said beyond that."""
    return run_audit(Request(str(folder), (Intent(),), Project(), as_of=as_of))


def _verdict(result: AuditResult) -> str:
    for verdict in result.judgements[0].verdicts:
        if verdict.scope == "weights":
            return verdict.outcome
    return result.verdict


def _wanted(truth: str) -> str:
    if truth.startswith("yes"):
        return "pass"
    return "fail" if truth.startswith("no") else "review"


def _role(result: AuditResult, role: str, truth: str) -> str:
    found = " AND ".join(
        v.expression or "" for v in result.judgements[0].verdicts if v.scope == role
    )
    wanted = [ours for theirs, ours in NAMES if re.search(theirs, truth)]
    if not wanted:
        if not UNSTATED.search(truth):
            return "?"
        return "-" if not found else "extra"
    missing = [w for w in wanted if not re.search(w, found)]
    return "ok" if not missing else "miss"


def _details(result: AuditResult) -> None:
    for verdict in result.judgements[0].verdicts:
        print(f"    {verdict.outcome:7}{verdict.scope:30} {verdict.expression}")
    for finding in result.judgements[0].findings:
        print(
            f"      {finding.outcome:7}{finding.rule:28}{finding.scope or '':24}"
            f"{finding.message.en[:150]}"
        )
        claims = {c.id: c for c in result.claims}
        for claim_id in finding.evidence[:3]:
            if claim_id in claims:
                claim = claims[claim_id]
                print(
                    f"              {claim.location.label()} [{claim.narrows or claim.expression}]"
                    f" {claim.written[:110]}"
                )
