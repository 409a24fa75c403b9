"""Names of models and datasets on Hugging Face and ModelScope: what is one, and its purl."""

from __future__ import annotations

import re
from typing import Literal

from packageurl import PackageURL

from licaudit.facts import Artifact, Location

HubKind = Literal["model", "dataset"]
Hub = Literal["huggingface", "modelscope"]

_PART = re.compile(r"[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
_URL = re.compile(
    r"^(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/(?!api/)(datasets/)?"
    r"([^/?#\s]+/[^/?#\s]+)(?:[/?#].*)?$"
)
_NOT_ORGANISATIONS = frozenset({"spaces", "docs", "blog", "papers", "collections", "models"})
_FILE_ENDINGS = (
    ".json",
    ".jsonl",
    ".bin",
    ".safetensors",
    ".py",
    ".pt",
    ".pth",
    ".ckpt",
    ".gguf",
    ".onnx",
    ".h5",
    ".txt",
    ".csv",
    ".tsv",
    ".parquet",
    ".yaml",
    ".yml",
    ".zip",
    ".tar",
    ".gz",
    ".md",
    ".model",
    ".msgpack",
    ".arrow",
    ".npy",
    ".npz",
    ".pkl",
    ".png",
    ".jpg",
    ".wav",
    ".sh",
    ".git",
)
# First parts of relative paths in training scripts; no organisation publishes under these names.
_LOCAL_FOLDERS = frozenset(
    {
        "output",
        "outputs",
        "out",
        "checkpoint",
        "checkpoints",
        "ckpt",
        "ckpts",
        "model",
        "models",
        "data",
        "dataset",
        "datasets",
        "result",
        "results",
        "tmp",
        "temp",
        "run",
        "runs",
        "log",
        "logs",
        "save",
        "saved",
        "saves",
        "saved_model",
        "saved_models",
        "weights",
        "pretrained",
        "pretrained_models",
        "pretrained_model",
        "exp",
        "exps",
        "experiments",
        "path",
        "cache",
        "src",
        "home",
        "mnt",
        "workspace",
        "config",
        "configs",
        "assets",
        "test",
        "tests",
    }
)
_PLACEHOLDER = re.compile(
    r"^(your|my|user|username|org|organi[sz]ation|namespace|author|xxx+)([-_ ].*)?/|"
    r"/(your[-_ ].*|repo|repo[-_]?(name|id)|model[-_]?(name|id)|dataset[-_]?(name|id)|xxx+)$",
    re.IGNORECASE,
)
# Models without an organisation, from before Hugging Face had them.
_BARE_MODELS = """
    albert-base-v1 albert-base-v2 albert-large-v1 albert-large-v2 albert-xlarge-v1
    albert-xlarge-v2 albert-xxlarge-v1 albert-xxlarge-v2 bert-base-cased
    bert-base-cased-finetuned-mrpc bert-base-chinese bert-base-german-cased
    bert-base-german-dbmdz-cased bert-base-german-dbmdz-uncased bert-base-multilingual-cased
    bert-base-multilingual-uncased bert-base-uncased bert-large-cased
    bert-large-cased-whole-word-masking bert-large-cased-whole-word-masking-finetuned-squad
    bert-large-uncased bert-large-uncased-whole-word-masking
    bert-large-uncased-whole-word-masking-finetuned-squad camembert-base ctrl
    distilbert-base-cased distilbert-base-cased-distilled-squad distilbert-base-german-cased
    distilbert-base-multilingual-cased distilbert-base-uncased
    distilbert-base-uncased-distilled-squad distilbert-base-uncased-finetuned-sst-2-english
    distilgpt2 distilroberta-base gpt2 gpt2-large gpt2-medium gpt2-xl openai-gpt roberta-base
    roberta-base-openai-detector roberta-large roberta-large-mnli roberta-large-openai-detector
    t5-11b t5-3b t5-base t5-large t5-small transfo-xl-wt103 xlm-clm-ende-1024 xlm-clm-enfr-1024
    xlm-mlm-100-1280 xlm-mlm-17-1280 xlm-mlm-en-2048 xlm-mlm-ende-1024 xlm-mlm-enfr-1024
    xlm-mlm-enro-1024 xlm-mlm-tlm-xnli15-1024 xlm-mlm-xnli15-1024 xlm-roberta-base
    xlm-roberta-large xlm-roberta-large-finetuned-conll02-dutch
    xlm-roberta-large-finetuned-conll02-spanish xlm-roberta-large-finetuned-conll03-english
    xlm-roberta-large-finetuned-conll03-german xlnet-base-cased xlnet-large-cased
"""
BARE_MODELS = frozenset(_BARE_MODELS.split())


def looks_like_hub_id(text: str) -> bool:
    """Whether `org/name` may name a repository of a hub, rather than a path or a placeholder."""
    organisation, slash, name = text.partition("/")
    if not slash or not is_part(organisation) or not is_part(name):
        return False
    if name.lower().endswith(_FILE_ENDINGS) or organisation.lower() in _LOCAL_FOLDERS:
        return False
    return not _PLACEHOLDER.search(text)


def is_part(text: str) -> bool:
    """Whether text obeys Hugging Face's rules for an organisation's or a repository's name."""
    return (
        bool(_PART.fullmatch(text))
        and not text.endswith((".", "-"))
        and ".." not in text
        and "--" not in text
    )


def hub_id_of(text: str, kind: HubKind = "model") -> str | None:
    """The id in `org/name`, in a bare legacy model name or in a hub page's address, else None."""
    text = text.strip()
    if looks_like_hub_id(text) or (kind == "model" and text in BARE_MODELS):
        return text
    match = _URL.match(text)
    if not match or bool(match.group(1)) != (kind == "dataset"):
        return None
    organisation, _, name = match.group(2).partition("/")
    if organisation in _NOT_ORGANISATIONS or not (is_part(organisation) and is_part(name)):
        return None
    return match.group(2)


def hub_purl(kind: HubKind, hub_id: str, hub: Hub = "huggingface") -> str:
    """`pkg:huggingface/org/name`; datasets stand below `datasets/`."""
    organisation, _, name = hub_id.rpartition("/")
    parts = (["datasets"] if kind == "dataset" else []) + ([organisation] if organisation else [])
    return PackageURL(hub, "/".join(parts) or None, name).to_string()


def artifact_of(
    kind: HubKind,
    hub_id: str,
    location: Location,
    *,
    revision: str | None = None,
    hub: Hub = "huggingface",
) -> Artifact:
    """The upstream artifact that a hub id names, as seen at `location`."""
    return Artifact(hub_purl(kind, hub_id, hub), kind, hub_id, revision=revision, location=location)


def is_self(root: str, tree_name: str, hub_id: str) -> bool:
    """Whether a hub id names the repository that is being read, not something upstream of it."""
    if hub_id == tree_name:
        return True
    if not all(part.strip() for part in hub_id.split("/")):
        return False  # `/` or `org/`: no id, and nothing a purl could be made of
    return root.partition("@")[0] in (hub_purl("model", hub_id), hub_purl("dataset", hub_id))
