"""The table of calls that fetch a model or dataset by name, and how each is told what to fetch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from packageurl import PackageURL

from licaudit.collectors.hub_ids import HubKind, is_part
from licaudit.facts import Artifact, Location


@dataclass(frozen=True, slots=True)
class Loader:
    """How one call names what it loads.

    `position` is the argument's index and `keywords` its names. `bare` calls also accept names
    without an organisation, which `bare_prefix` completes. `origins`, when given, are the modules
    the name must come from (a common word like `pipeline` means many things elsewhere).
    """

    kind: HubKind
    position: int | None = 0
    keywords: tuple[str, ...] = ()
    bare: bool = False
    bare_prefix: str = ""
    origins: tuple[str, ...] = ()
    special: Callable[[str, Location], Artifact | None] | None = None

    def accepts(self, origin: str) -> bool:
        """Whether a call imported from `origin` is the one meant."""
        return not self.origins or any(
            origin.startswith(start) or f".{start}" in origin for start in self.origins
        )

    def position_for(self, origin: str) -> int | None:
        """The argument's index: `PeftModel.from_pretrained(base, id)` has it in second place."""
        owner = origin.split(".")[-2] if origin.count(".") else ""
        return 1 if owner.startswith("PeftModel") else self.position


def _torch_hub(written: str, where: Location) -> Artifact | None:
    """`owner/repository[:ref]` on GitHub: code and, with it, the weights it loads."""
    repository, _, ref = written.partition(":")
    owner, slash, name = repository.partition("/")
    if not slash or not is_part(owner) or not is_part(name):
        return None
    purl = PackageURL("github", owner.lower(), name.lower()).to_string()
    return Artifact(purl, "model", repository, revision=ref or None, location=where)


def _whisper(written: str, where: Location) -> Artifact | None:
    """OpenAI's own package: the weights are published with its repository, not on a hub."""
    if not is_part(written) or "." in written.removeprefix("large-v").removesuffix(".en"):
        return None
    purl = PackageURL("github", "openai", "whisper").to_string()
    return Artifact(purl, "model", "openai/whisper", location=where)


_REPOSITORY = ("repo_id", "model_id")
_HUBS = ("modelscope", "swift")
_PRETRAINED = (
    "pretrained_model_name_or_path",
    "pretrained_model_or_path",
    "model_id",
    "model_name",
    "model_name_or_path",
    "name_or_path",
)
_SENTENCES = "sentence-transformers/"

LOADERS: dict[str, Loader] = {
    "from_pretrained": Loader("model", 0, _PRETRAINED, bare=True),
    "from_single_file": Loader("model", 0, ("pretrained_model_link_or_path",)),
    "load_lora_weights": Loader("model", 0, ("pretrained_model_name_or_path_or_dict",)),
    "load_ip_adapter": Loader("model", 0, ("pretrained_model_name_or_path_or_dict",)),
    "load_textual_inversion": Loader("model", 0, ("pretrained_model_name_or_path",)),
    "load_adapter": Loader("model", 0, ("model_id", "peft_model_id")),
    "hf_hub_download": Loader("model", 0, _REPOSITORY),
    "snapshot_download": Loader("model", 0, _REPOSITORY),
    "model_file_download": Loader("model", 0, _REPOSITORY, origins=_HUBS),
    "dataset_snapshot_download": Loader("dataset", 0, ("dataset_id",), origins=_HUBS),
    "load_from_hub": Loader("model", 0, _REPOSITORY),
    "cached_file": Loader("model", 0, ("path_or_repo_id",)),
    "load_dataset": Loader("dataset", 0, ("path",), bare=True),
    "load_dataset_builder": Loader("dataset", 0, ("path",), bare=True),
    "load": Loader("dataset", 0, ("dataset_name",), origins=("MsDataset.",)),
    "pipeline": Loader("model", 1, ("model",), origins=("transformers.", "modelscope.")),
    "SentenceTransformer": Loader(
        "model", 0, ("model_name_or_path",), bare=True, bare_prefix=_SENTENCES
    ),
    "CrossEncoder": Loader("model", 0, ("model_name", "model_name_or_path")),
    "LLM": Loader("model", 0, ("model",), origins=("vllm.",)),
    "WhisperModel": Loader("model", 0, ("model_size_or_path",)),
    "create_model": Loader("model", 0, ("model_name",), origins=("timm.", "open_clip.")),
    "create_model_and_transforms": Loader("model", 0, ("model_name",)),
    "create_model_from_pretrained": Loader("model", 0, ("model_name",)),
    "HuggingFaceEmbeddings": Loader(
        "model", None, ("model_name",), bare=True, bare_prefix=_SENTENCES
    ),
    "load_model": Loader("model", 0, ("name",), origins=("whisper.",), special=_whisper),
}
TORCH_HUB = Loader(
    "model", 0, ("repo_or_dir", "github"), origins=("torch.hub.",), special=_torch_hub
)
# A file without any of these words has no such call and need not be parsed.
WORDS = (set(LOADERS) - {"load", "load_model"}) | {"hub", "MsDataset", "whisper"}


def find(origin: str) -> Loader | None:
    """The loader that a call imported from `origin` is, if it is one."""
    if TORCH_HUB.accepts(origin) and origin.endswith(".load"):
        return TORCH_HUB
    loader = LOADERS.get(origin.rpartition(".")[2])
    return loader if loader and loader.accepts(origin) else None
