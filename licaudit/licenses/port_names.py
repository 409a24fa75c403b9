"""Names and addresses of Creative Commons licenses, read part by part.

`CC BY-NC 2.5 CN`, `Namensnennung 3.0 Deutschland` and `署名-非商业性使用 2.5 中国大陆` have one
shape: elements, a version, a place. The words come from `rules/creative-commons-ports.yaml`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from licaudit.licenses.ports import Ports

_ADDRESS = re.compile(
    r"creativecommons\.org/licen[sc]es/([^/?#\s]+)/(\d\.\d)(?![\d.])/*([^?#\s]*)", re.IGNORECASE
)
_PAGE = re.compile(r"deed|legalcode|rdf|index")  # pages of one license, not a place
_VERSION = re.compile(r"v?(\d)[. ](\d)(?![\d.])")
_DIGITS = re.compile(r"(?<!\d)[1-4][.\- ]\d(?!\d)")
_CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_SEAM = re.compile(rf"(?<=[{_CJK}])(?=[^{_CJK}\s])|(?<=[^{_CJK}\s])(?=[{_CJK}])")
# In a sentence 署名 alone is a byline; with a second element or the maker's name it is a license.
_GLUED = re.compile(
    r"(?:知识共享|創用 ?CC|创用 ?CC|(?:署名|姓名標示)[\s·—–─-]*(?=非商|相同|禁止))"
    r"[^\n，。；、,;]{2,60}"
)
_ENDS = re.compile(r"[,;:!?，；：。！？\n]|\.\s")  # a name does not run over these


@dataclass(frozen=True, slots=True)
class Reading:
    """What a name or an address says: an id, or candidates and the reason why it settles none."""

    id: str | None
    candidates: tuple[str, ...] = ()
    why: str | None = None


@dataclass(slots=True)
class _Parts:
    elements: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    versions: set[str] = field(default_factory=set)
    generic: bool = False
    named: bool = False  # "CC" or an element in full: "BY 3.0" alone is no license


def spelled(text: str) -> str:
    """One spelling: no case, accents or punctuation; dots stay between digits."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text))
    text = "".join(c for c in text if unicodedata.category(c) != "Mn").casefold()
    text = unicodedata.normalize("NFC", text)
    text = _SEAM.sub(" ", re.sub(r"[^\w.+]|_|(?<!\d)\.|\.(?!\d)", " ", text))
    return " ".join(re.sub(r"\bcc(?=by\b)", "cc ", text).split())


def read_name(text: str, ports: Ports, *, sure: bool = False) -> Reading | None:
    """The license a name stands for; None when it is not such a name.

    `sure` is for running text: two small letters after a name ("CC BY 3.0 in") are no place there,
    and a name has a version that was ported or no place at all.
    """
    if len(text) > 160 or not ports.known or (sure and not _DIGITS.search(text)):
        return None
    if sure and _ENDS.search(text):
        return None
    parts = _parted(spelled(text), ports.pattern, ports.words)
    if parts is None or not parts.elements or not parts.named:
        return None
    if len(parts.places) > 1 or len(parts.versions) > 1 or (parts.places and parts.generic):
        return None
    unit = _unit(parts.elements)
    place, version = next(iter(parts.places), None), next(iter(parts.versions), None)
    if sure and place and not _meant(place, text):
        return None
    if version is None:
        return _unversioned(unit, place, ports) if place and not sure else None
    found = _looked_up(unit, version, place, ports)
    return None if sure and version == "4.0" and place else found


def glued_names(text: str, ports: Ports) -> list[tuple[int, int, Reading]]:
    """Names inside Chinese sentences, which put no space around them: (start, end, reading)."""
    found, behind = [], 0
    for match in _GLUED.finditer(text):
        if match.start() < behind:
            continue
        words = match.group(0)
        for end in range(len(words), 3, -1):
            # A longer run may end inside a word; the number and all before it must be the name.
            reading = read_name(words[:end], ports, sure=True)
            if reading is not None:
                behind = match.start() + end
                found.append((match.start(), behind, reading))
                break
    return found


def read_address(url: str, ports: Ports) -> Reading | None:
    """The license an address of creativecommons.org stands for; None for every other address."""
    match = _ADDRESS.search(url) if ports.known else None
    if match is None:
        return None
    elements = set(unquote(match.group(1)).lower().replace("+", "-+").split("-"))
    if "+" in elements:
        elements = elements - {"+", "sampling"} | {"sampling+"}
    place = re.match(r"[a-z]+", match.group(3).lower())
    there = place.group(0) if place and not _PAGE.match(place.group(0)) else None
    return _looked_up(_unit(elements), match.group(2), there, ports)


def _looked_up(unit: str, version: str, place: str | None, ports: Ports) -> Reading | None:
    generic = ports.known.get(f"{unit} {version}")
    if place is None:
        return Reading(generic) if generic else None
    found = ports.known.get(f"{unit} {version} {place}")
    if found:
        return Reading(found)
    why = ports.says["none"].format(place=ports.places.get(place, f"`{place}`"))
    return Reading(None, (generic,), why) if generic else None


def _unversioned(unit: str, place: str, ports: Ports) -> Reading | None:
    found = [i for k, i in ports.known.items() if k.split()[::2] == [unit, place]]
    return Reading(None, tuple(found), ports.says["unversioned"]) if found else None


def _unit(elements: set[str]) -> str:
    """`nc`, `by`, `sa` as `by-nc-sa`; without attribution the retired licenses put ND first."""
    order = ("by", "nc", "nd", "sa") if "by" in elements else ("nd", "nc", "sa")
    known = [e for e in order if e in elements]
    return "-".join([*known, *sorted(elements - set(known))])


def _meant(place: str, text: str) -> bool:
    """Whether a place's code in running text is meant as one: `DE`, or `-de` as part of an id."""
    code = re.compile(rf"(?<![^\W_])({place})(?![^\W_])", re.IGNORECASE)
    found = code.search(text)
    return not found or found.group(1).isupper() or text[found.start() - 1] == "-"


def pattern_of(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern for any of the words at one place, the longest first."""
    longest = sorted(words, key=lambda w: (-len(w), w))
    # Chinese and Japanese words stand side by side; all others end at a space.
    ends = (re.escape(w) + ("" if re.match(f"[{_CJK}]", w[-1]) else r"(?!\S)") for w in longest)
    return re.compile("|".join(ends))


def _parted(text: str, pattern: re.Pattern[str], words: dict[str, str]) -> _Parts | None:
    """The parts of a spelled name, or None when a word of it is none of them."""
    parts, at = _Parts(), 0
    while at < len(text):
        if text[at] == " ":
            at += 1
            continue
        if number := _VERSION.match(text, at):
            parts.versions.add(f"{number.group(1)}.{number.group(2)}")
            at = number.end()
            continue
        word = pattern.match(text, at)
        if word is None:
            return None
        kind, _, key = words[word.group(0)].partition(" ")
        if kind == "element":
            parts.elements.add(key)
            parts.named = parts.named or word.group(0) != key
        elif kind == "place":
            parts.places.add(key)
        elif kind == "generic":
            parts.generic = True
        elif kind == "brand":
            parts.named = True
        at = word.end()
    return parts
