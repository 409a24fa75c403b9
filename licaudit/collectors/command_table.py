"""Commands that fetch a model or a dataset, and which of their words names it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from licaudit.collectors import library_names as library
from licaudit.collectors.hub_ids import Hub, HubKind, artifact_of, looks_like_hub_id
from licaudit.facts import Artifact, Location

Special = Callable[[str, Location], Artifact | None]


@dataclass(frozen=True, slots=True)
class Command:
    """`words` begin the command; the first plain word after them, or an option's, is named."""

    words: tuple[str, ...]
    kind: HubKind = "model"
    special: Special | None = None
    many: bool = False
    hub: Hub = "huggingface"
    options: tuple[str, ...] = ()


COMMANDS: tuple[Command, ...] = (
    Command(("huggingface-cli", "download")),
    Command(("hf", "download")),
    Command(("modelscope", "download"), hub="modelscope", options=("--model", "--dataset")),
    Command(("vllm", "serve")),
    Command(("ollama", "pull"), special=library.ollama),
    Command(("ollama", "run"), special=library.ollama),
    Command(("spacy", "download"), special=library.spacy),
    Command(("nltk.downloader",), "dataset", library.nltk, many=True),
    Command(("llama-server",), special=library.llama_cpp, options=("-hf", "-hfr", "--hf-repo")),
    Command(("llama-cli",), special=library.llama_cpp, options=("-hf", "-hfr", "--hf-repo")),
    Command(("text-generation-launcher",), options=("--model-id",)),
    Command(("optimum-cli", "export"), options=("-m", "--model")),
)
# Options of those commands that take a value: the word after them is not what is fetched.
VALUED = frozenset(
    [
        "--local-dir",
        "--local_dir",
        "--cache-dir",
        "--cache_dir",
        "--revision",
        "--repo-type",
        "--include",
        "--exclude",
        "--token",
        "--host",
        "--port",
        "--max-workers",
        "--dtype",
        "--tokenizer",
        "-d",
        "--endpoint",
        "--output",
        "-o",
    ]
)
_PLAIN = re.compile(r"[\w.@:/+-]+")


def named(words: list[str], where: Location) -> list[tuple[Artifact, str]]:
    """(artifact, command) of everything the words of one command line fetch by name."""
    found: list[tuple[Artifact, str]] = []
    for command in COMMANDS:
        size = len(command.words)
        for at in range(len(words) - size + 1):
            here = tuple(w.rpartition("/")[2] for w in words[at : at + size])
            if here == command.words:
                found += _fetched(command, words[at + size :], where)
    return found


def _fetched(command: Command, words: list[str], where: Location) -> list[tuple[Artifact, str]]:
    kind: HubKind = "dataset" if _is_dataset(words) else command.kind
    names: list[str] = []
    skip = False
    for at, word in enumerate(words):
        if skip:
            skip = False
        elif word in command.options and at + 1 < len(words):
            names.append(words[at + 1])
            kind = "dataset" if word == "--dataset" else kind
            skip = True
        elif word.startswith("-"):
            skip = word in VALUED
        elif not command.options:
            names.append(word)
    names = names if command.many else names[:1]
    label = " ".join(command.words)
    items = [_artifact(command, kind, n, where) for n in names if _PLAIN.fullmatch(n)]
    return [(item, f"`{label}`") for item in items if item]


def _artifact(command: Command, kind: HubKind, name: str, where: Location) -> Artifact | None:
    if command.special:
        return command.special(name, where)
    if not looks_like_hub_id(name):
        return None
    return artifact_of(kind, name, where, hub=command.hub)


def _is_dataset(words: list[str]) -> bool:
    text = " ".join(words)
    return "--repo-type dataset" in text or "--repo-type=dataset" in text
