"""What the sample repository holds: artifacts, claims, links and gaps."""

from __future__ import annotations

from typing import Any

from licaudit.facts import (
    CODE,
    CONTENT,
    DATA,
    WEIGHTS,
    Artifact,
    Claim,
    Gap,
    LicenseAnswer,
    Link,
    Location,
)

LLAMA = "LicenseRef-scancode-llama-3.1-license-2024"
NC_TEXT = (
    "The dataset is intended for research use only. It is licensed under CC BY-NC 4.0, and models "
    "trained using the dataset should not be used outside of research purposes."
)
ROOT = "pkg:huggingface/brightdesk/llama-3.1-8b-support-lora@4f1c2ab"
BASE = "pkg:huggingface/meta-llama/llama-3.1-8b-instruct@0e9e39f"
WIZARD = "pkg:huggingface/datasets/cleanchat/wizard-mix-70k@77ab01c"
ALPACA = "pkg:huggingface/datasets/tatsu-lab/alpaca@dce01c9"
ULTRA = "pkg:huggingface/datasets/openbmb/ultrafeedback@40b4365"
WIKI = "pkg:huggingface/datasets/wikimedia/wikipedia@b04c8d1"
FAQ = "local:data/faq.jsonl"
CRAWL = "local:dataset/forum-crawl-2024"
GPT = "service:openai/gpt-4"
CODE_NODE = "local:train"
PEFT = "pkg:pypi/peft@0.13.2"
TRANSFORMERS = "pkg:pypi/transformers@4.46.0"
READER = "pkg:pypi/pymupdf@1.24.9"


def artifacts() -> tuple[Artifact, ...]:
    return (
        Artifact(ROOT, "model", "brightdesk/llama-3.1-8b-support-lora", "4f1c2ab9d0e7"),
        Artifact(BASE, "model", "meta-llama/Llama-3.1-8B-Instruct", "0e9e39f249a1"),
        Artifact(WIZARD, "dataset", "cleanchat/wizard-mix-70k", "77ab01c55d02", "public"),
        Artifact(ALPACA, "dataset", "tatsu-lab/alpaca", "dce01c9b0f38", "synthetic"),
        Artifact(ULTRA, "dataset", "openbmb/UltraFeedback", "40b436560ca8", "public"),
        Artifact(WIKI, "dataset", "wikimedia/wikipedia 20231101.zh", "b04c8d1ceb2f", "public"),
        Artifact(FAQ, "dataset", "data/faq.jsonl", None, "own", Location("data/faq.jsonl")),
        Artifact(CRAWL, "dataset", "论坛抓取-2024 (forum-crawl-2024)", None, "self_collected"),
        Artifact(GPT, "service", "OpenAI API (gpt-4)"),
        Artifact(CODE_NODE, "code", "train/", None, None, Location("train/")),
        Artifact(PEFT, "package", "peft", "0.13.2"),
        Artifact(TRANSFORMERS, "package", "transformers", "4.46.0"),
        Artifact(READER, "package", "pymupdf", "1.24.9"),
    )


def _claim(
    name: str,
    artifact: str,
    scope: str,
    written: str,
    expression: str | None,
    place: Location,
    **more: Any,
) -> Claim:
    base: dict[str, Any] = {
        "basis": "declared",
        "authority": "holder",
        "rung": "identifier",
        "confidence": 1.0,
    }
    return Claim(name, artifact, scope, written, expression, location=place, **(base | more))


def claims() -> tuple[Claim, ...]:
    at = Location
    return (
        _claim(
            "c-root-tag",
            ROOT,
            WEIGHTS,
            "license: apache-2.0",
            "Apache-2.0",
            at("README.md", 3, key="license"),
        ),
        _claim(
            "c-root-code",
            ROOT,
            CODE,
            "Apache License\nVersion 2.0, January 2004",
            "Apache-2.0",
            at("LICENSE", 1, 201),
            basis="detected",
            rung="exact_text",
        ),
        _claim(
            "c-base", BASE, WEIGHTS, "license: llama3.1", LLAMA, at("README.md", 4, key="license")
        ),
        _claim(
            "c-wizard-tag",
            WIZARD,
            DATA,
            "license: apache-2.0",
            "Apache-2.0",
            at("README.md", 2, key="license"),
            authority="mirror",
        ),
        _claim(
            "c-wizard-body",
            WIZARD,
            DATA,
            NC_TEXT,
            "CC-BY-NC-4.0",
            at("README.md", 71, 73),
            basis="detected",
            authority="mirror",
            rung="statement",
            confidence=0.92,
            narrows="non_commercial",
        ),
        _claim(
            "c-alpaca",
            ALPACA,
            DATA,
            "license: cc-by-nc-4.0",
            "CC-BY-NC-4.0",
            at("README.md", 6, key="license"),
        ),
        _claim("c-ultra", ULTRA, DATA, "license: mit", "MIT", at("README.md", 2, key="license")),
        _claim(
            "c-wiki",
            WIKI,
            DATA,
            "license:\n- cc-by-sa-4.0\n- gfdl",
            "CC-BY-SA-4.0",
            at("README.md", 9, key="license[0]"),
        ),
        _claim(
            "c-code",
            CODE_NODE,
            CODE,
            "SPDX-License-Identifier: Apache-2.0",
            "Apache-2.0",
            at("train/sft.py", 1),
            basis="detected",
        ),
        _claim(
            "c-peft",
            PEFT,
            CODE,
            "License :: OSI Approved :: Apache Software License",
            "Apache-2.0",
            at("METADATA", 9),
            authority="distributor",
        ),
        _claim(
            "c-trf",
            TRANSFORMERS,
            CODE,
            "Apache 2.0 License",
            "Apache-2.0",
            at("METADATA", 8),
            authority="distributor",
        ),
        _claim(
            "c-mupdf",
            READER,
            CODE,
            "Dual Licensed - GNU AFFERO GPL 3.0 or Artifex Commercial",
            "AGPL-3.0-only",
            at("METADATA", 22),
            rung="exact_rule",
            confidence=0.95,
            authority="distributor",
        ),
    )


