"""Files that are weights by their names: they are never opened here, they only prove a scope."""

from __future__ import annotations

import re

from licaudit.facts import WEIGHTS, Collected
from licaudit.sources.tree import Entry, Tree

_ENDINGS = (
    ".safetensors",
    ".pt",
    ".pth",
    ".pt2",
    ".ptl",
    ".jit",
    ".ckpt",
    ".gguf",
    ".ggml",
    ".onnx",
    ".h5",
    ".hdf5",
    ".msgpack",
    ".tflite",
    ".keras",
    ".pdparams",
    ".mlmodel",
    ".t7",
    ".nemo",
)
_NAMES = ("saved_model.pb",)
_PYTORCH_BIN = re.compile(r"^(pytorch_model|adapter_model|diffusion_pytorch_model|model)\b.*\.bin$")
_SMALLEST_BIN = 1_000_000  # a smaller .bin of another name may be anything


def is_weights(entry: Entry) -> bool:
    """Whether a file holds weights: by its ending, or a `.bin` by its name or size.

    A Git LFS pointer has the name of what it points to, so it counts too.
    """
    return _named_like_weights(entry.name) or (
        entry.name.lower().endswith(".bin") and entry.size > _SMALLEST_BIN
    )


def collect(tree: Tree, entry: Entry, root: str) -> Collected:
    """Evidence that `root` has weights."""
    return Collected(scopes=frozenset({(root, WEIGHTS)})) if is_weights(entry) else Collected()


def from_links(tree: Tree, root: str) -> Collected:
    """The same evidence from weights that are links out of the tree, as in a hub's cache folder."""
    paths = (gap.location.path for gap in tree.gaps() if gap.location)
    if any(_named_like_weights(path.rsplit("/", 1)[-1]) for path in paths):
        return Collected(scopes=frozenset({(root, WEIGHTS)}))
    return Collected()


def _named_like_weights(name: str) -> bool:
    lower = name.lower()
    return lower.endswith(_ENDINGS) or lower in _NAMES or bool(_PYTORCH_BIN.match(lower))
