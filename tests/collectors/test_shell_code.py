"""Commands in scripts, Dockerfiles and Makefiles: what they fetch or pass on, and where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licaudit.collectors import shell_code
from licaudit.facts import Collected
from licaudit.sources.tree import Entry

ROOT = "local:."
HF = "pkg:huggingface/"


def collect(memory: Callable[..., Any], text: str | bytes, path: str = "run.sh") -> Collected:
    tree = memory({path: text, "models/mine-7b/config.json": "{}"})
    return shell_code.collect(tree, tree.entry(path), ROOT)


def lines(found: Collected) -> dict[str, int | None]:
    return {x.target: x.evidence[0].line for x in found.links}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("python train.py --model_name_or_path acme/base", [HF + "acme/base"]),
        ("python train.py --model_name_or_path='acme/base'", [HF + "acme/base"]),
        (
            "train --dataset 'acme/talk#2000' --model Qwen/Qwen2-7B",
            [HF + "datasets/acme/talk", HF + "Qwen/Qwen2-7B"],
        ),
        ("lm_eval --model hf --model_args pretrained=acme/base,dtype=auto", [HF + "acme/base"]),
        ("huggingface-cli download --local-dir ./x acme/base", [HF + "acme/base"]),
        ("hf download acme/talk --repo-type dataset", [HF + "datasets/acme/talk"]),
        ("modelscope download --model acme/base", ["pkg:modelscope/acme/base"]),
        ("vllm serve acme/base --port 80", [HF + "acme/base"]),
        ("ollama pull llama3.2", ["name:model/ollama:llama3.2"]),
        ("ollama run hf.co/acme/base-GGUF:Q4_K_M", [HF + "acme/base-GGUF"]),
        ("llama-server -hf ggml-org/gemma-3-1b-it-GGUF", [HF + "ggml-org/gemma-3-1b-it-GGUF"]),
        ("python -m spacy download en_core_web_sm", ["name:model/spacy:en_core_web_sm"]),
        (
            "python -m nltk.downloader punkt wordnet",
            ["name:dataset/nltk:punkt", "name:dataset/nltk:wordnet"],
        ),
        ("git clone https://huggingface.co/acme/base", [HF + "acme/base"]),
        ("git clone git@hf.co:acme/base", [HF + "acme/base"]),
        ("git clone https://www.modelscope.cn/acme/base.git", ["pkg:modelscope/acme/base"]),
        (
            "wget https://huggingface.co/datasets/acme/talk/resolve/main/a.json",
            [HF + "datasets/acme/talk"],
        ),
        (
            "python -c \"import transformers as t; t.AutoModel.from_pretrained('acme/base')\"",
            [HF + "acme/base"],
        ),
        ("MODEL=acme/base\npython t.py --ckpt $MODEL", [HF + "acme/base"]),
        ("python t.py --model ${MODEL:-acme/base}", [HF + "acme/base"]),
        ("python t.py --output_dir acme/llama-7b", []),
        ("python t.py --model models/mine-7b", []),
        ("python t.py --model /data/llama-7b --config configs/llama-7b.yaml", []),
        ("# vllm serve acme/base", []),
        ("echo 'vllm: --model Qwen/Qwen2-7B'", []),
        ("pip install -r requirements/base.txt", []),
        ("git clone https://github.example/acme/base", []),
        ("curl https://huggingface.co/docs/hub/index", []),
    ],
)
def test_what_a_command_names(
    memory: Callable[..., Any], command: str, expected: list[str]
) -> None:
    assert sorted(lines(collect(memory, command))) == sorted(expected)


def test_continued_lines_keep_their_numbers(memory: Callable[..., Any]) -> None:
    text = "#!/bin/bash\nlaunch t.py \\\n  --dataset_name acme/talk \\\n  --model acme/base\n"
    assert lines(collect(memory, text)) == {HF + "datasets/acme/talk": 3, HF + "acme/base": 4}


def test_a_name_that_only_running_tells_is_a_gap(memory: Callable[..., Any]) -> None:
    found = collect(memory, 'huggingface-cli download "$1"')
    (gap,) = found.gaps
    assert (found.links, gap.reason, gap.blocks) == ((), "unresolved", False)
    assert "download $1" in gap.detail


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Dockerfile", "FROM x\nENV MODEL_ID=acme/base\nCMD serve"),
        ("docker/Dockerfile.gpu", "FROM x\nRUN hf download acme/base"),
        ("serve.dockerfile", 'FROM x\nENTRYPOINT ["vllm", "serve", "acme/base"]'),
        ("Makefile", "MODEL ?= acme/base\nrun:\n\tserve --model $(MODEL)\n"),
    ],
)
def test_dockerfiles_and_makefiles(memory: Callable[..., Any], path: str, text: str) -> None:
    assert shell_code.is_shell(Entry(path, 1))
    assert list(lines(collect(memory, text, path))) == [HF + "acme/base"]


@given(st.text() | st.binary() | st.from_regex(r"(hf download |--model |\$\{|\\\n|\"|'){1,20}"))
def test_any_script(memory: Callable[..., Any], text: str | bytes) -> None:
    found = collect(memory, text)
    assert all(e.line and e.line >= 1 for x in found.links for e in x.evidence)


@pytest.mark.parametrize(
    "text",
    [
        "A=org/m\n" + "A=$A$A\n" * 30_000,
        "\\\n" * 30_000,
        '"' * 100_000,
        "a=" * 50_000,
        "$A" * 50_000,
        "python -c '" * 9_000,
    ],
)
def test_hostile_scripts(memory: Callable[..., Any], text: str) -> None:
    assert collect(memory, text + "\nvllm serve acme/base").gaps == ()