def answers() -> tuple[LicenseAnswer, ...]:
    def one(
        name: str, scope: str, expression: str | None, claim: str, **more: Any
    ) -> LicenseAnswer:
        base: dict[str, Any] = {"basis": "declared", "rung": "identifier", "confidence": 1.0}
        got = (claim,) if claim else ()
        return LicenseAnswer(name, scope, expression, claims=got, **(base | more))

    unknown: dict[str, Any] = {"basis": "concluded", "rung": "none", "confidence": 0.0}
    return (
        one(ROOT, CODE, "Apache-2.0", "c-root-code", basis="detected", rung="exact_text"),
        one(ROOT, WEIGHTS, "Apache-2.0", "c-root-tag"),
        one(BASE, WEIGHTS, LLAMA, "c-base"),
        one(
            WIZARD,
            DATA,
            "CC-BY-NC-4.0",
            "c-wizard-body",
            basis="concluded",
            rung="statement",
            confidence=0.92,
        ),
        one(ALPACA, DATA, "CC-BY-NC-4.0", "c-alpaca"),
        one(ULTRA, DATA, "MIT", "c-ultra"),
        one(WIKI, DATA, "CC-BY-SA-4.0", "c-wiki"),
        one(WIKI, CONTENT, None, "", **unknown),
        one(CRAWL, DATA, None, "", **unknown),
        one(CODE_NODE, CODE, "Apache-2.0", "c-code", basis="detected"),
        one(PEFT, CODE, "Apache-2.0", "c-peft"),
        one(TRANSFORMERS, CODE, "Apache-2.0", "c-trf"),
        one(READER, CODE, "AGPL-3.0-only", "c-mupdf", rung="exact_rule", confidence=0.95),
    )


def links() -> tuple[Link, ...]:
    at = Location
    return (
        Link(ROOT, BASE, "adapter_of", (at("adapter_config.json", 4),)),
        Link(ROOT, WIZARD, "trained_on", (at("README.md", 14, key="datasets[0]"),)),
        Link(ROOT, FAQ, "trained_on", (at("train/sft.py", 31),)),
        Link(ROOT, CRAWL, "trained_on", (at("licaudit.yaml", 6),)),
        Link(ROOT, ULTRA, "rewarded_by", (at("train/dpo.py", 18),)),
        Link(ROOT, WIKI, "evaluated_on", (at("eval/run.sh", 5),)),
        Link(ROOT, CODE_NODE, "contains", (at("train/"),)),
        Link(WIZARD, ALPACA, "derived_from", (at("README.md", 40),)),
        Link(ALPACA, GPT, "generated_by", (at("README.md", 55),)),
        Link(ULTRA, GPT, "annotated_by", (at("README.md", 33),)),
        Link(CODE_NODE, PEFT, "depends_on", (at("requirements.txt", 2),)),
        Link(CODE_NODE, TRANSFORMERS, "depends_on", (at("requirements.txt", 1),)),
        Link(CODE_NODE, READER, "depends_on", (at("requirements.txt", 7),)),
    )


def gaps() -> tuple[Gap, ...]:
    return (
        Gap(
            CRAWL,
            "no_license_found",
            "No file of the tree says under what terms it was collected.",
            Location("licaudit.yaml", 6),
            DATA,
        ),
        Gap(
            WIKI,
            "content_unlicensed",
            "The collection is licensed, images and quotes are not.",
            None,
            CONTENT,
        ),
        Gap(
            ROOT,
            "file_too_large",
            "training_args.bin was not opened: pickled files are never read.",
            Location("training_args.bin"),
            None,
            False,
        ),
    )
