"""Sentences weighed word by word: what they probably state about use that no pattern reads.

The weights are data (`rules/statement-weights.json`), learned from labeled sentences by
`python -m evaluate.train_statements`. What they find is a doubt to be settled by a person, never a
permission: a wording that nobody thought of must not pass for silence. They also tell what patterns
found and most probably should not have: a wish or a permission is dropped, a limit is doubted.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from licaudit.errors import KnowledgeError
from licaudit.licenses.statement_rules import KINDS, Kind
from licaudit.settings import data_folder

FORMAT = 4
FILE = "statement-weights.json"
LONGEST = 900  # characters of a sentence; nothing was learned from longer ones
SHOWN = 3  # words told for each finding
SUREST = 0.99  # a share of 1 is a pattern's
# Kinds that weights may take from a pattern: what binds nobody, and what would loosen.
DROPPED = frozenset({"citation_asked", "commercial_allowed"})
# Kinds that weights may turn into a doubt.
DOUBTED: frozenset[Kind] = frozenset({
    "academic_only", "apply_first", "no_redistribution", "no_training", "non_commercial",
    "personal_only", "purchase", "region_limited", "research_only", "threshold",
})  # fmt: skip
ANYTHING = "anything"  # no kind, but measured as one: that a sentence states any of them
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|0|[\u4e00-\u9fff]|[^\sa-z0\u4e00-\u9fff]")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Weighed:
    """One kind that a sentence probably states: how probably (0 to 1), and the words that say so.

    `start` is where in the sentence the weightiest of them stands.
    """

    kind: Kind
    share: float
    words: tuple[str, ...]
    start: int


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """The weights of one language. `grams` maps each run of words, `longest` tokens at most, to
    indexes of kinds and weights in hundredths, in turn; the last of `bias` is that of `ANYTHING`.
    `floor` is the least share of a kind that counts, `least` the share of `ANYTHING` that it
    needs. Only a sentence of `shortest` characters with a match of `gate` is weighed: none other
    was learned from. `unlikely` holds, for some kinds, in which cases a pattern's find is not
    believed: what tells (a kind, or `ANYTHING`), below which share, and what the sentence must
    match."""

    kinds: tuple[Kind, ...]
    bias: tuple[float, ...]
    floor: float
    least: float
    shortest: int
    gate: re.Pattern[str]
    longest: int
    grams: dict[str, list[int]]
    unlikely: dict[Kind, tuple[tuple[str, float, re.Pattern[str]], ...]]


Scales = dict[str, Scale]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """A sentence on its scale: the runs that weigh something, and the share of each kind, then of
    `ANYTHING`; none at all when nothing was learned from such sentences."""

    words: str
    scale: Scale
    here: dict[str, int]
    shares: list[float]


def load_scales(folder: Path | None = None) -> Scales:
    """The weights of a rules folder by language. Raises KnowledgeError when they cannot be read."""
    path = (folder or data_folder("rules")) / FILE
    try:
        status = path.stat()
        return _load(path, status.st_mtime_ns, status.st_size)
    except (OSError, ValueError, KeyError, TypeError, re.error) as error:
        raise KnowledgeError(
            f"the weights of statements cannot be read ({type(error).__name__}: {error})",
            where=str(path),
            todo="Install licaudit anew, or make them: python -m evaluate.train_statements",
        ) from error


@lru_cache(maxsize=4)
def _load(path: Path, _changed: int, _size: int) -> Scales:
    data = json.loads(path.read_text("utf-8"))
    if data["format"] != FORMAT:
        raise ValueError(f"format {data['format']}, not {FORMAT}")
    return {language: scale(plain) for language, plain in data["languages"].items()}


def scale(plain: dict[str, Any]) -> Scale:
    """The weights of one language from their JSON form. Raises ValueError on an unknown kind, and
    when a restriction could be taken from a pattern without leaving a doubt."""
    kinds = tuple(plain["kinds"])
    unlikely = {
        kind: tuple(
            (told_by, share, re.compile(pattern, re.IGNORECASE))
            for told_by, share, pattern in cases
        )
        for kind, cases in plain["unlikely"].items()
    }
    if unknown := sorted(set(kinds) - set(KINDS)):
        raise ValueError(f"unknown kind {unknown[0]}")
    if len(plain["bias"]) != len(kinds) + 1:
        raise ValueError("a bias is needed for each kind, and for anything")
    if binding := sorted(set(unlikely) - DROPPED - DOUBTED):
        raise ValueError(f"weights cannot take {binding[0]} from a pattern")
    return Scale(
        kinds, tuple(plain["bias"]), plain["floor"], plain["least"], plain["shortest"],
        re.compile(plain["gate"], re.IGNORECASE), plain["longest"], plain["grams"],
        unlikely,
    )  # fmt: skip


def language_of(words: str) -> str:
    """`zh` or `en`: Chinese is what holds some Chinese."""
    han = len(_HAN.findall(words))
    return "zh" if han >= 5 and han > 0.15 * len(words) else "en"


def grams_of(words: str, longest: int) -> dict[str, int]:
    """Every run of one to `longest` tokens of a sentence, and where it first stands.

    Tokens are English words, Chinese characters and signs; case does not count, all digits are 0.
    """
    low = re.sub(r"[0-9]", "0", words.lower())
    low = re.sub(r"0+", lambda run: "0" + " " * (len(run[0]) - 1), low)
    tokens = [(match[0], match.start()) for match in _TOKEN.finditer(low)]
    found: dict[str, int] = {}
    for index, (_, start) in enumerate(tokens):
        for size in range(1, min(longest, len(tokens) - index) + 1):
            found.setdefault(" ".join(t for t, _ in tokens[index : index + size]), start)
    return found


def weigh(words: str, scales: Scales) -> list[Weighed]:
    """What a sentence (as `plain` leaves it) probably states, the most probable first."""
    measured = measure(words, scales)
    return probable(measured) if measured else []


def measure(words: str, scales: Scales) -> Measured | None:
    """A sentence (as `plain` leaves it) on the scale of its language, if there is one."""
    scale = scales.get(language_of(words))
    return Measured(words, scale, *_shares(words, scale)) if scale else None


def probable(measured: Measured) -> list[Weighed]:
    """What a sentence probably states, the most probable first."""
    scale, shares = measured.scale, measured.shares
    if not shares or shares[-1] < scale.least:
        return []
    return [
        _weighed(scale, index, share, measured.here)
        for share, index in sorted(((s, i) for i, s in enumerate(shares[:-1])), reverse=True)
        if share > scale.floor
    ]


def unlikely(measured: Measured) -> dict[Kind, float]:
    """The kinds that a pattern's find is not believed for, and the shares that tell so."""
    scale = measured.scale
    # No shares: nothing to say.
    shares = dict(zip((*scale.kinds, ANYTHING), measured.shares, strict=False))
    return {
        kind: shares[told_by]
        for kind, cases in scale.unlikely.items()
        for told_by, least, pattern in cases
        if shares.get(told_by, 1.0) < least and pattern.search(measured.words)
    }


def _shares(words: str, scale: Scale) -> tuple[dict[str, int], list[float]]:
    if not scale.shortest <= len(words) <= LONGEST or not scale.gate.search(words):
        return {}, []
    here = {g: at for g, at in grams_of(words, scale.longest).items() if g in scale.grams}
    if not here:
        return {}, []
    length = math.sqrt(len(here))  # as in training: every sentence weighs the same
    sums = list(scale.bias)
    for gram in here:
        for index, weight in _pairs(scale, gram):
            sums[index] += weight / 100 / length
    return here, [1 / (1 + math.exp(-total)) for total in sums]


def _pairs(scale: Scale, gram: str) -> Iterator[tuple[int, int]]:
    flat = scale.grams[gram]
    return zip(flat[::2], flat[1::2], strict=True)


def _weighed(scale: Scale, index: int, share: float, here: dict[str, int]) -> Weighed:
    by_weight = sorted(
        ((dict(_pairs(scale, gram)).get(index, 0), gram) for gram in here), reverse=True
    )
    words = tuple(gram for weight, gram in by_weight[:SHOWN] if weight > 0)
    start = here[words[0]] if words else 0
    return Weighed(scale.kinds[index], min(share, SUREST), words, start)
