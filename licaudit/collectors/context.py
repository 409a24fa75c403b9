"""What the whole tree says about itself, before single files are read."""

from __future__ import annotations

from dataclasses import dataclass, field

from licaudit.facts import CODE, DATA, WEIGHTS, ArtifactKind, Scope
from licaudit.sources.tree import Entry, Tree, decode

WEIGHT_ENDINGS = (
    ".safetensors",
    ".gguf",
    ".ggml",
    ".onnx",
    ".ckpt",
    ".pt",
    ".pth",
    ".h5",
    ".msgpack",
    ".tflite",
    ".mlmodel",
    ".keras",
    ".pdparams",
)
_DATA_ENDINGS = (".parquet", ".arrow", ".jsonl", ".jsonl.gz", ".jsonl.zst", ".csv", ".tsv", ".tar")
_CODE_ENDINGS = (
    ".py",
    ".cu",
    ".cpp",
    ".c",
    ".cc",
    ".h",
    ".rs",
    ".go",
    ".js",
    ".ts",
    ".java",
    ".ipynb",
)
_DATASET_KEYS = frozenset(
    {
        "task_categories",
        "task_ids",
        "annotations_creators",
        "language_creators",
        "source_datasets",
        "size_categories",
        "dataset_info",
        "multilinguality",
        "configs",
        "annotations_creator",
    }
)
_MODEL_KEYS = frozenset(
    {
        "pipeline_tag",
        "library_name",
        "base_model",
        "base_model_relation",
        "model-index",
        "inference",
        "widget",
        "datasets",
        "model_name",
        "model_type",
        "quantized_by",
        "model_creator",
        "license_name",
        "thumbnail",
        "extra_gated_prompt",
    }
)
DEFAULT_SCOPE: dict[ArtifactKind, Scope] = {
    "model": WEIGHTS,
    "weights": WEIGHTS,
    "dataset": DATA,
    "code": CODE,
    "package": CODE,
}


@dataclass(frozen=True, slots=True)
class Context:
    """The root artifact, its kind, and the nested artifacts by folder."""

    root: str
    kind: ArtifactKind
    name: str
    has_code: bool = False
    license_files: tuple[str, ...] = ()
    nested: dict[str, tuple[str, ArtifactKind]] = field(default_factory=dict)

    def owner(self, folder: str) -> tuple[str, ArtifactKind, str]:
        """(artifact id, its kind, the folder relative to it) that a file in `folder` is part of."""
        parts = folder.split("/") if folder else []
        for end in range(len(parts), 0, -1):
            above = "/".join(parts[:end])
            if above in self.nested:
                artifact, kind = self.nested[above]
                return artifact, kind, "/".join(parts[end:])
        return self.root, self.kind, folder


def card_kind(keys: set[str], body: str) -> ArtifactKind | None:
    """What a card describes, from its front matter's keys and its headings."""
    if keys & _DATASET_KEYS and not keys & {"pipeline_tag", "base_model", "model-index"}:
        return "dataset"
    if keys & _MODEL_KEYS:
        return "model"
    head = body[:4000].lower()
    if "# dataset card" in head or "dataset summary" in head or "dataset description" in head:
        return "dataset"
    if "# model card" in head or "model description" in head or "## model details" in head:
        return "model"
    return "model" if keys & {"license", "tags", "language"} else None


def kind_of_tree(tree: Tree, root_card: tuple[set[str], str] | None) -> ArtifactKind:
    """What the tree is: its card decides, then its files; a tree of neither is code."""
    if root_card and root_card[0]:
        kind = card_kind(*root_card)
        if kind:
            return kind
    at_root = [e for e in tree.entries() if not e.folder]
    names = [e.name.lower() for e in at_root]
    if any(n == "adapter_config.json" or n.endswith(WEIGHT_ENDINGS) for n in names):
        return "model"
    if any(e.name.lower().endswith(_CODE_ENDINGS) for e in tree.entries()):
        return "code"
    if root_card and not any(e.path.lower().endswith(_CODE_ENDINGS) for e in tree.entries()):
        body = root_card[1][:4000].lower()
        if "# dataset card" in body:
            return "dataset"
        if "# model card" in body:
            return "model"
    if any(n.endswith(_DATA_ENDINGS) for n in names):
        return "dataset"
    return "code"


def has_code(tree: Tree) -> bool:
    """Whether the tree holds program files."""
    return any(e.name.lower().endswith(_CODE_ENDINGS[:-1]) for e in tree.entries())


def is_code_file(entry: Entry) -> bool:
    """Whether a file is program text."""
    return entry.name.lower().endswith(_CODE_ENDINGS[:-1])


def page_lines(data: bytes) -> list[str] | None:
    """Lines of a text page; None for binary rubbish."""
    text = decode(data)
    return None if text is None else text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
