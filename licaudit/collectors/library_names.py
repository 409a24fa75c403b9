"""Models and data that a library names by itself, without a hub: spaCy, NLTK, Whisper, Ollama, ...

Each function takes what is written and where, and gives the artifact, or None for no such name.
What has no purl of its own keeps the library's name before its own:
`name:model/spacy:en_core_web_sm`.
"""

from __future__ import annotations

import re

from packageurl import PackageURL

from licaudit.collectors.hub_ids import HubKind, artifact_of, is_part, looks_like_hub_id
from licaudit.facts import Artifact, Location

_SPACY = re.compile(r"[a-z]{2,3}_[a-z]+_[a-z]+_(?:sm|md|lg|trf)")
_DATA = re.compile(r"[A-Za-z][\w.-]{1,60}(?:/[\w.:-]{1,60}){0,2}")
_OLLAMA = re.compile(r"[A-Za-z][\w.-]{0,60}(?:/[\w.-]{1,60})?(?::[\w.-]{1,40})?")
_TFHUB = re.compile(r"https?://(?:www\.)?(?:tfhub\.dev|kaggle\.com/models)/([\w.-]+/[\w./-]+)")
_OPEN_CLIP = re.compile(r"[A-Za-z][\w-]*-[\w-]+")
_TIMM = re.compile(r"[a-z][\w]{3,60}(?:\.[\w]+)?")
_WHISPER = re.compile(r"(?:tiny|base|small|medium|large(?:-v\d)?|turbo|large-v3-turbo)(?:\.en)?")


def _own(library: str, kind: HubKind, name: str, where: Location) -> Artifact:
    return Artifact(f"name:{kind}/{library}:{name}", kind, f"{library}:{name}", location=where)


def torch_hub(written: str, where: Location) -> Artifact | None:
    """`owner/repository[:ref]` on GitHub: code and, with it, the weights it loads."""
    repository, _, ref = written.partition(":")
    owner, slash, name = repository.partition("/")
    if not slash or not is_part(owner) or not is_part(name):
        return None
    purl = PackageURL("github", owner.lower(), name.lower()).to_string()
    return Artifact(purl, "model", repository, revision=ref or None, location=where)


def whisper(written: str, where: Location) -> Artifact | None:
    """OpenAI's own package: the weights are published with its repository, not on a hub."""
    if not is_part(written) or "." in written.removeprefix("large-v").removesuffix(".en"):
        return None
    purl = PackageURL("github", "openai", "whisper").to_string()
    return Artifact(purl, "model", "openai/whisper", location=where)


def faster_whisper(written: str, where: Location) -> Artifact | None:
    """A size, whose converted weights Systran publishes, or a hub id."""
    if _WHISPER.fullmatch(written):
        return artifact_of("model", f"Systran/faster-whisper-{written}", where)
    return artifact_of("model", written, where) if looks_like_hub_id(written) else None


def spacy(written: str, where: Location) -> Artifact | None:
    """A trained pipeline of spaCy's own releases."""
    return _own("spacy", "model", written, where) if _SPACY.fullmatch(written) else None


def nltk(written: str, where: Location) -> Artifact | None:
    """A corpus or model of NLTK's data index."""
    return _own("nltk", "dataset", written, where) if _DATA.fullmatch(written) else None


def tfds(written: str, where: Location) -> Artifact | None:
    """A dataset of TensorFlow Datasets, its config and version cut off."""
    if written.startswith("huggingface:"):
        name = written.removeprefix("huggingface:").partition("/")[0].replace("__", "/")
        return artifact_of("dataset", name, where) if name else None
    name = written.partition(":")[0].partition("/")[0]
    return _own("tfds", "dataset", name, where) if _DATA.fullmatch(name) else None


def tf_hub(written: str, where: Location) -> Artifact | None:
    """The address of a module on TensorFlow Hub or Kaggle."""
    match = _TFHUB.match(written)
    return _own("tfhub", "model", match.group(1).rstrip("/"), where) if match else None


def open_clip(written: str, where: Location) -> Artifact | None:
    """An architecture of OpenCLIP, whose weights the second argument chooses; or a hub id."""
    text = re.sub(r"^hf-hub:", "", written)
    if looks_like_hub_id(text):
        return artifact_of("model", text, where)
    return _own("open_clip", "model", text, where) if _OPEN_CLIP.fullmatch(text) else None


def timm(written: str, where: Location) -> Artifact | None:
    """An architecture of timm with its default weights; or a hub id."""
    text = re.sub(r"^(?:hf[-_]hub|timm):(?:timm:)?", "", written)
    if looks_like_hub_id(text):
        return artifact_of("model", text, where)
    return _own("timm", "model", text, where) if _TIMM.fullmatch(text) else None


def ollama(written: str, where: Location) -> Artifact | None:
    """A model of Ollama's library, or `hf.co/org/name` which it takes from Hugging Face."""
    hosted = re.match(r"(?:https?://)?(?:hf\.co|huggingface\.co)/([^/\s]+/[^/:\s]+)", written)
    if hosted:
        return artifact_of("model", hosted.group(1), where)
    return _own("ollama", "model", written, where) if _OLLAMA.fullmatch(written) else None


def llama_cpp(written: str, where: Location) -> Artifact | None:
    """`org/name[:quantization]` of Hugging Face, which llama.cpp fetches by itself."""
    name = written.partition(":")[0]
    return artifact_of("model", name, where) if looks_like_hub_id(name) else None


def from_preset(written: str, where: Location) -> Artifact | None:
    """Keras: an address of a hub, or a preset that Keras publishes on Kaggle."""
    hosted = written.removeprefix("hf://")
    if hosted != written and looks_like_hub_id(hosted):
        return artifact_of("model", hosted, where)
    return _own("keras", "model", written, where) if _TIMM.fullmatch(written) else None
