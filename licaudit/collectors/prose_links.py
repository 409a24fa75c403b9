"""What a model card's sentences say it was made from: bases, parents of a merge, training data.

Front matter often leaves this out, and a card that names Llama 2 in prose alone is still a card of
something made from Llama 2. Only sentences with a word of making count; comparisons do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from licaudit.collectors.hub_ids import artifact_of, looks_like_hub_id
from licaudit.facts import Artifact, Collected, Link, Location, Relation
from licaudit.sources.tree import Entry

REACH = 220  # characters behind the word of making in which its object stands
_ITEM = re.compile(r"^\s{0,6}(?:[-*+]|\d{1,2}[.)])\s+\S")
MOST = 24  # links one page may yield; a page naming more is a catalog, not a card
_MAKING: tuple[tuple[Relation, re.Pattern[str]], ...] = (
    (
        "quantized_from",
        re.compile(
            r"\bquanti[sz]ed (?:versions? |models? |weights )?(?:of|from)\b"
            r"|\b(?:gguf|ggml|gptq|awq|exl2)\b[^.\n]{0,40}"
            r"\b(?:files?|model files|quants?|version|conversion) (?:for|of)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "adapter_of",
        re.compile(
            r"\b(?:q?lora|adapter)s?\b(?: \w+){0,4} (?:for|of|on|over|on top of)\b", re.IGNORECASE
        ),
    ),
    (
        "merged_from",
        re.compile(
            r"\b(?:merge[ds]?|merging|blend|frankenmerge|mix(?:ture)?|slerp)\b(?: \w+){0,4}"
            r" (?:of|between|from|with|using)\b|\bmodels? merged\b|\bfollowing models?\b",
            re.IGNORECASE,
        ),
    ),
    (
        "distilled_from",
        re.compile(r"\bdistill(?:ed|ation)\b(?: \w+){0,2} (?:from|of)\b", re.IGNORECASE),
    ),
    (
        "fine_tuned_from",
        re.compile(
            r"\bfine-?\s?tun(?:ed|e|ing)\b|\bbased (?:up)?on\b|\bbuil[dt](?:s|ing)? (?:up)?on\b"
            r"|\bderived from\b|\binitiali[sz]ed (?:from|with)\b|\bbase[ -]?model\b"
            r"|\bstarting from\b"
            r"|\b(?:continu\w+|further) (?:pre-?)?train\w*\b|\btrained (?:on top of|from)\b"
            r"|基于|微调|基座|底座|继续(?:预)?训练",
            re.IGNORECASE,
        ),
    ),
)
_NOT_MAKING = re.compile(
    r"\b(?:compar\w+|outperform\w*|benchmark\w*|than|unlike|versus|vs\.?|baseline\w*|evaluat\w+"
    r"|inspired by|prompt (?:format|template)|tokenizer (?:is )?(?:from|of)|similar to|cite\w*)\b",
    re.IGNORECASE,
)
_HUB = re.compile(
    r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/(datasets/)?([\w.-]{1,96}/[\w.-]{1,96})",
    re.IGNORECASE | re.ASCII,  # a Chinese character ends a name
)
_NOT_ORGS = frozenset(
    {
        "docs",
        "spaces",
        "papers",
        "blog",
        "models",
        "datasets",
        "collections",
        "settings",
        "join",
        "tasks",
        "learn",
        "chat",
        "organizations",
        "posts",
    }
)
_BARE_ID = re.compile(
    r"(?<![\w/.:-])([A-Za-z0-9][\w.-]{1,60}/[A-Za-z0-9][\w.-]{2,80})(?![\w/])", re.ASCII
)
_FAMILY = re.compile(
    r"(?<![A-Za-z0-9_/-])((?:Code|Open|Tiny|Meta[- ]?)?[Ll][Ll]?a[Mm][Aa](?:[- ]?[1-4](?:\.\d)?)?"
    r"|Mi[sx]tral|Mixtral|Qwen[\d.]*|Falcon|Yi|Baichuan\d?|ChatGLM\d?|GLM|InternLM\d?|Gemma[- ]?\d?"
    r"|Phi|MPT|StableLM|BLOOMZ?|OPT|GPT-?(?:2|J|NeoX?)|Pythia|Vicuna|Alpaca|Guanaco"
    r"|Wizard(?:LM|Coder|Math)|StarCoder\d?|SOLAR|DeepSeek[\w-]*|Orca[- ]?\d?|Stable[ -]Diffusion"
    r"|SDXL|FLUX(?:\.\d)?|XGen|RedPajama)"
    r"((?:[- ]?(?:v?\d+(?:\.\d+)*|\d+x\d+)[BbMmKk]?|[- ](?:chat|instruct|base|hf|[Vv]\d[\d.]*))*)"
)


# Families whose members always carry their maker's own terms: a name or tag that says so without
# naming the base is a question, never a license.
_TERMED = re.compile(
    r"(?<![a-z])(?:code)?llama[-_ ]?[1-4](?![a-z0-9]{2})|(?<![a-z])gemma(?![a-z])", re.I
)


def unnamed_base(names: tuple[str, ...], tags: tuple[str, ...]) -> str | None:
    """Why a model with no base named must have one: its name, or a tag such as `merge`."""
    for word in (*names, *tags):
        match = _TERMED.search(word)
        if match:
            return f"`{word}` speaks of {match.group(0)}, but no base model is named"
    merged = next((t for t in tags if t.lower() in ("merge", "mergekit", "frankenmerge")), None)
    return f"the tag `{merged}` says it is a merge, but no parent is named" if merged else None


@dataclass(frozen=True, slots=True)
class _Found:
    artifact: Artifact
    relation: Relation


def collect(lines: list[str], entry: Entry, artifact: str, own_names: tuple[str, ...]) -> Collected:
    """Links and artifacts of one page whose front matter and code blocks have been blanked."""
    links: dict[tuple[str, Relation], Link] = {}
    artifacts: dict[str, Artifact] = {}
    own = {_squeezed(name) for name in own_names if name}
    listing: Relation | None = None  # a sentence announced a list: its items are the objects
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = Location(entry.path, number)
        items = _line(line[:4_000], where)
        if listing and not items and _ITEM.match(line):
            items = _objects(line[:REACH], listing, where, families=False)
        elif not _ITEM.match(line):
            listing = _announced(line)
        for found in items:
            if _squeezed(found.artifact.name) in own or _is_part_of_own(found.artifact.name, own):
                continue
            artifacts.setdefault(found.artifact.id, found.artifact)
            key = (found.artifact.id, found.relation)
            links.setdefault(
                key,
                Link(
                    artifact, found.artifact.id, found.relation, (where,), "said in the card's text"
                ),
            )
    kept = list(links.values())[:MOST]
    wanted = {x.target for x in kept}
    return Collected(tuple(a for a in artifacts.values() if a.id in wanted), links=tuple(kept))


def _line(line: str, where: Location) -> list[_Found]:
    found: list[_Found] = []
    for sentence in re.split(r"(?<=[.!?。！？])\s+", line):
        if _NOT_MAKING.search(sentence):
            continue
        for relation, words in _MAKING:
            match = words.search(sentence)
            if match:
                after = sentence[match.end() : match.end() + REACH]
                found += _objects(after, relation, where)
                if not found:  # "[Foo](link) fine-tuned on our data"
                    found += _objects(sentence[: match.start()], relation, where, families=False)
                break
    return found


def _announced(line: str) -> Relation | None:
    """The relation of a list that a line ending in a colon announces."""
    if not re.search(r"[:\uff1a]\s*$", line) and "following" not in line.lower():
        return None
    return next((r for r, words in _MAKING if words.search(line)), None)


def _objects(text: str, relation: Relation, where: Location, families: bool = True) -> list[_Found]:
    """Hub links, bare ids and family names in the words behind a word of making."""
    found: list[_Found] = []
    rest = text
    for match in _HUB.finditer(text):
        hub_id = match.group(2).rstrip(".,;:)")
        if hub_id.split("/", maxsplit=1)[0].lower() in _NOT_ORGS or not looks_like_hub_id(hub_id):
            continue
        kind = "dataset" if match.group(1) else "model"
        item = artifact_of(kind, hub_id, where)  # type: ignore[arg-type]
        found.append(_Found(item, "trained_on" if kind == "dataset" else relation))
    rest = re.sub(r"\]\([^)]*\)|https?://\S+", " ", rest)
    for match in _BARE_ID.finditer(rest):
        hub_id = match.group(1).rstrip(".,;:)")
        if looks_like_hub_id(hub_id) and re.search(r"[-\d_]", hub_id.split("/", maxsplit=1)[1]):
            found.append(_Found(artifact_of("model", hub_id, where), relation))
    if families and not any(f.artifact.kind == "model" for f in found):
        named = _FAMILY.search(rest)
        if named:
            name = " ".join((named.group(1) + named.group(2)).split())
            item = Artifact(f"name:model/{name.replace(' ', '-')}", "model", name, location=where)
            found.append(_Found(item, relation))
    return found


def _squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.rsplit("/", 1)[-1].lower())


def _is_part_of_own(name: str, own: set[str]) -> bool:
    """`Foo-7B` is no upstream of `Foo`: a family's page speaks of its own members."""
    squeezed = _squeezed(name)
    return any(len(o) > 3 and squeezed.startswith(o) for o in own)
