"""The table of calls that fetch a model or dataset by name, and how each is told what to fetch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from licaudit.collectors import library_names as library
from licaudit.collectors.hub_ids import HubKind
from licaudit.facts import Artifact, Location


@dataclass(frozen=True, slots=True)
class Loader:
    """How one call names what it loads.

    `position` is the argument's index and `keywords` its names. `bare` calls also accept names
    without an organisation, which `bare_prefix` completes. `origins`, when given, are the modules
    the name must come from (a common word like `pipeline` means many things elsewhere). A `quiet`
    call without a known name is no Gap: it mostly builds something of the caller's own.
    """

    kind: HubKind
    position: int | None = 0
    keywords: tuple[str, ...] = ()
    bare: bool = False
    bare_prefix: str = ""
    origins: tuple[str, ...] = ()
    special: Callable[[str, Location], Artifact | None] | None = None
    quiet: bool = False

    def accepts(self, origin: str) -> bool:
        """Whether a call imported from `origin` is the one meant."""
        return not self.origins or any(
            origin.startswith(start) or f".{start}" in origin for start in self.origins
        )

    def position_for(self, origin: str) -> int | None:
        """The argument's index: `PeftModel.from_pretrained(base, id)` has it in second place."""
        owner = origin.split(".")[-2] if origin.count(".") else ""
        return 1 if owner.startswith("PeftModel") else self.position


_REPOSITORY = ("repo_id", "model_id")
_HUBS = ("modelscope", "swift")
_PRETRAINED = (
    "pretrained_model_name_or_path",
    "pretrained_model_or_path",
    "model_id",
    "model_name",
    "model_name_or_path",
    "name_or_path",
    "repo_id",
    "model_path",
    "model",
)
_SENTENCES = "sentence-transformers/"
_ST = ("model_name_or_path", "model_name")
_SOURCES = ("datasets.",)
_OLLAMA = ("ollama.", "langchain_ollama.", "langchain_community.", "langchain.", "llama_index.")

