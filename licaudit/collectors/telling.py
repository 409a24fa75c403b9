"""Names that tell what their value is: `base_model`, `--dataset-name`, `TokenizerPath`; and shapes.

Only a value shaped like a hub id counts, so a name may be common; but where code writes to, what it
logs and what it is called are no upstreams.
"""

from __future__ import annotations

import re
from functools import lru_cache

from licaudit.collectors.hub_ids import BARE_MODELS, Hub, HubKind, looks_like_hub_id

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_MODEL = frozenset(
    [
        "model",
        "models",
        "tokenizer",
        "tokenizers",
        "checkpoint",
        "ckpt",
        "pretrained",
        "lm",
        "llm",
        "repo",
        "backbone",
        "encoder",
        "decoder",
        "embedder",
        "embedding",
        "embeddings",
        "reranker",
        "vae",
        "unet",
        "controlnet",
        "lora",
        "adapter",
        "transformer",
        "vision",
        "clip",
        "processor",
        "engine",
        "teacher",
        "student",
        "whisper",
        "asr",
        "vad",
        "punc",
        "itn",
        "hub",
        "hf",
    ]
)
_DATASET = frozenset(["dataset", "datasets"])
_NOT = frozenset(
    [
        "output",
        "out",
        "save",
        "saved",
        "log",
        "logs",
        "logging",
        "cache",
        "run",
        "wandb",
        "project",
        "push",
        "upload",
        "dest",
        "destination",
        "result",
        "results",
        "export",
        "image",
        "docker",
        "container",
        "action",
        "uses",
        "workflow",
        "class",
        "type",
        "module",
        "arch",
        "title",
        "help",
        "description",
        "prompt",
        "template",
        "mime",
        "content",
        "html",
        "css",
        "format",
        "author",
        "github",
        "branch",
        "device",
        "endpoint",
        "path_in",
        "name_or_prefix",
        "meta",
    ]
)
_OUTWARD = frozenset(
    ["output", "out", "save", "saved", "push", "upload", "dest", "destination", "export", "wandb"]
)
# Families of open models; with a digit or a dash in the name, `org/name` is hardly anything else.
_FAMILY = re.compile(
    r"llama|qwen|mistral|mixtral|gemma|vicuna|alpaca|falcon|baichuan|internlm|internvl|chatglm|glm-"
    r"|deepseek|bloom|bert|gpt|opt-\d|(?:^|[-_])t5|clip-|whisper|wav2vec|hubert|mamba|(?:^|[-_])phi-"
    r"|stable-diffusion|sdxl|flux|llava|blip|bge-|minilm|mpnet|smollm|starcoder|aya-|mt0|aquila|kimi"
    r"|granite|olmo|pythia|yi-\d|zephyr|sensevoice|cogvideo|cogv|dinov|sam-|vit-|resnet",
    re.IGNORECASE,
)
_MODELSCOPE_ONLY = ("iic", "damo", "AI-ModelScope", "LLM-Research", "ZhipuAI", "swift")
_MODELSCOPE = re.compile(r"modelscope|\b(?:swift|megatron) (?:sft|rlhf|pt|infer)\b|\bfrom swift\b")
_HUGGINGFACE = re.compile(r"hugging_?face|from_pretrained|transformers")
_OUTPUTS = ("work_dirs", "work_dir", "pretrain", "exp", "ckpt_path", "template_html", "images")
# Datasets without an organization that are known by that name to everybody, as BARE_MODELS are.
BARE_DATASETS = frozenset(
    [
        "ag_news",
        "amazon_polarity",
        "billsum",
        "bookcorpus",
        "c4",
        "cifar10",
        "cifar100",
        "cnn_dailymail",
        "commonsense_qa",
        "conll2003",
        "dbpedia_14",
        "emotion",
        "eli5",
        "fashion_mnist",
        "glue",
        "gsm8k",
        "hellaswag",
        "imdb",
        "lambada",
        "mnist",
        "multi_news",
        "natural_questions",
        "openwebtext",
        "piqa",
        "ptb_text_only",
        "race",
        "rotten_tomatoes",
        "samsum",
        "scientific_papers",
        "snli",
        "squad",
        "squad_v2",
        "super_glue",
        "tiny_shakespeare",
        "trec",
        "trivia_qa",
        "wikipedia",
        "wikitext",
        "winogrande",
        "wmt14",
        "wmt16",
        "xnli",
        "xsum",
        "yelp_polarity",
        "yelp_review_full",
    ]
)
# Owners that nobody has: metrics of a log (`val/loss`), placeholders, steps of a training.
_NOBODY = re.compile(
    r"^(?:val|train|valid|eval|loss|metrics?|x+)/|/(?:checkpoint|epoch|step)s?[-_]?\d+$", re.I
)
_EXACT = ("dataset", "dataset_name", "dataset_path", "dataset_id", "dataset_name_or_path")
_SELECTION = re.compile(r"[#:@][\w,.:-]*$")  # `org/data#2000`, `org/model@main`


def words_of(name: str) -> frozenset[str]:
    """The words of an identifier, an option or a key, in small letters."""
    return frozenset(word.lower() for word in _WORD.findall(name))


def kind_told(name: str) -> HubKind | None:
    """Whether a name says that its value is a model or a dataset; None when it says neither."""
    words = words_of(name)
    if words & _NOT or "hub_model_id" in name.lower():
        return None
    if words & _DATASET:
        return "dataset"
    return "model" if words & _MODEL else None


def is_outward(name: str) -> bool:
    """Whether a name tells a place that something is written or published to."""
    return bool(words_of(name) & _OUTWARD) or "hub_model_id" in name.lower()


def hub_name(value: str, kind: HubKind, name: str = "") -> str | None:
    """The hub id that a value under a telling name is, without its revision or selection."""
    text = _SELECTION.sub("", value.strip())
    exact = name.lstrip("-").replace("-", "_").lower() in _EXACT
    if kind == "dataset" and exact and text in BARE_DATASETS:
        return text
    if text.startswith(_OUTPUTS) or _NOBODY.search(text):
        return None
    if kind == "model" and text in BARE_MODELS:
        return text
    return text if looks_like_hub_id(text) and not _is_words(text) else None


def is_of_modelscope(value: str) -> bool:
    """Whether `org/name` is of an organization that only ModelScope has."""
    return value.partition("/")[0] in _MODELSCOPE_ONLY[:4] and looks_like_hub_id(value)


def is_model_shaped(value: str) -> bool:
    """Whether `org/name` is so much like a model's that no name beside it is needed."""
    if not looks_like_hub_id(value):  # first: it bounds the length
        return False
    owner, _, name = value.partition("/")
    if owner in _OUTPUTS or _NOBODY.search(value):
        return False
    telling = _FAMILY.search(name) and re.search(r"\d|-", name)
    return bool(telling) and not _is_words(value)


def hub_of(text: str, hub_id: str) -> Hub:
    """The hub of a bare id in a file: ModelScope's where the file speaks of no other."""
    if hub_id.partition("/")[0] in _MODELSCOPE_ONLY:
        return "modelscope"
    return "modelscope" if _speaks_of_modelscope(text) else "huggingface"


@lru_cache(maxsize=16)  # asked for every id of a file: the text is searched once
def _speaks_of_modelscope(text: str) -> bool:
    return bool(_MODELSCOPE.search(text)) and not _HUGGINGFACE.search(text)


def _is_words(text: str) -> bool:
    """`yes/no`, `table/list`: alternatives in prose, both of plain small letters."""
    plain = text.replace("/", "")
    return len(text) < 9 and plain.isalpha() and plain.islower()
