"""The patterns of `rules/statements/`, one file a kind: checked with positions, kept compiled."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from licaudit.documents import Document, DocumentError, read_yaml
from licaudit.errors import KnowledgeError
from licaudit.settings import cache_folder, data_folder, keep

FORMAT = 4  # raise when the compiled form changes
FOLDER = "statements"
WORDS = "words.yaml"  # what all kinds share: parts, cancels, voices
Kind = Literal[
    "non_commercial", "research_only", "academic_only", "personal_only", "evaluation_only",
    "apply_first", "no_redistribution", "no_derivatives", "no_training", "region_limited",
    "threshold", "use_restricted", "all_rights_reserved", "fair_use_claim", "no_ownership",
    "original_terms", "same_license_as", "commercial_allowed", "citation_asked", "purchase",
]  # fmt: skip
KINDS: tuple[Kind, ...] = Kind.__args__  # type: ignore[attr-defined]
VOICES = ("self", "origin", "derived", "contrast", "cited", "known", "ignored", "generic", "banned")
_NEEDED = {"id", "lang", "clues", "pattern", "examples"}
_PART = re.compile(r"\{([a-z_]+)\}")
_UNBOUNDED = re.compile(r"(?<!\\)(?:\.|\]|\)|\\[a-zA-Z])(?:\*|\+|\{\d+,\})")


@dataclass(frozen=True, slots=True, eq=False)  # by identity: hashing them all is slow
class Pattern:
    """One way of saying one kind of statement. `clues` are lower-case words it cannot do without;
    `unless` the regexes that, near a match, take it back; a `listed` one reads only the items of
    a list that a ban leads in."""

    id: str
    kind: Kind
    lang: Literal["en", "zh"]
    clues: tuple[str, ...]
    source: str
    unless: tuple[str, ...]
    fires: tuple[str, ...]
    silent: tuple[str, ...]
    listed: bool = False

    @property
    def regex(self) -> re.Pattern[str]:
        """The words, as an expression; compiled when first asked for, most never are."""
        return _compiled(self.source)

    @property
    def cancelled(self) -> Iterator[re.Pattern[str]]:
        """What takes a match back."""
        return map(_compiled, self.unless)


@cache
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE)


Voices = dict[str, tuple[str, ...]]


def load_patterns(folder: Path | None = None) -> tuple[Pattern, ...]:
    """The patterns of a rules folder, kind by kind. Raises KnowledgeError with file and line."""
    return _load(*_source(folder))[0]


def load_voices(folder: Path | None = None) -> Voices:
    """The words that tell whom a sentence is about, from the same folder."""
    return _load(*_source(folder))[1]


def _source(folder: Path | None) -> tuple[Path, tuple[tuple[str, int, int], ...]]:
    """The folder of the rules, and (name, time of change, size) of each of its files."""
    path = (folder or data_folder("rules")) / FOLDER
    try:
        seen = [(file.name, file.stat()) for file in sorted(path.glob("*.yaml"))]
        (path / WORDS).stat()
    except OSError as error:
        raise KnowledgeError(
            f"the usage statements cannot be read ({error.strerror})", where=str(path)
        ) from error
    return path, tuple((name, status.st_mtime_ns, status.st_size) for name, status in seen)


@lru_cache(maxsize=8)
def _load(path: Path, seen: tuple[tuple[str, int, int], ...]) -> tuple[tuple[Pattern, ...], Voices]:
    sources = {name: (path / name).read_bytes() for name, _, _ in seen}
    hasher = hashlib.sha256(f"format {FORMAT}".encode())
    for name, source in sources.items():
        hasher.update(f"\0{name}\0".encode() + hashlib.sha256(source).digest())
    cached = cache_folder("knowledge") / f"statements-{hasher.hexdigest()}.json"
    try:
        data = json.loads(cached.read_text("utf-8"))
    except (OSError, ValueError):
        data = check({name: source.decode("utf-8") for name, source in sources.items()})
        keep(cached, json.dumps(data, ensure_ascii=False).encode())
    patterns = tuple(_pattern(entry) for entry in data["patterns"])
    return patterns, {name: tuple(words) for name, words in data["voices"].items()}


def _pattern(entry: dict[str, Any]) -> Pattern:
    examples = entry["examples"]
    return Pattern(
        entry["id"], entry["kind"], entry["lang"], tuple(entry["clues"]),
        entry["pattern"], tuple(entry["unless"]),
        tuple(examples["fires"]), tuple(examples["silent"]), entry["listed"],
    )  # fmt: skip


def check(texts: dict[str, str]) -> dict[str, Any]:
    """The checked, expanded content of the files, by name, as plain data. Raises KnowledgeError."""
    words = _words(_document(WORDS, texts[WORDS]))
    ids: set[str] = set()
    entries = []
    named = {name.removesuffix(".yaml") for name in texts if name != WORDS}
    for kind in sorted(named - set(KINDS)):
        where = _document(f"{kind}.yaml", texts[f"{kind}.yaml"]).where()
        raise KnowledgeError(f"unknown kind `{kind}`", where=where)
    for kind in KINDS:
        if kind not in named:
            continue
        document = _document(f"{kind}.yaml", texts[f"{kind}.yaml"])
        if not isinstance(document.data, list):
            raise KnowledgeError("the file must hold a list of patterns", where=document.where())
        entries += [
            _entry(document, index, kind, ids, words) for index in range(len(document.data))
        ]
    voices = {
        voice: [
            _expand(words, word, words, "voices", voice) for word in words.data["voices"][voice]
        ]
        for voice in VOICES
    }
    return {"patterns": entries, "voices": voices}


def _document(name: str, text: str) -> Document:
    try:
        return read_yaml(text, f"rules/{FOLDER}/{name}")
    except DocumentError as error:
        raise KnowledgeError(error.what, where=error.where) from error


def _words(document: Document) -> Document:
    """The words that all kinds share, checked."""
    data = document.data
    if not isinstance(data, dict) or set(data) != {"parts", "cancels", "voices"}:
        raise KnowledgeError(
            "the file must hold `parts`, `cancels` and `voices`, and nothing else",
            where=document.where(),
        )
    for key in ("parts", "cancels", "voices"):
        if not isinstance(data[key], dict):
            raise KnowledgeError(f"`{key}` must be a mapping", where=document.where(key))
    if set(data["voices"]) != set(VOICES):
        raise KnowledgeError(
            f"`voices` must hold {', '.join(VOICES)}", where=document.where("voices")
        )
    for voice in VOICES:
        _strings(document, data["voices"][voice], "voices", voice)
    return document


def _entry(
    document: Document, index: int, kind: str, ids: set[str], words: Document
) -> dict[str, Any]:
    entry = document.data[index]
    if not isinstance(entry, dict):
        raise KnowledgeError("a pattern must be a mapping", where=document.where(index))
    for key in sorted(_NEEDED - set(entry)):
        raise KnowledgeError(f"this pattern has no `{key}`", where=document.where(index))
    for key in sorted(set(entry) - _NEEDED - {"unless", "listed"}):
        raise KnowledgeError(f"unknown key `{key}`", where=document.where(index, key))
    if entry["id"] in ids:
        raise KnowledgeError(f"the id `{entry['id']}` is taken", where=document.where(index, "id"))
    ids.add(entry["id"])
    if entry["lang"] not in ("en", "zh"):
        raise KnowledgeError("`lang` is `en` or `zh`", where=document.where(index, "lang"))
    clues = _strings(document, entry["clues"], index, "clues")
    unless = [
        source
        for item in _strings(document, entry.get("unless", []), index, "unless", least=0)
        for source in _cancels(document, item, words, index, "unless")
    ]
    if kind in words.data["cancels"]:
        unless += _cancels(document, f"${kind}", words, index, "unless")
    expanded = dict(
        entry,
        kind=kind,
        clues=[clue.lower() for clue in clues],
        pattern=_regex(document, entry["pattern"], words, index, "pattern"),
        unless=[_regex(document, source, words, index, "unless") for source in unless],
        listed=bool(entry.get("listed", False)),
    )
    _examples(document, entry["examples"], index, "examples")
    return expanded


def _cancels(document: Document, item: str, words: Document, *at: str | int) -> list[str]:
    """`$name` stands for a shared list of cancelling regexes."""
    if not item.startswith("$"):
        return [item]
    shared = words.data["cancels"].get(item[1:])
    if shared is None:
        raise KnowledgeError(f"there are no cancels named `{item[1:]}`", where=document.where(*at))
    return _strings(words, shared, "cancels", item[1:])


def _strings(document: Document, value: Any, *at: str | int, least: int = 1) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise KnowledgeError(f"`{at[-1]}` must be a list of strings", where=document.where(*at))
    if len(value) < least:
        raise KnowledgeError(f"`{at[-1]}` needs {least} or more", where=document.where(*at))
    return value


def _examples(document: Document, value: Any, *at: str | int) -> None:
    if not isinstance(value, dict) or set(value) != {"fires", "silent"}:
        raise KnowledgeError("`examples` must hold `fires` and `silent`", where=document.where(*at))
    for key in ("fires", "silent"):
        _strings(document, value[key], *at, key, least=2)


def _expand(document: Document, source: str, words: Document, *at: str | int) -> str:
    parts = words.data["parts"]

    def part(match: re.Match[str]) -> str:
        if match[1] not in parts:
            raise KnowledgeError(f"there is no part `{match[1]}`", where=document.where(*at))
        return f"(?:{parts[match[1]]})"

    return _PART.sub(part, source)


def _regex(document: Document, source: Any, words: Document, *at: str | int) -> str:
    if not isinstance(source, str):
        raise KnowledgeError(f"`{at[-1]}` must be text", where=document.where(*at))
    expanded = _expand(document, _expand(document, source, words, *at), words, *at)
    unbounded = _UNBOUNDED.search(expanded)
    if unbounded:
        raise KnowledgeError(
            f"`{unbounded[0]}` has no bound: write {{0,60}} or the like", where=document.where(*at)
        )
    try:
        regex = re.compile(expanded, re.IGNORECASE)
    except re.error as error:
        raise KnowledgeError(
            f"not a regular expression ({error})", where=document.where(*at)
        ) from error
    if regex.match(""):
        raise KnowledgeError("this matches the empty text", where=document.where(*at))
    return expanded