LOADERS: dict[str, Loader] = {
    "from_pretrained": Loader("model", 0, _PRETRAINED, bare=True),
    "from_quantized": Loader("model", 0, _PRETRAINED),
    "get_pretrained": Loader("model", 0, ("name", *_PRETRAINED)),
    "from_preset": Loader("model", 0, ("preset",), special=library.from_preset),
    "from_hparams": Loader("model", 0, ("source",)),
    "from_single_file": Loader("model", 0, ("pretrained_model_link_or_path",)),
    "from_model_id": Loader("model", 0, ("model_id",), bare=True),
    "load_lora_weights": Loader("model", 0, ("pretrained_model_name_or_path_or_dict",)),
    "load_ip_adapter": Loader("model", 0, ("pretrained_model_name_or_path_or_dict",)),
    "load_textual_inversion": Loader("model", 0, ("pretrained_model_name_or_path",)),
    "load_adapter": Loader("model", 0, ("model_id", "peft_model_id")),
    "hf_hub_download": Loader("model", 0, _REPOSITORY),
    "hf_hub_url": Loader("model", 0, _REPOSITORY),
    "snapshot_download": Loader("model", 0, _REPOSITORY),
    "safe_snapshot_download": Loader("model", 0, ("model_id_or_path", *_REPOSITORY)),
    "load_kernel": Loader("model", None, _REPOSITORY),
    "get_kernel": Loader("model", 0, _REPOSITORY),
    "model_file_download": Loader("model", 0, _REPOSITORY, origins=_HUBS),
    "dataset_snapshot_download": Loader("dataset", 0, ("dataset_id",), origins=_HUBS),
    "load_from_hub": Loader("model", 0, _REPOSITORY),
    "cached_file": Loader("model", 0, ("path_or_repo_id",)),
    "load_dataset": Loader("dataset", 0, ("path",), bare=True),
    "load_dataset_builder": Loader("dataset", 0, ("path",), bare=True),
    "get_dataset_config_names": Loader("dataset", 0, ("path",), bare=True, origins=_SOURCES),
    "get_dataset_split_names": Loader("dataset", 0, ("path",), bare=True, origins=_SOURCES),
    "get_dataset_infos": Loader("dataset", 0, ("path",), bare=True, origins=_SOURCES),
    "load": Loader("dataset", 0, ("dataset_name",), origins=("MsDataset.",)),
    "pipeline": Loader("model", 1, ("model",), origins=("transformers.", "modelscope.")),
    "SentenceTransformer": Loader("model", 0, _ST, bare=True, bare_prefix=_SENTENCES),
    "SparseEncoder": Loader("model", 0, _ST),
    "CrossEncoder": Loader("model", 0, ("model_name", "model_name_or_path")),
    "LLM": Loader("model", 0, ("model",), origins=("vllm.",)),
    "EngineArgs": Loader("model", 0, ("model",), origins=("vllm.",)),
    "AsyncEngineArgs": Loader("model", 0, ("model",), origins=("vllm.",)),
    "WhisperModel": Loader("model", 0, ("model_size_or_path",), special=library.faster_whisper),
    "create_model": Loader("model", 0, ("model_name",), origins=("open_clip.",)),
    "create_model_and_transforms": Loader(
        "model", 0, ("model_name",), special=library.open_clip, quiet=True
    ),
    "create_model_from_pretrained": Loader("model", 0, ("model_name",), special=library.open_clip),
    "HuggingFaceEmbeddings": Loader(
        "model", None, ("model_name",), bare=True, bare_prefix=_SENTENCES
    ),
    "HuggingFaceBgeEmbeddings": Loader("model", None, ("model_name",)),
    "HuggingFaceEndpoint": Loader("model", None, ("repo_id",)),
    "ChatOllama": Loader("model", None, ("model",), origins=_OLLAMA, special=library.ollama),
    "OllamaLLM": Loader("model", None, ("model",), origins=_OLLAMA, special=library.ollama),
    "OllamaEmbeddings": Loader("model", None, ("model",), origins=_OLLAMA, special=library.ollama),
}
# Names too common to be known without their module: what they are called there decides.
BY_MODULE: tuple[tuple[str, Loader], ...] = (
    ("torch.hub.load", Loader("model", 0, ("repo_or_dir", "github"), special=library.torch_hub)),
    ("whisper.load_model", Loader("model", 0, ("name",), special=library.whisper)),
    ("spacy.load", Loader("model", 0, ("name",), special=library.spacy, quiet=True)),
    ("spacy.cli.download", Loader("model", 0, ("model",), special=library.spacy)),
    ("nltk.download", Loader("dataset", 0, ("info_or_id",), special=library.nltk, quiet=True)),
    ("tensorflow_datasets.load", Loader("dataset", 0, ("name",), special=library.tfds)),
    ("tensorflow_datasets.builder", Loader("dataset", 0, ("name",), special=library.tfds)),
    ("tensorflow_hub.load", Loader("model", 0, ("handle",), special=library.tf_hub)),
    ("tensorflow_hub.KerasLayer", Loader("model", 0, ("handle",), special=library.tf_hub)),
    ("tensorflow_hub.Module", Loader("model", 0, ("spec",), special=library.tf_hub)),
    ("timm.create_model", Loader("model", 0, ("model_name",), special=library.timm, quiet=True)),
    ("ollama.pull", Loader("model", 0, ("model",), special=library.ollama)),
    ("ollama.chat", Loader("model", 0, ("model",), special=library.ollama)),
    ("ollama.generate", Loader("model", 0, ("model",), special=library.ollama)),
    ("ollama.embeddings", Loader("model", 0, ("model",), special=library.ollama)),
)
# A file without any of these words has no such call.
WORDS = (set(LOADERS) - {"load"}) | {"MsDataset"} | {n.split(".")[0] for n, _ in BY_MODULE}


def find(origin: str) -> Loader | None:
    """The loader that a call imported from `origin` is, if it is one."""
    for name, loader in BY_MODULE:
        if origin == name or origin.endswith(f".{name}"):
            return loader
    found = LOADERS.get(origin.rpartition(".")[2])
    return found if found and found.accepts(origin) else None
