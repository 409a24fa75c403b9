"""A realistic result: a chat adapter for sale, built on Llama 3.1 with six datasets."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from licaudit.facts import (
    DATA,
    WEIGHTS,
    AuditResult,
    Intent,
    Judgement,
    License,
    Location,
    Position,
    Probe,
    Reason,
    Run,
    ScopeVerdict,
    TargetFact,
    Text,
    Waiver,
    WaiverReport,
)
from licaudit.facts.codec import from_plain

from .sample_findings import digest, findings, obligations
from .sample_tree import BASE, CRAWL, READER, ROOT, WIKI, answers, artifacts, claims, gaps, links


def licenses() -> tuple[License, ...]:
    """Terms as the knowledge has them, and one license known by its category alone."""
    plain = json.loads((Path(__file__).parent / "licenses.json").read_text("utf-8"))
    found = from_plain(tuple[License, ...], plain)
    return (
        *found,
        License(
            id="CC-BY-SA-4.0",
            name="Creative Commons Attribution-ShareAlike 4.0 International",
            kinds=("dataset", "document"),
            basis="category",
            confidence="low",
            note=Text(
                "Terms derived from its category; capped at review.",
                "条款由类别推得；最多为“待审”。",
            ),
        ),
    )


def _reason(outcome: Any, code: str, en: str, zh: str, **more: Any) -> Reason:
    return Reason(outcome, code, Text(en, zh), **more)


def judgement() -> Judgement:
    return Judgement(
        intent=Intent(
            actor="company",
            established_in="CN",
            trained_in=("CN",),
            users_in=("CN", "EU"),
            group_monthly_users=(("2024-07-23", 5_000_000),),
            distribute=("weights", "service"),
            release_as="Apache-2.0",
        ),
        verdict="fail",
        verdicts=(
            ScopeVerdict(
                "code",
                "review",
                (
                    _reason(
                        "review",
                        "network-copyleft",
                        "The dependency pymupdf is under AGPL-3.0, which reaches network services.",
                        "依赖 pymupdf 采用 AGPL-3.0，其义务延及网络服务。",
                        license="AGPL-3.0-only",
                        clause="13",
                        claims=("c-mupdf",),
                    ),
                ),
                "Apache-2.0",
            ),
            ScopeVerdict(
                WEIGHTS,
                "fail",
                (
                    _reason(
                        "fail",
                        "non-commercial-data",
                        "They were trained on tatsu-lab/alpaca, which is licensed for "
                        "non-commercial use only.",
                        "其训练数据 tatsu-lab/alpaca 仅许可非商业用途。",
                        license="CC-BY-NC-4.0",
                        clause="1(i), 2(a)(1)",
                        claims=("c-alpaca",),
                    ),
                    _reason(
                        "review",
                        "unknown-license",
                        "The terms of forum-crawl-2024 are unknown.",
                        "forum-crawl-2024 的许可条款不明。",
                    ),
                ),
                "Apache-2.0",
            ),
            ScopeVerdict(
                DATA,
                "pass",
                (
                    _reason(
                        "pass",
                        "nothing-distributed",
                        "No data leaves the house under this intent.",
                        "在此意图下不对外分发数据。",
                    ),
                ),
            ),
        ),
        findings=findings(),
        obligations=obligations(),
        positions=(
            Position(
                "dataset-noncommercial-into-weights",
                "travels",
                "legal@brightdesk.example",
                "memo-12",
                date(2027, 6, 30),
                "CN",
            ),
        ),
        elections=((READER, "AGPL-3.0-only"),),
        posture="strict",
        packs=("ci-default", "commercial-use", "weights-release"),
    )


def waiver_report() -> WaiverReport:
    return WaiverReport(
        expired=(
            Waiver(
                "unknown-license",
                CRAWL,
                digest("5"),
                "Contract under negotiation.",
                "l.chen@brightdesk.example",
                date(2026, 3, 31),
                12,
            ),
        ),
        unused=(
            Waiver(
                "ambiguous-license",
                WIKI,
                digest("9"),
                "Only used for evaluation.",
                "l.chen@brightdesk.example",
                date(2027, 1, 1),
                16,
            ),
        ),
        used=(
            Waiver(
                "name-prefix-missing",
                BASE,
                digest("3"),
                "Renaming is planned for 2.0.",
                "l.chen@brightdesk.example",
                date(2027, 1, 31),
                20,
            ),
        ),
    )


def sample() -> AuditResult:
    """The whole result."""
    return AuditResult(
        target=TargetFact("hf:brightdesk/llama-3.1-8b-support-lora", "huggingface", "4f1c2ab9d0e7"),
        as_of="2026-06-01",
        licaudit_version="0.1.0",
        knowledge_version="9f8e7d6c5b4a3210",
        judgements=(judgement(),),
        artifacts=artifacts(),
        answers=answers(),
        links=links(),
        claims=claims(),
        gaps=gaps(),
        probes=(Probe(ROOT, "text_marker", "Built with Llama", Location("README.md", 12)),),
        waivers=waiver_report(),
        licenses=licenses(),
        run=Run("2026-06-01T08:00:00Z", 3.2, 41, 183_220),
        notes=("`research` was not asserted; commercial terms apply.",),
    )
